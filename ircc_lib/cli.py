"""The command line: check the registry, make its report, enrol trials.

Exit codes: 0 done, 1 the work failed, 2 the call or the data is wrong.
"""

from __future__ import annotations

import atexit
import errno
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ircc_lib.enrolment.commands import enrol, find, preview, workbook
from ircc_lib.files import why

if TYPE_CHECKING:
    from ircc_lib.report.paths import Layout
    from ircc_lib.report.progress import Progress
    from ircc_lib.report.report import Outcome


FAILED, WRONG = 1, 2


class _Program(click.Group):
    """The commands, with what every one of them owes to the terminal or pipe that it writes to."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run a command; a closed or full output ends it without a traceback."""
        _name_files_in_utf8()
        for stream in (0, 1, 2):  # what is closed would be taken by the next file that is opened
            try:
                os.fstat(stream)
            except OSError:
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        try:
            return super().main(*arguments, **options)
        except OSError as error:
            of_output = error.errno in (errno.ENOSPC, errno.EPIPE) and not error.filename
            print(
                f"The output could not be written: {error.strerror}." if of_output else f"{why(error)}.",
                file=sys.stderr,
            )
            sys.exit(FAILED)
        finally:
            _flush()


def _name_files_in_utf8() -> None:
    """Begin anew in UTF-8 mode where names of files are read as ASCII or Latin-1 and could not be written down."""
    if sys.getfilesystemencoding() != "utf-8" and os.environ.get("PYTHONUTF8") != "1":
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _flush() -> None:
    """Write out what is left, or let go of it, as Python would complain of it at its end."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ircc-lib")
def main() -> None:
    """The international registry on CIK cells (IRCC): check the registry, make its report."""


@main.command()
@click.argument("raw_dir", default="data/raw")
@click.option("--new", is_flag=True, help="Leave out flags that were answered before (table reviewed_flags).")
@click.option("--trial", metavar="ID", help="Only what concerns this trial.")
def check(raw_dir: str, new: bool, trial: str | None) -> None:
    """Check the registry in RAW_DIR (data/raw): every error and every doubtful value, with its place.

    Errors stop a report, doubtful values stay in it and are listed there.
    """
    from ircc_lib.registry.store import examine_registry

    try:
        _finish(raw_dir)
        found = examine_registry(raw_dir)
        _check_standard(raw_dir)
    except (FileNotFoundError, ValueError) as error:
        _wrong(str(error))
    wanted = [[one for one in part if trial in (None, one.trial_id)] for part in vars(found).values()]
    errors, flags, answered = wanted
    for flag in flags:
        click.echo(flag)
    if answered and not new:
        click.echo("Answered before by a registrar:")
        for flag in answered:
            click.echo(flag)
    if errors:
        _wrong("\n".join(map(str, errors)))
    if trial and found.problems:
        _wrong(f"{raw_dir}: {len(found.problems):,} errors elsewhere; ircc check {raw_dir} lists them")
    before = f", {len(answered):,} answered before" if answered else ""
    click.echo(f"{raw_dir}: no errors, {len(flags):,} doubtful or unreadable values{before}")


def _finish(raw_dir: str | Path) -> None:
    """Finish what a killed ``ircc enrol`` had begun, where a journal of it is left."""
    from ircc_lib.enrolment.writing.write import finish

    finish(Path(raw_dir))


def _check_standard(raw_dir: str) -> None:
    """That the conditions of the reporting standard beside the tables can be read."""
    from ircc_lib.analysis.standard.items import FILE, read_conditions, read_items

    path = Path(raw_dir).resolve().parent / Path(FILE).name
    if path.is_file():
        read_conditions(read_items(path))


for _command in (workbook, enrol, find, preview):
    main.add_command(_command)


@main.command()
@click.argument("folder")
def init(folder: str) -> None:
    """Make a project of one's own in FOLDER: notebooks, editions and the registry, to be changed at will."""
    import shutil

    from ircc_lib.registry.editions import project_root

    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        _wrong(f"{folder}: is there already; name a new or an empty folder.")
    begun = target.resolve().with_name(f".{target.resolve().name}.begun")
    try:
        for part in ("editions.toml", "notebooks", "data"):
            source = project_root() / part
            if source.is_dir():
                shutil.copytree(source, begun / part, ignore=shutil.ignore_patterns("processed", ".*"))
            else:
                begun.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, begun / part)
        (begun / "Makefile").write_text("report:\n\tircc report\n\ncheck:\n\tircc check\n", encoding="utf-8")
        if target.exists():
            target.rmdir()  # it is empty
        begun.rename(target)
    except OSError as error:
        raise OSError(error.errno or errno.EIO, error.strerror or "cannot be written", str(folder)) from error
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    click.echo(f"{folder}: ready. Next: cd {folder}; ircc check; ircc report")


@main.command()
def editions() -> None:
    """List the editions of the report."""
    from ircc_lib.registry.editions import find_editions

    for edition in find_editions().values():
        until = f"trials to the end of {edition.cut}" if edition.cut else "all trials to date"
        click.echo(f"{edition.name:10}  {until:26}  {edition.title}")


@main.command()
@click.option("--edition", default="ten-year", show_default=True, help="An edition's name, or: all")
@click.option("--entity", help="Make only the page of this tumour entity.")
@click.option("--out", help="The folder of the report; by default the project's reports.")
@click.option("--raw", help="The folder of the registry's CSV files; by default the project's data/raw.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many tasks at a time; by default one a core.")
@click.option("--cluster", metavar="ADDRESS", help="Run on the workers of a Dask scheduler: tcp://HOST:8786")
@click.option("--force", is_flag=True, help="Run everything, changed or not.")
@click.option("--cold", is_flag=True, help="Start plain kernels rather than fork warm ones.")
def report(
    edition: str, entity: str | None, out: str, raw: str, jobs: int | None, cluster: str | None, force: bool, cold: bool
) -> None:
    """Make the report of an edition; what has not changed since the last time is left as it is."""
    from ircc_lib.report.paths import Layout
    from ircc_lib.report.progress import Progress
    from ircc_lib.report.report import ReportError, UsageError, make_report

    _end_at_the_second_interrupt()
    wanted = _editions(edition)
    layout = Layout.find(raw, out)
    if not layout.raw.is_dir():
        _wrong(f"{raw or layout.raw}: there is no such folder; it should hold trials.csv and the other tables.")
    progress = Progress()
    try:
        _finish(layout.raw)
        outcome = make_report(
            layout, wanted, progress, entity=entity, jobs=jobs, cluster=cluster, force=force, cold=cold
        )
    except UsageError as error:
        _wrong(str(error))
    except KeyboardInterrupt:
        progress.say("Interrupted. Run it again, and it goes on from here.")
        sys.exit(FAILED)
    except OSError as error:
        progress.say(f"The report could not be made: {why(error)}.")
        sys.exit(FAILED)
    except ReportError as error:
        progress.say(f"The report could not be made: {error}")
        sys.exit(FAILED)
    _summarise(progress, outcome, layout, wanted)
    sys.exit(FAILED if outcome.failed else 0)


def _end_at_the_second_interrupt() -> None:
    """Ctrl-C ends the run in order; once more ends it at once, and what it had started ends with it."""
    if threading.current_thread() is not threading.main_thread():
        return

    def interrupted(*_: Any) -> None:
        signal.signal(signal.SIGINT, lambda *_: os._exit(FAILED))
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupted)
    # While Python ends it gives the signal back to the system, and a late Ctrl-C would kill it: from there on it is nothing.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)


def _editions(name: str) -> list[str]:
    from ircc_lib.registry.editions import find_editions

    known = list(find_editions())
    if name == "all":
        return known
    if name not in known:
        _wrong(f"--edition: unknown edition {name!r}; allowed: {', '.join(known)}, all.")
    return [name]


def _summarise(progress: Progress, outcome: Outcome, layout: Layout, wanted: list[str]) -> None:
    for name, reason in outcome.failed.items():
        progress.say(f"FAILED  {name}: {reason}")
    front = layout.edition(wanted[0]) / "index.html" if len(wanted) == 1 else layout.out / "index.html"
    if outcome.nothing_to_do:
        progress.say(f"Nothing has changed: {front}")
        return
    pages = "1 page" if len(outcome.built) == 1 else f"{len(outcome.built)} pages"
    failed = f", {len(outcome.failed)} of them failed" if outcome.failed else ""
    progress.say(f"{pages} made in {outcome.seconds:.1f} s{failed}. Open {front}")


def _wrong(problems: str) -> None:
    for problem in problems.splitlines():
        click.echo(problem, err=True)
    sys.exit(WRONG)
