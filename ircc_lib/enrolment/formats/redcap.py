"""REDCap: an export, raw or with labels, read through its data dictionary; and a dictionary made from the rules.

Only what the map names is taken. Its first draft is made from equal names and labels; a CSV of
``field, table, column, from, to`` says the rest, codes for missing data too.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from ircc_lib.enrolment.bundle import Bundle, Row, UnreadableFileError
from ircc_lib.enrolment.checking.words import word_for
from ircc_lib.enrolment.columns import allowed_values, kind, sheet_tables
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.formats.pitfalls import Found, settle
from ircc_lib.enrolment.formats.recognise import decode, header_of
from ircc_lib.registry.schema.tables import raw_schemas

_DICTIONARY = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)",
    "Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
_NAMES = Path(__file__).parents[1] / "redcap_names.csv"
_PERSONAL = re.compile(
    r"(?:^|_)(?:surname|forename|lastname|patient_name|birth|dob|mrn|address|phone|email|initials)(?:_|$)"
)
_NOTHING = ("unknown", "not applicable", "n/a", "missing", "not stated", "not done", "")
_STATES = {"0": 0, "1": 1, "2": 2, "incomplete": 0, "unverified": 1, "complete": 2, "": 0}


@dataclass
class Field:
    """A field of the data dictionary."""

    name: str
    form: str = ""
    type: str = "text"
    label: str = ""
    choices: dict[str, str] = field(default_factory=dict)
    validation: str = ""
    identifier: bool = False


@dataclass(frozen=True)
class Target:
    """Where a field goes; ``fixed`` are cells that go with it."""

    table: str
    column: str
    fixed: tuple[tuple[str, str], ...] = ()


def read_redcap(
    content: bytes, source: str, decisions: Decisions, dictionaries: list[bytes], mapping: Path | None
) -> Bundle:
    """The records of an export as rows of the registry.

    Raises
    ------
    UnreadableFileError
        If the dictionary is missing, without which codes mean nothing.
    """
    if dictionaries:
        fields = read_dictionary(dictionaries[0])
    else:
        fields = read_dictionary(make_dictionary().encode())
        names, _ = header_of(decode(content)[0])
        own = [name for name in names if not name.startswith("redcap_") and not name.endswith("_complete")]
        if sum(_base(name) in fields for name in own) < len(own) / 2 and mapping is None:
            raise UnreadableFileError(
                f"{source}: a REDCap export needs its data dictionary: ircc enrol EXPORT.csv DICTIONARY.csv "
                "(in REDCap: Project Setup, Download the current Data Dictionary), or a --map."
            )
    return _Export(content, source, fields, decisions, mapping).bundle


def read_dictionary(content: bytes) -> dict[str, Field]:
    """The fields of a data dictionary of REDCap's 18 columns."""
    text = decode(content)[0]
    _, delimiter = header_of(text)
    fields = {}
    for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
        name = (row.get(_DICTIONARY[0]) or "").strip()
        if name:
            choices = dict(
                part.strip().split(",", 1) for part in (row.get(_DICTIONARY[5]) or "").split("|") if "," in part
            )
            fields[name] = Field(
                name, row.get("Form Name") or "", row.get("Field Type") or "", _plain(row.get("Field Label") or ""),
                {code.strip(): _plain(label) for code, label in choices.items()},
                row.get(_DICTIONARY[7]) or "", (row.get("Identifier?") or "").strip().lower() == "y",
            )  # fmt: skip
    return fields


def _base(name: str) -> str:
    """The field of a column of an export: checkboxes have one column per choice."""
    return name.partition("___")[0]


def _only_table(column: str) -> str:
    """The one table that has a column of this name; empty where none or several have."""
    tables = [table for table in sheet_tables() if column in raw_schemas()[table].columns and table != "patients"]
    return tables[0] if len(tables) == 1 else "trials" if column in ("source_url", "locator", "note") else ""


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip()


class _Export:
    def __init__(
        self, content: bytes, source: str, fields: dict[str, Field], decisions: Decisions, mapping: Path | None
    ) -> None:
        self.fields, self.decisions, self.source = fields, decisions, source
        self.bundle = Bundle("redcap", source)
        self.targets = self._draft()
        self.values: dict[tuple[str, str], str] = {}
        self._labels_that_name_codes()
        if mapping:
            self._read_map(mapping)
        self._refuse_personal()
        text = decode(content)[0].lstrip("\ufeff")
        names, delimiter = header_of(text)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:]
        labels = {one.label for one in fields.values()}
        by_label = sum(name.partition(" (choice=")[0] in labels for name in names)
        self.labelled = by_label > sum(_base(name) in fields for name in names)
        self.header = self._by_label(names) if self.labelled else names
        unmapped = [name for name in fields if name not in self.targets and name != next(iter(fields))]
        if unmapped:
            self.bundle.note("fields that no map names are left out: " + ", ".join(unmapped))
        self._records(rows)

    # the map ---------------------------------------------------------------------------------------------------
    def _draft(self) -> dict[str, list[Target]]:
        with open(_NAMES, encoding="utf-8", newline="") as file:
            usual = list(csv.DictReader(file))
        targets: dict[str, list[Target]] = {}
        for name, about in self.fields.items():
            table, _, column = name.partition("__")
            if column and table in raw_schemas() and column in raw_schemas()[table].columns:
                targets[name] = [Target(table, column)]
                continue
            for row in usual:
                if row["name"] == name.casefold():
                    targets.setdefault(name, []).append(self._target(row, about))
            if name not in targets and (table := _only_table(name.casefold())):
                named = {"table": table, "column": name.casefold(), "unit": ""}
                targets[name] = [self._target(named, about)]
        return targets

    def _target(self, row: dict[str, str], about: Field) -> Target:
        fixed = [("unit", row["unit"])] if row["unit"] else []
        if (
            row["column"] == "median_reported"
            and not fixed
            and (unit := re.search(r"\b(day|week|month|year)s?\b", about.label))
        ):
            fixed = [("unit", unit[1] + "s")]
        if row["column"] == "estimate":
            fixed = [("effect_type", "HR")]
            if re.search(r"cik\s*(?:vs\.?|versus|v|against|/)\s*control", about.label, re.I):
                fixed.append(("orientation", "cik_vs_control"))
            elif re.search(r"control\s*(?:vs\.?|versus|v|against|/)\s*cik", about.label, re.I):
                fixed.append(("orientation", "control_vs_cik"))
        return Target(row["table"], row["column"], tuple(fixed))

    def _labels_that_name_codes(self) -> None:
        """A label such as ``Median (months); -1 not reached`` says what a code means."""
        for name, about in self.fields.items():
            for code, meaning in re.findall(r"(?<!\w)(-\d+)\s*[:=]?\s*([A-Za-z][A-Za-z ]+)", about.label):
                text = meaning.strip()
                self.values[name, code] = "" if text.casefold() in _NOTHING else text

    def _read_map(self, path: Path) -> None:
        try:
            text = decode(path.read_bytes())[0]
        except OSError as error:
            raise UnreadableFileError(f"--map {path}: cannot be read ({error.strerror}).") from None
        named: dict[str, list[Target]] = {}
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=header_of(text)[1]):
            said = {name: (row.get(name) or "").strip() for name in ("field", "table", "column", "from", "to")}
            table, column = said["table"], said["column"]
            if table and (table not in raw_schemas() or column not in raw_schemas()[table].columns):
                raise UnreadableFileError(f"--map {path.name}: {table}.{column} is not a column of the registry.")
            if said["from"]:
                self.values[said["field"], said["from"]] = said["to"]
            if table:
                target = Target(table, column)
                if target not in named.setdefault(said["field"], []):
                    named[said["field"]].append(target)
        self.targets |= named

    def _refuse_personal(self) -> None:
        for name, about in self.fields.items():
            if about.identifier or _PERSONAL.search(name):
                self.targets.pop(name, None)
                self.bundle.note("a field that may identify a person is refused", place=self.source, column=name)

    # the export ------------------------------------------------------------------------------------------------
    def _by_label(self, names: list[str]) -> list[str]:
        """Field names for a header of labels, which need not be unique: taken in the order of the dictionary."""
        special = {"Event Name": "redcap_event_name", "Repeat Instrument": "redcap_repeat_instrument",
                   "Repeat Instance": "redcap_repeat_instance", "Data Access Group": "redcap_data_access_group"}  # fmt: skip
        left = list(self.fields.values())
        found, form = [], ""
        for name in names:
            label, _, choice = name.partition(" (choice=")
            if name in special:
                found.append(special[name])
            elif name.startswith("Complete?"):
                found.append(f"{form}_complete")
            elif about := next((one for one in left if one.label == _plain(label)), None):
                form = about.form
                code = next((code for code, said in about.choices.items() if choice and said == choice.rstrip(")")), "")
                found.append(f"{about.name}___{code}" if choice else about.name)
                if not choice:
                    left.remove(about)
            else:
                found.append("")
        return found

    def _records(self, rows: list[list[str]]) -> None:
        skipped: set[str] = set()
        for line, cells in enumerate(rows, start=2):
            if not any(cells):
                continue
            row = dict(zip(self.header, cells, strict=False))
            record = cells[0].strip()
            trial = f"Record{record}"
            where = f"{self.source}:{line}"
            instrument = row.get("redcap_repeat_instrument", "").strip()
            form = self._form(instrument) or next(iter(self.fields.values())).form
            state = _STATES.get(row.get(f"{form}_complete", "2").strip().casefold(), 2)
            if not instrument and state == 0:
                skipped.add(record)
                self.bundle.note(f"record {record} is marked incomplete and left out", place=where)
            if record in skipped:
                continue
            if state == 1:
                self.bundle.note(f"record {record}: {form} is marked unverified", place=where)
            self.bundle.provisional.add(trial)
            self._rows_of(row, trial, where, line)

    def _form(self, instrument: str) -> str:
        forms = {one.form for one in self.fields.values()}
        wanted = instrument.casefold().replace(" ", "_")
        return next((form for form in forms if form.casefold() == wanted), "")

    def _rows_of(self, row: dict[str, str], trial: str, where: str, line: int) -> None:
        made: dict[str, Row] = {}
        weights: dict[str, int] = {}
        for name, targets in self.targets.items():
            text = self._text(name, row)
            for target in targets if text else ():
                value, findings = settle(target.table, target.column, Found(text, f"{where}:{name}"), self.decisions)
                self.bundle.findings += findings
                if not value:
                    continue
                ours = made.setdefault(target.table, Row(target.table, {"trial_id": trial}, place=where))
                ours.cells[target.column] = word_for(target.table, target.column, value) or value
                ours.places[target.column] = f"{where}:{name}"
                ours.cells.update({column: fixed for column, fixed in target.fixed if column not in ours.cells})
                weights[target.table] = weights.get(target.table, 0) + (target.column not in ("endpoint", "group"))
        source = made["trials"].cells if "trials" in made else {}
        for table, ours in made.items():
            if not weights[table]:
                continue
            if table != "trials" and "source_url" not in ours.cells:
                about = next((one.cells for one in self.bundle.of("trials") if one.trial == trial), source)
                ours.cells |= {name: about[name] for name in ("source_url", "locator") if about.get(name)}
            elif table == "trials" and "source_url" not in ours.cells and ours.cells.get("pmid"):
                ours.cells["source_url"] = f"https://pubmed.ncbi.nlm.nih.gov/{ours.cells['pmid']}/"
            self.bundle.rows.append(ours)

    def _text(self, name: str, row: dict[str, str]) -> str:
        about = self.fields.get(name, Field(name))
        if about.type == "checkbox" or any(key.startswith(f"{name}___") for key in row):
            chosen = [
                label for code, label in about.choices.items()
                if row.get(f"{name}___{code.replace('-', '_')}", row.get(f"{name}___{code}", "")).strip().casefold() in ("1", "checked")
            ]  # fmt: skip
            return "; ".join("none" if label.casefold() in ("none", "no") else label for label in chosen)
        text = row.get(name, "").strip()
        if (name, text) in self.values:
            return self.values[name, text]
        said = about.choices.get(text, text)
        return "" if said.casefold() in _NOTHING else said


def make_dictionary() -> str:
    """A REDCap data dictionary of the registry's columns: one form per table, its fields named ``table__column``."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, _DICTIONARY, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerow(
        {_DICTIONARY[0]: "record_id", "Form Name": "trials", "Field Type": "text", "Field Label": "Record ID"}
    )
    for table in sheet_tables():
        if table in ("tumours", "overlaps", "patients"):
            continue
        for column, rules in raw_schemas()[table].columns.items():
            if column in ("trial_id", "cohort"):
                continue
            values = allowed_values(table, column)
            validation = {"count": "integer", "number": "number"}.get(kind(table, column), "")
            writer.writerow({
                _DICTIONARY[0]: f"{table}__{column}", "Form Name": table,
                "Field Type": "dropdown" if values else "notes" if column == "note" else "text",
                "Field Label": f"{rules.description or column} ({table})",
                _DICTIONARY[5]: " | ".join(f"{code}, {value}" for code, value in enumerate(values, start=1)),
                _DICTIONARY[7]: "" if values else validation,
                "Required Field?": "" if rules.nullable else "y",
            })  # fmt: skip
    return target.getvalue()
