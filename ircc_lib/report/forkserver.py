"""The process that the warm server is: it imports everything, then forks whenever it is asked to.

See `report.warm` for how it is started, asked and ended.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
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
import types

from .warm import AT_ONCE, ENVIRONMENT, EXIT, ORDER, PID, RESULT, receive, send, without

# What the registry is cleaned and cut with; then what notebooks and pages use.
FIRST = ["pandas", "pyarrow.parquet", "pyarrow.compute", "pyarrow.pandas_compat", "pandera.pandas",
         "ircc_lib.registry.load", "ircc_lib.registry.package", "ircc_lib.report.work",
         "ircc_lib.report.sitemap"]
PRELOADED = [
    "scipy.stats", "scipy.optimize", "pymare", "lifelines", "pycountry",
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
    """Import everything, and fork whenever a byte comes from the channel, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = _Server(socket.socket(fileno=channel_fd))
    gc.disable()  # what is imported stays, so that looking for garbage is a fifth of the time lost
    for _ in preload():
        server.attend(0)
        if not server.open:  # nobody needs it any more
            break
    else:
        gc.enable()
        gc.collect()
        gc.freeze()  # the collector leaves these pages alone, so forks go on sharing them
        server.ready()
    while server.open:
        server.attend(None)
    for pid in server.lines:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


class _Server:
    """Forks of this process, and the sockets on which each is told what to do."""

    def __init__(self, channel: socket.socket):
        self.open, self.lines = True, {}
        self._channel, self._ready, self._waiting = channel, False, []
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._woken, False)
        self._wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def attend(self, seconds: float | None) -> None:
        """Wait for a fork to end or to be wanted, no longer than `seconds`, and see to it."""
        while self.open and (news := select.select([self._channel, self._woken], [], [], seconds)[0]):
            if self._woken in news:
                os.read(self._woken, 4096)
                self._report_ended()
            if self._channel in news:
                self._hear()
            seconds = 0

    def ready(self) -> None:
        """Everything is imported: make the forks that waited for it."""
        self._ready = True
        while self._waiting:
            self._fork(self._waiting.pop(0))

    def _hear(self) -> None:
        byte, fds, _, _ = socket.recv_fds(self._channel, 1, 1)
        if not byte:
            self.open = False
            return
        line = socket.socket(fileno=fds[0])
        if byte == AT_ONCE or self._ready:
            self._fork(line)
        else:
            self._waiting.append(line)

    def _fork(self, line: socket.socket) -> None:
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            for held in (self._channel, *self.lines.values(), *self._waiting):
                held.close()
            os.close(self._woken)
            os.close(self._wake)
            _obey(line)  # does not return
        self.lines[pid] = line
        with contextlib.suppress(OSError):  # who asked may be gone
            send(line, PID, struct.pack("!i?", pid, self._ready))

    def _report_ended(self) -> None:
        while self.lines:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            with contextlib.suppress(OSError), self.lines.pop(pid) as line:
                send(line, EXIT, struct.pack("!i", os.waitstatus_to_exitcode(status)))


def preload():
    """Import what is used, and do once what is slow the first time; yields between the parts.

    Before the first yield all is there that cleaning the registry needs.
    """
    # pandera asks for all of Dask when the first schema is built, jsonschema for a grammar of addresses.
    with without("dask", "rfc3987_syntax"), _when_called("pymare.effectsize"):
        for name in FIRST:
            _import(name)
        with contextlib.suppress(Exception):  # what fails here fails again where somebody is told of it
            importlib.import_module("ircc_lib.registry.schemas").raw_schemas()
        for name in (*PRELOADED, *_library()):
            yield
            _import(name)
        yield
        with contextlib.suppress(Exception):  # as above
            _work_once()


@contextlib.contextmanager
def _when_called(name: str):
    """Import what takes names from module `name` without importing it until one of them is called.

    PyMARE's conversions of effect sizes, of which no chapter makes any, bring in all of sympy: a quarter
    of a second, and a tenth of the memory that each fork shares.
    """
    def later(attribute: str):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return lambda *given, **named: getattr(importlib.import_module(name), attribute)(*given, **named)

    stand_in = types.ModuleType(name)
    stand_in.__getattr__ = later
    sys.modules[name] = stand_in
    try:
        yield
    finally:
        del sys.modules[name]


def _import(name: str) -> None:
    with contextlib.suppress(ImportError):  # a kernel that needs it will say so
        importlib.import_module(name)


def _library() -> list[str]:
    """The library's modules for notebooks and pages."""
    import ircc_lib

    used = ("ircc_lib.registry", "ircc_lib.analysis", "ircc_lib.figures")
    found = pkgutil.walk_packages(ircc_lib.__path__, "ircc_lib.")
    return [module.name for module in found if module.name.startswith(used)]


def _work_once() -> None:
    """Do what is slow the first time: schemas, templates, fonts, renderers, the libraries' own tables."""
    import pandas

    from ..analysis.pooling import pool
    from ..analysis.proportions import pool_proportions
    from .render import ready

    ready()
    pool([-0.5, -0.3, -0.6], [0.2, 0.25, 0.3])
    pool_proportions([1, 2, 4], [5, 6, 7])
    table = pandas.DataFrame({"trial_id": ["a", "b"], "n": pandas.array([1, None], dtype="Int64")})
    table.merge(table, on="trial_id").sort_values("trial_id").groupby("trial_id").first().to_dict("records")
    _figure(table)._repr_mimebundle_()


def _figure(data):
    """A figure with letters in the sizes and weights that figures have."""
    import matplotlib

    from ..figures import style
    from ..figures.exhibit import new_exhibit

    with matplotlib.rc_context(style.RC):
        figure = new_exhibit(2)
        axes = figure.subplots()
        axes.plot([1, 10], [1, 2], marker="s", label="warm")
        axes.set(title="warm", xlabel="warm", xscale="log")
        axes.grid(axis="x")
        axes.legend()
        for size in (7, 7.2, 7.5, 7.6, 8, 8.5, 9):
            for weight in ("normal", "bold"):
                axes.text(1, 1, "warm", fontsize=size, fontweight=weight)
    return figure.describe(name="warm", title="", caption="", alt="", data=data)


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
            gc.enable()  # a fork made while the server imports
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


def _run_calls(order: dict, line: socket.socket) -> int:
    """Call what is asked for, and then what is asked next, until nobody is there to ask."""
    while True:
        try:
            module, _, name = order["function"].partition(":")
            value = getattr(importlib.import_module(module), name)(**order["arguments"])
            outcome = {"value": value}
        except Exception as error:
            trace = "" if isinstance(error, OSError) else traceback.format_exc()  # says all in a sentence
            outcome = {"error": str(error), "kind": type(error).__name__, "trace": trace}
        answer = json.dumps(outcome).encode()
        sys.stdout.flush()
        sys.stderr.flush()
        send(line, RESULT, answer)
        kind, body = receive(line)
        if kind != ORDER:
            return 0
        order = json.loads(body)
        _start_clean(order)


def _run_kernel(order: dict, line: socket.socket) -> int:
    """An ipykernel, as ``python -m ipykernel_launcher`` would start it."""
    import matplotlib
    import pandas
    from ipykernel.kernelapp import IPKernelApp

    # In tables as small as a registry's, text is worked on twice as fast as Python's than as Arrow's.
    pandas.options.mode.string_storage = "python"
    # Asked of the terminal when pandas is imported, where the server has none: as in any kernel.
    pandas.options.display.max_columns = 20
    # Read from MPLBACKEND when matplotlib is imported, which has happened.
    matplotlib.rcParams["backend"] = order["env"].get(
        "MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # The line to the parent is watched already; 1 keeps ipykernel from watching as well.
    IPKernelApp.launch_instance(argv=[*order["argv"], "--IPKernelApp.parent_handle=1",
                                      "--HistoryManager.enabled=False"])
    return 0


_RUNS = {"call": _run_calls, "kernel": _run_kernel}


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
