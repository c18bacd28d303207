"""The figures of a registry of long names, foreign scripts and trials that disagree: still no word over another."""

from pathlib import Path

import pytest

import ircc_lib as ircc
from tests.browser.crowded import PROJECT, crowd, figures_of, page_of
from tests.browser.drawings import measured

pytestmark = pytest.mark.thorough  # every figure of another registry
BOOKS = ["02_counts", "03_survival", "04_hazard_ratios", "05_robustness", "07_response", "08_safety", "09_combinations"]


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("crowded")
    raw = crowd(PROJECT / "data/raw", folder / "raw")
    cleaned = ircc.load_registry(raw).save(folder / "cleaned", formats=["arrow"])
    figures = [one for book in BOOKS for one in figures_of(PROJECT / f"notebooks/{book}.ipynb", cleaned)]
    assert len(figures) > 40
    (folder / "figures.html").write_text(page_of(figures), "utf-8")
    return folder / "figures.html"


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_no_word_lies_over_another_or_beyond_the_edge(page, device, request):
    shown = measured(request.getfixturevalue(device), [page])
    troubled = [(one["id"], one["clashes"][:3], one["beyond"][:3]) for one in shown]
    assert [one for one in troubled if any(one[1:])] == []
