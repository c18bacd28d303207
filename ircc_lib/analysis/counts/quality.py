"""How good the records are: where they came from, how full they are, whether two readers agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.registry.schema.tables import raw_schemas

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


PLACE = {"row_id", "line", "trial_id", "cohort", "label", "source_url", "locator", "note"}
REPORT_TABLES = ["trials", "entities", "medians", "landmarks", "comparisons", "responses", "adverse_events", "patients"]
AGREEMENT = {"trials": "trial descriptions", "survival": "medians"}


def screening_reasons(everything: Registry) -> pd.DataFrame:
    """Records that were found and are not enrolled, by the reason.

    Parameters
    ----------
    everything : Registry, the whole of it

    Returns
    -------
    DataFrame, most frequent first: ``reason``, ``records``. Reasons that name one record
    (``duplicate record of ...``) are one reason.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> int(screening_reasons(reg)["records"].sum()) == len(not_enrolled(reg))
    True
    """
    reasons = not_enrolled(everything)["reason"].fillna("no reason stated")
    reasons = reasons.str.replace(r"^(not a publication): .*", r"\1 (thesis, web page, preprint)", regex=True)
    reasons = reasons.str.replace(r"^duplicate record of .*", "duplicate of another record", regex=True)
    reasons = reasons.str.replace(r"^cells called .*", "cells not called CIK in the record", regex=True)
    return reasons.value_counts().rename_axis("reason").reset_index(name="records")


def not_enrolled(everything: Registry) -> pd.DataFrame:
    """The rows of ``screening`` that became no report of the registry (since then, ``enrolled_as`` names it).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "enrolled" in set(not_enrolled(ircc.load_registry())["reason"])
    False
    """
    screening = everything.screening
    return screening[screening["enrolled_as"].isna()].reset_index(drop=True)


def inferred(reg: Registry) -> dict[str, int]:
    """How many reports rest on something inferred or second-hand: year, year unknown, allocation, whole record."""
    trials = reg.trials
    return {
        "year inferred": int(trials["year_basis"].eq("inferred").sum()),
        "year unknown": int(trials["year"].isna().sum()),
        "allocation by a review": int(
            (trials["design"].eq("randomised") & trials["allocation_basis"].eq("review")).sum()
        ),
        "record by a review": int(trials["record_level"].eq("review table").sum()),
    }


def flow(everything: Registry, reg: Registry) -> pd.DataFrame:
    """From the records that were found to the trials of this edition.

    Parameters
    ----------
    everything : Registry
        The whole of it.
    reg : Registry
        One edition of it.

    Returns
    -------
    DataFrame
        One row per step: ``step`` (found, not enrolled, enrolled, cohorts, later, in this edition, cohorts of
        this edition), ``words``, ``n``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> whole = ircc.load_registry()
    >>> steps = flow(whole, whole.edition("first")).set_index("step")["n"]
    >>> int(steps["found"]) == int(steps["not enrolled"] + steps["enrolled"])
    True
    """
    enrolled, screened = len(everything.trials), len(not_enrolled(everything))
    inside = len(reg.trials)
    steps = [
        ("found", "records kept from public sources", enrolled + screened),
        ("not enrolled", "records kept and not enrolled", screened),
        ("enrolled", "reports enrolled", enrolled),
        ("cohorts", "groups of patients (trials) in them", everything.trials["cohort"].nunique()),
        ("later", "reports published after this edition's data cut", enrolled - inside),
        ("in this edition", "reports in this edition", inside),
        ("cohorts of this edition", "trials in this edition", reg.trials["cohort"].nunique()),
    ]
    return pd.DataFrame(steps, columns=["step", "words", "n"])


def completeness(reg: Registry, *, tables: list[str] = REPORT_TABLES) -> pd.DataFrame:
    """How many rows of each table state each column.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.
    tables : sequence of str
        Names of tables of what reports say.

    Returns
    -------
    DataFrame
        One row per column of the raw table: ``table``, ``column``, ``stated``, ``rows``, ``share`` (0..1; missing
        for a table without rows). A cell counts when it states something, whether or not its text can be read;
        ``unreported`` states nothing. Ids, sources and remarks are left out.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> filled = completeness(ircc.load_registry(), tables=["trials"])
    >>> bool(filled["share"].between(0, 1).all())
    True
    """
    if not tables or (unknown := [name for name in tables if name not in reg.tables]):
        found = repr(unknown[0]) if tables else "none"
        raise ValueError(f"tables: one or more of {', '.join(reg.tables)} are needed, found {found}")
    return pd.concat([_filled(name, reg.tables[name]) for name in tables], ignore_index=True)


def _filled(name: str, table: pd.DataFrame) -> pd.DataFrame:
    raw = [column for column in raw_schemas()[name].columns if column not in PLACE]
    as_reported = [f"{column}_reported" if f"{column}_reported" in table else column for column in raw]
    stated = [int((table[column].notna() & table[column].ne("unreported")).sum()) for column in as_reported]
    share = [n / len(table) if len(table) else float("nan") for n in stated]
    return pd.DataFrame({"table": name, "column": raw, "stated": stated, "rows": len(table), "share": share})


PERIODS = {"to 2010": (0, 2010), "2011 to 2014": (2011, 2014), "2015 to 2020": (2015, 2020), "since 2021": (2021, 9999)}
NO_YEAR = "year not known"


def completeness_by_period(reg: Registry) -> pd.DataFrame:
    """The share of reports that state each column of the table of trials, by period of publication.

    Returns
    -------
    DataFrame, one row per column and period with a report: ``column``, ``period`` (ordered), ``stated``, ``rows``,
    ``share`` (0..1)

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bool(completeness_by_period(ircc.load_registry())["share"].between(0, 1).all())
    True
    """
    trials, parts = reg.trials, []
    for period, (first, last) in PERIODS.items():
        inside = trials[trials["year"].between(first, last).fillna(False).astype(bool)]
        parts += [_filled("trials", inside).assign(period=period)] if len(inside) else []
    undated = trials[trials["year"].isna()]
    parts += [_filled("trials", undated).assign(period=NO_YEAR)] if len(undated) else []
    columns = ["column", "period", "stated", "rows", "share"]
    table = pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
    kept = [name for name in [*PERIODS, NO_YEAR] if table["period"].eq(name).any()]
    return table.assign(period=pd.Categorical(table["period"], kept, ordered=True))


def agreement(reg: Registry) -> pd.DataFrame:
    """Agreement of two independent extractions, with its exact interval.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    DataFrame
        One row per kind of value: ``what``, ``compared``, ``agreeing``, ``share`` (0..1), ``ci_low``, ``ci_high``
        (Clopper and Pearson 1934, doi 10.1093/biomet/26.4.404), ``note``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> bool(agreement(ircc.load_registry())["share"].between(0.9, 1).all())
    True
    """
    from ircc_lib.analysis.meta.proportions import clopper_pearson  # imported late: costs more than all else here

    table = reg.extraction_agreement
    n, k = table["values_compared"], table["values_agreeing"]
    bounds = pd.DataFrame(
        [clopper_pearson(agreeing, compared) if compared else (float("nan"),) * 2 for agreeing, compared in zip(k, n)],
        table.index,
        ["ci_low", "ci_high"],
    )
    what = table["table"].replace(AGREEMENT) + ": " + table["field"]
    return pd.DataFrame(
        {
            "what": what,
            "compared": table["values_compared"],
            "agreeing": table["values_agreeing"],
            "share": k.astype(float) / n.astype(float).replace(0, float("nan")),
            "ci_low": bounds["ci_low"],
            "ci_high": bounds["ci_high"],
            "note": table["note"],
        }
    )
