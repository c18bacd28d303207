"""How sure a pooled result is, in GRADE's words, with reasons that are computed from the data where they can be.

An automatic first judgement, for people to confirm: ``data/judgements.csv`` overrides it, with name and date.
Sources: Guyatt 2011, doi 10.1016/j.jclinepi.2010.04.026 (levels); 2011, doi 10.1016/j.jclinepi.2011.01.012
(imprecision); Schünemann 2019 on non-randomised studies, doi 10.1016/j.jclinepi.2018.01.012.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from ircc_lib.analysis.normal import NORMAL, Z95
from ircc_lib.registry.editions import project_root
from ircc_lib.text import span, verb

LEVELS = ("very low", "low", "moderate", "high")
NOT_RATED = "not rated"
START = {True: 3, False: 1}  # randomised by their own record: high; all others: low
INFORMATION_HR = math.ceil(4 * (Z95 + NORMAL.inv_cdf(0.8)) ** 2 / math.log(0.75) ** 2)
"""Events that show a hazard ratio of 0.75 with 80 % power (Schoenfeld 1983, doi 10.2307/2531021): 380."""
INFORMATION_RR = 300
"""Events below which a risk ratio counts as imprecise (Guyatt 2011, doi 10.1016/j.jclinepi.2011.01.012)."""
VERY_FEW = 0.25  # of the events that would be enough: below it imprecision takes a second step
LITTLE = (0.8, 1.25)
"""Ratios between which a difference counts as little or none (Guyatt 2011, doi 10.1016/j.jclinepi.2011.01.012)."""
MUCH_MISSING = 0.1  # of the randomised patients whose trials report the outcome
LARGE_I2 = 50.0
FILE = "data/judgements.csv"
COLUMNS = ("edition", "entity", "outcome", "certainty", "reason", "name", "date")


@dataclass(frozen=True, kw_only=True)
class Certainty:
    """A level, and one reason for each step down.

    Attributes
    ----------
    level : str
        ``high``, ``moderate``, ``low`` or ``very low``; ``not rated`` where there is no trial.
    reasons : tuple of str
    judged_by : str
        Empty for the automatic first judgement, else name and date.
    """

    level: str
    reasons: tuple[str, ...] = ()
    judged_by: str = ""

    def __str__(self) -> str:
        by = f" ({self.judged_by})" if self.judged_by else ""
        return f"{self.level}{by}" + (f": {'; '.join(self.reasons)}" if self.reasons else "")


@dataclass(frozen=True, kw_only=True)
class Body:
    """The body of evidence on one outcome, as far as the registry knows it.

    Attributes
    ----------
    randomised : bool
        Whether its trials were randomised by their own record.
    trials, patients : int
    events : float
        Missing (nan) where they are not known.
    ratio, ci_low, ci_high, pi_low, pi_high, i2 : float
        Pooled ratio, its interval and prediction interval, I squared in per cent; nan where there is none.
    information : int
        Events that would be enough.
    concealed : int
        Trials of which the records say how allocation was concealed.
    entities, settings : int
        Distinct tumours; distinct kinds of setting (after curative treatment, advanced disease).
    left_out, left_out_patients, left_out_neither : int
        Randomised trials that report the outcome without an estimate, their patients, and how many of the trials
        report no difference.
    silent : int
        Randomised trials that say nothing of the outcome.
    derived : int
        Trials whose ratio is derived from rates, p-values or medians.
    selection : str
        What a model of selection by p-values gives, in words, where it takes the effect away.
    """

    randomised: bool
    trials: int
    patients: int
    events: float = math.nan
    ratio: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    pi_low: float = math.nan
    pi_high: float = math.nan
    i2: float = math.nan
    information: int = INFORMATION_HR
    concealed: int = 0
    entities: int = 1
    settings: int = 1
    left_out: int = 0
    left_out_patients: int = 0
    left_out_neither: int = 0
    silent: int = 0
    derived: int = 0
    selection: str = ""


def judge(body: Body) -> Certainty:
    """The automatic first judgement of a body of evidence.

    Parameters
    ----------
    body : Body

    Returns
    -------
    Certainty
        Trials randomised by their own record start as high, all others as low; each of risk of bias, inconsistency,
        indirectness, imprecision and missing results takes a step; imprecision two where hardly any event was seen. An
        interval that holds no effect is not imprecise where it holds no difference that matters either.

    Examples
    --------
    >>> judge(Body(randomised=True, trials=12, patients=3000, events=900, ratio=0.6, ci_low=0.5, ci_high=0.7,
    ...            pi_low=0.45, pi_high=0.8, i2=10, concealed=12)).level
    'high'
    """
    if not body.trials:
        return Certainty(level=NOT_RATED, reasons=("no trial gives an estimate",))
    reasons = [] if body.randomised else ["not randomised: groups may differ in more than the cells"]
    steps = [
        step
        for step in (_bias(body), _inconsistency(body), _indirectness(body), _imprecision(body), _missing(body))
        if step
    ]
    level = max(0, START[body.randomised] - len(steps) - _very_few_events(body))
    return Certainty(level=LEVELS[level], reasons=tuple(reasons + steps))


def _bias(body: Body) -> str:
    if not body.randomised:
        return ""
    parts = []
    if body.concealed < body.trials:
        parts.append(_unconcealed(body))
    if body.derived * 2 > body.trials:
        what = "the ratio is" if body.trials == 1 else f"{body.derived:,} of {body.trials:,} ratios are"
        parts.append(f"{what} derived, not reported")
    return f"risk of bias ({', '.join(parts)})" if parts else ""


def _unconcealed(body: Body) -> str:
    if body.trials == 1:
        return "the record does not say how allocation was concealed"
    said = f"{body.concealed:,}" if body.concealed else "none"
    return f"{said} of {body.trials:,} records {verb(body.concealed, 'says', 'say')} how allocation was concealed"


def _inconsistency(body: Body) -> str:
    if body.pi_low < 1 < body.pi_high and not body.ci_low < 1 < body.ci_high:
        return f"inconsistency (a further trial may show anything from {span(body.pi_low, body.pi_high)})"
    if body.i2 > LARGE_I2:
        return f"inconsistency (I² {body.i2:.0f} %)"
    return ""


def _indirectness(body: Body) -> str:
    mixed = [
        words
        for n, words in (
            (body.entities, f"{body.entities:,} tumours"),
            (body.settings, "adjuvant and advanced disease"),
        )
        if n > 1
    ]
    return f"indirectness ({' and '.join(mixed)} together)" if mixed else ""


def _imprecision(body: Body) -> str:
    parts = []
    if body.trials < 3:
        parts.append(f"only {body.trials:,} {'trial' if body.trials == 1 else 'trials'}")
    elif body.ci_low < 1 < body.ci_high and not is_little(body.ci_low, body.ci_high):
        parts.append("the interval includes no effect")
    elif math.isnan(body.ci_low):
        parts.append("the trials are not pooled, so that no interval says how sure they are")
    if body.events < body.information and (not parts or _very_few_events(body)):
        parts.append(f"information of {body.events:,.0f} events, {body.information:,} would be enough")
    return f"imprecision ({', '.join(parts)})" if parts else ""


def is_little(low: float, high: float) -> bool:
    """Whether an interval of ratios holds little or no difference and nothing else.

    >>> is_little(0.93, 1.08), is_little(0.5, 1.1)
    (True, False)
    """
    return LITTLE[0] <= low and high <= LITTLE[1]


def _very_few_events(body: Body) -> bool:
    """Whether imprecision takes a second step: so few events say next to nothing, of harm above all."""
    return body.events < VERY_FEW * body.information


def _missing(body: Body) -> str:
    reporting = body.patients + body.left_out_patients
    parts = []
    if body.left_out and reporting and body.left_out_patients / reporting > MUCH_MISSING:
        more = "trial reports" if body.left_out == 1 else "trials report"
        neither = f", {body.left_out_neither:,} of them no difference" if body.left_out_neither else ""
        neither = ", no difference" if body.left_out == body.left_out_neither == 1 else neither
        parts.append(f"{body.left_out:,} more randomised {more} on it without an estimate{neither}")
    parts += [body.selection] if body.selection else []
    return f"missing results ({'; '.join(parts)})".replace("; ", ", ") if parts else ""


def read_judgements(path: Path | None = None) -> dict[tuple[str, str, str], Certainty]:
    """What people judged, by edition, entity (empty for all tumours) and outcome.

    Raises
    ------
    ValueError
        If a column is missing, a level is none of GRADE's, or a judgement has no name or date; with file and line.
    """
    path = path or project_root() / FILE
    if not path.is_file():
        return {}
    found = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise ValueError(f"{path.name}:1: the column {missing[0]} is missing")
        for row in rows:
            place = f"{path.name}:{rows.line_num}"
            if row["certainty"] not in LEVELS:
                raise ValueError(f"{place}: certainty: found {row['certainty']!r}, allowed {', '.join(LEVELS)}")
            if not row["name"] or not row["date"]:
                raise ValueError(f"{place}: a judgement needs a name and a date")
            reasons = tuple(part.strip() for part in row["reason"].split(";") if part.strip())
            found[row["edition"], row["entity"], row["outcome"]] = Certainty(
                level=row["certainty"], reasons=reasons, judged_by=f"{row['name']}, {row['date']}"
            )
    return found
