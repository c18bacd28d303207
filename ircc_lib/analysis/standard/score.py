"""Who states what: each trial held to the items of the reporting standard.

The record that was read is rated, not the trial: most were read in an abstract.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ircc_lib.analysis.standard.items import FULL_TEXT, Item, read_conditions, read_items
from ircc_lib.analysis.standard.reports import Reports

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

STATED, NOT_STATED, NOT_APPLICABLE, NOT_ASKED = "stated", "not stated", "not applicable", "not looked for"
PERIODS = ("to 2011", "2012 to 2015", "since 2016", "year not known")
"""Before the registry's first report (2011), to its five-year report (2015), since."""
_READ_WITH_THE_NEW_FORM = ("products", "conduct", "flow")
WHOLE, ABSTRACT = "all items", "items of an abstract"
"""What was read before a record is held to all items; every other record is held to those that CONSORT for Abstracts
(Hopewell 2008, doi 10.1371/journal.pmed.0050020) asks even of an abstract."""


def score(reg: Registry, items: list[Item] | None = None) -> pd.DataFrame:
    """Whether each trial states each item of the reporting standard.

    A trial is a cohort: its reports are taken together, so that an item is stated where any of them states it. No
    item weighs more than another: sums of weighted quality items mislead (Jueni 1999, doi
    10.1001/jama.282.11.1054).

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    items : list of Item, optional
        ``data/reporting_standard.csv`` by default.

    Returns
    -------
    DataFrame
        One row per cohort and item: cohort, trial_id (the report that states it, else the first), year (of the
        first report), design, read_in (the most that was read of a report), item_id, domain, short, item, essential,
        in_abstract (bool), status (stated, not stated, not applicable, or not looked for: the registry has the
        column only since 2026 and nobody has read this trial for it), row_id (the row that shows it).

    Raises
    ------
    ValueError
        If a condition of the standard cannot be read or names an unknown column.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> found = ircc.standard.score(ircc.load_registry().select(country="Germany"))
    >>> sorted(set(found["status"]) - {"not looked for"})
    ['not applicable', 'not stated', 'stated']
    """
    items = read_items() if items is None else items
    if not items:
        raise ValueError("items: one item of the standard or more is needed, found none")
    conditions = read_conditions(items, {name: list(table) for name, table in reg.tables.items()})
    cohorts = _cohorts(reg)
    reports, codes = cohorts["trial_id"], pd.factorize(cohorts["cohort"])[0]
    first = cohorts.drop_duplicates("cohort").reset_index(drop=True)
    applies, row_id = _by_report(reg, [conditions[item.item_id] for item in items], reports)
    best, applies_to = _by_cohort(pd.notna(row_id), applies, codes, len(first))
    stated = pd.notna(np.take_along_axis(row_id, best, axis=1))
    always = np.array([item.recorded == "always" for item in items], dtype=bool)
    read_for_all = first["cohort"].isin(_read_for_new_items(reg, cohorts)).to_numpy()
    silent = np.where(always[:, None] | read_for_all, NOT_STATED, NOT_ASKED)
    of_item = pd.DataFrame(
        [(one.item_id, one.domain, one.short, one.item, one.essential, one.in_abstract) for one in items],
        columns=["item_id", "domain", "short", "item", "essential", "in_abstract"],
    )
    found = pd.concat(
        [
            first.iloc[np.tile(np.arange(len(first)), len(items))].reset_index(drop=True),
            of_item.iloc[np.repeat(np.arange(len(items)), len(first))].reset_index(drop=True),
        ],
        axis=1,
    )
    found["trial_id"] = reports.to_numpy()[best].ravel()
    found["status"] = np.where(stated, STATED, np.where(applies_to, silent, NOT_APPLICABLE)).ravel()
    found["row_id"] = pd.Series(np.take_along_axis(row_id, best, axis=1).ravel(), dtype="str")
    order = ["cohort", "trial_id", "year", "design", "read_in", *of_item.columns, "status", "row_id"]
    return found[order]


def _by_report(reg: Registry, conditions: list[Any], reports: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Items x reports: whether each item applies, and the row that shows it where it does (else missing)."""
    applies = np.zeros((len(conditions), len(reports)), dtype=bool)
    row_id = np.full(applies.shape, None, dtype=object)
    of_registry = Reports(reg)
    order = of_registry.places(reports)
    for place, (applies_when, rule) in enumerate(conditions):
        applies[place] = applies_when.holds(of_registry)[order]
        row_id[place] = rule.shown_by(of_registry)[order]
    row_id[~applies] = None
    return applies, row_id


def _by_cohort(
    stated: np.ndarray, applies: np.ndarray, codes: np.ndarray, n_cohorts: int
) -> tuple[np.ndarray, np.ndarray]:
    """Items x cohorts: the place of the first report that states the item, else of the first; whether it applies."""
    n, items = len(codes), np.arange(len(stated))[:, None]
    best = np.full((len(stated), n_cohorts), 2 * n)
    np.minimum.at(best, (items, codes), np.where(stated, np.arange(n), n + np.arange(n)))
    applies_to = np.zeros(best.shape, dtype=bool)
    np.logical_or.at(applies_to, (items, codes), applies)
    return best % max(n, 1), applies_to


def scores(reg: Registry, items: list[Item] | None = None, *, scored: pd.DataFrame | None = None) -> pd.DataFrame:
    """How much of what applies each trial states, in the record that was read.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    items : list of Item, optional
        Items of the reporting standard.
    scored : DataFrame, optional
        What `score` gives for them, where that is at hand.

    Returns
    -------
    DataFrame
        One row per cohort, oldest first: cohort, trial_id, year, design, read_in, and held_to (``all items`` where
        the full text was read, else ``items of an abstract``) with held_stated, held_applicable, held_share over
        those items: the score of the record that was read. Then stated, applicable, share (0 to 1) over all items,
        and with the prefixes ``essential_`` and ``abstract_`` over those alone. Items that nobody has looked for
        count in neither number.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> shares = ircc.standard.scores(ircc.load_registry())["share"]
    >>> bool(shares.between(0, 1).all())
    True
    """
    found = score(reg, items) if scored is None else scored
    keys = ["cohort", "year", "design", "read_in"]
    trials = found.drop_duplicates("cohort")[keys].reset_index(drop=True)
    trials.insert(
        1, "trial_id", trials["cohort"].map(_cohorts(reg).drop_duplicates("cohort").set_index("cohort")["trial_id"])
    )
    trials["held_to"] = trials["read_in"].eq(FULL_TEXT).map({True: WHOLE, False: ABSTRACT}).astype("str")
    chosen = {
        "held_": found["in_abstract"] | found["read_in"].eq(FULL_TEXT),
        "": pd.Series(True, index=found.index),
        "essential_": found["essential"],
        "abstract_": found["in_abstract"],
    }
    for prefix, items_of in chosen.items():
        part = found[items_of]
        stated = part["status"].eq(STATED).groupby(part["cohort"]).sum()
        applicable = part["status"].isin([STATED, NOT_STATED]).groupby(part["cohort"]).sum()
        trials[prefix + "stated"] = trials["cohort"].map(stated).fillna(0).astype("int64")
        trials[prefix + "applicable"] = trials["cohort"].map(applicable).fillna(0).astype("int64")
        trials[prefix + "share"] = trials[prefix + "stated"] / trials[prefix + "applicable"].where(
            trials[prefix + "applicable"] > 0
        )
    return trials


def summary(
    reg: Registry, by: str = "item", items: list[Item] | None = None, *, scored: pd.DataFrame | None = None
) -> pd.DataFrame:
    """How many of the trials to which an item applies state it.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    by : str
        ``item``, ``domain``, ``period`` (item by period of publication) or ``design`` (item by study design).
    items : list of Item, optional
        Items of the reporting standard.
    scored : DataFrame, optional
        What `score` gives of the registry, where it is known.

    Returns
    -------
    DataFrame
        One row per item or domain (and period or design): item_id, domain, short, item, essential, in_abstract as far as
        they apply, stated, applicable, not_looked_for, read_in_full (of the applicable, those whose full text was
        read; the others' records say less than their papers may), share (0 to 1) and its exact 95 % interval (Clopper and
        Pearson 1934, doi 10.1093/biomet/26.4.404), share_low, share_high. Over a domain trials count once per item,
        so that an interval would pretend independence: it has none.

    Raises
    ------
    ValueError
        If ``by`` is none of these.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> ircc.standard.summary(ircc.load_registry(), by="domain")["domain"].iloc[0]
    'identification'
    """
    keys = {
        "item": ["item_id"],
        "domain": ["domain"],
        "period": ["item_id", "period"],
        "design": ["item_id", "design"],
    }
    if by not in keys:
        raise ValueError(f"unknown by {by!r}; allowed: {', '.join(keys)}")
    found = score(reg, items) if scored is None else scored
    found = found.assign(period=_period(found["year"]))
    of_item = found.drop_duplicates("item_id").set_index("item_id")[
        ["domain", "short", "item", "essential", "in_abstract"]
    ]
    counts = (
        found.assign(
            stated=found["status"].eq(STATED),
            applicable=found["status"].isin([STATED, NOT_STATED]),
            not_looked_for=found["status"].eq(NOT_ASKED),
            read_in_full=found["status"].isin([STATED, NOT_STATED]) & found["read_in"].eq(FULL_TEXT),
        )
        .groupby(keys[by], sort=False, observed=True)[["stated", "applicable", "not_looked_for", "read_in_full"]]
        .sum()
        .reset_index()
    )
    counts["share"] = counts["stated"] / counts["applicable"].where(counts["applicable"] > 0)
    if by == "domain":
        return counts
    from ircc_lib.analysis.meta.proportions import clopper_pearson  # takes a second to import: a score needs it not

    bounds = [
        clopper_pearson(int(k), int(n)) if n else (np.nan, np.nan)
        for k, n in zip(counts["stated"], counts["applicable"], strict=True)
    ]
    counts["share_low"], counts["share_high"] = ([pair[end] for pair in bounds] for end in (0, 1))
    return counts.merge(of_item, left_on="item_id", right_index=True)


def _period(year: pd.Series) -> pd.Series:
    words = np.select(
        [year.isna(), (year <= 2011).fillna(False), (year <= 2015).fillna(False)],
        [PERIODS[3], PERIODS[0], PERIODS[1]],
        PERIODS[2],
    )
    return pd.Series(pd.Categorical(words, PERIODS, ordered=True), index=year.index)


def _cohorts(reg: Registry) -> pd.DataFrame:
    """Each report with its cohort, the year of its first report and the most that was read of one."""
    much = ["full text", "part of the full text", "register", "abstract", "review table"]
    trials = reg.trials[["trial_id", "cohort", "year", "design", "read_in"]]
    trials = trials.sort_values(["year", "trial_id"], na_position="last", kind="stable")
    most = trials["read_in"].map({words: rank for rank, words in enumerate(much)}).fillna(len(much))
    best = most.groupby(trials["cohort"]).min().map(dict(enumerate(much))).astype("str")
    return trials.assign(read_in=trials["cohort"].map(best)).reset_index(drop=True)


def _read_for_new_items(reg: Registry, cohorts: pd.DataFrame) -> set[str]:
    read = {trial for name in _READ_WITH_THE_NEW_FORM for trial in reg.tables[name]["trial_id"]}
    return set(cohorts.loc[cohorts["trial_id"].isin(read), "cohort"])
