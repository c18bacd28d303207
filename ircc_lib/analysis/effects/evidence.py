"""What the registry holds on one trial and endpoint, laid out for the ladder of hazard ratios.

Only comparisons of the whole trial count. Set aside, with the reason kept: rows that name
a subgroup (whatever it says: an age, a stage, or "propensity score matched"), comparisons
among CIK patients, and groups that name an arm (``cik:stage3``), since neither says how
the parts make up the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ircc_lib.registry.rows import rows_of, usable_rows

# Of a trial that reports several of the family, the first that yields an effect is taken:
# progression or recurrence with death as an event before those that leave deaths out.
PFS_FAMILY = ["PFS", "DFS", "RFS", "EFS", "TTP", "TTR"]
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
    set_aside : what was not used and why, one phrase a kind
    """

    trial: dict
    endpoint: str
    comparisons: list[dict]
    landmarks: list[Landmark]
    medians: dict[str, dict]
    sizes: ArmSizes | None
    set_aside: tuple[str, ...]

    @property
    def randomised(self) -> bool:
        return self.trial["design"] == "randomised"


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


def known_endpoints(reg) -> set[str]:
    """Endpoints of OS and the PFS family that a registry has survival evidence on."""
    return {
        endpoint
        for table in map(usable_rows, (reg.comparisons, reg.landmarks, reg.medians))
        for family, endpoint in zip(table["endpoint_family"].tolist(), table["endpoint"].tolist())
        if family in ("OS", "PFS")
    }


def gather(reg, endpoints: list[str]) -> Iterator[Evidence]:
    """The evidence of every controlled report on each of `endpoints`, in the table's order."""
    parts = {
        name: _by_trial(usable_rows(getattr(reg, name)), endpoints) for name in ("comparisons", "landmarks", "medians")
    }
    reporting = {trial_id for part in parts.values() for trial_id, _ in part}
    trials = reg.trials if reporting else reg.trials.iloc[:0]
    for trial in rows_of(trials[trials["design"].isin(CONTROLLED) & trials["trial_id"].isin(reporting)]):
        for endpoint in endpoints:
            rows = {name: part.get((trial["trial_id"], endpoint), []) for name, part in parts.items()}
            if any(rows.values()):
                yield _laid_out(trial, endpoint, rows)


def stated(value) -> bool:
    """Whether a cell of the registry holds anything."""
    return not pd.isna(value)


def _by_trial(table: pd.DataFrame, endpoints: list[str]) -> dict[tuple[str, str], list[dict]]:
    found: dict[tuple[str, str], list[dict]] = {}
    for row in rows_of(table[table["endpoint"].isin(endpoints)]):
        found.setdefault((row["trial_id"], row["endpoint"]), []).append(row)
    return found


def _laid_out(trial: dict, endpoint: str, rows: dict[str, list[dict]]) -> Evidence:
    aside: list[str] = []
    comparisons = _whole_trial_comparisons(rows["comparisons"], aside)
    landmarks = _paired_landmarks(rows["landmarks"], aside)
    medians = _arm_medians(rows["medians"], aside)
    return Evidence(
        trial=trial,
        endpoint=endpoint,
        comparisons=comparisons,
        landmarks=landmarks,
        medians=medians,
        sizes=_arm_sizes(trial, medians),
        set_aside=tuple(aside),
    )


def _whole_trial_comparisons(rows: list[dict], aside: list[str]) -> list[dict]:
    between = [row for row in rows if row["orientation"] != "within_cik"]
    parts = [row["subgroup"] for row in between if stated(row["subgroup"])]
    if parts:
        aside.append(f"comparisons for a part of the record only ({', '.join(dict.fromkeys(parts))})")
    elif len(between) < len(rows):
        aside.append("a comparison among CIK patients only")
    return [row for row in between if not stated(row["subgroup"])]


def _paired_landmarks(rows: list[dict], aside: list[str]) -> list[Landmark]:
    at: dict[float, dict[str, list[dict]]] = {}
    whole = _without_arms(rows, "survival rates", aside)
    for row in whole:
        if stated(row["survival"]):
            at.setdefault(float(row["time"]), {}).setdefault(row["group"], []).append(row)
    found = []
    for time, arms in sorted(at.items()):
        cik, control = arms.get("cik", []), arms.get("control", [])
        if len(cik) == len(control) == 1:
            both = cik + control
            found.append(
                Landmark(
                    time=time,
                    cik=cik[0]["survival"],
                    control=control[0]["survival"],
                    row_ids=[row["row_id"] for row in both],
                    notes=[row["note"] for row in both if stated(row["note"])],
                )
            )
    if whole and not found:
        aside.append("survival rates of one arm only, or at different times")
    return found


def _arm_medians(rows: list[dict], aside: list[str]) -> dict[str, dict]:
    whole = _without_arms(rows, "medians", aside)
    arms = {name: [row for row in whole if row["group"] == name] for name in ("cik", "control")}
    return {name: found[0] for name, found in arms.items() if len(found) == 1}


def _without_arms(rows: list[dict], what: str, aside: list[str]) -> list[dict]:
    named = list(dict.fromkeys(row["arm"] for row in rows if stated(row["arm"])))
    if named:
        aside.append(f"{what} for a part of the record only ({', '.join(named)})")
    return [row for row in rows if not stated(row["arm"])]


def _arm_sizes(trial: dict, medians: dict[str, dict]) -> ArmSizes | None:
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


def _number(value) -> float | None:
    return float(value) if stated(value) else None
