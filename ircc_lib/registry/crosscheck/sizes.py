"""Do the numbers of patients go together across the tables?"""

from __future__ import annotations

import pandas as pd

from ircc_lib.registry.ingest.flags import Flags

_COUNTED = (
    ("medians", "n"),
    ("landmarks", "n_at_risk"),
    ("responses", "n_evaluable"),
    ("adverse_events", "n_at_risk"),
    ("arms", "n_assigned"),
    ("arms", "n_treated"),
    ("arms", "n_analysed"),
)


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag parts that are more than their whole, and arms whose sizes stand crosswise."""
    _of_a_trial(tables["trials"], flags)
    trials = tables["trials"].set_index("trial_id")
    entities = tables["entities"]
    for column, whole in (("n_patients", "n_total"), ("n_cik", "n_cik")):
        of_trial = _of_trial(trials[whole], entities["trial_id"])
        flags.add(
            "entities",
            entities[column] > of_trial,
            column,
            entities[column],
            f"more than the trial's {whole} " + of_trial.astype("str"),
            f"{whole} of the trial at most",
        )
    arms = arm_sizes(tables["trials"])
    for name, column in _COUNTED:
        _of_an_arm(name, column, tables[name], arms, flags)


def arm_sizes(trials: pd.DataFrame) -> pd.DataFrame:
    """Patients by trial (the index) and group (``cik``, ``control``, ``all``), as stated or left over."""
    cik, control, total = (trials[column].astype("Int64") for column in ("n_cik", "n_control", "n_total"))
    alone = trials["design"].isin(["single_arm", "case_report"])
    sizes = {
        "cik": cik.fillna(total.where(alone)).fillna(total - control),
        "control": control.fillna((total - cik).where(total > cik)),
        "all": total.fillna(cik + control),
    }
    return pd.DataFrame(sizes).set_axis(trials["trial_id"])


def _of_trial(values: pd.Series, trial_ids: pd.Series) -> pd.Series:
    return values.iloc[values.index.get_indexer(trial_ids)].set_axis(trial_ids.index)


def _of_a_trial(trials: pd.DataFrame, flags: Flags) -> None:
    total = trials["n_total"]
    for parts in (["n_cik", "n_control"], ["n_male", "n_female"]):
        together = trials[parts].sum(axis="columns", min_count=1)
        flags.add(
            "trials",
            together > total,
            " + ".join(parts),
            together,
            "more patients than in all, n_total " + total.astype("str"),
            "n_total at most",
        )
    sexes = trials[["n_male", "n_female"]].sum(axis="columns", min_count=2)
    flags.add(
        "trials",
        sexes < total,
        "n_male + n_female",
        sexes,
        "fewer patients than in all, n_total " + total.astype("str"),
        "n_total, or one of the two empty",
    )


def _of_an_arm(name: str, column: str, table: pd.DataFrame, arms: pd.DataFrame, flags: Flags) -> None:
    sizes = arms.iloc[arms.index.get_indexer(table["trial_id"])].set_axis(table.index)
    group = table["group"]
    of_arm = sizes["all"].where(group == "all", sizes["control"].where(group == "control", sizes["cik"]))
    other = sizes["cik"].where(group == "control", sizes["control"])
    more = table[column] > of_arm.fillna(sizes["all"])
    if name == "adverse_events":
        more &= table["denominator"] == "patients"
    crosswise = (group != "all") & (of_arm != other) & (table[column] == other) & table["arm"].isna()
    said = ("more than the patients of the group, " + of_arm.fillna(sizes["all"]).astype("str")).where(
        ~crosswise.fillna(False), "the size of the other group: are n_cik and n_control the wrong way round?"
    )
    in_all = sizes["all"]
    at_risk = "more at risk than patients in the trial, n_total " if name == "adverse_events" else None
    beyond = (at_risk or "more than the trial's n_total ") + in_all.astype("str")
    said = said.where(~(table[column] > in_all).fillna(False), beyond)
    allowed = "the size of the group in trials at most"
    if name == "adverse_events":
        allowed += ", or a note that names the unit (vocabularies/denominators.csv)"
    if column == "n_assigned":  # some who were assigned did not receive the cells
        more &= ~(table["n_treated"] == of_arm).fillna(False) | (table[column] > in_all)
    both = _both_crosswise(table, crosswise.fillna(False).astype(bool))
    flags.add(name, more.fillna(False) | both, column, table[column], said, allowed)


def _both_crosswise(table: pd.DataFrame, crosswise: pd.Series) -> pd.Series:
    """Rows whose trial has the sizes of both groups crosswise."""
    groups = table["group"].where(crosswise).groupby(table["trial_id"]).transform("nunique")
    return crosswise & (groups >= 2)
