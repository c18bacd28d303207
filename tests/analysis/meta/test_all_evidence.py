"""All evidence in one likelihood: its limit is metafor's ML, its terms are integrals that can be done by hand."""

import json
import math
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

import ircc_lib as ircc
from benchmarks.all_evidence import MECHANISMS, MODEL, cell
from ircc_lib.analysis.effects.all_evidence import contributions
from ircc_lib.analysis.meta.all_evidence import KINDS, checked, fitted_event_fraction
from ircc_lib.analysis.meta.all_evidence_likelihood import Likelihood

PINNED = Path(__file__).parents[2] / "reference/metafor/all_evidence.json"
SETS = json.loads(PINNED.read_text(encoding="utf-8"))


def table(*rows):
    return pd.DataFrame([{"n_cik": 50, "n_control": 40} | row for row in rows])


@pytest.mark.parametrize("name", SETS)
def test_estimates_alone_are_pooled_as_metafor_does_by_maximum_likelihood(name):
    data = SETS[name]
    scale = max(1.0, float(np.abs(data["yi"]).max()) / 5)  # log hazard ratios are looked for between -5 and 5
    estimates = pd.DataFrame(
        {"kind": "estimate", "estimate": np.array(data["yi"]) / scale, "se": np.array(data["sei"]) / scale}
    )
    found = ircc.meta.pool_all_evidence(estimates)
    assert found.estimate * scale == pytest.approx(data["estimate"], abs=1e-6 * scale)
    assert found.tau2 * scale**2 == pytest.approx(data["tau2"], abs=1e-5 * scale**2)


def likelihood_by_quadrature(row, mu, tau2, fraction):
    """Of one trial, with the event fraction integrated numerically."""
    n, r = row["n_cik"] + row["n_control"], row["n_cik"] / (row["n_cik"] + row["n_control"])
    z, sign = stats.norm.isf(row["p"] / 2), row.get("direction", 0)

    def given(v):
        at = stats.norm(mu * math.sqrt(v), math.sqrt(1 + tau2 * v))
        sides = [sign] if sign else [-1, 1]
        if row["kind"] == "p":
            return sum(at.pdf(side * z) for side in sides)
        if row["kind"] in ("p below", "significant"):
            return sum(at.cdf(-z) if side < 0 else at.sf(z) for side in sides)
        return at.cdf(z) - at.cdf(-z)

    if "events" in row:
        return given(row["events"] * r * (1 - r))
    weighted = lambda share: given(share * n * r * (1 - r)) * stats.beta.pdf(share, *fraction)  # noqa: E731
    return integrate.quad(weighted, 0, 1, epsabs=1e-12)[0]


@pytest.mark.parametrize("direction", [-1, 0, 1])
@pytest.mark.parametrize(
    ("kind", "p"), [("p", 0.02), ("p below", 0.01), ("p above", 0.1), ("no difference", 0.05), ("significant", 0.05)]
)
@pytest.mark.parametrize("events", [{}, {"events": 40}])
def test_each_trial_has_the_likelihood_of_what_it_printed(kind, p, direction, events):
    row = {"kind": kind, "p": p, "direction": direction, "n_cik": 50, "n_control": 40, **events}
    likelihood = Likelihood(checked(table(row, {"kind": "estimate", "estimate": 0.0, "se": 1.0})), (3.0, 2.0))
    for mu, tau2 in ((-0.5, 0.06), (0.3, 0.0)):
        expected = math.log(likelihood_by_quadrature(row, mu, tau2, (3.0, 2.0)))
        assert likelihood.of_trials(mu, tau2)[0] == pytest.approx(expected, abs=1e-5)


def test_slopes_are_those_of_the_likelihood():
    rows = [{"kind": kind, "p": 0.03, "direction": -1, "estimate": -0.4, "se": 0.3} for kind in KINDS]
    likelihood = Likelihood(checked(table(*rows, {"kind": "p", "p": 0.2})), (3.0, 2.0))
    height, by_mu, by_tau2 = likelihood.height_and_slopes(-0.3, 0.1)
    h = 1e-5
    differences = [
        (likelihood.height_and_slopes(-0.3 + h, 0.1)[0] - likelihood.height_and_slopes(-0.3 - h, 0.1)[0]) / (2 * h),
        (likelihood.height_and_slopes(-0.3, 0.1 + h)[0] - likelihood.height_and_slopes(-0.3, 0.1 - h)[0]) / (2 * h),
    ]
    assert (by_mu, by_tau2) == pytest.approx(differences, abs=1e-6)


def test_an_exact_p_with_its_events_says_what_its_estimate_says():
    v = 64 / 4  # 64 events in equal arms
    y = -stats.norm.isf(0.01) / math.sqrt(v)
    rest = [{"kind": "estimate", "estimate": -0.2, "se": 0.2}, {"kind": "estimate", "estimate": -0.6, "se": 0.3}]
    by_p = ircc.meta.pool_all_evidence(
        table({"kind": "p", "p": 0.02, "direction": -1, "events": 64, "n_cik": 60, "n_control": 60}, *rest)
    )
    by_estimate = ircc.meta.pool_all_evidence(table({"kind": "estimate", "estimate": y, "se": 1 / math.sqrt(v)}, *rest))
    assert by_p.estimate == pytest.approx(by_estimate.estimate, abs=1e-6)
    assert (by_p.ci_low, by_p.ci_high) == pytest.approx((by_estimate.ci_low, by_estimate.ci_high), abs=1e-4)


def test_trials_reported_as_not_different_pull_towards_none():
    estimates = [{"kind": "estimate", "estimate": y, "se": 0.2} for y in (-0.7, -0.5, -0.8, -0.6)]
    silent = [{"kind": "no difference", "n_cik": 100, "n_control": 100}] * 3
    alone, all_ = (ircc.meta.pool_all_evidence(table(*rows)) for rows in (estimates, estimates + silent))
    assert alone.estimate < all_.estimate < 0 and all_.k == 7


def test_the_result_shows_itself_with_its_sensitivity_and_what_each_trial_contributed():
    found = ircc.meta.pool_all_evidence(
        table(
            {"trial": "A", "kind": "estimate", "estimate": -0.5, "se": 0.2},
            {"trial": "B<i>", "kind": "no difference"},
            {"trial": "C", "kind": "p", "p": 0.01, "direction": -1},
        )
    )
    assert found.contributions["information"].sum() == pytest.approx(100)
    assert [one.event_fraction for one in found.sensitivity] == [(2.0, 4.0), (6.0, 2.0)]
    assert len(found.table()) == 3 and "33 % of patients" in str(found)
    assert f"{found.hazard_ratio:.2f}" in found._repr_html_()


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([{"kind": "estimate", "estimate": -0.5, "se": 0.2}], "at least 2 trials"),
        ([{"kind": "guess"}, {"kind": "no difference"}], "kind 'guess' is not known"),
        ([{"kind": "estimate", "estimate": -0.5, "se": 0}, {"kind": "no difference"}], "an se above 0"),
        ([{"kind": "p", "p": 0}, {"kind": "no difference"}], "a p between 0 and 1"),
        ([{"kind": "p", "p": 0.1, "n_cik": 0}, {"kind": "no difference"}], "n_cik and n_control above 0"),
        ([{"kind": "p", "p": 0.1, "events": 91}, {"kind": "no difference"}], "events between 1"),
    ],
)
def test_contributions_that_say_nothing_are_refused_with_the_trial_and_what_it_lacks(rows, why):
    with pytest.raises(ValueError, match=why):
        ircc.meta.pool_all_evidence(table(*rows))


def test_what_is_neither_registry_nor_table_is_refused():
    with pytest.raises(TypeError, match="evidence: a Registry .* or a DataFrame"):
        ircc.meta.pool_all_evidence([1, 2, 3])


def test_few_known_event_fractions_fall_back_on_the_usual_ones():
    assert fitted_event_fraction([30, 50], [60, 60]) == (3.0, 2.0)
    a, b = fitted_event_fraction(100 * stats.beta(4, 3).ppf(np.linspace(0.005, 0.995, 100)), [100] * 100)
    assert (a, b) == pytest.approx((4, 3), rel=0.05)


def test_sixty_trials_take_less_than_a_third_of_a_second():
    rng = np.random.default_rng(1)
    kinds = rng.choice(list(KINDS), 60)
    trials = pd.DataFrame(
        {
            "kind": kinds,
            "estimate": rng.normal(-0.4, 0.3, 60),
            "se": rng.uniform(0.1, 0.5, 60),
            "p": np.where(kinds == "p", rng.uniform(0.001, 1, 60), 0.05),
            "direction": rng.choice([-1, -1, 0, 1], 60),
            "n_cik": rng.integers(20, 100, 60),
            "n_control": rng.integers(20, 100, 60),
        }
    )
    ircc.meta.pool_all_evidence(trials)
    spent = []
    for _ in range(3):
        started = time.process_time()
        ircc.meta.pool_all_evidence(trials)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.3


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_bias_and_coverage_are_those_promised_under_the_models_own_event_fraction(mechanism):
    found = cell(np.random.default_rng(3), mechanism, MODEL, replicates=80)
    assert abs(found["bias"]) < 0.04 and found["coverage"] > 0.87  # 80 sets: standard errors 0.010 and 0.024


@pytest.fixture(scope="module")
def registry():
    return ircc.load_registry().edition("ten-year")


def test_trials_of_the_registry_without_an_estimate_contribute_what_they_say(registry):
    found = contributions(registry, "OS").set_index("trial_id")
    # data/raw/comparisons.csv: p 0.884 of 84 and 43 patients; "not significantly different"
    dong, kong = found.loc["Dong2009"], found.loc["Kong2017"]
    assert (dong["kind"], dong["p"], dong["n_cik"], dong["n_control"]) == ("p", 0.884, 84, 43)
    assert (kong["kind"], kong["randomised"]) == ("no difference", True)
    effects = ircc.log_hazard_ratios(registry, "OS")
    estimates = found[found["kind"].eq("estimate")]
    assert set(estimates.index) == set(effects["trial_id"])
    assert found["cohort"].is_unique


def test_the_registrys_pool_holds_more_trials_than_that_of_estimates(registry):
    found = ircc.meta.pool_all_evidence(registry, "OS")
    effects = ircc.log_hazard_ratios(registry, "OS")
    assert found.contributions["randomised"].all()
    assert found.k > effects["randomised"].sum()
    assert found.ci_low < found.estimate < found.ci_high < 0
    others = ircc.meta.pool_all_evidence(registry, "OS", randomised=False)
    assert not others.contributions["randomised"].any()
