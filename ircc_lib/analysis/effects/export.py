"""Effects in the columns that other programs for meta-analysis expect."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ircc_lib.files import write_file
from ircc_lib.text import FORMULA

PROGRAMS = ("metafor", "revman", "stata", "metapsy")
_NEEDED = ("label", "trial_id", "log_hr", "se")


def export(effects: pd.DataFrame, to: str = "metafor", path: str | Path | None = None) -> pd.DataFrame:
    """Rows of `log_hazard_ratios` as another program reads them.

    Parameters
    ----------
    effects : DataFrame
        As `log_hazard_ratios` returns it, or rows of it; log hazard ratios are negative in favour of CIK.
    to : str
        ``metafor``: ``rma(yi, vi, data=, test="adhoc")`` gives the interval of `pool`. ``revman``: the columns of an analysis whose data are put in by hand, generic
        inverse variance, hazard ratio, on the log scale; its studies are made first, then the four numbers of each are
        pasted in their order. ``stata``: after ``import delimited, case(preserve)``, ``meta set log_hr se_log_hr,
        studylabel(study)`` and ``meta summarize, eform(HR) se(khartung, truncated)``. ``metapsy``: the variables of its data
        standard; ``runMetaAnalysis(data, es.measure = "RR", es.var = ".log_hr", se.var = ".log_hr_se", which.run =
        "overall")``, which shows the ratio under the name RR (with ``"g"`` the log ratio would be taken for a
        standardised difference, and its number needed to treat be false).
    path : str or Path, optional
        Also write it there, as CSV (UTF-8).

    Returns
    -------
    DataFrame
        One row per trial, in the order given.

    Raises
    ------
    ValueError
        If the program is not known, or a column of ``effects`` is missing.
    TypeError
        If ``effects`` is no table.

    References
    ----------
    metapsyTools 1.0, ``runMetaAnalysis``; docs.metapsy.org/data-preparation/format. RevMan: documentation.cochrane.org,
    "Manual-input analyses". Stata Meta-Analysis Reference Manual, ``meta set``.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> effects = ircc.log_hazard_ratios(ircc.load_registry(), "OS")
    >>> list(export(effects, to="metafor").columns[:3])
    ['study', 'yi', 'vi']
    """
    if to not in PROGRAMS:
        raise ValueError(f"to: unknown program {to!r}; allowed: {', '.join(PROGRAMS)}")
    if not isinstance(effects, pd.DataFrame):
        raise TypeError(
            f"effects: a DataFrame as log_hazard_ratios returns it is asked for, found {type(effects).__name__}"
        )
    missing = [column for column in _NEEDED if column not in effects]
    if missing:
        raise ValueError(f"effects: the column {missing[0]!r} is missing; rows of log_hazard_ratios have it")
    study = effects["label"].where(~effects["label"].duplicated(keep=False), effects["trial_id"])
    about = effects[[name for name in ("trial_id", "year", "entity", "design", "rung", "quality") if name in effects]]
    sizes = {name: effects[name] for name in ("n_cik", "n_control") if name in effects}
    columns: dict[str, pd.Series]
    match to:
        case "metafor":
            columns = {"study": study, "yi": effects["log_hr"], "vi": effects["se"] ** 2, "sei": effects["se"], **sizes}
        case "revman":
            columns = {"Study": study, "log[Hazard Ratio]": effects["log_hr"], "SE": effects["se"]}
            columns |= {
                f"{arm} Total": sizes[name]
                for arm, name in (("CIK", "n_cik"), ("Control", "n_control"))
                if name in sizes
            }
        case "stata":
            columns = {"study": study, "log_hr": effects["log_hr"], "se_log_hr": effects["se"], **sizes}
        case _:
            columns = {
                "study": study,
                "condition_arm1": pd.Series("cik", index=effects.index),
                "condition_arm2": pd.Series("control", index=effects.index),
                **{f"multi_arm{place}": pd.Series(pd.NA, index=effects.index, dtype="string") for place in (1, 2)},
                "outcome_type": pd.Series("time to event", index=effects.index),
                "instrument": effects.get("endpoint"),
                ".log_hr": effects["log_hr"],
                ".log_hr_se": effects["se"],
                **{f"n_arm{place}": size for place, size in enumerate(sizes.values(), start=1)},
            }
    table = pd.DataFrame(columns).join(about.drop(columns=[name for name in about if name in columns]))
    table = table.reset_index(drop=True)
    if path is not None:
        write_file(Path(path), _harmless(table).to_csv(index=False, lineterminator="\n"))
    return table


def _harmless(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run has an apostrophe before it."""
    text = table.select_dtypes(include=["object", "string"])
    one_line_end = {name: text[name].str.replace(r"\r\n?", "\n", regex=True) for name in text}  # a lone CR ends a row
    return table.assign(**{name: text.str.replace(FORMULA, r"'\1", regex=True) for name, text in one_line_end.items()})
