"""The summary of findings: by hand where it can be, and on registries with little in them."""

import pytest

import ircc_lib as ircc
from ircc_lib.analysis.findings.absolute import events_per_1000, survivors_per_1000
from ircc_lib.analysis.findings.certainty import INFORMATION_HR, Body, judge, read_judgements
from ircc_lib.analysis.findings.missing import missing_results, missing_summary
from ircc_lib.analysis.findings.summary import by_question


def test_survivors_by_hand():
    # 0.4 ** 0.54 = 0.6097, 0.4 ** 0.41 = 0.6869, 0.4 ** 0.71 = 0.5217
    found = survivors_per_1000(0.54, 0.41, 0.71, control_survival=0.4)
    assert (round(found.difference), round(found.low), round(found.high)) == (210, 122, 287)


def test_events_by_hand_and_never_more_than_everybody():
    found = events_per_1000(1.5, 1.2, 4.0, control_risk=0.4)
    assert (round(found.difference), round(found.low), round(found.high)) == (200, 80, 600)


@pytest.mark.parametrize("call", [lambda: survivors_per_1000(0, 0.1, 1, control_survival=0.5),
                                  lambda: survivors_per_1000(0.5, 0.1, 1, control_survival=50),
                                  lambda: events_per_1000(1.1, 0.9, 1.4, control_risk=-1)])  # fmt: skip
def test_a_wrong_number_is_named(call):
    with pytest.raises(ValueError, match="is asked for, found"):
        call()


def test_schoenfelds_number_of_events():
    assert INFORMATION_HR == 380  # 4 (1.96 + 0.84)^2 / log(0.75)^2 = 379.5


FIRM = {"trials": 12, "patients": 3000, "events": 900.0, "ratio": 0.6, "ci_low": 0.5, "ci_high": 0.7, "pi_low": 0.45,
        "pi_high": 0.8, "i2": 10.0, "concealed": 12}  # fmt: skip


@pytest.mark.parametrize(
    "change, level, reason",
    [
        ({}, "high", None),
        ({"concealed": 3}, "moderate", "risk of bias"),
        ({"pi_high": 1.2}, "moderate", "inconsistency"),
        ({"entities": 5}, "moderate", "indirectness"),
        ({"events": 200.0}, "moderate", "imprecision"),
        ({"left_out": 5, "left_out_patients": 900, "left_out_neither": 4}, "moderate", "missing results"),
        ({"concealed": 0, "pi_high": 1.2, "entities": 5, "events": 20.0}, "very low", "risk of bias"),
    ],
)
def test_each_reason_takes_a_step(change, level, reason):
    found = judge(Body(randomised=True, **(FIRM | change)))
    assert found.level == level
    assert reason is None or any(one.startswith(reason) for one in found.reasons)


def test_what_is_not_randomised_starts_low():
    assert judge(Body(randomised=False, **FIRM)).level == "low"


def test_people_override_the_first_judgement_with_name_and_date(tmp_path):
    path = tmp_path / "judgements.csv"
    head = "edition,entity,outcome,certainty,reason,name,date\n"
    path.write_text(head + "ten-year,,Overall survival,low,one trial left out,A. Reader,2026-11-25\n")
    found = read_judgements(path)["ten-year", "", "Overall survival"]
    assert (found.level, found.judged_by) == ("low", "A. Reader, 2026-11-25")
    path.write_text(head + "ten-year,,Overall survival,fair,,A. Reader,2026-11-25\n")
    with pytest.raises(ValueError, match="judgements.csv:2: certainty: found 'fair', allowed very low, low"):
        read_judgements(path)
    path.write_text(head + "ten-year,,Overall survival,low,,,\n")
    with pytest.raises(ValueError, match="needs a name and a date"):
        read_judgements(path)


def test_randomised_trials_that_reported_no_difference_in_survival_are_named_as_missing(reg):
    missing = missing_results(reg).set_index(["trial_id", "outcome"])
    for trial in ("Dong2009", "Xu2016", "Kong2017", "Mu2016", "Zhang2013"):  # no difference, and no ratio printed
        assert missing.loc[(trial, "OS"), "points"] == "no difference"
        assert missing.loc[(trial, "OS"), "status"] != "estimate"
    assert missing.loc[("Lee2015", "OS"), "status"] == "estimate"


def test_each_trial_has_one_status_per_outcome(reg):
    summary = missing_summary(missing_results(reg))
    counted = summary[["estimate", "p_only", "words_only", "no_difference", "silent"]].sum(axis=1)
    assert (counted == summary["trials"]).all()


def test_fewer_than_three_trials_are_never_pooled(reg):
    questions = by_question(reg)
    assert questions.loc[questions["trials"].eq(2), "hr"].isna().all()
    for part in (reg.select(trial_id="Lee2015"), reg.select(trial_id=["Lee2015", "Kong2017"])):
        found = ircc.update.findings(part)
        assert not found["pooled"].any()


def test_harm_names_what_has_no_number_of_patients(reg):
    row = ircc.update.findings(reg).set_index("outcome").loc["Severe or serious adverse event"]
    assert "11 of 4,088 infusions" in row["note"] and "anaphylactic shock" in row["note"]


@pytest.mark.parametrize("part", [{"country": "Iceland"}, {"country": "Germany"}, {"trial_id": "Cui2015"}])
def test_a_registry_with_little_in_it_has_a_summary_and_a_sentence(reg, part):
    found = ircc.update.findings(reg.select(**part))
    assert set(found["certainty"]) <= {"very low", "low"}
    assert "nan" not in ircc.update.known_sentence(found)
    ircc.update.findings_table(found)._repr_mimebundle_()
