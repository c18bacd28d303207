"""The whole report on a registry of another cell product: its pages speak of its cells, and never of CIK cells."""

import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from tests.registry.made_up import made_up_tables, write_registry

pytestmark = pytest.mark.thorough  # a whole report of another registry
ROOT = Path(__file__).parents[2]
NAMES = """name,says,meaning
registry,Registry of dendritic cell vaccines,
short,DCVR,
cells,dendritic cell vaccines,
product,DC,
in full,autologous dendritic cell vaccines,
"""
PRODUCTS = """product,meaning
DC vaccine,dendritic cells pulsed with tumour lysate
DC-RNA,dendritic cells with tumour RNA
mixed,several of these in one trial
"""


def vaccines() -> dict[str, list[dict[str, str]]]:
    """Five trials of dendritic cell vaccines, of several designs; one title is of CIK cells, and that is its own."""
    tables: dict[str, list[dict[str, str]]] = {}
    designs = ("randomised", "randomised", "randomised", "single_arm", "retrospective_controlled")
    for number, design in enumerate(designs):
        trial = f"Vacc{2014 + number}"
        for name, rows in made_up_tables().items():
            for row in rows:
                if name == "tumours" and number:
                    continue
                changed = row | ({"trial_id": trial} if "trial_id" in row else {})
                if name == "trials":
                    changed |= {"cohort": trial, "first_author": f"Vacc{'abcde'[number].upper()}", "year": str(2014 + number),
                                "title": f"Dendritic cell vaccine, trial {number}", "pmid": f"2345{number}781",
                                "registration_id": f"NCT0123456{number}", "design": design, "product": "DC vaccine",
                                "product_reported": "lysate-pulsed DC"}  # fmt: skip
                    changed |= {} if design == "randomised" else {"allocation": "", "allocation_basis": ""}
                if name == "comparisons":
                    changed |= {"estimate": f"0.{60 + number}"}
                if design == "single_arm" and (changed.get("group") == "control" or name == "comparisons"):
                    continue
                if design == "single_arm" and name == "trials":
                    changed |= {"n_control": "", "n_total": "45", "comparator": "", "n_male": "25", "n_female": "20"}
                if design == "single_arm" and name == "entities":
                    changed |= {"n_patients": "45"}
                tables.setdefault(name, []).append(changed)
    tables["trials"][0]["title"] = "DC vaccine against CIK cells after gastrectomy"
    return tables


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vaccines")
    raw = write_registry(folder / "data" / "raw", vaccines())
    shutil.copytree(ROOT / "data" / "vocabularies", folder / "data" / "vocabularies")
    (folder / "data" / "vocabularies" / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    (folder / "data" / "vocabularies" / "registry.csv").write_text(NAMES, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from ircc_lib.cli import main; main()", "report", "--edition", "living",
         "--raw", str(raw), "--out", str(folder / "reports")],
        cwd=ROOT, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "reports"


def words_of(page: Path) -> str:
    """What a page says: no marks, scripts and addresses."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page.read_text(encoding="utf-8"), flags=re.S)
    shown = " ".join(re.findall(r'(?:alt|title|aria-label|content)="([^"]*)"', text))
    return unescape(re.sub(r"<[^>]+>", " ", text) + " " + shown)


def test_no_sentence_speaks_of_cik_cells(pages):
    found = {
        f"{page.relative_to(pages)}: {match[0]}"
        for page in sorted(pages.rglob("*.html"))
        for match in re.finditer(r".{0,60}(?:\bCIK|IRCC\b|cytokine-induced).{0,40}", words_of(page))
        if "DC vaccine against CIK cells" not in match[0]
    }
    assert not found, "\n".join(sorted(found)[:40])


def test_its_own_names_stand_there_and_titles_are_quoted(pages):
    front = words_of(pages / "living" / "index.html")
    assert "Registry of dendritic cell vaccines" in front and "dendritic cell vaccines" in front
    record = words_of(pages / "living" / "trials" / "vacc2014.html")
    assert "DC vaccine against CIK cells after gastrectomy" in record
    assert "favours DC" in words_of(pages / "living" / "04_hazard_ratios.html")


def test_scripts_and_search_say_them_too(pages):
    shared = pages / "living" / "_static"
    assert "favours DC" in (shared / "explore.js").read_text(encoding="utf-8")
    assert "CIK" not in (shared / "search-index.js").read_text(encoding="utf-8").replace("against CIK cells", "")
    dictionary = (pages / "living" / "data" / "data_dictionary.csv").read_text(encoding="utf-8")
    assert "Patients who received dendritic cell vaccines" in dictionary and "n_cik" in dictionary


def test_a_name_that_a_page_would_read_as_markup_is_refused(tmp_path):
    from ircc_lib.registry.naming import read_names

    path = tmp_path / "registry.csv"
    path.write_text("name,says,meaning\ncells,<b>DC</b>,\n", encoding="utf-8")
    with pytest.raises(ValueError, match="registry.csv:2: says: .* found '<'"):
        read_names(path)
