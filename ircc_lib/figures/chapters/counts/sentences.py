"""What the counts rest on, in sentences: patients at least and at most, which tumours are entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ircc_lib.analysis.counts.counts import NOT_STATED, tabulate
from ircc_lib.analysis.counts.patients import derived_totals, patient_bounds
from ircc_lib.figures.display.sentence import Prose, prose
from ircc_lib.text import capital, counted, joined, verb

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


def patients_sentence(reg: Registry) -> Prose:
    """Patients at most and at least, and of how many reports the total had to be added up.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "at most" in patients_sentence(ircc.load_registry())
    True
    """
    bounds, derived = patient_bounds(reg).set_index("overlaps"), derived_totals(reg)
    most, likely, least = (bounds.loc[words] for words in ("none", "likely", "likely and possible"))
    same = most["patients"] == least["patients"]
    shared = (
        "No overlap of patients between trials is known."
        if same
        else f"Trials of the same place and years may share patients: {likely['patients']:,} if likely overlaps are the "
        f"same patients, at least {least['patients']:,} if possible ones are too."
    )
    parts = [
        f"for {derived[key]} {words}"
        for key, words in (
            ("both arms", "the stated arms were added up"),
            ("one arm", "one arm alone is stated and counted"),
            ("none", "no number is stated and nobody is counted"),
        )
        if derived[key]
    ]
    lacking = sum(derived.values())
    totals = (
        f" {capital(counted(lacking, 'report'))} {verb(lacking, 'states', 'state')} no total: {joined(parts)}."
        if parts
        else ""
    )
    return prose(
        "{patients} at most in {trials}, {cik} of them treated with CIK cells. {shared}{totals}",
        patients=capital(counted(int(most["patients"]), "patient")),
        trials=counted(int(most["trials"]), "trial"),
        cik=f"{most['cik_patients']:,}",
        shared=shared,
        totals=totals,
    )


def at_most(reg: Registry) -> str:
    """What a caption adds to numbers of patients, where trials may share some of them.

    Returns
    -------
    str
        A sentence after a space; nothing where no overlap between trials is known.
    """
    patients = patient_bounds(reg)["patients"]
    return "" if patients.min() == patients.max() else " Patients are at most so many: trials may share some of them."


def entities_sentence(reg: Registry) -> Prose:
    """Why tables of tumours have more rows than there are entities.

    Parameters
    ----------
    reg : Registry
        The registry, or an edition or a selection of it.

    Returns
    -------
    Prose
        One paragraph for the page.

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> "distinct" in entities_sentence(ircc.load_registry())
    True
    """
    named = tabulate(reg, "entity")["category"]
    named = named[named.ne(NOT_STATED)]
    vague = set(reg.entities.loc[~reg.entities["specified"].fillna(True).astype(bool), "entity"].dropna())
    unspecified = sorted(set(named) & vague)
    if not unspecified:
        return prose(
            "{n}, all specified, so that each is a distinct entity.", n=capital(counted(len(named), "tumour name"))
        )
    return prose(
        "{n} have a row and a page of their own. {distinct} of them are distinct entities, the number that "
        "the front page counts; {vague} {are} not, because the record leaves the tumour unspecified ({names}).",
        n=capital(counted(len(named), "tumour name")),
        distinct=len(named) - len(unspecified),
        vague=len(unspecified),
        are=verb(len(unspecified), "is", "are"),
        names="; ".join(unspecified),
    )
