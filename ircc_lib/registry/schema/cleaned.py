"""The columns that cleaning adds or changes, by table; the others are as in the raw table."""

from dataclasses import dataclass

from ircc_lib.registry.parse.p_values import RELATIONS

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
    """What a column of a cleaned table holds. ``dtype`` is pandas' name of its type."""

    column: str
    dtype: str
    description: str
    unit: str | None = None
    allowed: tuple[str, ...] = ()
    required: bool = False
    foreign: str | None = None


def _text(column: str, description: str, **about) -> Rule:
    return Rule(column=column, dtype="str", description=description, **about)


def _number(column: str, description: str, unit: str | None = None) -> Rule:
    return Rule(column=column, dtype="float64", description=description, unit=unit)


def _count(column: str, description: str, unit: str | None = None) -> Rule:
    return Rule(column=column, dtype="Int64", description=description, unit=unit)


EVERY_TABLE = (
    _text("row_id", "The table and the line of the row in its raw file", required=True),
    Rule(column="line", dtype="int64", description="The line in the raw file; the header is line 1", required=True),
)

_P_VALUE = (
    _number("p_value", "p-value; a bound where p_relation is below or above"),
    _text("p_relation", "How the number relates to the p-value", allowed=RELATIONS),
    _text("p_value_reported", "p-value as reported"),
)


def _p(column: str, what: str) -> tuple[Rule, ...]:
    return (
        _number(column, f"{what}; a bound where {column}_relation is below or above"),
        _text(f"{column}_relation", f"{what}: how the number relates to it", allowed=RELATIONS),
        _text(f"{column}_reported", f"{what} as reported"),
    )


_ENDPOINT = (
    _text("endpoint", "Endpoint by the vocabulary; as reported where that does not know it", required=True),
    _text(
        "endpoint_family",
        "OS; PFS for times to progression, recurrence or death; other",
        allowed=("OS", "PFS", "other"),
        required=True,
    ),
    _text("endpoint_reported", "Endpoint as reported", required=True),
)
_GROUP = (
    _text("group", "Group of patients", allowed=("cik", "control", "all"), required=True),
    _text("arm", "Part of the group: the text after the colon"),
    _text("group_reported", "Group and arm as entered", required=True),
)
_COUNTRY = (
    _text("country", "Country: English short name of ISO 3166-1"),
    _text("country_code", "Country: three-letter code of ISO 3166-1"),
    _text("country_reported", "Country as reported"),
)
_INFUSIONS = (
    _count("infusions_low", "Fewest infusions, cycles or courses of a patient", "as in infusions_unit"),
    _count("infusions_high", "Most infusions, cycles or courses of a patient", "as in infusions_unit"),
    _text("infusions_unit", "What the numbers count", allowed=("infusions", "cycles", "courses")),
)
_CELLS = (
    _number("cells_low", "Lowest dose stated", "cells, see cells_basis and cells_per"),
    _number("cells_high", "Highest dose stated", "cells, see cells_basis and cells_per"),
    _number("cells_centre", "Single, typical, mean or median dose", "cells, see cells_basis and cells_per"),
    _text("cells_basis", "Whether the dose is by body weight", allowed=("absolute", "per kg")),
    _text(
        "cells_per",
        "What the dose is given per; total is all a patient received",
        allowed=("infusion", "cycle", "course", "total", "unstated"),
    ),
)
_REPEATS = (_text("repeats", "The row that says the same fact before, so that it counts once"),)
_OTHERS = (
    *_REPEATS,
    Rule(
        column="other_patients",
        dtype="bool",
        required=True,
        description="In a randomised trial: whether the row is of other patients than those randomised",
    ),
)
_AS_REPORTED = tuple(
    _text(f"{column}_reported", f"{what} as reported")
    for column, what in (("estimate", "Estimate"), ("ci_low", "Lower bound"), ("ci_high", "Upper bound"))
)


def _date(column: str, what: str) -> tuple[Rule, ...]:
    return (
        Rule(column=column, dtype="datetime64[us]", description=f"{what}: first day of the period"),
        _text(f"{column}_precision", f"{what}: how exact", allowed=("year", "month", "day")),
        _text(f"{column}_reported", f"{what} as reported"),
    )


DERIVED: dict[str, tuple[Rule, ...]] = {
    "trials": (
        _text("label", "The report as a reader would cite it", required=True),
        _text("registration_id_reported", "Numbers in trial registers as reported"),
        _text("registration_ids", 'Numbers in trial registers, "; "-joined'),
        *_COUNTRY,
        _text("co_treatment_reported", "Treatment given with the cells as reported"),
        _text("co_treatments", 'Treatment given with the cells: categories, "; "-joined'),
        _text("drug_classes", 'Classes of the drugs that it names, "; "-joined'),
        _text("comparator_kind", "What the control group received; missing without controls", allowed=COMPARATORS),
        *_date("enrol_start", "Enrolment from"),
        *_date("enrol_end", "Enrolment to"),
        *_INFUSIONS,
        *_CELLS,
    ),
    "entities": (
        _text("cohort", "The patients: reports of the same patients share it", required=True, foreign="trials.cohort"),
        _text("entity", "Tumour entity", required=True),
        _text("oncotree_code", "OncoTree code"),
        _text("oncotree_name", "OncoTree name"),
        _text("ncit_code", "NCI Thesaurus code"),
        _text("organ_system", "Organ system", required=True),
        Rule(
            column="specified",
            dtype="bool",
            required=True,
            description="Whether the entity is one; unspecified ones do not count as distinct",
        ),
    ),
    "medians": (
        *_ENDPOINT,
        *_GROUP,
        _number("median", "Median survival; missing when not reached", "months"),
        Rule(column="reached", dtype="boolean", description="Whether the median was reached"),
        _text("unit_reported", "Unit as reported"),
        _number("ci_low", "Lower bound of the 95 % interval", "months"),
        _number("ci_high", "Upper bound of the 95 % interval", "months"),
        *_AS_REPORTED[1:],
        *_OTHERS,
    ),
    "landmarks": (
        *_ENDPOINT,
        *_GROUP,
        _number("time", "Time of the rate", "months"),
        _text("time_reported", "Time as reported"),
        _text("unit_reported", "Unit as reported"),
        _number("survival", "Survival rate", "proportion 0 to 1"),
        _number("ci_low", "Lower bound of the 95 % interval", "proportion 0 to 1"),
        _number("ci_high", "Upper bound of the 95 % interval", "proportion 0 to 1"),
        *_AS_REPORTED[1:],
        *_P_VALUE,
        *_OTHERS,
    ),
    "comparisons": (
        *_ENDPOINT,
        *_AS_REPORTED,
        *_P_VALUE,
        _number("ci_level", "Level of the interval", "proportion 0 to 1"),
        *_OTHERS,
    ),
    "responses": (
        *_GROUP,
        _number("orr", "Objective response rate", "proportion 0 to 1"),
        _number("dcr", "Disease control rate", "proportion 0 to 1"),
        *_P_VALUE,
        *_p("p_orr", "p-value of the objective response"),
        *_p("p_dcr", "p-value of the disease control"),
        *_REPEATS,
    ),
    "adverse_events": (
        *_GROUP,
        _text("term", "Event: CTCAE v5.0 term, or what kind says"),
        _text("soc", "System organ class of CTCAE v5.0"),
        _text("kind", "What the term is", allowed=("ctcae", "summary", "gvhd", "death")),
        _count("grade_low", "Lowest grade of the events counted", "CTCAE grade"),
        _count("grade_high", "Highest grade of the events counted", "CTCAE grade"),
        Rule(column="serious", dtype="bool", description="Called serious", required=True),
        _text("denominator", "What was counted as at risk", allowed=("patients", "infusions", "cycles"), required=True),
        *_REPEATS,
    ),
    "arms": _GROUP,
    "products": (
        _text("group", "Group of patients; missing for all", allowed=("cik", "control", "all")),
        *_GROUP[1:2],
        _text("group_reported", "Group and arm as entered"),
    ),
    "conduct": _date("data_cutoff", "Data cut-off"),
    "flow": _GROUP,
    "patients": (
        _text("sex", "Sex", allowed=("F", "M")),
        _text("infusions_reported", "Infusions as reported"),
        *_INFUSIONS,
        *_CELLS,
        _number("os_time", "Overall survival", "months"),
        _text("os_time_reported", "Overall survival as reported"),
        _number("pfs_time", "Progression-free survival", "months"),
        _text("pfs_time_reported", "Progression-free survival as reported"),
        _text("unit_reported", "Unit as reported"),
    ),
    "registrations": (*_COUNTRY, *_date("start", "Start")),
    "published_claims": (
        _number("value", "The value stated", "as in unit"),
        _text("value_relation", "Whether more than the value is claimed", allowed=("exact", "above")),
        _count("value_whole", "What the value is a part of", "as in unit"),
        _text("value_reported", "The value as printed", required=True),
    ),
    "meta_analyses": (*_AS_REPORTED, *_P_VALUE),
}
"""Rules of the columns that a cleaned table has beyond, or other than, the raw one."""

RENAMED = {
    "trials": {"registration_id", "co_treatment"},
    "medians": {"unit"},
    "landmarks": {"unit"},
    "patients": {"infusions", "unit"},
}
"""Raw columns that a cleaned table has under other names only."""

FLAGS = (
    _text("table", "The table of the flagged cell", required=True),
    _text("file", "The raw file", required=True),
    Rule(column="line", dtype="int64", description="The line in the raw file", required=True),
    _text("column", "The column", required=True),
    _text("found", "What was found"),
    _text("why", "Why it is flagged", required=True),
    _text("allowed", "What can be read", required=True),
    _text("trial_id", "The trial", foreign="trials.trial_id"),
    _text("row_id", "The table and the line of the row in its raw file", required=True),
    _text("answer", "What a registrar answered with the source in front, see reviewed_flags"),
)
