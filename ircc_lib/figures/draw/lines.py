"""What a forest plot is made of: its lines, its columns of words and its axis."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ircc_lib.figures.display import style

TALL = 1.72  # rows that a line with a second line of words is high
RATIO_TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]
FINER_TICKS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5, 2, 3]
TICKS_APART = 0.34  # inches that the label of a tick needs
FARTHEST = (0.02, 50.0)  # no axis of ratios goes further, wherever its estimates lie
PREDICTION = "95 % prediction interval"
MARKED = ("trial", "pooled", "prediction")  # kinds of lines that have a mark
RATIO_REACH = (0.1, 4.0)  # beyond these an interval is cut and ends in an arrow, unless a mark lies there


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a forest plot.

    kind : ``heading``, ``section`` (a lesser heading), ``trial`` (a square), ``pooled`` (a diamond), ``prediction`` (a bar),
        or ``note`` (words alone)
    cells : text by column key
    estimate, low, high : on the scale of the axis
    size : 0 to 1, the square's weight against the heaviest
    url : what the first cell links to, ``trial:ID``
    below : a second line of smaller import, by column key
    lights : judgements of the risk of bias, shown in the second line at the right end
    """

    kind: str
    cells: dict[str, str] = field(default_factory=dict)
    estimate: float = math.nan
    low: float = math.nan
    high: float = math.nan
    size: float = 0.5
    colour: str = style.INK
    url: str | None = None
    below: dict[str, str] = field(default_factory=dict)
    lights: tuple[str, ...] = ()

    @property
    def rows(self) -> float:
        """How many rows of the figure the line takes."""
        several = any("\n" in cell for cell in self.cells.values())
        return TALL if self.below or self.lights or several else 1.0


@dataclass(frozen=True, kw_only=True)
class TextColumn:
    """A column of words: where it stands (inches from the left) and how it is set.

    first : on a narrow screen it stands beside the line's name; other columns go below the name, after their head
    """

    key: str
    head: str
    x: float
    align: str = "left"
    width: float | None = None  # inches after which words are cut; not at all where None
    first: bool = False


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The axis of the marks."""

    limits: tuple[float, float]
    ticks: list[float]
    labels: list[str]
    title: str
    log: bool = False
    reference: float | None = None
    left: str = ""
    right: str = ""


def ratio_scale(
    lines: list[Line],
    *,
    title: str = "Hazard ratio (log scale)",
    left: str = "favours CIK",
    right: str = "favours control",
    inches: float = 3.0,
) -> Scale:
    """A log axis about 1 that holds every estimate within reason, and intervals as far as they matter.

    `inches` is how long the axis will be, so that the labels of its ticks keep apart.
    """
    marked = [line for line in lines if not math.isnan(line.estimate)]
    centres = [min(max(line.estimate, FARTHEST[0]), FARTHEST[1]) for line in marked] + [1.0]
    ends = [end for line in marked for end in (line.low, line.high) if end > 0]
    low = min(min(centres) / 1.12, max(min(ends, default=0.5), RATIO_REACH[0]))
    high = max(max(centres) * 1.12, min(max(ends, default=2.0), RATIO_REACH[1]))
    limits = min(low, 0.5) / 1.05, max(high, 1.6) * 1.05
    within = ([tick for tick in ticks if limits[0] <= tick <= limits[1]] for ticks in (RATIO_TICKS, FINER_TICKS))
    ticks = _apart(next((ticks for ticks in within if len(ticks) > 3), FINER_TICKS), limits, inches)
    return Scale(
        limits=limits,
        ticks=ticks,
        labels=[f"{tick:g}" for tick in ticks],
        title=title,
        log=True,
        reference=1.0,
        left=left,
        right=right,
    )


def _apart(ticks: list[float], limits: tuple[float, float], inches: float) -> list[float]:
    """Those ticks, from 1 outwards, whose labels do not touch."""
    least = TICKS_APART / inches * math.log(limits[1] / limits[0])
    within = [tick for tick in ticks if limits[0] <= tick <= limits[1]]
    kept = [1.0]
    for tick in sorted(within, key=lambda tick: abs(math.log(tick))):
        if all(abs(math.log(tick / other)) >= least for other in kept):
            kept.append(tick)
    return sorted(kept)


def share_scale(lines: list[Line], *, title: str) -> Scale:
    """A linear axis of proportions from 0, in per cent."""
    ends = [end for line in lines for end in (line.estimate, line.high) if not math.isnan(end)]
    top = min(1.0, max(ends, default=1.0) * 1.03)
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.25) if top / step <= 5.001)
    ticks = [step * i for i in range(int(top / step + 1e-9) + 1)]
    return Scale(limits=(-0.02 * top, top), ticks=ticks, labels=[f"{100 * tick:.0f}" for tick in ticks], title=title)
