"""Rows that the check lets through with a flag are kept, shown and left out (that they fail no notebook: ``test_doubtful``)."""

import pytest

import ircc_lib as ircc

CHAPTERS = ["quality", "counts", "survival", "response", "safety", "combinations", "entity", "trials"]
BOTH = ("cik", "control")


def nobody_evaluable(small):
    small.add("responses", {"trial_id": "Made2018", "group": "cik", "n_evaluable": "0", "cr": "0", "orr_pct": "10"})
    small.add("responses", {"trial_id": "Made2018", "group": "control", "n_evaluable": "0", "cr": "0", "pr": "0"})


def nobody_at_risk(small):
    rows = [
        {
            "trial_id": "Made2018",
            "group": group,
            "term_reported": "fever",
            "n_affected": "0",
            "n_at_risk": "0",
            "pct": "5",
        }
        for group in BOTH
    ]
    rows += [{"trial_id": "Made2018", "group": "cik", "term_reported": "fever", "n_affected": "1", "n_at_risk": "0"}]
    small.add("adverse_events", *rows)


def more_responders_than_patients(small):
    small.add("responses", {"trial_id": "Made2018", "group": "cik", "n_evaluable": "16", "cr": "30"})


def more_affected_than_patients(small):
    small.add(
        "adverse_events",
        {"trial_id": "Made2018", "group": "cik", "term_reported": "fever", "n_affected": "50", "n_at_risk": "29"},
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_one_real_trial_whose_medians_were_not_reached_makes_every_chapter(small, run_chapter, chapter):
    small.real("Cui2015")
    assert run_chapter(chapter, small.folder, entity="gastric cancer")


@pytest.mark.parametrize(
    ("kind", "why"),
    [(more_responders_than_patients, "30 of 16: more than there are"), (nobody_evaluable, "of no patients")],
)
def test_a_doubtful_response_is_listed_with_the_reason(small, kind, why):
    small.trial()
    kind(small)
    listed = ircc.response.as_counted(ircc.load_registry(small.folder)).data
    assert len(listed) and not listed["pooled"].any() and listed["why"].str.contains(why).any()


@pytest.mark.parametrize(
    ("kind", "why"),
    [(more_affected_than_patients, "50 of 29: more than there are"), (nobody_at_risk, "of no patients")],
)
def test_a_doubtful_event_is_listed_with_the_reason(small, kind, why):
    small.trial()
    kind(small)
    listed = ircc.safety.table(ircc.load_registry(small.folder)).data
    assert len(listed) and not listed["pooled"].any() and listed["why"].str.contains(why).any()
