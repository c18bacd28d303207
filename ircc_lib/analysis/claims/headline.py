"""The report's claims: what this edition counts, beside what its publication stated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.claims.claims import CLAIMS, Claim
from ircc_lib.registry.editions import find_editions
from ircc_lib.registry.vocabulary import Vocabularies
from ircc_lib.text import capital, counted

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry


UNMATCHED = (
    "The publication's list of trials is not openly available, so its trials and ours cannot be "
    "matched one by one; ours are those found in public records."
)


def headline(reg: Registry) -> pd.DataFrame:
    """The claims of an edition: definition, our value, the published value, and the trials behind it.

    Parameters
    ----------
    reg : Registry
        As a rule one edition of it; the living edition and a registry without an
        edition are set beside the latest edition that was published.

    Returns
    -------
    DataFrame
        One row per claim: ``key``, ``claim``, ``value`` (a number; missing where it cannot be recomputed), ``of``
        (what it is out of, in words, randomised trials apart), ``unit``, ``published`` (as stated, missing
        where nothing was), ``published_claim``, ``published_edition``, ``source_url``, ``definition``, ``why``
        (why the two values differ, or why there is none), ``trial_ids`` ("; "-joined).

    Examples
    --------
    >>> import ircc_lib as ircc
    >>> claims = headline(ircc.load_registry().edition("ten-year")).set_index("key")
    >>> claims.loc["trials", "published"], claims.loc["entities", "published"]
    ('106', 'over 30')
    """
    edition = _counterpart(reg)
    stated = _stated(reg, edition)
    by_key = stated.dropna(subset=["key"]).set_index("key")
    rows = []
    for claim in CLAIMS:
        if claim.core or claim.key in by_key.index:
            rows.append(_computed(reg, claim, by_key.loc[claim.key] if claim.key in by_key.index else None))
    rows += [_only_published(row) for row in stated[stated["key"].isna()].to_dict("records")]
    columns = [
        "key",
        "claim",
        "value",
        "of",
        "unit",
        "published",
        "published_claim",
        "published_edition",
        "source_url",
        "definition",
        "why",
        "trial_ids",
    ]
    frame = pd.DataFrame({column: [row.get(column) for row in rows] for column in columns}, dtype=object)
    return frame.astype({column: "str" for column in columns if column != "value"})


def _counterpart(reg: Registry) -> str | None:
    """The published edition to compare with: this one, or the latest for what has none."""
    known = reg.published_claims["edition"].unique().tolist()
    if reg.edition_name in known:
        return reg.edition_name
    dated = [(one.published, one.name) for one in find_editions().values() if one.name in known and one.published]
    return max(dated)[1] if dated else None


def _matches() -> pd.DataFrame:
    """Which count of ours answers a published claim: the vocabulary of the project's data, else the package's."""
    return pd.read_csv(Vocabularies().path("published_claims"), dtype="str").rename(columns={"claim": "key"})


def _stated(reg: Registry, edition: str | None) -> pd.DataFrame:
    """The published claims of an edition, each with the key of ours that it corresponds to."""
    published = reg.published_claims
    published = published[published["edition"].eq(edition)]
    merged = published.merge(_matches(), how="left", left_on=["edition", "claim"], right_on=["edition", "published"])
    return merged.drop(columns="published")


def _computed(reg: Registry, claim: Claim, stated: pd.Series | None) -> dict[str, Any]:
    value, trial_ids = claim.count(reg)
    row = {
        "key": claim.key,
        "claim": claim.claim,
        "value": value,
        "unit": claim.unit,
        "of": claim.of(reg),
        "definition": claim.definition,
        "trial_ids": "; ".join(trial_ids),
    }
    if stated is None:
        return row | {"why": _sentences("The publication states no such number.", claim.gap(reg))}
    return row | {
        "published": _as_stated(stated),
        "published_claim": stated["claim"],
        "published_edition": stated["edition"],
        "source_url": stated["source_url"],
        "why": _why(reg, claim, value, stated),
    }


def _only_published(stated: dict[str, Any]) -> dict[str, Any]:
    reason = stated["not_recomputed"]
    reason = "no count of ours corresponds to it" if pd.isna(reason) else reason
    return {
        "key": None,
        "claim": capital(stated["claim"]),
        "value": None,
        "unit": stated["unit"],
        "published": _as_stated(stated),
        "published_claim": stated["claim"],
        "published_edition": stated["edition"],
        "source_url": stated["source_url"],
        "definition": "As published.",
        "why": f"Not recomputed: {reason}.",
        "trial_ids": "",
    }


def _as_stated(stated: Any) -> str:
    value = str(stated["value_reported"])
    if stated["unit"] == "percent":
        return f"{value} %"
    return f"{int(value):,}" if _is_amount(value, stated) else value


def _is_amount(value: str, stated: Any) -> bool:
    return value.isdigit() and stated["unit"] != "year"


def _why(reg: Registry, claim: Claim, value: Any, stated: pd.Series) -> str:
    return _sentences(
        _relation(claim, value, stated), _other_time(reg, stated["edition"]), UNMATCHED, claim.ambiguity, claim.gap(reg)
    )


def _relation(claim: Claim, value: Any, stated: pd.Series) -> str:
    """How far the two numbers are apart; nothing where one of them is not a plain number."""
    theirs = pd.to_numeric(stated["value_reported"], errors="coerce")
    if pd.isna(theirs) or value is None or claim.unit == "%":
        return ""
    if value == theirs:
        return "The two numbers agree, which does not show that they count the same trials."
    more = value > theirs
    return f"We count {abs(value - int(theirs)):,} {'more' if more else 'fewer'}."


def _other_time(reg: Registry, edition: str) -> str:
    """What a comparison with another edition's publication has to say first."""
    if reg.edition_name == edition:
        return ""
    cut = find_editions()[edition].cut
    later = int(reg.cohorts["year"].gt(cut).sum())
    return (
        f"This edition has no publication of its own and is set beside the {edition} one; "
        f"{counted(later, 'trial')} of ours first appeared after {cut}."
    )


def _sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)
