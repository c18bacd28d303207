"""The list of trials holds each report of the raw table once, and says how many lead on to a paper."""

import csv
from pathlib import Path

import ircc_lib as ircc

ROOT = Path(__file__).parents[2]


def test_every_report_stands_in_the_list_once_and_the_sentence_counts_them(reg):
    with open(ROOT / "data/raw/trials.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(ircc.trials.index(reg).data["trial_id"]) == sorted(row["trial_id"] for row in rows)
    sentence = ircc.trials.sentence(reg)
    assert sentence.startswith(f"{len(rows)} reports on {len({row['cohort'] for row in rows})} groups of patients")
