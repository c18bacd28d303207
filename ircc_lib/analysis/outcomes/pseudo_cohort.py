"""Patients that would show the rates and medians a trial reports: a pseudo-cohort, not individual data.

Between the points that are known (1 at time 0, the survival rates, 0.5 at the median) survival is taken
to fall exponentially. An arm of n patients becomes n times at the quantiles (i - 1/2) / n of this
curve; patients who outlive the last known point are censored there. Nothing is drawn at random and
nothing extrapolated. The shape within a piece, the number at risk and every p-value that could be computed
from such patients are artefacts of this construction; medians and rates are those reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ircc_lib.analysis.effects.extraction.evidence import stated
from ircc_lib.analysis.effects.pooled import FEWEST
from ircc_lib.analysis.facts import trial_facts
from ircc_lib.analysis.normal import Z95
from ircc_lib.analysis.outcomes.arms import MEDIAN, statistic
from ircc_lib.analysis.time_to_event.restricted_mean import rmst_difference
from ircc_lib.registry.rows import by_year, rows_of, usable_rows

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


HORIZONS = (6.0, 12.0, 24.0, 36.0, 60.0)  # months
_ARM = {"cik": "CIK arm", "control": "control arm"}
MINIMUM_ARM = 3  # patients: fewer have no curve worth drawing


def pseudo_cohort(reg: Registry, endpoint: str = "OS", *, randomised: bool | None = None) -> pd.DataFrame:
    """A piecewise-exponential pseudo-cohort of all trials whose two arms report rates or medians.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    endpoint : str
        ``OS`` or ``PFS``; of several endpoints of the PFS family a trial's best reported is taken.
    randomised : bool, optional
        True only randomised trials, False only others, None both.

    Returns
    -------
    DataFrame
        One row per pseudo-patient: ``time`` (months), ``event`` (1, 0), ``arm`` (cik, control), ``trial_id``,
        ``cohort``, ``entity``, ``randomised``, ``endpoint``; and in ``.attrs["left_out"]`` a DataFrame of
        trials with rates or medians that are not in it, with the reason.

    Raises
    ------
    ValueError : an endpoint family other than OS and PFS

    References
    ----------
    Collett D (2015), Modelling Survival Data in Medical Research, 3rd ed., chapter 6 (piecewise exponential).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> cohort = pseudo_cohort(ircc.load_registry(), endpoint="OS", randomised=True)
    >>> sorted(cohort["arm"].unique())
    ['cik', 'control']
    """
    by_trial: dict[str, list[dict[str, Any]]] = {}
    for point in _known_points(reg, endpoint):
        if randomised is None or point["randomised"] == randomised:
            by_trial.setdefault(point["trial_id"], []).append(point)
    arms, left_out = [], []
    for trial_id, points in by_trial.items():
        both, why = _two_arms(points)
        arms += both
        if why:
            left_out.append((trial_id, points[0]["cohort"], why))
    oldest_first = sorted((arm[0] for arm in arms), key=lambda arm: (not pd.isna(arm["year"]), *by_year(arm)))
    latest = {about["cohort"]: about["trial_id"] for about in oldest_first}
    cohort = _patients([arm for arm in arms if latest[arm[0]["cohort"]] == arm[0]["trial_id"]])
    cohort.attrs["endpoint"] = endpoint
    cohort.attrs["left_out"] = pd.DataFrame(left_out, columns=["trial_id", "cohort", "why"])
    return cohort


def arm_curve(times: ArrayLike, survival: ArrayLike, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Times and events of `n` pseudo-patients whose survival passes through the points given.

    Parameters
    ----------
    times : (k,) months, positive; survival : (k,) 0..1 at these times; n : patients

    Returns
    -------
    (n,) times in rising order, (n,) events: 0 where a patient outlives the last point, and is censored at it.
    Down to a survival of 0 the last piece falls linearly, as no exponential reaches 0.

    Raises
    ------
    ValueError : no points, times that repeat or are not positive, survival outside 0..1 or rising, n below 1.

    Examples
    --------
    Half of four patients die within a year, at the quantiles 1/8 and 3/8 of the curve.

    >>> time, event = arm_curve([12], [0.5], 4)
    >>> time.round(1).tolist(), event.tolist()
    ([2.3, 8.1, 12.0, 12.0], [1, 1, 0, 0])
    """
    times, survival = np.asarray(times, dtype=float), np.asarray(survival, dtype=float)
    if times.size == 0 or times.size != survival.size or n < 1:
        raise ValueError("an arm needs times, as many survival rates, and at least one patient")
    order = np.argsort(times, kind="stable")
    times, survival = np.append(0.0, times[order]), np.append(1.0, survival[order])
    if not (np.diff(times) > 0).all():
        raise ValueError("times must be positive and differ from each other")
    if (np.diff(survival) > 0).any() or not ((survival >= 0) & (survival <= 1)).all():
        raise ValueError("survival must lie between 0 and 1 and not rise with time")
    left = 1 - (np.arange(n) + 0.5) / n  # share still alive when each patient's time comes
    event = left >= survival[-1]
    piece = np.clip(np.searchsorted(-survival, -left, side="left") - 1, 0, times.size - 2)
    start, end = survival[piece], survival[piece + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(end > 0, np.log(left / start) / np.log(end / start), (start - left) / (start - end))
    drawn = times[piece] + share * (times[piece + 1] - times[piece])
    return np.where(event, drawn, times[-1]), event.astype(int)


def rmst_by_entity(cohort: pd.DataFrame, *, at_least: int = FEWEST) -> pd.DataFrame:
    """Restricted mean survival of a pseudo-cohort, CIK minus control, by entity and design.

    The mean of the trials' own differences, weighed by their patients, so that patients of one trial are
    never compared with those of another.

    Parameters
    ----------
    cohort : DataFrame
        As `pseudo_cohort` gives it.
    at_least : int
        Trials an entity must have.

    Returns
    -------
    DataFrame
        ``entity``, ``design`` (randomised, not randomised), ``horizon`` (months, by `shared_horizon`),
        ``trials`` and ``n`` known up to it, ``cik``, ``control``, ``difference``, ``ci_low``, ``ci_high``
        (months), ``trial_ids``.
    """
    found = []
    for (entity, randomised), part in cohort.groupby(["entity", "randomised"], sort=True):
        until = _known_until(part)
        horizon = shared_horizon(list(until.values()))
        trials = [trial_id for trial_id, months in until.items() if months >= horizon]
        if len(trials) >= at_least:
            known = part[part["trial_id"].isin(trials)]
            about = {"entity": entity, "design": "randomised" if randomised else "not randomised"}
            found.append(about | _mean_difference(known, horizon))
    columns = [
        "entity",
        "design",
        "horizon",
        "trials",
        "n",
        "cik",
        "control",
        "difference",
        "ci_low",
        "ci_high",
        "trial_ids",
    ]
    return pd.DataFrame(found, columns=columns)


def shared_horizon(known: list[float]) -> float:
    """The latest of 6, 12, 24, 36 and 60 months to which half of the trials, at least two, know both arms."""
    enough = max(len(known) / 2, min(len(known), 2))
    reached = [months for months in HORIZONS if sum(until >= months for until in known) >= enough]
    return max(reached, default=min(known, default=0.0))


def _known_until(cohort: pd.DataFrame) -> dict[str, float]:
    """For each trial the time up to which both of its arms are known."""
    ends: dict[str, dict[str, float]] = {}
    for trial_id, arm, time in zip(*(cohort[name].tolist() for name in ("trial_id", "arm", "time"))):
        arms = ends.setdefault(trial_id, {})
        arms[arm] = max(time, arms.get(arm, 0.0))
    return {trial_id: min(arms.values()) for trial_id, arms in ends.items()}


def _mean_difference(known: pd.DataFrame, horizon: float) -> dict[str, Any]:
    trials = list(known.groupby("trial_id", sort=False))
    means = [rmst_difference(rows, horizon=horizon) for _, rows in trials]
    weight = np.array([len(rows) for _, rows in trials]) / len(known)
    difference = float(weight @ [mean.estimate for mean in means])
    half = Z95 * float(np.sqrt(weight**2 @ [mean.se**2 for mean in means]))
    return {
        "horizon": horizon,
        "trials": len(trials),
        "n": len(known),
        "cik": float(weight @ [mean.cik.rmst for mean in means]),
        "control": float(weight @ [mean.control.rmst for mean in means]),
        "difference": difference,
        "ci_low": difference - half,
        "ci_high": difference + half,
        "trial_ids": "; ".join(trial_id for trial_id, _ in trials),
    }


def _known_points(reg: Registry, endpoint: str) -> list[dict[str, Any]]:
    """Reported rates and medians of whole arms, one a point: time (months), level (0..1), and the trial."""
    if endpoint not in ("OS", "PFS"):
        raise ValueError(f"endpoint must be OS or PFS, found {endpoint!r}")
    facts = trial_facts(reg)
    points = [(row, row["time"], row["survival"]) for row in _of_family(usable_rows(reg.landmarks), endpoint)]
    medians = _of_family(usable_rows(reg.medians), endpoint)
    points += [
        (row, row["median"], 0.5) for row in medians if statistic(row) == MEDIAN
    ]  # a mean is no point of a curve
    return [
        facts[row["trial_id"]] | {"endpoint": row["endpoint"], "group": row["group"], "time": time, "level": level}
        for row, time, level in points
        if row["trial_id"] in facts
        and row["group"] in ("cik", "control")
        and not stated(row["arm"])
        and time > 0
        and stated(level)
    ]


def _of_family(table: pd.DataFrame, endpoint: str) -> list[dict[str, Any]]:
    return rows_of(table[table["endpoint_family"].eq(endpoint)])


def _two_arms(points: list[dict[str, Any]]) -> tuple[list[tuple[Any, ...]], str]:
    """Both arms of a trial as (what it is, times, events), or why there are none."""
    known: dict[str, dict[str, dict[float, float]]] = {}  # endpoint, group, time -> level
    for point in points:
        curve = known.setdefault(point["endpoint"], {}).setdefault(point["group"], {})
        curve.setdefault(point["time"], point["level"])
    both = {endpoint: groups for endpoint, groups in known.items() if len(groups) == 2}
    if not both:
        return [], "rates or medians of one arm only"
    endpoint = max(both, key=lambda name: sum(map(len, both[name].values())))
    trial = {column: points[0][column] for column in ("trial_id", "cohort", "entity", "randomised", "year")}
    arms = []
    for group, size in (("cik", "n_cik"), ("control", "n_control")):
        n, levels_at = points[0][size], sorted(both[endpoint][group].items())
        if pd.isna(n) or n < MINIMUM_ARM:
            return [], f"size of the {_ARM[group]} not stated"
        times, levels = zip(*levels_at)
        if (np.diff(levels, prepend=1.0) > 0).any():
            return [], f"rates and median of the {_ARM[group]} contradict each other"
        arms.append((trial | {"endpoint": endpoint, "arm": group}, *arm_curve(times, levels, int(n))))
    return arms, ""


def _patients(arms: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = ["arm", "trial_id", "cohort", "entity", "randomised", "endpoint"]
    sizes = [len(time) for _, time, _ in arms]
    about = {column: np.repeat(np.array([arm[0][column] for arm in arms], dtype=object), sizes) for column in columns}
    time = np.concatenate([arm[1] for arm in arms]) if arms else np.empty(0)
    event = np.concatenate([arm[2] for arm in arms]) if arms else np.empty(0, dtype=int)
    return pd.DataFrame({"time": time, "event": event} | about).astype({"randomised": bool})
