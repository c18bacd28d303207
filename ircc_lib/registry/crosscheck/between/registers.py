"""Do registers and screening agree with the reports that name them?"""

from __future__ import annotations

import pandas as pd

from ircc_lib.registry.crosscheck.between.words import organs_named
from ircc_lib.registry.crosscheck.identity import bare_title
from ircc_lib.registry.ingest.flags import Flags

BEYOND = 1.5
"""Times the number of patients in the register that a report may have."""

PLANNED = 5.0
"""Times the patients of its report that a register may have planned."""

APART = 2.0
"""Years by which the first patient of a report may differ from the start in its register."""

_STATUSES = (
    "completed|unknown|(?:not )?(?:yet )?recruit|active|withdrawn|terminated|suspended|closed|enrolling|available|no longer"
    "|temporar|approved|authori[sz]ed|ongoing|prematurely|pending|open|main result|complete(?! d)|stopped|halted|planned|not "
)


def flag(tables: dict[str, pd.DataFrame], flags: Flags) -> None:
    """Flag register entries and records of screening that the reports contradict."""
    registrations, screening = tables["registrations"], tables["screening"]
    if len(registrations):
        flags.add(
            "registrations",
            registrations["status"].notna() & ~registrations["status"].str.match(_STATUSES, case=False).fillna(True).astype(bool),
            "status",
            registrations["status"],
            "no status of a register",
            "Completed, Recruiting, Terminated and so on, as the register shows it",
        )  # fmt: skip
        _against_reports(registrations, tables["trials"], tables["entities"], flags)
    if len(screening):
        _screened(screening, tables["trials"], flags)


def _against_reports(registrations: pd.DataFrame, trials: pd.DataFrame, entities: pd.DataFrame, flags: Flags) -> None:
    named = trials.assign(_id=trials["registration_ids"].str.split("; ")).explode("_id").dropna(subset="_id")
    named = named.drop_duplicates("_id").set_index("_id")
    report = named.reindex(registrations["registration_id"]).set_axis(registrations.index)
    total = report["n_total"].astype("float64")
    patients = "the patients of " + report["trial_id"].astype("str") + ", " + total.astype("Int64").astype("str")
    flags.add(
        "registrations",
        total > BEYOND * registrations["n_actual"].astype("float64"),
        "n_actual",
        registrations["n_actual"],
        "far fewer than " + patients,
        "the number that the register shows, or another register number in trials",
    )
    flags.add(
        "registrations",
        registrations["n_planned"].astype("float64") > PLANNED * total,
        "n_planned",
        registrations["n_planned"],
        "more than five times " + patients,
        "the number that the register shows",
    )
    _conditions(registrations, report["trial_id"], entities, flags)
    year = registrations["start"].dt.year
    first = pd.to_datetime(report["enrol_start"]).dt.year
    flags.add(
        "registrations",
        (year > report["year"].astype("float64")) | ((year - first).abs() > APART),
        "start",
        registrations["start_reported"],
        "far from the enrolment of " + report["trial_id"].astype("str") + ", or after its publication",
        "the date that the register shows, or another register number in trials",
    )


def _conditions(registrations: pd.DataFrame, reports: pd.Series, entities: pd.DataFrame, flags: Flags) -> None:
    """A condition of other organs than the tumours of the report that names the entry."""
    treated: dict[str, list[frozenset[str]]] = {}
    for trial, tumour in zip(entities["trial_id"], entities["tumour_reported"]):
        treated.setdefault(trial, []).append(organs_named(tumour))
    other = []
    for condition, trial in zip(registrations["condition"], reports):
        named, tumours = organs_named(condition), treated.get(trial, [])
        other.append(bool(named) and bool(tumours) and all(tumours) and not named & frozenset().union(*tumours))
    flags.add(
        "registrations",
        pd.Series(other, index=registrations.index, dtype=bool),
        "condition",
        registrations["condition"],
        "it names another organ than the tumours of " + reports.astype("str"),
        "the condition that the register shows, or another register number in trials",
    )


def _screened(screening: pd.DataFrame, trials: pd.DataFrame, flags: Flags) -> None:
    titles = screening["title"].map(bare_title, na_action="ignore")
    again = titles.notna() & titles.duplicated()
    first = screening["record"].groupby(titles).transform("first")
    flags.add(
        "screening",
        again,
        "title",
        screening["title"],
        "the same title as record " + first.astype("str"),
        "each record once",
    )
    told = trials.dropna(subset="title")
    enrolled = dict(zip(told["title"].map(bare_title), told["trial_id"]))
    trial = titles.map(enrolled)
    said = screening["reason"].fillna("")
    named = pd.Series(
        [isinstance(one, str) and one in why for one, why in zip(trial, said)], index=screening.index, dtype=bool
    )
    flags.add(
        "screening",
        trial.notna() & screening["enrolled_as"].isna() & ~named,
        "title",
        screening["title"],
        "the title of a report that is enrolled, " + trial.astype("str"),
        "that report in enrolled_as, or a reason that names it",
    )
