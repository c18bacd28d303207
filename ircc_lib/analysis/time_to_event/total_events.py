"""A reported total of events, imposed on patients that a curve alone has left open."""

from __future__ import annotations

from typing import Any

import numpy as np


def to_total(events: list[Any], censored: list[Any], still: int, total: int) -> tuple[list[Any], list[Any], int]:
    """Events added or taken away until they sum to the total, each in exchange for a censored patient.

    The exchange stays between two known numbers at risk, so that these stand, and is shared between such
    stretches as their events are.

    Parameters
    ----------
    events : (time, number) of each drop, in any order
    censored : (from, until, number) of each stretch between two known numbers at risk, in order
    still : patients at risk at the end
    total : events that are reported

    Raises
    ------
    ValueError
        the curve cannot have so many events: there are no drops at which patients who are not at risk any
        more could have had one

    >>> to_total([(2.0, 3), (8.0, 1)], [(0.0, 5.0, 2), (5.0, 10.0, 2)], 1, 6)
    ([(2.0, 5), (8.0, 1)], [(0.0, 5.0, 0), (5.0, 10.0, 2)], 1)
    """
    starts = np.array([start for start, _, _ in censored])
    counts = [d for _, d in events]
    homes = [max(int(np.searchsorted(starts, time, side="right")) - 1, 0) for time, _ in events]
    left = [count for _, _, count in censored]
    before = np.bincount(homes, weights=counts, minlength=len(left)) if events else np.zeros(len(left))
    target = before * total / before.sum() if before.sum() else before
    now, sign = before.copy(), 1 if total > before.sum() else -1
    while now.sum() != total:
        last = len(left) - 1
        room = [
            k in homes and (left[k] > 0 or (k == last and still > 0) if sign > 0 else now[k] > 0)
            for k in range(last + 1)
        ]
        if not any(room):
            raise ValueError(
                f"total_events is {total}, but the curve and the numbers at risk leave "
                f"{'no more than' if sign > 0 else 'at least'} {int(now.sum())} events"
            )
        k = int(np.argmax(np.where(room, sign * (target - now), -np.inf)))
        drops = [i for i, home in enumerate(homes) if home == k and (sign > 0 or counts[i] > 0)]
        i = max(drops, key=lambda drop: (sign * -counts[drop], events[drop][0]))
        counts[i] += sign
        now[k] += sign
        if left[k] > 0 or sign < 0:
            left[k] -= sign
        else:
            still -= 1
    return (
        [(time, d) for (time, _), d in zip(events, counts)],
        [(start, until, count) for (start, until, _), count in zip(censored, left)],
        still,
    )
