"""The small change of computed sentences: numbers with their nouns, lists, intervals."""

from __future__ import annotations

from collections.abc import Iterable


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


def interval(estimate: float, low: float, high: float, *, digits: int = 2) -> str:
    """An estimate with its 95 % interval.

    >>> interval(0.621, 0.55, 0.7)
    '0.62 (95 % CI 0.55 to 0.70)'
    """
    return f"{estimate:.{digits}f} (95 % CI {low:.{digits}f} to {high:.{digits}f})"


def ratio(value: float) -> str:
    """A ratio to two decimals, fewer above 10, or a bound where those would say nothing.

    >>> ratio(0.6214), ratio(0.0004), ratio(30.0), ratio(28660.0)
    ('0.62', '<0.01', '30.0', '>100')
    """
    return "<0.01" if value < 0.01 else ">100" if value > 100 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def ratio_interval(estimate: float, low: float, high: float) -> str:
    """A ratio with its interval, as the cell of a figure or table has it.

    >>> ratio_interval(0.62, 0.5, 0.77)
    '0.62 (0.50 to 0.77)'
    """
    return f"{ratio(estimate)} ({ratio(low)} to {ratio(high)})"


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, as a narrow column of a figure has room for.

    >>> cut("gastric cancer", 20), cut("gastric cancer", 8)
    ('gastric cancer', 'gastric…')
    """
    return text if len(text) <= most else f"{text[: most - 1].rstrip(' ,(')}…"
