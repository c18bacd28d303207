"""Searches as readers type them, and the page that each leads to first."""

import csv
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]

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
    "NCT00807027": "registrations.html",
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


MORE = {
    "hepatoma": "hepatocellular",
    "liver": "hepatocellular",
    "kidney cancer": "renal",
    "hypernephroma": "renal",
    "RCC": "renal-cell",
    "stomach cancer": "gastric",
    "gastric adenocarcinoma": "gastric",
    "colon cancer": "colorectal",
    "bowel": "colorectal",
    "CRC": "colorectal",
    "breast": "breast-cancer",
    "TNBC": "triple-negative",
    "GBM": "glioblastoma",
    "brain tumour": "glioblastoma",
    "brain tumor": "glioblastoma",
    "NPC": "nasopharyngeal",
    "NHL": "non-hodgkin",
    "DLBCL": "diffuse",
    "CLL": "chronic-lymphocytic",
    "CML": "chronic-myeloid",
    "MDS": "myelodysplastic",
    "myeloma": "multiple-myeloma",
    "pancreas": "pancreatic",
    "prostate": "prostate",
    "bladder cancer": "bladder",
    "ovary": "ovarian",
    "skin cancer": "melanoma",
    "SCLC": "small-cell-lung",
    "lymphoma": "lymphoma",
    "neuroblastom": "neuroblastoma",
    "chills": "08_safety",
    "fatigue": "08_safety",
    "neutropenia": "08_safety",
    "anaphylaxis": "08_safety",
    "hypotension": "08_safety",
    "side effects": "08_safety",
    "adverse events": "08_safety",
    "toxicity": "08_safety",
    "death": "08_safety",
    "treatment-related death": "08_safety",
    "cisplatin": "09_",
    "gemcitabine": "09_",
    "nivolumab": "09_",
    "pembrolizumab": "09_",
    "temozolomide": "09_",
    "radiotherapy": "09_",
    "surgery": "09_",
    "FOLFOX": "09_",
    "interleukin-2": "09_",
    "IL-2": "09_",
    "bevacizumab": "09_",
    "docetaxel": "09_",
    "transarterial chemoembolisation": "09_",
    "hazard ratio": "04_",
    "forest plot": "04_",
    "funnel plot": "05_",
    "sensitivity analysis": "05_",
    "certainty": "index",
    "PRISMA": "11_protocol",
    "protocol": "11_protocol",
    "how to cite": "cite",
    "citation": "about",
    "licence": "about",
    "download": "data.html",
    "data dictionary": "data.html",
    "median survival": "03_",
    "response rate": "07_",
    "objective response": "07_",
    "ORR": "07_",
    "registrations": "registrations",
    "unpublished trials": "registrations",
    "meta-regression": "05_",
    "leave-one-out": "05_",
    "trim and fill": "05_",
    "missing data": "05_",
    "RMST": "03_",
    "dose": "02_",
    "infusions": "02_",
    "allogeneic": "02_",
    "cord blood": "02_",
    "viability": "10_",
    "reporting standard": "10_",
    "explore": "explore",
    "hepatocelullar carcinoma": "hepatocellular",
    "glioblastma": "glioblastoma",
    "melanomma": "melanoma",
    "sorafinib": "09_",
    "colorektal": "colorectal",
    "leukemea": "leuk",
    "gastrik cancer": "gastric",
    "pancreatik": "pancreatic",
    "chemotherpy": "09_",
    "nasopharingeal": "nasoph",
    "Kong 2017": "kong2017",
    "Lee 2015": "lee2015",
    "Schmidt-Wolf": "schmidtwolf1999",
    "Introna": "introna",
    "25747273": "lee2015",
    "10.1053/j.gastro.2015.02.055": "lee2015",
    "NCT00699816": "lee2015",
    "PMID 25747273": "lee2015",
    "doi:10.1053/j.gastro.2015.02.055": "lee2015",
    "https://doi.org/10.1053/j.gastro.2015.02.055": "lee2015",
    "Immuncell-LC": "02_",
    "CIK": "02_",
    "dendritic cells": "02_",
}


def test_tumours_events_methods_numbers_and_misspelt_words_are_found(ten_year, desktop):
    """One tab for all of them: what is typed replaces what was typed before."""
    tab = desktop.open(ten_year / "index.html")
    wrong = {}
    for query, path in MORE.items():
        tab.locator("#search").fill("")
        tab.locator("#search").fill(query)
        tab.locator("#search-results [role=option]").first.wait_for()
        first = tab.locator("#search-results [role=option]").first.get_attribute("data-path") or ""
        if path not in first:
            wrong[query] = first
    assert wrong == {} and desktop.troubles() == []


def test_every_other_name_of_a_section_leads_somewhere(ten_year):
    names = list(csv.DictReader(open(PROJECT / "data" / "synonyms.csv", encoding="utf-8", newline="")))
    index = (ten_year / "_static" / "search-index.js").read_text("utf-8")
    for row in names:
        if row["kind"] == "chapter":
            page, _, anchor = row["stands_for"].partition("#")
            path = "index.html" if page == "00_update" else f"{page}.html"
            assert f'"{path}{"#" + anchor if anchor else ""}"' in index, row
