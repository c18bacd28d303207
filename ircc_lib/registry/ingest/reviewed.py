"""Flags that a registrar has answered: told apart, not asked again."""

from __future__ import annotations

from typing import Any

import pandas as pd

_KEY = ["record", "table", "column", "found"]


def with_answers(flags: pd.DataFrame, reviewed: pd.DataFrame) -> pd.DataFrame:
    """The flags with ``answer``, of the row of reviewed_flags for this trial (or record), table, column and text.

    A flag that finds another text in the cell is another question.
    """
    answers: dict[tuple[Any, ...], str] = {}
    if {"trial_id", "answer", *_KEY[1:]} <= set(reviewed.columns):
        for row in zip(*(reviewed[name].fillna("") for name in ("trial_id", *_KEY[1:])), reviewed["answer"]):
            answers[tuple(map(str, row[:4]))] = row[4]
    keys = zip(*(flags[name].fillna("").astype("str") for name in _KEY))
    found = pd.Series([answers.get(key) for key in keys], index=flags.index, dtype="str")
    return flags.assign(answer=found).drop(columns="record")
