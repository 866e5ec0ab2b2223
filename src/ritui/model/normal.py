"""Normalise: the one way from what a source says to the values of a record.

Every string passes `ritui.text.clean` here. A value that cannot be what its key means is
dropped and named as a fault; it never takes the rest of the record with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from ritui.model.vocab import AREAS, DOMAINS, KINDS, REGIONS, RELATIONS, STATUSES, TYPES
from ritui.text import clean, clean_line, fold

_ROR = re.compile(
    r"(?:https?://)?(?:www\.)?(?:ror\.org/)?(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})", re.I | re.A
)
_WIKIDATA = re.compile(
    r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9][0-9]*)", re.I | re.A
)
_SLUG = re.compile(r"[^a-z0-9]+")
_CODE = re.compile(r"[A-Z]{2}")
_DATE = re.compile(r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")
# White space, and what a browser, a terminal or a document may take for the end of an address.
_NOT_IN_ADDRESS = re.compile(r'[\s<>"\\^`]')
_SHORT: Final = 500
"""Longest name or other one-line value, in characters."""
_EPOCH: Final = 1970
"""No clock says an earlier year."""

_Rule = Callable[[Any], Any]
_Text = Callable[[Any], str]


class Unfit(ValueError):
    """A value that cannot be what its key means."""


class _Partly(Unfit):
    """A list or table of values, some of which are fit."""

    def __init__(self, fit: Any, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.fit = fit
        self.faults = faults


_REFUSED: Final = (KeyError, ValueError, OverflowError)
"""What a rule raises for a value that cannot be what its key means."""


def normalise(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Clean and check what a source says about one thing.

    Args:
        values: Record keys to raw values, as a payload or a file gave them.

    Returns:
        The values that are fit, in the order of the contract, and the faults of the others,
        each as ``key: reason``.
    """
    fit: dict[str, Any] = {}
    faults = [f"{clean_line(key, 60)}: unknown key" for key in values if key not in _RULES]
    for key in _RULES:
        if key not in values or (raw := values[key]) is None:
            continue
        try:
            value = _RULES[key](raw)
        except _REFUSED as error:
            value, wrong = _salvage(error)
            faults += (f"{key}: {fault}" for fault in wrong)
        # What is false or zero is known; what is empty is not.
        if value or value == 0:
            fit[key] = value
    if ("lat" in fit) != ("lon" in fit) or (fit.get("lat") == 0 and fit.get("lon") == 0):
        faults.append("lat, lon: a point needs both, and 0,0 is none")
        fit.pop("lat", None)
        fit.pop("lon", None)
    return fit, faults


# Rules are applied in three loops, each with its own ``try``: a call for every value would take
# longer than most rules do.
def _salvage(error: Exception) -> tuple[Any, list[str]]:
    """What is left of a value that a rule refused, and what was wrong with it."""
    if isinstance(error, _Partly):
        return error.fit, error.faults
    if isinstance(error, KeyError):
        return "", [f"{error.args[0]} is missing"]
    return "", [clean_line(str(error), 200)]


def _unless(form: str) -> Callable[[_Text], _Text]:
    """Makes a rule leave alone what is already as it would write it, which is nearly everything.

    Args:
        form: Pattern of printable ASCII text that is one line, and that the rule does not change.
    """
    fits = re.compile(form).fullmatch

    def spare(rule: _Text) -> _Text:
        @wraps(rule)
        def check(value: Any) -> str:
            if type(value) is str and len(value) <= _SHORT and fits(value):
                return value
            return rule(value)

        return check

    return spare


def slug(value: str) -> str:
    """A stable id made of a name: folded, words joined by hyphens."""
    return _SLUG.sub("-", fold(value)).strip("-")[:80].strip("-")


@_unless(r"https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}")
def ror_id(value: str) -> str:
    """A ROR id in full, ``https://ror.org/0...``.

    Raises:
        Unfit: It is not one. Form: https://ror.readme.io/docs/identifier
    """
    text = _line(value)
    match = _ROR.fullmatch(text)
    if not match:
        raise Unfit(f"not a ROR id: {text[:60]}")
    return f"https://ror.org/{match[1].lower()}"


@_unless(r"Q[1-9][0-9]*")
def wikidata_id(value: str) -> str:
    """A Wikidata item as ``Q42``.

    Raises:
        Unfit: It is not one.
    """
    text = _line(value)
    match = _WIKIDATA.fullmatch(text)
    if not match:
        raise Unfit(f"not a Wikidata item: {text[:60]}")
    return match[1].upper()


@_unless(r"https?://[a-z0-9.-]+(?:[/?#][!#-;=?-\[\]_a-~]*)?")
def web_address(value: str) -> str:
    """An http or https address that is safe to show and open.

    Raises:
        Unfit: Another scheme, no host, a name before the host, or characters that no address has.
    """
    if not isinstance(value, str):
        raise Unfit("not a text")
    address = clean_line(value, 2_000)
    unfit = Unfit(f"not a web address: {address[:60]}")
    try:
        parts = urlsplit(address)
    except ValueError:
        raise unfit from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise unfit
    if _NOT_IN_ADDRESS.search(address):
        raise unfit
    return address


def _line(value: Any) -> str:
    if type(value) is not str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Unfit("not a text")
        value = str(value)
    return clean_line(value, _SHORT)


def _prose(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("not a text")
    return clean(value).strip()


def _one_of(allowed: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if type(value) is str and value in allowed:
            return value
        word = _line(value)
        if word not in allowed:
            raise Unfit(f"{word[:40]} is not one of {', '.join(allowed)}")
        return word

    return check


def _listed(rule: _Rule) -> Callable[[Any], list[Any]]:
    def check(value: Any) -> list[Any]:
        if isinstance(value, str):
            value = [value]
        if type(value) is not list and (
            not isinstance(value, Iterable) or isinstance(value, Mapping | bytes)
        ):
            raise Unfit("not a list")
        fit: dict[str, Any] = {}
        faults: list[str] = []
        for each in value:
            try:
                item = rule(each)
            except _REFUSED as error:
                item, wrong = _salvage(error)
                faults += wrong
            if item:
                fit.setdefault(item if isinstance(item, str) else repr(item), item)
        if faults:
            raise _Partly([*fit.values()], faults)
        return [*fit.values()]

    return check


def _entries(rules: Mapping[str, _Text]) -> Callable[[Any], dict[str, str]]:
    def check(value: Any) -> dict[str, str]:
        said: dict[str, Any] = {}
        for key, each in _table(value).items():
            if each:
                said[_line(key).lower()] = each
        said.pop("", None)
        fit: dict[str, str] = {}
        faults: list[str] = []
        for key, each in said.items():
            try:
                item = rules.get(key, _line)(each)
            except _REFUSED as error:
                item, wrong = _salvage(error)
                faults += (f"{key}: {fault}" for fault in wrong)
            if item:
                fit[key] = item
        if faults:
            raise _Partly(fit, faults)
        return fit

    return check


def _table(value: Any) -> Mapping[str, Any]:
    # Nearly every table is a dict, and to ask for that is quicker.
    if type(value) is not dict and not isinstance(value, Mapping):
        raise Unfit("not a table")
    return value


@_unless(r"(?=.{1,80}$)[a-z0-9]+(?:-[a-z0-9]+)*")
def _id(value: Any) -> str:
    return slug(_line(value))


@_unless(_CODE.pattern)
def _country(value: Any) -> str:
    code = _line(value).upper()
    if not _CODE.fullmatch(code):
        raise Unfit(f"{code[:20]} is not an ISO 3166-1 alpha-2 code")
    return code


def _number(value: Any) -> int | float | str:
    if isinstance(value, bool) or not isinstance(value, (float, int, str)):
        raise Unfit("not a number")
    return value


def _whole(value: Any) -> int:
    if type(value) is int:
        return value
    number = int(_number(value))
    if isinstance(value, float) and value != number:
        raise Unfit(f"{value} is no whole number")
    return number


def _degrees(most: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        degrees = value if type(value) is float else float(_number(value))
        if not -most <= degrees <= most:
            raise Unfit(f"{degrees} is outside ±{most:g} degrees")
        return round(degrees, 6)

    return check


def _year(value: Any) -> int:
    year = _whole(value)
    if year < 1000 or (year > _EPOCH and year > datetime.now(UTC).year + 10):
        raise Unfit(f"{year} is no year of a founding or an end")
    return year


def _link(value: Any) -> dict[str, str]:
    table = _table(value)
    return {"rel": _line(table.get("rel") or "") or "page", "url": web_address(table["url"])}


def _related(value: Any) -> dict[str, str]:
    table = _table(value)
    id_ = _line(table["id"])
    if not id_:
        raise Unfit("id is missing")
    return {"id": id_, "rel": _one_of(RELATIONS)(table["rel"])}


def _contact(value: Any) -> dict[str, str]:
    table = _table(value)
    known = ("name", "role", "email", "phone", "url")
    found = {key: _line(table[key]) for key in known if table.get(key)}
    found = {key: text for key, text in found.items() if text}
    if "url" in found:
        found["url"] = web_address(found["url"])
    return found


def _grant(value: Any) -> dict[str, str | int]:
    table = _table(value)
    amounts = ("budget_eur", "ec_contribution_eur")
    texts = {key: _line(table[key]) for key in ("number", "programme") if table.get(key)}
    dates = {key: _line(table[key]) for key in ("start", "end") if table.get(key)}
    for key, date in dates.items():
        if not _DATE.match(date):
            raise Unfit(f"{key} {date[:20]} is not an ISO date")
    return {**texts, **dates, **{key: _whole(table[key]) for key in amounts if table.get(key)}}


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("not true or false")
    return value


# In the order of the contract; nobody may say where a record comes from but its claims.
_RULES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "id": _id,
    "kind": _one_of(KINDS),
    "name": _line,
    "acronym": _line,
    "names": _entries({}),
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
    "identifiers": _entries({"ror": ror_id, "wikidata": wikidata_id}),
    "pilot": _line,
    "grant": _grant,
    "summary": _prose,
    "details": _listed(_prose),
    "caveats": _listed(_prose),
    "verified": _truth,
    "related": _listed(_related),
}
