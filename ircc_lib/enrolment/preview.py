"""A trial as it will be: its record page, its effects among the others, and how the pooled results change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ircc_lib.analysis.effects.effects import log_hazard_ratios
from ircc_lib.analysis.effects.pooled import pooled_evidence
from ircc_lib.enrolment.checking.plan import draft_plan
from ircc_lib.enrolment.checking.planned import HELD, NOT_A_TRIAL
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.readers import read_files
from ircc_lib.enrolment.writing.future import folder_of
from ircc_lib.enrolment.writing.tables import raw_rows
from ircc_lib.figures.chapters.trials.trials import trial_records
from ircc_lib.report.site.pages.records import records_of
from ircc_lib.report.site.plan import plan_site
from ircc_lib.report.site.sitemap import SiteMap
from ircc_lib.text import with_interval

if TYPE_CHECKING:
    import pandas as pd

    from ircc_lib.registry.store import Registry

_MOST = 5
"""Trials on one page; a look at more is a report."""


def make_preview(what: str, raw: Path, answers: Iterable[str] = ()) -> tuple[str, list[str]]:
    """The page of a file's trials, or of an enrolled trial, and what it says in a few lines.

    Parameters
    ----------
    what : str
        A file to enrol, or the trial_id of an enrolled trial.
    raw : Path
        The folder of the raw tables; it is not changed.
    answers : iterable of str
        Answers to questions, ``KEY=ANSWER``.

    Returns
    -------
    page : str
        A page of HTML that needs nothing beside it.
    summary : list of str

    Raises
    ------
    ValueError
        If there is no such file or trial, or the file has errors, a sentence for each.
    """
    from ircc_lib.registry.store import load_registry

    if not Path(what).is_file():
        if what not in {row["trial_id"] for row in raw_rows(raw, "trials")}:
            raise ValueError(f"{what}: neither a file nor an enrolled trial.")
        return _page(load_registry(raw), [what], [])
    decisions = Decisions.of(answers, yes=True)
    plan = draft_plan(read_files([Path(what)], decisions), raw, decisions)
    if held := [trial for trial in plan.trials.values() if trial.state == HELD]:
        lacks = "\n".join(f"{trial.trial_id}: needs {', '.join(trial.lacks)}" for trial in held)
        raise ValueError(f"{what} cannot be shown yet:\n{lacks}")
    trials = [name for name, trial in plan.trials.items() if trial.state != NOT_A_TRIAL]
    if not trials:
        raise ValueError(f"{what}: there is no trial in it.")
    with folder_of(raw, plan.future) as folder:
        from ircc_lib.registry.store import RegistryError

        try:
            registry = load_registry(folder)
        except RegistryError as error:
            said = "\n".join(str(one).replace(f"{folder}/", "") for one in error.problems[:10])
            raise ValueError(
                f"{what} cannot be shown before its errors are put right (ircc enrol {what}):\n{said}"
            ) from None
    open_questions = [one.why for one in plan.questions]
    return _page(registry, trials[:_MOST], open_questions)


def _page(registry: Registry, trials: list[str], questions: list[str]) -> tuple[str, list[str]]:
    cohorts = set(registry.trials.loc[registry.trials["trial_id"].isin(trials), "cohort"])
    others = registry.trials.loc[~registry.trials["trial_id"].isin(trials), "trial_id"]
    before = pooled_evidence(registry._with_trials(others))
    after = pooled_evidence(registry)
    changes = _changes(before, after)
    effects = [
        row for endpoint in ("OS", "PFS") for row in _effects(log_hazard_ratios(registry, endpoint), cohorts, endpoint)
    ]
    flags = registry.flags[registry.flags["trial_id"].isin(trials)]
    summary = [
        f"{row['trial']}: {row['endpoint']}: HR {row['hr']} ({row['method']}), {row['stands']}" for row in effects
    ]
    summary += [
        f"{row['endpoint']}, {row['group']}: {row['before']} -> {row['after']}" for row in changes if row["changed"]
    ]
    summary += [f"{len(flags)} flags on its rows"] if len(flags) else []
    if not effects:
        summary.insert(0, "It gives no hazard ratio: nothing that is pooled changes through one.")
    page = _template().render(
        records=_records(registry, trials), effects=effects, changes=changes, questions=questions, trials=trials
    )
    return page, summary


def _records(registry: Registry, trials: list[str]) -> list[Any]:
    """The records of the site, of these trials."""
    cohorts = registry.trials.loc[registry.trials["trial_id"].isin(trials), "cohort"]
    part = registry._with_trials(registry.trials.loc[registry.trials["cohort"].isin(cohorts), "trial_id"])
    records = trial_records(part).__dict__
    made = records_of(records, plan_site(part, "living"), SiteMap.empty())
    by_trial = {record.trial.trial_id: record for record in made}
    return [by_trial[trial] for trial in trials]


def _effects(effects: pd.DataFrame, cohorts: set[str], endpoint: str) -> list[dict[str, Any]]:
    """The effect of each trial's patients (a later report may give it), and where it stands among those of its kind."""
    rows = []
    for row in effects[effects["cohort"].isin(cohorts)].to_dict("records"):
        kind = effects[effects["randomised"] == row["randomised"]]
        better = int((kind["log_hr"] < row["log_hr"]).sum())
        name = "randomised" if row["randomised"] else "other controlled"
        rows.append({
            "trial": row["trial_id"], "endpoint": endpoint, "method": row["method"],
            "hr": with_interval(row["hr"], row["ci_low"], row["ci_high"]),
            "stands": f"{better + 1} of {len(kind)} {name} trials from the most favourable",
            "low": row["ci_low"], "high": row["ci_high"], "mid": row["hr"],
        })  # fmt: skip
    return rows


def _changes(before: pd.DataFrame, after: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for old, new in zip(before.to_dict("records"), after.to_dict("records"), strict=True):
        said = _said(old), _said(new)
        rows.append({"endpoint": new["endpoint"], "group": new["group"], "before": said[0], "after": said[1],
                     "changed": said[0] != said[1]})  # fmt: skip
    return rows


def _said(row: dict[str, Any]) -> str:
    if row["hr"] != row["hr"]:
        return f"{row['trials']} trials, not pooled"
    return f"{row['hr']:.3f} ({row['ci_low']:.3f} to {row['ci_high']:.3f}), {row['trials']} trials"


def _template() -> Any:
    import jinja2

    folder = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("preview.html.j2")
