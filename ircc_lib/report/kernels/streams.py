"""What a notebook prints, on its way to the page."""

from __future__ import annotations

from ipykernel.iostream import OutStream


class Stream(OutStream):
    """A stream that is flushed where something was written since the last time.

    ipykernel flushes both its streams three times for each cell, and waits each time for the thread that sends:
    of a notebook that prints nothing that is a tenth of the time.
    """

    unflushed = False

    def write(self, string: str) -> int:
        """Keep the text until it is sent."""
        self.unflushed = True
        return super().write(string) or 0

    def flush(self) -> None:
        """Send what was written, and wait until it is sent."""
        if self.unflushed:
            self.unflushed = False
            super().flush()  # type: ignore[no-untyped-call]  # ipykernel's has no types
