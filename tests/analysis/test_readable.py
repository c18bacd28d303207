"""A session by hand: results are words, choices take names as people write them, a slip is answered in one sentence."""

import pandas as pd
import pytest

import ircc_lib as ircc

Y, S = [-0.5, -0.3, -0.6, -0.1], [0.2, 0.25, 0.3, 0.2]
IPD = pd.DataFrame({"time": [5, 9, 12, 7, 12, 20.0], "event": [1, 1, 1, 1, 1, 0], "arm": ["control"] * 3 + ["cik"] * 3})
RESULTS = {
    "pool": lambda: ircc.pool(Y, S),
    "subgroups": lambda: ircc.meta.subgroups(Y, S, list("aabb")),
    "regression": lambda: ircc.meta.regression(Y, S, pd.DataFrame({"year": [1, 2, 3, 5]})),
    "rmst": lambda: ircc.rmst_difference(IPD, horizon=10),
    "selection": lambda: ircc.meta.selection_model(Y, S, weights="moderate"),
    "worst case": lambda: ircc.meta.worst_case(Y, S),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_is_shown_in_words_in_a_terminal_and_as_a_table_in_a_notebook(name):
    found = RESULTS[name]()
    assert "estimate=" not in repr(found) and type(found).__name__ not in repr(found)
    assert str(found) == repr(found) and found._repr_html_().startswith("<table>")


def test_subgroups_regression_and_restricted_means_say_their_numbers():
    pooled = ircc.pool(Y[:2], S[:2])
    assert f"{pooled.hazard_ratio:.3g}" in repr(ircc.meta.subgroups(Y, S, list("aabb")))
    assert "test for subgroup differences" in repr(ircc.meta.subgroups(Y, S, list("aabb")))
    found = RESULTS["regression"]()
    assert f"{found.coefficients['estimate'].iloc[1]:.3g}" in repr(found) and "year" in repr(found)
    # by hand: CIK 7 + 2/3 x 3 = 9 months up to 10, control (5 + 9 + 10) / 3 = 8
    assert "CIK minus control, months   1.0" in repr(RESULTS["rmst"]())
    assert repr(ircc.pool(Y, S).exp()).startswith("0.708 (")


@pytest.mark.parametrize(
    ("choice", "same"),
    [
        ({"entity": "Hepatocellular Carcinoma"}, {"entity": "hepatocellular carcinoma"}),
        ({"entity": "hcc"}, {"entity": "hepatocellular carcinoma"}),
        ({"country": "south korea"}, {"country": "South Korea"}),
        ({"product": "dc-cik"}, {"product": "DC-CIK"}),
        ({"trial_id": "Lee 2015"}, {"trial_id": "Lee2015"}),
        ({"trial_id": "lee2015"}, {"trial_id": "Lee2015"}),
        ({"endpoint": "os"}, {"endpoint": "OS"}),
    ],
)
def test_trials_are_chosen_by_names_as_people_write_them(reg, choice, same):
    assert reg.select(**choice).trials["trial_id"].tolist() == reg.select(**same).trials["trial_id"].tolist() != []


def test_a_setting_is_chosen_by_a_word_of_it(reg):
    settings = reg.select(setting="adjuvant").trials["setting"]
    assert len(settings) > 5 and settings.str.contains(r"\badjuvant\b", case=False).all()
    assert not settings.str.startswith("neoadjuvant").any()


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda reg, e: ircc.forest(3), TypeError, "effects: a DataFrame is needed, found int"),
        (lambda reg, e: ircc.forest(e.drop(columns="se")), ValueError, "effects has no column 'se'"),
        (lambda reg, e: ircc.hazard_ratios.subgroup_forest(e, "nope"), ValueError, "effects has no column 'nope'"),
        (lambda reg, e: ircc.robustness.bubble(e, "nope"), ValueError, "effects has no column 'nope'"),
        (lambda reg, e: ircc.robustness.bubble(e, "entity"), ValueError, "'entity' is not numeric"),
        (lambda reg, e: ircc.robustness.funnel(e.drop(columns="se")), ValueError, "effects has no column 'se'"),
        (lambda reg, e: ircc.cite(3), TypeError, "trial_ids: text or a list of texts is needed, found int"),
        (lambda reg, e: ircc.bibtex(3), TypeError, "reg: a Registry as load_registry() gives it is needed, found int"),
        (lambda reg, e: reg.with_trial(5), TypeError, "trial: the columns of a trial are needed as a dict"),
        (lambda reg, e: reg.select(trial_id="Leee2015"), ValueError, "did you mean 'Lee2015'"),
        (lambda reg, e: reg.select(entity="gastrc Cancer"), ValueError, "did you mean 'gastric cancer'"),
    ],
)
def test_a_slip_is_answered_in_one_sentence(reg, call, error, says):
    effects = ircc.log_hazard_ratios(reg, "OS")
    with pytest.raises(error) as found:
        call(reg, effects)
    assert says in str(found.value) and "\n" not in str(found.value)


def test_a_figure_and_a_link_say_what_they_are(reg):
    effects = ircc.log_hazard_ratios(reg, "OS").head(5)
    assert repr(ircc.forest(effects)).startswith("<Figure forest-os: Overall survival")
    assert ircc.cite("Lee2015")._repr_html_() == '<a class="trial" href="trial:Lee2015">Lee 2015</a>'
    assert str(ircc.display.prose("See {trials}.", trials=ircc.cite(["Lee2015"]))).startswith('See <a class="trial"')
