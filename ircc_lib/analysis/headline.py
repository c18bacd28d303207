"""The report's claims: what this edition counts, beside what its publication stated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pandas as pd

from .counts import patients_by_cohort
from .outcomes import five_year_trials, significant_trials

RESPONSE_COUNTS = ["cr", "pr", "mr", "sd", "pd"]
UNMATCHED = ("The publication's list of trials is not openly available, so its trials and ours cannot be "
             "matched one by one; ours are those found in public records.")
WITHOUT_COUNTERPART = "living"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One countable statement: its words, what it counts, and what our records lack for it."""

    key: str
    claim: str
    unit: str
    definition: str
    count: Callable
    gap: Callable = lambda reg: ""
    core: bool = False


def headline(reg) -> pd.DataFrame:
    """The claims of an edition: definition, our value, the published value, and the trials behind it.

    Parameters
    ----------
    reg : Registry, as a rule one edition of it; the living edition and a registry without an
        edition are set beside the latest edition that was published

    Returns
    -------
    DataFrame, one row a claim: ``key``, ``claim``, ``value`` (a number; missing where it cannot
    be recomputed), ``unit``, ``published`` (as stated, missing where nothing was),
    ``published_claim``, ``published_edition``, ``source_url``, ``definition``, ``why`` (why
    the two values differ, or why there is none), ``trial_ids`` ("; "-joined)

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> claims = headline(ircc.load_registry().edition("ten-year")).set_index("key")
    >>> claims.loc["trials", "published"], claims.loc["entities", "published"]
    ('106', 'over 30')
    """
    edition = _counterpart(reg)
    stated = _stated(reg, edition)
    by_key = stated.dropna(subset=["key"]).set_index("key")
    rows = []
    for claim in CLAIMS:
        if claim.core or claim.key in by_key.index:
            rows.append(_computed(reg, claim, by_key.loc[claim.key] if claim.key in by_key.index else None))
    rows += [_only_published(row) for row in stated[stated["key"].isna()].to_dict("records")]
    columns = ["key", "claim", "value", "unit", "published", "published_claim", "published_edition",
               "source_url", "definition", "why", "trial_ids"]
    return pd.DataFrame(rows, columns=columns).astype({"value": object})


def _counterpart(reg) -> str | None:
    """The published edition to compare with: this one, or the latest for what has none."""
    known = reg.published_claims["edition"].unique().tolist()
    if reg.edition_name in known:
        return reg.edition_name
    order = [name for name in ("first", "five-year", "ten-year") if name in known]
    return order[-1] if order else None


@cache
def _matches() -> pd.DataFrame:
    table = resources.files("ircc_lib.registry") / "vocabularies" / "published_claims.csv"
    with table.open(encoding="utf-8") as lines:
        return pd.read_csv(lines, dtype="str").rename(columns={"claim": "key"})


def _stated(reg, edition: str | None) -> pd.DataFrame:
    """The published claims of an edition, each with the key of ours that it corresponds to."""
    published = reg.published_claims
    published = published[published["edition"].eq(edition)]
    merged = published.merge(_matches(), how="left", left_on=["edition", "claim"], right_on=["edition", "published"])
    return merged.drop(columns="published")


def _computed(reg, claim: Claim, stated: pd.Series | None) -> dict:
    value, trial_ids = claim.count(reg)
    row = {"key": claim.key, "claim": claim.claim, "value": value, "unit": claim.unit,
           "definition": claim.definition, "trial_ids": "; ".join(trial_ids)}
    if stated is None:
        return row | {"published": None, "why": _sentences("Not stated by the publication.", claim.gap(reg))}
    return row | {
        "published": _as_stated(stated), "published_claim": stated["claim"],
        "published_edition": stated["edition"], "source_url": stated["source_url"],
        "why": _why(reg, claim, value, stated)}


def _only_published(stated: dict) -> dict:
    reason = stated["not_recomputed"]
    reason = "no count of ours corresponds to it" if pd.isna(reason) else reason
    return {"key": None, "claim": stated["claim"][:1].upper() + stated["claim"][1:], "value": None,
            "unit": stated["unit"], "published": _as_stated(stated), "published_claim": stated["claim"],
            "published_edition": stated["edition"], "source_url": stated["source_url"],
            "definition": "As published.", "why": f"Not recomputed: {reason}.", "trial_ids": ""}


def _as_stated(stated) -> str:
    value = str(stated["value_reported"])
    return f"{value} %" if stated["unit"] == "percent" else f"{int(value):,}" if _is_amount(value, stated) else value


def _is_amount(value: str, stated) -> bool:
    return value.isdigit() and stated["unit"] != "year"


def _why(reg, claim: Claim, value, stated: pd.Series) -> str:
    theirs = pd.to_numeric(stated["value_reported"], errors="coerce")
    if value == theirs:
        relation = "The two numbers agree, which does not show that they count the same trials."
    elif pd.notna(theirs) and value is not None:
        relation = f"We count {'more' if value > theirs else 'fewer'}." if claim.unit != "%" else ""
    else:
        relation = ""
    return _sentences(relation, _other_time(reg, stated["edition"]), UNMATCHED, claim.gap(reg))


def _other_time(reg, edition: str) -> str:
    """What a comparison with another edition's publication has to say first."""
    if reg.edition_name == edition:
        return ""
    later = patients_by_cohort(reg)["year"].gt(2020).sum()
    return (f"This edition has no publication of its own and is set beside the {edition} one; "
            f"{_trials(later)} of ours first appeared after 2020.")


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _trials(n: int, thing: str = "trial") -> str:
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


# What is counted: each returns the value and the trials behind it.

def _count_trials(reg):
    return reg.trials["cohort"].nunique(), reg.trials["trial_id"].tolist()


def _sum_of(column: str) -> Callable:
    def count(reg):
        known = patients_by_cohort(reg).dropna(subset=[column])
        return int(known[column].sum()), known["trial_ids"].str.split("; ").explode().tolist()
    return count


def _lacking(column: str, what: str) -> Callable:
    def gap(reg):
        missing = patients_by_cohort(reg)[column].isna().sum()
        if not missing:
            return ""
        return f"{_trials(missing)} of ours {'does' if missing == 1 else 'do'} not state {what} and add nothing here."
    return gap


def _count_entities(reg):
    named = reg.entities[reg.entities["specified"].astype(bool)]
    return named["entity"].nunique(), named["trial_id"].drop_duplicates().tolist()


def _unspecified_entities(reg) -> str:
    n = reg.entities.loc[~reg.entities["specified"].astype(bool), "trial_id"].nunique()
    names = reg.entities.loc[reg.entities["specified"].astype(bool), "tumour_reported"].nunique()
    return (f"We group {names:,} reported names of tumours by OncoTree; {_trials(n, 'report')} also "
            f"{'names' if n == 1 else 'name'} tumours without saying which, and these are not counted.")


def _reports(reg) -> str:
    reports, cohorts = len(reg.trials), reg.trials["cohort"].nunique()
    screened = len(reg.screening)
    return (f"Ours are {cohorts:,} groups of patients in {_trials(reports, 'report')}; "
            f"{_trials(screened, 'more record')} were found but could not be enrolled.")


def _cohorts_of(reg, trial_ids) -> set:
    return set(reg.trials.loc[reg.trials["trial_id"].isin(set(trial_ids)), "cohort"])


def _count_cohorts(reg, trial_ids):
    trial_ids = [trial for trial in reg.trials["trial_id"] if trial in set(trial_ids)]
    return len(_cohorts_of(reg, trial_ids)), trial_ids


def _significant(combine: Callable, *families: str) -> Callable:
    """Cohorts with a significant gain in these endpoint families, combined by set operation."""
    def count(reg):
        found = {family: list(significant_trials(reg, family)) for family in families}
        kept = combine(*(_cohorts_of(reg, ids) for ids in found.values()))
        every = [trial for ids in found.values() for trial in ids]
        cohort = reg.trials.set_index("trial_id")["cohort"]
        return _count_cohorts(reg, [trial for trial in every if cohort[trial] in kept])
    return count


def _tested(*families: str) -> Callable:
    def gap(reg):
        tests = reg.comparisons[reg.comparisons["endpoint_family"].isin(families)]
        tested = len(_cohorts_of(reg, tests["trial_id"]))
        words = " or ".join(families)
        return (f"Of our {_trials(reg.trials['cohort'].nunique())}, {tested:,} "
                f"{'has' if tested == 1 else 'have'} a between-group test of {words} in the public record read.")
    return gap


def _joint(reg) -> str:
    return ("The publication gives one number for median PFS and OS together and does not say whether "
            "a trial had to improve both; we show PFS, OS, either and both. "
            + _tested("PFS", "OS")(reg))


def _count_five_year(reg):
    return _count_cohorts(reg, five_year_trials(reg))


def _five_year_gap(reg) -> str:
    rates = reg.landmarks[reg.landmarks["endpoint_family"].eq("OS") & reg.landmarks["time"].round(1).eq(60)]
    n = len(_cohorts_of(reg, rates["trial_id"]))
    return f"{_trials(n)} of ours {'prints' if n == 1 else 'print'} a 5-year survival rate in the record read."


def _count_autologous(reg):
    source = reg.trials["cell_source"].isin(["autologous", "both"])
    return _count_cohorts(reg, reg.trials.loc[source, "trial_id"])


def _unreported_source(reg) -> str:
    unknown = reg.trials.groupby("cohort")["cell_source"].agg(lambda s: s.isin(["autologous", "allogeneic", "both"]).any())
    n = int((~unknown).sum())
    return f"{_trials(n)} of ours {'does' if n == 1 else 'do'} not state the source of the cells." if n else ""


def best_responses(reg) -> pd.DataFrame:
    """Response counts of the whole CIK arm, one row a cohort: that of most evaluable patients."""
    rows = reg.responses
    rows = rows[rows["group"].eq("cik") & rows["arm"].isna() & rows[RESPONSE_COUNTS].notna().any(axis=1)]
    rows = rows.drop(columns="cohort", errors="ignore").merge(reg.trials[["trial_id", "cohort"]], on="trial_id")
    known = rows.assign(n=rows["n_evaluable"].fillna(rows[RESPONSE_COUNTS].sum(axis=1)))
    return known.sort_values("n", ascending=False, kind="stable").drop_duplicates("cohort")


def _response(*columns: str) -> Callable:
    def count(reg):
        rows = best_responses(reg).dropna(subset=list(columns), how="all")
        return int(rows[list(columns)].sum().sum()), rows["trial_id"].tolist()
    return count


def _responses_known(reg) -> str:
    rows = best_responses(reg)
    return (f"{_trials(len(rows))} of ours {'prints' if len(rows) == 1 else 'print'} response counts of the "
            f"whole CIK arm, {int(rows['n'].sum()):,} patients in all.")


def _mean_response(reg):
    rates = response_rates(reg)
    return (round(100 * rates["rate"].mean(), 1) if len(rates) else None), rates["trial_id"].tolist()


def response_rates(reg) -> pd.DataFrame:
    """The objective response rate of each cohort's whole CIK arm: as reported, else CR + PR of the evaluable."""
    rows = reg.responses[reg.responses["group"].eq("cik") & reg.responses["arm"].isna()]
    rate = rows["orr"].fillna((rows["cr"] + rows["pr"]) / rows["n_evaluable"])
    rated = rows.assign(rate=rate.astype(float)).dropna(subset=["rate"]).drop(columns="cohort", errors="ignore")
    rated = rated.merge(reg.trials[["trial_id", "cohort"]], on="trial_id")
    return rated.sort_values("n_evaluable", ascending=False, kind="stable").drop_duplicates("cohort")


ONCE = "patients of several reports are counted once, with the largest number stated"
CLAIMS = [
    Claim(key="trials", claim="Trials", unit="trials", core=True, count=_count_trials, gap=_reports,
          definition="Groups of patients who received CIK cells (cohorts), each counted once however many "
                     "reports describe it; single-arm series and case reports are included."),
    Claim(key="patients", claim="Patients enrolled", unit="patients", core=True, count=_sum_of("n_total"),
          gap=_lacking("n_total", "how many patients they enrolled"),
          definition=f"All patients of those trials, controls included: the stated total, else the stated arms "
                     f"added; {ONCE}."),
    Claim(key="cik_patients", claim="Patients treated with CIK cells", unit="patients", core=True,
          count=_sum_of("n_cik"), gap=_lacking("n_cik", "how many patients received CIK cells"),
          definition=f"Patients of the CIK arms, alone or with other treatment; {ONCE}."),
    Claim(key="entities", claim="Distinct tumour entities", unit="entities", core=True,
          count=_count_entities, gap=_unspecified_entities,
          definition="Tumour entities named by at least one trial, reported names grouped by the registry's "
                     "table of tumours; unspecified and mixed groups are not entities."),
    Claim(key="pfs", claim="Trials with significantly improved PFS", unit="trials", core=True,
          count=_significant(lambda pfs: pfs, "PFS"), gap=_tested("PFS"),
          definition="Trials whose report states a whole-trial comparison with controls in favour of CIK at "
                     "p < 0.05 for progression-free survival or its kin (TTP, DFS, RFS, TTR, EFS)."),
    Claim(key="os", claim="Trials with significantly improved OS", unit="trials", core=True,
          count=_significant(lambda os: os, "OS"), gap=_tested("OS"),
          definition="As for PFS, for overall survival."),
    Claim(key="pfs_or_os", claim="Trials with significantly improved PFS or OS", unit="trials", core=True,
          count=_significant(set.union, "PFS", "OS"), gap=_joint,
          definition="Trials counted under PFS, under OS, or under both."),
    Claim(key="pfs_and_os", claim="Trials with significantly improved PFS and OS", unit="trials", core=True,
          count=_significant(set.intersection, "PFS", "OS"), gap=_joint,
          definition="Trials counted both under PFS and under OS."),
    Claim(key="five_year", claim="Trials with significantly better 5-year survival", unit="trials", core=True,
          count=_count_five_year, gap=_five_year_gap,
          definition="Trials that print 5-year overall survival of both arms, higher with CIK, and a "
                     "significant p-value for it."),
    Claim(key="mean_response", claim="Mean response rate", unit="%", count=_mean_response, gap=_responses_known,
          definition="Mean over trials of the objective response rate in the whole CIK arm: as reported, else "
                     "complete and partial responses of those evaluable. Trials weigh the same whatever their size."),
    Claim(key="male", claim="Male patients", unit="patients", count=_sum_of("n_male"),
          gap=_lacking("n_male", "how many patients were men"),
          definition=f"Men among all patients; {ONCE}."),
    Claim(key="female", claim="Female patients", unit="patients", count=_sum_of("n_female"),
          gap=_lacking("n_female", "how many patients were women"),
          definition=f"Women among all patients; {ONCE}."),
    Claim(key="autologous", claim="Trials with autologous CIK cells", unit="trials", count=_count_autologous,
          gap=_unreported_source, definition="Trials that state that the cells came from the patients themselves."),
    Claim(key="response_known", claim="Patients with a reported clinical response", unit="patients",
          count=lambda reg: (int(best_responses(reg)["n"].sum()), best_responses(reg)["trial_id"].tolist()),
          gap=_responses_known,
          definition="Evaluable patients of whole CIK arms for which at least one response count is stated."),
    *(Claim(key=key, claim=claim, unit="patients", count=_response(*columns), gap=_responses_known,
            definition=f"{words} in whole CIK arms; {ONCE}.")
      for key, claim, words, columns in (
          ("complete_response", "Complete response", "Patients with complete response", ["cr"]),
          ("partial_response", "Partial response", "Patients with partial response", ["pr"]),
          ("minor_response", "Minor response", "Patients with minor response", ["mr"]),
          ("total_response", "Complete, partial or minor response",
           "Patients with complete, partial or minor response", ["cr", "pr", "mr"]),
          ("stable_disease", "Stable disease", "Patients with stable disease", ["sd"]),
          ("progressive_disease", "Progressive disease", "Patients with progressive disease", ["pd"]))),
]
