"""The claims of an edition beside what was published."""

from pathlib import Path

import pandas as pd
import pytest

import ircc_lib as ircc
from ircc_lib.registry.store import Registry


def changed(reg, name: str, table: pd.DataFrame) -> Registry:
    return Registry({**reg.tables, name: table}, reg.flags, edition_name=reg.edition_name)


@pytest.mark.parametrize("edition", ["first", "five-year", "ten-year", "living"])
def test_every_claim_has_a_definition_a_reason_and_a_source_if_published(reg, edition):
    claims = ircc.headline(reg.edition(edition))
    assert claims[["claim", "unit", "definition", "why"]].notna().all().all()
    published = claims["published"].notna()
    assert claims.loc[published, "source_url"].str.startswith("https://").all()
    assert not claims["why"].str.contains("nan").any()


def test_a_claim_that_cannot_be_recomputed_is_shown_as_published_with_the_reason(reg):
    claims = ircc.headline(reg.edition("first"))
    only_published = claims[claims["value"].isna()]
    assert len(only_published)
    assert only_published["published"].notna().all()
    assert only_published["why"].str.startswith("Not recomputed: ").all()


def test_the_living_edition_is_compared_with_the_latest_publication(reg):
    claims = ircc.headline(reg.edition("living"))
    assert set(claims["published_edition"].dropna()) == {"ten-year"}
    assert claims["why"].str.contains("no publication of its own").any()


def test_reports_of_the_same_patients_count_once(reg):
    def value(registry, key):
        return ircc.headline(registry).set_index("key").loc[key, "value"]

    again = reg.trials.iloc[[0]].assign(trial_id="Again2024", year=2024)
    more = changed(reg, "trials", pd.concat([reg.trials, again], ignore_index=True))
    for key in ("trials", "patients", "cik_patients"):
        assert value(more, key) == value(reg, key)


def test_an_unspecified_tumour_is_no_entity(reg):
    entities = reg.entities.assign(specified=False)
    claims = ircc.headline(changed(reg, "entities", entities)).set_index("key")
    assert claims.loc["entities", "value"] == 0


def test_a_trial_that_improves_pfs_and_os_in_two_reports_counts_under_both(reg):
    claims = ircc.headline(reg).set_index("key")["value"]
    assert claims["pfs_or_os"] + claims["pfs_and_os"] == claims["pfs"] + claims["os"]


def test_an_edition_without_trials_claims_nothing_and_does_not_fail(reg):
    none = reg.edition("first").select(country="Germany").select(design="randomised")
    claims = ircc.headline(none).set_index("key")
    assert claims.loc["trials", "value"] == 0
    assert claims.loc["patients", "value"] == 0


def test_the_published_claims_that_the_registry_knows_all_have_a_counterpart_or_a_reason(reg):
    from ircc_lib.analysis.claims.headline import _matches

    known = set(map(tuple, _matches()[["edition", "published"]].to_numpy()))
    stated = set(map(tuple, reg.published_claims[["edition", "claim"]].to_numpy()))
    assert stated == known


def test_a_record_that_was_set_aside_and_enrolled_since_is_not_called_one_that_could_not_be_enrolled(reg):
    one = reg.screening.assign(enrolled_as=None)
    one.loc[one.index[1:], "enrolled_as"] = "Lee2019"
    claims = ircc.headline(changed(reg, "screening", one).edition("ten-year"))
    why = claims.set_index("claim").loc["Trials", "why"]
    assert "1 more record was found but could not be enrolled" in why


def test_which_count_answers_a_published_claim_is_said_by_the_projects_data(reg, tmp_path, monkeypatch):
    ten_year = reg.edition("ten-year")
    assert ircc.headline(ten_year).set_index("key")["published"].notna()["trials"]
    (tmp_path / "data/vocabularies").mkdir(parents=True)
    (tmp_path / "editions.toml").write_text(Path("editions.toml").read_text(encoding="utf-8"), encoding="utf-8")
    header = "edition,published,claim,not_recomputed\n"
    (tmp_path / "data/vocabularies/published_claims.csv").write_text(header, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert ircc.headline(ten_year).set_index("key")["published"].isna()["trials"]
