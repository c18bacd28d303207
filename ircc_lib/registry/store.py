"""The registry: load it, take an edition or a part of it, save it."""

from __future__ import annotations

import html
from collections.abc import Iterable, MutableMapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.registry.editions import find_editions, project_root
from ircc_lib.registry.ingest.problems import RegistryError
from ircc_lib.registry.labels import learn
from ircc_lib.registry.part import Part, kept_rows
from ircc_lib.registry.rows import by_year, rows_of, table_of
from ircc_lib.registry.schema.tables import TABLES
from ircc_lib.registry.selection import not_allowed, selected

if TYPE_CHECKING:
    from ircc_lib.registry.ingest.examine import Examined


__all__ = ["Registry", "RegistryError", "check_registry", "load_registry"]


class Registry:
    """Clean, typed tables of the registry; each is an attribute, all are in ``tables``.

    Attributes
    ----------
    trials, entities, medians, landmarks, comparisons, responses, adverse_events, arms, patients, overlaps : DataFrame
        The trials and what they report. Times are months, proportions 0 to 1; each row has a
        ``row_id`` (table and line in the raw file) and a ``line``.
    tumours, registrations, screening, published_claims, meta_analyses, extraction_agreement : DataFrame
        What stands beside the trials; an edition or a selection keeps these whole.
    flags : DataFrame
        What could not be read or is doubtful: table, file, line, column, found, why, allowed,
        trial_id, row_id, answer.
    edition_name : str or None
        The edition this is; None for the whole.
    """

    def __init__(
        self, tables: MutableMapping[str, pd.DataFrame], flags: pd.DataFrame, *, edition_name: str | None = None
    ) -> None:
        self.tables = tables
        self.flags = flags
        self.edition_name = edition_name
        trials = tables.get("trials")
        if trials is not None and {"trial_id", "label"} <= set(trials.columns):
            learn(dict(zip(trials["trial_id"].tolist(), trials["label"].tolist())))

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        if name in TABLES:
            raise AttributeError(
                f"the table {name!r} is not in this part of the registry, which holds " + ", ".join(tables)
            )
        raise AttributeError(f"a Registry has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.tables})

    def edition(self, name: str) -> Registry:
        """The registry as of an edition's data cut: trials published up to that year.

        Raises
        ------
        ValueError
            If ``editions.toml`` has no such edition.

        Examples
        --------
        >>> int(load_registry().edition("ten-year").trials["year"].max())
        2020
        """
        if name == self.edition_name:
            return self
        edition = find_editions().get(name)
        if edition is None:
            raise ValueError(not_allowed("edition", [name], list(find_editions())))
        trials = self.trials
        if edition.cut is not None:
            # a report of unknown year is in the living edition only
            trials = trials[(trials["year"] <= edition.cut).fillna(False)]
        part = self._with_trials(trials["trial_id"])
        part.edition_name = name
        return part

    def select(
        self,
        *,
        entity: str | Sequence[str] | None = None,
        organ_system: str | Sequence[str] | None = None,
        design: str | Sequence[str] | None = None,
        product: str | Sequence[str] | None = None,
        country: str | Sequence[str] | None = None,
        setting: str | Sequence[str] | None = None,
        endpoint: str | Sequence[str] | None = None,
        trial_id: str | Sequence[str] | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> Registry:
        """The trials that meet everything asked for.

        Parameters
        ----------
        entity, organ_system, design, product, country, setting, endpoint, trial_id : str or list of str, optional
            One value or several, of which any will do. A tumour may be named as people do (``HCC``).
        since, until : int, optional
            First and last year of publication; a report of unknown year is then left out.

        Raises
        ------
        ValueError
            If a value is unknown; the message lists what there is, and the nearest.
        TypeError
            If a value is no text, or a year no whole number.

        Examples
        --------
        >>> sorted(set(load_registry().select(design=["randomised", "single_arm"]).trials["design"]))
        ['randomised', 'single_arm']
        >>> set(load_registry().select(entity="HCC", since=2015).entities["entity"]) >= {"hepatocellular carcinoma"}
        True
        """
        wanted = {
            "entity": entity,
            "organ_system": organ_system,
            "design": design,
            "product": product,
            "country": country,
            "setting": setting,
            "endpoint": endpoint,
            "trial_id": trial_id,
        }
        kept = selected(self, wanted, since, until)
        return self._with_trials(self.trials.loc[kept, "trial_id"])

    def with_trial(self, trial: dict[str, Any], **rows: list[dict[str, Any]]) -> Registry:
        """The registry with one more trial, an unpublished one say, for the time of a session.

        Parameters
        ----------
        trial : dict
            Columns of the raw ``trials`` table, as text or numbers; ``cohort`` is the ``trial_id`` unless it is given.
        **rows : list of dict
            Rows of other raw tables by name: ``entities``, ``medians``, ``comparisons`` ...

        Raises
        ------
        RegistryError
            Everything that the check of the raw tables finds wrong with it.
        ValueError
            If there is no such table or column, or the registry has this trial already.

        Examples
        --------
        >>> mine = {"trial_id": "Doe2026", "first_author": "Doe", "year": 2026, "publication_type": "article",
        ...         "record_level": "own record", "design": "single_arm", "product": "CIK", "cell_source": "autologous",
        ...         "n_total": 20, "n_cik": 20}
        >>> more = load_registry().with_trial(mine, entities=[{"tumour_reported": "gastric cancer", "n_patients": 20}])
        >>> "Doe2026" in set(more.trials["trial_id"])
        True
        """
        from ircc_lib.registry.session import with_trial

        tables, flags = with_trial(self, trial, rows)
        return Registry(tables, flags, edition_name=self.edition_name)

    def _with_trials(self, trial_ids: pd.Series) -> Registry:
        of_trial = self.flags["trial_id"].isin(trial_ids) | self.flags["trial_id"].isna()
        return Registry(Part(self.tables, trial_ids), kept_rows(self.flags, of_trial), edition_name=self.edition_name)

    @cached_property
    def cohorts(self) -> pd.DataFrame:
        """The patients of each cohort, so that those reported more than once are counted once.

        Returns
        -------
        DataFrame
            Indexed by cohort, oldest first: trial_ids ("; "-joined, oldest first), reports, year (of the
            first report), n_total (as reported, else the stated arms added), n_cik, n_male, n_female: each
            the largest among the cohort's reports, missing where none states it.
        """
        sizes = ["n_total", "n_cik", "n_male", "n_female"]
        trials = self.trials[["trial_id", "cohort", "year", "n_control", *sizes]]
        cohorts: dict[str, list[dict[str, Any]]] = {}
        for report in sorted(rows_of(trials), key=by_year):
            arms = [report[arm] for arm in ("n_cik", "n_control") if not pd.isna(report[arm])]
            if pd.isna(report["n_total"]) and arms:
                report["n_total"] = sum(arms)
            cohorts.setdefault(report["cohort"], []).append(report)
        rows = [
            {
                "cohort": cohort,
                "trial_ids": "; ".join(report["trial_id"] for report in reports),
                "reports": len(reports),
                "year": reports[0]["year"],
                **{size: _largest(report[size] for report in reports) for size in sizes},
            }
            for cohort, reports in cohorts.items()
        ]
        return table_of(
            rows,
            {"cohort": "str", "trial_ids": "str", "reports": "int64", "year": "Int64", **dict.fromkeys(sizes, "Int64")},
        ).set_index("cohort")

    def save(
        self, folder: str | Path, tables: Sequence[str] | None = None, *, formats: Sequence[str] = ("parquet", "csv")
    ) -> Path:
        """Write the cleaned tables; see `registry.package.save_package`."""
        from ircc_lib.registry.saved import save_package

        return save_package(self, Path(folder), tables, formats=formats)

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(table):,} {name}" for name, table in self.tables.items() if len(table))
        return f"<Registry ({self.edition_name or 'whole'}): {rows}; {len(self.flags):,} flags>"

    def _repr_html_(self) -> str:
        named = [("edition", self.edition_name or "whole registry")]
        if "trials" in self.tables:
            named += [
                ("trials", f"{len(self.trials):,}"),
                ("cohorts", f"{len(self.cohorts):,}"),
                ("patients", f"{int(self.cohorts['n_total'].sum()):,}"),
                ("treated with CIK cells", f"{int(self.cohorts['n_cik'].sum()):,}"),
            ]
        named += [
            (name.replace("_", " "), f"{len(table):,}") for name, table in self.tables.items() if name != "trials"
        ]
        named.append(("flags", f"{len(self.flags):,}"))
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(name)}</th><td>{html.escape(count)}</td></tr>" for name, count in named
        )
        return f"<table class='registry'><caption>Registry on CIK cells</caption>{rows}</table>"


def load_registry(raw_dir: str | Path = "data/raw") -> Registry:
    """The registry from its raw CSV files, or from a folder that `Registry.save` has written.

    Parameters
    ----------
    raw_dir : str or Path
        A relative folder is looked for here, then in the project (the folder of ``editions.toml``).
        A folder with a ``datapackage.json`` holds cleaned tables, which are read back as they are.

    Returns
    -------
    Registry
        All tables, cleaned, with what could not be read in ``flags``.

    Raises
    ------
    RegistryError
        Listing everything that is wrong, one sentence a problem.
    FileNotFoundError
        If there is no such folder.

    Examples
    --------
    >>> load_registry().trials["trial_id"].is_unique
    True
    """
    folder = _find(raw_dir)
    if (folder / "datapackage.json").is_file():
        from ircc_lib.registry.saved import read_package

        tables, flags, edition_name = read_package(folder)
        return Registry(tables, flags, edition_name=edition_name)
    from ircc_lib.registry.ingest.load import load_raw

    tables, flags = load_raw(folder)
    return Registry(tables, flags)


def check_registry(raw_dir: str | Path = "data/raw") -> tuple[list[str], list[str]]:
    """Every problem and every flag of the raw tables, one printable sentence each.

    Problems stop a load, flags do not. Where there are problems, the flags are those of the other rows. Flags that
    a registrar has answered (table ``reviewed_flags``) are among them; `examine_registry` tells them apart.

    Examples
    --------
    >>> problems, flags = check_registry()
    >>> problems
    []
    """
    found = examine_registry(raw_dir)
    return [str(problem) for problem in found.problems], [str(flag) for flag in (*found.flags, *found.answered)]


def examine_registry(raw_dir: str | Path = "data/raw") -> Examined:
    """Problems, flags and answered flags of the raw tables, each with file, line, column, trial and cell.

    Examples
    --------
    >>> examine_registry().problems
    []
    """
    from ircc_lib.registry.ingest.examine import examine

    return examine(_find(raw_dir))


def _find(raw_dir: str | Path) -> Path:
    """The folder as given, or in the project."""
    folder = Path(raw_dir)
    if not folder.is_absolute() and not folder.is_dir():
        folder = project_root() / folder
    if not folder.is_dir():
        raise FileNotFoundError(f"{raw_dir}: there is no such folder; it should hold trials.csv and the other tables")
    return folder


def _largest(sizes: Iterable[int]) -> int:
    return max((size for size in sizes if not pd.isna(size)), default=pd.NA)
