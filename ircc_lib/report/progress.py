"""Says what runs and how long it takes: live on a terminal, a line per task elsewhere.

A report is made all the same where nobody can be told: a pipe that was closed, a full disk behind it.
"""

from __future__ import annotations

import io
import sys
import threading
import time
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.text import Text

_WORDS = {
    "clean": "cleaning",
    "cut": "cutting",
    "plan": "planning",
    "slices": "slicing",
    "execute": "running",
    "render": "rendering",
    "assemble": "assembling",
    "index": "listing",
}


class Progress:
    """Told as tasks start and end, from any thread."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, file=None if sys.stdout else io.StringIO())
        self._running: dict[str, float] = {}
        self._done = self._total = 0
        self._lock = threading.Lock()
        self._began = time.monotonic()

    def say(self, sentence: str) -> None:
        """Say a sentence."""
        self._print(sentence, markup=False, soft_wrap=True)

    @contextmanager
    def showing(self, total: int) -> Any:
        """While tasks run: on a terminal, what runs is shown and kept up to date."""
        self._done, self._total = 0, total
        if not self.console.is_terminal:
            yield
            return
        from rich.live import Live

        with Live(get_renderable=self._now, console=self.console, refresh_per_second=8, transient=True):
            yield

    def started(self, name: str) -> None:
        """Note that a task has started."""
        with self._lock:
            self._running[name] = time.monotonic()

    def ended(self, name: str) -> None:
        """Say that a task has ended, and how long it took."""
        with self._lock:
            began = self._running.pop(name, None)
            self._done += 1
        kind, _, subject = name.partition(":")
        took = f"{time.monotonic() - began:6.1f} s" if began else ""
        self._print(Text.assemble((f"{took:>9}  ", "dim"), f"{_WORDS[kind]} {subject}"))

    def _print(self, *what: Any, **how: Any) -> None:
        try:
            self.console.print(*what, **how)
            self.console.file.flush()
        except (OSError, ValueError, SystemExit):  # the last is rich's answer to a closed pipe
            self.console = Console(file=io.StringIO())

    def _now(self) -> Text:
        with self._lock:
            running = sorted(self._running.items(), key=lambda item: item[1])
        now = time.monotonic()
        text = Text(f"{now - self._began:7.1f} s  {len(running)} running", style="bold")
        for name, began in running:
            kind, _, subject = name.partition(":")
            text.append(f"\n{now - began:7.1f} s  {_WORDS[kind]} {subject}", style="cyan")
        return text
