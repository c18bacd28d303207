"""Pages of the site by kind: chapters, each another; entities and records, which are made alike."""

from pathlib import Path

ALIKE = ("entities", "trials")


def of_every_kind(pages: list[Path], each: int) -> list[Path]:
    """Every chapter, and about `each` of the entities and of the records."""
    chapters = [page for page in pages if page.parent.name not in ALIKE]
    alike = [[page for page in pages if page.parent.name == folder] for folder in ALIKE]
    return chapters + [page for kind in alike for page in kind[:: max(1, len(kind) // each)]]
