"""Values as people write them in tables, in the form that a record has.

A ministry's list says ``Brasil`` or ``BRA`` where a record says ``BR``, ``www.inta.gob.ar``
where it has an address, and puts one word a line into a cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from ritui.resources import asset
from ritui.text import words

SPLIT: Final = frozenset({"countries", "partners", "members", "areas", "domains", "fields"})
"""Keys whose values are lists of words, which a text may hold joined by semicolons or lines."""
ROWS: Final = frozenset({"contacts", "links", "related"})
"""Keys whose values are lists of tables."""

_LISTS: Final = SPLIT | ROWS | {"details", "caveats"}
_YEAR = re.compile(r"(\d{4})(?:-\d\d.*|[.,]0+)?", re.DOTALL)
_COMMA = re.compile(r"[+-]?\d+,\d+")
_PARTS = re.compile(r";\s|[\r\n]+")
_BULLET = re.compile(r"[-–—*•·]\s+")
_HOST = re.compile(r"(?://)?((?:[\w-]{1,63}\.)+[a-z]{2,24}(?::\d{1,5})?(?:[/?#]\S*)?)", re.I)

# Words that the names of a country in different lists do not agree on.
_SMALL: Final = frozenset("the and of la las el los y e de del da do das dos a o as os".split())
# Names that lists of states use, and CLDR does not: of the United Nations, and older ones.
_ALSO: Final = {
    "BO": ("Plurinational State of Bolivia", "Estado Plurinacional de Bolivia",
           "Estado Plurinacional da Bolívia"),
    "CI": ("Ivory Coast", "Costa de Marfil"),
    "CZ": ("Czech Republic", "República Checa", "República Tcheca"),
    "GB": ("UK", "Great Britain", "Gran Bretaña", "Grã-Bretanha"),
    "GR": ("EL",),
    "KR": ("Republic of Korea", "República de Corea", "República da Coreia"),
    "MD": ("Republic of Moldova", "República de Moldova", "República de Moldavia"),
    "NL": ("Holland", "Holanda"),
    "RU": ("Russian Federation", "Federación de Rusia", "Federación Rusa", "Federação Russa"),
    "TR": ("Turkey",),
    "US": ("United States of America", "Estados Unidos de América", "EE. UU.", "EEUU", "EUA"),
    "VE": ("Bolivarian Republic of Venezuela", "República Bolivariana de Venezuela",
           "República Bolivariana da Venezuela"),
}  # fmt: skip


def country_codes() -> dict[str, str]:
    """ISO 3166-1 alpha-2 codes by what countries are called.

    The names are those of CLDR in English, Spanish and Portuguese, some that lists of states
    use besides, and the alpha-3 codes, all as `country_code` looks them up.
    """
    alpha3: Mapping[str, str] = json.loads(asset("vocab", "alpha3.json").read_bytes())
    names: Mapping[str, list[str]] = json.loads(asset("vocab", "countries.json").read_bytes())
    codes = {long.lower(): code for long, code in alpha3.items()}
    for table in (_ALSO, names):  # the names of CLDR come before all others
        codes |= {_key(each): code for code, called in table.items() for each in called}
    return codes


def country_code(said: Any, codes: Mapping[str, str]) -> Any:
    """The alpha-2 code of what is a name or an alpha-3 code; anything else as it is."""
    return codes.get(_key(said), said) if isinstance(said, str) else said


def _key(name: str) -> str:
    """A name without regard to accents, small words and order: ``Korea, South``."""
    found = ["saint" if each == "st" else each for each in words(name[:100])]
    # A code may be a small word: DE, LA, AND.
    return " ".join(sorted(each for each in found if each not in _SMALL) or found)


def web(said: Any) -> Any:
    """An address whose scheme was left out, with https; anything else as it is."""
    found = _HOST.fullmatch(said) if isinstance(said, str) else None
    return f"https://{found[1]}" if found else said


def shaped(key: str, value: Any, decimal: str, codes: Mapping[str, str]) -> Any:
    """A value in the form that its key has, as far as a table can differ from it.

    Args:
        key: Of a record.
        value: What was found for it.
        decimal: What stands before the fraction of a number.
        codes: Those of `country_codes`.
    """
    if key in SPLIT:
        value = value if isinstance(value, list) else split(value)
        return [country_code(each, codes) for each in value] if key == "countries" else value
    if key in _LISTS:
        return value if isinstance(value, list) else [value]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        return value
    if key == "country":
        return country_code(value, codes)
    if key == "website":
        return web(value)
    if key in {"lat", "lon"} and decimal == "," and _COMMA.fullmatch(value):
        return value.replace(",", ".")
    if key in {"established", "ended"} and (year := _YEAR.fullmatch(value)):
        return year[1]
    return value


def split(value: Any) -> list[Any]:
    """The parts of a text that holds several; a value of another form is alone."""
    if not isinstance(value, str):
        return [value]
    parts = (_BULLET.sub("", each.strip(" \t;"), count=1) for each in _PARTS.split(value))
    return [each.strip() for each in parts if each.strip()]


def plain(value: Any) -> Any:
    """A value without blanks around it; dates of TOML in ISO form."""
    if isinstance(value, str):
        return value.strip()
    return value.isoformat() if isinstance(value, date) else value
