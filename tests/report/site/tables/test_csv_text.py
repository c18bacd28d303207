"""Files that are opened in a spreadsheet and read by other programs."""

import csv
import io

from ircc_lib.figures.display.glossary import FILE, shown_dictionary
from ircc_lib.report.site.tables.csv_text import csv_text


def test_numbers_have_sensible_digits_and_stay_numbers():
    text = csv_text(["x"], [[0.466671983], [1.25e9], [36.0], [1e-7], [True], [None]])
    assert text.splitlines() == ["x", "0.466672", "1250000000", "36", "1e-07", "True", '""']


def test_no_cell_acts_and_no_cell_is_torn():
    text = csv_text(["x", "y"], [["=1+1", "a\rb"], ["@x", "-2"]])
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [["'=1+1", "a\nb"], ["'@x", "'-2"]]


def test_every_column_of_every_file_of_the_report_is_in_the_dictionary(ten_year):
    known = set(shown_dictionary()["column"])
    files = sorted([*ten_year.glob("tables/*.csv"), *ten_year.glob("figures/*.csv")])
    assert len(files) > 150
    for path in files:
        with open(path, encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert len(header) == len(set(header)) and set(header) <= known, (path.name, set(header) - known)


def test_the_dictionary_of_these_columns_is_downloaded_with_the_data(ten_year):
    with open(ten_year / "data" / "tables_and_figures_dictionary.csv", encoding="utf-8", newline="") as file:
        rows = {row["column"]: row for row in csv.DictReader(file)}
    assert rows["se"]["meaning"] == "Standard error of the log ratio" and all(row["meaning"] for row in rows.values())
    assert "tables_and_figures_dictionary.csv" in (ten_year / "data.html").read_text("utf-8")


def test_the_dictionary_is_in_order_and_says_each_column_once():
    with open(FILE, encoding="utf-8", newline="") as file:
        names = [row["column"] for row in csv.DictReader(file)]
    assert len(names) == len(set(names))


def test_effects_are_downloaded_as_numbers(ten_year):
    """Ratio, logarithm, standard error and interval agree: exp(log) and Wald's interval of a derived ratio."""
    import math

    with open(ten_year / "tables" / "04_hazard_ratios-effects-os.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    derived = [row for row in rows if row["interval_is"] == "estimated"]
    assert len(rows) > 30 and len(derived) > 20
    for row in rows:
        assert math.isclose(math.exp(float(row["log_hr"])), float(row["hr"]), rel_tol=1e-4)
        assert len(row["se"].lstrip("0.")) <= 6
    for row in derived:
        assert math.isclose(float(row["hr"]) * math.exp(1.96 * float(row["se"])), float(row["ci_high"]), rel_tol=1e-3)
