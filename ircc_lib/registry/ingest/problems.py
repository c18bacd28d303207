"""What is wrong with the raw tables, said so that a person can put it right."""

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LONGEST = 120
"""Characters of a cell that a message shows."""

_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One thing that stops the load.

    >>> print(Problem(file="trials.csv", line=3, column="n_cik", why="out of range", found="-3",
    ...               allowed="0 or more"))
    trials.csv:3: n_cik: out of range, found '-3', allowed 0 or more
    """

    file: str
    line: int = 1
    column: str = ""
    why: str
    found: str = ""
    allowed: str = ""
    suggestion: str = field(default="", compare=False)
    trial_id: str = field(default="", compare=False)
    cell: str = field(default="", compare=False)

    def __str__(self) -> str:
        where = f"{visible(self.file)}:{self.line}: " + (f"{visible(self.column)}: " if self.column else "")
        said = visible(self.why) + (f", found {shown(self.found)}" if self.found else "")
        said += f", allowed {visible(self.allowed)}" if self.allowed else ""
        said += f" (did you mean {shown(self.suggestion)}?)" if self.suggestion else ""
        place = ", ".join(filter(None, [visible(self.trial_id), self.cell and f"cell {self.cell}"]))
        return where + said + (f" [{place}]" if place else "")


def shown(found: str) -> str:
    """The text of a cell on one line, shortened; what cannot be seen or turns the writing is escaped.

    >>> print(shown("a\u202eb"))
    'a\\u202eb'
    """
    found = str(found)
    return "'" + visible(found if len(found) <= LONGEST else found[: LONGEST - 3] + "...") + "'"


def visible(text: str) -> str:
    """Text with control, format and private characters written as escapes.

    >>> print(visible("id\u200b\x07"))
    id\\u200b\\x07
    """
    return "".join(
        sign
        if unicodedata.category(sign) not in _UNSEEN
        else sign.encode("unicode_escape", "surrogatepass").decode("ascii")
        for sign in text
    )


def nearest(found: str, allowed: Iterable[str]) -> str:
    """The allowed value that was most likely meant; empty where none is near.

    >>> nearest("Randomized", ["randomised", "single_arm"])
    'randomised'
    """
    spelled = {str(one).casefold().replace("-", "_").replace(" ", "_"): str(one) for one in allowed}
    wanted = str(found)[:LONGEST].strip().casefold().replace("-", "_").replace(" ", "_")
    near = difflib.get_close_matches(wanted, spelled, n=1, cutoff=0.6)
    return spelled[near[0]] if near else ""


def placed(path: Path) -> str:
    """The file as a message names it: within the project where it lies there, else as it was given."""
    from ircc_lib.registry.editions import project_root

    try:
        return path.resolve().relative_to(project_root().resolve()).as_posix()
    except ValueError:
        return str(path)


def published(file: str) -> str:
    """A file's name as `placed` gives it, without the folders of this machine where it lies outside the project."""
    path = Path(file)
    return f"{path.parent.name}/{path.name}" if path.is_absolute() else file


class RegistryError(ValueError):
    """The raw tables cannot be loaded; ``.problems`` lists every reason, its text one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: list[Problem] = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))
