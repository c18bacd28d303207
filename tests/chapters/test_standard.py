"""The chapter on the reporting standard: what its figures and tables show."""

import ircc_lib as ircc


def test_what_was_read_stands_beside_every_number(reg):
    scored, totals = ircc.standard.score(reg), ircc.standard.scores(reg)
    by_item = ircc.standard.summary(reg)
    lacking = ircc.standard.recoverable(reg, "OS")
    shown = [
        str(ircc.standard.sentence(scored, totals)),
        ircc.standard.heat_map(scored).caption,
        ircc.standard.shares(by_item).caption,
        ircc.standard.then_and_now(ircc.standard.summary(reg, by="period")).caption,
        str(ircc.standard.recoverable_sentence(reg, lacking, "OS")),
        *(column.label for column in ircc.standard.rarely_stated(by_item).columns if "read" in column.label),
        *(column.label for column in ircc.standard.scores_table(totals).columns if "Read" in column.label),
        *(column.label for column in ircc.standard.recoverable_table(lacking).columns if "Read" in column.label),
    ]
    assert len(shown) == 8 and all("full text" in words or words == "Read in" for words in shown)
    assert not any("poor" in words.replace("poorly reported before its full text has been read", "") for words in shown)


def test_a_part_without_trials_has_no_rows(reg):
    empty = reg.select(country="Iceland")
    assert ircc.standard.scores(empty).empty
    assert ircc.standard.heat_map(ircc.standard.score(empty)).caption
