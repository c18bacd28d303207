"""What a methodologist found untrue or hidden in an earlier report, each held to what this one says.

Numbers are those of the raw tables or of the papers; what a page says is read from what its cells show.
"""

import html
import json
import re
from pathlib import Path

import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.analysis.outcomes.arms import OF_RECURRED
from ircc_lib.registry.citation import data_hash

PROJECT = Path(__file__).parents[2]
NULL = {"Dong2009", "Xu2016", "Kong2017", "Mu2016", "Zhang2013"}  # randomised, no difference in survival, no ratio


@pytest.fixture(scope="module")
def ten(reg):
    return reg.edition("ten-year")


@pytest.fixture(scope="module")
def findings(ten):
    return ircc.update.findings(ten)


@pytest.fixture(scope="module")
def effects(ten):
    return {endpoint: ircc.log_hazard_ratios(ten, endpoint) for endpoint in ("OS", "PFS")}


def plain(text) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", str(text)))


def raw(table: str) -> pd.DataFrame:
    return pd.read_csv(PROJECT / f"data/raw/{table}.csv", dtype=str, keep_default_na=False)


def prose_of(notebook: str) -> str:
    """The words between the cells of a notebook."""
    cells = json.loads((PROJECT / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def one(effects: dict, trial: str, endpoint: str) -> pd.Series:
    return effects[endpoint].set_index("trial_id").loc[trial]


def test_severe_harm_of_the_largest_safety_study_stands_wherever_a_zero_does(ten, findings):
    """Zhang 2015a: 215 of 4,088 transfusions with an event, 204 of grade 1-2; four severe events without a number."""
    texts = [
        plain(ircc.safety.sentence(ten, "in short")),
        ircc.safety.figure(ten, "severe").caption,
        findings.set_index("outcome").loc["Adverse event of grade 3 to 5", "note"],
    ]
    for text in texts:
        assert f"{215 - 204} of 4,088 infusions" in text
        for event in ("anaphylactic shock", "tumour lysis syndrome", "anaphylactoid purpura", "arthralgia"):
            assert event in text
    assert "0.27 %" in texts[1]  # 11 / 4,088
    deaths = findings.set_index("outcome").loc["Treatment-related death", "note"]
    assert "no all-clear" in deaths and "anaphylactic shock" in deaths


def test_harm_between_randomised_arms_is_told_first_and_on_the_front_page(ten):
    line, between = plain(ircc.safety.sentence(ten, "in short")), plain(ircc.safety.sentence(ten, "between arms"))
    for text in (line, between):
        assert "71 of 114 (62.3 %)" in text and "46 of 112 (41.1 %)" in text
    assert "p as reported 0.002" in between and "7.8 %" in line and "3.5 %" in line
    assert ircc.safety.table(ten, "by arm").data["trial_id"].iloc[0] == "Lee2015"
    words = ircc.safety.table(ten, "in words").data
    assert {"Kong2017", "Xu2016", "Lee2015"} <= set(words["trial_id"])


def test_randomised_trials_without_a_difference_stand_beside_the_headline(ten, findings):
    row = findings.set_index("outcome").loc["Overall survival"]
    assert row["left_out_neither"] == len(NULL) and row["left_out"] > row["left_out_neither"]
    assert f"{len(NULL)} of them no difference" in plain(ircc.update.known_sentence(findings))
    table = ircc.robustness.missing_by_trial(ten).data.set_index("trial_id")["OS"]
    assert all("no difference" in table[trial] or "not different" in table[trial] for trial in NULL)
    without = ircc.extraction.exclusions_table(ten, "OS")
    assert "Report says" in [column.label for column in without.columns]
    every = ircc.robustness.all_evidence(ten, ircc.log_hazard_ratios(ten, "OS")).query("randomised")
    assert (every["k"].iloc[1:] > every["k"].iloc[0]).all()
    # those left out are no small rest: each is one randomised trial, its patients as the raw table states them
    left = [trial for trial, status in table.items() if status not in ("", "estimate")]
    patients = sum(int(raw("trials").set_index("trial_id").loc[trial, "n_total"]) for trial in left)
    said = plain(ircc.robustness.missing_sentence(ircc.update.missing_results(ten)))
    assert f"{len(left)} reported without one ({len(NULL)} no difference and" in said and f"{patients} patients" in said


def test_time_to_recurrence_of_those_who_recurred_carries_no_pool_no_gain_and_no_curve(ten, effects):
    assert "Xu2016" not in set(effects["PFS"]["trial_id"])
    gains = ircc.survival.table(ten, "significance").data.query("endpoint == 'PFS' and by == 'all trials'")
    assert "Xu2016" not in gains["trial_ids"].iloc[0].split("; ")
    row = ircc.extraction.exclusions(ten, "PFS").set_index("trial_id").loc["Xu2016"]
    assert "p = 0.334" in row["reason"] and row["not_instead"].startswith("TTR")
    table = ircc.survival.table(ten, "PFS").data.set_index("trial_id")
    assert table.loc["Xu2016", "statistic"] == OF_RECURRED
    assert "Xu2016" not in set(ircc.survival.median_pairs(ten, "PFS")["trial_id"])
    assert "Xu2016" not in set(ircc.survival.pseudo_cohort(ten, endpoint="PFS")["trial_id"])
    assert "a lesser one does not take its place" in prose_of("04_hazard_ratios.ipynb")


def test_who_calls_a_trial_randomised_decides_where_it_is_pooled(ten, effects):
    randomised = set(effects["OS"].loc[effects["OS"]["randomised"], "trial_id"])
    allocation = raw("trials").set_index("trial_id").loc[sorted(randomised), ["allocation", "allocation_basis"]]
    assert (allocation == ["random", "own record"]).all(axis=None)
    assert not {"Jin2014", "Liu2015"} & randomised
    labels = [column.label for column in ircc.hazard_ratios.table(effects["OS"]).columns]
    assert "Allocation known from" in labels
    steps = ircc.robustness.sensitivity(ten, "OS").query("randomised")["what"]
    assert steps.str.contains("only a review calls randomised").any()


def test_no_five_year_rate_is_set_against_that_of_another_trial(ten):
    data = ircc.survival.table(ten, "five years").data
    arms = data.groupby("trial_id")["group"].agg(set)
    alone = arms.index[arms.map(len).eq(1)]
    assert "Anon2015a" in alone  # 62 %, no control: beside nobody's 9 %
    assert set(data.loc[data["trial_id"].isin(alone), "kind"]) == {"single arm"}
    assert set(data.loc[~data["trial_id"].isin(alone), "kind"]) == {"both arms of the trial"}
    jin = data[data["trial_id"].eq("Jin2014")].set_index("group")["survival"]
    assert sorted(jin) == pytest.approx([0.092, 0.277])  # within Jin: 27.7 against 9.2 %
    assert "no value is carried from one trial to another" in prose_of("03_survival.ipynb")


@pytest.mark.parametrize(
    "trial, statistic", [("Peng2017", "not named"), ("Huang2013", "not named"), ("Zhang2016b", "mean")]
)
def test_averages_that_are_no_medians_are_named_and_make_no_ratio(ten, effects, trial, statistic):
    table = ircc.survival.table(ten, "OS").data.set_index("trial_id")
    assert table.loc[trial, "statistic"] == statistic
    assert trial not in set(ircc.survival.median_pairs(ten, "OS")["trial_id"])
    ours = effects["OS"].set_index("trial_id")
    assert trial not in ours.index or "median" not in ours.loc[trial, "method"]


@pytest.mark.parametrize("trial, endpoint, printed", [
    ("Pan2015", "OS", 0.014), ("Chen2015", "OS", 0.028), ("Chen2015", "PFS", 0.006), ("Liu2012", "PFS", 0.024),
    ("Wu2008", "OS", 0.029), ("Zhang2013", "PFS", 0.032), ("Wang2013c", "OS", 0.09), ("Zhao2013", "PFS", 0.028),
    ("Shi2012b", "PFS", 0.044), ("Xie2017", "PFS", 0.022), ("Anon2014b", "PFS", None)])  # fmt: skip
def test_a_ratio_agrees_with_the_trials_own_test_or_is_flagged_beside_it(effects, trial, endpoint, printed):
    row = one(effects, trial, endpoint)
    if printed is None:  # p < 0.001 and no events: the ratio of the medians stays, flagged and graded last
        assert row["contradicts_own_test"] and row["quality"] == "E" and row["printed_p"] == "<0.001"
    else:
        assert row["p_value"] == pytest.approx(printed, rel=1e-6) or row["rung"] <= 2
        assert not row["contradicts_own_test"]
    labels = [column.label for column in ircc.hazard_ratios.table(effects[endpoint]).columns]
    assert {"Own test, p", "Against own test"} <= set(labels)


@pytest.mark.parametrize("trial, endpoint, low, high", [
    ("Anon2016", "PFS", 0.27, 1.0), ("Lee2019", "OS", 0.15, 0.76), ("Liu2020a", "OS", 0.13, 0.40),
    ("Zhou2020", "OS", 0.04, 0.93), ("Zhou2020", "PFS", 0.09, 0.92), ("Wang2016a", "OS", None, 0.65)])  # fmt: skip
def test_a_reported_interval_is_shown_as_reported(effects, trial, endpoint, low, high):
    row = one(effects, trial, endpoint)
    assert row["rung"] == 1 and row["ci_high"] == high and low in (None, row["ci_low"])


def test_a_one_sided_p_value_is_no_gain_at_half_its_size(ten, effects):
    """Kong 2017: one-sided 0.0401, two-sided 0.080."""
    assert one(effects, "Kong2017", "PFS")["p_value"] == pytest.approx(0.0802, rel=1e-6)
    gains = ircc.survival.table(ten, "significance").data.query("endpoint == 'PFS' and by == 'all trials'")
    assert "Kong2017" not in gains["trial_ids"].iloc[0]


def test_tested_is_what_prints_a_test_and_words_are_a_class_of_their_own(ten):
    rows = ircc.survival.table(ten, "significance").data.query("endpoint == 'OS' and by == 'all trials'").iloc[0]
    words = set(rows["trial_ids_in_words"].split("; "))
    assert {"Jin2014", "Peng2017", "Zhan2012"} <= words and not words & set(rows["trial_ids"].split("; "))
    claims = ircc.headline(ten).set_index("key")
    assert claims.loc["os", "of"].startswith(f"of {rows['tested']} tested; randomised")
    assert claims.loc["five_year", "of"].startswith("of ")


def test_a_matched_comparison_is_the_adjusted_one_of_a_study_without_randomisation(effects):
    for endpoint, hr, low, high in (("OS", 0.55, 0.33, 0.92), ("PFS", 0.59, 0.42, 0.83)):
        row = one(effects, "Chang2018", endpoint)
        assert (row["hr"], row["ci_low"], row["ci_high"]) == (pytest.approx(hr), low, high)


def test_what_controls_had_is_known_of_a_cohort_though_its_latest_report_repeats_less():
    # Shin 2026 follows the 226 patients of Lee 2015, whose controls had no adjuvant therapy; it does not say so again
    every = ircc.load_registry().edition("living")
    later = ircc.log_hazard_ratios(every, "PFS").set_index("trial_id").loc["Shin2026a"]
    assert (later["cohort"], later["comparator_kind"]) == ("Lee2015", "none")


def test_the_comparator_stands_beside_each_effect_and_is_stated_where_the_record_does(ten, effects):
    assert one(effects, "Liu2012", "OS")["comparator_kind"] == "other active treatment"  # IL-2 and interferon
    kinds = ten.trials.set_index("trial_id")["comparator_kind"]
    for trial in ("Lee2015", "Lee2019", "Dong2009", "Xu2016"):
        assert kinds[trial] == "none", trial
    assert "not stated" not in {kinds["Pan2015"], kinds["Pan2013"]}  # surgery alone
    # of the pooled trials only those are "not stated" whose record does not say what the controls received
    pooled = pd.concat(effects.values())
    unknown = pooled[
        ~pooled["comparator_kind"].isin(["none", "same treatment without cells", "other active treatment"])
    ]
    comparators = raw("trials").set_index("trial_id")["comparator"]
    said = [comparators[trial] for trial in unknown["trial_id"]]
    assert all(text == "" or re.search("matched|not specified", text) for text in said), said


@pytest.mark.parametrize("entity", ["hepatocellular carcinoma", "ovarian cancer", "oesophageal cancer"])
def test_counts_of_a_basket_trial_are_no_tumours_own(ten, entity):
    part = ten.select(entity=entity)
    shown = ircc.entity.response(part)
    assert isinstance(shown, str) or "PMID25963952" not in set(shown.data["trial_id"])


def test_two_trials_make_no_interval_of_nothing_to_everything(ten):
    """Nowhere a pool of fewer than three trials, nor a pooled interval whose ends are a hundredfold apart."""
    for entity in ("hepatocellular carcinoma", "non-small cell lung cancer", "gastric cancer", "renal cell carcinoma"):
        rows = ircc.update.findings(ten.select(entity=entity))
        pooled = rows[rows["pooled"].fillna(False).astype(bool)]
        assert (pooled["trials"] >= 3).all() and (pooled["ci_high"] < 100 * pooled["ci_low"]).all(), entity
    reviews = ircc.robustness.published_agreement(ten).compared
    assert reviews["year"].max() <= 2020
    for group in ("randomised", "other"):
        judged = reviews[reviews[f"overlap_{group}"].notna() & reviews[f"overlap_{group}"].ne("")]
        assert (judged[f"ci_high_{group}"] <= 10 * judged[f"ci_low_{group}"]).all()


def test_trials_without_a_control_group_are_no_part_of_how_groups_were_formed(ten):
    trials = raw("trials")
    trials = trials[pd.to_numeric(trials["year"]) <= 2020]
    single = trials["design"].isin(["single_arm", "case_report"])
    controlled = trials.loc[~single, "cohort"].nunique()
    text = plain(ircc.update.whole_sentence(ten))
    assert f"of the {controlled:,} that have one" in text and "%" not in text


def test_the_two_numbers_of_tumours_are_told_apart_and_so_are_totals_that_were_added_up(ten):
    text = plain(ircc.counts.entities_sentence(ten))
    distinct = ircc.headline(ten).set_index("key").loc["entities", "value"]
    assert f"{distinct} of them are distinct entities" in text and "unspecified" in text
    trials = raw("trials")
    trials = trials[(pd.to_numeric(trials["year"]) <= 2020) & trials["n_total"].eq("")]
    assert f"{len(trials)} reports state no total" in plain(ircc.counts.patients_sentence(ten))


def test_this_report_is_cited_with_edition_data_and_the_paper_beside_it(ten):
    text = plain(ircc.update.how_to_cite(ten))
    assert "ten-year edition" in text and data_hash(ten)[:12] in text and "The paper: Zhang Y" in text


def test_why_ours_are_more_than_the_publications_is_said_by_kind(ten):
    why = ircc.headline(ten).set_index("key").loc["trials", "why"]
    trials = raw("trials")
    trials = trials[pd.to_numeric(trials["year"]) <= 2020]

    def wholly(mask: pd.Series) -> int:
        return len(set(trials.loc[mask, "cohort"]) - set(trials.loc[~mask, "cohort"]))

    assert f"{wholly(pd.to_numeric(trials['year']) == 2020)} appeared in the year of the publication" in why
    assert f"{wholly(trials['design'] == 'case_report')} are case reports" in why


def test_reconstructed_curves_have_no_patients_at_risk_and_no_test(ten):
    cohort = ircc.survival.pseudo_cohort(ten, endpoint="OS")
    figure, table = ircc.survival.pseudo_curves(cohort), ircc.survival.rmst_table(cohort)
    assert "no number at risk is known" in figure.caption
    assert (table.data["trials"] >= 3).all()
    assert "they are no test" in table.caption and "above 0" not in table.caption


def test_a_funnel_fills_nothing_in(effects):
    figure = ircc.robustness.funnel(effects["OS"].query("randomised"))
    assert "trim" not in figure.caption.lower() + figure.alt.lower()
    assert len(figure.data) == effects["OS"]["randomised"].sum()
    assert "No trials are filled in" in prose_of("05_robustness.ipynb")


def test_what_was_inferred_and_what_was_not_searched_is_said(ten):
    text, words = plain(ircc.quality.inferred_sentence(ten)), prose_of("01_quality.ipynb")
    trials = raw("trials")
    inferred = trials[(pd.to_numeric(trials["year"]) <= 2020) & trials["year_basis"].eq("inferred")]
    assert f"the year of {len(inferred)} reports was inferred" in text
    assert "no PRISMA flow" in words and "nothing is guessed" not in words
    assert "no formal search" in prose_of("11_protocol.ipynb")


def test_responses_are_not_promised_by_criteria_that_nobody_states():
    for notebook in ("00_update.ipynb", "07_response.ipynb"):
        assert "by criteria" not in prose_of(notebook)


def test_a_tumour_code_is_a_name_on_a_record(ten):
    from ircc_lib.report.site.pages.records import _shown_columns

    rows = ten.entities[ten.entities["trial_id"].eq("PMID25963952")].dropna(axis=1, how="all").to_dict("records")
    assert any(row["oncotree_name"] == "Esophagus/Stomach" for row in rows)
    shown = _shown_columns(list(ten.entities.columns), rows)
    assert "oncotree_name" in shown and "oncotree_code" not in shown


@pytest.mark.parametrize(
    "chapter", ["update", "counts", "survival", "hazard_ratios", "robustness", "response", "safety"]
)
@pytest.mark.parametrize("trial", ["Lee2015", "Kong2017"])
def test_a_registry_of_one_trial_is_told_in_the_singular_and_without_empty_counts(small, run_chapter, chapter, trial):
    small.real(trial)
    texts = [part for shown in run_chapter(chapter, small.folder) for part in said(shown)]
    wrong = re.compile(
        r"(?<![\d.,/-])1 (?:trials|patients|pairs|arms|flags|events|rows|studies|records|groups|comparisons)\b"
        r"|\b0 of them\b|\b0 (?:report|say|give)\b|\b(?:prints?|nan)\b"
    )
    assert not [text for text in texts if wrong.search(text)]


def said(shown) -> list[str]:
    """What something that a cell ends in says in words."""
    if isinstance(shown, str):
        return [plain(shown)]
    return [plain(getattr(shown, name)) for name in ("caption", "alt") if isinstance(getattr(shown, name, None), str)]


def test_a_record_shows_an_interval_with_its_ratio_reported_or_derived(effects):
    from ircc_lib.report.site.pages.record_effects import effect_lines

    about = {"outcome": "PFS", "given_by": "Kong2017", "trials": 11, "group": "randomised", "weight": 0.135}
    shown = {}
    for trial in ("Kong2017", "Lee2019"):  # derived from a p-value; reported as 0.67 (0.48-0.94)
        row = one(effects, trial, "PFS").dropna().to_dict() | about | {"given_by": trial}
        (line,) = effect_lines([row], trial, str, None)
        shown[trial] = line["ratio"]
    assert re.fullmatch(r"0\.71 \(0\.\d\d to 1\.\d\d\)", shown["Kong2017"])
    assert shown["Lee2019"] == "0.67 (0.48 to 0.94)"
