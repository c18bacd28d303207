"""The check: what each trial of the files is, what is wrong, what would be repaired, asked and written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from ircc_lib.enrolment.bundle import Bundle, Finding, Row
from ircc_lib.enrolment.columns import allowed_values, sheet_tables
from ircc_lib.enrolment.completing import complete
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.duplicates import ALIKE, Match, alike, next_free_id, same_patients, same_reports
from ircc_lib.enrolment.edits import Update, compare
from ircc_lib.enrolment.future import Future, Said, check_future, make_future, sentences
from ircc_lib.enrolment.repairs import rename_trial, repair_rows
from ircc_lib.enrolment.tables import raw_rows
from ircc_lib.registry.schema.tables import raw_schemas

IMPORTED = ("ctgov", "ctgov-csv", "ictrp", "pubmed", "nbib", "ris")
REGISTERS = ("ctgov", "ctgov-csv", "ictrp")
NEW, SAME, PATIENTS, NOT_A_TRIAL, HELD = "NEW", "SAME REPORT", "SAME PATIENTS?", "NOT A TRIAL", "HELD"


@dataclass
class TrialPlan:
    """What the check makes of one trial."""

    trial_id: str
    state: str
    source: str = ""
    evidence: list[str] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    updates: int = 0


@dataclass
class Plan:
    """The whole answer of a check; ``future`` is what would be written, of the trials that are clean."""

    raw: Path
    bundles: list[Bundle]
    decisions: Decisions
    trials: dict[str, TrialPlan] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    additions: list[Row] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    flags: list[tuple[Said, Row | None]] = field(default_factory=list)
    future: Future = field(default_factory=Future)
    before: dict[str, str] = field(default_factory=dict)

    def at_level(self, level: str) -> list[Finding]:
        return [one for one in self.findings if one.level == level]

    @property
    def errors(self) -> list[Finding]:
        return self.at_level("error")

    @property
    def repairs(self) -> list[Finding]:
        return self.at_level("repair")

    @property
    def questions(self) -> list[Finding]:
        """The questions that nobody has answered."""
        return [one for one in self.at_level("question") if self.decisions.answer(one) is None]

    @property
    def held(self) -> list[TrialPlan]:
        return [trial for trial in self.trials.values() if trial.state == HELD]

    @property
    def clean(self) -> bool:
        return not (self.errors or self.repairs or self.questions or self.held)

    @property
    def nothing_to_write(self) -> bool:
        return not (self.additions or self.updates)


def hashes(raw: Path) -> dict[str, str]:
    """SHA-256 of each raw table."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(raw.glob("*.csv"))}


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


class _Planner:
    def __init__(self, bundles: list[Bundle], raw: Path, decisions: Decisions):
        self.plan = Plan(raw, bundles, decisions, before=hashes(raw))
        self.raw, self.decisions = raw, decisions
        self.known = raw_rows(raw, "trials")
        self.tumours = tuple(row["tumour_reported"] for row in raw_rows(raw, "tumours"))
        self.existing = {row["trial_id"]: row for row in self.known}
        self.taken = set(self.existing)
        self.all = Bundle("all", "")
        self.found: set[str] = set()

    # what each trial is ------------------------------------------------------------------------------------
    def identify(self, bundle: Bundle) -> None:
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
        from ircc_lib.enrolment.duplicates import _differs, surname

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
        from ircc_lib.enrolment.duplicates import registers

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

    def _compare_sizes(self, bundle: Bundle, report: dict[str, str], numbers: set[str]) -> None:
        for row in bundle.of("registrations"):
            for column in ("n_actual", "n_planned"):
                size = row.cells.get(column)
                if row.cells["registration_id"].upper() in numbers and size and report["n_total"] not in ("", size):
                    why = f"the register says {size} patients ({column[2:]}), the report {report['n_total']}"
                    bundle.note(why, place=row.place, trial=report["trial_id"])

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

    # what of it is new -------------------------------------------------------------------------------------
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
        for row in raw_rows(self.raw, "entities"):
            entities.setdefault(row["trial_id"], set()).add(row["tumour_reported"])
        for row in [one for one in self.plan.additions if one.table == "trials"]:
            self._propose(row)
            if row.cells.get("cohort"):
                continue
            mine = {one.cells.get("tumour_reported", "") for one in self.plan.additions
                    if one.table == "entities" and one.trial == row.trial}  # fmt: skip
            near = same_patients(row.cells, mine, self.known, entities)
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
        allocation = {"randomised": "random", "controlled_nonrandomised": "not random"}.get(row.cells.get("design", ""))
        own = row.cells.get("record_level") == "own record"
        if allocation and own and not row.cells.get("allocation") and "allocation" not in self.decisions.declined:
            row.cells["allocation"] = allocation
            row.cells.setdefault("allocation_basis", "own record")
            self.all.findings.append(
                Finding(
                    level="repair", why="the design says it, for the pools of randomised trials", trial=row.trial,
                    place=row.place_of("design"), table="trials", column="allocation", becomes=allocation, rule="allocation",
                )
            )  # fmt: skip

    # what can be written -----------------------------------------------------------------------------------
    def hold(self) -> None:
        for row in [one for one in self.plan.additions if one.table == "trials"]:
            trial = self.plan.trials[row.trial]
            trial.lacks = self._lacks(row)
            if trial.lacks and trial.state in (NEW, PATIENTS):
                trial.state = HELD

    def _lacks(self, row: Row) -> list[str]:
        cells = row.cells
        lacks = []
        if not any(cells.get(column) for column in ("first_author", "pmid", "doi")):
            lacks.append("author, PMID or DOI")
        lacks += [column for column in ("design", "product", "publication_type") if not cells.get(column)]
        if not (cells.get("n_total") or cells.get("n_cik")):
            lacks.append("n_total or n_cik")
        if not any(one.table == "entities" and one.trial == row.trial for one in self.plan.additions):
            lacks.append("a tumour (sheet entities)")
        return lacks + [column for column in ("source_url", "locator") if not cells.get(column)]

    def draft(self) -> None:
        self.plan.findings = [self._named(one) for one in dict.fromkeys(self.all.findings)]
        self.plan.future = make_future(self.raw, self.plan.additions, self.plan.updates)

    def check(self) -> None:
        """Check the registry as it would be; trials with errors stay out of what is written."""
        plan = self.plan
        plan.findings = [self._named(one) for one in dict.fromkeys(self.all.findings)]
        errors, flags = sentences(self.raw)
        before = set(errors), set(flags)
        future = make_future(self.raw, plan.additions, plan.updates)
        errors, flags = check_future(self.raw, future, before)
        asked = {one.place for one in plan.questions if one.column and one.place}
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

    def _named(self, finding: Finding) -> Finding:
        if finding.trial or not finding.place:
            return finding
        owner = next((row.trial for row in self.all.rows if finding.place in row.places.values()), "")
        return replace(finding, trial=owner)

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
