"""The explorer: every hazard ratio of the edition to choose from and pool in the reader's own browser."""

from __future__ import annotations

from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ircc_lib.analysis.effects.effects import log_hazard_ratios
from ircc_lib.analysis.effects.moderators import trial_characteristics
from ircc_lib.analysis.effects.pooled import NO_VARIANCE
from ircc_lib.analysis.endpoints import ENDPOINTS
from ircc_lib.analysis.meta.pooling import pool
from ircc_lib.files import write_file
from ircc_lib.registry.labels import trial_label
from ircc_lib.report.site.navigation import Place, templates
from ircc_lib.report.site.search import script_json
from ircc_lib.report.site.sitemap import EXPLORE, SiteMap, path_of
from ircc_lib.text import MISSING, span, with_interval

if TYPE_CHECKING:
    from ircc_lib.registry.store import Registry

DATA_FILE = "_static/explore-data.js"
TITLE = "Explore the hazard ratios"
FEWEST_TO_POOL = 3  # as in the forest plots: two trials are shown, not pooled
NOT_STATED = "not stated"
_TEXTS = ("product", "comparator", "comparator_kind", "method", "quality", "endpoint", "note", "label")


def write_explore(sitemap: SiteMap, registry: Registry, out_dir: Path) -> None:
    """Write ``explore.html`` and the rows that it pools.

    Parameters
    ----------
    sitemap : SiteMap
        The plan of the edition's site.
    registry : Registry
        The edition.
    out_dir : Path
        The folder of the edition.
    """
    rows = explorable_rows(registry)
    for row in rows:
        found = sitemap.trial(row["trial_id"])
        row["path"] = found.path if found else None
    systems = {entity.name: entity.organ_system for entity in sitemap.entities}
    data = {"endpoints": ENDPOINTS, "organ_systems": systems, "rows": rows}
    write_file(out_dir / DATA_FILE, f"window.IRCC_EXPLORE = {script_json(data)};\n")
    place = Place(path=path_of(EXPLORE), sitemap=sitemap)
    page = (
        templates()
        .get_template("explore.html.j2")
        .render(
            place=place,
            title=TITLE,
            endpoints=ENDPOINTS,
            pooled=_pooled_lines(rows),
            rows=[row | {"shown": _shown(row)} for row in rows],
        )
    )
    write_file(out_dir / place.path, page)


def explorable_rows(registry: Registry) -> list[dict[str, Any]]:
    """Every log hazard ratio with what can be chosen by, as plain values.

    Parameters
    ----------
    registry : Registry
        Whole, or an edition.

    Returns
    -------
    list of dict
        One per trial and endpoint: ``outcome`` (``OS`` or ``PFS``), ``log_hr`` and ``se`` at full
        precision, ``allocation`` (``confirmed``, ``review`` or ``other``), ``tumours`` (a list),
        ``setting``, and the columns of `log_hazard_ratios` by which trials are told apart.
    """
    rows = []
    for outcome in ENDPOINTS:
        effects = trial_characteristics(registry, log_hazard_ratios(registry, outcome))
        rows += [_row(outcome, row) for row in effects.to_dict("records")]
    return rows


def _row(outcome: str, effect: dict[str, Any]) -> dict[str, Any]:
    texts = {name: _text(effect.get(name)) for name in _TEXTS}
    return texts | {
        "outcome": outcome,
        "trial_id": effect["trial_id"],
        "label": trial_label(effect["trial_id"]),
        "year": _whole(effect["year"]),
        "allocation": _allocation(effect),
        "tumours": str(effect["entity"]).split("; ") if _text(effect["entity"]) else [NOT_STATED],
        "product": _text(effect.get("product")) or NOT_STATED,
        "comparator_kind": _text(effect.get("comparator_kind")) or NOT_STATED,
        "setting": _text(effect.get("setting")) or NOT_STATED,
        "log_hr": float(effect["log_hr"]),
        "se": float(effect["se"]),
        "ci_low": float(effect["ci_low"]),
        "ci_high": float(effect["ci_high"]),
        "n_cik": _whole(effect["n_cik"]),
        "n_control": _whole(effect["n_control"]),
        "n_total": _whole(effect["n_total"]),
    }


def _allocation(effect: dict[str, Any]) -> str:
    """Randomised in the trial's own record, said to be so by a review alone, or neither."""
    if effect.get("review_only"):
        return "review"
    return "confirmed" if effect["randomised"] else "other"


def _pooled_lines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a reader without scripts is given: each outcome, randomised and not."""
    names = {"confirmed": "Randomised in their own record", "other": "Not randomised"}
    lines = []
    for outcome, words in ENDPOINTS.items():
        for allocation, design in names.items():
            part = [row for row in rows if row["outcome"] == outcome and row["allocation"] == allocation]
            if len(part) < FEWEST_TO_POOL:
                continue
            pooled = pool([row["log_hr"] for row in part], [row["se"] for row in part])
            shown = pooled.exp()
            lines.append(
                {
                    "outcome": words.capitalize(),
                    "design": design,
                    "trials": len(part),
                    "ratio": with_interval(shown.estimate, shown.ci_low, shown.ci_high),
                    "prediction": span(shown.pi_low, shown.pi_high) if pooled.tau2 > NO_VARIANCE else MISSING,
                }
            )
    return lines


def _shown(row: dict[str, Any]) -> str:
    """The ratio with its interval: the printed one, where the trial prints it."""
    return with_interval(exp(row["log_hr"]), row["ci_low"], row["ci_high"])


def _text(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _whole(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
