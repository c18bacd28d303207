"""Spoilt tables: whatever happens to their bytes, the check ends in words that name the place."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from ircc_lib.registry.schema.tables import TABLES, raw_schemas
from ircc_lib.registry.store import examine_registry
from tests.registry.made_up import made_up_tables, write_registry
from tests.thoroughness import THOROUGH

MUTATIONS = int(os.environ.get("IRCC_MUTATIONS", "300" if THOROUGH else "40"))
PARTS = 10
SOURCE = {"source_url": "https://example.org/", "locator": "p. 1"}
_ALLOWED = {
    "certainty": "stated",
    "edition": "ten-year",
    "reviewed": "2026-11-25",
    "other_trial_id": "Made2018",
    "year": "2018",
}
_ALLOWED |= {"group": "cik", "stage": "enrolled", "answer": "as printed"}
_ODD = (
    "", " ", "\t", "NR", "n/a", "no", "-1", "0", "1e400", "nan", "inf", "9" * 40, str(2**63), "1,5", "1;5", "#REF!", "=1+1",
    "2-Jan", "\u202e", "\x00", "\x07", "\u200b", "'", '"', '""', "a\rb", "a\nb", "<script>", "x" * 2000, "Ünïcödé", "１２",
    "javascript:alert(1)", "https://u:p@h.org", "2100", "3000-13-45", "cik:", "control:a:b", "😀", "\ufeff", "NaT", "None",
)  # fmt: skip


def every_table() -> dict[str, list[dict[str, str]]]:
    """The made-up registry with a row in each table, so that each can be spoilt."""
    tables = made_up_tables()
    for name, schema in raw_schemas().items():
        if name not in tables:
            row = {column: "" if rules.nullable else "1" for column, rules in schema.columns.items()}
            row |= {column: text for column, text in (SOURCE | _ALLOWED).items() if column in row}
            tables[name] = [row | ({"trial_id": "Made2018"} if "trial_id" in row else {})]
    return tables


def mutate(content: bytes, chance: random.Random) -> bytes:
    """One thing that happens to files."""
    lines = content.split(b"\n")
    line, at = chance.randrange(len(lines)), chance.randrange(max(len(content), 1))
    cells = lines[line].split(b",")
    cell = chance.randrange(len(cells))
    kind = chance.randrange(14)
    if kind < 5:
        cells[cell] = b'"' + chance.choice(_ODD).replace('"', '""').encode("utf-8", "surrogatepass") + b'"'
    elif kind == 5:
        cells[cell] = chance.choice(_ODD).encode("utf-8", "surrogatepass")
    elif kind == 6:
        return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    elif kind == 7:
        return content[:at]
    elif kind == 8:
        return content[:at] + chance.choice([b'"', b",", b"\r", b"\n", b"\x00", b";", b"\xff"]) + content[at:]
    elif kind == 9:
        cells.insert(cell, b"extra")
    elif kind == 10:
        del cells[cell]
    elif kind == 11:
        return b"\n".join([*lines[:line], lines[line], *lines[line:]])
    elif kind == 12:
        return content.replace(b",", chance.choice([b";", b"\t", b",,"]))
    else:
        return content.decode("utf-8").encode(chance.choice(["utf-16", "utf-8-sig", "utf-32"]))
    lines[line] = b",".join(cells)
    return b"\n".join(lines)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_spoilt_table_ends_in_words_and_each_names_its_place(tmp_path, part):
    chance = random.Random(20260101 + part)
    folder = write_registry(tmp_path / "raw", every_table())
    whole = {name: (folder / f"{name}.csv").read_bytes() for name in TABLES}
    for _ in range(MUTATIONS // PARTS):
        name = chance.choice(TABLES)
        spoilt = mutate(whole[name], chance)
        (folder / f"{name}.csv").write_bytes(spoilt)
        found = examine_registry(folder)
        for problem in found.problems:
            assert problem.file and problem.line >= 1 and problem.why, spoilt
            assert str(problem).isprintable() and len(str(problem)) < 3000, spoilt
            assert problem.column or _of_the_whole_file(problem), (str(problem), spoilt)
        for flag in found.flags:
            assert str(flag).isprintable() and Path(flag.file).name, spoilt
        (folder / f"{name}.csv").write_bytes(whole[name])


def _of_the_whole_file(problem) -> bool:
    """Problems without a column: those of a file that cannot be taken for a table."""
    whole = (
        "UTF-16",
        "empty",
        "between the cells",
        "not UTF-8",
        "taken apart",
        "too large",
        "too many columns",
        "no name",
    )
    return any(said in problem.why for said in whole)
