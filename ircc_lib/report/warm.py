"""A server that has imported everything, and the forks it makes.

A plain kernel spends seconds importing pandas, lifelines and matplotlib before its first
line of work; a fork of a process that has already done so starts in tenths. The server
is one process with one thread. It reads one byte from its channel for every fork that is
wanted, together with a socket; the fork reads its order from that socket, the server
writes the fork's process id and, later, its exit code to it, and when the far end closes,
the fork ends itself. When the channel closes, the server ends. So nothing outlives the
process that asked for it, however that one dies.

This is `multiprocessing`'s forkserver reduced to what kernels need of it: that one imports
its parent's ``__main__`` again in every fork, does not work in daemonic processes such as
Dask's workers, and lives for as long as any of its forks.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pathlib
import pkgutil
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import dataclass, field

AVAILABLE = hasattr(os, "fork") and hasattr(socket, "send_fds")

# One thread a job: jobs run side by side, and threads started before a fork are lost in it.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "ARROW_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONHASHSEED": "0",
    # A notebook need not say that its debugger could miss breakpoints in frozen modules.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# Only for the process that sets it, and read by ipykernel when it is imported.
_NOT_INHERITED = ("JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", "MPLBACKEND")

PRELOADED = [
    "pandas", "pyarrow.parquet", "pyarrow.compute", "pyarrow.pandas_compat", "pandera.pandas", "pycountry",
    "scipy.stats", "scipy.optimize", "statsmodels.api", "lifelines", "pymare",
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "seaborn",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.extensions.storemagic", "IPython.core.pylabtools", "ipykernel.kernelapp",
    "ipykernel.ipkernel", "ipykernel.zmqshell", "ipykernel.debugger",
    "psutil", "tornado.platform.asyncio",
    "nbconvert", "nbformat", "jinja2",
]  # fmt: skip

_FRAME = struct.Struct("!cI")
_PID, _EXIT, _RESULT, _ORDER = b"p", b"x", b"r", b"o"


class ForkFailed(RuntimeError):
    """The function called in a fork raised; `kind` names the exception, `trace` is its text."""

    def __init__(self, message: str, kind: str, trace: str):
        super().__init__(message)
        self.kind, self.trace = kind, trace

    def __reduce__(self):
        return type(self), (self.args[0], self.kind, self.trace)


# The asking side


@dataclass
class Fork:
    """A process made by the warm server, with the face of a `subprocess.Popen`."""

    pid: int
    line: socket.socket
    returncode: int | None = None
    result: dict | None = None
    stdin = stdout = stderr = None
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def poll(self) -> int | None:
        """The exit code, or None while the process runs."""
        return self._read(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the process; returns its exit code (-N for signal N)."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if self._read(left) is None and left == 0.0:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process."""
        self.send_signal(signal.SIGKILL)

    def _read(self, seconds: float | None) -> int | None:
        with self._reading:
            if self.returncode is None and _readable(self.line, seconds):
                kind, body = _receive(self.line)
                if kind == _RESULT:
                    self.result = json.loads(body)
                else:  # the exit code, or nothing where the server itself is gone
                    self.returncode = struct.unpack("!i", body)[0] if kind == _EXIT else -signal.SIGKILL
                    self.line.close()
            return self.returncode


class WarmServer:
    """One warm process; `fork` and `call` may be used from several threads.

    Its forks end with it, and it ends with the process that started it.
    """

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="ircc-")  # for the kernels' sockets; the server removes it
        self._channel, theirs = socket.socketpair()
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import serve; serve({theirs.fileno()}, {self.folder!r})"],
            pass_fds=[theirs.fileno()], env=environment | ENVIRONMENT,
            stdin=subprocess.DEVNULL, start_new_session=True)  # Ctrl-C is for us to handle
        theirs.close()
        self._asking = threading.Lock()
        self.owner = os.getpid()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the server can still be asked for forks."""
        return self._process.poll() is None

    def fork(self, order: dict) -> Fork:
        """Start a process that carries out `order`: ``run`` names what, the rest is its matter."""
        ours, theirs = socket.socketpair()
        with theirs, self._asking:
            socket.send_fds(self._channel, [b"f"], [theirs.fileno()])
        kind, body = _receive(ours)
        if kind != _PID:
            ours.close()
            raise RuntimeError("the warm server has ended; its messages are above")
        _send(ours, _ORDER, json.dumps(order).encode())
        return Fork(pid=struct.unpack("!i", body)[0], line=ours)

    def call(self, function: str, folder: str | None = None, /, **arguments):
        """Call ``module:function`` in a fork that works in `folder`; arguments and result pass as JSON.

        Raises
        ------
        ForkFailed
            When the function raises, or its process is killed.
        """
        fork = self.fork({"run": "call", "function": function, "arguments": arguments, "cwd": folder})
        try:
            code = fork.wait()
        except BaseException:
            fork.kill()
            raise
        if fork.result is None:
            raise ForkFailed(f"{function} ended with exit code {code}", "ProcessDied", "")
        if "error" in fork.result:
            raise ForkFailed(fork.result["error"], fork.result["kind"], fork.result["trace"])
        return fork.result["value"]

    def close(self) -> None:
        """End the server and with it every fork; returns when it is gone."""
        self._channel.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


_server: WarmServer | None = None
_starting = threading.Lock()


def server() -> WarmServer:
    """The warm server of this process, started when it is first asked for."""
    global _server
    with _starting:
        if _server is None or _server.owner != os.getpid() or not _server.running:
            _server = WarmServer()
        return _server


@atexit.register
def stop() -> None:
    """End this process's warm server, if it has one."""
    global _server
    with _starting:
        if _server is not None and _server.owner == os.getpid():
            _server.close()
        _server = None


# The serving side


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
            _send(line, _PID, struct.pack("!i", pid))


def preload() -> None:
    """Import what notebooks and pages use, and do once what is slow the first time."""
    # pandera asks whether Dask is there by importing all of it, when the first schema is built.
    sys.modules["dask"] = None
    for name in (*PRELOADED, *_library()):
        with contextlib.suppress(ImportError):  # a kernel that needs it will say so
            importlib.import_module(name)
    with contextlib.suppress(Exception):  # what fails here fails again where somebody is told of it
        _work_once()
    del sys.modules["dask"]
    importlib.import_module("ircc_lib.report.render").ready()


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
    from .sitemap import SiteMap
    from .site import render_page

    raw_schemas()
    figure = Figure()
    FigureCanvasAgg(figure)
    figure.subplots().set_title("warm", weight="bold")
    for kind in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=kind)
    cells = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# warm"},
             {"cell_type": "code", "id": "b", "metadata": {}, "source": "1", "outputs": [], "execution_count": 1}]
    with tempfile.TemporaryDirectory(prefix="ircc-") as folder:
        notebook = pathlib.Path(folder, "warm.ipynb")
        notebook.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        render_page(notebook, "warm", SiteMap.empty(), pathlib.Path(folder))


def _report_ended(lines: dict[int, socket.socket]) -> None:
    while lines:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        with contextlib.suppress(OSError), lines.pop(pid) as line:
            _send(line, _EXIT, struct.pack("!i", os.waitstatus_to_exitcode(status)))


# The fork


def _obey(line: socket.socket) -> None:
    """Carry out the order of this fork, and exit with its code."""
    code = 1
    try:
        os.setsid()
        _die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        kind, body = _receive(line)
        if kind == _ORDER:
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
    import random

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
    _send(line, _RESULT, json.dumps(outcome).encode())
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
        import ctypes

        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


# Frames: one byte of kind, four of length, then the body


def _send(line: socket.socket, kind: bytes, body: bytes) -> None:
    line.sendall(_FRAME.pack(kind, len(body)) + body)


def _receive(line: socket.socket) -> tuple[bytes, bytes]:
    """The next frame; two empty values when the far end has closed."""
    head = _exactly(line, _FRAME.size)
    if not head:
        return b"", b""
    kind, size = _FRAME.unpack(head)
    return kind, _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = []
    while size:
        try:
            part = line.recv(size)
        except ConnectionResetError:
            part = b""
        if not part:
            return b""
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _readable(line: socket.socket, seconds: float | None) -> bool:
    poll = select.poll()  # select() cannot watch descriptors above 1023
    poll.register(line, select.POLLIN)
    return bool(poll.poll(None if seconds is None else 1000 * seconds))
