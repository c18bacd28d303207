"""Results that a person can read, in a terminal and in a notebook: lines of a label and what it is."""

from __future__ import annotations

from markupsafe import Markup


class Readable:
    """Shows the lines that `_rows` gives: as text, and as a table where HTML is shown.

    A dataclass that is one says ``repr=False``, so that its own listing of fields does not stand before these.
    """

    def _rows(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def __repr__(self) -> str:
        rows = self._rows()
        longest = max(len(label) for label, _ in rows)
        return "\n".join(f"{label:<{longest}}  {value}" for label, value in rows)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        rows = Markup("").join(Markup("<tr><th>{}</th><td>{}</td></tr>").format(*row) for row in self._rows())
        return str(Markup("<table><tbody>{}</tbody></table>").format(rows))
