"""Thirty searches as readers type them, and the page that each leads to first."""

import pytest

SEARCHES = {
    "liver cancer": "entities/hepatocellular-carcinoma.html",
    "HCC": "entities/hepatocellular-carcinoma.html",
    "hepatocelular": "entities/hepatocellular-carcinoma.html",
    "hepatocelular carcinoma": "entities/hepatocellular-carcinoma.html",
    "kidney": "entities/renal-cell-carcinoma.html",
    "renal cancer": "entities/renal-cell-carcinoma.html",
    "leukemia": "leukaemia",
    "AML": "entities/acute-myeloid-leukaemia.html",
    "stomach": "entities/gastric-cancer.html",
    "lung cancer": "entities/non-small-cell-lung-cancer.html",
    "NSCLC": "entities/non-small-cell-lung-cancer.html",
    "glioblastom": "entities/glioblastoma.html",
    "cervix": "entities/cervical-cancer.html",
    "bowel cancer": "entities/colorectal-cancer.html",
    "esophageal cancer": "oesophageal",
    "melanoma": "entities/melanoma.html",
    "GVHD": "08_safety.html#graft-versus-host-disease",
    "fever": "08_safety.html",
    "publication bias": "05_robustness.html#publication-bias",
    "five-year survival": "03_survival.html#five-year-survival",
    "survival": "03_survival.html",
    "safety": "08_safety.html",
    "sorafenib": "09_combinations.html",
    "PD-1": "09_combinations.html",
    "tace": "09_combinations.html",
    "chemotherapy": "09_combinations.html",
    "CARCIK": "02_counts.html",
    "DC-CIK": "02_counts.html",
    "10576658": "trials/schmidtwolf1999.html",
    "NCT00807027": "https://clinicaltrials.gov/study/NCT00807027",
    "10.18632/oncotarget.12273": "trials/kong2017.html",
    "Zhao 2013": "trials/zhao2013.html",
    "Schmidt-Wolf 1999": "trials/schmidtwolf1999.html",
}


@pytest.mark.parametrize(("query", "path"), SEARCHES.items(), ids=SEARCHES)
def test_a_search_leads_to_the_right_page_first(ten_year, desktop, query, path):
    tab = desktop.open(ten_year / "index.html")
    tab.locator("#search").fill(query)
    tab.locator("#search-results [role=option]").first.wait_for()
    first = tab.locator("#search-results [role=option]").first
    assert path in (first.get_attribute("data-path") or ""), first.inner_text()
    assert desktop.troubles() == []
