"""Odd machines: output that nobody reads, few open files, other locales, full and read-only disks."""

import errno
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from small_project import build, files, notebook

from ircc_lib.report import report as report_module
from ircc_lib.report.kernels import client as warm
from ircc_lib.report.limits import jobs_for_open_files
from ircc_lib.report.pipeline import executor
from ircc_lib.report.report import ReportError

resource = pytest.importorskip("resource", reason="needs the limits of a POSIX system")

IRCC = [sys.executable, "-c", "from ircc_lib.cli import main; main()"]
REPORT = [*IRCC, "report", "--edition", "first"]
PAGES = ("index.html", "entities/gastric-cancer.html", "entities/renal-cell-carcinoma.html")


def run(command: list[str], folder: Path, **options) -> subprocess.CompletedProcess:
    """A command in `folder`, with what it says on both streams."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, **options)


def shell(script: str, folder: Path, **options) -> subprocess.CompletedProcess:
    """A line of shell, in which ``ircc`` is ours."""
    command = f'ircc() {{ "{sys.executable}" -c "from ircc_lib.cli import main; main()" "$@"; }}; {script}'
    return run(["bash", "-c", command], folder, **options)


def made(site: Path) -> bool:
    return all((site / "first" / page).is_file() for page in PAGES)


@pytest.fixture(scope="module")
def expected(small_project, tmp_path_factory) -> dict[str, bytes]:
    """Every file of the small project's report."""
    root = tmp_path_factory.mktemp("expected") / "project"
    shutil.copytree(small_project, root)
    said = run(REPORT, root)
    assert said.returncode == 0, said.stdout
    assert "\r" not in said.stdout + said.stderr and "\x1b" not in said.stdout + said.stderr
    assert said.stderr == ""
    return files(root / "reports")


@pytest.mark.parametrize("output", ["| head -1", ">/dev/full 2>&1", ">&- 2>&- <&-"])
def test_a_report_is_made_where_its_words_cannot_be_read(project, output, expected):
    said = shell(f"ircc report --edition first {output}", project)
    assert said.returncode == 0 and said.stderr == ""
    assert files(project / "reports") == expected


@pytest.mark.parametrize("command", ["check", "editions", "--help", "find HCC"])
def test_other_commands_end_in_a_sentence_where_the_output_is_full_or_closed(project, command):
    full = shell(f"ircc {command} >/dev/full", project)
    assert (full.returncode, full.stderr) == (1, "The output could not be written: No space left on device.\n")
    assert "Traceback" not in shell(f"ircc {command} | head -1", project).stderr
    assert shell(f"ircc {command} >&-", project).stderr == ""


@pytest.mark.thorough
def test_few_open_files_are_asked_for_more_of_or_shared_by_fewer_jobs(project, expected):
    said = shell("ulimit -Sn 200; ulimit -Hn 256; ircc report --edition first --jobs 12", project)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "256 files may be open at a time, and 12 jobs need 1060: running 1 (see ulimit -n)." in said.stdout
    assert files(project / "reports") == expected


def test_too_few_open_files_are_named_before_anything_is_written(project):
    said = shell("ulimit -n 64; ircc report --edition first", project)
    assert said.returncode == 1 and "Traceback" not in said.stdout + said.stderr
    assert "only 64 files may be open at a time, and a report needs 180 (see ulimit -n)" in said.stdout
    assert not (project / "reports").exists() and not (project / "data/processed").exists()


def test_a_limit_that_is_high_enough_says_nothing(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (4096, 4096))
    assert jobs_for_open_files(12, pytest.fail) == 12


@pytest.mark.thorough
def test_a_long_temporary_folder_makes_the_same_report(project, tmp_path, expected):
    folder = tmp_path / ("t" * 200)
    folder.mkdir()
    said = run(REPORT, project, env=os.environ | {"TMPDIR": str(folder)})
    assert said.returncode == 0, said.stdout + said.stderr
    assert files(project / "reports") == expected


ODD_NAMES = ["01_a #1 50%", "02_größe 中文", "03_q?x=1&y", "data", "05 two  spaces"]
_CELL = '{"cell_type": "code", "metadata": {}, "source": "6 * 7", "outputs": [], "execution_count": null}'
ODD_NOTEBOOKS = {
    "20_without_ids_or_kernelspec": f'{{"nbformat": 4, "nbformat_minor": 4, "metadata": {{}}, "cells": [{_CELL}]}}',
    "21_byte_order_mark": f'\ufeff{{"nbformat": 4, "nbformat_minor": 4, "metadata": {{}}, "cells": [{_CELL}]}}',
    "32_of_2014": (
        '{"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": ['
        '{"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old"]}, '
        '{"cell_type": "code", "collapsed": false, "input": ["6 * 7"], "language": "python", '
        '"metadata": {}, "outputs": []}]}]}'
    ),
    "40_no_cells": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}',
}
BROKEN = {"31_torn": '{"cells": [', "33_a_list": "[]", "34_empty": "", "35_other_bytes": "\udcff\udcfe{"}


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """A project in a folder with an odd name, of notebooks that are odd in name or content, without UTF-8."""
    root = tmp_path_factory.mktemp("odd") / "Ünï 中文 #5 100%"
    root.mkdir()
    build(root)
    table = "ircc.display.Table(data=reg.trials[['trial_id']], name='one', caption='Trials.')"
    for name in ODD_NAMES:
        notebook(root / f"notebooks/{name}.ipynb", f"Named {name}", table, "print('größe 中文')")
    for name, text in (ODD_NOTEBOOKS | BROKEN).items():
        (root / f"notebooks/{name}.ipynb").write_bytes(text.encode("utf-8", "surrogateescape"))
    (root / "notebooks/.#01_lock.ipynb").symlink_to("nobody@nowhere.123")
    (root / "notebooks/50_gone.ipynb").symlink_to("no-such-notebook.ipynb")
    (root / "notebooks/51_folder.ipynb").mkdir()
    environment = {name: value for name, value in os.environ.items() if name not in ("LANG", "PYTHONIOENCODING")}
    said = subprocess.run(
        REPORT, cwd=root, capture_output=True, timeout=300, env=environment | {"LC_ALL": "C", "PYTHONUTF8": "0"}
    )
    return root, said


def test_every_bad_notebook_is_named_and_no_other_stopped(odd):
    root, said = odd
    words = said.stdout.decode("utf-8")
    assert said.returncode == 1 and b"Traceback" not in said.stdout + said.stderr
    failed = re.findall(r"FAILED  (?:first|notebooks)/(\S+?)(?:\.ipynb)?: (.*)", words)
    assert {name for name, _ in failed} == {*BROKEN, "50_gone", "51_folder"}
    assert all(f"{name}.ipynb is not a notebook that can be read" in words for name in BROKEN)
    assert made(root / "reports")
    for name in ("20_without_ids_or_kernelspec", "21_byte_order_mark", "32_of_2014"):
        assert ">42<" in (root / f"reports/first/{name}.html").read_text(encoding="utf-8"), name


def test_odd_names_make_pages_with_plain_addresses_that_every_link_finds(odd):
    root, _ = odd
    site = root / "reports/first"
    lost = set()
    for page in site.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"]*)"', page.read_text(encoding="utf-8")):
            path = unquote(html.unescape(target).partition("#")[0].partition("?")[0])
            if path and not re.match(r"[a-z]+:", path) and not (page.parent / path).exists():
                lost.add((page.name, target))
    assert lost == set()
    pages = {path.name for path in site.glob("*.html")}
    assert {"01-a-1-50.html", "02-groe.html", "03-q-x-1-y.html", "05-two-spaces.html"} <= pages
    for name in ODD_NAMES:
        shown = html.escape(f"Named {re.sub(' +', ' ', name)}", quote=False)
        assert any(shown in re.sub(" +", " ", (site / page).read_text(encoding="utf-8")) for page in pages), name


def test_our_kernel_warns_of_nothing_in_papermill_and_nbclient(tmp_path):
    install = [sys.executable, "-m", "ircc_lib.report.kernels.provisioner", "install", "--prefix", str(tmp_path)]
    subprocess.run(install, check=True, capture_output=True)
    kernelspec = {"name": "ircc-warm", "language": "python", "display_name": "IRCC"}
    cells = [nbformat.v4.new_code_cell("1 + 1"), nbformat.v4.new_code_cell("import ircc_lib, pandas")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), tmp_path / "one.ipynb")
    environment = os.environ | {"JUPYTER_PATH": str(tmp_path / "share/jupyter")}
    papermill = ["papermill", "one.ipynb", "two.ipynb", "--no-progress-bar", "--log-level", "ERROR"]
    for command in (papermill, ["nbclient.cli", "one.ipynb"]):
        said = run([sys.executable, "-m", *command], tmp_path, env=environment)
        assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def powerless() -> list[str]:
    """What to put before a command so that root, too, minds the modes of files."""
    if os.geteuid() != 0:
        return []
    command = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if not shutil.which("setpriv") or subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip("root cannot be made to mind the modes of files here")
    return command


@pytest.mark.parametrize(
    "closed, mode, word",
    [
        ("", 0o555, "may not be written to"),
        ("data", 0o555, "may not be written to"),
        ("reports", 0o555, "may not be written to"),
        ("data/raw", 0o000, "may not be read"),
        ("data/raw/trials.csv", 0o000, "may not be read"),
    ],
)
def test_what_may_not_be_written_or_read_is_named_before_anything_is_written(project, closed, mode, word):
    (project / "reports").mkdir()
    path = project / closed
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    usual = path.stat().st_mode
    path.chmod(mode)
    try:
        said = run([*powerless(), *REPORT], project)
        checked = run([*powerless(), *IRCC, "check"], project) if "raw" in closed else None
    finally:
        path.chmod(usual)
    assert said.returncode == 1 and said.stderr == ""
    assert said.stdout == f"The report could not be made: {path}: {word}.\n"
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before
    if checked:
        assert checked.returncode and closed in checked.stderr and "Traceback" not in checked.stderr


def test_a_report_into_a_file_is_refused_with_its_name(project):
    (project / "out").write_text("mine")
    said = run([*REPORT, "--out", "out"], project)
    assert said.returncode == 1 and said.stdout.endswith("out: is a file, and should be a folder.\n")


@pytest.fixture
def small_disk():
    """A disk of one's own, whose size can be set; where mounting is not allowed there is none."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="ircc-disk-"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", folder], capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("mounting is not allowed here")

    def grow(size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", folder], check=True)

    yield folder, grow
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@pytest.mark.thorough
def test_a_full_disk_is_named_leaves_nothing_torn_and_the_next_run_goes_on(project, small_disk, expected):
    folder, grow = small_disk
    for size in ("300k", "1200k", "1900k"):
        grow(size)
        said = run([*REPORT, "--out", str(folder / "site")], project)
        assert said.returncode == 1 and "Traceback" not in said.stdout + said.stderr
        assert "No space left on device" in said.stdout and str(folder) in said.stdout, said.stdout
        whole = {name: content for name, content in files(folder / "site").items() if name.startswith("first/")}
        assert {name: content for name, content in whole.items() if expected[name] != content} == {}
    grow("100m")
    said = run([*REPORT, "--out", str(folder / "site")], project)
    assert said.returncode == 0, said.stdout
    assert files(folder / "site") == expected


def test_a_disk_that_fills_up_while_a_page_is_written_names_the_page(project, report, monkeypatch):
    from ircc_lib import files as ours

    replace = ours._replace

    def full(path, content):
        if path.name == "gastric-cancer.html":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(path, content)

    monkeypatch.setattr(ours, "_replace", full)
    outcome = report(cold=True)
    page = project / "reports/first/entities/gastric-cancer.html"
    assert outcome.failed == {"render:first/entities/gastric-cancer": f"{page}: No space left on device"}
    assert not page.exists()


def test_the_wait_for_another_run_has_an_end(project, report, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(report_module, "WAIT_SECONDS", 0.2)
    state = project / ".pytask/reports"
    state.mkdir(parents=True)
    with FileLock(state / "run.lock"), pytest.raises(ReportError, match="too long; end it"):
        report()


def test_the_wait_for_a_task_has_an_end(project, report, monkeypatch):
    monkeypatch.setattr(executor, "STALLED_SECONDS", 0.01)
    with pytest.raises(TimeoutError, match="nothing has ended for .*clean:registry"):
        report()


def test_the_wait_for_the_warm_server_and_for_a_fork_has_an_end(monkeypatch):
    monkeypatch.setattr(warm, "START_SECONDS", 0.2)
    monkeypatch.setattr(warm, "CALL_SECONDS", 0.2)
    server = warm.WarmServer()
    try:
        with pytest.raises(RuntimeError, match="does not answer"):  # it is still importing
            server.fork({"run": "call", "function": "os:getpid", "arguments": {}})
        monkeypatch.setattr(warm, "START_SECONDS", 120)
        started = time.monotonic()
        with pytest.raises(warm.ForkError, match="did not end within 0.2 s"):
            server.call("signal:pause")
        assert time.monotonic() - started < 120
    finally:
        server.close()
