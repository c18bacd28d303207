"""Table 1: who was treated, in which trials, by design."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.analysis.counts.counts import NOT_STATED, design_by_cohort, tabulate

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


COLUMNS = {
    "All": None,
    "Randomised": ["randomised"],
    "Not randomised": ["controlled_nonrandomised", "retrospective_controlled"],
    "No controls": ["single_arm", "case_report"],
}
LEVELS = {
    "product": "Product",
    "cell_source": "Source of the cells",
    "publication_type": "Publication",
    "organ_system": "Organ system",
}


def table_one(reg: Registry) -> pd.DataFrame:
    """The trials and their patients described by design, as a paper's first table does.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per line: ``characteristic``, ``level``, then ``All``, ``Randomised``, ``Not randomised`` (with
        controls), ``No controls`` as text: counts with the per cent of that column's trials, medians with range
        over the ``n`` trials that state the value.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> table = table_one(ircc.load_registry())
    >>> table["characteristic"].iloc[0]
    'Trials'
    """
    described = {head: _described(_with_designs(reg, designs)) for head, designs in COLUMNS.items()}
    lines = list(described["All"])
    table = pd.DataFrame(
        [{"characteristic": name, "level": level} for name, level in lines], columns=["characteristic", "level"]
    )
    for head, values in described.items():
        table[head] = [values.get(line, "0" if line[1] else "–") for line in lines]
    return table


def _with_designs(reg: Registry, designs: list[str] | None) -> Registry:
    """The reports of the cohorts of these designs; a cohort is in one column only."""
    if designs is None:
        return reg
    trials, design = reg.trials, design_by_cohort(reg)
    return reg._with_trials(trials.loc[trials["cohort"].isin(design.index[design.isin(designs)]), "trial_id"])


def _described(part: Registry) -> dict[tuple[str, str], str]:
    cohorts = part.cohorts
    values = {
        ("Trials", ""): f"{len(cohorts):,}",
        ("Reports", ""): f"{len(part.trials):,}",
        ("Patients", ""): _total(cohorts["n_total"]),
        ("Treated with CIK", ""): _total(cohorts["n_cik"]),
        ("Patients per trial", "median (range)"): _spread(cohorts["n_total"]),
        ("Men", "of patients with stated sex"): _men(cohorts),
        ("Median age, years", "median of trials (range)"): _spread(_by_cohort(part, "age_median")),
        ("Follow-up, months", "median of trials (range)"): _spread(_by_cohort(part, "followup_months")),
        ("Year of the first report", "median (range)"): _spread(cohorts["year"], plain=True),
    }
    for by, name in LEVELS.items():
        for row in tabulate(part, by).itertuples():
            level = "not stated" if row.category == NOT_STATED else row.category
            values[(name, level)] = f"{row.trials:,} ({100 * row.share:.0f} %)"
    return values


def _by_cohort(part: Registry, column: str) -> pd.Series:
    return part.trials.groupby("cohort")[column].max()


def _total(values: pd.Series) -> str:
    missing = int(values.isna().sum())
    lacking = f" ({missing:,} not stated)" if missing else ""
    return f"{int(values.sum()):,}{lacking}"


def _men(cohorts: pd.DataFrame) -> str:
    both = cohorts.dropna(subset=["n_male", "n_female"])
    men, women = int(both["n_male"].sum()), int(both["n_female"].sum())
    return f"{men:,} of {men + women:,} ({100 * men / (men + women):.0f} %)" if men + women else "–"


def _spread(values: pd.Series, *, plain: bool = False) -> str:
    known = values.dropna().astype(float)
    if known.empty:
        return "–"
    form = ".0f" if plain else ",.4g"
    return f"{known.median():{form}} ({known.min():{form}}–{known.max():{form}}), n = {len(known):,}"
