"""The registry's papers for a reference manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.rows import by_year, rows_of

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

_SPECIAL = {"\\": r"\textbackslash{}", **{sign: "\\" + sign for sign in "&%$#_{}"}, "~": r"\~{}", "^": r"\^{}"}
_FIELDS = {
    "author": "first_author",
    "title": "title",
    "journal": "journal",
    "year": "year",
    "doi": "doi",
    "pmid": "pmid",
}


def bibtex(reg: Registry) -> str:
    """The reports of a registry, or of a part of it, as BibTeX.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    str
        One entry per report, oldest first, keyed by ``trial_id``; where only the first author is known, "and others"
        follows.

    Examples
    --------
    >>> from ircc_lib.registry.store import load_registry
    >>> print(bibtex(load_registry().select(trial_id="Lee2015")).splitlines()[0])
    @article{Lee2015,
    """
    if not hasattr(reg, "trials"):
        raise TypeError(f"reg: a Registry is needed, found {type(reg).__name__}")
    return "\n".join(_entry(row) for row in sorted(rows_of(reg.trials), key=by_year))


def _entry(row: dict[str, Any]) -> str:
    lines = []
    for field, column in _FIELDS.items():
        value = row[column]
        if pd.isna(value):
            continue
        words = str(value) if field in ("doi", "pmid") else "".join(_SPECIAL.get(sign, sign) for sign in str(value))
        words = " ".join(words.replace("{", "").replace("}", "").split()) if field in ("doi", "pmid") else words
        lines.append(f"  {field} = {{{words}{' and others' if field == 'author' else ''}}}")
    if not pd.isna(row["source_url"]):
        lines.append(f"  url = {{{row['source_url'].replace('{', '').replace('}', '')}}}")
    kind = "inproceedings" if row["publication_type"] == "conference abstract" else "article"
    return f"@{kind}{{{row['trial_id']},\n" + ",\n".join(lines) + "\n}\n"
