"""A part of the registries that are drawn from the rules of the tables: each passes the check and fails no notebook."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings

from tests.registry.cells import every_notebook
from tests.registry.drawn import registries
from tests.thoroughness import THOROUGH

PARTS = 4
"""Files of tests, so that the workers share the load."""

DRAWN = int(os.environ.get("IRCC_DRAWN", "200" if THOROUGH else "4"))
"""Registries of all parts together."""


def draw_part(part: int, folder: Path) -> None:
    """Draw a part's registries, the same each time, and run every cell of every notebook on each."""
    drawn = DRAWN // PARTS + (part < DRAWN % PARTS)

    @seed(1991 + part)
    @settings(max_examples=drawn, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(tables=registries())
    def fails_nothing(tables):
        assert every_notebook(folder, tables) > 100

    fails_nothing()
