"""The chapters as files: stripped, parameterised, read from top to bottom, without logic of their own."""

import ast
import re
from pathlib import Path

import nbformat
import pytest

import ircc_lib as ircc

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = [path for path in sorted(FOLDER.glob("*.ipynb")) if path.stem != "explore"]
CHAPTERS = {
    "00_update",
    "01_quality",
    "02_counts",
    "03_survival",
    "04_hazard_ratios",
    "05_robustness",
    "06_extraction",
    "07_response",
    "08_safety",
    "09_combinations",
    "10_standard",
    "11_protocol",
    "entity",
    "registrations",
    "trials",
}
LOGIC = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.If,
    ast.Try,
    ast.With,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def code(notebook) -> list:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_every_chapter_of_the_report_has_its_notebook():
    assert {path.stem for path in NOTEBOOKS} == CHAPTERS


def test_it_is_a_valid_notebook_without_outputs(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    assert all(not cell.outputs and cell.execution_count is None for cell in code(notebook))
    assert notebook.metadata.kernelspec.name == "python3"


def test_its_cells_keep_ids_of_their_own(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)


def test_it_opens_with_a_title_the_parameters_and_the_registry(notebook):
    title, parameters, load = notebook.cells[:3]
    assert title.cell_type == "markdown" and title.source.startswith("# ")
    assert len(title.source.split("\n\n", 1)[1]) > 80, "the title wants a paragraph on what and how"
    assert parameters.metadata.get("tags") == ["parameters"]
    assert load.source.startswith("import ircc_lib as ircc\n")
    assert [cell.metadata.get("tags", []) for cell in notebook.cells].count(["parameters"]) == 1


def test_its_parameters_are_plain_values_with_the_usual_defaults(notebook):
    names = {}
    for line in ast.parse(notebook.cells[1].source).body:
        assert isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
        names[line.targets[0].id] = line.value.value
    assert names.pop("registry") == "data/raw"
    assert names.pop("edition") == "ten-year"
    assert set(names) <= {"entity"}


def test_its_headings_step_down_one_level_at_a_time(notebook):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    levels = [len(mark) for mark in re.findall(r"^(#+) ", text, flags=re.M)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_its_cells_are_a_sentences_worth_of_calls(notebook):
    for cell in code(notebook)[1:]:
        assert len(cell.source.splitlines()) <= 3, cell.source
        tree = ast.parse(cell.source)
        found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, LOGIC)]
        assert not found, (cell.source, found)


def test_every_cell_after_the_first_shows_something(notebook):
    for cell in code(notebook)[2:]:
        assert isinstance(ast.parse(cell.source).body[-1], ast.Expr), cell.source


def test_it_uses_the_public_face_and_nothing_else(notebook):
    public = set(ircc.__all__)
    for cell in code(notebook)[1:]:
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                assert isinstance(node, ast.Import) and [name.name for name in node.names] == ["ircc_lib"]
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) == "ircc":
                assert node.attr in public, f"ircc.{node.attr} is not on the public face"


def test_its_links_lead_to_pages_of_the_report(notebook):
    pages = {f"{name}.html" for name in CHAPTERS} | {"index.html", "data.html", "reporting-checklist.html"}
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    local = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("http")]
    assert set(local) <= pages


def test_the_public_face_can_be_imported_name_by_name():
    for name in ircc.__all__:
        assert getattr(ircc, name) is not None


def test_the_notebook_to_explore_runs_and_is_stripped(tmp_path, monkeypatch):
    from nbclient import NotebookClient

    monkeypatch.setenv(
        "IPYTHONDIR", str(tmp_path)
    )  # the history of whoever runs this is left alone, and not waited for

    notebook = nbformat.read(FOLDER / "explore.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        extra_arguments=["--HistoryManager.enabled=False"],
        resources={"metadata": {"path": str(FOLDER)}},
    ).execute()
    shown = [output for cell in code(notebook) for output in cell.outputs]
    assert not any(output.output_type == "error" for output in shown)
