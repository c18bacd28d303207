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
class Evidence:
    """One report's whole-trial evidence on one endpoint.

    Attributes
    ----------
    trial : the report's row of the trials table
    comparisons : the registry's comparisons
    landmarks : time (months), cik, control (survival 0..1), row_ids; times with both arms
    medians : row of each arm ("cik", "control") that has one
    sizes : patients of the arms, None where not known
    set_aside : what was not used and why, one phrase a kind
    """

    trial: pd.Series
    endpoint: str
    comparisons: pd.DataFrame
    landmarks: pd.DataFrame
    medians: dict[str, pd.Series]
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
    tables = [reg.comparisons, reg.landmarks, reg.medians]
    return {name for table in tables
            for name in table.loc[table["endpoint_family"].isin(["OS", "PFS"]), "endpoint"].unique()}


def gather(reg, endpoints: list[str]) -> Iterator[Evidence]:
    """The evidence of every controlled report on each of `endpoints`, in the table's order."""
    parts = {name: _by_trial(getattr(reg, name), endpoints)
             for name in ("comparisons", "landmarks", "medians")}
    for _, trial in reg.trials[reg.trials["design"].isin(CONTROLLED)].iterrows():
        for endpoint in endpoints:
            rows = {name: part.get((trial["trial_id"], endpoint)) for name, part in parts.items()}
            if any(found is not None for found in rows.values()):
                yield _laid_out(trial, endpoint, rows)


def _by_trial(table: pd.DataFrame, endpoints: list[str]) -> dict[tuple[str, str], pd.DataFrame]:
    asked = table[table["endpoint"].isin(endpoints)]
    return dict(list(asked.groupby(["trial_id", "endpoint"], sort=False)))


def _laid_out(trial: pd.Series, endpoint: str, rows: dict) -> Evidence:
    aside: list[str] = []
    comparisons = _whole_trial_comparisons(rows["comparisons"], aside)
    landmarks = _paired_landmarks(rows["landmarks"], aside)
    medians = _arm_medians(rows["medians"], aside)
    return Evidence(trial=trial, endpoint=endpoint, comparisons=comparisons, landmarks=landmarks,
                    medians=medians, sizes=_arm_sizes(trial, medians), set_aside=tuple(dict.fromkeys(aside)))


def _whole_trial_comparisons(rows: pd.DataFrame | None, aside: list[str]) -> pd.DataFrame:
    if rows is None:
        return pd.DataFrame(columns=["row_id"])
    within = rows["orientation"].eq("within_cik").fillna(False).astype(bool)
    part = rows["subgroup"].notna() & ~within
    if part.any():
        aside.append(f"comparisons for a part of the record only ({', '.join(rows.loc[part, 'subgroup'].unique())})")
    elif within.any():
        aside.append("a comparison among CIK patients only")
    return rows[~within & ~part]


def _paired_landmarks(rows: pd.DataFrame | None, aside: list[str]) -> pd.DataFrame:
    columns = ["time", "cik", "control", "row_ids", "notes"]
    if rows is None:
        return pd.DataFrame(columns=columns)
    whole = _without_arms(rows, "survival rates", aside)
    found = []
    for time, at_time in whole.groupby("time", sort=True):
        arms = {name: at_time[at_time["group"] == name] for name in ("cik", "control")}
        if all(len(arm) == 1 and arm["survival"].notna().all() for arm in arms.values()):
            both = pd.concat(arms.values())
            found.append([float(time), *both["survival"], list(both["row_id"]), _notes(both)])
    if len(whole) and not found:
        aside.append("survival rates of one arm only, or at different times")
    return pd.DataFrame(found, columns=columns)


def _arm_medians(rows: pd.DataFrame | None, aside: list[str]) -> dict[str, pd.Series]:
    if rows is None:
        return {}
    whole = _without_arms(rows, "medians", aside)
    arms = {name: whole[whole["group"] == name] for name in ("cik", "control")}
    return {name: arm.iloc[0] for name, arm in arms.items() if len(arm) == 1}


def _without_arms(rows: pd.DataFrame, what: str, aside: list[str]) -> pd.DataFrame:
    named = rows["arm"].notna()
    if named.any():
        aside.append(f"{what} for a part of the record only ({', '.join(rows.loc[named, 'arm'].unique())})")
    return rows[~named]


def _arm_sizes(trial: pd.Series, medians: dict[str, pd.Series]) -> ArmSizes | None:
    """The arms' patients: as printed; by subtraction; or, where randomised, as equal halves."""
    cik, control, total = (_number(trial[key]) for key in ("n_cik", "n_control", "n_total"))
    if len(medians) == 2 and (cik is None or control is None):
        cik, control = (_number(medians[name]["n"]) or size for name, size in (("cik", cik), ("control", control)))
    if cik and control:
        return ArmSizes(cik=cik, control=control)
    several_controls = pd.notna(trial["comparator"]) and ";" in trial["comparator"]
    if cik and total and total > cik and not several_controls:
        return ArmSizes(cik=cik, control=total - cik, note=f"control arm taken as {total:g} - {cik:g} patients")
    if total and not cik and not control and trial["design"] == "randomised":
        note = f"arm sizes not stated: {total:g} randomised patients taken as equal halves"
        return ArmSizes(cik=total / 2, control=total / 2, note=note, assumed=True)
    return None


def _number(value) -> float | None:
    return None if pd.isna(value) else float(value)


def _notes(rows: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(rows["note"].dropna()))
