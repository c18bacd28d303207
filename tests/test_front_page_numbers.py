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

RAW = Path(__file__).parents[1] / "data" / "raw"
CUTS = {"first": 2010, "five-year": 2014, "ten-year": 2020, "living": 9999}
PFS_KIN = {"PFS", "TTP", "DFS", "RFS", "TTR", "EFS"}


def raw(table: str) -> pd.DataFrame:
    return pd.read_csv(RAW / f"{table}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module", params=list(CUTS))
def edition(request):
    """The raw tables of an edition, and what the library shows of it."""
    trials = raw("trials")
    trials = trials[trials["year"].astype(int) <= CUTS[request.param]]
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


def significant(edition, endpoints: set[str]) -> set[str]:
    """Cohorts with a whole-trial comparison that favours CIK at p < 0.05 or with an interval without 1."""
    found = set()
    for row in rows_of(edition, "comparisons").to_dict("records"):
        if row["endpoint"] not in endpoints or row["subgroup"] or row["orientation"] == "within_cik":
            continue
        if row["direction"] != "cik_better":
            continue
        numbers = [float(number) for number in re.findall(r"\d*\.\d+", row["p_value"])]
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
    for (trial, cohort), rows in rates.groupby(["trial_id", "cohort"]):
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
    last = growth.iloc[-1]
    assert last["patients_so_far"] == edition["shown"].loc["patients", "value"]
    assert last["cik_patients_so_far"] == edition["shown"].loc["cik_patients", "value"]


def test_what_it_means_counts_designs_overlaps_and_the_kind_of_record(edition, pooled):
    trials, text = edition["trials"], html.unescape(str(ircc.update.what_it_means(edition["registry"], pooled)))
    first = trials.sort_values(["year", "trial_id"]).drop_duplicates("cohort")  # no cohort has three designs
    randomised = (first["design"] == "randomised").sum()
    controls = first["design"].isin(["randomised", "controlled_nonrandomised", "retrospective_controlled"]).sum()
    assert f"Of {len(first)} trials, {controls} have a control group and {randomised} are randomised" in text
    assert f"{round(100 * (1 - randomised / len(first)))} % are not" in text
    reports = trials.groupby("cohort").size()
    if (reports > 1).any():
        assert f"{reports[reports > 1].sum()} reports describe {(reports > 1).sum()} groups" in text
    abstracts = trials["locator"].str.contains("abstract").sum()
    assert f"{abstracts} reports of {len(trials)} were read as an abstract" in text
    assert f"{(trials['record_level'] == 'review table').sum()} report" in text


def test_the_chapters_figures_are_rows_of_the_raw_tables(edition, pooled):
    figures = ircc.update.chapter_figures(edition["registry"], pooled).data.set_index("chapter")["value"]
    trials = edition["trials"]
    assert figures["01_quality"] == len(raw("screening"))
    assert figures["02_counts"] == len(trials)
    assert figures["03_survival"] == rows_of(edition, "medians")["trial_id"].nunique()
    assert figures["07_response"] == rows_of(edition, "responses")["trial_id"].nunique()
    assert figures["08_safety"] == rows_of(edition, "adverse_events")["trial_id"].nunique()
    assert figures["09_combinations"] == (trials["co_treatment"] != "").sum()
    notes = ircc.update.chapter_figures(edition["registry"], pooled).data.set_index("chapter")["note"]
    rates = rows_of(edition, "landmarks")["trial_id"].nunique()
    assert f"{rates} with survival rates" in notes["03_survival"]
