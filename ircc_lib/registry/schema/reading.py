"""How a reported column is read, and what comes out: one declaration for cleaner, dictionary and schema.

A model of a raw table names the reading of a column (``reads=P_VALUE``). The dictionary says its words, the
schema of the cleaned table has the columns that it gives, and `ircc_lib.registry.clean.columns.READERS` holds
the function that makes them. What follows from several columns together is in `cleaned.DERIVED`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ircc_lib.registry.parse.p_values import RELATIONS
from ircc_lib.registry.schema.cleaned import Rule, count_rule, number_rule, text_rule

DOSE = "cells, see cells_basis and cells_per"
Gives = Callable[[str, str], tuple[Rule, ...]]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the text of a column is read.

    Attributes
    ----------
    words : str
        How it is read, as the data dictionary says it.
    gives : callable
        The rules of the cleaned columns that come out, from the raw column's name and description. One of the
        raw column's own name takes its place; otherwise the raw column stays as it is.
    instead : str
        The name under which the raw column goes on; empty where it keeps its own.
    """

    words: str
    gives: Gives = lambda column, what: ()
    instead: str = ""

    def rules(self, column: str, description: str) -> tuple[Rule, ...]:
        """The rules of the cleaned columns that a raw column gives."""
        return self.gives(column, description)


def plain(words: str) -> Reading:
    """A reading that gives the column itself and no other: ``as is``, ``number``, a vocabulary's terms."""
    return Reading(words=words)


def as_reported(column: str, what: str) -> Rule:
    """The rule of the text that stands beside a value."""
    return text_rule(f"{column}_reported", f"{what} as reported")


def _p_value(column: str, what: str) -> tuple[Rule, ...]:
    what, relation = what.removesuffix(" as reported"), "p_relation" if column == "p_value" else f"{column}_relation"
    return (
        number_rule(column, f"{what}; a bound where {relation} is below or above"),
        text_rule(relation, f"{what}: how the number relates to it", allowed=RELATIONS),
        as_reported(column, what),
    )


def _date(column: str, what: str) -> tuple[Rule, ...]:
    return (
        Rule(column=column, dtype="datetime64[us]", description=f"{what}: first day of the period"),
        text_rule(f"{column}_precision", f"{what}: how exact", allowed=("year", "month", "day")),
        as_reported(column, what),
    )


def _group(column: str, what: str) -> tuple[Rule, ...]:
    known = not what.endswith("; empty for all")
    missing = "" if known else "; missing for all"
    return (
        text_rule(column, f"Group of patients{missing}", allowed=("cik", "control", "all"), required=known),
        text_rule("arm", "Part of the group: the text after the colon"),
        text_rule("group_reported", "Group and arm as entered", required=known),
    )


def _share(column: str, what: str) -> tuple[Rule, ...]:
    name = column.removesuffix("_pct")
    share = number_rule(name, what, "proportion 0 to 1")
    return (share,) if name != column else (share, as_reported(column, _bound(what)))


AS_IS, NUMBER, WHOLE_NUMBER = plain("as is"), plain("number"), plain("whole number")

P_VALUE = Reading(words="p-value", gives=_p_value)
DATE = Reading(words="partial date", gives=_date)
GROUP_AND_ARM = Reading(words="as is", gives=_group)
SHARE = Reading(words="number", gives=_share)
UNIT = Reading(
    words="as is", gives=lambda column, what: (text_rule("unit_reported", "Unit as reported"),), instead="unit_reported"
)
KEPT_NUMBER = Reading(words="number", gives=lambda column, what: (as_reported(column, _bound(what)),))
MONTHS = Reading(
    words="number", gives=lambda column, what: (number_rule(column, what, "months"), as_reported(column, _bound(what)))
)
DURATION = Reading(
    words="duration, possibly censored",
    gives=lambda column, what: (number_rule(column, what, "months"), as_reported(column, what)),
)
MEDIAN = Reading(
    words="duration or not reached",
    gives=lambda column, what: (
        number_rule("median", "Median survival; missing when not reached", "months"),
        Rule(column="reached", dtype="boolean", description="Whether the median was reached"),
    ),
)
ENDPOINT = Reading(
    words="vocabulary endpoints",
    gives=lambda column, what: (
        text_rule(column, "Endpoint by the vocabulary; as reported where that does not know it", required=True),
        text_rule(
            f"{column}_family",
            "OS; PFS for times to progression, recurrence or death; other",
            allowed=("OS", "PFS", "other"),
            required=True,
        ),
        text_rule(f"{column}_reported", "Endpoint as reported", required=True),
    ),
)
COUNTRY = Reading(
    words="country (ISO 3166)",
    gives=lambda column, what: (
        text_rule(column, f"{what}: English short name of ISO 3166-1"),
        text_rule(f"{column}_code", f"{what}: three-letter code of ISO 3166-1"),
        as_reported(column, what),
    ),
)
PMID, DOI = plain("PMID"), plain("DOI")
REGISTRATIONS = Reading(
    words="registration numbers",
    gives=lambda column, what: (
        as_reported(column, what),
        text_rule(f"{column}s", f'{what}, "; "-joined'),
    ),
    instead="registration_id_reported",
)
TREATMENTS = Reading(
    words="vocabulary co_treatments",
    gives=lambda column, what: (
        as_reported(column, what),
        text_rule("co_treatments", f'{what}: categories, "; "-joined'),
        text_rule("drug_classes", 'Classes of the drugs that it names, "; "-joined'),
    ),
    instead="co_treatment_reported",
)
INFUSIONS = Reading(
    words="infusion count",
    gives=lambda column, what: (
        count_rule("infusions_low", "Fewest infusions, cycles or courses of a patient", "as in infusions_unit"),
        count_rule("infusions_high", "Most infusions, cycles or courses of a patient", "as in infusions_unit"),
        text_rule("infusions_unit", "What the numbers count", allowed=("infusions", "cycles", "courses")),
        text_rule("infusions_reported", "Infusions as reported"),
    ),
)
INFUSIONS_RENAMED = replace(INFUSIONS, instead="infusions_reported")
CELLS = Reading(
    words="cell dose",
    gives=lambda column, what: (
        number_rule("cells_low", "Lowest dose stated", DOSE),
        number_rule("cells_high", "Highest dose stated", DOSE),
        number_rule("cells_centre", "Single, typical, mean or median dose", DOSE),
        text_rule("cells_basis", "Whether the dose is by body weight", allowed=("absolute", "per kg")),
        text_rule(
            "cells_per",
            "What the dose is given per; total is all a patient received",
            allowed=("infusion", "cycle", "course", "total", "unstated"),
        ),
    ),
)
EVENT = Reading(
    words="vocabulary adverse_events",
    gives=lambda column, what: (
        text_rule("term", "Event: CTCAE v5.0 term, or what kind says"),
        text_rule("soc", "System organ class of CTCAE v5.0"),
        text_rule("kind", "What the term is", allowed=("ctcae", "summary", "gvhd", "death")),
    ),
)
GRADE = Reading(
    words="vocabulary grades",
    gives=lambda column, what: (
        count_rule("grade_low", "Lowest grade of the events counted", "CTCAE grade"),
        count_rule("grade_high", "Highest grade of the events counted", "CTCAE grade"),
    ),
)
SEX = Reading(words="sex", gives=lambda column, what: (text_rule(column, what, allowed=("F", "M")),))
CLAIM = Reading(
    words="number, at least, or part of a whole",
    gives=lambda column, what: (
        number_rule(column, "The value stated", "as in unit"),
        text_rule(f"{column}_relation", "Whether more than the value is claimed", allowed=("exact", "above")),
        count_rule(f"{column}_whole", "What the value is a part of", "as in unit"),
        text_rule(f"{column}_reported", what, required=True),
    ),
)


def _bound(what: str) -> str:
    """``Lower bound of the 95 % interval`` as the name of a reported text: ``Lower bound``."""
    return what.partition(" of ")[0].removeprefix("Pooled ").capitalize()
