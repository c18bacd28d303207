"""The results that a sponsor has posted at ClinicalTrials.gov, as rows of the registry.

Numbers are text there, groups have other ids in each part (titles are matched), and which way a hazard ratio is
written is not in the record: it is asked.
"""

from __future__ import annotations

import re
from typing import Any

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.decisions import Decisions

_CIK = re.compile(r"\bCIK\b|killer|immuncell|immunotherap|experimental", re.I)
_UNITS = {"day": "days", "week": "weeks", "month": "months", "year": "years"}
_ENDPOINTS = (
    (r"overall survival|\bOS\b", "OS"),
    (r"progression[- ]free|\bPFS\b", "PFS"),
    (r"(?:recurrence|relapse)[- ]free|\bRFS\b", "RFS"),
    (r"disease[- ]free|\bDFS\b", "DFS"),
    (r"event[- ]free|\bEFS\b", "EFS"),
    (r"time to progression|\bTTP\b", "TTP"),
)


def read_results(results: dict[str, Any], report: Row, bundle: Bundle, decisions: Decisions) -> None:
    """Add rows of medians, comparisons and adverse events to the bundle, and sizes to the report."""
    _Results(results, report, bundle, decisions).read()


class _Results:
    def __init__(self, results: dict[str, Any], report: Row, bundle: Bundle, decisions: Decisions) -> None:
        self.results, self.report, self.bundle, self.decisions = results, report, bundle, decisions
        self.trial = report.trial
        self.where = report.place

    def read(self) -> None:
        self.sizes()
        self.baseline()
        for number, outcome in enumerate(self._part("outcomeMeasuresModule").get("outcomeMeasures", []), start=1):
            self.outcome(number, outcome)
        self.events()

    def _part(self, name: str) -> dict[str, Any]:
        return self.results.get(name, {})

    def _groups(self, listed: list[dict[str, Any]]) -> dict[str, str]:
        """Which of our groups each id is: the registrar is asked where titles do not tell."""
        named = [one for one in listed if one.get("title", "").strip().casefold() != "total"]
        with_cells = [one for one in named if _CIK.search(one.get("title", ""))]
        if len(named) == 1:
            return {named[0]["id"]: "cik"}
        guess = with_cells[0]["title"] if len(with_cells) == 1 else None
        titles = tuple(one.get("title", "") for one in named)
        question = Finding(
            level="question", why="which group got the CIK cells?", place=self.where, trial=self.trial,
            key=f"cik group:{self.trial}", choices=titles, default=guess,
        )  # fmt: skip
        if question not in self.bundle.findings:
            self.bundle.findings.append(question)
        chosen = self.decisions.answer(question) or guess
        if chosen is None:
            return {}
        others = [one for one in named if one.get("title") != chosen]
        names = {one["id"]: "cik" for one in named if one.get("title") == chosen}
        for one in others:
            names[one["id"]] = "control" if len(others) == 1 else f"control:{one.get('title', '').replace(':', ' ')}"
        return names

    def _row(self, table: str, locator: str, **cells: object) -> None:
        text = {name: str(value) for name, value in cells.items() if value not in (None, "")}
        source = {"source_url": f"https://clinicaltrials.gov/study/{self.trial}", "locator": locator}
        self.bundle.rows.append(
            Row(table, {"trial_id": self.trial, **text, **source}, place=f"{self.where}: {locator}")
        )

    def sizes(self) -> None:
        flow = self._part("participantFlowModule")
        names = self._groups(flow.get("groups", [])) if flow else {}
        for period in flow.get("periods", [])[:1]:
            for milestone in period.get("milestones", []):
                if milestone.get("type") == "STARTED":
                    for one in milestone.get("achievements", []):
                        column = {"cik": "n_cik", "control": "n_control"}.get(names.get(one.get("groupId"), ""))
                        if column and one.get("numSubjects"):
                            self.report.cells[column] = str(one["numSubjects"])
                else:
                    said = ", ".join(
                        f"{names.get(one.get('groupId'), '?')} {one.get('numSubjects')}"
                        for one in milestone.get("achievements", [])
                    )
                    self.bundle.note(
                        f"participants, {milestone.get('type')}: {said}", place=self.where, trial=self.trial
                    )
        cik, control = self.report.cells.get("n_cik"), self.report.cells.get("n_control")
        if cik and control:
            self.report.cells.setdefault("n_total", str(int(cik) + int(control)))

    def baseline(self) -> None:
        part = self._part("baselineCharacteristicsModule")
        total = next((one["id"] for one in part.get("groups", []) if one.get("title", "").casefold() == "total"), None)
        if total is None and len(part.get("groups", [])) == 1:
            total = part["groups"][0]["id"]
        for measure in part.get("measures", []):
            for category, value in _values(measure, total):
                title = measure.get("title", "")
                if title.startswith("Sex") and category in ("Male", "Female"):
                    self.report.cells["n_male" if category == "Male" else "n_female"] = value["value"]
                elif title.startswith("Age") and measure.get("paramType") == "MEDIAN" and value.get("value"):
                    self.report.cells["age_median"] = value["value"]
                elif title.startswith("Age") and measure.get("paramType") == "MEAN":
                    self.bundle.note(
                        f"the age of {value.get('value')} is a mean, not a median", place=self.where, trial=self.trial
                    )

    def outcome(self, number: int, outcome: dict[str, Any]) -> None:
        title, locator = outcome.get("title", ""), f"results: outcome {number}"
        endpoint = next((short for pattern, short in _ENDPOINTS if re.search(pattern, title, re.I)), "")
        unit = next((ours for word, ours in _UNITS.items() if word in outcome.get("unitOfMeasure", "").casefold()), "")
        if not endpoint:
            return
        names = self._groups(outcome.get("groups", []))
        sizes = {
            one.get("groupId"): one.get("value")
            for denominator in outcome.get("denoms", [])[:1]
            for one in denominator.get("counts", [])
        }
        if outcome.get("paramType") == "MEDIAN" and unit:
            for _, value in _values(outcome):
                self._median(value, endpoint, unit, names, sizes, locator, outcome.get("dispersionType", ""))
        for analysis in outcome.get("analyses", []):
            if "HAZARD_RATIO" in analysis.get("paramType", "").upper().replace(" ", "_"):
                self._hazard_ratio(analysis, endpoint, names, locator)

    def _median(
        self, value: Any, endpoint: Any, unit: Any, names: Any, sizes: Any, locator: Any, dispersion: Any
    ) -> None:
        group = names.get(value.get("groupId"), "")
        if not group:
            return
        interval = "95" in dispersion and "confidence" in dispersion.casefold()
        note = "" if interval or not value.get("lowerLimit") else (
            f"{dispersion or 'interval'}: {value.get('lowerLimit')} to {value.get('upperLimit')}"
        )  # fmt: skip
        self._row(
            "medians", locator, endpoint=endpoint, group=group, n=sizes.get(value.get("groupId")),
            median_reported="not reached" if value.get("value") == "NA" else value.get("value"),
            statistic="median", unit=unit,
            ci_low=_limit(value.get("lowerLimit")) if interval else "",
            ci_high=_limit(value.get("upperLimit")) if interval else "", note=note,
        )  # fmt: skip

    def _hazard_ratio(self, analysis: Any, endpoint: Any, names: Any, locator: Any) -> None:
        order = [names.get(one, "?") for one in analysis.get("groupIds", [])]
        first = {"cik": "cik_vs_control", "control": "control_vs_cik"}.get((order or ["?"])[0].split(":")[0])
        question = Finding(
            level="question", key=f"orientation:{self.trial}:{endpoint}", place=self.where, trial=self.trial,
            table="comparisons", column="orientation", found=f"HR {analysis.get('paramValue')}, groups named {' then '.join(order)}",
            why="the register does not say which way the hazard ratio is written"
            + (f" (the order of its groups suggests {first})" if first else ""),
            choices=("cik_vs_control", "control_vs_cik"),
        )  # fmt: skip
        self.bundle.findings.append(question)
        notes = []
        level = analysis.get("ciPctValue", "95")
        if level and float(level) != 95:
            notes.append(f"{level}% CI")
        if analysis.get("pValueComment"):
            notes.append(analysis["pValueComment"])
        method = analysis.get("statisticalMethod", "").casefold()
        self._row(
            "comparisons", locator, endpoint=endpoint, effect_type="HR", estimate=analysis.get("paramValue"),
            orientation=self.decisions.answer(question) or "",
            ci_low=_limit(analysis.get("ciLowerLimit")), ci_high=_limit(analysis.get("ciUpperLimit")),
            p_value=analysis.get("pValue"), note="; ".join(notes),
            test="log-rank" if "log" in method else "cox" if "cox" in method or "regression" in method else "unreported",
        )  # fmt: skip

    def events(self) -> None:
        part = self._part("adverseEventsModule")
        if not part:
            return
        names = self._groups(part.get("eventGroups", []))
        note = "; ".join(
            filter(None, (
                f"over {part['timeFrame']}" if part.get("timeFrame") else "",
                f"events of {part['frequencyThreshold']}% or more are listed" if part.get("frequencyThreshold") else "",
                part.get("description", ""),
            ))
        )  # fmt: skip
        for group in part.get("eventGroups", []):
            if names.get(group.get("id")) and group.get("seriousNumAtRisk") is not None:
                self._row(
                    "adverse_events", "results: adverse events", group=names[group["id"]], grade_reported="serious",
                    term_reported="serious adverse events", n_affected=group.get("seriousNumAffected"),
                    n_at_risk=group.get("seriousNumAtRisk"), note=note,
                )  # fmt: skip
                if group.get("deathsNumAffected") is not None:
                    deaths = f"{group['deathsNumAffected']} deaths of {group.get('deathsNumAtRisk')}"
                    self.bundle.note(f"{names[group['id']]}: {deaths}", place=self.where, trial=self.trial)
        for kind, grade in (("seriousEvents", "serious"), ("otherEvents", "")):
            for event in part.get(kind, []):
                for one in event.get("stats", []):
                    if names.get(one.get("groupId")):
                        self._row(
                            "adverse_events", "results: adverse events", group=names[one["groupId"]],
                            term_reported=event.get("term"), grade_reported=grade, n_affected=one.get("numAffected"),
                            n_at_risk=one.get("numAtRisk"), note=note,
                        )  # fmt: skip


def _values(measure: dict[str, Any], group: str | None = None) -> Any:
    for part in measure.get("classes", []):
        for category in part.get("categories", []):
            for value in category.get("measurements", []):
                if group is None or value.get("groupId") == group:
                    yield category.get("title") or part.get("title") or "", value


def _limit(text: str | None) -> str:
    return "" if text in (None, "NA") else str(text)
