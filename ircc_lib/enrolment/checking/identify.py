"""What each incoming trial is: a new report, one that is there, an entry of a register, or no trial."""

from __future__ import annotations

from pathlib import Path

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.checking.duplicates import Match, alike, next_free_id, registers, same_reports, surname
from ircc_lib.enrolment.checking.duplicates import differs as _differs
from ircc_lib.enrolment.checking.planned import NEW, NOT_A_TRIAL, REGISTERS, SAME, Plan, TrialPlan, hashes
from ircc_lib.enrolment.checking.repairs import rename_trial
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.writing.tables import raw_rows
from ircc_lib.registry.schema.tables import raw_schemas


class Identification:
    """The incoming trials beside those of the registry; ids are changed in place where they have to be."""

    def __init__(self, bundles: list[Bundle], raw: Path, decisions: Decisions) -> None:
        self.plan = Plan(raw, bundles, decisions, before=hashes(raw))
        self.raw, self.decisions = raw, decisions
        self.known = raw_rows(raw, "trials")
        self.tumours = tuple(row["tumour_reported"] for row in raw_rows(raw, "tumours"))
        self.existing = {row["trial_id"]: row for row in self.known}
        self.taken = set(self.existing)
        self.all = Bundle("all", "")
        self.found: set[str] = set()

    def identify(self, bundle: Bundle) -> None:
        """Give each trial of the file its id: that of the registry where it is known, else a new one."""
        incoming = bundle.of("trials")
        self._tell_twice(bundle, incoming)
        stated = {row.trial for row in incoming if row.trial}
        for row in incoming:
            if not row.trial:
                row.cells = {"trial_id": self._new_id(row, stated)} | row.cells
                stated.add(row.trial)
                if len(incoming) == 1:
                    for other in bundle.rows:
                        if "trial_id" in raw_schemas()[other.table].columns and not other.trial:
                            other.cells = {"trial_id": row.trial} | other.cells
            if bundle.kind in REGISTERS:
                self._identify_entry(bundle, row)
            else:
                self._identify_report(bundle, row, incoming)
        for row in bundle.rows:
            if row.trial in self.existing and row.trial not in self.plan.trials:
                self.plan.trials[row.trial] = TrialPlan(row.trial, SAME, bundle.source, ["its trial_id"])
        self.all.rows += bundle.rows
        self.all.findings += bundle.findings

    def _new_id(self, row: Row, stated: set[str]) -> str:
        author = row.cells.get("first_author", "")
        return next_free_id(author or "Anon", row.cells.get("year", ""), self.taken | stated)

    def _tell_twice(self, bundle: Bundle, incoming: list[Row]) -> None:
        seen: dict[str, Row] = {}
        for row in incoming:
            first = seen.setdefault(row.trial, row)
            if row.trial and first is not row:
                bundle.error("the trial is there twice", place=row.place, trial=row.trial, column="trial_id",
                             found=row.trial, allowed=f"one row; the other is {first.place}")  # fmt: skip

    def _identify_report(self, bundle: Bundle, row: Row, incoming: list[Row]) -> None:
        trial = row.trial
        if why := bundle.gates.get(trial):
            self._note_trial(TrialPlan(trial, NOT_A_TRIAL, bundle.source, [why]))
            return
        matches = same_reports(row.cells, self.known)
        mine = [match for match in matches if match.trial_id == trial] or self._of_cohort(
            bundle, row, matches, incoming
        )
        if len(mine) == 1:
            self._rename(bundle, trial, mine[0].trial_id, said=False)
            evidence = [f"{match.trial_id} by {match.evidence}" for match in mine]
            self._note_trial(TrialPlan(mine[0].trial_id, SAME, bundle.source, evidence))
            return
        if mine:
            evidence = [f"{match.trial_id} by {match.evidence}" for match in mine]
            bundle.rows[:] = [one for one in bundle.rows if one.trial != trial]
            ids = ", ".join(match.trial_id for match in mine)
            self._note_trial(TrialPlan(ids, SAME, bundle.source, [*evidence, "the report's cohorts are all there"]))
            return
        if trial in bundle.provisional:
            new = next_free_id(row.cells.get("first_author") or "Anon", row.cells.get("year", ""), self.taken)
            self._rename(bundle, trial, new, said=False)
            trial = new
        elif trial in self.existing:
            if not self._identified(row.cells):
                self._note_trial(TrialPlan(trial, SAME, bundle.source, ["its trial_id"]))
                return
            new = next_free_id(row.cells.get("first_author") or trial, row.cells.get("year", ""), self.taken | {trial})
            self._rename(bundle, trial, new, said=True, place=row.place_of("trial_id"))
            trial = new
        elif near := next((one for one in self.taken if one.casefold() == trial.casefold()), None):
            bundle.error(f"differs from {near} of the registry only by case", place=row.place_of("trial_id"),
                         trial=trial, column="trial_id", found=trial, allowed="another id")  # fmt: skip
        self.taken.add(trial)
        self._note_trial(TrialPlan(trial, NEW, bundle.source, [match.evidence for match in matches]))

    def _identified(self, cells: dict[str, str]) -> bool:
        """Whether a row that bears an enrolled trial's id says something that makes it another report."""
        there = self.existing[cells["trial_id"]]
        if _differs(cells, there):
            return True
        titles = cells.get("title", ""), there["title"]
        authors = cells.get("first_author", ""), there["first_author"]
        other_author = all(authors) and surname(authors[0]) != surname(authors[1])
        return all(titles) and alike(*titles) < 0.6 and (other_author or bool(cells.get("doi") or cells.get("pmid")))

    def _of_cohort(self, bundle: Bundle, row: Row, matches: list[Match], incoming: list[Row]) -> list[Match]:
        """Which of a report's rows an incoming one is: a report may have several cohorts."""
        if not matches:
            return []
        rows = [self.existing[match.trial_id] for match in matches]
        cohort = row.cells.get("cohort", "")
        if cohort and (found := [m for m, one in zip(matches, rows, strict=True) if one["cohort"] == cohort]):
            return found[:1]
        sizes = {column: row.cells[column] for column in ("n_total", "n_cik", "n_control") if row.cells.get(column)}
        if sizes:
            found = [
                m
                for m, one in zip(matches, rows, strict=True)
                if any(one[column] == text for column, text in sizes.items())
                and all(not one[column] or one[column] == text for column, text in sizes.items())
            ]
            if found:
                return found[:1]
        if not cohort and not sizes:
            return matches
        question = Finding(
            level="question", why="this report is enrolled with other patients: the same row, or another cohort of it?",
            key=f"report:{row.trial}", place=row.place, trial=row.trial, table="trials", column="cohort",
            found="; ".join(f"{one['trial_id']}: {one['n_total'] or '?'} patients" for one in rows),
            choices=(*(match.trial_id for match in matches), "another cohort"),
        )  # fmt: skip
        bundle.findings.append(question)
        answer = self.decisions.answer(question)
        return [] if answer == "another cohort" else [m for m in matches if m.trial_id == answer] or matches[:1]

    def _identify_entry(self, bundle: Bundle, row: Row) -> None:
        """An entry of a register is no report: it belongs to the reports that name its number."""
        numbers = registers(row.cells.get("registration_id", ""))
        named = [one for one in self.known if numbers & registers(one["registration_id"])]
        trial = row.trial
        if named:
            first = min(named, key=lambda one: (one["cohort"] != one["trial_id"], one["year"] or "9999"))
            others = [one["trial_id"] for one in named if one is not first]
            self._rename(bundle, trial, first["trial_id"], said=False)
            also = [f"also reported in {', '.join(others)}"] if others else []
            self._note_trial(
                TrialPlan(first["trial_id"], SAME, bundle.source, ["it names this register number", *also])
            )
            return
        results = [one for one in bundle.rows if one.trial == trial and one.table != "trials"]
        if not results:
            bundle.rows[:] = [one for one in bundle.rows if one.trial != trial]
            bundle.note("a register entry is not a report: it goes to registrations alone", trial=trial)
            return
        self._note_trial(TrialPlan(trial, NEW, bundle.source))

    def _note_trial(self, trial: TrialPlan) -> None:
        self.plan.trials[trial.trial_id] = trial

    def _rename(self, bundle: Bundle, old: str, new: str, *, said: bool, place: str = "") -> None:
        if old == new:
            return
        if not said:
            self.found.add(new)
        for one in self.plan.bundles if bundle.kind == "table" else [bundle]:
            if one is bundle or one.kind == "table":
                rename_trial(one, old, new)
        if said:
            bundle.findings.append(
                Finding(level="repair", why="the id belongs to another report", place=place, trial=new, table="trials",
                        column="trial_id", found=old, becomes=new, rule="trial_id taken")
            )  # fmt: skip
