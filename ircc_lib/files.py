"""Files that are made: written whole or not at all, and left alone when nothing changed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_file(path: Path, content: str | bytes) -> bool:
    """Put `content` at `path` in one step; says whether the file had to be written.

    A reader never sees half a file, and a file that already holds `content` keeps its time.
    Text is written as UTF-8 with plain line feeds.
    """
    wanted = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if path.is_file() and path.stat().st_size == len(wanted) and path.read_bytes() == wanted:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(wanted)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return True
