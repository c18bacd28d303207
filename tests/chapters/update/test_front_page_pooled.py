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
from scipy import integrate, optimize, stats

import ircc_lib as ircc

RAW = Path(__file__).parents[3] / "data" / "raw"
CUTS = {"first": 2010, "five-year": 2014, "ten-year": 2020, "living": 9999}
FAMILY = {"OS": ["OS"], "PFS": ["PFS", "DFS", "RFS", "EFS", "TTP", "TTR"]}
MONTHS = {"days": 12 / 365.25, "weeks": 84 / 365.25, "months": 1.0, "years": 12.0}
TABLES = {
    name: pd.read_csv(RAW / f"{name}.csv", dtype=str, keep_default_na=False)
    for name in ("trials", "comparisons", "landmarks", "medians", "arms")
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
    one_sided = "one-sided" in row["note"] or row["alternative"] == "one-sided"
    return min(1.0, 2 * p) if one_sided else p


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


def unknown(times) -> tuple[float, float]:
    """Where no follow-up is reported: even from none to twice the last time printed."""
    return 0.0, 2 * max(times)


def variance_of_log_s(hazard: float, leaving: float) -> float:
    """Greenwood's integral of h exp(h u) / (1 - f u) over an interval, by scipy."""
    f = min(leaving, 0.98)
    return integrate.quad(lambda u: hazard * math.exp(hazard * u) / (1 - f * u), 0, 1)[0]


def share_leaving(start: float, end: float, follow_up) -> float:
    first, last = max(start, follow_up[0]), follow_up[1] if end < follow_up[1] else 2 * end - start
    return max(0.0, end - first) / (last - first) if end > first else 0.0


def at_risk(times, survival, n, follow_up):
    """Of each interval the share with the event, the share censored, those at risk at its start and at its end."""
    intervals, before, start = [], 1.0, 0.0
    for end, after in zip(times, survival):
        leaving = share_leaving(start, end, follow_up)
        q = 1 - after / before if before else 0.0
        left = n * (1 - q) * (1 - leaving)
        intervals.append((q, leaving, n, left))
        n, before, start = left, after, end
    return intervals


def events_by_rates(times, survival, n, follow_up) -> float:
    """Events to the last rate, and after it by the hazard of the last interval among those followed on."""
    intervals = at_risk(times, survival, n, follow_up)
    events = sum(q * start * (1 - leaving / 2) for q, leaving, start, _ in intervals)
    last, before = times[-1], times[-2] if len(times) > 1 else 0.0
    if follow_up[1] <= last or survival[-1] <= 0:
        return events
    rate, longest = -math.log(1 - intervals[-1][0]) / (last - before), follow_up[1]
    shortest = max(follow_up[0], last)

    def followed(at: float) -> float:
        return 1.0 if at <= shortest else (longest - at) / (longest - shortest)

    later = integrate.quad(lambda u: rate * math.exp(-rate * (u - last)) * followed(u), last, longest)[0]
    return events + intervals[-1][3] * later


def median_variance(median: float, follow_up) -> float:
    rate, whole = math.log(2) / median, min(follow_up[0], median)
    variance = math.expm1(rate * whole)
    if median > whole:
        leaving = share_leaving(whole, median, follow_up)
        variance += math.exp(rate * whole) * variance_of_log_s(rate * (median - whole), leaving)
    return variance / math.log(2) ** 2


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
    total = weights = events = 0.0
    for (q1, f1, r1, _), (q0, f0, r0, _) in zip(
        *(at_risk(times, [pair[arm] for pair in kept], n, follow_up) for arm, n in zip((1, 2), sizes))
    ):
        h1, h0 = -math.log(1 - q1), -math.log(1 - q0)
        variance = variance_of_log_s(h1, f1) / (r1 * h1**2) + variance_of_log_s(h0, f0) / (r0 * h0**2)
        total, weights = total + math.log(h1 / h0) / variance, weights + 1 / variance
        events += q1 * r1 * (1 - f1 / 2) + q0 * r0 * (1 - f0 / 2)
    return total / weights, weights**-0.5, events


MATCHED = re.compile(r"\bpropensity|\bmatched\b|\binverse probability\b|\bIPTW\b", re.I)


def matched(row: dict) -> bool:
    """A comparison of matched groups: the adjusted one of a study without randomisation."""
    if "before" in row["note"].split():
        return False
    return bool(MATCHED.search(row["subgroup"] or row["note"]))


def whole_trial(trial: dict, endpoint: str) -> dict:
    """What a report prints of whole arms: tests, pairs of rates, medians, events."""
    tests = [row for row in rows("comparisons", trial, endpoint) if row["orientation"] != "within_cik"]
    if trial["design"] != "randomised":
        tests = [row | {"adjusted": "yes", "subgroup": "", "matched": "yes"} if matched(row) else row for row in tests]
    tests = [row for row in tests if not row["subgroup"]]
    at = {}
    for row in rows("landmarks", trial, endpoint):
        if row["group"] in ("cik", "control") and number(row["time"]) > 0 and row["survival_pct"]:
            time = round(number(row["time"]) * MONTHS[row["unit"]], 1)
            at.setdefault(time, {}).setdefault(row["group"], set()).add(number(row["survival_pct"]) / 100)
    pairs = [
        (time, *found["cik"], *found["control"])
        for time, found in sorted(at.items())
        if len(found.get("cik", [])) == len(found.get("control", [])) == 1
    ]
    medians = {}
    for arm in ("cik", "control"):
        found = {
            (row["median_reported"], row["unit"]): row
            for row in rows("medians", trial, endpoint)
            if row["group"] == arm and row["statistic"] in ("median", "") and row["median_reported"] != "0"
        }
        if len(found) == 1:
            [medians[arm]] = found.values()
    return {"tests": tests, "pairs": pairs, "medians": medians}


def printed_events(trial: dict, endpoint: str) -> float:
    column = {"OS": "os_events"}.get(endpoint, "pfs_events" if endpoint in ("PFS", "DFS", "RFS", "EFS") else "")
    said = {row["group"]: row for row in TABLES["arms"].to_dict("records") if row["trial_id"] == trial["trial_id"]}
    counts = [number(said[arm][column]) if column and arm in said else math.nan for arm in ("cik", "control")]
    return sum(counts)


def effect(trial: dict, endpoint: str, whole: dict):
    """(log HR, its standard error, whether the report printed a hazard ratio, events behind it), or None."""
    tests, pairs, medians = whole["tests"], whole["pairs"], whole["medians"]
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
        if 0 < low <= number(row["estimate"]) <= high:
            se = math.log(high / low) / (2 * stats.norm.ppf(0.975))
            return turn[row["orientation"]] * math.log(number(row["estimate"])), se, True, math.nan
    for row in ratios:
        if not math.isnan(exact_p(row)) and number(row["estimate"]) != 1:
            log_hr = math.log(number(row["estimate"]))
            return turn[row["orientation"]] * log_hr, abs(log_hr / stats.norm.ppf(exact_p(row) / 2)), True, math.nan

    sizes = arms(trial, medians)
    if sizes is None:
        return None
    months = {arm: number(row["median_reported"]) * MONTHS.get(row["unit"], math.nan) for arm, row in medians.items()}
    follow_up, followed = window(trial), number(trial["followup_months"])

    def rung3():
        found = by_rates(pairs, sizes, follow_up or unknown([pair[0] for pair in pairs])) if pairs else None
        return (*found[:2], False, found[2]) if found else None

    def rung4():
        curves = [
            row
            for row in tests
            if not math.isnan(exact_p(row))
            and row["test"] in ("log-rank", "unreported")
            and (row["adjusted"] != "yes" or "matched" in row)
            and not re.search(r"\brates?\b", row["note"])
        ]
        curves.sort(key=lambda row: row["test"] != "log-rank")
        if not curves:
            return None
        both = len(months) == 2 and all(value > 0 for value in months.values())
        events = printed_events(trial, endpoint)
        if math.isnan(events) and pairs:
            times = [pair[0] for pair in pairs]
            events = sum(
                events_by_rates(times, [pair[arm] for pair in pairs], n, follow_up or unknown(times))
                for arm, n in zip((1, 2), sizes)
            )
        elif math.isnan(events) and both:
            horizon = followed if followed > 0 else max(months.values())
            events = sum(n * (1 - 2 ** (-horizon / months[arm])) for arm, n in zip(("cik", "control"), sizes))
        better = {"cik_better": True, "control_better": False}.get(curves[0]["direction"])
        sides = [pair[1:] for pair in pairs[-1:]] + ([(months["cik"], months["control"])] if both else [])
        for one, other in sides:
            if better is None and one != other:
                better = one > other
        if better is None or not events > 0:
            return None
        variance = events * sizes[0] * sizes[1] / (sizes[0] + sizes[1]) ** 2
        reach = -stats.norm.ppf(exact_p(curves[0]) / 2) / math.sqrt(variance)
        return -reach if better else reach, variance**-0.5, False, events

    def rung5():
        if len(months) < 2 or not all(value > 0 for value in months.values()):
            return None
        span = follow_up or unknown(months.values())
        log_hr = math.log(months["control"] / months["cik"])
        variance = sum(median_variance(months[arm], span) / n for arm, n in zip(("cik", "control"), sizes))
        return log_hr, math.sqrt(variance + (0.4 * log_hr) ** 2), False, math.nan

    for rung in (rung4, rung3, rung5) if len(pairs) == 1 else (rung3, rung4, rung5):
        if found := rung():
            return found
    return None


def own(trial: dict) -> bool:
    """Randomised, and by its own record."""
    said = trial["allocation"] == "random" and trial["allocation_basis"] == "own record"
    return trial["design"] == "randomised" and said


def reports_by_cohort(cut: int) -> dict[str, list[dict]]:
    """Controlled reports of each cohort: those randomised by their own record first, then the latest."""
    trials = [
        trial
        for trial in TABLES["trials"].to_dict("records")
        if (int(trial["year"]) <= cut if trial["year"] else cut == 9999)
        and trial["design"] in ("randomised", "controlled_nonrandomised", "retrospective_controlled")
    ]

    def order(trial):
        sizes = [number(trial[key]) for key in ("year", "followup_months", "n_total")]
        first = [not own(trial), trial["design"] != "randomised"]
        return [*first, *(-(0 if math.isnan(size) else size) for size in sizes), trial["trial_id"]]

    found: dict[str, list[dict]] = {}
    for trial in sorted(trials, key=order):
        found.setdefault(trial["cohort"], []).append(trial)
    return found


def effects(endpoint: str, cut: int, *, randomised: bool) -> list[tuple[float, float, bool, float]]:
    """One effect a controlled cohort; of several endpoints the first that the report compares."""
    found = {}
    for trial in (trial for reports in reports_by_cohort(cut).values() for trial in reports):
        for name in FAMILY[endpoint]:
            whole = whole_trial(trial, name)
            one = effect(trial, name, whole)
            if one and trial["cohort"] not in found:
                found[trial["cohort"]] = (own(trial), trial["design"] == "randomised", one)
            if one or whole["tests"] or whole["pairs"] or len(whole["medians"]) == 2:
                break
    return [one for kind, design, one in found.values() if kind == randomised and kind == design]


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
        assert row["direct"] == sum(direct for _, _, direct, _ in found)
        if not found:
            continue
        y, se = np.array([one[0] for one in found]), np.array([one[1] for one in found])
        if len(found) == 1:
            assert row["hr"] == pytest.approx(math.exp(y[0]))
            continue
        if len(found) == 2:  # shown and not pooled
            assert math.isnan(row["hr"])
            assert row["common_hr"] == pytest.approx(math.exp((y / se**2).sum() / (1 / se**2).sum()))
            continue
        ours = reml_knha(y, se**2)
        for key, value in ours.items():
            if key.startswith("pi") and ours["i2"] < 1e-3:
                assert math.isnan(row[key])  # without variance between trials there is nothing to predict
                continue
            assert row[key] == pytest.approx(value, rel=2e-3, abs=0.05 if key == "i2" else 0), (row["endpoint"], key)
