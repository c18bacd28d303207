"""The commands of enrolment: ``ircc workbook``, ``ircc enrol``, ``ircc find``, ``ircc preview``.

What they need is imported when they run, so that naming a command costs nothing.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

WRONG = 2
_RAW = click.option("--raw", default="data/raw", show_default=True, help="The folder of the registry's CSV files.")


def raw_folder(raw: str) -> Path:
    """The folder as given, or in the project; ends the command with a sentence if there is none."""
    from ircc_lib.registry.editions import project_root

    folder = Path(raw)
    if not folder.is_absolute() and not folder.is_dir():
        folder = project_root() / folder
    from ircc_lib.enrolment.writing.write import finish

    finish(folder)
    if not folder.is_dir():
        _stop(f"{raw}: there is no such folder; it should hold trials.csv and the other tables.")
    return folder


def _stop(why: str) -> None:
    click.echo(why, err=True)
    sys.exit(WRONG)


@click.command()
@click.option("--trial", "trials", multiple=True, metavar="ID", help="Fill it with an enrolled trial; may be repeated.")
@click.option("--redcap", is_flag=True, help="A data dictionary for REDCap instead.")
@click.option("-o", "--out", metavar="FILE", help="The file to write; trials.xlsx by default.")
@_RAW
def workbook(trials: tuple[str, ...], redcap: bool, out: str | None, raw: str) -> None:
    """Make the workbook in which trials are enrolled or changed."""
    from ircc_lib.enrolment.form.workbook import enrolled_rows, make_workbook
    from ircc_lib.enrolment.writing.tables import raw_rows

    folder = raw_folder(raw)
    if redcap:
        from ircc_lib.enrolment.formats.redcap import make_dictionary

        path = Path(out or "ircc_data_dictionary.csv")
        _write(path, make_dictionary())
        return
    known = {row["trial_id"] for row in raw_rows(folder, "trials")}
    if unknown := [trial for trial in trials if trial not in known]:
        import difflib

        near = difflib.get_close_matches(unknown[0], known, n=3)
        _stop(
            f"--trial {unknown[0]}: the registry has no such trial"
            + (f"; did you mean {', '.join(near)}?" if near else ".")
        )
    path = Path(out or (f"{trials[0]}.xlsx" if trials else "trials.xlsx"))
    tumours = tuple(sorted(row["tumour_reported"] for row in raw_rows(folder, "tumours")))
    _write(path, make_workbook(enrolled_rows(folder, list(trials)) if trials else None, tumours=tumours))


def _write(path: Path, content: bytes | str) -> None:
    from ircc_lib.files import write_file

    try:
        write_file(path, content)
    except OSError as error:
        _stop(f"{path}: cannot be written ({error.strerror}).")
    click.echo(f"Written: {path}")


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--write", is_flag=True, help="Enrol, after asking what is open.")
@click.option("--yes", is_flag=True, help="Take all repairs, and the usual answer of each question that has one.")
@click.option("--answer", "answers", multiple=True, metavar="NAME=ANSWER", help="Answer a question; may be repeated.")
@click.option(
    "--keep", "declined", multiple=True, metavar="KIND", help="Leave cells as found instead of a kind of repair."
)
@click.option("--as", "kind", metavar="KIND", help="What the files are, if the content is mistaken.")
@click.option("--map", "mapping", metavar="FILE", help="For REDCap: which field is which column.")
@click.option("--by", "who", default="", metavar="NAME", help="Who enrols, as given.")
@click.option("--list", "listed", is_flag=True, help="List what was enrolled.")
@click.option("--undo", metavar="BATCH", help="Take a batch back.")
@_RAW
def enrol(
    files: tuple[str, ...],
    write: bool,
    yes: bool,
    answers: tuple[str, ...],
    declined: tuple[str, ...],
    kind: str | None,
    mapping: str | None,
    who: str,
    listed: bool,
    undo: str | None,
    raw: str,
) -> None:
    """Check files of trials and, with --write, enrol them.

    Workbooks, CSV files of the registry's columns, ClinicalTrials.gov (JSON, CSV), WHO ICTRP, PubMed (XML, NBIB), RIS
    and REDCap exports are known by their content. The answer is printed and written to FILE.check.xlsx.
    """
    from ircc_lib.enrolment.writing.write import NotWrittenError

    folder = raw_folder(raw)
    try:
        if listed:
            _list(folder)
        elif undo:
            _undo(folder, undo, who)
        elif not files:
            _stop("Name the files to enrol, or --list, or --undo BATCH. An empty form: ircc workbook")
        else:
            _enrol(folder, [Path(file) for file in files], write, yes, answers, declined, kind, mapping, who)
    except NotWrittenError as why:
        _stop(f"Nothing was written: {why}")


def _list(folder: Path) -> None:
    from ircc_lib.enrolment.writing.batches import batches

    found = batches(folder)
    for one in found:
        what = f"undoes {one['undoes']}" if "undoes" in one else ", ".join(file["name"] for file in one["files"])
        who = f" by {one['who']}" if one["who"] else ""
        click.echo(f"{one['batch']:14} {one['when'][:16].replace('T', ' ')}{who}: {what}: {', '.join(one['trials'])}")
    if not found:
        click.echo("Nothing has been enrolled in this way yet.")


def _undo(folder: Path, batch: str, who: str) -> None:
    from ircc_lib.enrolment.writing.batches import undo

    name, kept = undo(folder, batch, who=who)
    for sentence in kept:
        click.echo(f"Kept: {sentence}")
    click.echo(f"{batch} is taken back (as batch {name}).")


def _enrol(
    folder: Any, files: Any, write: Any, yes: Any, answers: Any, declined: Any, kind: Any, mapping: Any, who: Any
) -> None:
    from ircc_lib.enrolment.answer import lines
    from ircc_lib.enrolment.bundle import UnreadableFileError
    from ircc_lib.enrolment.decisions import Decisions
    from ircc_lib.enrolment.form.check_workbook import check_path, write_check
    from ircc_lib.enrolment.writing.batches import enrol as write_batch

    try:
        decisions = Decisions.of(answers, declined, yes)
        plan = _plan(folder, files, decisions, kind, mapping)
    except (UnreadableFileError, ValueError) as why:
        _stop(str(why))
    if write and not yes and sys.stdin.isatty():
        plan = _ask(plan, folder, files, decisions, kind, mapping)
    for line in lines(plan, writing=write):
        click.echo(line)
    checked = check_path(files[0])
    try:
        click.echo(f"The checked file: {write_check(plan, checked)}")
    except OSError as error:
        click.echo(f"The checked file could not be written ({error.strerror}: {checked}).")
    if not write:
        settled = yes and not (plan.errors or plan.questions or plan.held)
        sys.exit(0 if plan.clean or settled else WRONG)
    if plan.repairs and not (yes or decisions.answers.get("repairs") == "yes"):
        _stop(
            "Nothing was written: look at the repairs; take them with --yes, or leave a kind as found with --keep KIND."
        )
    batch = write_batch(plan, files, who=who)
    if batch is None:
        click.echo(
            "Nothing was written." if plan.errors or plan.questions or plan.held else "All of it is there already."
        )
    else:
        click.echo(f"Written as batch {batch}. To take it back: ircc enrol --undo {batch}")
    sys.exit(WRONG if plan.errors or plan.questions or plan.held else 0)


def _plan(folder: Any, files: Any, decisions: Any, kind: Any, mapping: Any) -> Any:
    from ircc_lib.enrolment.checking.plan import make_plan
    from ircc_lib.enrolment.readers import read_files

    bundles = read_files(files, decisions, kind=kind, mapping=Path(mapping) if mapping else None)
    return make_plan(bundles, folder, decisions)


def _ask(plan: Any, folder: Any, files: Any, decisions: Any, kind: Any, mapping: Any) -> Any:
    """Ask what is open, kind by kind and question by question, and check again."""
    for rule in dict.fromkeys(one.rule for one in plan.repairs):
        same = [one for one in plan.repairs if one.rule == rule]
        for one in same[:10]:
            click.echo(f"  {one.place} {one.column}: {one.found!r} -> {one.becomes!r}")
        if not click.confirm(
            f"{rule}: take {'these repairs' if len(same) > 1 else 'this repair'} ({len(same)})?", default=True
        ):
            decisions.declined.add(rule)
    decisions.answers["repairs"] = "yes"
    for _ in range(3):  # an answer may lead to a question
        for one in plan.questions:
            click.echo(
                f"{one.place} {one.trial} {one.column}: {one.why}" + (f", found {one.found!r}" if one.found else "")
            )
            free = not one.choices or "..." in one.choices
            choices = click.STRING if free else click.Choice(one.choices)
            decisions.answers[one.key] = click.prompt("  " + " | ".join(one.choices), type=choices, default=one.default)
        plan = _plan(folder, files, decisions, kind, mapping)
        if not plan.questions:
            break
    return plan


@click.command()
@click.argument("text")
@_RAW
def find(text: str, raw: str) -> None:
    """Whether a trial is there: by PMID, DOI, register number, or words of its title or author."""
    from ircc_lib.enrolment.checking.duplicates import find as look

    found = look(raw_folder(raw), text)
    for row in found["enrolled"]:
        cohort = "" if row["cohort"] == row["trial_id"] else f" (patients of {row['cohort']})"
        click.echo(f"enrolled    {row['trial_id']}{cohort}: {row['first_author']} {row['year']}, {row['title']}")
    for row in found["screening"]:
        as_what = f" as {row['enrolled_as']}" if row.get("enrolled_as") else ""
        click.echo(
            f"screening   {row['record']}: {row['first_author']} {row['year']}, {row['title']}: {row['reason']}{as_what}"
        )
    for row in found["registrations"]:
        click.echo(f"register    {row['registration_id']}: {row['title']}")
    if not any(found.values()):
        click.echo("not there")
    _say_free_id(raw_folder(raw), text)


def _say_free_id(folder: Path, text: str) -> None:
    import re

    from ircc_lib.enrolment.checking.duplicates import next_free_id
    from ircc_lib.enrolment.writing.tables import raw_rows

    if match := re.fullmatch(r"\s*([^\W\d][^\d]*?)[\s,]*((?:19|20)\d\d)\w?\s*", text):
        taken = {row["trial_id"] for row in raw_rows(folder, "trials")}
        click.echo(f"next free id: {next_free_id(match[1], match[2], taken)}")


@contextmanager
def _quick() -> Iterator[None]:
    """For a command that shows one page and ends; together a quarter of its time.

    Garbage is not looked for, Dask not imported (pandera asks for it), and text held as Python's strings, which of a few
    hundred rows are quicker than Arrow's.
    """
    from ircc_lib.report.kernels.client import without

    collected = gc.isenabled()
    gc.disable()
    try:
        with without("dask"):
            import pandas as pd

            with pd.option_context("mode.string_storage", "python"):
                yield
    finally:
        if collected:
            gc.enable()


@click.command()
@click.argument("what", metavar="FILE|TRIAL")
@click.option("--answer", "answers", multiple=True, metavar="NAME=ANSWER", help="Answer a question; may be repeated.")
@click.option("--open", "opened", is_flag=True, help="Open the page in a browser.")
@click.option("-o", "--out", metavar="FILE", help="The page to write; preview.html by default.")
@_RAW
def preview(what: str, answers: tuple[str, ...], opened: bool, out: str | None, raw: str) -> None:
    """See a trial as it will be: its record, its effects, and how the pooled results change."""
    path = Path(out or "preview.html")
    with _quick():
        from ircc_lib.enrolment.bundle import UnreadableFileError
        from ircc_lib.enrolment.preview import make_preview

        try:
            page, summary = make_preview(what, raw_folder(raw), answers)
        except (UnreadableFileError, ValueError) as why:
            _stop(str(why))
    for line in summary:
        click.echo(line)
    _write(path, page)
    if opened:
        click.launch(str(path))
