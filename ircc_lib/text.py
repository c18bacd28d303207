"""How numbers and lists are written in sentences, tables and figures: each kind in one place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

MISSING = "–"
FORMULA = r"^([=+\-@\t\r])"
"""A spreadsheet would run text that starts so; an apostrophe before it makes it harmless (OWASP, CSV injection)."""


def counted(n: int, thing: str, things: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "trial"), counted(2300, "trial"), counted(0, "study", "studies")
    ('1 trial', '2,300 trials', 'no studies')
    """
    plural = things or f"{thing}s"
    return f"1 {thing}" if n == 1 else f"no {plural}" if n == 0 else f"{n:,} {plural}"


def joined(parts: Iterable[str]) -> str:
    """A list as a sentence has it.

    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    parts = list(parts)
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def verb(n: int, one: str, more: str) -> str:
    """The form of a verb that a number asks for.

    >>> verb(1, "is", "are"), verb(0, "is", "are")
    ('is', 'are')
    """
    return one if n == 1 else more


def own_record(randomised: int, trials: int) -> str:
    """How many of some trials were randomised, as their own record says.

    >>> own_record(3, 12), own_record(1, 2), own_record(0, 2), own_record(0, 1)
    ('3 randomised by their own record', '1 randomised by its own record', 'none randomised by their own record', 'not randomised by its own record')
    """
    if trials == 1:
        return f"{'' if randomised else 'not '}randomised by its own record"
    return f"{randomised or 'none'} randomised by {verb(randomised, 'its', 'their')} own record"


def capital(text: str) -> str:
    """A text with a capital to begin with; the rest stays as it is.

    >>> capital("progression-free survival by RECIST")
    'Progression-free survival by RECIST'
    """
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """A share of 0..1 as whole per cent, never a false 0 % or 100 %.

    >>> percent(0.254), percent(0.001), percent(0.999), percent(1.0)
    ('25 %', 'under 1 %', 'over 99 %', '100 %')
    """
    if 0 < share < 0.01:
        return "under 1 %"
    if 0.99 < share < 1:
        return "over 99 %"
    return f"{100 * share:.0f} %"


def ratio(value: float) -> str:
    """A ratio to two decimals, fewer above 10, or a bound where those would say nothing.

    >>> ratio(0.6214), ratio(0.0004), ratio(30.0), ratio(28660.0)
    ('0.62', '<0.01', '30.0', '>100')
    """
    return "<0.01" if value < 0.01 else ">100" if value > 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def tenths(value: float) -> str:
    """A number to one decimal, 0 without a sign.

    >>> tenths(12.46), tenths(-0.04)
    ('12.5', '0.0')
    """
    return f"{round(value, 1) or 0:.1f}"


def percents(share: float) -> str:
    """A share of 0..1 in per cent to one decimal, without the sign: ``12.5``."""
    return f"{100 * share:.1f}"


def signed(value: float) -> str:
    """A whole number that shows its sign; 0 has none.

    >>> signed(190.4), signed(-0.3), signed(-2.0)
    ('+190', '0', '-2')
    """
    return f"{value:+.0f}" if round(value) else "0"


def span(low: float, high: float, show: Callable[[float], str] = ratio) -> str:
    """From one bound to the other.

    >>> span(0.5, 0.77), span(0.03, 0.312, percents)
    ('0.50 to 0.77', '3.0 to 31.2')
    """
    return f"{show(low)} to {show(high)}"


def with_interval(
    estimate: float, low: float, high: float, show: Callable[[float], str] = ratio, *, of: str = ""
) -> str:
    """An estimate with its interval, as the cell of a figure or table has it.

    Parameters
    ----------
    estimate, low, high : float
        Any may be missing (NaN).
    show : callable
        How one number is written: `ratio`, `tenths`, `percents` or `signed`.
    of : str
        What the interval is, before its bounds: ``"95 % CI "``.

    Examples
    --------
    >>> with_interval(0.62, 0.5, 0.77), with_interval(0.125, 0.03, 0.312, percents)
    ('0.62 (0.50 to 0.77)', '12.5 (3.0 to 31.2)')
    >>> with_interval(float("nan"), 0.5, 0.77), with_interval(0.62, float("nan"), 0.77)
    ('–', '0.62, no interval reported')
    """
    if math.isnan(estimate):
        return MISSING
    if math.isnan(low) or math.isnan(high):
        return f"{show(estimate)}, no interval reported"
    return f"{show(estimate)} ({of}{span(low, high, show)})"


def ratio_with_ci(estimate: float, low: float, high: float) -> str:
    """A ratio with its 95 % interval, as a sentence has it.

    >>> ratio_with_ci(0.621, 0.55, 0.7)
    '0.62 (95 % CI 0.55 to 0.70)'
    """
    return with_interval(estimate, low, high, of="95 % CI ")


def p_text(p: float | None) -> str:
    """A p-value as it is printed.

    >>> p_text(0.0312), p_text(0.0004), p_text(None)
    ('p = 0.03', 'p < 0.001', 'p not defined')
    """
    if p is None or math.isnan(p):
        return "p not defined"
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.01 else f"p = {p:.2f}"


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, as a narrow column of a figure has room for.

    >>> cut("gastric cancer", 20), cut("gastric cancer", 8)
    ('gastric cancer', 'gastric…')
    """
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,(')}…"
