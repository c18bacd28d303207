"""File names for pages."""

import re

from hypothesis import given
from hypothesis import strategies as st

from ircc_lib.report.site.slugs import notebook_pages, page_name, page_names

RESERVED = {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(st.lists(st.text(), unique=True))
def test_every_text_gets_a_name_of_its_own_even_where_case_is_ignored(texts):
    names = page_names(texts)
    assert set(names) == set(texts)
    assert len({name.casefold() for name in names.values()}) == len(texts)


@given(st.text())
def test_a_name_is_safe_on_every_file_system(text):
    name = page_name(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(name) <= 60 and name not in RESERVED


@given(st.sampled_from(sorted(RESERVED)))
def test_names_that_windows_keeps_for_devices_are_not_used(text):
    assert page_name(text).startswith(f"{text}-")


def test_a_plain_entity_keeps_a_readable_name():
    assert page_name("Non-Hodgkin lymphoma") == "non-hodgkin-lymphoma"


def test_names_do_not_depend_on_the_order_of_the_texts():
    assert page_names(["Lung", "lung"]) == page_names(["lung", "Lung"])


@given(st.lists(st.text(min_size=1), unique=True))
def test_a_notebook_of_any_name_has_a_page_of_its_own_that_needs_no_quoting(stems):
    pages = notebook_pages(stems, ["data", "index"])
    assert len({page.casefold() for page in pages.values()} | {"data", "index"}) == len(stems) + 2
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", page) and page.casefold() not in RESERVED for page in pages.values())


def test_the_names_of_the_projects_own_notebooks_stay():
    names = ["00_update", "04_hazard_ratios", "trials"]
    assert notebook_pages(names, ["data"]) == dict(zip(names, names))
