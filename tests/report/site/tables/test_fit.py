"""Which columns stand in a row of a page and which below it."""

from ircc_lib.figures.display import column
from ircc_lib.report.site.tables.fit import below

NAMES = ["Lee 2015", "Kong 2017"]


def test_a_small_table_stands_as_it_is():
    columns = [column.trial("trial_id"), column.number("n_total"), column.text("country")]
    assert below(columns, [["Lee2015", 230, "South Korea"]]) == set()


def test_notes_stand_below_in_any_table():
    columns = [column.trial("trial_id"), column.note("note"), column.why("why")]
    assert below(columns, [["Lee2015", "x", "y"]]) == {1, 2}


def test_what_does_not_fit_goes_below_long_words_first_and_then_the_last():
    columns = [column.trial("trial_id"), column.text("title"), *(column.text(f"column_{n}") for n in range(12))]
    rows = [["Lee2015", "a title of many words " * 5, *["sixteen letters."] * 12]]
    folded = below(columns, rows)
    assert 1 in folded and 0 not in folded
    kept = [place for place in range(2, 14) if place not in folded]
    assert kept == list(range(2, 2 + len(kept))) and 4 <= len(kept) <= 8  # the first ones stay, in their order


def test_a_list_of_many_trials_never_makes_a_row_a_page_high():
    columns = [column.text("by"), column.trial("trial_ids")]
    assert below(columns, [["all", "; ".join(["Lee2015"] * 30)]]) == {1}
    assert below(columns, [["all", "Lee2015; Kong2017"]]) == set()


def test_one_endless_word_cannot_push_the_others_out():
    columns = [column.trial("trial_id"), column.text("drug"), column.number("n_total")]
    assert 2 not in below(columns, [["Lee2015", "x" * 5_000, 3]])
