"""The check: what each trial of the files is, what is wrong, what would be repaired, asked and written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.checking.completing import complete
from ircc_lib.enrolment.checking.duplicates import ALIKE, alike, same_patients
from ircc_lib.enrolment.checking.edits import compare
from ircc_lib.enrolment.checking.identify import Identification
from ircc_lib.enrolment.checking.planned import HELD, IMPORTED, NEW, NOT_A_TRIAL, PATIENTS, REGISTERS, Plan
from ircc_lib.enrolment.checking.repairs import repair_rows
from ircc_lib.enrolment.checking.scoring import scores_of
from ircc_lib.enrolment.columns import allowed_values, sheet_tables
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.writing.future import Future, Said, check_future, make_future, sentences
from ircc_lib.enrolment.writing.tables import raw_rows
from ircc_lib.registry.schema.tables import raw_schemas


def make_plan(bundles: list[Bundle], raw: Path, decisions: Decisions) -> Plan:
    """Check what the files hold against the registry; changes nothing on disk.

    Parameters
    ----------
    bundles : list of Bundle
        What the readers gave. Their rows are repaired in place.
    raw : Path
        The folder of the raw tables.
    decisions : Decisions
        What has been answered so far.
    """
    planner = _placed(bundles, raw, decisions)
    planner.check()
    return planner.plan


def draft_plan(bundles: list[Bundle], raw: Path, decisions: Decisions) -> Plan:
    """`make_plan` without the check of the registry as it would be: for a look, not for writing."""
    planner = _placed(bundles, raw, decisions)
    planner.draft()
    return planner.plan


def _placed(bundles: list[Bundle], raw: Path, decisions: Decisions) -> _Planner:
    planner = _Planner(bundles, raw, decisions)
    for bundle in bundles:
        if bundle.kind in ("workbook", "table"):
            complete(bundle, decisions)
        repair_rows(bundle, decisions, planner.tumours)
        planner.identify(bundle)
    planner.place()
    planner.screening()
    planner.ask_for_patients()
    planner.hold()
    return planner


class _Planner(Identification):
    """What of the identified trials is new, and what of that can be written."""

    def place(self) -> None:
        """Compare rows with the registry: those that are there, change, or are new."""
        for bundle in self.plan.bundles:
            imported = bundle.kind in IMPORTED
            if bundle.kind == "ictrp":
                self._keep_better_registrations(bundle)
            for table in dict.fromkeys(row.table for row in bundle.rows):
                incoming = [row for row in bundle.rows if row.table == table and not self._gone(row)]
                before = len(bundle.findings)
                edits = compare(
                    incoming, table, raw_rows(self.raw, table), bundle, self.decisions,
                    imported=imported, found=self.found, register=bundle.kind in REGISTERS,
                )  # fmt: skip
                self.all.findings += bundle.findings[before:]
                self.plan.additions += self._asked(bundle, table, edits.additions)
                self.plan.updates += edits.updates

    def _keep_better_registrations(self, bundle: Bundle) -> None:
        """WHO's portal says less than the register itself: coarser words, one number for planned and actual."""
        known = {row["registration_id"].upper(): row for row in raw_rows(self.raw, "registrations")}
        for row in bundle.of("registrations"):
            there = known.get(row.cells.get("registration_id", "").upper(), {})
            for column in ("status", "n_planned"):
                better = there.get(column) or (there.get("n_actual") if column == "n_planned" else "")
                if better and (text := row.cells.pop(column, "")) and text != better:
                    bundle.note(
                        f"WHO's portal says {text!r}; the registry's {better!r} stays", place=row.place, column=column
                    )

    def _gone(self, row: Row) -> bool:
        trial = self.plan.trials.get(row.trial)
        return trial is not None and trial.state == NOT_A_TRIAL

    def _asked(self, bundle: Bundle, table: str, rows: list[Row]) -> list[Row]:
        """Rows that a register gives for a trial that is enrolled from its report are added only on request."""
        if bundle.kind not in REGISTERS or "trial_id" not in raw_schemas()[table].columns:
            return rows
        kept = []
        if table == "comparisons":
            added = {row.trial for row in rows}
            for trial in {row.trial for row in bundle.of(table)} & set(self.existing) - added:
                self._settled_by_report(trial)
        for trial in dict.fromkeys(row.trial for row in rows):
            mine = [row for row in rows if row.trial == trial]
            if trial in self.existing:
                question = Finding(
                    level="question", why=f"the register gives {len(mine)} rows of {table} that the report does not",
                    key=f"register:{trial}:{table}", trial=trial, table=table, choices=("leave", "add"), default="leave",
                )  # fmt: skip
                self.all.findings.append(question)
                if self.decisions.answer(question) != "add":
                    self._settled_by_report(trial)
                    continue
            kept += mine
        return kept

    def _settled_by_report(self, trial: str) -> None:
        """What the register leaves open of a comparison that the report gives need not be asked."""
        self.all.findings[:] = [
            one for one in self.all.findings if not (one.trial == trial and one.key.startswith("orientation:"))
        ]

    def screening(self) -> None:
        """Rows for the list of screening get a number; those that are there, or among the meta-analyses, are left."""
        rows = raw_rows(self.raw, "screening")
        numbers = [int(row["record"][1:]) for row in rows if row["record"][1:].isdigit()]
        following = max(numbers, default=0) + 1
        known = {row["source_url"].rstrip("/") for row in rows + raw_rows(self.raw, "meta_analyses")}
        for row in [one for one in self.plan.additions if one.table == "screening" and not one.cells.get("record")]:
            there = next((one for one in rows if alike(row.cells.get("title", ""), one["title"]) >= ALIKE), None)
            if there or row.cells.get("source_url", "").rstrip("/") in known:
                self.plan.additions.remove(row)
                self.all.note(f"screened before{' as ' + there['record'] if there else ''}", place=row.place)
                continue
            row.cells = {"record": f"S{following:03}"} | row.cells
            following += 1

    def ask_for_patients(self) -> None:
        entities: dict[str, set[str]] = {}
        for enrolled in raw_rows(self.raw, "entities"):
            entities.setdefault(enrolled["trial_id"], set()).add(enrolled["tumour_reported"])
        named: dict[str, set[str]] = {}
        for row in self.plan.additions:
            if row.table == "entities":
                named.setdefault(row.trial, set()).add(row.cells.get("tumour_reported", ""))
        for row in [one for one in self.plan.additions if one.table == "trials"]:
            self._propose(row)
            if row.cells.get("cohort"):
                continue
            near = same_patients(row.cells, named.get(row.trial, set()), self.known, entities)
            trial = self.plan.trials[row.trial]
            trial.evidence += [f"perhaps the patients of {match.trial_id}: {match.evidence}" for match in near]
            cohorts = dict.fromkeys(self.existing[match.trial_id]["cohort"] for match in near)
            question = Finding(
                level="question", key=f"cohort:{row.trial}", trial=row.trial, table="trials", column="cohort",
                why="whose patients are these? " + ("; ".join(trial.evidence) if near else "No report looks like them"),
                place=row.place, choices=("own", *cohorts), default=None if near else "own",
            )  # fmt: skip
            self.all.findings.append(question)
            answer = self.decisions.answer(question)
            if answer is None and near:
                trial.state = PATIENTS if trial.state == NEW else trial.state
            row.cells["cohort"] = row.trial if answer in (None, "own") else answer

    def _propose(self, row: Row) -> None:
        """Cells that may be proposed because they say no more than that nothing is known."""
        for column, value in (("record_level", "own record"), ("cell_source", "unreported")):
            if not row.cells.get(column) and value in allowed_values("trials", column):
                row.cells[column] = value
        if "abstract" in row.cells.get("locator", "").casefold() and "read in" not in self.decisions.declined:
            self._fill(row, "read_in", "abstract", "locator", "its place is the abstract", "read in")
        allocation = {"randomised": "random", "controlled_nonrandomised": "not random"}.get(row.cells.get("design", ""))
        own = row.cells.get("record_level") == "own record"
        if allocation and own and not row.cells.get("allocation") and "allocation" not in self.decisions.declined:
            row.cells.setdefault("allocation_basis", "own record")
            why = "the design says it, for the pools of randomised trials"
            self._fill(row, "allocation", allocation, "design", why, "allocation")

    def _fill(self, row: Row, column: str, text: str, because_of: str, why: str, rule: str) -> None:
        """Propose an empty cell of a row of trials, since another cell of it says as much."""
        if row.cells.get(column):
            return
        row.cells[column] = text
        self.all.findings.append(
            Finding(level="repair", why=why, trial=row.trial, place=row.place_of(because_of), table="trials",
                    column=column, becomes=text, rule=rule)
        )  # fmt: skip

    # what can be written -----------------------------------------------------------------------------------
    def hold(self) -> None:
        with_tumour = {one.trial for one in self.plan.additions if one.table == "entities"}
        for row in [one for one in self.plan.additions if one.table == "trials"]:
            trial = self.plan.trials[row.trial]
            trial.lacks = self._lacks(row, with_tumour)
            if trial.lacks and trial.state in (NEW, PATIENTS):
                trial.state = HELD

    @staticmethod
    def _lacks(row: Row, with_tumour: set[str]) -> list[str]:
        cells = row.cells
        lacks = []
        posted = cells.get("publication_type") == "register results" and cells.get("registration_id")
        if not posted and not any(cells.get(column) for column in ("first_author", "pmid", "doi")):
            lacks.append("author, PMID or DOI")
        lacks += [column for column in ("design", "product", "publication_type") if not cells.get(column)]
        if not (cells.get("n_total") or cells.get("n_cik")):
            lacks.append("n_total or n_cik")
        if row.trial not in with_tumour:
            lacks.append("a tumour (sheet entities)")
        return lacks + [column for column in ("source_url", "locator") if not cells.get(column)]

    def draft(self) -> None:
        self.plan.findings = self._named()
        self.plan.future = make_future(self.raw, self.plan.additions, self.plan.updates)

    def check(self) -> None:
        """Check the registry as it would be; trials with errors stay out of what is written."""
        plan = self.plan
        plan.findings = self._named()
        errors, flags = sentences(self.raw)
        before = set(errors), set(flags)
        future = make_future(self.raw, plan.additions, plan.updates)
        errors, flags, tables = check_future(self.raw, future, before)
        plan.scores = scores_of(tables, [name for name, trial in plan.trials.items() if trial.state != NOT_A_TRIAL])
        asked = {one.place for one in plan.questions if one.column and one.place}
        for said in errors:
            row = future.rows.get((said.table, said.line))
            if row is None or (said.table == "trials" and self._is_held_empty(row, said)):
                if row is None:
                    plan.findings.append(Finding(level="error", why=said.text, place=f"{said.table}.csv:{said.line}"))
                continue
            column, _, why = said.text.partition(": ")
            if column not in row.cells and column not in raw_schemas()[said.table].columns:
                column, why = "", said.text
            if row.place_of(column) in asked:
                continue
            plan.findings.append(
                Finding(
                    level="error", why=why, place=row.place_of(column), trial=row.trial, table=said.table, column=column
                )
            )
        plan.flags = [(said, future.rows.get((said.table, said.line))) for said in flags]
        self._sort_out(future)

    def _named(self) -> list[Finding]:
        """Each finding once, with the trial in whose row it stands."""
        owners: dict[str, str] = {}
        for row in reversed(self.all.rows):
            owners.update(dict.fromkeys(row.places.values(), row.trial))
        return [
            one if one.trial or not one.place else replace(one, trial=owners.get(one.place, ""))
            for one in dict.fromkeys(self.all.findings)
        ]

    def _is_held_empty(self, row: Row, said: Said) -> bool:
        trial = self.plan.trials.get(row.trial)
        column = said.text.partition(":")[0]
        return trial is not None and trial.state == HELD and column in trial.lacks

    def _sort_out(self, future: Future) -> None:
        plan = self.plan
        for finding in plan.errors:
            if finding.trial in plan.trials:
                plan.trials[finding.trial].errors.append(finding)
        open_trials = {finding.trial for finding in plan.questions}
        out = {
            name for name, trial in plan.trials.items()
            if trial.errors or trial.state in (HELD, PATIENTS, NOT_A_TRIAL) or name in open_trials
        }  # fmt: skip
        strays = {row.trial for row in plan.additions if row.table in sheet_tables() and row.table != "tumours"}
        out |= strays - set(plan.trials)
        if any(not finding.trial for finding in plan.errors):
            out |= set(plan.trials)
        self._count(out)
        kept = [row for row in plan.additions if not self._stays_out(row, out)]
        changes = [update for update in plan.updates if update.trial not in out]
        if len(kept) == len(plan.additions) and len(changes) == len(plan.updates):
            plan.future = future
        else:
            plan.additions, plan.updates = self._needed_beside(kept), changes
            plan.future = make_future(self.raw, plan.additions, plan.updates)

    def _stays_out(self, row: Row, out: set[str]) -> bool:
        of_a_trial = row.table in sheet_tables() and "trial_id" in raw_schemas()[row.table].columns
        return of_a_trial and (row.trial in out or not row.trial)

    def _needed_beside(self, rows: list[Row]) -> list[Row]:
        """Of new tumours only those that a row that is written names."""
        named = {row.cells.get("tumour_reported") for row in rows if row.table == "entities"}
        return [row for row in rows if row.table != "tumours" or row.cells.get("tumour_reported") in named]

    def _count(self, out: set[str]) -> None:
        for row in self.plan.additions:
            if trial := self.plan.trials.get(row.trial):
                trial.rows[row.table] = trial.rows.get(row.table, 0) + 1
        for update in self.plan.updates:
            if trial := self.plan.trials.get(update.trial):
                trial.updates += 1
