"""Rules of cleaned columns: their kind, and those that no single raw column gives (see `reading` for the others)."""

from dataclasses import dataclass
from typing import Any

COMPARATORS = (
    "none",
    "same treatment without cells",
    "other active treatment",
    "not stated",
    "stated, not classified",
)
"""What a control group received, as far as the record decides it."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a column holds. ``dtype`` is pandas' name of its type; bounds are inclusive, ``pattern`` is of the whole."""

    column: str
    dtype: str
    description: str
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    required: bool = False
    foreign: str | None = None


def text_rule(column: str, description: str, **about: Any) -> Rule:
    """The rule of a column of text."""
    return Rule(column=column, dtype="str", description=description, **about)


def number_rule(column: str, description: str, unit: str | None = None) -> Rule:
    """The rule of a column of numbers."""
    return Rule(column=column, dtype="float64", description=description, unit=unit)


def count_rule(column: str, description: str, unit: str | None = None) -> Rule:
    """The rule of a column of whole numbers."""
    return Rule(column=column, dtype="Int64", description=description, unit=unit)


EVERY_TABLE = (
    text_rule("row_id", "The table and the line of the row in its raw file", required=True),
    Rule(column="line", dtype="int64", description="The line in the raw file; the header is line 1", required=True),
)

_REPEATS = (text_rule("repeats", "The row that says the same fact before, so that it counts once"),)
_OTHERS = (
    *_REPEATS,
    Rule(
        column="other_patients",
        dtype="bool",
        required=True,
        description="In a randomised trial: whether the row is of other patients than those randomised",
    ),
)
DERIVED: dict[str, tuple[Rule, ...]] = {
    "trials": (
        text_rule("label", "The report as a reader would cite it", required=True),
        text_rule("comparator_kind", "What the control group received; missing without controls", allowed=COMPARATORS),
    ),
    "entities": (
        text_rule(
            "cohort", "The patients: reports of the same patients share it", required=True, foreign="trials.cohort"
        ),
        text_rule("entity", "Tumour entity", required=True),
        text_rule("oncotree_code", "OncoTree code"),
        text_rule("oncotree_name", "OncoTree name"),
        text_rule("ncit_code", "NCI Thesaurus code"),
        text_rule("organ_system", "Organ system", required=True),
        Rule(
            column="specified",
            dtype="bool",
            required=True,
            description="Whether the entity is one; unspecified ones do not count as distinct",
        ),
    ),
    "medians": _OTHERS,
    "landmarks": _OTHERS,
    "comparisons": (number_rule("ci_level", "Level of the interval", "proportion 0 to 1"), *_OTHERS),
    "responses": _REPEATS,
    "adverse_events": (
        Rule(column="serious", dtype="bool", description="Called serious", required=True),
        text_rule(
            "denominator", "What was counted as at risk", allowed=("patients", "infusions", "cycles"), required=True
        ),
        *_REPEATS,
    ),
}
"""Rules of the columns that follow from several columns of a raw table, or from another table."""

FLAGS = (
    text_rule("table", "The table of the flagged cell", required=True),
    text_rule("file", "The raw file", required=True),
    Rule(column="line", dtype="int64", description="The line in the raw file", required=True),
    text_rule("column", "The column", required=True),
    text_rule("found", "What was found"),
    text_rule("why", "Why it is flagged", required=True),
    text_rule("allowed", "What can be read", required=True),
    text_rule("trial_id", "The trial", foreign="trials.trial_id"),
    text_rule("row_id", "The table and the line of the row in its raw file", required=True),
    text_rule("answer", "What a registrar answered, see reviewed_flags"),
)
