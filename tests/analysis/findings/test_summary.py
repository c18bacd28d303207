"""The summary of findings: by hand where it can be, and on registries with little in them."""

import pytest

import ircc_lib as ircc
from ircc_lib.analysis.findings.absolute import events_per_1000, survivors_per_1000
from ircc_lib.analysis.findings.certainty import INFORMATION_HR, Body, judge, read_judgements
from ircc_lib.analysis.findings.missing import missing_results, missing_summary
from ircc_lib.analysis.findings.questions import by_question
from ircc_lib.registry.citation import data_hash


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


def test_trials_that_are_not_pooled_have_no_interval_to_be_sure_by():
    found = judge(Body(randomised=False, trials=3, patients=316))
    assert found.level == "very low" and any(one.startswith("imprecision") for one in found.reasons)


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
    rows = ircc.update.findings(reg).set_index("outcome")
    severe, deaths = rows.loc["Adverse event of grade 3 to 5", "note"], rows.loc["Treatment-related death", "note"]
    assert "11 of 4,088 infusions" in severe and "anaphylactic shock" in severe
    assert "0 of 1," not in severe
    assert "no all-clear" in deaths and "anaphylactic shock" in deaths  # beside the reassuring zero
    assert "7.8 % with and 3.5 % without in Lee 2015" in rows.loc["Serious adverse event", "note"]
    line = ircc.safety.sentence(reg, "in short")
    assert "anaphylactic shock" in line and "11 of 4,088 infusions" in line


def test_any_harm_of_lee_2015_by_hand(reg):
    row = ircc.update.findings(reg.edition("ten-year")).set_index("outcome").loc["Any adverse event"]
    # 71/114 against 46/112: RR 1.516, 1000 * 46/112 * (1.516 - 1) = 212
    assert round(row["ratio"], 3) == 1.516
    assert round(row["difference_per_1000"]) == 212
    assert "71 of 114 with CIK cells, 46 of 112 without" in row["note"]


def test_the_trials_without_an_estimate_stand_beside_the_headline(reg):
    rows = ircc.update.findings(reg.edition("ten-year")).set_index("outcome")
    every, own = rows.loc["Overall survival, all evidence"], rows.loc["Overall survival"]
    found = ircc.meta.pool_all_evidence(reg.edition("ten-year"), "OS")
    assert every["ratio"] == pytest.approx(found.hazard_ratio)
    assert every["trials"] == found.k > own["trials"]
    assert every["sensitivity"] and not own["sensitivity"]


def test_absolute_effects_at_a_low_and_a_high_risk(reg):
    row = ircc.update.findings(reg).set_index("outcome").loc["Overall survival"]
    for end in ("low", "high"):
        survival = row[f"control_{end}_per_1000"] / 1000
        assert row[f"difference_at_{end}"] == pytest.approx(1000 * (survival ** row["ratio"] - survival))


def test_trials_that_were_not_randomised_are_rated_apart(reg):
    row = ircc.update.findings(reg).set_index("outcome").loc["Overall survival"]
    assert row["other_trials"] > 2 and row["other_certainty"] in ("low", "very low")


def test_a_selection_model_that_takes_the_effect_away_is_a_reason():
    found = judge(Body(randomised=True, **FIRM, selection="corrected for selection by p-value 0.80 (0.60 to 1.07)"))
    assert found.level == "moderate" and "corrected for selection" in found.reasons[0]


def test_the_verb_of_the_sentence_is_that_of_the_certainty(reg):
    findings = ircc.update.findings(reg)
    assert ircc.update.known_sentence(findings).startswith("Whether CIK cells prolong survival is very uncertain")
    rated = findings.assign(
        certainty=findings["certainty"].mask(findings["outcome"].eq("Overall survival"), "moderate")
    )
    assert ircc.update.known_sentence(rated).startswith("CIK cells probably prolong survival")


@pytest.mark.parametrize("entity", ["hepatocellular carcinoma", "non-small cell lung cancer", "glioblastoma"])
def test_a_tumour_has_its_own_summary(reg, entity):
    shown = ircc.entity.findings(reg.select(entity=entity), entity)
    shown._repr_mimebundle_() if entity != "glioblastoma" else shown._repr_html_()


def test_a_tumour_of_two_controlled_trials_has_none(reg):
    part = reg.select(trial_id=["Lee2015", "Kong2017"])
    assert "too few for a summary of findings" in ircc.entity.findings(part, "hepatocellular carcinoma")


def test_the_citation_names_edition_version_and_data(reg):
    edition = reg.edition("ten-year")
    cited = ircc.update.how_to_cite(edition)
    assert "ten-year edition" in cited and "up to 2020" in cited and data_hash(edition)[:12] in cited
    assert "Zhang Y, Schmidt-Wolf IGH" in cited
    assert data_hash(edition) != data_hash(reg.edition("first"))


@pytest.mark.parametrize("part", [{"country": "Iceland"}, {"country": "Germany"}, {"trial_id": "Cui2015"}])
def test_a_registry_with_little_in_it_has_a_summary_and_a_sentence(reg, part):
    found = ircc.update.findings(reg.select(**part))
    assert set(found["certainty"]) <= {"very low", "low", "not rated"}
    assert "nan" not in ircc.update.known_sentence(found)
    ircc.update.findings_table(found)._repr_mimebundle_()


def test_hardly_any_event_leaves_the_certainty_very_low():
    # 0 of 100 against 0 of 100 in one trial is no evidence that harm is rare
    seen_nothing = Body(randomised=True, trials=1, patients=200, events=0.0, concealed=0)
    assert judge(seen_nothing).level == "very low"


def test_an_interval_that_holds_everything_is_shown_nowhere(reg):
    for entity in ("hepatocellular carcinoma", "gastric cancer", "renal cell carcinoma"):
        rows = ircc.update.findings(reg.edition("ten-year").select(entity=entity))
        known = rows.dropna(subset=["ci_low", "ci_high"])
        every = known[known["sensitivity"].fillna(False).astype(bool)]
        assert (every["ci_high"] < 20 * every["ci_low"]).all(), entity


def test_survival_evidence_is_gathered_once_for_each_family(reg, monkeypatch):
    from ircc_lib.analysis.effects.extraction import choice

    asked = []
    gather = choice.gather
    monkeypatch.setattr(
        choice, "gather", lambda reg, endpoints, **more: asked.append(endpoints[0]) or gather(reg, endpoints, **more)
    )
    ircc.update.findings(reg)
    assert sorted(asked) == ["OS", "PFS"]


def test_a_judgement_of_people_stands_on_the_page_with_name_and_date(reg, monkeypatch):
    from ircc_lib.analysis.findings import summary
    from ircc_lib.analysis.findings.certainty import Certainty

    judged = Certainty(level="low", reasons=("one trial decides",), judged_by="A. Reader, 2026-11-25")
    monkeypatch.setattr(summary, "read_judgements", lambda: {("ten-year", "", "Overall survival"): judged})
    findings = ircc.update.findings(reg.edition("ten-year"))
    assert "The certainty is low (A. Reader, 2026-11-25) (one trial decides)" in ircc.update.known_sentence(findings)
    assert ircc.update.findings_table(findings).data["sure"].iloc[0] == "low (A. Reader, 2026-11-25)"


def test_the_worst_case_stands_beside_the_headline(reg):
    # 5 of the 11 randomised trials have z above -1.96; they alone pool to 0.77 (0.47 to 1.25)
    ten = reg.edition("ten-year")
    effects = ircc.log_hazard_ratios(ten, "OS").query("randomised")
    others = effects[effects["log_hr"] / effects["se"] > -1.959964]
    pooled = ircc.pool(others["log_hr"], others["se"]).exp()
    words = ircc.update.findings(ten).set_index("outcome").loc["Overall survival", "worst_case"]
    assert f"the {len(others)} trials without a significant gain give {pooled.estimate:.2f}" in words
    assert "which includes no effect" in words
    assert "worst case of publication bias" in ircc.update.what_it_means(ten, ircc.update.pooled_evidence(ten)).lower()
