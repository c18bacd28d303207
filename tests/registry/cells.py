"""The cells of a notebook, run in this process on a registry: every cell's result is shown as a page would."""

from __future__ import annotations

import ast
import shutil
import warnings
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.registry.store import load_registry
from tests.registry.made_up import write_registry

NOTEBOOKS = sorted(
    path for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb") if path.stem not in ("explore",)
)


class CellError(AssertionError):
    """A cell that ended in an exception: the notebook, its code, and the exception as cause."""


def run_cells(notebook: Path, registry: Path, *, edition: str = "living", entity: str | None = None) -> int:
    """Run all code cells but the parameters; returns how many were run.

    Raises
    ------
    CellError
        At the first cell that fails, while it runs or when its result is shown.
    """
    known = {"registry": str(registry), "edition": edition, "entity": entity}
    run = _cells(notebook)
    for source in run:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                show(_value(source, known))
        except Exception as error:
            raise CellError(f"{notebook.stem}: {source!r}: {type(error).__name__}: {error}") from error
        finally:
            plt.close("all")
    return len(run)


@pd.option_context("mode.string_storage", "python")  # as in a kernel of the report
def every_notebook(folder: Path, tables: dict[str, list[dict[str, str]]]) -> int:
    """Check and clean raw tables, then run each notebook's cells on them; returns how many cells were run.

    The registry is saved once and handed to all notebooks, as a report does.
    """
    shutil.rmtree(folder, ignore_errors=True)
    registry = load_registry(write_registry(folder / "raw", tables))
    cleaned = registry.edition("living").save(folder / "cleaned", formats=["arrow"])
    handed = {str(cleaned): load_registry(cleaned)}
    entity = next(iter(sorted(set(registry.entities["entity"]))), None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ircc, "load_registry", handed.__getitem__, raising=False)
        return sum(run_cells(book, cleaned, entity=entity) for book in NOTEBOOKS if entity or book.stem != "entity")


@cache
def _cells(notebook: Path) -> list[str]:
    cells = [cell for cell in nbformat.read(notebook, 4).cells if cell.cell_type == "code"]
    return [cell.source for cell in cells if "parameters" not in cell.metadata.get("tags", [])]


def show(result: object) -> None:
    """What Jupyter asks of a result."""
    for name in ("_repr_mimebundle_", "_repr_html_"):
        if (method := getattr(result, name, None)) is not None and not isinstance(result, type):
            method()
            return


def _value(source: str, known: dict) -> object:
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), known)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), known) if last else None
