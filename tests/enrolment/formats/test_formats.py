"""Each sample gives what its README names. Figures are those of the samples and of the papers they name."""

import json

import pytest

from ircc_lib.enrolment.checking.plan import make_plan
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.formats.recognise import UnreadableFileError, recognise
from ircc_lib.enrolment.readers import read_files


def plan_of(project, *paths, answers=(), yes=False):
    decisions = Decisions.of(answers, yes=yes)
    return make_plan(read_files(list(paths), decisions), project.raw, decisions)


def states(plan):
    return {name: trial.state for name, trial in plan.trials.items()}


def cells(plan, table, **wanted):
    rows = [row.cells for bundle in plan.bundles for row in bundle.of(table)]
    return [row for row in rows if all(row.get(name) == text for name, text in wanted.items())]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ctgov/NCT00699816.json", "ctgov"),
        ("ctgov/search_page.json", "ctgov"),
        ("ctgov/ctg-studies.csv", "ctgov-csv"),
        ("pubmed/three.xml", "pubmed"),
        ("pubmed/three.nbib", "nbib"),
        ("pubmed/three.ris", "ris"),
        ("pubmed/publisher_merker2019.ris", "ris"),
        ("redcap/IRCC_DATA_2026-11-25_1032.csv", "redcap"),
        ("redcap/data_dictionary.csv", "redcap-dictionary"),
        ("ictrp/ICTRP-Results.xml", "ictrp"),
        ("excel/european_csv_utf8.csv", "table"),
    ],
)
def test_a_file_is_known_by_its_content(samples, name, kind):
    assert recognise((samples / name).read_bytes(), "download.txt") == kind


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"%PDF-1.7", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xlsx"),
        (b"", "empty"),
        (b"<html><body>", "web page"),
        (b'{"a": 1}', "ClinicalTrials.gov"),
        (b"hello there", "column names"),
    ],
)
def test_what_is_not_read_is_refused_with_what_to_do(content, advice):
    with pytest.raises(UnreadableFileError, match=advice):
        recognise(content, "file")


@pytest.mark.parametrize("name", ["three.xml", "three.nbib", "three.ris"])
def test_the_three_articles_are_told_apart_in_every_format(project, samples, name):
    plan = plan_of(project, samples / "pubmed" / name)
    assert states(plan) == {"Pan2016": "SAME REPORT", "Shin2026a, Shin2026b": "SAME REPORT", "Liu2015": "NOT A TRIAL"}
    assert not plan.errors
    assert [row.cells["title"][:15] for row in plan.additions if row.table == "screening"] == ["A Positive Role"]


@pytest.mark.parametrize("name", ["three.xml", "three.nbib", "three.ris"])
def test_a_new_article_is_held_as_a_half_filled_form(project, samples, name):
    project.forget("Shin2026a", "Shin2026b")
    plan = plan_of(project, samples / "pubmed" / name)
    assert plan.trials["Shin2026"].state == "HELD"
    row = cells(plan, "trials", trial_id="Shin2026")[0]
    assert row["pmid"] == "41591582" and row["doi"] == "10.1007/s00262-026-04301-6" and row["year"] == "2026"
    assert row["first_author"] == "Shin H" and row["journal"] == "Cancer Immunol Immunother"
    assert row["title"].endswith("a randomized controlled trial")
    assert "design" in plan.trials["Shin2026"].lacks and "116.1 months" in plan.bundles[0].abstracts["Shin2026"]
    project.run("enrol", samples / "pubmed" / name, "--write", "--yes", expect=2)
    assert not project.rows("trials", pmid="41591582")


def test_a_translated_title_keeps_its_brackets_and_tags_do_not_cut_an_abstract(project, samples):
    project.forget("Pan2016")
    project.forget("Shin2026a", "Shin2026b")
    plan = plan_of(project, samples / "pubmed" / "three.xml")
    title = "[Effect of CIK on long-term survival in the treatment of HCC after RFA combined TACE]"
    assert cells(plan, "trials", pmid="27055505")[0]["title"] == title
    assert "P = 0.01." in plan.bundles[0].abstracts["Shin2026"]
    assert any("authors is not complete" in one.why for one in plan.findings)


def test_the_publisher_s_record_with_a_mark_is_new_under_a_free_id(project, samples):
    project.forget("Merker2019b")
    plan = plan_of(project, samples / "pubmed" / "publisher_merker2019.ris")
    assert states(plan) == {"Merker2019b": "HELD"}
    row = cells(plan, "trials")[0]
    assert (row["doi"], row["year"], row["first_author"]) == ("10.18632/oncotarget.27242", "2019", "Merker M")
    assert row["source_url"] == "https://doi.org/10.18632/oncotarget.27242"


def test_odd_pubmed_xml_is_read(project, tmp_path):
    path = tmp_path / "odd.xml"
    path.write_text(
        """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>30000001</PMID><Article>
        <Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate></JournalIssue>
        <Title>Journal of CIK</Title></Journal>
        <ArticleTitle>CIK cells (CD3<sup>+</sup>CD56<sup>+</sup>) in <i>gastric</i> cancer.</ArticleTitle>
        <AuthorList><Author><CollectiveName>CIK Group</CollectiveName></Author></AuthorList>
        <DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>
        <AccessionNumber>NCT09999999</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
        <PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>
        </MedlineCitation><PubmedData><ReferenceList><Reference><ArticleIdList>
        <ArticleId IdType="doi">10.1/wrong</ArticleId></ArticleIdList></Reference></ReferenceList><ArticleIdList>
        <ArticleId IdType="doi">10.1234/right</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
        </PubmedArticleSet>""",
        encoding="utf-8",
    )
    row = cells(plan_of(project, path), "trials")[0]
    assert row["title"] == "CIK cells (CD3+CD56+) in gastric cancer"
    assert (row["year"], row["first_author"], row["doi"]) == ("1998", "CIK Group", "10.1234/right")
    assert row["registration_id"] == "NCT09999999"


def test_ovid_s_ris_is_read(project, tmp_path):
    path = tmp_path / "ovid.ris"
    path.write_text(
        "1. \r\nTY  - JOUR\r\nID  - 30000002\r\nT1  - CIK cells after surgery:\r\n  a trial\r\nA1  - Doe,Jane Ann\r\nY1  - 2018//\r\n"
        "JF  - Journal of Trials\r\nN2  - Forty patients.\r\nM3  - https://dx.doi.org/10.5555/ovid.1\r\n"
        "UR  - https://ovidsp.ovid.com/athens?id=pmid:30000002\r\nER  - \r\n\r\n2. \r\nTY  - JOUR\r\nT1  - Another\r\nER  -\r\n",
        encoding="utf-8",
    )
    plan = plan_of(project, path)
    row = cells(plan, "trials")[0]
    assert row["title"] == "CIK cells after surgery: a trial" and row["first_author"] == "Doe JA"
    assert (row["year"], row["doi"], row["pmid"]) == ("2018", "10.5555/ovid.1", "30000002")
    assert len(cells(plan, "trials")) == 2


def test_a_register_entry_of_an_enrolled_trial_brings_nothing_but_what_is_empty(project, samples):
    before = project.raw_bytes()
    plan = plan_of(project, samples / "ctgov" / "NCT00699816.json", yes=True)
    assert states(plan) == {"Lee2015": "SAME REPORT"} and plan.nothing_to_write
    registration = cells(plan, "registrations")[0]
    assert registration["n_actual"] == "230" and "n_planned" not in registration
    assert registration["country"] == "South Korea" and registration["start"] == "2008-07"
    assert project.raw_bytes() == before


def test_the_register_and_the_paper_may_differ_and_it_is_said(project, samples):
    plan = plan_of(project, samples / "ctgov" / "NCT01631357.json")
    assert any("2/3" in one.why for one in plan.findings)
    assert cells(plan, "registrations")[0]["phase"] == "2/3" and cells(plan, "registrations")[0]["n_actual"] == "96"
    assert all(trial.state == "SAME REPORT" for trial in plan.trials.values())


def test_a_bare_register_record_is_no_report(project, samples, tmp_path):
    path = tmp_path / "bare.json"
    path.write_text(
        json.dumps({"protocolSection": {"identificationModule": {"nctId": "NCT09999998", "briefTitle": "Bare"}}})
    )
    plan = plan_of(project, path)
    assert not plan.trials and [row.table for row in plan.additions] == ["registrations"]
    project.run("enrol", path, "--write", "--yes", expect=0)
    assert project.rows("registrations", registration_id="NCT09999998")[0]["title"] == "Bare"


def test_a_page_of_a_search_is_not_the_whole_search(project, samples):
    plan = plan_of(project, samples / "ctgov" / "search_page.json")
    assert any("not the whole search" in one.why for one in plan.findings)
    assert len(cells(plan, "registrations")) == 3


def test_the_website_s_csv_says_nothing_of_planned_or_actual(project, samples):
    plan = plan_of(project, samples / "ctgov" / "ctg-studies.csv")
    rows = {row["registration_id"]: row for row in cells(plan, "registrations")}
    assert len(rows) == 3 and not any("n_planned" in row or "n_actual" in row for row in rows.values())
    assert rows["NCT00699816"]["country"] == "South Korea" and rows["NCT00460694"]["phase"] == "1/2"


def test_posted_results_give_rows_and_the_orientation_is_asked(project, samples):
    path = samples / "ctgov" / "MADE_UP_results.json"
    plan = plan_of(project, path)
    assert "orientation:NCT99999999:OS" in {one.key for one in plan.questions}
    report = cells(plan, "trials")[0]
    sizes = [report[name] for name in ("n_cik", "n_control", "n_total", "n_male", "n_female", "age_median")]
    assert sizes == ["40", "40", "80", "51", "29", "57"] and "phase" not in report
    medians = {row["group"]: row for row in cells(plan, "medians")}
    assert medians["cik"]["median_reported"] == "not reached" and medians["cik"]["ci_low"] == "40.1"
    assert "ci_high" not in medians["cik"] and medians["control"]["median_reported"] == "28.0"
    harm = {(row["group"], row["term_reported"]): row for row in cells(plan, "adverse_events")}
    assert harm["cik", "Fever"]["n_at_risk"] == "36" and harm["control", "Fever"]["n_at_risk"] == "40"
    assert cells(plan, "registrations")[0]["n_actual"] == "0"
    assert "slow accrual" in cells(plan, "registrations")[0]["status"]
    answered = plan_of(project, path, answers=["orientation:NCT99999999:OS=control_vs_cik"])
    ratio = cells(answered, "comparisons")[0]
    assert (ratio["estimate"], ratio["orientation"], ratio["p_value"]) == ("1.61", "control_vs_cik", "<0.05")
    assert "90% CI" in ratio["note"]


def test_the_portal_s_export_is_stripped_added_up_and_dated(project, samples):
    project.drop("registrations", "registration_id", "NCT00699816", "ChiCTR-OIC-17011679")
    plan = plan_of(project, samples / "ictrp" / "ICTRP-Results.xml")
    rows = {row["registration_id"]: row for row in cells(plan, "registrations")}
    assert rows["NCT00699816"]["start"] == "2008-07" and rows["NCT00699816"]["n_planned"] == "230"
    second = rows["ChiCTR-OIC-17011679"]
    assert (second["phase"], second["n_planned"]) == ("1/2", "68")
    assert second["condition"] == "Advanced solid tumours (lung, liver, colon, renal)"
    assert not plan.errors


def test_a_truncated_export_is_an_error(samples):
    path = samples / "ictrp" / "ICTRP-Results.xml"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFileError, match="breaks off"):
        read_files([path], Decisions())


def test_redcap_codes_mean_what_the_dictionary_says(project, samples):
    export, dictionary = (
        samples / "redcap" / "IRCC_DATA_2026-11-25_1032.csv",
        samples / "redcap" / "data_dictionary.csv",
    )
    plan = plan_of(project, export, dictionary)
    assert states(plan) == {"KimUndated": "SAME REPORT", "Shin2026b": "SAME REPORT"}
    medians = cells(plan, "medians", trial_id="KimUndated")
    assert [(row["group"], row["median_reported"], row["unit"], row["endpoint"]) for row in medians] == [
        ("cik", "not reached", "months", "RFS"),
        ("control", "48.62", "months", "RFS"),
    ]
    ratio = cells(plan, "comparisons", trial_id="KimUndated")[0]
    assert (ratio["estimate"], ratio["ci_low"], ratio["ci_high"], ratio["orientation"]) == (
        "0.32",
        "0.15",
        "0.71",
        "cik_vs_control",
    )
    trial = cells(plan, "trials", trial_id="Shin2026b")[0]
    assert trial["followup_months"] == "57.2" and trial["design"] == "retrospective_controlled"
    assert any("record 3 is marked incomplete" in one.why for one in plan.findings)


def test_a_label_export_of_redcap_says_the_same(project, samples, tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text(
        "Record ID,Repeat Instrument,Repeat Instance,Title,Year of publication,PMID,Study design,Phase,Patients CIK,"
        "Patients control,First patient,Median follow-up (months),Given with the cells (choice=Chemotherapy),"
        "Given with the cells (choice=Radiotherapy),Given with the cells (choice=TACE),"
        "Given with the cells (choice=PD-1 inhibitor),Given with the cells (choice=None),Complete?,Endpoint,Arm,"
        "Median (months); -1 not reached,HR (CIK vs control),HR 95% lower,HR 95% upper,p,Complete?\n"
        '7,,,A new trial of CIK cells,2024,,"Controlled, not randomised",I/II,20,20,2019-05-01,"12,5",Checked,Unchecked,Unchecked,'
        "Unchecked,Unchecked,Complete,,,,,,,,\n"
        "7,Survival,1,,,,,,,,,,,,,,,,OS,CIK,-1,0.5,0.3,0.9,0.02,Complete\n",
        encoding="utf-8",
    )
    plan = plan_of(project, path, samples / "redcap" / "data_dictionary.csv")
    trial = cells(plan, "trials")[0]
    assert (trial["design"], trial["phase"], trial["n_cik"]) == ("controlled_nonrandomised", "1/2", "20")
    assert (trial["followup_months"], trial["co_treatment"]) == ("12.5", "Chemotherapy")
    assert cells(plan, "medians")[0]["median_reported"] == "not reached"
    assert cells(plan, "comparisons")[0]["estimate"] == "0.5"


def test_our_own_redcap_dictionary_needs_no_map(project, tmp_path):
    project.run("workbook", "--redcap", "-o", "dictionary.csv", expect=0)
    export = tmp_path / "export.csv"
    export.write_text(
        "record_id,redcap_repeat_instrument,redcap_repeat_instance,trials__title,trials__design,trials_complete\n"
        "1,,,A trial of our own form,1,2\n"
    )
    trial = cells(plan_of(project, export), "trials")[0]
    assert (trial["title"], trial["design"]) == ("A trial of our own form", "randomised")


def test_what_may_identify_a_person_is_refused(project, samples):
    dictionary = samples / "redcap" / "data_dictionary.csv"
    text = dictionary.read_text(encoding="utf-8").replace(
        "title,trial,,text,Title,,,,,,,,y", "title,trial,,text,Title,,,,,,y,,y"
    )
    dictionary.write_text(text, encoding="utf-8")
    plan = plan_of(project, samples / "redcap" / "IRCC_DATA_2026-11-25_1032.csv", dictionary)
    assert any("identify a person" in one.why for one in plan.findings)
    assert not any("title" in row for row in cells(plan, "trials"))


def test_the_german_csv_files_give_two_cohorts_of_one_report(project, samples):
    project.forget("Shin2026a", "Shin2026b", "Merker2019b")
    plan = plan_of(
        project, samples / "excel" / "european_csv_utf8.csv", samples / "excel" / "european_medians_utf8.csv"
    )
    assert set(plan.trials) == {"Shin2026", "Shin2026b", "Merker2019b"}
    assert not plan.errors
    merker = cells(plan, "trials", trial_id="Merker2019b")[0]
    assert (merker["country"], merker["design"], merker["publication_type"]) == ("Germany", "single_arm", "article")
    assert merker["cells_reported"] == "0.5-1.5 × 10^8/kg"
    assert cells(plan, "trials", trial_id="Shin2026")[0]["followup_months"] == "116.1"
    assert cells(plan, "trials", trial_id="Shin2026")[0]["cohort"] == "Lee2015"
    assert [row["median_reported"] for row in cells(plan, "medians")] == ["44.0", "30.0"]
