"""The pooled hazard ratios of the front page, from the raw CSV files by a road of their own.

Evidence is laid out with plain pandas, turned into log hazard ratios by the published formulae
(Parmar 1998, Tierney 2007) and pooled by REML with Knapp and Hartung's interval, written out
here once more. The library is asked only for what it shows.
"""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

import ircc_lib as ircc

RAW = Path(__file__).parents[1] / "data" / "raw"
CUTS = {"first": 2010, "five-year": 2014, "ten-year": 2020, "living": 9999}
FAMILY = {"OS": ["OS"], "PFS": ["PFS", "DFS", "RFS", "EFS", "TTP", "TTR"]}
MONTHS = {"days": 12 / 365.25, "weeks": 84 / 365.25, "months": 1.0, "years": 12.0}
TABLES = {
    name: pd.read_csv(RAW / f"{name}.csv", dtype=str, keep_default_na=False)
    for name in ("trials", "comparisons", "landmarks", "medians")
}

BY_TRIAL = {name: {} for name in TABLES}
for name in ("comparisons", "landmarks", "medians"):
    for row in TABLES[name].to_dict("records"):
        BY_TRIAL[name].setdefault((row["trial_id"], row["endpoint"]), []).append(row)


def number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d*\.?\d+", text) else math.nan


def exact_p(row: dict) -> float:
    """The two-sided p-value where it is printed as a value above 0, else NaN."""
    p = number(row["p_value"])
    p = p if 0 < p < 1 else math.nan
    return min(1.0, 2 * p) if "one-sided" in row["note"] else p


def rows(table: str, trial: dict, endpoint: str) -> list[dict]:
    return BY_TRIAL[table].get((trial["trial_id"], endpoint), [])


def arms(trial: dict, medians: dict) -> tuple[float, float] | None:
    cik, control, total = (number(trial[key]) for key in ("n_cik", "n_control", "n_total"))
    if len(medians) == 2 and (math.isnan(cik) or math.isnan(control)):
        stated = [number(medians[arm]["n"]) for arm in ("cik", "control")]
        cik, control = (size if math.isnan(n) else n for n, size in zip(stated, (cik, control)))
    if cik > 0 and control > 0:
        return cik, control
    if total > cik > 0 and ";" not in trial["comparator"]:
        return cik, total - cik
    if total > 0 and math.isnan(cik) and math.isnan(control) and trial["design"] == "randomised":
        return total / 2, total / 2
    return None


def window(trial: dict) -> tuple[float, float] | None:
    """Shortest and longest follow-up: the reported median, spread over the time of enrolment."""
    median = number(trial["followup_months"])
    if math.isnan(median):
        return None
    start, end = trial["enrol_start"], trial["enrol_end"]
    spread = math.inf
    if start and end:
        days = (pd.Timestamp(end) - pd.Timestamp(start)).days
        spread = days * 12 / 365.25 + {4: 12.0, 7: 1.0}.get(len(end), 0.0)
    return (0.0, 2 * median) if spread / 2 >= median else (median - spread / 2, median + spread / 2)


def at_risk(times, survival, n, follow_up):
    """Share with the event and effective number at risk of each interval between landmarks."""
    intervals, before, start = [], 1.0, 0.0
    for end, after in zip(times, survival):
        leaving = 0.0
        if follow_up is not None:
            first, last = max(start, follow_up[0]), follow_up[1] if end < follow_up[1] else 2 * end - start
            leaving = max(0.0, end - first) / (last - first) if end > first else 0.0
        q = 1 - after / before if before else 0.0
        intervals.append((q, n * (1 - leaving / 2)))
        n, before, start = n * (1 - q) * (1 - leaving), after, end
    return intervals


def by_rates(pairs, sizes, follow_up):
    """Interval method on the ratio of cumulative hazards; an interval without events joins the next."""
    for arm in (1, 2):
        rates = [pair[arm] for pair in pairs]
        if any(later > earlier for earlier, later in zip(rates, rates[1:])):
            return None
    alive = [pair for pair in pairs if pair[1] > 0 and pair[2] > 0]
    kept, last = [], (0, 1.0, 1.0)
    for pair in alive:
        if pair[1] < last[1] and pair[2] < last[2]:
            kept.append(pair)
            last = pair
    if not kept:
        return None
    kept[-1] = alive[-1]
    times = [pair[0] for pair in kept]
    total = weights = 0.0
    for (q1, r1), (q0, r0) in zip(
        *(at_risk(times, [pair[arm] for pair in kept], n, follow_up) for arm, n in zip((1, 2), sizes))
    ):
        h1, h0 = -math.log(1 - q1), -math.log(1 - q0)
        variance = q1 / ((1 - q1) * r1 * h1**2) + q0 / ((1 - q0) * r0 * h0**2)
        total, weights = total + math.log(h1 / h0) / variance, weights + 1 / variance
    return total / weights, weights**-0.5


def effect(trial: dict, endpoint: str):
    """(log HR, its standard error, whether the report printed a hazard ratio), or None."""
    tests = [
        row
        for row in rows("comparisons", trial, endpoint)
        if not row["subgroup"] and row["orientation"] != "within_cik"
    ]
    order = ["no", "unclear", "yes"] if trial["design"] == "randomised" else ["yes", "unclear", "no"]
    ratios = sorted(
        (
            row
            for row in tests
            if row["effect_type"] == "HR"
            and row["estimate"]
            and row["orientation"] in ("cik_vs_control", "control_vs_cik")
        ),
        key=lambda row: order.index(row["adjusted"]),
    )
    turn = {"cik_vs_control": 1, "control_vs_cik": -1}
    for row in ratios:
        low, high = number(row["ci_low"]), number(row["ci_high"])
        if low > 0 and high > low:
            se = math.log(high / low) / (2 * stats.norm.ppf(0.975))
            return turn[row["orientation"]] * math.log(number(row["estimate"])), se, True
    for row in ratios:
        if not math.isnan(exact_p(row)) and number(row["estimate"]) != 1:
            log_hr = math.log(number(row["estimate"]))
            return turn[row["orientation"]] * log_hr, abs(log_hr / stats.norm.ppf(exact_p(row) / 2)), True

    whole = {
        name: [row for row in rows(name, trial, endpoint) if row["group"] in ("cik", "control")]
        for name in ("landmarks", "medians")
    }
    medians = {
        arm: found[0]
        for arm in ("cik", "control")
        if len(found := [row for row in whole["medians"] if row["group"] == arm]) == 1
    }
    sizes = arms(trial, medians)
    if sizes is None:
        return None
    months = {arm: number(row["median_reported"]) * MONTHS.get(row["unit"], math.nan) for arm, row in medians.items()}
    at = {}
    for row in whole["landmarks"]:
        time = round(number(row["time"]) * MONTHS[row["unit"]], 6)
        at.setdefault(time, {}).setdefault(row["group"], []).append(number(row["survival_pct"]) / 100)
    pairs = [
        (time, found["cik"][0], found["control"][0])
        for time, found in sorted(at.items())
        if len(found.get("cik", [])) == len(found.get("control", [])) == 1
    ]
    follow_up, followed = window(trial), number(trial["followup_months"])
    if pairs and (found := by_rates(pairs, sizes, follow_up)):
        return *found, False

    curves = [
        row
        for row in tests
        if not math.isnan(exact_p(row))
        and row["test"] in ("log-rank", "unreported")
        and row["adjusted"] != "yes"
        and not re.search(r"\brates?\b", row["note"])
    ]
    curves.sort(key=lambda row: row["test"] != "log-rank")
    events = math.nan
    if pairs:
        events = sum(
            q * r
            for arm, n in zip((1, 2), sizes)
            for q, r in at_risk([pair[0] for pair in pairs], [pair[arm] for pair in pairs], n, follow_up)
        )
    elif followed > 0 and len(months) == 2:
        events = sum(n * (1 - 2 ** (-followed / months[arm])) for arm, n in zip(("cik", "control"), sizes))
    if curves and events > 0 and curves[0]["direction"] in ("cik_better", "control_better"):
        variance = events * sizes[0] * sizes[1] / (sizes[0] + sizes[1]) ** 2
        sign = 1 if curves[0]["direction"] == "control_better" else -1
        return -sign * stats.norm.ppf(exact_p(curves[0]) / 2) / math.sqrt(variance), variance**-0.5, False

    if len(months) == 2 and all(value > 0 for value in months.values()):
        horizon = followed if followed > 0 else max(months.values())
        d1, d0 = (n * (1 - 2 ** (-horizon / months[arm])) for arm, n in zip(("cik", "control"), sizes))
        return math.log(months["control"] / months["cik"]), math.sqrt(1 / d1 + 1 / d0), False
    return None


def effects(endpoint: str, cut: int, *, randomised: bool) -> list[tuple[float, float, bool]]:
    """One effect a controlled cohort: its latest report that has one, the first endpoint of the family."""
    trials = TABLES["trials"].to_dict("records")
    trials = [
        trial
        for trial in trials
        if int(trial["year"]) <= cut
        and trial["design"] in ("randomised", "controlled_nonrandomised", "retrospective_controlled")
    ]
    trials.sort(
        key=lambda trial: (
            [
                -(0 if math.isnan(value := number(trial[key])) else value)
                for key in ("year", "followup_months", "n_total")
            ]
            + [trial["trial_id"]]
        )
    )
    found = {}
    for trial in trials:
        for name in FAMILY[endpoint]:
            if trial["cohort"] not in found and (one := effect(trial, name)):
                found[trial["cohort"]] = (trial["design"] == "randomised", one)
    return [one for kind, one in found.values() if kind == randomised]


def reml_knha(y: np.ndarray, v: np.ndarray) -> dict:
    """Random effects by REML, interval of Knapp and Hartung (2003), never narrower than Wald's."""

    def lost(tau2: float) -> float:
        w = 1 / (v + tau2)
        mean = (w * y).sum() / w.sum()
        return 0.5 * (np.log(v + tau2).sum() + math.log(w.sum()) + (w * (y - mean) ** 2).sum())

    tau2 = optimize.minimize_scalar(lost, bounds=(0, 5), method="bounded", options={"xatol": 1e-10}).x
    tau2 = 0.0 if lost(0) <= lost(tau2) else tau2
    w = 1 / (v + tau2)
    mean = (w * y).sum() / w.sum()
    se = math.sqrt(max(1, (w * (y - mean) ** 2).sum() / (len(y) - 1)) / w.sum())
    reach, spread = stats.t.ppf(0.975, len(y) - 1), math.sqrt(tau2 + se**2)
    w0 = 1 / v
    typical = (len(y) - 1) * w0.sum() / (w0.sum() ** 2 - (w0**2).sum())
    return {
        "hr": math.exp(mean),
        "ci_low": math.exp(mean - reach * se),
        "ci_high": math.exp(mean + reach * se),
        "pi_low": math.exp(mean - reach * spread),
        "pi_high": math.exp(mean + reach * spread),
        "i2": 100 * tau2 / (tau2 + typical),
    }


@pytest.mark.parametrize("edition", CUTS)
def test_the_pooled_results_are_those_of_the_raw_tables(edition):
    shown = ircc.update.pooled_evidence(ircc.load_registry(RAW).edition(edition))
    for row in shown.to_dict("records"):
        found = effects(row["endpoint"], CUTS[edition], randomised=row["group"] == "randomised")
        assert row["trials"] == len(found), (row["endpoint"], row["group"])
        assert row["direct"] == sum(direct for *_, direct in found)
        if not found:
            continue
        y, se = np.array([one[0] for one in found]), np.array([one[1] for one in found])
        if len(found) == 1:
            reach = stats.norm.ppf(0.975) * se[0]
            ours = {"hr": math.exp(y[0]), "ci_low": math.exp(y[0] - reach), "ci_high": math.exp(y[0] + reach)}
        else:
            ours = reml_knha(y, se**2)
        for key, value in ours.items():
            assert row[key] == pytest.approx(value, rel=2e-3, abs=0.05 if key == "i2" else 0), (row["endpoint"], key)
