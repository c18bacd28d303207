"""The process that the warm server is: it imports what forks use, and forks whenever it is asked to.

See `kernels.preload` for what it imports, `kernels.client` for how it is started, asked and ended.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import logging
import os
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
from typing import Any

from ircc_lib.files import why
from ircc_lib.report.kernels.client import CALL, ENVIRONMENT, EXIT, ORDER, PID, QUIET, RESULT, receive, send
from ircc_lib.report.kernels.preload import for_pages, for_registry


def serve(channel_fd: int, folder: str) -> None:
    """Import what forks use, and fork whenever a byte comes from the channel, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for_registry()
    server = _Server(socket.socket(fileno=channel_fd))
    for_pages(server.begin_call)  # the registry is cleaned on one core while the other imports what pages need
    gc.freeze()  # the collector leaves these pages alone, so forks go on sharing them
    while server.open:
        server.attend()
    for pid in server.lines:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)  # there is nothing to put away, and who ended the server waits for its end


class _Server:
    """Forks of this process, and the sockets on which each is told what to do."""

    def __init__(self, channel: socket.socket) -> None:
        self.open = True
        self.lines: dict[int, socket.socket] = {}
        self._channel = channel
        self._woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(self._woken, False)
        self._wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def begin_call(self) -> None:
        """See to the first fork that is wanted, if it is wanted already and not for a kernel, which needs more."""
        asked = not self.lines and select.select([self._channel], [], [], 0)[0]
        if asked and self._channel.recv(1, socket.MSG_PEEK) == CALL:
            self.attend()

    def attend(self) -> None:
        """Wait for a fork to end or to be wanted, and see to it."""
        watched: list[socket.socket | int] = [self._channel, self._woken]
        news = select.select(watched, [], [])[0]
        if self._woken in news:
            os.read(self._woken, 4096)
            self._report_ended()
        if self._channel in news:
            byte, fds, _, _ = socket.recv_fds(self._channel, 1, 1)
            if byte:
                self._fork(socket.socket(fileno=fds[0]))
            else:
                self.open = False

    def _fork(self, line: socket.socket) -> None:
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            for held in (self._channel, *self.lines.values()):
                held.close()
            os.close(self._woken)
            os.close(self._wake)
            _obey(line)  # does not return
        self.lines[pid] = line
        with contextlib.suppress(OSError):  # who asked may be gone
            send(line, PID, struct.pack("!i", pid))

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
            _flush()
        os._exit(code)


def _start_clean(order: dict[str, Any]) -> None:
    """What a new process has and a fork would otherwise share: environment, folder, randomness."""
    if "env" in order:
        os.environ.clear()
        os.environ.update(ENVIRONMENT | order["env"])
    if order.get("cwd"):
        os.chdir(order["cwd"])
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def _run_calls(order: dict[str, Any], line: socket.socket) -> int:
    """Call what is asked for, and then what is asked next, until nobody is there to ask."""
    while True:
        try:
            module, _, name = order["function"].partition(":")
            value = getattr(importlib.import_module(module), name)(**order["arguments"])
            outcome = {"value": value}
        except Exception as error:
            said = why(error) if isinstance(error, OSError) else str(error)
            trace = "" if isinstance(error, OSError) else traceback.format_exc()  # the system says all in a sentence
            outcome = {"error": said, "kind": type(error).__name__, "trace": trace}
        answer = json.dumps(outcome).encode()
        _flush()
        try:
            send(line, RESULT, answer)
            kind, body = receive(line)
        except BrokenPipeError:  # who asked did not wait for the answer
            return 0
        if kind != ORDER:
            return 0
        order = json.loads(body)
        _start_clean(order)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream:  # none where it was closed when the server began
            with contextlib.suppress(OSError):
                stream.flush()


def _run_kernel(order: dict[str, Any], line: socket.socket) -> int:
    """An ipykernel, as ``python -m ipykernel_launcher`` would start it."""
    import matplotlib
    import pandas
    from ipykernel.kernelapp import IPKernelApp

    from ircc_lib.report.kernels.streams import Stream

    # Asked of the terminal when pandas is imported, where the server has none: as in any kernel.
    pandas.options.display.max_columns = 20
    # Of a few hundred rows Python's own strings are quicker than Arrow's: a notebook takes a fifth less time.
    pandas.options.mode.string_storage = "python"
    # Read from MPLBACKEND when matplotlib is imported, which has happened.
    matplotlib.rcParams["backend"] = order["env"].get("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # Whoever interrupts a cell sees it there; a kernel that is interrupted to be ended has nothing to say.
    logging.getLogger("IPKernelApp").addFilter(lambda said: "KeyboardInterrupt caught" not in said.getMessage())
    # The line to the parent is watched already; 1 keeps ipykernel from watching as well.
    ours = [argument for argument in order["argv"] if argument != QUIET]
    stream = f"--IPKernelApp.outstream_class={Stream.__module__}.{Stream.__qualname__}"
    own = ["--IPKernelApp.parent_handle=1", "--HistoryManager.enabled=False", stream, QUIET]
    IPKernelApp.launch_instance(argv=[*ours, *own])
    return 0


_RUNS = {"call": _run_calls, "kernel": _run_kernel}


def _end_with(line: socket.socket) -> None:
    """End this process and its children when the far end of its line closes."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            while line.recv(1, socket.MSG_PEEK):
                time.sleep(0.1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()


def _die_with_parent() -> None:
    """On Linux the kernel itself ends us when our parent dies, even in the middle of C code."""
    if sys.platform == "linux":
        set_death_signal = 1
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL)
