"""What a trial is called where people read."""

import re

_AUTHOR_YEAR = re.compile(r"(?P<author>\D+?)(?P<year>(?:19|20)\d\d[a-z]?)")


def trial_label(trial_id: str) -> str:
    """The id as a reader would cite it.

    >>> trial_label("Zhao2013"), trial_label("PMID40180925")
    ('Zhao 2013', 'PMID 40180925')
    """
    if trial_id.startswith("PMID"):
        return f"PMID {trial_id[4:]}"
    cited = _AUTHOR_YEAR.fullmatch(trial_id)
    return f"{cited['author']} {cited['year']}" if cited else trial_id
