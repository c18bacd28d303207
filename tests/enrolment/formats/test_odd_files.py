"""Files as other programs really write them: read, or refused with what to do; never read as nothing."""

import json
import shutil

import openpyxl
import pytest

from ircc_lib.enrolment.bundle import UnreadableFileError
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.readers import read_files
from tests.enrolment.conftest import SAMPLES


def read(tmp_path, name: str, content: str | bytes):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_files([path], Decisions())[0]


def said(bundle) -> str:
    return "\n".join(str(one) for one in bundle.findings)


def article(inner: str, after: str = "") -> str:
    return (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1000001</PMID><Article><Journal><JournalIssue><PubDate>"
        "<MedlineDate>2014 Nov-Dec</MedlineDate></PubDate></JournalIssue><Title>J</Title></Journal>"
        f"{inner}</Article>{after}</MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )


def test_a_paper_retracted_after_it_was_indexed_is_no_trial(tmp_path):
    comment = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><PMID>9</PMID></CommentsCorrections>'
        "</CommentsCorrectionsList>"
    )
    bundle = read(tmp_path, "a.xml", article("<ArticleTitle>CIK trial</ArticleTitle>", comment))
    assert list(bundle.gates.values()) == ["a retracted publication"]


def test_without_an_abstract_nothing_was_read_in_one(tmp_path):
    row = read(tmp_path, "a.xml", article("<ArticleTitle>CIK trial</ArticleTitle>")).of("trials")[0]
    assert row.cells["locator"] == "record" and "read_in" not in row.cells and row.cells["year"] == "2014"


@pytest.mark.parametrize(
    "name, content",
    [
        ("a.xml", "<PubmedArticleSet></PubmedArticleSet>"),
        ("a.json", json.dumps({"studies": []})),
        ("a.csv", "NCT Number,Study Title,Study Status\n"),
    ],
)
def test_an_export_without_a_record_is_an_error(tmp_path, name, content):
    assert "is in the file" in said(read(tmp_path, name, content)) and read(tmp_path, name, content).errors


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        (b"\x1f\x8b\x08\x00rest", "unpack it"),
        (b"BZh91AY&SY", "unpack it"),
        ("@article{liu2015,\n  title={CIK}\n}", "BibTeX"),
        ("%0 Journal Article\n%T CIK\n", "EndNote"),
        ("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n", "Web of Science"),
        ("27055505\n41591582\n", "format PubMed"),
    ],
)
def test_an_export_in_another_form_is_told_what_to_do(tmp_path, content, advice):
    with pytest.raises(UnreadableFileError, match=advice):
        read(tmp_path, "a.txt", content)


@pytest.mark.parametrize(
    "text",
    [
        "PMID- 1234567\nTI  - CIK\n\nTY  - JOUR\nTI  - x\nER  - \n",
        "TY  - JOUR\nTI  - x\nER  - \n\n\nPMID- 1234567\nTI  - CIK\n",
    ],
)
def test_records_of_two_forms_in_one_file_are_never_lost_in_silence(tmp_path, text):
    assert "a file of their own" in said(read(tmp_path, "a.txt", text))


OVID = """1.
TY  - JOUR
DB  - Ovid MEDLINE(R) ALL
AN  - 25747273
T1  - Adjuvant immunotherapy
A1  - Lee, Joon Hyeok
Y1  - 2015//
N2  - METHODS: x
UM  - 10.1053/j.gastro.2015.02.055
PT  - Journal Article. Randomized Controlled Trial
"""


def test_ovid_s_own_tags_are_read_and_a_last_record_may_lack_its_end(tmp_path):
    row = read(tmp_path, "a.ris", OVID).of("trials")[0]
    assert row.cells["doi"] == "10.1053/j.gastro.2015.02.055" and row.cells["pmid"] == "25747273"
    assert row.cells["publication_type"] == "article"


def test_an_accession_number_of_another_base_is_no_pmid(tmp_path):
    text = OVID.replace("Ovid MEDLINE(R) ALL", "Embase").replace("TY  -", "TY -")
    row = read(tmp_path, "a.ris", text).of("trials")[0]
    assert "pmid" not in row.cells and row.cells["first_author"] == "Lee JH"


def test_ovid_s_text_for_reading_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(UnreadableFileError, match="export the records again as RIS"):
        read(tmp_path, "a.txt", "<1>\nUnique Identifier\n  25747273\n")


@pytest.mark.parametrize(
    "text",
    [
        "Rank,NCT Number,Title,Status,Phases,Locations,Start Date,URL\n1,NCT00699816,CIK in HCC,Completed,Phase 2|Phase 3,"
        '"Seoul, Korea, Republic of",June 2008,u\n',
        "NCT Number;Study Title;Study Status;Phases;Locations;Start Date\nNCT00699816;CIK in HCC;COMPLETED;PHASE2|PHASE3;"
        '"Asan, Seoul, Korea, Republic of";2008-06\n',
    ],
    ids=["before 2023", "semicolons"],
)
def test_the_website_s_csv_of_any_year_gives_the_same_entry(tmp_path, text):
    row = read(tmp_path, "a.csv", text).of("registrations")[0].cells
    assert (row["title"], row["status"], row["phase"]) == ("CIK in HCC", "Completed", "2/3")
    assert (row["start"], row["country"]) == ("2008-06", "Korea, Republic of")


def test_a_register_s_record_with_nulls_is_read(tmp_path):
    part = {"identificationModule": {"nctId": "NCT09999997", "briefTitle": None}, "referencesModule": None,
            "designModule": {"phases": None}, "contactsLocationsModule": {"locations": None},
            "armsInterventionsModule": {"armGroups": None}, "conditionsModule": {"conditions": None}}  # fmt: skip
    bundle = read(tmp_path, "a.json", json.dumps({"protocolSection": part}))
    assert bundle.of("registrations")[0].cells["registration_id"] == "NCT09999997"


def test_the_portal_s_dates_with_a_time_and_trials_without_a_number(tmp_path):
    text = (
        "<Trials_downloaded_from_ICTRP><Trial><TrialID>JPRN-UMIN000001234</TrialID><Countries>Japan;Japan</Countries>"
        "<Date_enrollement>2009/01/05 00:00:00</Date_enrollement></Trial><Trial></Trial></Trials_downloaded_from_ICTRP>"
    )
    bundle = read(tmp_path, "a.xml", text)
    (row,) = bundle.of("registrations")
    assert row.cells["start"] == "2009-01-05" and row.cells["country"] == "Japan"
    assert "a trial without a number" in said(bundle)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "cp1252"])
def test_a_csv_in_another_encoding_is_read(tmp_path, encoding):
    text = "trial_id,first_author,year,title\nDoe2019,Müller,2019,x\n"
    assert read(tmp_path, "a.csv", text.encode(encoding)).rows[0].cells["first_author"] == "Müller"


@pytest.mark.parametrize("text", ["Export of 3 May\n\n{}", "{}"])
def test_a_csv_below_a_title_and_with_other_spellings_of_its_names_is_read(tmp_path, text):
    bundle = read(tmp_path, "a.csv", text.format("Trial ID;First Author;Year\nDoe2019;Doe;2019\n"))
    assert bundle.rows[0].cells == {"trial_id": "Doe2019", "first_author": "Doe", "year": "2019"}


def changed(project, change):
    path = project.fill()
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return read_files([path], Decisions())[0]


def test_renamed_sheets_are_known_by_their_columns(project):
    def rename(book):
        book["medians"].title = "Medians (OS)"
        book["trials"].title = "Sheet1"

    bundle = changed(project, rename)
    assert len(bundle.rows) == 5 and said(bundle).count("the sheet has another name") == 2


def test_a_header_below_a_title_is_found(project):
    def shift(book):
        for name in ("trials", "medians", "comparisons", "entities"):
            book[name].insert_rows(1, 2)
            book[name]["A1"] = "Data of Dr Doe"

    bundle = changed(project, shift)
    assert len(bundle.rows) == 5 and bundle.of("medians")[0].places["median_reported"].endswith("4")
    assert "trials!A3: the column names are not in the first line" in said(bundle)


def test_a_table_on_its_side_is_an_error(project):
    def turn(book):
        sheet = book["trials"]
        pairs = [(cell.value, sheet.cell(2, cell.column).value) for cell in sheet[1]]
        del book["trials"]
        turned = book.create_sheet("trials")
        for pair in pairs:
            turned.append(pair)

    assert "lies on its side" in said(changed(project, turn))


def test_a_sheet_without_names_is_an_error(project):
    def behead(book):
        book["trials"].delete_rows(1)

    bundle = changed(project, behead)
    assert "no line of the sheet holds the registry's column names" in said(bundle) and bundle.errors


def test_posted_results_without_a_paper_are_enrolled_as_what_they_are(project):
    """They need a product and a tumour, which no register has in the registry's words, and an orientation."""
    shutil.copy(SAMPLES / "ctgov" / "MADE_UP_results.json", project.folder)
    first = project.run("enrol", "MADE_UP_results.json", expect=2)
    assert "not written before it has: product, a tumour (sheet entities)" in first
    form = "MADE_UP_results.json.check.xlsx"
    book = openpyxl.load_workbook(form)
    cells = {cell.value: cell.column for cell in book["entities"][1]}
    if book["entities"].cell(2, cells["tumour_reported"]).value is None:
        book["entities"].cell(2, cells["tumour_reported"]).value = "gastric cancer"
    names = {cell.value: cell.column for cell in book["comparisons"][1]}
    book["comparisons"].cell(2, names["orientation"]).value = "control_vs_cik"
    book.save(form)
    project.run("enrol", form, "--write", "--yes", expect=0)
    (row,) = project.rows("trials", registration_id="NCT99999999")
    assert (row["publication_type"], row["read_in"], row["product"]) == ("register results", "register", "CIK")
    project.run("check", project.raw, expect=0)


RECORD = {"protocolSection": {"identificationModule": {"nctId": "NCT09999992"}}}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        (
            "a.xml",
            "<PubmedArticleSet><PubmedArticle></PubmedArticle></PubmedArticleSet>",
            "neither a number nor a title",
        ),
        ("a.ris", "TY  - \nTI  -\n", "neither a number nor a title"),
        ("a.json", json.dumps({"studies": [RECORD, {}]}), "study 2: a record without a protocolSection"),
        (
            "a.json",
            json.dumps({"protocolSection": RECORD["protocolSection"] | {"designModule": {"enrollmentInfo": 40}}}),
            "not of the form of the register's version 2",
        ),
        (
            "a.csv",
            'trial_id,endpoint,group,median_reported\nLee2015,OS,cik,"57.2\nLee2015,OS,control,5\n',
            "a.csv:2: a quotation mark opens a cell and none closes it",
        ),
    ],
)
def test_a_record_that_cannot_be_one_is_an_error_in_words(tmp_path, name, content, why):
    bundle = read(tmp_path, name, content)
    assert bundle.errors and why in said(bundle) and not bundle.of("trials")[1:]


def test_a_chapter_of_a_book_is_no_trial_and_lines_may_end_as_on_an_old_mac(tmp_path):
    text = "TY  - CHAP\rTI  - CIK cells\rDO  - 10.1000/book\rER  - \r"
    bundle = read(tmp_path, "a.ris", text)
    assert list(bundle.gates.values()) == ["a chapter of a book"] and not bundle.errors


def test_a_size_of_which_one_group_cannot_be_read_is_not_added_up(tmp_path):
    text = (
        "<Trials_downloaded_from_ICTRP><Trial><TrialID>DRKS00012345</TrialID>"
        "<Target_size>Treatment group:68;Control group:abc;</Target_size></Trial></Trials_downloaded_from_ICTRP>"
    )
    bundle = read(tmp_path, "a.xml", text)
    assert "n_planned" not in bundle.of("registrations")[0].cells and "no total is taken" in said(bundle)


def test_a_field_of_redcap_with_the_name_of_a_column_is_that_column(tmp_path):
    names = (
        'Variable / Field Name,Form Name,Field Type,Field Label,"Choices, Calculations, OR Slider Labels",Identifier?\n'
        "record_id,study,text,Record,,\nfirst_author,study,text,First author,,\nmedian_reported,outcome,text,Median,,\n"
    )
    export = (
        "record_id,redcap_repeat_instrument,redcap_repeat_instance,first_author,median_reported,study_complete\n"
        '1,,,Doe,,2\n1,outcome,1,,"14,2",\n'
    )
    (tmp_path / "names.csv").write_text(names, encoding="utf-8")
    (tmp_path / "data.csv").write_text(export, encoding="utf-8")
    bundle = read_files([tmp_path / "data.csv", tmp_path / "names.csv"], Decisions())[0]
    assert bundle.of("medians")[0].cells["median_reported"] == "14.2"
