"""Warm kernels: ipykernels that are forked from a process which has imported everything.

They come in through jupyter_client's kernel provisioners, so that papermill, nbclient and
JupyterLab all can use them: the kernelspec ``ircc-warm`` names the provisioner. Where there
is no fork the same kernelspec starts plain kernels.

``python -m ircc_lib.report.kernels.provisioner install --sys-prefix`` offers it in JupyterLab.
"""

from __future__ import annotations

import itertools
import os
import pathlib
import time
from queue import Empty
from typing import TYPE_CHECKING, Any, cast

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from ircc_lib.report.kernels import client as warm

if TYPE_CHECKING:
    from subprocess import Popen

KERNEL_DIRS = pathlib.Path(__file__).parent / "kernelspecs"
WARM, PLAIN = "ircc-warm", "python3"
_numbers = itertools.count()  # short names, as the path of a socket may not be long


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by forking the warm server; all else is as for a local kernel."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork a kernel with the arguments that `cmd` gives to ipykernel's launcher."""
        if not warm.AVAILABLE or "ipykernel_launcher" not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        self.cwd = kwargs.get("cwd") or pathlib.Path.cwd()
        fork = warm.server().fork(
            {
                "run": "kernel",
                "argv": cmd[cmd.index("ipykernel_launcher") + 1 :],
                "cwd": str(self.cwd),
                "env": {name: str(value) for name, value in (kwargs.get("env") or os.environ).items()},
            }
        )
        # A fork leads its own session, so signals reach what the notebook starts as well.
        self.process = cast("Popen[bytes]", fork)  # has the face of one
        self.pid = self.pgid = fork.pid
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and wait for its end; the manager would look only every 0.1 s."""
        await super().kill(restart)
        process = cast("Popen[bytes] | warm.Fork | None", self.process)
        if isinstance(process, warm.Fork):
            process.wait(5)


class ReportKernelClient(AsyncKernelClient):
    """A client that knows by a message when a kernel is ready, where others wait 0.2 s for silence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.context.reconnect_ivl = 10  # ms; the sockets of a new kernel appear one by one

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return when the kernel answers, and its outputs reach us.

        Raises
        ------
        RuntimeError
            When the kernel dies, or has not answered after `timeout` seconds.
        """
        deadline = time.monotonic() + (timeout or float("inf"))
        while not await self._answers(self.kernel_info()):
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _answers(self, request: str) -> bool:
        try:
            reply = await self._async_recv_reply(request, timeout=1)
            while True:
                message = await self.get_iopub_msg(timeout=0.2)
                ours = message["parent_header"].get("msg_id") == request
                if ours and message["content"].get("execution_state") == "idle":
                    self._handle_kernel_info_reply(reply)
                    return True
        except (Empty, TimeoutError):
            return False


class ReportKernelManager(AsyncKernelManager):
    """Finds ``ircc-warm`` without installing it, and talks over sockets in the file system.

    Sockets of the file system need no port, so kernels started at once cannot collide.
    """

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # the base's serves both managers
        """Start the kernel, in an environment that is the same for warm and for plain ones."""
        options.setdefault("env", warm.ENVIRONMENT | os.environ)
        await self._async_start_kernel(**options)

    async def _async_interrupt_kernel(self) -> None:
        if not self.shutting_down:  # a kernel about to be killed would only complain of it on the terminal
            await super()._async_interrupt_kernel()

    interrupt_kernel = _async_interrupt_kernel

    @default("client_factory")
    def _client_factory_default(self) -> type:
        return ReportKernelClient

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if self.kernel_name == WARM and warm.AVAILABLE:
            self.transport = "ipc"
            self.connection_file = f"{warm.server().folder}/{next(_numbers)}.json"
            self.ip = self.connection_file.removesuffix(".json")

    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        manager = KernelSpecManager(parent=self)
        manager.kernel_dirs = [str(KERNEL_DIRS), *manager.kernel_dirs]
        return manager


def install(arguments: list[str]) -> None:
    """``jupyter kernelspec install`` of ``ircc-warm``; `arguments` such as ``--sys-prefix``."""
    from jupyter_client.kernelspecapp import InstallKernelSpec

    InstallKernelSpec.launch_instance(argv=[str(KERNEL_DIRS / WARM), "--name", WARM, *arguments])


if __name__ == "__main__":
    import sys

    if sys.argv[1:2] != ["install"]:
        sys.exit("usage: python -m ircc_lib.report.kernels.provisioner install [--sys-prefix | --user | --prefix DIR]")
    install(sys.argv[2:])
