"""Every number of the front page, recomputed from the raw CSV files with plain pandas.

The library is asked for the numbers that it shows and for nothing else.
"""

import html
import math
import re
from pathlib import Path

import pandas as pd
import pytest

import ircc_lib as ircc

RAW = Path(__file__).parents[3] / "data" / "raw"
CUTS = {"first": 2010, "five-year": 2014, "ten-year": 2020, "living": 9999}
PFS_KIN = {"PFS", "TTP", "DFS", "RFS", "TTR", "EFS"}


def raw(table: str) -> pd.DataFrame:
    return pd.read_csv(RAW / f"{table}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module", params=list(CUTS))
def edition(request):
    """The raw tables of an edition, and what the library shows of it."""
    trials = raw("trials")
    year = pd.to_numeric(trials["year"])
    trials = trials if request.param == "living" else trials[year <= CUTS[request.param]]
    for column in ("n_total", "n_cik", "n_control", "n_male", "n_female", "year"):
        trials[column] = pd.to_numeric(trials[column])
    registry = ircc.load_registry(RAW).edition(request.param)
    shown = ircc.headline(registry).dropna(subset=["key"]).set_index("key")
    return {"name": request.param, "trials": trials, "registry": registry, "shown": shown}


@pytest.fixture(scope="module")
def pooled(edition):
    return ircc.update.pooled_evidence(edition["registry"])


def rows_of(edition, table: str) -> pd.DataFrame:
    rows = raw(table)
    rows = rows[rows["trial_id"].isin(edition["trials"]["trial_id"])]
    return rows.assign(cohort=rows["trial_id"].map(edition["trials"].set_index("trial_id")["cohort"]))


def total_once(trials: pd.DataFrame, sizes: pd.Series) -> float:
    return sizes.groupby(trials["cohort"]).max().sum()


def test_trials_are_the_distinct_cohorts(edition):
    assert edition["shown"].loc["trials", "value"] == len(set(edition["trials"]["cohort"]))


def test_patients_are_the_largest_report_of_each_cohort(edition):
    trials = edition["trials"]
    arms = trials["n_cik"].fillna(0) + trials["n_control"].fillna(0)
    sizes = trials["n_total"].where(trials["n_total"].notna(), arms.where(arms > 0))
    assert edition["shown"].loc["patients", "value"] == total_once(trials, sizes)
    assert edition["shown"].loc["cik_patients", "value"] == total_once(trials, trials["n_cik"])


def test_entities_are_those_that_are_not_unspecified(edition):
    tumours = raw("tumours").set_index("tumour_reported")["entity"]
    named = rows_of(edition, "entities")["tumour_reported"].map(tumours)
    distinct = {name for name in named if "unspecified" not in name}
    assert edition["shown"].loc["entities", "value"] == len(distinct)


ORDER = ["OS", "PFS", "DFS", "RFS", "EFS", "TTP", "TTR"]


def printed_tests(edition, endpoints: set[str]) -> pd.DataFrame:
    """Whole-trial comparisons with a printed p-value or interval; of a trial's endpoints the first that was tested."""
    rows = rows_of(edition, "comparisons").drop_duplicates(
        ["trial_id", "endpoint", "p_value", "estimate", "direction", "note"]
    )
    rows = rows[rows["endpoint"].isin(endpoints) & rows["subgroup"].eq("") & rows["orientation"].ne("within_cik")]
    printed = rows["p_value"].str.contains(r"\d|ns|NS|not significant", regex=True)
    ratio = rows["effect_type"].eq("HR") & rows["ci_low"].ne("") & rows["ci_high"].ne("")
    rows = rows[printed | ratio]
    rows = rows.assign(place=rows["endpoint"].map(ORDER.index))
    return rows[rows["place"].eq(rows.groupby("trial_id")["place"].transform("min"))]


def significant(edition, endpoints: set[str]) -> set[str]:
    """Cohorts with such a comparison that favours CIK at two-sided p < 0.05 or with an interval without 1."""
    found = set()
    for row in printed_tests(edition, endpoints).to_dict("records"):
        if row["direction"] != "cik_better":
            continue
        sides = 2 if re.search("one.sided", row["note"], re.IGNORECASE) else 1
        numbers = [sides * float(number) for number in re.findall(r"\d*\.\d+", row["p_value"])]
        bound_only = row["p_value"].startswith(">") or not numbers
        small = not bound_only and all(
            number <= 0.05 if row["p_value"].startswith("<") else number < 0.05 for number in numbers
        )
        ends = [row["ci_low"], row["ci_high"]]
        apart = row["effect_type"] == "HR" and all(ends) and (float(ends[1]) < 1 or float(ends[0]) > 1)
        if small or apart:
            found.add(row["cohort"])
    return found


def test_significant_trials_are_counted_by_pfs_by_os_by_either_and_by_both(edition):
    pfs, overall = significant(edition, PFS_KIN), significant(edition, {"OS"})
    shown = edition["shown"]["value"]
    assert shown["pfs"] == len(pfs)
    assert shown["os"] == len(overall)
    assert shown["pfs_or_os"] == len(pfs | overall)
    assert shown["pfs_and_os"] == len(pfs & overall)


def test_five_year_survival_is_better_where_both_rates_and_a_small_p_are_printed(edition):
    rates = rows_of(edition, "landmarks")
    months = rates["unit"].map({"days": 12 / 365.25, "weeks": 7 * 12 / 365.25, "months": 1, "years": 12})
    at_five = (pd.to_numeric(rates["time"]) * months).sub(60).abs().lt(0.5)
    rates = rates[at_five & rates["endpoint"].eq("OS")]
    cohorts = set()
    for (_, cohort), rows in rates.groupby(["trial_id", "cohort"]):
        whole = {row["group"]: row for row in rows.to_dict("records")}
        if not {"cik", "control"} <= set(whole):
            continue
        higher = float(whole["cik"]["survival_pct"]) > float(whole["control"]["survival_pct"])
        p_values = [whole[arm]["p_value"] for arm in ("cik", "control")]
        small = any(re.fullmatch(r"<\s*0?\.(05|0[0-4]\d*)|0?\.0[0-4]\d*", p) for p in p_values)
        if higher and small:
            cohorts.add(cohort)
    noted = rows_of(edition, "comparisons")
    noted = noted[noted["note"].str.contains(r"\b(?:5|five)-year", case=False)]
    cohorts |= set(noted["cohort"]) & {c for c in significant(edition, {"OS"})}
    assert edition["shown"].loc["five_year", "value"] == len(cohorts)


@pytest.mark.parametrize("edition", ["first"], indirect=True)
def test_sex_and_source_of_cells_of_the_first_edition(edition):
    shown, trials = edition["shown"]["value"], edition["trials"]
    assert shown["male"] == total_once(trials, trials["n_male"])
    assert shown["female"] == total_once(trials, trials["n_female"])
    assert shown["autologous"] == trials.loc[trials["cell_source"].isin(["autologous", "both"]), "cohort"].nunique()


def whole_cik_arms(edition) -> pd.DataFrame:
    rows = rows_of(edition, "responses")
    rows = rows[rows["group"].eq("cik")].copy()
    for column in ("n_evaluable", "cr", "pr", "mr", "sd", "pd", "orr_pct"):
        rows[column] = pd.to_numeric(rows[column])
    return rows


@pytest.mark.parametrize("edition", ["first"], indirect=True)
def test_response_counts_of_the_first_edition(edition):
    shown = edition["shown"]["value"]
    counts = ["cr", "pr", "mr", "sd", "pd"]
    rows = whole_cik_arms(edition)
    rows = rows[rows[counts].notna().any(axis=1)]
    rows["n"] = rows["n_evaluable"].where(rows["n_evaluable"].notna(), rows[counts].sum(axis=1))
    rows = rows.loc[rows.groupby("cohort")["n"].idxmax()]
    named = ["complete_response", "partial_response", "minor_response", "stable_disease", "progressive_disease"]
    assert [shown[key] for key in named] == [rows[column].sum() for column in counts]
    assert shown["total_response"] == rows[["cr", "pr", "mr"]].sum().sum()
    assert shown["response_known"] == rows["n"].sum()


@pytest.mark.parametrize("edition", ["five-year"], indirect=True)
def test_mean_response_rate_of_the_five_year_edition(edition):
    shown = edition["shown"]["value"]
    rows = whole_cik_arms(edition)
    rate = rows["orr_pct"].where(rows["orr_pct"].notna(), 100 * (rows["cr"] + rows["pr"]) / rows["n_evaluable"])
    rows = rows.assign(rate=rate).dropna(subset=["rate"])
    rows = rows.sort_values("n_evaluable", ascending=False, kind="stable").drop_duplicates("cohort")
    assert math.isclose(shown["mean_response"], rows["rate"].mean(), abs_tol=0.05)


def test_the_published_values_are_those_of_the_claims_table(edition):
    published = raw("published_claims")
    shown = ircc.headline(edition["registry"]).dropna(subset=["published"])
    for row in shown.to_dict("records"):
        stated = published[
            (published["edition"] == row["published_edition"]) & (published["claim"] == row["published_claim"])
        ]["value"].item()
        assert row["published"].replace(",", "").removesuffix(" %") == stated
    own = published[published["edition"] == edition["name"]]
    assert set(own["claim"]) <= set(shown["published_claim"])


def test_every_claim_names_exactly_the_trials_that_it_counts(edition):
    cohort = edition["trials"].set_index("trial_id")["cohort"]
    for key in ("trials", "pfs", "os", "pfs_or_os", "pfs_and_os", "five_year"):
        row = edition["shown"].loc[key]
        named = [trial for trial in row["trial_ids"].split("; ") if trial]
        assert len({cohort[trial] for trial in named}) == row["value"], key


def test_growth_adds_up_to_the_claims(edition):
    growth = ircc.counts.growth(edition["registry"])
    first_year = edition["trials"].groupby("cohort")["year"].min()
    for row in growth.itertuples():
        assert row.trials == (first_year == row.year).sum()
        assert row.trials_so_far == (first_year <= row.year).sum()
    if edition["name"] == "living":
        return  # trials of unknown year are in the claims and have no place in time
    last = growth.iloc[-1]
    assert last["patients_so_far"] == edition["shown"].loc["patients", "value"]
    assert last["cik_patients_so_far"] == edition["shown"].loc["cik_patients", "value"]


def test_each_count_of_significant_trials_has_its_denominator(edition):
    own = edition["trials"]
    own = set(own.loc[own["design"].eq("randomised") & own["allocation_basis"].eq("own record"), "trial_id"])
    for key, endpoints in (("os", {"OS"}), ("pfs", PFS_KIN)):
        tests = printed_tests(edition, endpoints)
        of = edition["shown"].loc[key, "of"]
        assert of.startswith(f"of {tests['cohort'].nunique()} tested"), key
        assert of.endswith(f"of {tests.loc[tests['trial_id'].isin(own), 'cohort'].nunique()}"), key


def test_the_whole_is_said_with_who_was_randomised_and_who_says_so(edition):
    trials = edition["trials"]
    text = html.unescape(str(ircc.update.whole_sentence(edition["registry"])))
    controls = trials["design"].isin(["randomised", "controlled_nonrandomised", "retrospective_controlled"])
    n, controlled = trials["cohort"].nunique(), trials.loc[controls, "cohort"].nunique()
    own = trials["design"].eq("randomised") & trials["allocation_basis"].eq("own record")
    assert f"{n:,} trial" in text
    assert f"{n - controlled:,} have no control group; of the {controlled:,} that have one" in text
    assert f"{trials.loc[own, 'cohort'].nunique():,} were randomised by their own record" in text


def test_what_it_means_counts_overlaps_and_the_kind_of_record(edition, pooled):
    trials, text = edition["trials"], html.unescape(str(ircc.update.what_it_means(edition["registry"], pooled)))
    reports = trials.groupby("cohort").size()
    if (reports > 1).any():
        assert f"{reports[reports > 1].sum()} reports describe {(reports > 1).sum()} group" in text
    abstracts = trials["locator"].str.contains("abstract").sum()
    assert f"{abstracts} reports of {len(trials)} were read as an abstract" in text


def setting_of(text: str) -> str | None:
    """After curative treatment, or advanced disease, by the one setting whose words a record's text holds."""
    words = pd.read_csv(RAW.parent / "vocabularies" / "settings.csv", dtype=str)
    held = {
        row.setting for row in words.itertuples() if re.search(rf"(?<![\w-]){re.escape(row.reported)}\b", text, re.I)
    }
    return held.pop() if len(held) == 1 and "other" not in held else None


def test_absolute_effects_follow_from_the_ratio_and_the_control_groups(edition):
    settings = edition["trials"].set_index("trial_id")["setting"].map(setting_of)
    rates = rows_of(edition, "landmarks").drop_duplicates(
        ["trial_id", "endpoint", "group", "time", "unit", "survival_pct"]
    )
    months = rates["unit"].map({"days": 12 / 365.25, "weeks": 7 * 12 / 365.25, "months": 1, "years": 12})
    rates = rates.assign(months=pd.to_numeric(rates["time"]) * months, pct=pd.to_numeric(rates["survival_pct"]))
    rates = rates[rates["group"].eq("control") & rates["pct"].notna()]
    findings = ircc.update.findings(edition["registry"]).set_index("outcome")
    for outcome, endpoints in (("Overall survival", {"OS"}), ("Progression or recurrence", PFS_KIN)):
        row = findings.loc[outcome]
        if pd.isna(row["difference_per_1000"]):
            continue
        asked = rates[rates["endpoint"].isin(endpoints)]
        pooled_in = settings.loc[row["trial_ids"].split("; ")]
        where = ""
        if pooled_in.notna().all() and pooled_in.nunique() == 1:  # the effect is of that setting, and so is the risk
            asked = asked[asked["trial_id"].map(settings).eq(pooled_in.iloc[0])]
            where = {"advanced disease": " in advanced disease"}.get(pooled_in.iloc[0], f" {pooled_in.iloc[0]}")
        by_time = {
            time: asked[(asked["months"] - time).abs() < 0.5].drop_duplicates("cohort") for time in (12, 24, 36, 60)
        }
        time = max(by_time, key=lambda time: (len(by_time[time]), time))
        control = by_time[time]["pct"].median() / 100
        n = len(by_time[time])
        assert row["at"].endswith(
            f"at {time} months, {f'middle of {n} control groups' if n > 1 else 'one control group'}{where}"
        )
        assert row["control_per_1000"] == pytest.approx(1000 * control)
        assert row["difference_per_1000"] == pytest.approx(1000 * (control ** row["ratio"] - control))
        assert row["difference_low"] == pytest.approx(1000 * (control ** row["ci_high"] - control))
        assert row["difference_high"] == pytest.approx(1000 * (control ** row["ci_low"] - control))


def test_the_summary_of_findings_pools_what_the_pooled_results_pool(edition, pooled):
    findings = ircc.update.findings(edition["registry"]).set_index("outcome")
    shown = pooled.set_index(["endpoint", "group"])
    for outcome, endpoint in (("Overall survival", "OS"), ("Progression or recurrence", "PFS")):
        own, other = shown.loc[(endpoint, "randomised")], shown.loc[(endpoint, "not randomised")]
        assert (findings.loc[outcome, "trials"], findings.loc[outcome, "other_trials"]) == (
            own["trials"],
            other["trials"],
        )
        if own["trials"] > 2:
            assert findings.loc[outcome, "ratio"] == pytest.approx(own["hr"])


def test_randomised_trials_left_out_are_those_that_report_without_an_estimate(edition, pooled):
    trials = edition["trials"]
    own = trials[trials["design"].eq("randomised") & trials["allocation_basis"].eq("own record")]
    inside = set(";".join(pooled.loc[pooled["endpoint"].eq("OS"), "trial_ids"]).replace(" ", "").split(";"))
    inside = set(trials.loc[trials["trial_id"].isin(inside), "cohort"])
    said = rows_of(edition, "comparisons")
    said = said[said["endpoint"].eq("OS") & said["subgroup"].eq("") & said["orientation"].ne("within_cik")]
    said = said[said["trial_id"].isin(own["trial_id"]) & ~said["cohort"].isin(inside)]
    row = ircc.update.findings(edition["registry"]).set_index("outcome").loc["Overall survival"]
    assert row["left_out"] == said["cohort"].nunique()
    neither = said.groupby("cohort")["direction"].agg(lambda words: set(words) == {"no_difference"})
    assert row["left_out_neither"] == neither.sum()
    assert row["silent"] == own["cohort"].nunique() - row["trials"] - row["left_out"]
