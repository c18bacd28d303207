"""A registry that crowds every figure: long names, Chinese and Korean authors, trials that disagree beyond reason."""

from __future__ import annotations

import ast
import csv
import shutil
from pathlib import Path

import nbformat

from ircc_lib.figures.display.figure import FIGURE_TYPE, Figure
from ircc_lib.report.site import svg
from ircc_lib.report.site.assets import STATIC
from ircc_lib.report.site.navigation import templates

PROJECT = Path(__file__).resolve().parents[2]
AUTHORS = ["王晓明", "欧阳娜娜", "김철수", "Papadopoulos-Konstantinidis van der Westhuizen", "محمد علي", "Lee🧬"]
IDS = ("trial_id", "other_trial_id", "cohort", "enrolled_as")
LONG = "of the head, neck and elsewhere, not otherwise specified, as the report calls it"
TABLES = (
    "table",
    "sentence",
    "warning",
    "contradictions",
    "replaced",
    "findings",
    "as_counted",
    "by_trial",
    "left_out",
)
DISAGREE = [
    ("Opposite2014", "0.02", "0.001", "0.40"),
    ("Opposite2015", "70", "4", "1420"),
    ("Opposite2016", "1", "0.9", "1.1"),
]


def crowd(raw: Path, folder: Path) -> Path:
    """A copy of the registry in which every second trial is named by an author of `AUTHORS`, every third tumour long."""
    shutil.copytree(raw, folder)
    trials = _read(folder / "trials.csv")
    ids = {row["trial_id"]: f"PMID{90_000_000 + place}" for place, row in enumerate(trials) if place % 2}
    for path in sorted(folder.glob("*.csv")):
        rows = _read(path)
        if not rows:
            continue
        for row in rows:
            row |= {key: ids.get(row[key], row[key]) for key in IDS if key in row}
        if path.stem == "trials":
            for place, row in enumerate(rows):
                row["first_author"] = AUTHORS[place % len(AUTHORS)] if place % 2 else row["first_author"]
            rows += [rows[0] | _trial(trial_id) for trial_id, *_ in DISAGREE]
        if path.stem == "tumours":
            names = sorted({row["entity"] for row in rows})[::3]
            for row in rows:
                row["entity"] += f" {LONG}" if row["entity"] in names else ""
        if path.stem == "entities":
            rows += [rows[0] | {"trial_id": one[0], "tumour_reported": "gastric cancer"} for one in DISAGREE]
        if path.stem == "comparisons":
            rows += [rows[0] | _comparison(*one) for one in DISAGREE]
        _write(path, rows)
    return folder


def _trial(trial_id: str) -> dict[str, str]:
    about = {"trial_id": trial_id, "cohort": trial_id, "year": trial_id[-4:], "pmid": "", "doi": "", "title": trial_id}
    sizes = {"n_total": "80", "n_cik": "40", "n_control": "40", "first_author": "Opposite", "registration_id": ""}
    how = {"design": "randomised", "allocation": "random", "allocation_basis": "own record", "product": "CIK"}
    return about | sizes | how


def _comparison(trial_id: str, estimate: str, low: str, high: str) -> dict[str, str]:
    how = {"endpoint": "OS", "effect_type": "HR", "orientation": "cik_vs_control", "test": "cox", "p_value": ""}
    better = "cik_better" if float(estimate) < 1 else "control_better" if float(estimate) > 1 else "no_difference"
    return {"trial_id": trial_id, "estimate": estimate, "ci_low": low, "ci_high": high, "direction": better} | how


def figures_of(notebook: Path, raw: Path, entity: str | None = None) -> list[Figure]:
    """The figures that a notebook makes of a registry; tables and sentences are passed over."""
    known = {"registry": str(raw), "edition": "living", "entity": entity}
    found = []
    for cell in nbformat.read(notebook, 4).cells:
        if cell.cell_type != "code" or "parameters" in cell.metadata.get("tags", []):
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), notebook.name, "exec"), known)
        if last is not None and not ast.unparse(last.value).partition("(")[0].endswith(TABLES):
            made = eval(compile(ast.Expression(last.value), notebook.name, "eval"), known)
            found += [made] if isinstance(made, Figure) else []
    return found


def page_of(figures: list[Figure]) -> str:
    """One page of figures, as the report shows them."""
    macro = templates().get_template("exhibits.html.j2").module.figure
    shown = []
    for place, figure in enumerate(figures):
        bundle, name = figure._repr_mimebundle_(), f"{figure.name}-{place}"
        words, nowhere = bundle[FIGURE_TYPE], lambda _target: None
        wide = svg.as_text(svg.drawing(bundle["image/svg+xml"], name, nowhere))
        narrow = words["narrow"] and svg.as_text(svg.drawing(words["narrow"], f"{name}-narrow", nowhere))
        shown.append(str(macro(name, words, _Safe(wide), [], _Safe(narrow) if narrow else "")))
    style = (STATIC / "site.css").read_text("utf-8")
    column = "main { width: 45.5rem; max-width: calc(100vw - 2rem); margin: 0 auto; }"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>figures</title><style>{style}{column}</style><main>{''.join(shown)}</main></html>"
    )


class _Safe(str):
    def __html__(self) -> str:
        return self


def _read(path: Path) -> list[dict]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
