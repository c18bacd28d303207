"""What the front page states beside the publication: its claims, each with the trials behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from ircc_lib.figures.display.column import whole_or_short
from ircc_lib.figures.display.plain import plain_rows
from ircc_lib.registry.labels import trial_label

CLAIMS_TYPE = "application/vnd.ircc.claims+json"


@dataclass(frozen=True, kw_only=True)
class Claims:
    """The report's claims beside what was published; on a page, each opens its list of trials.

    Parameters
    ----------
    data : DataFrame
        One row per claim, with the columns ``claim`` (what is claimed, in words), ``value``
        (ours: a number or text), ``published`` (what the publication stated; missing where
        it stated nothing), ``definition``, ``why`` (why the two differ) and ``trial_ids``
        (the trials behind it: a list, or one text joined by ``"; "``); ``of``, if it is there, says what the
        value is out of.
    name : str
        Unique on its page.
    caption : str
        A sentence that says what is compared.

    Examples
    --------
    >>> claims = Claims(name="claims", caption="Published and recomputed.", data=pd.DataFrame({
    ...     "claim": ["Trials"], "value": [2], "published": ["106"], "definition": ["Reports."],
    ...     "why": ["Other sources."], "trial_ids": ["Zhao2013; Wu2014"]}))
    >>> claims.payload()["claims"][0]["trial_ids"]
    ['Zhao2013', 'Wu2014']
    """

    data: pd.DataFrame
    name: str
    caption: str

    def payload(self) -> dict[str, Any]:
        """The claims as plain JSON values."""
        rows = _dicts(self.data, ("claim", "value", "published", "definition", "why", "trial_ids"))
        said = self.data["of"].tolist() if "of" in self.data else [""] * len(rows)
        for row, of in zip(rows, said):
            row["of"] = of if isinstance(of, str) else ""
            row["value"], row["published"] = _words(row["value"]), _words(row["published"])
            row["trial_ids"] = _listed(row["trial_ids"])
        return {"name": self.name, "caption": self.caption, "claims": rows}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        payload = self.payload()
        head = Markup("<tr><th>Claim</th><th>Published</th><th>This registry</th><th>Trials</th></tr>")
        body = Markup("").join(
            Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
                row["claim"],
                row["published"],
                row["value"],
                ", ".join(trial_label(trial_id) for trial_id in row["trial_ids"]),
            )
            for row in payload["claims"]
        )
        html = Markup("<table><caption>{}</caption>{}{}</table>").format(self.caption, head, body)
        return {"text/html": str(html), CLAIMS_TYPE: payload}


def _dicts(data: pd.DataFrame, wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    missing = [key for key in wanted if key not in data.columns]
    if missing:
        raise ValueError(f"columns missing: {', '.join(missing)}; found: {', '.join(map(str, data.columns))}")
    lists = data.assign(trial_ids=data["trial_ids"].map(_joined)) if "trial_ids" in data.columns else data
    table = plain_rows(lists)
    return [dict(zip(table["columns"], row)) for row in table["rows"]]


def _words(value: Any) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else whole_or_short(value)


def _joined(trial_ids: Iterable[str]) -> str | None:
    return trial_ids if isinstance(trial_ids, str) or trial_ids is None else "; ".join(trial_ids)


def _listed(trial_ids: str | None) -> list[str]:
    return [part for part in (trial_ids or "").split("; ") if part]
