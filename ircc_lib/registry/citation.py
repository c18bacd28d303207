"""How the report of an edition is cited: which edition, of which version of the library, from which data."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import pandas as pd

from ircc_lib.registry.editions import find_editions

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

SHOWN = 12  # digits of the hash that a citation gives


def data_hash(reg: Registry) -> str:
    """A SHA-256 of the tables of a registry: the same for the same rows, whatever they were read from.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> reg = ircc.load_registry()
    >>> data_hash(reg) != data_hash(reg.edition("first"))
    True
    """
    total = hashlib.sha256()
    for name, table in sorted(reg.tables.items()):
        shown = table[sorted(table.columns)].astype("object")
        total.update(f"{name}\n{shown.to_csv(index=False, lineterminator=chr(10))}".encode())
    return total.hexdigest()


def data_date(reg: Registry) -> str | None:
    """The newest day that a row of the registry bears, when a registrar last answered a flag; None where none does.

    It is a day of the data, not of a run, so that a report of the same data says the same.

    Returns
    -------
    str or None
        Such as ``25 November 2026``.
    """
    answered = reg.tables.get("reviewed_flags")
    if answered is None:
        return None
    days = pd.to_datetime(answered["reviewed"], errors="coerce").dropna()
    return f"{days.max().day} {days.max():%B %Y}" if len(days) else None


def library_version() -> str:
    """The version of the library that is installed, ``unknown`` where it is not."""
    try:
        return version("ircc-lib")
    except PackageNotFoundError:
        return "unknown"


def cite_report(reg: Registry, *, paper: bool = True, digest: str | None = None) -> str:
    """The citation of this report: edition, newest year and day of its data, version and data hash; then the paper's.

    Parameters
    ----------
    reg : Registry
        An edition; a registry without one is cited as the whole.
    paper : bool, default True
        Add the citation of the paper of the edition, where there is one.
    digest : str, optional
        The registry's `data_hash`, where it is known.

    Returns
    -------
    str
        One sentence, or two.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> cite_report(ircc.load_registry().edition("ten-year")).startswith("International registry on CIK cells (IRCC)")
    True
    """
    edition = find_editions().get(reg.edition_name or "")
    years = reg.trials["year"].dropna()
    unknown = "trials of unknown years" if len(reg.trials) else "no trials"
    until = f"trials published up to {years.max()}" if len(years) else unknown
    which = f"{edition.name} edition" if edition else "whole registry"
    day = data_date(reg)
    dated = f" of {day}" if day else ""
    said = (
        f"International registry on CIK cells (IRCC), {which}, recomputed from the records: {until}; ircc-lib "
        f"{library_version()}, data{dated} (SHA-256 {(digest or data_hash(reg))[:SHOWN]})."
    )
    return f"{said} The paper: {edition.citation}" if paper and edition and edition.published else said
