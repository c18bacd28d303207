"""What is up to date is decided from the library's own files: none may be forgotten."""

from ircc_lib.report.pipeline import fingerprint as sources

NO_PART_OF_A_REPORT = {"cli", "enrolment"}


def test_every_part_of_the_library_is_among_what_some_task_depends_on():
    parts = {path.stem for path in sources.LIBRARY.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    watched = {part.removesuffix(".py") for part in (*sources.CLEANING, *sources.NOTEBOOKS, *sources.PAGES)}
    assert parts - NO_PART_OF_A_REPORT == watched


def test_what_notebooks_show_depends_on_the_words_they_are_shown_in():
    assert sources.digest(("text.py",)) != sources.digest(())
    assert "text.py" in sources.NOTEBOOKS
