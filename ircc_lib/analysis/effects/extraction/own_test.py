"""A derived hazard ratio beside the test that the trial itself reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ircc_lib.analysis.effects.extraction.evidence import Evidence, stated
from ircc_lib.analysis.effects.extraction.hierarchy import compares_curves
from ircc_lib.analysis.effects.extraction.reported import two_sided

ALPHA = 0.05
TOO_STRONG = 5  # times that a derived p-value may be below the exact one reported before it counts as stronger


@dataclass(frozen=True, kw_only=True)
class OwnTest:
    """The trial's own test of the whole curves: as reported, and its verdict at two-sided 5 % where it has one."""

    reported: str
    significant: bool | None
    p_value: float | None

    def contradicts(self, p_value: float) -> str:
        """What speaks against a derived p-value, in words; empty where nothing does.

        >>> OwnTest(reported="0.028", significant=True, p_value=0.028).contradicts(0.91)
        "the trial's own test reports p = 0.028, this ratio has p = 0.91"
        """
        other = self.significant is not None and self.significant != (p_value < ALPHA)
        stronger = self.p_value is not None and p_value < ALPHA and p_value < self.p_value / TOO_STRONG
        if not (other or stronger):
            return ""
        sign = "" if self.reported[:1] in "<>=" else "= " if self.p_value is not None else ""
        shown = f"{p_value:.2g}" if p_value >= 0.001 else "< 0.001"
        return f"the trial's own test reports p {sign}{self.reported}, this ratio has p {'= ' if shown[0] != '<' else ''}{shown}"


def own_test(evidence: Evidence) -> OwnTest | None:
    """The test of the whole curves that a report prints, a named log-rank test before one that is not named.

    Tests of rates at a time, of means, and adjusted ones say something else and are left out.
    """
    rows = [row for row in evidence.comparisons if stated(row["p_value_reported"]) and compares_curves(row)]
    if not rows:
        return None
    row = min(rows, key=lambda row: row["test"] != "log-rank")
    known = row["p_relation"] == "exact" and stated(row["p_value"])
    p_value = two_sided(row)[0] if known else None
    return OwnTest(reported=row["p_value_reported"], significant=_verdict(row, p_value), p_value=p_value)


def _verdict(row: dict[str, Any], p_value: float | None) -> bool | None:
    if p_value is not None:
        return p_value < ALPHA
    if row["p_relation"] == "below" and row["p_value"] <= ALPHA:
        return True
    if row["p_relation"] == "not significant" or (row["p_relation"] == "above" and row["p_value"] >= ALPHA):
        return False
    return None
