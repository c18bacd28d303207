"""One tumour entity: its trials and what they report, each as a table or, where empty, a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.allocation import designs, randomised
from ircc_lib.analysis.counts.counts import design_by_cohort, design_words, tabulate
from ircc_lib.analysis.counts.patients import patient_bounds, sizes
from ircc_lib.figures.chapters.extraction.tables import DIRECTIONS
from ircc_lib.figures.display import column
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.figures.display.table import Table
from ircc_lib.figures.draw.rates import named_groups
from ircc_lib.registry.addresses import papers_of
from ircc_lib.text import counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

TRIAL = column.trial("trial_id")
ROW = column.row("row_id")
OUTCOMES = {
    "medians": "median survival",
    "landmarks": "survival rates at a time",
    "comparisons": "comparisons of outcomes between groups",
    "responses": "responses",
    "adverse_events": "counts of adverse events",
}


def entity_sentence(reg: Registry, entity: str) -> Prose:
    """Trials, patients, years and designs of one entity in one sentence or two.

    Parameters
    ----------
    reg : Registry
        As selected for the entity.
    entity : str
        Its name.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> name = "glioblastoma"
    >>> entity_sentence(ircc.load_registry().select(entity=name), name).startswith("2 trials")
    False
    """
    table = tabulate(reg, "entity").set_index("category")
    if entity not in table.index:
        return prose("No trial of this edition treated patients with {entity}.", entity=entity)
    row, cohorts = table.loc[entity], reg.cohorts
    known, with_cik = pd.notna(row["patients"]), pd.notna(row["cik_patients"])
    patients = counted(int(row["patients"]), "patient") if known else "an unstated number of patients"
    shared = patient_bounds(reg)["patients"]
    patients = f"at most {patients} (fewer, if trials that may share patients do)" if shared.nunique() > 1 else patients
    of_them = ""
    if with_cik:
        everyone = known and row["cik_patients"] == row["patients"]
        of_them = (
            f"{int(row['cik_patients']):,} of them " if not everyone else "all of them " if row["patients"] > 1 else ""
        )
    treated = f", {of_them}treated with CIK cells" if with_cik else ""
    first, last = cohorts["year"].min(), reg.trials["year"].max()
    years = (
        ("in a year not known" if len(reg.trials) == 1 else "in years not known")
        if pd.isna(first)
        else f"in {first}"
        if first == last
        else f"from {first} to {last}"
    )
    designs = design_by_cohort(reg).map(design_words).value_counts()
    kinds = joined(words for design, n in designs.items() for words in _kinds(reg, design, n))
    trials = int(row["trials"])
    return prose(
        "{trials} with {patients}{treated}, published {years} ({kinds}). {lacking}",
        trials=counted(trials, "trial"),
        patients=patients,
        treated=treated,
        years=years,
        kinds=kinds,
        lacking=_without(reg),
    )


def _kinds(reg: Registry, design: str, n: int) -> list[str]:
    """A design with its number of trials; of randomised ones, who says so."""
    trials = reg.trials
    own = set(trials.loc[randomised(trials), "cohort"])
    only = set(trials.loc[trials["design"].eq("randomised"), "cohort"]) - own
    if design != design_words("randomised") or not only:
        return [counted(n, design) if design == design_words("case_report") else f"{n:,} {design}"]
    others = f"{len(only):,} called {design} by a review alone"
    return (
        [others]
        if n == len(only)
        else [f"{n - len(only):,} {design} by {verb(n - len(only), 'its', 'their')} own record", others]
    )


def _without(reg: Registry) -> str:
    """What none of the trials reports."""
    empty = [words for name, words in OUTCOMES.items() if not len(reg.tables[name])]
    if not empty:
        return ""
    return f"{verb(len(reg.trials), 'It reports', 'They report')} {joined(f'no {words}' for words in empty)}."


def trials_table(reg: Registry, *, name: str = "trials") -> Table:
    """The reports with their design, cells and sizes, and the link to each paper.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    name : str
        Name of the table, unique on its page.

    Returns
    -------
    Table
        The table with its caption and the rows that it shows.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> trials_table(ircc.load_registry()).name
    'trials'
    """
    trials = reg.trials.sort_values(["year", "trial_id"])
    shown = trials.assign(design=designs(trials), paper=papers_of(trials), **sizes(trials))
    caption = (
        f"{counted(len(trials), 'report')} of {counted(trials['cohort'].nunique(), 'trial')}"
        f"{', oldest first' if len(trials) > 1 else ''}; a trial's name leads to its record."
    )
    return Table(
        data=shown,
        name=name,
        caption=caption,
        columns=[
            TRIAL,
            column.text("year"),
            column.paper("paper"),
            column.text("design", filter=True),
            column.text("product", filter=True),
            column.text("co_treatments"),
            column.number("patients"),
            column.number("n_cik", "With CIK"),
            column.text("country", filter=True),
            column.note("patients_note"),
        ],
    )


def outcome_table(reg: Registry, table: str) -> Table | Prose:
    """The rows of one table of outcomes; a sentence where there is none.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    table : str
        ``medians``, ``landmarks``, ``comparisons``, ``responses`` or ``adverse_events``.

    Returns
    -------
    Table or Prose
        The table with its rows; a sentence where there is nothing to show.

    Raises
    ------
    ValueError if `table` is none of these

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> outcome_table(ircc.load_registry(), "medians").name
    'medians'
    """
    if table not in OUTCOMES:
        raise ValueError(f"table: found {table!r}; one of {', '.join(OUTCOMES)}")
    rows, what = reg.tables[table], OUTCOMES[table]
    if rows.empty:
        return prose("No trial reports {what}.", what=what)
    trials = rows["trial_id"].nunique()
    caption = (
        f"{counted(len(rows), 'row')} on {what} from {counted(trials, 'report')}, {'each ' if len(rows) > 1 else ''}with "
        f"its place in the raw table."
    )
    return Table(
        data=_readable(rows), name=table.replace("_", "-"), caption=caption, columns=[TRIAL, *_COLUMNS[table], ROW]
    )


def _readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of reading, intervals as one text, directions as words."""
    order = [key for key in ("trial_id", "endpoint", "time", "group", "arm") if key in rows]
    shown = rows.sort_values(order, kind="stable")
    if "ci_low" in shown:
        shown = shown.assign(interval=[_interval(low, high) for low, high in zip(shown["ci_low"], shown["ci_high"])])
    if "unit_reported" in shown and "median_reported" in shown:
        with_unit = shown["median_reported"].str.cat(shown["unit_reported"], sep=" ")
        numbers = shown["median_reported"].str.contains(r"\d", na=False)
        shown = shown.assign(median_reported=with_unit.where(numbers, shown["median_reported"]))
    if "group" in shown:
        shown = shown.assign(group_reported=named_groups(shown))
    if "alternative" in shown:
        one_sided = shown["p_value_reported"].str.cat(shown["alternative"], sep=", ")
        shown = shown.assign(p_value_reported=one_sided.fillna(shown["p_value_reported"]))
    if "direction" in shown:
        shown = shown.assign(direction=shown["direction"].replace(DIRECTIONS))
    return shown


def _interval(low: Any, high: Any) -> str | None:
    if pd.isna(low) and pd.isna(high):
        return None
    return " to ".join("?" if pd.isna(end) else f"{end:.3g}" for end in (low, high))


_GROUP = column.text("group_reported", "Group")
_ENDPOINT = column.text("endpoint", filter=True)
_COLUMNS = {
    "medians": [
        _ENDPOINT,
        _GROUP,
        column.number("n", "Patients"),
        column.number("median", "Months", digits=1),
        column.text("statistic", filter=True),
        column.text("interval"),
        column.text("median_reported", "As reported"),
    ],
    "landmarks": [
        _ENDPOINT,
        _GROUP,
        column.number("time", "Months", digits=0),
        column.percent("survival", digits=1),
        column.text("p_value_reported", "p"),
    ],
    "comparisons": [
        _ENDPOINT,
        column.text("subgroup"),
        column.text("effect_type", "Effect"),
        column.number("estimate", digits=2),
        column.text("interval"),
        column.text("p_value_reported", "p"),
        column.text("direction", "Result", filter=True),
    ],
    "responses": [
        _GROUP,
        column.text("criteria"),
        column.number("n_evaluable", "Evaluated"),
        *(column.number(key, key.upper()) for key in ("cr", "pr", "mr", "sd", "pd")),
        column.percent("orr", "ORR", digits=1),
        column.percent("dcr", "DCR", digits=1),
    ],
    "adverse_events": [
        _GROUP,
        column.text("term_reported"),
        column.text("term", "CTCAE term"),
        column.text("grade_reported", "Grade"),
        column.number("n_affected", "Affected"),
        column.number("n_at_risk", "At risk"),
        column.number("pct", "Per cent", digits=1),
        column.text("denominator", "What is counted"),
    ],
}
