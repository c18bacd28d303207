"""What the code is: digests that change when a result could."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ircc_lib.registry.editions import project_root

LIBRARY = Path(__file__).resolve().parents[2]

CLEANING = ("registry", "files.py")
NOTEBOOKS = ("registry", "analysis", "figures", "meta.py", "text.py", "face.py", "__init__.py")
PAGES = ("report", "figures", "registry", "text.py", "files.py")
SHARED = (*PAGES, "analysis")
"""What the pages of an edition share, the explorer's effects among it."""

# Another version of one of these may give another number or another picture.
_CALCULATING = ("numpy", "pandas", "pyarrow", "scipy", "lifelines", "pymare", "matplotlib")
_RENDERING = ("nbconvert", "nbformat", "jinja2", "mistune", "nh3")
PROJECT = tuple(
    f"data/{name}.csv" for name in ("reporting_standard", "prisma_2020", "prisma_ipd", "deviations", "judgements")
)
"""Data beside the registry from which pages are made."""
_RUNNING = ("papermill", "ipykernel", "pytask")


def digest(parts: tuple[str, ...]) -> str:
    """A digest of the library's files in `parts`, of the project's data that pages show, and of what they build on."""
    total = hashlib.sha256(_digest(parts).encode())
    for file in (project_root() / name for name in PROJECT if parts != CLEANING):
        total.update(file.read_bytes() if file.is_file() else b"")
    return total.hexdigest()


@cache
def _digest(parts: tuple[str, ...]) -> str:
    total = hashlib.sha256()
    for file in sorted(_files(parts)):
        total.update(file.relative_to(LIBRARY).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    for name, number in versions(_RENDERING if parts == PAGES else _CALCULATING).items():
        total.update(f"{name} {number}\0".encode())
    return total.hexdigest()


def versions(names: tuple[str, ...] = (*_CALCULATING, *_RENDERING, *_RUNNING)) -> dict[str, str]:
    """Installed versions by name, Python's first."""
    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _files(parts: tuple[str, ...]) -> list[Path]:
    found = []
    for part in parts:
        path = LIBRARY / part
        # the vocabularies are a link to the registry's data, which rglob does not follow
        inside = [path] if path.is_file() else {*path.rglob("*"), *path.glob("vocabularies/*")}
        found += [file for file in inside if file.is_file() and "__pycache__" not in file.parts]
    return found
