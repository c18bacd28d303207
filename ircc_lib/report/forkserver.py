"""The process that the warm server is: it imports everything, then forks whenever it is asked to.

See `report.warm` for how it is started, asked and ended.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import pkgutil
import random
import select
import shutil
import signal
import socket
import struct
import sys
import threading
import time
import traceback

from .warm import ENVIRONMENT, EXIT, ORDER, PID, RESULT, receive, send, without

PRELOADED = [
    "pandas", "pyarrow.parquet", "pyarrow.compute", "pyarrow.pandas_compat", "pandera.pandas", "pycountry",
    "scipy.stats", "scipy.optimize", "lifelines", "pymare",
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.core.pylabtools", "ipykernel.kernelapp",
    "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "psutil", "tornado.platform.asyncio",
    "nbconvert", "nbformat", "jinja2",
    # pandas and pyarrow import these when they are first used
    "pandas.core.arrays.arrow._arrow_utils", "pandas.core.methods.to_dict", "pandas.core.reshape.reshape",
    "pandas.io.formats.string", "pyarrow.vendored.version", "zmq.utils.garbage",
]  # fmt: skip


def serve(channel_fd: int, folder: str) -> None:
    """Import everything, then fork once for each byte read from the channel, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload()
    gc.collect()
    gc.freeze()  # the collector leaves these pages alone, so forks go on sharing them
    channel = socket.socket(fileno=channel_fd)
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    lines: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([channel, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _report_ended(lines)
        if channel in ready:
            byte, fds, _, _ = socket.recv_fds(channel, 1, 1)
            if not byte:
                for pid in lines:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(pid, signal.SIGKILL)
                shutil.rmtree(folder, ignore_errors=True)
                return
            line = socket.socket(fileno=fds[0])
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for held in (channel, *lines.values()):
                    held.close()
                os.close(woken)
                os.close(wake)
                _obey(line)  # does not return
            lines[pid] = line
            send(line, PID, struct.pack("!i", pid))


def preload() -> None:
    """Import what notebooks and pages use, and do once what is slow the first time."""
    # pandera asks for all of Dask when the first schema is built, jsonschema for a grammar of addresses.
    with without("dask", "rfc3987_syntax"):
        for name in (*PRELOADED, *_library()):
            with contextlib.suppress(ImportError):  # a kernel that needs it will say so
                importlib.import_module(name)
        with contextlib.suppress(Exception):  # what fails here fails again where somebody is told of it
            _work_once()


def _library() -> list[str]:
    """The library's modules for notebooks and pages."""
    import ircc_lib

    used = ("ircc_lib.registry", "ircc_lib.analysis", "ircc_lib.figures")
    found = pkgutil.walk_packages(ircc_lib.__path__, "ircc_lib.")
    return [*(module.name for module in found if module.name.startswith(used)), "ircc_lib.report.work"]


def _work_once() -> None:
    """Do what is slow the first time: schemas, fonts, renderers, templates."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from ..registry.schemas import raw_schemas
    from .render import ready

    raw_schemas()
    ready()
    figure = Figure()
    FigureCanvasAgg(figure)
    figure.subplots().set_title("warm", weight="bold")
    for kind in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=kind)


def _report_ended(lines: dict[int, socket.socket]) -> None:
    while lines:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        with contextlib.suppress(OSError), lines.pop(pid) as line:
            send(line, EXIT, struct.pack("!i", os.waitstatus_to_exitcode(status)))


def _obey(line: socket.socket) -> None:
    """Carry out the order of this fork, and exit with its code."""
    code = 1
    try:
        os.setsid()
        _die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        kind, body = receive(line)
        if kind == ORDER:
            order = json.loads(body)
            _end_with(line)
            _start_clean(order)
            code = _RUNS[order["run"]](order, line)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _start_clean(order: dict) -> None:
    """What a new process has and a fork would otherwise share: environment, folder, randomness."""
    if "env" in order:
        os.environ.clear()
        os.environ.update(ENVIRONMENT | order["env"])
    if order.get("cwd"):
        os.chdir(order["cwd"])
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _run_call(order: dict, line: socket.socket) -> int:
    try:
        module, _, name = order["function"].partition(":")
        value = getattr(importlib.import_module(module), name)(**order["arguments"])
        outcome, code = {"value": value}, 0
    except Exception as error:
        trace = "" if isinstance(error, OSError) else traceback.format_exc()  # says all in a sentence
        outcome = {"error": str(error), "kind": type(error).__name__, "trace": trace}
        code = 1
    send(line, RESULT, json.dumps(outcome).encode())
    return code


def _run_kernel(order: dict, line: socket.socket) -> int:
    """An ipykernel, as ``python -m ipykernel_launcher`` would start it."""
    import matplotlib
    import pandas
    from ipykernel.kernelapp import IPKernelApp

    # Asked of the terminal when pandas is imported, where the server has none: as in any kernel.
    pandas.options.display.max_columns = 20
    # Read from MPLBACKEND when matplotlib is imported, which has happened.
    matplotlib.rcParams["backend"] = order["env"].get(
        "MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # The line to the parent is watched already; 1 keeps ipykernel from watching as well.
    IPKernelApp.launch_instance(argv=[*order["argv"], "--IPKernelApp.parent_handle=1",
                                      "--HistoryManager.enabled=False"])
    return 0


_RUNS = {"call": _run_call, "kernel": _run_kernel}


def _end_with(line: socket.socket) -> None:
    """End this process and its children when the far end of its line closes."""

    def watch():
        with contextlib.suppress(OSError):
            while line.recv(1, socket.MSG_PEEK):
                time.sleep(0.1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def _die_with_parent() -> None:
    """On Linux the kernel itself ends us when our parent dies, even in the middle of C code."""
    if sys.platform == "linux":
        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
