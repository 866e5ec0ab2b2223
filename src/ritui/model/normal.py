"""Normalise: the one way from what a source says to the values of a record.

Every string passes `ritui.text.clean` here. A value that cannot be what its key means is
dropped and named as a fault; it never takes the rest of the record with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from ritui.model.record import KEYS
from ritui.model.vocab import AREAS, DOMAINS, KINDS, REGIONS, RELATIONS, STATUSES, TYPES
from ritui.text import clean, clean_line, fold

_ROR = re.compile(r"^(?:https?://)?(?:www\.)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})$", re.I)
_WIKIDATA = re.compile(r"^(?:https?://www\.wikidata\.org/(?:wiki|entity)/)?(Q[1-9][0-9]*)$", re.I)
_SLUG = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"^[A-Z]{2}$")
_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")
_SHORT: Final = 500
"""Longest name or other one-line value, in characters."""


class Unfit(ValueError):
    """A value that cannot be what its key means."""


def normalise(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Clean and check what a source says about one thing.

    Args:
        values: Record keys to raw values, as a payload or a file gave them.

    Returns:
        The values that are fit, in the order of the contract, and the faults of the others,
        each as ``key: reason``.
    """
    fit: dict[str, Any] = {}
    faults = [f"{key}: unknown key" for key in values if key not in _RULES]
    for key in KEYS:
        if key not in values or values[key] is None:
            continue
        try:
            value = _RULES[key](values[key])
        except (Unfit, TypeError, ValueError, AttributeError) as error:
            faults.append(f"{key}: {error}")
            continue
        if value not in ("", [], {}):
            fit[key] = value
    if ("lat" in fit) != ("lon" in fit) or (fit.get("lat") == 0 and fit.get("lon") == 0):
        faults.append("lat, lon: a point needs both, and 0,0 is none")
        fit.pop("lat", None)
        fit.pop("lon", None)
    return fit, faults


def slug(value: str) -> str:
    """A stable id made of a name: folded, words joined by hyphens."""
    return _SLUG.sub("-", fold(value)).strip("-")[:80].strip("-")


def ror_id(value: str) -> str:
    """A ROR id in full, ``https://ror.org/0...``.

    Raises:
        Unfit: It is not one. Form: https://ror.readme.io/docs/identifier
    """
    match = _ROR.match(value.strip())
    if not match:
        raise Unfit(f"not a ROR id: {clean_line(value, 60)}")
    return f"https://ror.org/{match[1].lower()}"


def wikidata_id(value: str) -> str:
    """A Wikidata item as ``Q42``.

    Raises:
        Unfit: It is not one.
    """
    match = _WIKIDATA.match(value.strip())
    if not match:
        raise Unfit(f"not a Wikidata item: {clean_line(value, 60)}")
    return match[1].upper()


def web_address(value: str) -> str:
    """An http or https address that is safe to show and open.

    Raises:
        Unfit: Another scheme, no host, or white space inside.
    """
    address = clean_line(str(value), 2_000)
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in address:
        raise Unfit(f"not a web address: {address[:60]}")
    return address


def _line(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit("not a text")
    return clean_line(str(value), _SHORT)


def _prose(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("not a text")
    return clean(value).strip()


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        word = _line(value)
        if word not in allowed:
            raise Unfit(f"{word[:40]} is not one of {', '.join(allowed)}")
        return word

    return check


def _listed(rule: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    def check(value: Any) -> list[Any]:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, Iterable) or isinstance(value, Mapping):
            raise Unfit("not a list")
        found = [item for each in value if (item := rule(each)) not in ("", {})]
        return [item for place, item in enumerate(found) if item not in found[:place]]

    return check


def _country(value: Any) -> str:
    code = _line(value).upper()
    if not _CODE.match(code):
        raise Unfit(f"{code[:20]} is not an ISO 3166-1 alpha-2 code")
    return code


def _degrees(most: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        degrees = float(value)
        if not -most <= degrees <= most:
            raise Unfit(f"{degrees} is outside ±{most:g} degrees")
        return round(degrees, 6)

    return check


def _year(value: Any) -> int:
    year = int(value)
    if not 1000 <= year <= datetime.now(UTC).year + 10:
        raise Unfit(f"{year} is no year of a founding or an end")
    return year


def _names(value: Any) -> dict[str, str]:
    return {_line(tag).lower(): _line(name) for tag, name in value.items() if _line(name)}


def _identifiers(value: Any) -> dict[str, str]:
    rules: dict[str, Callable[[str], str]] = {"ror": ror_id, "wikidata": wikidata_id}
    return {
        _line(scheme): rules.get(scheme, _line)(each) for scheme, each in value.items() if each
    }


def _link(value: Any) -> dict[str, str]:
    return {"rel": _line(value.get("rel", "page")), "url": web_address(value["url"])}


def _related(value: Any) -> dict[str, str]:
    return {"id": _line(value["id"]), "rel": _one_of(RELATIONS)(value["rel"])}


def _contact(value: Any) -> dict[str, str]:
    known = ("name", "role", "email", "phone", "url")
    found = {key: _line(value[key]) for key in known if value.get(key)}
    if "url" in found:
        found["url"] = web_address(found["url"])
    return found


def _grant(value: Any) -> dict[str, str | int]:
    amounts = ("budget_eur", "ec_contribution_eur")
    texts = {key: _line(value[key]) for key in ("number", "programme") if value.get(key)}
    dates = {key: _line(value[key]) for key in ("start", "end") if value.get(key)}
    for key, date in dates.items():
        if not _DATE.match(date):
            raise Unfit(f"{key} {date[:20]} is not an ISO date")
    return {**texts, **dates, **{key: int(value[key]) for key in amounts if value.get(key)}}


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("not true or false")
    return value


_RULES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "id": lambda value: slug(_line(value)),
    "kind": _one_of(KINDS),
    "name": _line,
    "acronym": _line,
    "names": _names,
    "region": _one_of(REGIONS),
    "country": _country,
    "countries": _listed(_country),
    "city": _line,
    "lat": _degrees(90),
    "lon": _degrees(180),
    "host": _line,
    "coordinator": _line,
    "partners": _listed(_line),
    "members": _listed(_line),
    "areas": _listed(_one_of(AREAS)),
    "domains": _listed(_one_of(DOMAINS)),
    "fields": _listed(_line),
    "type": _one_of(TYPES),
    "status": _one_of(STATUSES),
    "legal": _line,
    "esfri": _one_of(("landmark", "project")),
    "established": _year,
    "ended": _year,
    "access": _prose,
    "contacts": _listed(_contact),
    "website": web_address,
    "links": _listed(_link),
    "identifiers": _identifiers,
    "pilot": _line,
    "grant": _grant,
    "summary": _prose,
    "details": _listed(_prose),
    "caveats": _listed(_prose),
    "verified": _truth,
    "related": _listed(_related),
}
