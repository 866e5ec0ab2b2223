"""ROR, the Research Organization Registry: organisations and facilities by its API.

The API gives 20 records a page and 10,000 in all, answers bad parameters with status 200, and
slows down who does not identify: https://ror.readme.io/docs/rest-api. The record, schema 2.1:
https://ror.readme.io/docs/data-structure. Data are CC0.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec

from ritui.errors import SettingUnreadable, SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, ror_id, wikidata_id
from ritui.model.record import Provenance
from ritui.model.source import Source
from ritui.model.vocab import KINDS, region_of
from ritui.resources import asset
from ritui.sources.address import is_web
from ritui.sources.answer import Answer, json_of
from ritui.sources.base import ANSWER, Page, check_word, listed, size_of
from ritui.sources.keys import read_secret
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

URL: Final = "https://api.ror.org/v2/organizations"
LICENCE: Final = "CC0-1.0"

_OPTIONS: Final = tuple(
    "url countries types query all_status client_id client_id_file as max_bytes".split()
)
TYPES: Final = (
    "archive", "company", "education", "facility", "funder", "government", "healthcare",
    "nonprofit", "other",
)  # fmt: skip
"""What ROR says an organisation can be."""
_LAST_PAGE: Final = 500
"""The API answers no page after this one."""
_MOST: Final = 10_000
"""Records that can be had in one query."""
_SPACING: Final = 1.0
_ANONYMOUS_SPACING: Final = 6.0
"""Seconds between requests without a client id: 50 are allowed in five minutes."""

_STATUS: Final = {"active": "operational", "inactive": "ended", "withdrawn": "ended"}
_TOWN: Final = (
    "The point is the town of the office, as given by ROR and GeoNames, not the site itself."
)
_GONE: Final = {
    "inactive": "ROR lists this as no longer active",
    "withdrawn": "ROR has withdrawn this record, as a duplicate or out of its scope",
}
_NO_LANGUAGE: Final = "und"
"""BCP 47 for a name whose language nobody states."""
_REGISTRIES: Final = frozenset({"wikidata", "isni", "grid", "fundref"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[!-~]+")
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class Name(msgspec.Struct, gc=False):
    """One name of an organisation."""

    value: str
    types: list[str] = []
    lang: str | None = None


class Place(msgspec.Struct, gc=False):
    """What GeoNames says about a location: a town, and its country."""

    country_code: str | None = None
    name: str | None = None
    lat: float | None = None
    lng: float | None = None


class Location(msgspec.Struct, gc=False):
    """One of the places where an organisation is."""

    geonames_details: Place | None = None


class Link(msgspec.Struct, gc=False):
    """An address of an organisation: its website, or its page in Wikipedia."""

    value: str
    type: str = ""


class ExternalIds(msgspec.Struct, gc=False):
    """Identifiers that one other registry has for it."""

    type: str
    all: list[str] = []
    preferred: str | None = None


class Relationship(msgspec.Struct, gc=False):
    """Another organisation, and what it is to this one."""

    id: str
    type: str
    label: str = ""


class Modification(msgspec.Struct, gc=False):
    """When a record was changed."""

    date: str = ""


class Administration(msgspec.Struct, gc=False):
    """The registry's own notes about a record."""

    last_modified: Modification = msgspec.field(default_factory=Modification)


class Organization(msgspec.Struct, gc=False):
    """A ROR record, schema 2.0 or 2.1, as far as it is used here."""

    id: str
    names: list[Name] = []
    status: str = ""
    established: int | None = None
    locations: list[Location] = []
    links: list[Link] = []
    external_ids: list[ExternalIds] = []
    relationships: list[Relationship] = []
    admin: Administration = msgspec.field(default_factory=Administration)


class _Envelope(msgspec.Struct):
    number_of_results: int | None = None
    items: list[msgspec.Raw] | None = None
    errors: list[Any] | None = None


class _OnlyId(msgspec.Struct):
    id: str


class Ror:
    """The kind ``ror``: what one combined filter of the API finds."""

    licence: ClassVar[str] = LICENCE

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that ROR or this kind does not know.
        """
        for option in source.options:
            check_word("option of ror", option, _OPTIONS)
        for name in listed(source, "types"):
            check_word("type of ROR", name, TYPES)
        countries = json.loads(asset("vocab", "countries.json").read_bytes())
        for code in listed(source, "countries"):
            check_word("country", code, countries)
        check_word("kind", str(source.options.get("as", KINDS[0])), KINDS)
        check_word("all_status", str(source.options.get("all_status", False)), ("True", "False"))
        url = str(source.options.get("url", URL))
        if not is_web(url):
            raise UnknownWord("web address", clean_line(url, 100))
        size_of(source, ANSWER)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask page by page, to the number of results that the API states and no further.

        Raises:
            SettingUnreadable: The file with the client id cannot be used.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        client = _client_id(source)
        headers = {"Accept": "application/json"} | ({"Client-Id": client} if client else {})
        url, asked = str(source.options.get("url", URL)), _query(source)
        size, spacing = size_of(source, ANSWER), _SPACING if client else _ANONYMOUS_SPACING
        seen: set[str] = set()
        given = again = 0
        for number in range(1, _LAST_PAGE + 1):
            params = {**asked, "page": str(number)}
            answer = await door.get(
                source, url, params=params, headers=headers, max_bytes=size, spacing=spacing
            )
            items, expected = _open(answer, source.id)
            if expected > _MOST:
                reason = f"{expected:,} records, of which ROR gives {_MOST:,}: narrow the query"
                raise SourceUnusable(source.id, answer.url, reason)
            given += len(items)
            page = _read(items, source, number)
            fresh = tuple(claim for claim in page.claims if claim.ref not in seen)
            seen.update(claim.ref for claim in fresh)
            if not fresh and (given < expected or page.claims):
                reason = f"page {number} has no new record, after {len(seen)} of {expected}"
                raise SourceUnusable(source.id, answer.url, reason)
            again += len(page.claims) - len(fresh)
            over = given >= expected
            # The API promises no stable order: what came twice took the place of another.
            twice = f"came twice: {again}, so that others may be missing"
            faults = (*page.faults, twice) if again and over else page.faults
            yield Page(fresh, (), faults, page.dropped, expected, answer.moved)
            if over:
                return


def claim_from(record: Organization, source: Source) -> tuple[Claim, list[str]]:
    """What a ROR record says, as a claim, and which of its values could not be used.

    Raises:
        Unfit: It has no ROR id or no name, so that nothing can be said about it.
    """
    ref = ror_id(record.id)
    identifiers, faults = _identified(ref, record.external_ids)
    values = {
        "id": f"ror-{ref[-9:]}",
        "kind": source.options.get("as", KINDS[0]),
        **_named(record.names),
        **_placed(record.locations),
        "status": _STATUS.get(record.status),
        "established": record.established,
        "website": next((each.value for each in record.links if each.type == "website"), None),
        "identifiers": identifiers,
    }
    fit, unfit = normalise(values)
    if "name" not in fit:
        raise Unfit("it has no name")
    cautions = {"lat": _TOWN} if "lat" in fit else {}
    if record.status in _GONE:
        cautions["status"] = _gone(record)
    date = said if _DATE.fullmatch(said := record.admin.last_modified.date) else ""
    evidence = Provenance(source.id, "ROR", ref, date, source.licence or LICENCE, tuple(fit))
    return Claim(source.id, ref, fit, (evidence,), cautions), [*faults, *unfit]


def read_record(raw: bytes | msgspec.Raw) -> Organization:
    """One record of an answer or of the dump.

    Raises:
        Unfit: It is no ROR record; the reason says where it differs.
    """
    try:
        return _ORGANIZATION.decode(raw)
    except (ValueError, RecursionError) as error:
        raise Unfit(clean_line(str(error), 160)) from error


def _client_id(source: Source) -> str:
    """The client id of the settings or of the file they name; empty when there is none."""
    if "client_id" in source.options:
        return str(source.options["client_id"]).strip()
    if "client_id_file" not in source.options:
        return ""
    path = Path(str(source.options["client_id_file"])).expanduser()
    word = read_secret(path, "client_id_file", "client id")
    if not _WORD.fullmatch(word):
        expected = "a file that holds the client id and nothing else"
        raise SettingUnreadable(path, 1, "client_id_file", expected, "more than one word, or none")
    return word


def _query(source: Source) -> dict[str, str]:
    """The parameters that stay the same from page to page."""
    conditions = [f"types:{name}" for name in listed(source, "types")]
    conditions += (f"country.country_code:{code}" for code in listed(source, "countries"))
    query = {"filter": ",".join(conditions), "query": str(source.options.get("query", ""))}
    if source.options.get("all_status", False):
        query["all_status"] = "true"
    return {key: value for key, value in query.items() if value}


def _open(answer: Answer, source: str) -> tuple[list[msgspec.Raw], int]:
    """The records of an answer, still closed, and how many there are in all."""
    body = json_of(answer, source)
    try:
        envelope = _ENVELOPE.decode(_whole(body))
    except (ValueError, RecursionError) as error:
        raise SourceUnusable(source, answer.url, clean_line(str(error), 160)) from error
    if envelope.errors:
        said = "; ".join(clean_line(str(each), 160) for each in envelope.errors[:5])
        raise SourceUnusable(source, answer.url, f"ROR says: {said}")
    if envelope.items is None or envelope.number_of_results is None:
        raise SourceUnusable(source, answer.url, "JSON that is not a list of ROR records")
    return envelope.items, envelope.number_of_results


def _whole(body: bytes) -> bytes:
    """JSON in which halves of surrogate pairs are replaced: one would make all unreadable."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found["lone"] else found[0], body)


def _read(items: Iterable[msgspec.Raw], source: Source, number: int) -> Page:
    """The claims of a page, with the bad records named."""
    claims: list[Claim] = []
    faults: list[str] = []
    dropped: list[str] = []
    for place, raw in enumerate(items, 1):
        try:
            claim, unfit = claim_from(read_record(raw), source)
        except Unfit as error:
            faults.append(f"{_label(raw) or f'page {number}, record {place}'}: {error}")
            continue
        claims.append(claim)
        dropped += (f"{claim.ref}: {each}" for each in unfit)
    return Page(tuple(claims), (), tuple(faults), tuple(dropped))


def _label(raw: msgspec.Raw) -> str:
    """The id of a record that cannot be read otherwise; empty when not even that can."""
    try:
        return clean_line(msgspec.json.decode(raw, type=_OnlyId).id, 60)
    except (ValueError, RecursionError):
        return ""


def _named(names: list[Name]) -> dict[str, Any]:
    """The name a record goes by, the ones it has by language, one without, its acronym."""
    labels: list[Name] = []
    aliases: list[Name] = []
    acronym = None
    for each in names:
        types = each.types
        if "label" in types or "ror_display" in types:
            labels.append(each)
        if "alias" in types:
            aliases.append(each)
        if acronym is None and "acronym" in types:
            acronym = each.value
    if len(labels) > 1:
        labels.sort(key=lambda each: "ror_display" not in each.types)
    name = labels[0].value if labels else None
    tagged: dict[str, str] = {}
    for each in labels:
        if each.lang:
            tagged.setdefault(each.lang, each.value)
    if untagged := [each.value for each in labels + aliases if not each.lang]:
        known = {name, *tagged.values()}
        tagged |= [(_NO_LANGUAGE, value) for value in untagged if value not in known][:1]
    return {"name": name, "acronym": acronym, "names": tagged}


def _placed(locations: list[Location]) -> dict[str, Any]:
    """The first location, and the countries of the others."""
    places = [each.geonames_details for each in locations if each.geonames_details]
    seat, *others = places or [Place()]
    country = (seat.country_code or "").upper()
    found: dict[str, Any] = {
        "region": region_of(country) or None,
        "country": country or None,
        "city": seat.name,
        "lat": seat.lat,
        "lon": seat.lng,
    }
    if codes := [each.country_code for each in others if each.country_code]:
        found["countries"] = [code for code in codes if code.upper() != country]
    return found


def _identified(ref: str, known: list[ExternalIds]) -> tuple[dict[str, str], list[str]]:
    """Every identifier, one a registry: the preferred, else the first."""
    found, faults = {"ror": ref}, []
    for each in known:
        chosen = each.preferred or next(iter(each.all), "")
        if each.type in _REGISTRIES and chosen:
            try:
                found[each.type] = wikidata_id(chosen) if each.type == "wikidata" else chosen
            except Unfit as error:
                faults.append(f"identifiers: {error}")
    return found, faults


def _gone(record: Organization) -> str:
    """Why a record stands as ended, and what came after it, where ROR says so."""
    after = [
        f"{clean_line(each.label, 200)} ({clean_line(each.id, 60)})"
        for each in record.relationships
        if each.type == "successor"
    ]
    continued = f"; continued by {', '.join(after)}" if after else ""
    return f"{_GONE[record.status]}{continued}."


_ORGANIZATION: Final = msgspec.json.Decoder(Organization, strict=False)
_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
