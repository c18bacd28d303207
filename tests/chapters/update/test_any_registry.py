"""The front page's sentences are true of any registry: no difference, harm, one trial, two, none randomised, words alone."""

import html
import math
import re

import pytest

import ircc_lib as ircc

TUMOUR = {"tumour_summary": "gastric cancer", "setting": "advanced", "comparator": "chemotherapy"}


@pytest.fixture
def made(small):
    """Trials of a registry, each with one comparison of overall survival, and what the front page says of them."""

    def make(*trials: dict, rates: tuple[float, float] | None = None, harm: tuple[int, int] | None = None) -> dict:
        for i, trial in enumerate(trials):
            name = f"Made{2001 + i}"
            about = {key: value for key, value in trial.items() if key in ("design", "allocation", "allocation_basis")}
            small.trial(trial_id=name, cohort=name, year=str(2001 + i), title=f"Trial {i}", **TUMOUR, **about)
            said = {key: value for key, value in trial.items() if key not in about}
            if said:
                row = {
                    "trial_id": name,
                    "endpoint": "OS",
                    "orientation": "cik_vs_control",
                    "test": "log-rank",
                    "adjusted": "no",
                }
                small.add("comparisons", row | said)
            if rates and said.get("effect_type"):
                small.add("landmarks", *(
                    {"trial_id": name, "endpoint": "OS", "group": "control", "time": "24", "unit": "months", "survival_pct": str(pct)}
                    for pct in rates[:1]))  # fmt: skip
            if harm:
                small.add("adverse_events", *(
                    {"trial_id": name, "group": group, "term_reported": "any adverse event", "n_affected": str(n), "n_at_risk": "40"}
                    for group, n in zip(("cik", "control"), harm)))  # fmt: skip
        reg = ircc.load_registry(small.folder)
        findings = ircc.update.findings(reg)
        texts = [ircc.update.known_sentence(findings), ircc.safety.sentence(reg, "in short"), ircc.update.whole_sentence(reg),
                 ircc.update.what_it_means(reg, ircc.update.pooled_evidence(reg))]  # fmt: skip
        known, line, whole, means = (html.unescape(re.sub(r"<[^>]+>", "", str(text))) for text in texts)
        return {
            "known": known,
            "harm": line,
            "whole": whole,
            "means": means,
            "rows": findings.set_index("outcome"),
            "reg": reg,
        }

    return make


def ratio(hr: float, low: float, high: float, direction: str = "no_difference", **more: str) -> dict:
    return {
        "effect_type": "HR",
        "estimate": str(hr),
        "ci_low": str(low),
        "ci_high": str(high),
        "direction": direction,
    } | more


OTHERS = {"design": "controlled_nonrandomised", "allocation": "not random"}


def test_trials_without_a_difference_are_said_to_make_none_and_not_to_be_imprecise(made):
    said = made(*[ratio(1.0, 0.8, 1.25)] * 12)
    assert said["known"].startswith("CIK cells probably make little or no difference to survival: in 12 trials")
    assert "benefit" not in said["known"] and "imprecision" not in said["known"]
    assert "Worst case" not in said["means"]  # all trials are without a gain: there is nothing to leave out
    assert "the others are derived" not in said["means"]  # for all were reported
    assert "Every trial has a control group" in said["whole"]


def test_a_wide_interval_about_no_effect_is_uncertain_and_no_proof_of_none(made):
    known = made(*[ratio(1.0, 0.5, 2.0)] * 3)["known"]
    assert known.startswith("Whether CIK cells prolong survival is uncertain")
    assert "compatible with benefit, none and harm" in known and "little or no difference" not in known


def test_harm_is_told_as_harm_in_survival_and_in_events(made):
    said = made(*[ratio(1.6, 1.2, 2.13, "control_better")] * 12, rates=(60, 0), harm=(30, 10))
    assert said["known"].startswith("CIK cells probably shorten survival")
    # 0.6 ** 1.6 = 0.442: 158 of 1,000 fewer
    assert "about 158 fewer of 1,000 alive at 24 months" in said["known"] and "+" not in said["known"]
    assert "any adverse event in 360 of 480 with CIK cells and 120 of 480 without (12 trials)" in said["harm"]
    assert "0 of 12" not in said["harm"]


def test_a_single_small_trial_proves_nothing(made):
    said = made(ratio(0.5, 0.3, 0.83, "cik_better"))
    assert said["known"].startswith(
        "Whether CIK cells prolong survival is very uncertain: in 1 trial randomised by its own"
    )
    assert "pooled" not in said["known"]
    assert "of the 1 that has one, 1 was randomised by its own record" in said["whole"]


def test_two_trials_are_not_pooled_and_it_is_said_once(made):
    known = made(ratio(0.5, 0.3, 0.83, "cik_better"), ratio(0.9, 0.6, 1.35))["known"]
    assert "which are not pooled; if both estimate one effect it is 0.72" in known and known.count("pooled") == 1
    assert known.startswith("Whether CIK cells prolong survival is uncertain") and "prolong survival:" not in known


def test_where_none_was_randomised_the_others_are_no_firm_evidence(made):
    known = made(*[ratio(0.5, 0.3, 0.83, "cik_better", **OTHERS)] * 3, {"direction": "no_difference"})["known"]
    assert "no trial randomised by its own record gives an estimate" in known
    assert "1 randomised trial reports on survival without one, no difference" in known  # and is not passed over
    assert "3 trials that were not randomised give" in known and "no firm evidence" in known


def test_words_alone_give_no_estimate_and_are_told(made):
    said = made(*[{"direction": "no_difference", "note": "no significant difference"}] * 4)
    assert "4 randomised trials report on survival without one, all of them no difference" in said["known"]
    assert "nothing is known for certain" in said["known"]
    every = said["rows"].loc["Overall survival, all evidence"]
    assert math.log(every["ratio"]) == pytest.approx(0, abs=1e-3)  # symmetrical words: no effect either way


def test_trials_that_only_a_review_calls_randomised_are_not_passed_over(made):
    known = made(*[ratio(0.5, 0.3, 0.83, "cik_better", allocation_basis="review")] * 3)["known"]
    assert (
        "The only 3 trials that give an estimate of overall survival are called randomised by a review alone" in known
    )


def test_silence_is_no_finding(made):
    said = made({}, {})
    assert (
        said["known"] == "No trial of this edition gives an estimate of overall survival: nothing is known for certain."
    )
    assert "2 of 2 trials (100 %) say nothing about harm" in said["harm"]
