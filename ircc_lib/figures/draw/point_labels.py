"""Names beside points: where there is room, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes

from ircc_lib.figures.display import style
from ircc_lib.figures.draw.measure import width

HIGH = 1.25 * style.TEXT  # points that a line of words is high
OFF = 5  # points between a point and its name


def name_points(axes: Axes, points: Iterable[tuple[float, float, str, str]]) -> int:
    """Write names beside points, the first ones first; a name that would lie over another or beyond the edge is left out.

    Parameters
    ----------
    axes : Axes
        With its final limits.
    points : iterable of (x, y, name, address)

    Returns
    -------
    int
        How many names were written.

    Examples
    --------
    >>> from ircc_lib.figures.display.figure import new_figure
    >>> axes = new_figure(3).add_axes((0, 0, 1, 1))
    >>> name_points(axes, [(0.5, 0.5, "Lee 2015", "trial:Lee2015")] * 9)
    4
    """
    to_points = 72 / axes.figure.dpi
    box = axes.get_window_extent()
    left, right, low, high = (edge * to_points for edge in (box.x0, box.x1, box.y0, box.y1))
    taken: list[tuple[float, float, float, float]] = []
    for x, y, name, address in points:
        across, up = (value * to_points for value in axes.transData.transform((x, y)))
        long = 72 * width(name, style.TEXT)
        places = [(OFF, 0), (-OFF - long, 0), (OFF, HIGH), (OFF, -HIGH)]
        for right_of, above in places:
            start, middle = across + right_of, up + above
            frame = (start, start + long, middle - HIGH / 2, middle + HIGH / 2)
            inside = left <= frame[0] and frame[1] <= right and low <= frame[2] and frame[3] <= high
            if inside and all(_apart(frame, other) for other in taken):
                taken.append(frame)
                axes.annotate(
                    name,
                    (x, y),
                    xytext=(right_of, above),
                    textcoords="offset points",
                    va="center",
                    fontsize=style.TEXT,
                    parse_math=False,
                    url=address,
                )
                break
    return len(taken)


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
