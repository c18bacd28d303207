"""The house: one direction between its rooms, rooms that fit in a head, a face that editors see."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jedi
import pytest

import ircc_lib as ircc

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "ircc_lib").rglob("*.py"))
NAMESPACES = [name for name in dir(ircc) if type(getattr(ircc, name)).__name__ == "module"]


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_no_room_looks_into_a_room_above_it():
    checked = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert checked.returncode == 0, checked.stdout[-3000:]


def test_a_folder_of_code_holds_at_most_fourteen_files():
    crowded = {folder: n for folder, n in Counter(path.parent for path in CODE).items() if n > 14}
    assert not crowded


def test_figures_draw_results_and_neither_pool_nor_test_nor_regress():
    methods = re.compile(r"^from ircc_lib\.analysis\.(?:meta|time_to_event)\.\w+ import (.+)$", re.MULTILINE)
    drawn = {"kaplan_meier"}  # a curve is the drawing of its estimate
    computed = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "ircc_lib/figures").rglob("*.py")
        if path.name != "__init__.py"  # a namespace hands on results as well as figures
        for found in methods.findall(path.read_text(encoding="utf-8"))
        for name in found.split(", ")
        if name[0].islower() and name not in drawn
    }
    assert not computed


def test_style_is_that_of_the_formatter_and_linter():
    for command in (("format", "--check", "."), ("check", ".")):
        checked = run("-m", "ruff", *command)
        assert checked.returncode == 0, checked.stdout[-3000:]


def test_the_face_has_few_names_and_each_leads_somewhere():
    assert len([name for name in dir(ircc) if not name.startswith("_")]) <= 35
    for name in NAMESPACES:
        inside = getattr(ircc, name)
        assert all(getattr(inside, public) is not None for public in inside.__all__)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_no_module_has_the_name_of_a_function_of_its_namespace(namespace):
    inside = getattr(ircc, namespace)
    modules = (
        {path.stem for path in Path(inside.__file__).parent.glob("*.py")} if hasattr(inside, "__path__") else set()
    )
    hidden = {name for name in set(inside.__all__) & modules if callable(getattr(inside, name))}
    assert not hidden


def test_importing_the_library_imports_nothing_heavy():
    asked = "import sys, ircc_lib; print([n for n in ('pandas', 'matplotlib', 'scipy', 'seaborn') if n in sys.modules])"
    assert run("-c", asked).stdout.strip() == "[]"


def test_what_every_report_asks_first_imports_nothing_heavy():
    asked = (
        "import sys, pathlib; from ircc_lib.enrolment.writing.write import finish; finish(pathlib.Path('data/raw')); "
        "print([n for n in ('pandas', 'pandera', 'scipy') if n in sys.modules])"
    )
    assert run("-c", asked).stdout.strip() == "[]"


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_an_editor_completes_the_names_of_a_namespace(namespace):
    found = jedi.Script(f"import ircc_lib as ircc\nircc.{namespace}.", project=jedi.Project(ROOT)).complete()
    assert {name.name for name in found} >= set(getattr(ircc, namespace).__all__)


def test_an_editor_jumps_to_the_function_behind_a_name():
    script = jedi.Script("import ircc_lib as ircc\nircc.response.forest", project=jedi.Project(ROOT))
    [place] = script.goto(line=2, column=16, follow_imports=True)
    assert Path(place.module_path).is_relative_to(ROOT / "ircc_lib") and place.type == "function"


def test_no_module_stands_in_for_another_packages():
    stand_ins = re.compile(r"sys\.modules\[[^\]]+\]\s*=")
    assert not [path.name for path in CODE if stand_ins.search(path.read_text(encoding="utf-8"))]


def test_no_private_name_of_another_package_is_replaced():
    replaced = []
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
        others = {
            (name.asname or name.name).partition(".")[0]
            for node in imports
            for name in node.names
            if not (getattr(node, "module", None) or name.name).startswith("ircc_lib")
        }
        targets = [
            target
            for node in ast.walk(tree)
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.Delete))
            for target in (node.targets if hasattr(node, "targets") else [node.target])
        ]
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        targets += [ast.Attribute(call.args[0], call.args[1].value) for call in calls if _sets_by_name(call)]
        replaced += [
            f"{path.name}: {ast.unparse(target)}"
            for target in targets
            if isinstance(target, ast.Attribute)
            and target.attr.startswith("_")
            and ast.unparse(target).partition(".")[0] in others
        ]
    assert not replaced


def test_no_private_name_is_imported_from_another_module():
    private = [
        f"{path.relative_to(ROOT)}: {name.name}"
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name.startswith("_") and (node.module or "").startswith("ircc_lib")
    ]
    assert not private


def _sets_by_name(call: ast.Call) -> bool:
    return ast.unparse(call.func) == "setattr" and isinstance(call.args[1], ast.Constant)


def test_strings_name_functions_in_entry_points_and_in_calls_of_a_fork_alone():
    by_name = re.compile(r"getattr\(\s*(?:importlib\.)?import_module|resolve_name\(|globals\(\)\[[^\]]+\]\(")
    named = re.compile(r"[\"']ircc_lib(?:\.\w+)+:\w+[\"']")
    text = {path.relative_to(ROOT / "ircc_lib").as_posix(): path.read_text(encoding="utf-8") for path in CODE}
    assert [path for path, code in text.items() if by_name.search(code)] == ["report/kernels/server.py"]
    assert [path for path, code in text.items() if named.search(code)] == ["report/pipeline/tasks.py"]


def test_the_documents_and_the_reference_are_built_without_warnings(tmp_path):
    built = run("-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path))
    assert built.returncode == 0, built.stdout + built.stderr
    assert "log_hazard_ratios" in (tmp_path / "api/registry/index.html").read_text(encoding="utf-8")
