"""The search index: trials, tumour entities and chapters, as a script that works from a folder."""

from __future__ import annotations

import json

from ircc_lib.report.site.sitemap import SiteMap

_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def search_index(sitemap: SiteMap) -> str:
    """A script that lays the index down for the page: kind, title, line below, path, further words."""
    chapters = [["Chapter", chapter.title, "", chapter.path, chapter.page] for chapter in sitemap.chapters]
    entities = [
        ["Tumour entity", entity.name, f"{entity.organ_system}, {_counted(entity.trials)}", entity.path, ""]
        for entity in sitemap.entities
    ]
    trials = [
        ["Trial", trial.label, trial.title, trial.path, f"{trial.trial_id} {trial.words}"] for trial in sitemap.trials
    ]
    return f"window.IRCC_SEARCH = {script_json(chapters + entities + trials)};\n"


def script_json(value) -> str:
    """JSON that may stand in a script: nothing in it can end the script or start markup.

    >>> script_json("</script>")
    '"\\\\u003c/script\\\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "".join(_ESCAPED.get(character, character) for character in text)


def _counted(trials: int) -> str:
    return f"{trials} {'trial' if trials == 1 else 'trials'}"
