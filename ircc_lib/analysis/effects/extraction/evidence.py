"""What the registry holds on one trial and endpoint, laid out for the hierarchy of methods.

Only comparisons of the whole trial count; matched groups of a study without randomisation are
such a one. Set aside, with the reason kept: rows that name another subgroup, comparisons
among CIK patients, and groups that name an arm (``cik:stage3``), since neither says how
the parts make up the whole.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.endpoints import PFS_FAMILY
from ircc_lib.registry.labels import arm_words
from ircc_lib.registry.rows import rows_by, rows_of, usable_rows

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


# Of a trial that reports several of the family, the first that yields an effect is taken:
# progression or recurrence with death as an event before those that leave deaths out.
DEATH_COUNTS = PFS_FAMILY[:4]  # endpoints whose events are progressions, recurrences and deaths together
SAME_TIME = 0.1  # months by which one time may differ in two units: 1,095 days are 35.98 months
ROUNDING = 0.01  # share by which one value may differ in two units
MATCHED = re.compile(r"\bpropensity|\bmatched\b|\binverse probability\b|\bIPTW\b", re.IGNORECASE)
AT_A_TIME = re.compile(r"\d+-(?:year|month)\b[^,]*$")  # what a comparison at one time is entered as: "2-year rate"
NOT_MEDIANS = {"mean": "means", "not named": "averages that are not named", "median": "medians"}
CONTROLLED = ["randomised", "controlled_nonrandomised", "retrospective_controlled"]


@dataclass(frozen=True, kw_only=True)
class ArmSizes:
    """Patients of both arms, and where they were not both printed, how they were had."""

    cik: float
    control: float
    note: str = ""
    assumed: bool = False


@dataclass(frozen=True, kw_only=True)
class Landmark:
    """Survival (0..1) of both arms at one time in months, and the rows that say so."""

    time: float
    cik: float
    control: float
    row_ids: list[str]
    notes: list[str]


@dataclass(frozen=True, kw_only=True)
class Events:
    """Printed numbers of events of both arms together, and the rows that say so."""

    total: float
    row_ids: list[str]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One report's whole-trial evidence on one endpoint.

    Rows are dicts by column name, as the registry's tables have them.

    Attributes
    ----------
    trial : the report's row of the trials table
    comparisons : rows of the comparisons
    landmarks : times with a rate of both arms, in order
    medians : row of each arm ("cik", "control") that has one
    sizes : patients of the arms, None where not known
    events : events of both arms where printed, None where not
    set_aside : what was not used and why, one phrase a kind
    """

    trial: dict[str, Any]
    endpoint: str
    comparisons: list[dict[str, Any]]
    landmarks: list[Landmark]
    medians: dict[str, dict[str, Any]]
    sizes: ArmSizes | None
    events: Events | None
    set_aside: tuple[str, ...]

    @property
    def randomised(self) -> bool:
        """By the design, whoever says so."""
        return self.trial["design"] == "randomised"

    @property
    def own_word(self) -> bool:
        """Whether the report's own record says that patients were allocated at random."""
        said = self.trial["allocation"] == "random" and self.trial["allocation_basis"] == "own record"
        return self.randomised and said

    @property
    def compares(self) -> bool:
        """Whether the report sets the arms side by side on this endpoint: by a test, by rates or by medians."""
        return bool(self.comparisons or self.landmarks or len(self.medians) == 2)


def endpoints_asked(endpoint: str, known: set[str]) -> list[str]:
    """The registry's endpoints that a question means: ``PFS`` is the whole family.

    Raises ValueError for an endpoint that the registry does not know.

    >>> endpoints_asked("PFS", {"OS", "PFS", "DFS"})
    ['PFS', 'DFS']
    """
    if endpoint == "PFS":
        return [name for name in PFS_FAMILY if name in known]
    if endpoint != "OS" and endpoint not in known:
        raise ValueError(f"endpoint: {endpoint!r} is none of the registry's: {', '.join(sorted(known))}")
    return [endpoint]


def known_endpoints(reg: Registry) -> set[str]:
    """Endpoints of OS and the PFS family that a registry has survival evidence on."""
    return {
        endpoint
        for table in map(usable_rows, (reg.comparisons, reg.landmarks, reg.medians))
        for family, endpoint in zip(table["endpoint_family"].tolist(), table["endpoint"].tolist())
        if family in ("OS", "PFS")
    }


def gather(reg: Registry, endpoints: list[str], *, averages: tuple[str, ...] = ("median",)) -> Iterator[Evidence]:
    """The evidence of every controlled report on each of `endpoints`, in the table's order.

    `averages` are the kinds of ``medians.statistic`` that may stand as a median.
    """
    parts = {
        name: _by_trial(usable_rows(getattr(reg, name)), endpoints) for name in ("comparisons", "landmarks", "medians")
    }
    reporting = {trial_id for part in parts.values() for trial_id, _ in part}
    trials = reg.trials if reporting else reg.trials.iloc[:0]
    arms = rows_by(reg.arms, "trial_id")
    for trial in rows_of(trials[trials["design"].isin(CONTROLLED) & trials["trial_id"].isin(reporting)]):
        for endpoint in endpoints:
            rows = {name: part.get((trial["trial_id"], endpoint), []) for name, part in parts.items()}
            if any(rows.values()):
                yield _laid_out(trial, endpoint, rows, arms.get(trial["trial_id"], []), averages)


def stated(value: Any) -> bool:
    """Whether a cell of the registry holds anything."""
    return not pd.isna(value)


def _by_trial(table: pd.DataFrame, endpoints: list[str]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of(table if table.empty else table[table["endpoint"].isin(endpoints)]):
        found.setdefault((row["trial_id"], row["endpoint"]), []).append(row)
    return found


def _laid_out(
    trial: dict[str, Any],
    endpoint: str,
    rows: dict[str, list[dict[str, Any]]],
    arms: list[dict[str, Any]],
    averages: tuple[str, ...],
) -> Evidence:
    aside: list[str] = []
    comparisons = _whole_trial_comparisons(rows["comparisons"], trial["design"] != "randomised", aside)
    landmarks = _paired_landmarks(rows["landmarks"], aside)
    medians = _arm_medians(rows["medians"], averages, aside)
    whole = {row["group"]: row for row in arms if not stated(row["arm"])}
    return Evidence(
        trial=trial,
        endpoint=endpoint,
        comparisons=comparisons,
        landmarks=landmarks,
        medians=medians,
        sizes=_arm_sizes(trial, medians),
        events=_printed_events(endpoint, comparisons, medians, whole),
        set_aside=tuple(aside),
    )


def _whole_trial_comparisons(rows: list[dict[str, Any]], observational: bool, aside: list[str]) -> list[dict[str, Any]]:
    """Comparisons of the whole trial; in a study without randomisation a matched one is its adjusted comparison."""
    between = [row for row in rows if row["orientation"] != "within_cik"]
    if observational:
        between = [
            row | {"adjusted": "yes", "subgroup": None, "matched": True} if _matched(row) else row for row in between
        ]
    parts = dict.fromkeys(row["subgroup"] for row in between if stated(row["subgroup"]))
    times = [part for part in parts if AT_A_TIME.match(part)]
    groups = [part for part in parts if part not in times]
    if times:
        aside.append(f"compared at one time only ({', '.join(times)})")
    if groups:
        aside.append(f"reported for a subgroup only ({', '.join(groups)})")
    if not parts and len(between) < len(rows):
        aside.append("a comparison among CIK patients only")
    return [row for row in between if not stated(row["subgroup"])]


def _matched(row: dict[str, Any]) -> bool:
    """Whether a comparison is that of matched or weighted groups of the whole study."""
    note = row["note"] if stated(row["note"]) and not stated(row["subgroup"]) else ""
    if re.search(r"\bbefore\b", note):
        return False
    return bool(MATCHED.search(row["subgroup"] if stated(row["subgroup"]) else note))


def _paired_landmarks(rows: list[dict[str, Any]], aside: list[str]) -> list[Landmark]:
    """Rates of both arms at one time; a time in days and in months, or a row entered twice, is one fact."""
    whole = _without_arms(rows, "survival rates", aside)
    told = [row for row in whole if stated(row["survival"]) and row["time"] > 0]
    at: list[tuple[float, dict[str, list[dict[str, Any]]]]] = []
    for row in sorted(told, key=lambda row: row["time"]):
        if not at or row["time"] > at[-1][0] + SAME_TIME:
            at.append((float(row["time"]), {}))
        at[-1][1].setdefault(row["group"], []).append(row)
    found = []
    for time, arms in at:
        cik, control = (_one_fact(arms.get(arm, []), "survival") for arm in ("cik", "control"))
        if cik and control:
            both = [cik, control]
            found.append(
                Landmark(
                    time=time,
                    cik=cik["survival"],
                    control=control["survival"],
                    row_ids=[row["row_id"] for row in both],
                    notes=[row["note"] for row in both if stated(row["note"])],
                )
            )
        elif any(arm in arms and not _one_fact(arms[arm], "survival") for arm in ("cik", "control")):
            aside.append(f"different survival rates of one arm at {time:g} months")
    if whole and not found:
        aside.append("survival rates of one arm only, or at different times")
    return found


def _arm_medians(rows: list[dict[str, Any]], averages: tuple[str, ...], aside: list[str]) -> dict[str, dict[str, Any]]:
    whole = _without_arms(rows, "medians", aside)
    other = [row["statistic"] for row in whole if stated(row["statistic"]) and row["statistic"] not in averages]
    aside += [f"{NOT_MEDIANS[kind]}, not medians" for kind in dict.fromkeys(other)]
    usable = [row for row in whole if not stated(row["statistic"]) or row["statistic"] in averages]
    arms = {name: [row for row in usable if row["group"] == name] for name in ("cik", "control")}
    found = {name: _one_fact(rows, "median") for name, rows in arms.items()}
    if any(rows and not found[name] for name, rows in arms.items()):
        aside.append("different medians of one arm")
    return {name: row for name, row in found.items() if row}


def _one_fact(rows: list[dict[str, Any]], key: str) -> dict[str, Any] | None:
    """The row, where all say the same within rounding, that says most; None where there is none or they differ."""
    values = [float(row[key]) for row in rows if stated(row[key])]
    differ = bool(values) and (len(values) < len(rows) or max(values) - min(values) > ROUNDING * max(values))
    if not rows or differ:
        return None
    return max(rows, key=lambda row: sum(stated(value) for value in row.values()))


def _without_arms(rows: list[dict[str, Any]], what: str, aside: list[str]) -> list[dict[str, Any]]:
    named = list(dict.fromkeys(row["arm"] for row in rows if stated(row["arm"])))
    if named:
        aside.append(f"{what} of parts of the trial only ({'; '.join(map(arm_words, named))})")
    return [row for row in rows if not stated(row["arm"])]


def _printed_events(
    endpoint: str,
    comparisons: list[dict[str, Any]],
    medians: dict[str, dict[str, Any]],
    arms: dict[str, dict[str, Any]],
) -> Events | None:
    """Events of both arms, as the comparison, the medians or the arms print them."""
    for row in comparisons:
        counts = [n for arm in ("cik", "control") if (n := _number(row[f"n_events_{arm}"])) is not None]
        if len(counts) == 2:
            return Events(total=sum(counts), row_ids=[row["row_id"]])
    column = {"OS": "os_events"}.get(endpoint, "pfs_events" if endpoint in DEATH_COUNTS else None)
    for rows, key in ((medians, "n_events"), (arms, column)):
        both = [rows[arm] for arm in ("cik", "control") if key and arm in rows and stated(rows[arm][key])]
        if key and len(both) == 2:
            return Events(total=math.fsum(row[key] for row in both), row_ids=[row["row_id"] for row in both])
    return None


def _arm_sizes(trial: dict[str, Any], medians: dict[str, dict[str, Any]]) -> ArmSizes | None:
    """The arms' patients: as printed; by subtraction; or, where randomised, as equal halves."""
    cik, control, total = (_number(trial[key]) for key in ("n_cik", "n_control", "n_total"))
    if len(medians) == 2 and (cik is None or control is None):
        cik, control = (_number(medians[name]["n"]) or size for name, size in (("cik", cik), ("control", control)))
    if cik and control:
        return ArmSizes(cik=cik, control=control)
    several_controls = stated(trial["comparator"]) and ";" in trial["comparator"]
    if cik and total and total > cik and not several_controls:
        return ArmSizes(cik=cik, control=total - cik, note=f"control arm taken as {total:g} - {cik:g} patients")
    if total and not cik and not control and trial["design"] == "randomised":
        note = f"arm sizes not stated: {total:g} randomised patients taken as equal halves"
        return ArmSizes(cik=total / 2, control=total / 2, note=note, assumed=True)
    return None


def _number(value: Any) -> float | None:
    return float(value) if stated(value) else None
