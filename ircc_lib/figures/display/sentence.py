"""Sentences of a page, their values escaped, and links to trials in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from ircc_lib.registry.labels import trial_label


class Prose(str):
    """A paragraph of HTML whose values have been escaped."""

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"


def prose(template: str, /, **values: Any) -> Prose:
    """A sentence with its computed values put in, every one of them escaped.

    >>> prose("{n:,} patients with {what}.", n=1200, what="<b>")
    '1,200 patients with &lt;b&gt;.'

    Parameters
    ----------
    template : str
        A sentence with names in braces; it may hold links and emphasis.
    **values : object
        What stands for the names; text is escaped.

    Returns
    -------
    Prose
        One paragraph for the page.
    """
    return Prose(Markup(escape(template)).format(**values))


class Cited(Markup):
    """Links to trials, which a notebook shows as links."""

    def _repr_html_(self) -> str:
        return str(self)


def cite(trial_ids: str | Iterable[str]) -> Markup:
    """Trials by their labels, each a link to its record, as part of a `prose` sentence; one id or several.

    >>> str(cite("Lee2015"))
    '<a class="trial" href="trial:Lee2015">Lee 2015</a>'

    Parameters
    ----------
    trial_ids : str or iterable of str
        One trial or several, by trial_id.

    Returns
    -------
    Markup
        Links to the pages of the trials, with a comma between them.
    """
    ids = [trial_ids] if isinstance(trial_ids, str) else trial_ids
    ids = list(ids) if isinstance(ids, Iterable) else [ids]
    if not all(isinstance(trial_id, str) for trial_id in ids):
        raise TypeError(f"trial_ids: a trial_id such as 'Lee2015', or several, are needed; found {trial_ids!r}")
    links = [
        Markup('<a class="trial" href="trial:{}">{}</a>').format(trial_id, trial_label(trial_id)) for trial_id in ids
    ]
    return Cited(Markup(", ").join(links))
