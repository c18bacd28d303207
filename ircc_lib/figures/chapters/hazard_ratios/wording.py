"""What a forest plot of hazard ratios says beside what it draws: its names, its caption, its data."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ircc_lib.analysis.effects.pooled import REVIEW_ONLY, Group
from ircc_lib.analysis.effects.risk_of_bias import SIGNALS
from ircc_lib.registry.labels import trial_label
from ircc_lib.registry.rows import rows_of
from ircc_lib.text import ratio_with_ci, span

DESIGN_HEADINGS = {True: "Randomised trials", False: "Non-randomised controlled studies"}
REVIEW_HEADING = "Called randomised by a review only, not pooled"


def group_label(by: str, value: Any) -> str:
    """A group's name as its heading has it: ``Randomised trials``, ``gastric cancer``."""
    if value == REVIEW_ONLY:
        return REVIEW_HEADING
    return DESIGN_HEADINGS[bool(value)] if by == "randomised" else str(value)


def caption_words(groups: list[tuple[Any, ...]], outcome: str, *, lights: bool, folded: bool) -> str:
    """How to read the figure."""
    if not groups:
        return f"No controlled trial of this selection gives a hazard ratio for {outcome}."
    words = ["A ratio below 1 favours CIK. Randomised is what a trial's own record calls so."]
    if folded:
        words.append("Each tumour with at least three trials is pooled, of the others the trials are shown.")
    else:
        words.append(
            "Squares are sized by weight within their group. Grade A is a reported ratio with its reported interval, "
            "E one estimated from medians; ≠ marks a ratio that contradicts the trial's own test. Where no comparator is "
            "named, the controls had the same treatment without cells."
        )
    if any(group.pooled is not None for _, group in groups):
        words.append("Diamonds: random effects of at least three trials, Hartung-Knapp interval.")
    if lights and not folded:
        signals = "; ".join(words[0].lower() + words[1:] for words in SIGNALS.values())
        words.append(
            f"Risk of bias by what the records say, left to right: {signals}. "
            "Circle: low; triangle: some concerns; square: high; open circle: not stated, which is not low."
        )
    return " ".join(words)


def alt_words(by: str, groups: list[tuple[Any, ...]], outcome: str) -> str:
    """What the figure shows, for those who cannot see it."""
    found = " ".join(_group_sentence(group_label(by, value), group) for value, group in groups)
    return f"Forest plot, {outcome}. {found or 'No trial to show.'}"


def _group_sentence(heading: str, group: Group) -> str:
    part = group.effects
    if group.pooled is None:
        listed = [
            f"{trial_label(row['trial_id'])} {ratio_with_ci(row['hr'], row['ci_low'], row['ci_high'])}"
            for row in rows_of(part)
        ]
        alone = "one trial, nothing to pool" if len(listed) == 1 else f"{len(listed)} trials, not pooled"
        return f"{heading}: {'; '.join(listed)}; {alone}."
    shown, below = group.pooled.exp(), int((part["hr"] < 1).sum())
    predicted = f", prediction interval {span(shown.pi_low, shown.pi_high)}" if group.predicts else ""
    return (
        f"{heading}: {below} of {len(part)} below 1, pooled "
        f"{ratio_with_ci(shown.estimate, shown.ci_low, shown.ci_high)}{predicted}, I² {group.pooled.i2:.0f} %."
    )


def drawn_rows(by: str, groups: list[tuple[Any, ...]], lights: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """The rows of the figure: its trials and their pooled results."""
    keys = [
        "trial_id",
        "entity",
        "year",
        "endpoint",
        "allocation",
        "allocation_basis",
        "comparator",
        "comparator_kind",
        "n_cik",
        "n_control",
        "log_hr",
        "se",
        "hr",
        "ci_low",
        "ci_high",
        "ci_printed",
        "printed_p",
        "contradicts_own_test",
        "quality",
        "method",
    ]
    parts, sums = [], []
    for value, group in groups:
        heading = group_label(by, value)
        weights = None if group.pooled is None else group.pooled.weights
        part = group.effects[keys].assign(group=heading, row="trial", weight=weights)
        for place, signal in enumerate(SIGNALS if lights else ()):
            part[f"bias_{signal}"] = [
                lights.get(name, ("not stated",) * len(SIGNALS))[place] for name in part["trial_id"]
            ]
        parts.append(part)
        if group.pooled is not None:
            shown = group.pooled.exp()
            sums.append(
                {
                    "group": heading,
                    "row": "pooled",
                    "hr": shown.estimate,
                    "ci_low": shown.ci_low,
                    "ci_high": shown.ci_high,
                    "pi_low": shown.pi_low if group.predicts else math.nan,
                    "pi_high": shown.pi_high if group.predicts else math.nan,
                    "tau2": group.pooled.tau2,
                    "i2": group.pooled.i2,
                }
            )
    return pd.concat([*parts, pd.DataFrame(sums)], ignore_index=True) if parts else pd.DataFrame(columns=keys)
