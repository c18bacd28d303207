"""What is wrong with the raw tables, said so that a person can put it right."""

from dataclasses import dataclass


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

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " + (f"{self.column}: " if self.column else "")
        said = self.why + (f", found {shown(self.found)}" if self.found else "")
        return where + said + (f", allowed {self.allowed}" if self.allowed else "")


def shown(found: str) -> str:
    """The text of a cell on one line, shortened."""
    found = str(found)
    return repr(found if len(found) <= 120 else found[:117] + "...")


class RegistryError(ValueError):
    """The raw tables cannot be loaded; ``.problems`` lists every reason, its text one a line."""

    def __init__(self, problems):
        self.problems: list[Problem] = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))
