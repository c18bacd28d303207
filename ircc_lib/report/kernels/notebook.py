"""Runs one notebook with its parameters, and keeps of it what two equal runs have in common."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ircc_lib.files import write_file
from ircc_lib.report.kernels.client import QUIET, without

if TYPE_CHECKING:
    from nbformat import NotebookNode


with without("rfc3987_syntax", "isoduration"):  # a second of importing for checks that no notebook needs
    import nbformat
    import nbformat.reader
    from nbclient.exceptions import CellTimeoutError
    from papermill.engines import papermill_engines
    from papermill.parameterize import parameterize_notebook

    from ircc_lib.report.kernels.provisioner import PLAIN, WARM, ReportKernelManager

logging.getLogger("papermill").setLevel(logging.ERROR)  # a notebook need not have a cell of parameters

CELL_SECONDS = 900
START_SECONDS = 300  # a plain kernel on a busy machine can take minutes


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a run went: seconds in cells and in all, and why it failed (None when it did not)."""

    seconds: float
    cells: float
    failure: str | None


def run_notebook(
    source: Path,
    executed: Path,
    parameters: dict[str, Any],
    folder: Path,
    *,
    where: dict[str, str] | None = None,
    warm: bool = True,
    cell_seconds: float = CELL_SECONDS,
) -> Outcome:
    """Run the notebook `source` and write it as it ran to `executed`.

    A cell that raises, takes longer than `cell_seconds` or ends its kernel stops the notebook; what it
    showed until then is kept, with the error.

    Parameters
    ----------
    parameters : values for the cell tagged ``parameters``
    folder : where its code runs
    where : parameters' values for this run, of which the executed notebook shows those of `parameters`
    warm : on a kernel that is forked from the warm server; otherwise on a plain one
    """
    started = time.perf_counter()
    failure = None
    try:
        notebook = parameterize_notebook(_read(source), parameters | (where or {}))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        failure = f"{source.name} is not a notebook that can be read: {_first_line(error)}"
        notebook = _saying(failure)
        write_file(executed, _settled(notebook, parameters, {}))
        return Outcome(seconds=time.perf_counter() - started, cells=0.0, failure=failure)
    try:
        papermill_engines.execute_notebook_with_engine(
            "nbclient",
            notebook,
            kernel_name=WARM if warm else PLAIN,
            progress_bar=False,
            start_timeout=START_SECONDS,
            execution_timeout=cell_seconds,
            kernel_manager_class=ReportKernelManager,
            shutdown_kernel="immediate",
            record_timing=False,
            # `Out` would keep every figure in memory.
            extra_arguments=["--InteractiveShell.cache_size=0", QUIET],
            resources={"metadata": {"path": os.fspath(folder)}},
        )
    except Exception as error:  # whatever ends a notebook, its page has to say so
        failure = _note_end(notebook, error)
    failure = failure or _error_shown(notebook)
    cells = sum(cell.metadata.get("papermill", {}).get("duration") or 0 for cell in notebook.cells)
    places = _places(folder, parameters, where or {})
    write_file(executed, _settled(notebook, parameters, places))
    return Outcome(
        seconds=time.perf_counter() - started, cells=cells, failure=failure and _without_places(failure, places)
    )


def _read(source: Path) -> NotebookNode:
    """The notebook in today's format, with what papermill expects of one, whichever tool has saved it."""
    notebook = nbformat.reader.reads(source.read_text(encoding="utf-8-sig"))
    had_ids = (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    notebook = nbformat.convert(notebook, 4)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    spec = notebook.metadata.setdefault("kernelspec", nbformat.NotebookNode())
    for name, value in (("name", PLAIN), ("language", "python"), ("display_name", "Python 3")):
        spec.setdefault(name, value)
    notebook.metadata["papermill"] = nbformat.from_dict({"default_parameters": {}, "parameters": {}})
    for number, cell in enumerate(notebook.cells):
        if not had_ids or "id" not in cell:  # those that a conversion draws differ from run to run
            cell["id"] = f"cell-{number}"
        cell.metadata.setdefault("tags", [])
        cell.metadata["papermill"] = nbformat.NotebookNode()
    return notebook


def _saying(failure: str) -> NotebookNode:
    """A notebook in which nothing ran, and why."""
    cell = nbformat.v4.new_code_cell("", id="failed")
    name, _, words = failure.partition(": ")
    cell.outputs = [nbformat.v4.new_output("error", ename=name, evalue=words, traceback=[failure])]
    return nbformat.v4.new_notebook(cells=[cell])


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _places(folder: Path, parameters: dict[str, Any], where: dict[str, Any]) -> dict[str, str]:
    """What tells where a notebook ran, and what to say instead; the longest first."""
    library = str(Path(__file__).resolve().parents[3])
    places = {value: parameters[name] for name, value in where.items()} | {os.path.realpath(folder): ".", library: "."}
    if sys.prefix not in ("/usr", "/usr/local"):  # as on every machine
        places[sys.prefix] = "."
    return dict(sorted(places.items(), key=lambda place: -len(place[0])))


def _without_places(text: str, places: dict[str, str]) -> str:
    for place, name in places.items():
        text = re.sub(re.escape(place) + r"(?![\w.-])", name.replace("\\", r"\\"), text)
    return text


def _error_shown(notebook: NotebookNode) -> str | None:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"{output.ename}: {output.evalue}" if output.evalue else output.ename
    return None


def _note_end(notebook: NotebookNode, error: Exception) -> str:
    """Put an error that no cell could show, such as the end of its kernel, where it happened."""
    if isinstance(error, CellTimeoutError):
        name, words = "Timeout", "the cell ran for longer than it may"
    else:
        name, words = type(error).__name__, _first_line(error)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    begun = [cell for cell in code if cell.metadata.get("papermill", {}).get("start_time")]
    (begun or code)[-1 if begun else 0].outputs.append(
        nbformat.v4.new_output("error", ename=name, evalue=words, traceback=[f"{name}: {words}"])
    )
    return f"{name}: {words}"


def _settled(notebook: NotebookNode, parameters: dict[str, Any], places: dict[str, str]) -> str:
    """The notebook's text without times, random ids and names of the machine."""
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "parameters-of-this-run"
    notebook.metadata["language_info"] = {"name": "python"}  # not which version, which run.json says
    notebook.metadata["papermill"] = {"parameters": parameters}
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return _without_places(text, {json.dumps(place, ensure_ascii=False)[1:-1]: name for place, name in places.items()})
