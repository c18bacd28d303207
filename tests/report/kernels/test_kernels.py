"""Warm kernels behave as plain ones do, and leave nothing behind."""

import gc
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from ircc_lib.report.kernels import client as warm
from ircc_lib.report.kernels import notebook
from ircc_lib.report.kernels import provisioner as kernels
from tests.thoroughness import sample

pytestmark = pytest.mark.skipif(not warm.AVAILABLE, reason="warm kernels need os.fork")


def run(*sources: str, kernel: str = kernels.WARM, folder=None, **options) -> list:
    """The outputs of code cells, a list per cell."""
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(
        document,
        kernel_name=kernel,
        kernel_manager_class=kernels.ReportKernelManager,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(folder)}} if folder else {},
        **options,
    )
    client.execute()
    return [cell.outputs for cell in document.cells]


def write_notebook(path: pathlib.Path, *sources: str) -> None:
    kernelspec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernelspec}), path)


def shown(outputs: list) -> str:
    """The text of a cell's only result."""
    return outputs[0]["data"]["text/plain"]


def wait_until(holds, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def test_a_warm_kernel_has_what_it_needs_imported_before_its_first_line():
    (outputs,) = run("import sys; all(name in sys.modules for name in ('pandas', 'lifelines', 'matplotlib'))")
    assert shown(outputs) == "True"


def test_a_warm_kernel_has_nothing_imported_that_no_notebook_uses():
    (outputs,) = run("import sys; sorted({name.partition('.')[0] for name in sys.modules} & {'dask', 'ipywidgets'})")
    assert shown(outputs) == "[]"


def test_a_warm_kernel_reads_the_raw_registry_as_a_plain_one_does():
    source = "import ircc_lib as ircc; reg = ircc.load_registry()\nrepr(reg), reg.trials.dtypes.astype(str).to_dict()"
    project = pathlib.Path(__file__).resolve().parents[3]
    (warm_outputs,) = run(source, folder=project)
    (plain_outputs,) = run(source, folder=project, kernel=kernels.PLAIN)
    assert shown(warm_outputs) == shown(plain_outputs)


def test_figures_tables_streams_and_errors_come_out_as_from_a_plain_kernel():
    cells = [
        "import pandas as pd; pd.DataFrame({f'column {n}': ['long text'] for n in range(12)})",
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()",
        "import sys; print('out'); print('err', file=sys.stderr)",
        "import matplotlib; matplotlib.get_backend()",
        "from IPython.display import display, HTML; display(HTML('<b>b</b>'))",
        "print('before'); display(HTML('<b>b</b>')); print('after', file=sys.stderr); 'the result'",
        "import threading; one = threading.Thread(target=print, args=['of a thread']); one.start(); one.join()",
        "print('not', end=' ', flush=True); print('two', flush=True); sys.stdout.write('lines')",
        "1/0",
    ]
    warm_outputs = run(*cells, allow_errors=True)
    plain_outputs = run(*cells, allow_errors=True, kernel=kernels.PLAIN)
    for ours, theirs in zip(warm_outputs, plain_outputs):
        assert [_comparable(output) for output in ours] == [_comparable(output) for output in theirs]


def _comparable(output) -> dict:
    return {key: value for key, value in output.items() if key != "traceback"}


def test_a_notebook_sees_nothing_of_another():
    run("import pandas as pd; pd.options.display.max_rows = 3; left = 1; import os; os.environ['LEFT'] = '1'")
    (outputs,) = run("import os, pandas as pd\n'left' in globals(), pd.options.display.max_rows, 'LEFT' in os.environ")
    assert shown(outputs) == "(False, 60, False)"


def test_kernels_draw_different_random_numbers():
    source = "import random, numpy; (random.random(), numpy.random.random())"
    first, second = (shown(run(source)[0]) for _ in range(2))
    numbers = zip(eval(first), eval(second))
    assert all(one != other for one, other in numbers)


def test_a_kernel_has_its_own_folder_and_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("IRCC_TEST", "there")
    source = "import os; (os.getcwd(), os.environ['IRCC_TEST'], os.environ['OMP_NUM_THREADS'])"
    (outputs,) = run(source, folder=tmp_path)
    assert " ".join(shown(outputs).split()) == repr((str(tmp_path), "there", "1"))  # IPython breaks long lines


def test_a_kernel_inherits_no_socket_of_its_siblings():
    other = warm.server().fork({"run": "call", "function": "time:sleep", "arguments": {}})
    try:
        # the client's own sockets connect one by one
        source = (
            "import os, time; time.sleep(1); held = [f'/proc/self/fd/{fd}' for fd in os.listdir('/proc/self/fd')]\n"
            "sum('socket' in os.readlink(path) for path in held if os.path.lexists(path))"
        )
        alone = shown(run(source)[0])
    finally:
        other.kill()
        other.wait(10)
    assert shown(run(source)[0]) == alone


def test_a_cell_that_takes_too_long_is_interrupted_and_the_notebook_says_so(tmp_path):
    source = tmp_path / "slow.ipynb"
    write_notebook(source, "'before'", "import time; time.sleep(60)")
    outcome = notebook.run_notebook(source, tmp_path / "run.ipynb", {}, tmp_path, cell_seconds=1)
    ran = nbformat.read(tmp_path / "run.ipynb", as_version=4)
    assert "longer than it may" in outcome.failure
    assert shown(ran.cells[-2].outputs) == "'before'"
    assert ran.cells[-1].outputs[-1].output_type == "error"


def test_a_kernel_that_dies_is_noticed_and_the_notebook_says_so(tmp_path):
    source = tmp_path / "dying.ipynb"
    write_notebook(source, "'before'", "import os; os._exit(3)")
    outcome = notebook.run_notebook(source, tmp_path / "run.ipynb", {}, tmp_path)
    ran = nbformat.read(tmp_path / "run.ipynb", as_version=4)
    assert "died" in outcome.failure
    assert shown(ran.cells[-2].outputs) == "'before'"


def test_an_interrupt_reaches_the_running_cell():
    (outputs,) = run("import time; time.sleep(60)", timeout=1, interrupt_on_timeout=True, allow_errors=True)
    assert outputs[0].ename == "KeyboardInterrupt"


def test_exit_codes_and_signals_are_told():
    server = warm.server()
    assert server.fork({"run": "call", "function": "sys:exit", "arguments": {}}).wait(10) == 0
    fork = server.fork({"run": "call", "function": "threading:main_thread", "arguments": {}})
    assert fork.wait(10) == 1  # its result is no plain value
    sleeping = server.fork({"run": "call", "function": "signal:pause", "arguments": {}})
    assert sleeping.poll() is None
    sleeping.send_signal(signal.SIGTERM)
    assert sleeping.wait(10) == -signal.SIGTERM


def test_a_fork_that_has_answered_takes_the_next_call_unless_it_has_ended():
    server = warm.server()
    first = server.call("os:getpid")
    assert server.call("os:getpid") == first
    with pytest.raises(warm.ForkError, match="exit code 3"):
        server.call("os:_exit", status=3)
    second = server.call("os:getpid")
    assert second != first
    psutil.Process(second).kill()
    assert wait_until(lambda: not psutil.pid_exists(second))
    assert server.call("os:getpid") != second


def test_what_is_raised_in_a_fork_is_raised_here():
    with pytest.raises(warm.ForkError, match="no-such-folder") as caught:
        warm.server().call("os:listdir", path="no-such-folder")
    assert caught.value.kind == "FileNotFoundError"


@pytest.mark.thorough
def test_many_runs_leave_no_process_and_no_descriptor():
    warm.stop()  # and with it forks that wait for another call
    last = warm.server().fork({"run": "call", "function": "os:getpid", "arguments": {}})
    last.kill()  # when the server opens no more files to import
    last.wait(10)
    run("1")
    here, server = psutil.Process(), psutil.Process(warm.server().pid)
    gc.collect()  # what other tests left open
    before, there = (here.num_fds(), server.num_fds()), sorted(os.listdir(warm.server().folder))
    results = {repr(run("import ircc_lib, pandas; pandas.DataFrame({'a': [1]})")) for _ in range(10)}
    assert len(results) == 1
    assert wait_until(lambda: not server.children())
    assert sorted(os.listdir(warm.server().folder)) == there
    assert here.num_fds() <= before[0] and server.num_fds() <= before[1]


def test_nothing_is_left_when_the_parent_is_killed(tmp_path):
    program = (
        "from ircc_lib.report.kernels import client as warm; import time; s = warm.server();"
        "f = s.fork({'run': 'call', 'function': 'time:sleep', 'arguments': {}});"
        "g = s.fork({'run': 'call', 'function': 'signal:pause', 'arguments': {}});"
        "print(s.pid, g.pid, s.folder, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    server, fork, folder = parent.stdout.readline().split()
    assert psutil.pid_exists(int(server)) and psutil.pid_exists(int(fork))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_until(lambda: not psutil.pid_exists(int(server)) and not psutil.pid_exists(int(fork)))
    assert wait_until(lambda: not pathlib.Path(folder).exists())


def test_a_server_that_was_killed_is_replaced_and_leaves_nothing():
    lost = warm.server()
    psutil.Process(lost.pid).kill()
    assert wait_until(lambda: not lost.running)
    assert warm.server().call("os:getppid") == warm.server().pid != lost.pid
    assert not pathlib.Path(lost.folder).exists()


def test_the_kernelspec_can_be_installed_for_jupyterlab(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "ircc_lib.report.kernels.provisioner", "install", "--prefix", str(tmp_path)],
        check=True,
        capture_output=True,
    )
    assert (tmp_path / "share/jupyter/kernels/ircc-warm/kernel.json").is_file()


@pytest.mark.parametrize("length", sample([72, 60, 147], 1))
def test_a_long_temporary_folder_does_not_keep_kernels_waiting(tmp_path, length):
    folder = tmp_path / "t"
    folder = pathlib.Path(str(folder) + "t" * max(0, length - len(str(folder))))
    folder.mkdir()
    source = tmp_path / "one.ipynb"
    write_notebook(source, "1 + 1")
    program = (
        "import sys; from pathlib import Path; from ircc_lib.report.kernels.notebook import run_notebook;"
        f"sys.exit(run_notebook(Path({str(source)!r}), Path({str(tmp_path / 'ran.ipynb')!r}), {{}}, Path('.')).failure)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""


def test_a_temporary_folder_that_is_too_long_is_named_where_there_is_no_other(monkeypatch, tmp_path):
    from ircc_lib.report.kernels import folders

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("t" * 100)))
    monkeypatch.setattr(folders.os, "access", lambda *_: False)
    with pytest.raises(OSError, match="^TMPDIR: .* too long"):
        folders.new_folder()


def test_folders_of_killed_runs_are_removed_by_the_next():
    server = warm.WarmServer()
    for process in (*psutil.Process(server.pid).children(), psutil.Process(server.pid)):
        process.kill()
    assert wait_until(lambda: not server.running)
    assert pathlib.Path(server.folder).is_dir()
    other = warm.WarmServer()
    try:
        assert not pathlib.Path(server.folder).exists() and pathlib.Path(other.folder).is_dir()
    finally:
        other.close()


def test_a_notebook_of_any_tool_is_read_and_one_that_is_none_is_named(tmp_path):
    plain = {
        "cells": [{"cell_type": "code", "metadata": {}, "source": ["one = 1\n", "one + 1"], "outputs": []}],
        "metadata": {},
    }
    old = {"cell_type": "code", "language": "python", "input": ["1 + 1"], "outputs": [], "metadata": {}}
    kinds = {
        "no-kernelspec": json.dumps(plain | {"nbformat": 4, "nbformat_minor": 2}),
        "bom": "\ufeff" + json.dumps(plain | {"nbformat": 4, "nbformat_minor": 5}),
        "of-2014": json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [old]}]}),
        "torn": '{"cells": [',
        "a-list": "[]",
    }
    for name, text in kinds.items():
        source = tmp_path / f"{name}.ipynb"
        source.write_text(text, encoding="utf-8")
        outcome = notebook.run_notebook(source, tmp_path / "ran.ipynb", {}, tmp_path)
        if name in ("torn", "a-list"):
            assert outcome.failure.startswith(f"{name}.ipynb is not a notebook")
        else:
            assert outcome.failure is None, name
            (cell,) = [cell for cell in nbformat.read(tmp_path / "ran.ipynb", as_version=4).cells if cell.outputs]
            assert shown(cell.outputs) == "2"


INTERRUPTS = """
import asyncio, signal
from ircc_lib.report.kernels import client, provisioner

async def interrupted():
    manager = provisioner.ReportKernelManager(kernel_name=provisioner.WARM)
    await manager.start_kernel(extra_arguments=[client.QUIET])
    asking = manager.client()
    asking.start_channels()
    await asking.wait_for_ready(60)
    for number in range(20):
        asking.execute("1 + 1")
        await asyncio.sleep(0.002 * (number % 4))
        await manager.signal_kernel(signal.SIGINT)
    await asyncio.sleep(0.3)
    asking.stop_channels()
    await manager.shutdown_kernel(now=True)

for _ in range(3):
    asyncio.run(interrupted())
client.stop()
"""


def test_a_kernel_does_not_log_that_it_was_interrupted():
    said = subprocess.run([sys.executable, "-c", INTERRUPTS], capture_output=True, text=True, timeout=120)
    assert said.returncode == 0
    assert "KeyboardInterrupt caught" not in said.stderr
