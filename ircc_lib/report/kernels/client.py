"""A server that has imported everything, and the forks it makes.

A plain kernel spends seconds importing pandas, lifelines and matplotlib before its first
line of work; a fork of a process that has already done so starts in tenths. The server
is one process with one thread. It reads one byte from its channel for every fork that is
wanted, together with a socket; the fork reads its order from that socket, the server writes the fork's
process id and, later, its exit code to it, and when the far end closes, the fork ends
itself. When the channel closes, the server ends. So nothing outlives the process that asked
for it, however that one dies.

This is `multiprocessing`'s forkserver reduced to what kernels need of it: that one imports
its parent's ``__main__`` again in every fork, does not work in daemonic processes such as
Dask's workers, and lives for as long as any of its forks.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from ircc_lib.report.kernels.folders import new_folder

AVAILABLE = hasattr(os, "fork") and hasattr(socket, "send_fds")

# One thread a job: jobs run side by side, and threads started before a fork are lost in it.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "ARROW_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "1048576",  # the memory of a picture is given back when it is drawn
    "PYTHONHASHSEED": "0",
    # A notebook need not say that its debugger could miss breakpoints in frozen modules.
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# Only for the process that sets it, and read by ipykernel when it is imported.
_NOT_INHERITED = ("JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", "MPLBACKEND")

QUIET = "--IPKernelApp.log_level=40"
"""No warning of a kernel reaches the terminal: nobody who makes a report could do anything about it."""
START_SECONDS, CALL_SECONDS = 300, 3600
_FRAME = struct.Struct("!cI")
PID, EXIT, RESULT, ORDER = b"p", b"x", b"r", b"o"
CALL, KERNEL = b"c", b"k"  # what a fork is wanted for


class ForkError(RuntimeError):
    """The function called in a fork raised; `kind` names the exception, `trace` is its text."""

    def __init__(self, message: str, kind: str, trace: str) -> None:
        super().__init__(message)
        self.kind, self.trace = kind, trace

    def __reduce__(self) -> Any:
        return type(self), (self.args[0], self.kind, self.trace)


@contextlib.contextmanager
def without(*modules: str) -> Any:
    """Import as if `modules` were not installed: some libraries ask by importing all of them, for seconds."""
    absent = [name for name in modules if name not in sys.modules]
    nothing: dict[str, Any] = dict.fromkeys(absent)  # a module that is None cannot be imported
    sys.modules.update(nothing)
    try:
        yield
    finally:
        for name in absent:
            sys.modules.pop(name, None)


@dataclass
class Fork:
    """A process made by the warm server, with the face of a `subprocess.Popen`."""

    pid: int
    line: socket.socket
    returncode: int | None = None
    result: dict[str, Any] | None = None
    stdin = stdout = stderr = None
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def order(self, order: dict[str, Any]) -> None:
        """Say what to do: first, and to a process that takes calls again after each answer."""
        self.result = None
        with contextlib.suppress(BrokenPipeError):  # it has ended, as its exit code will tell
            send(self.line, ORDER, json.dumps(order).encode())

    def answer(self, seconds: float) -> dict[str, Any] | None:
        """Wait for the result that the process sends; None when it ends, or the time, without one."""
        deadline = time.monotonic() + seconds
        while self.result is None and self.returncode is None and time.monotonic() < deadline:
            self._read(max(0.0, deadline - time.monotonic()))
        return self.result

    def poll(self) -> int | None:
        """The exit code, or None while the process runs."""
        return self._read(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the process; returns its exit code (-N for signal N)."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if self._read(left) is None and left == 0.0:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
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
                kind, body = receive(self.line)
                if kind == RESULT:
                    self.result = json.loads(body)
                else:  # the exit code, or nothing where the server itself is gone
                    self.returncode = struct.unpack("!i", body)[0] if kind == EXIT else -signal.SIGKILL
                    self.line.close()
            return self.returncode


class WarmServer:
    """One warm process; `fork` and `call` may be used from several threads.

    Its forks end with it, and it ends with the process that started it.
    """

    def __init__(self) -> None:
        self.folder, self._held = new_folder()  # for the kernels' sockets; the server removes it
        self._channel, theirs = socket.socketpair()
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        program = f"from ircc_lib.report.kernels.server import serve; serve({theirs.fileno()}, {self.folder!r})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            pass_fds=[theirs.fileno(), self._held],
            env=environment | ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # Ctrl-C is for us to handle
        theirs.close()
        os.close(self._held)  # the server and its forks hold it
        self._asking = threading.Lock()
        self._idle: list[Fork] = []  # they have answered a call and can take another
        self.owner = os.getpid()

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the server can still be asked for forks."""
        return self._process.poll() is None

    def fork(self, order: dict[str, Any]) -> Fork:
        """Start a process that carries out `order`: ``run`` names what, the rest is its matter.

        Raises
        ------
        RuntimeError
            When the server has ended, or does not answer within `START_SECONDS`.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._asking:
            socket.send_fds(self._channel, [CALL if order["run"] == "call" else KERNEL], [theirs.fileno()])
        kind, body = receive(ours) if _readable(ours, START_SECONDS) else (b"", b"")
        if kind != PID:
            ours.close()
            raise RuntimeError("the warm server has ended or does not answer; its messages are above")
        fork = Fork(pid=struct.unpack("!i", body)[0], line=ours)
        fork.order(order)
        return fork

    def call(self, function: str, folder: str | None = None, /, **arguments: Any) -> Any:
        """Call ``module:function`` in a fork that works in `folder`; arguments and result pass as JSON.

        A fork that has answered takes the next call, so functions must leave no state behind.

        Raises
        ------
        ForkError
            When the function raises, or its process is killed.
        """
        order = {"run": "call", "function": function, "arguments": arguments, "cwd": folder}
        fork = self._idle_fork()
        if fork is None:
            fork = self.fork(order)
        else:
            fork.order(order)
        try:
            found = fork.answer(CALL_SECONDS)
        except BaseException:
            fork.kill()
            raise
        if found is None and fork.returncode is None:
            fork.kill()
            raise ForkError(f"{function} did not end within {CALL_SECONDS} s", "Timeout", "")
        if found is None:
            raise ForkError(f"{function} ended with exit code {fork.returncode}", "ProcessDied", "")
        self._idle.append(fork)
        if "error" in found:
            raise ForkError(found["error"], found["kind"], found["trace"])
        return found["value"]

    def _idle_fork(self) -> Fork | None:
        while self._idle:
            with contextlib.suppress(IndexError):  # another thread was quicker
                fork = self._idle.pop()
                if fork.poll() is None:
                    return fork
        return None

    def end_idle(self) -> None:
        """End the forks that wait for a call: the first was made before the server had imported what pages need."""
        while fork := self._idle_fork():
            fork.line.close()

    def close(self) -> None:
        """End the server and with it every fork; returns when it is gone."""
        self._channel.close()
        self.end_idle()
        hung = threading.Timer(5, self._process.kill)
        hung.start()
        self._process.wait()  # with a timeout it would look only now and then
        hung.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)


_server: WarmServer | None = None
_starting = threading.Lock()


def server() -> WarmServer:
    """The warm server of this process, started when it is first asked for."""
    global _server
    with _starting:
        ours = _server if _server is not None and _server.owner == os.getpid() else None
        if ours is not None and not ours.running:
            ours.close()
        if ours is None or not ours.running:
            ours = _server = WarmServer()
        return ours


@atexit.register
def stop() -> None:
    """End this process's warm server, if it has one."""
    global _server
    with _starting:
        if _server is not None and _server.owner == os.getpid():
            _server.close()
        _server = None


def send(line: socket.socket, kind: bytes, body: bytes) -> None:
    """Send a frame: a byte of kind, four of length, then the body."""
    line.sendall(_FRAME.pack(kind, len(body)) + body)


def receive(line: socket.socket) -> tuple[bytes, bytes]:
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
