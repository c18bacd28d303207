"""The answer to a check, as it is printed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ircc_lib.enrolment.bundle import Finding
from ircc_lib.enrolment.checking.planned import HELD, NOT_A_TRIAL, Plan
from ircc_lib.enrolment.formats.recognise import KINDS
from ircc_lib.text import counted as count

_SHOWN = 5


def lines(plan: Plan, *, writing: bool = False) -> Iterator[str]:
    """What the check found, line by line: the files, the trials, errors, repairs, questions, flags, what is written."""
    for bundle in plan.bundles:
        yield f"{bundle.source}: {KINDS[bundle.kind]}, {count(len(bundle.rows), 'row')}"
    yield from _trials(plan)
    yield from _group("Errors, to be put right", plan.errors)
    yield from _repairs(plan)
    yield from _questions(plan)
    yield from _group("Also noticed", plan.at_level("note"), shown=40)
    yield from _flags(plan)
    yield from _writes(plan, writing)


def _trials(plan: Plan) -> Iterator[str]:
    for trial in plan.trials.values():
        rows = ", ".join(f"{number} {table}" for table, number in trial.rows.items())
        what = rows or ("nothing new" if not trial.updates else "")
        what += (", " if what and trial.updates else "") + (
            count(trial.updates, "cell") + " changed" if trial.updates else ""
        )
        yield f"{trial.state:14} {trial.trial_id}: {what}"
        for evidence in trial.evidence:
            yield f"{'':14}   {evidence}"
        if trial.state == HELD:
            yield f"{'':14}   not written before it has: {', '.join(trial.lacks)}"
        if trial.state == NOT_A_TRIAL:
            yield f"{'':14}   its place is the screening list"
        if trial.errors:
            yield f"{'':14}   not written: {count(len(trial.errors), 'error')}"
        if score := plan.scores.get(trial.trial_id):
            yield f"{'':14}   reporting standard: {score}"
            if score.missing:
                yield f"{'':14}   essential and not stated (*: even in an abstract): {', '.join(score.missing)}"
        for bundle in plan.bundles:
            if trial.state == HELD and (abstract := bundle.abstracts.get(trial.trial_id)):
                yield f"{'':14}   abstract (not stored): {abstract}"


def _group(title: str, findings: list[Finding], shown: int = 200) -> Iterator[str]:
    if not findings:
        return
    yield f"{title}: {len(findings)}"
    ordered = sorted(findings, key=lambda one: (one.why, one.column))
    for _, alike in groupby(ordered, key=lambda one: (one.why, one.column)):
        same = list(alike)
        for finding in same[: min(_SHOWN, shown)]:
            yield f"  {finding}"
        if len(same) > _SHOWN:
            yield f"  ... and {len(same) - _SHOWN} more of the same"


def _repairs(plan: Plan) -> Iterator[str]:
    if not plan.repairs:
        return
    yield f"Repairs proposed: {len(plan.repairs)} (take all with --yes; leave a kind as found with --keep KIND)"
    for rule, alike in groupby(sorted(plan.repairs, key=lambda one: one.rule), key=lambda one: one.rule):
        same = list(alike)
        yield f"  {rule}: {len(same)}"
        for one in same[:_SHOWN]:
            place = ": ".join(part for part in (one.place, one.trial, one.column) if part)
            yield f"    {place}: {one.found!r} -> {one.becomes!r}  ({one.why})"
        if len(same) > _SHOWN:
            yield f"    ... and {len(same) - _SHOWN} more"


def _questions(plan: Plan) -> Iterator[str]:
    if not plan.questions:
        return
    yield f"Questions: {len(plan.questions)} (answer with --answer 'NAME=ANSWER', or when asked by --write)"
    for one in plan.questions:
        choices = " | ".join(one.choices) + (f"  [{one.default}]" if one.default else "")
        place = ": ".join(part for part in (one.place, one.trial, one.column) if part)
        yield f"  {one.key}: {place}: {one.why}" + (
            f", found {one.found!r}" if one.found and one.found not in one.why else ""
        )
        yield f"      {choices}"


def _flags(plan: Plan) -> Iterator[str]:
    if not plan.flags:
        return
    yield f"New flags (the rows may stay; a flag is a question to the paper): {len(plan.flags)}"
    for said, row in plan.flags:
        if row is None:
            yield f"  {said.table}.csv:{said.line}: {said.text}"
            continue
        column = said.text.partition(":")[0]
        yield f"  {row.place_of(column) or said.table}: {row.trial}: {said.text}"


def _writes(plan: Plan, writing: bool) -> Iterator[str]:
    for update in plan.updates:
        yield f"  {update.trial}: {update.table}.{update.column}: {update.old!r} -> {update.new!r}"
    if plan.nothing_to_write:
        yield "Nothing to write."
        return
    tables: dict[str, int] = {}
    for row in plan.additions:
        tables[row.table] = tables.get(row.table, 0) + 1
    rows = ", ".join(f"{number} {table}" for table, number in tables.items())
    parts = ([f"rows: {rows}"] if rows else []) + ([f"cells changed: {len(plan.updates)}"] if plan.updates else [])
    yield (
        ("To be written: " if writing else "Would write ")
        + "; ".join(parts)
        + ("." if writing else ". Nothing is written without --write.")
    )
