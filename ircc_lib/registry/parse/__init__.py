"""Reported text to values. A parser takes the whole text or leaves it: it never guesses.

Each is a pure function from text to a small frozen dataclass, or None where the text does not decide.
The dataclass keeps the text in ``reported`` (which does not count when two are compared) and prints
in a canonical form that reads back as the same value.
"""

from ircc_lib.registry.parse.claims import ParsedClaim, parse_claim
from ircc_lib.registry.parse.dates import ParsedDate, parse_date
from ircc_lib.registry.parse.doses import Dose, parse_dose
from ircc_lib.registry.parse.durations import ParsedDuration, parse_duration
from ircc_lib.registry.parse.grades import Grades, parse_grades
from ircc_lib.registry.parse.identifiers import RegistrationIds, parse_doi, parse_pmid, parse_registration_ids
from ircc_lib.registry.parse.infusions import Infusions, parse_infusions
from ircc_lib.registry.parse.levels import Level, parse_level
from ircc_lib.registry.parse.p_values import ParsedP, parse_p
from ircc_lib.registry.parse.people import parse_age, parse_percent, parse_sex
from ircc_lib.registry.parse.places import ParsedCountry, parse_country
from ircc_lib.registry.parse.typed import bare_number

__all__ = [
    "Dose",
    "Grades",
    "Infusions",
    "Level",
    "ParsedClaim",
    "ParsedCountry",
    "ParsedDate",
    "ParsedDuration",
    "ParsedP",
    "RegistrationIds",
    "bare_number",
    "parse_age",
    "parse_claim",
    "parse_country",
    "parse_date",
    "parse_doi",
    "parse_dose",
    "parse_duration",
    "parse_grades",
    "parse_infusions",
    "parse_level",
    "parse_p",
    "parse_percent",
    "parse_pmid",
    "parse_registration_ids",
    "parse_sex",
]
