"""Countries by ISO 3166."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ParsedCountry:
    """The English short name and the three-letter code of ISO 3166-1."""

    name: str
    code: str
    reported: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.code


def parse_country(text: str, aliases: dict[str, str] | None = None) -> ParsedCountry | None:
    """Look up a name, official name or code of ISO 3166-1, in any case; ``aliases`` adds names.

    >>> parse_country("germany").code, parse_country("Atlantis")
    ('DEU', None)
    """
    import pycountry

    said = text.strip()
    if said.isdigit() or (len(said) == 2 and said != said.upper()):
        return None  # a number, or a word of two letters such as "no", is no country's name
    try:
        country = pycountry.countries.lookup((aliases or {}).get(said.casefold(), said))
    except LookupError:
        return None
    return ParsedCountry(getattr(country, "common_name", country.name), country.alpha_3, text)
