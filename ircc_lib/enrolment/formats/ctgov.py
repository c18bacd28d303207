"""ClinicalTrials.gov: the API's JSON (version 2).

An entry of a register is not a report. It makes or updates a row of ``registrations``, and proposes values for the
empty cells of a report that names its number.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ircc_lib.enrolment.bundle import Bundle, Row
from ircc_lib.enrolment.decisions import Decisions
from ircc_lib.enrolment.formats.ctgov_results import read_results

_PHASES = {"EARLY_PHASE1": "1", "PHASE1": "1", "PHASE2": "2", "PHASE3": "3", "PHASE4": "4"}
_KNOWN = {
    "identificationModule", "statusModule", "sponsorCollaboratorsModule", "oversightModule", "descriptionModule",
    "conditionsModule", "designModule", "armsInterventionsModule", "outcomesModule", "eligibilityModule",
    "contactsLocationsModule", "referencesModule", "ipdSharingStatementModule",
}  # fmt: skip
CIK_WORDS = re.compile(r"\bCIK\b|killer|immuncell|immunotherap|experimental", re.I)


def read_json(text: str, source: str, decisions: Decisions) -> Bundle:
    """A study, a page of a search, or a list of studies."""
    content = _without_nulls(json.loads(text))
    studies = content if isinstance(content, list) else content.get("studies", [content])
    bundle = Bundle("ctgov", source)
    if isinstance(content, dict) and content.get("nextPageToken"):
        bundle.note(f"a page of {len(studies)} studies: there are more pages, this is not the whole search")
    if not studies:
        bundle.error("no study is in the file", place=source)
    for place, study in enumerate(studies, start=1):
        if not isinstance(study, dict) or not isinstance(study.get("protocolSection"), dict):
            bundle.error("a record without a protocolSection", place=f"{source}: study {place}")
            continue
        held = len(bundle.rows)
        try:
            _study(study, bundle, decisions)
        except (AttributeError, KeyError, TypeError, ValueError):
            del bundle.rows[held:]
            bundle.error(
                "a part of the record is not of the form of the register's version 2; download it again",
                place=f"{source}: study {place}",
            )
    return bundle


def _without_nulls(value: Any) -> Any:
    """JSON without what is null: it says no more than what is left out."""
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    return [_without_nulls(one) for one in value if one is not None] if isinstance(value, list) else value


def _study(study: dict[str, Any], bundle: Bundle, decisions: Decisions) -> None:
    protocol = study["protocolSection"]
    number = protocol.get("identificationModule", {}).get("nctId", "")
    if not number:
        bundle.error("a study without a number", place=bundle.source)
        return
    where = f"{bundle.source}: {number}"
    for module in sorted(set(protocol) - _KNOWN):
        bundle.note(f"the register gives a part {module!r} that is not known here", place=where)
    bundle.rows.append(_registration(protocol, number, where, bundle))
    for reference in protocol.get("referencesModule", {}).get("references", []):
        if pmid := reference.get("pmid"):
            kind = {"RESULT": "the sponsor names", "DERIVED": "NLM links (not the sponsor)"}.get(
                reference.get("type", ""), "the entry cites"
            )
            bundle.note(f"{kind} PMID {pmid}", place=where, trial=number)
    report = Row("trials", _proposals(protocol, number), place=where)
    bundle.rows.append(report)
    if study.get("resultsSection"):
        dates = protocol.get("statusModule", {})
        posted = dates.get("resultsFirstPostDateStruct", {}).get("date") or dates.get("resultsFirstSubmitDate", "")
        report.cells |= {"publication_type": "register results", "locator": "resultsSection"}
        report.cells |= {"year": posted[:4]} if posted else {}
        read_results(study["resultsSection"], report, bundle, decisions)


def _registration(protocol: dict[str, Any], number: str, where: str, bundle: Bundle) -> Row:
    identity, design = protocol.get("identificationModule", {}), protocol.get("designModule", {})
    enrolment = design.get("enrollmentInfo", {})
    count = enrolment.get("count")
    size = {"ACTUAL": "n_actual", "ESTIMATED": "n_planned"}.get(enrolment.get("type", ""), "")
    if count is not None and not size:
        bundle.note(f"{count} patients, planned or actual is not said; left out", place=where)
    others = [one.get("id", "") for one in identity.get("secondaryIdInfos", [])]
    if others := [*identity.get("nctIdAliases", []), *others]:
        bundle.note("other numbers: " + "; ".join(filter(None, others)), place=where)
    places = protocol.get("contactsLocationsModule", {}).get("locations", [])
    cells = {
        "registration_id": number,
        "title": identity.get("briefTitle", ""),
        "status": _status(protocol.get("statusModule", {})),
        "phase": _phase(design.get("phases", []), bundle, where),
        "condition": "; ".join(protocol.get("conditionsModule", {}).get("conditions", [])),
        **({size: str(count)} if size and count is not None else {}),
        "country": "; ".join(dict.fromkeys(one["country"] for one in places if one.get("country"))),
        "start": protocol.get("statusModule", {}).get("startDateStruct", {}).get("date", ""),
        "registered": protocol.get("statusModule", {}).get("studyFirstSubmitDate", ""),
        "source_url": f"https://clinicaltrials.gov/study/{number}",
    }
    return registration_row(cells, where)


def registration_row(cells: dict[str, str], where: str) -> Row:
    """A row of registrations of the columns that the registry has."""
    from ircc_lib.registry.schema.tables import raw_schemas

    known = raw_schemas()["registrations"].columns
    return Row("registrations", {name: text for name, text in cells.items() if text and name in known}, place=where)


def _status(module: dict[str, Any]) -> str:
    status = status_words(module.get("overallStatus", ""))
    if status == "Unknown" and (last := module.get("lastKnownStatus")):
        status = f"Unknown (was {status_words(last)})"
    return status + (f" ({module['whyStopped'].strip()})" if module.get("whyStopped") else "")


def status_words(code: str) -> str:
    """A status of ClinicalTrials.gov as people write it."""
    said = code.replace("ACTIVE_NOT", "ACTIVE,_NOT").replace("_", " ").capitalize()
    return said


def _phase(phases: list[str], bundle: Bundle, where: str) -> str:
    if "EARLY_PHASE1" in phases:
        bundle.note("early phase 1 is entered as 1", place=where)
    return "/".join(dict.fromkeys(_PHASES[phase] for phase in phases if phase in _PHASES))


def _proposals(protocol: dict[str, Any], number: str) -> dict[str, str]:
    design = protocol.get("designModule", {})
    start = protocol.get("statusModule", {}).get("startDateStruct", {})
    info = design.get("designInfo", {})
    phases = "/".join(dict.fromkeys(_PHASES[phase] for phase in design.get("phases", []) if phase in _PHASES))
    cells = {
        "trial_id": number,
        "registration_id": number,
        "phase": phases,
        "design": _design(design.get("studyType", ""), info, protocol),
        "allocation": {"RANDOMIZED": "random", "NON_RANDOMIZED": "not random"}.get(info.get("allocation", ""), ""),
        "enrol_start": start.get("date", "") if start.get("type") == "ACTUAL" else "",
        "comparator": _comparator(protocol),
        "title": protocol.get("identificationModule", {}).get("briefTitle", ""),
        "read_in": "register",
        "source_url": f"https://clinicaltrials.gov/study/{number}",
        "locator": "protocolSection",
    }
    return {name: text for name, text in cells.items() if text}


def _design(study_type: str, info: dict[str, Any], protocol: dict[str, Any]) -> str:
    groups = len(protocol.get("armsInterventionsModule", {}).get("armGroups", []))
    if study_type == "OBSERVATIONAL":
        return "retrospective_controlled" if info.get("timePerspective") == "RETROSPECTIVE" and groups == 2 else ""
    if info.get("interventionModel") == "SINGLE_GROUP":
        return "single_arm"
    return {"RANDOMIZED": "randomised", "NON_RANDOMIZED": "controlled_nonrandomised"}.get(
        info.get("allocation", ""), ""
    )


def _comparator(protocol: dict[str, Any]) -> str:
    groups = protocol.get("armsInterventionsModule", {}).get("armGroups", [])
    controls = [
        one for one in groups if not CIK_WORDS.search(one.get("label", "") + " ".join(one.get("interventionNames", [])))
    ]
    if len(controls) != 1 or len(groups) < 2:
        return ""
    given = [name.partition(": ")[2] or name for name in controls[0].get("interventionNames", [])]
    return " + ".join(given) or ("no intervention" if controls[0].get("type") == "NO_INTERVENTION" else "")
