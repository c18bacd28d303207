"""The front page's row of all the evidence by a road of its own: what each raw record says, and its likelihood.

The event fraction is integrated over 2,000 equally likely values, the likelihood is climbed without slopes and its
profile cut by bisection: nothing of the library is used but the row that it shows. Formulae: a trial with an estimate
y is normal about mu with variance s^2 + tau2; one with a p-value has z normal about mu sqrt(V) with variance
1 + tau2 V, V = d r (1 - r) n for the share d of its n patients with the event, of which r were in the CIK arm; bounds
and words are probabilities of z.
"""

import math

import numpy as np
import pytest
from scipy import optimize, stats

import ircc_lib as ircc
from tests.chapters.update import test_front_page_pooled as road

OUTCOMES = {"OS": "Overall survival", "PFS": "Progression or recurrence"}
SHARES = 2_000


def said(endpoint: str, cut: int) -> list[dict]:
    """One row per controlled cohort: its estimate, or else what its first endpoint that compares the arms says."""
    found: dict[str, dict] = {}
    for cohort, reports in road.reports_by_cohort(cut).items():
        passed = []
        for trial in reports:
            for name in road.FAMILY[endpoint]:
                whole = road.whole_trial(trial, name)
                one = road.effect(trial, name, whole)
                if one:
                    found[cohort] = about(trial, name, whole, one[3]) | {"y": one[0], "se": one[1]}
                    break
                compares = whole["tests"] or whole["pairs"] or len(whole["medians"]) == 2
                if any(whole.values()):
                    passed.append((trial, name, whole))
                if compares:
                    break
            if cohort in found:
                break
        for trial, name, whole in passed if cohort not in found else []:
            z = zone(trial, whole)
            if z:
                found[cohort] = about(trial, name, whole, math.nan) | {"zone": z}
                break
    return list(found.values())


def about(trial: dict, endpoint: str, whole: dict, estimated: float) -> dict:
    sizes, printed = road.arms(trial, whole["medians"]), road.printed_events(trial, endpoint)
    events = estimated if math.isnan(printed) else printed
    n = sum(sizes) if sizes else math.nan
    return {
        "own": road.own(trial),
        "share": events / n,
        "n": n,
        "r": sizes[0] / n if sizes else math.nan,
        "events": printed,
    }


def zone(trial: dict, whole: dict) -> list[tuple[float, float]] | None:
    """Where the record says that z lies: at values (equal ends) or between two; below 0 CIK is better."""
    if road.arms(trial, whole["medians"]) is None:
        return None

    def of_curves(row: dict) -> bool:
        named = row["test"] in ("log-rank", "unreported") and "rate" not in row["note"].replace("rates", "rate").split()
        return named and (row["adjusted"] != "yes" or "matched" in row)

    def printed(row: dict) -> bool:
        return bool(row["p_value"])

    for row in sorted(whole["tests"], key=lambda row: (not printed(row), not of_curves(row))):
        better = {"cik_better": -1, "control_better": 1}.get(row["direction"], 0)
        if not better and whole["pairs"]:
            _, cik, control = whole["pairs"][-1]
            better = int(np.sign(control - cik))
        if not better and len(whole["medians"]) == 2:
            cik, control = (road.number(whole["medians"][arm]["median_reported"]) for arm in ("cik", "control"))
            better = 0 if math.isnan(cik + control) else int(np.sign(control - cik))
        signs = [better] if better else [-1, 1]
        text = row["p_value"].replace(" ", "")
        sides = 2 if "one-sided" in row["note"] or row["alternative"] == "one-sided" else 1
        bound = road.number(text.lstrip("<>≤="))
        z = stats.norm.isf(min(1.0, sides * bound) / 2) if bound > 0 else math.nan
        if not math.isnan(z):
            if text.startswith((">", "<")):
                if text[0] == ">":
                    return [(-z, z)]
                return [(-math.inf, -z) if sign < 0 else (z, math.inf) for sign in signs]
            return [(sign * z, sign * z) for sign in signs]
        half = stats.norm.isf(0.025)
        if text.lower() in ("ns", "notsignificant") or row["direction"] == "no_difference":
            return [(-half, half)]
        if better and "significan" in row["note"].lower():
            return [(-math.inf, -half) if better < 0 else (half, math.inf)]
    return None


def beta_of(every: list[dict]) -> tuple[float, float]:
    """By the mean and variance of the shares that are known."""
    known = np.array([row["share"] for row in every if 0 < row["share"] < 1])
    mean, variance = known.mean(), known.var(ddof=1)
    size = mean * (1 - mean) / variance - 1
    return mean * size, (1 - mean) * size


def likelihood(rows: list[dict], a: float, b: float):
    shares = stats.beta.ppf((np.arange(SHARES) + 0.5) / SHARES, a, b)
    estimates = np.array([(row["y"], row["se"]) for row in rows if "y" in row])
    others = []
    for row in rows:
        if "zone" in row:
            d = shares if math.isnan(row["events"]) else np.array([row["events"] / row["n"]])
            others.append((d * row["n"] * row["r"] * (1 - row["r"]), row["zone"]))

    def minus_log(at) -> float:
        mu, tau2 = at[0], at[1] ** 2
        total = (
            stats.norm.logpdf(estimates[:, 0], mu, np.sqrt(estimates[:, 1] ** 2 + tau2)).sum()
            if len(estimates)
            else 0.0
        )
        for v, sides in others:
            middle, wide = mu * np.sqrt(v), np.sqrt(1 + tau2 * v)
            chance = 0.0
            for low, high in sides:
                if low == high:
                    chance = chance + stats.norm.pdf(low, middle, wide)
                else:
                    chance = chance + stats.norm.cdf((high - middle) / wide) - stats.norm.cdf((low - middle) / wide)
            total += math.log(np.mean(chance))
        return -total

    return minus_log


def pooled(rows: list[dict], a: float, b: float) -> tuple[float, float, float]:
    """Hazard ratio of the highest likelihood, and where the profile has fallen by half of t squared."""
    minus_log = likelihood(rows, a, b)
    best = min(
        (optimize.minimize(minus_log, [mu, tau], method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-8})
         for mu, tau in ((-0.5, 0.3), (-0.2, 0.05))),
        key=lambda one: one.fun,
    )  # fmt: skip
    fall = stats.t.ppf(0.975, len(rows) - 1) ** 2 / 2

    def lost(mu: float) -> float:
        at = optimize.minimize_scalar(lambda tau: minus_log([mu, tau]), bounds=(0, 2), method="bounded")
        return min(at.fun, minus_log([mu, 0.0])) - best.fun - fall

    ends = [optimize.bisect(lost, best.x[0], best.x[0] + side, xtol=1e-4) for side in (-1.5, 1.5)]
    return tuple(math.exp(value) for value in (best.x[0], *ends))


@pytest.mark.parametrize("endpoint", OUTCOMES)
def test_the_row_of_all_the_evidence_is_that_of_the_raw_tables(endpoint):
    findings = ircc.update.findings(ircc.load_registry(road.RAW).edition("ten-year")).set_index("outcome")
    shown = findings.loc[f"{OUTCOMES[endpoint]}, all evidence"]
    every = said(endpoint, road.CUTS["ten-year"])
    rows = [row for row in every if row["own"]]
    assert shown["trials"] == len(rows)
    assert shown["patients"] == sum(row["n"] for row in rows)
    assert findings.loc[OUTCOMES[endpoint], "trials"] == sum("y" in row for row in rows)
    found = pooled(rows, *beta_of(every))
    assert (shown["ratio"], shown["ci_low"], shown["ci_high"]) == pytest.approx(found, rel=2e-3)
