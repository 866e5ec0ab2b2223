"""Values of things in schema.org's words, in the form that a record has them.

Vocabulary: https://schema.org/docs/full.html . Any field may be a text, an object or a list of
both, so every one is asked for what is needed of it. What is stated but cannot be used is added
to a list, for the reader to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from ritui.model.normal import Unfit, ror_id, web_address, wikidata_id
from ritui.sources.linked import Linked, Node, absolute, flat, text, texts, types
from ritui.sources.markup import line
from ritui.sources.shape import country_code, country_codes
from ritui.text import clean_line, fold

_LONGEST: Final = 2_000
"""Characters of a text that a short one is made from."""
_UNTAGGED: Final = "und"
"""BCP 47 for a name that is found, but shown in no language."""
_RANK: Final = {"": 0, "en": 1}
_SCHEMES: Final = (("ror", "ror.org", ror_id), ("wikidata", "wikidata.org", wikidata_id))
_ACRONYM = re.compile(r"[A-Z0-9][\w&/.+-]{1,11}")
_YEAR = re.compile(r"\s*(\d{4})(?!\d)", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_RE3DATA = re.compile(r"re3data\.org/repository/(r3d\d{9})\b", re.ASCII)
_DOI = re.compile(r"(?:\bdoi:\s*|\bdoi\.org/|^)(10\.\d{4,9}/[^\s\"<>]{1,200})", re.IGNORECASE)
_OWN_NAMES: Final = {
    "deutschland": "DE", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "nederland": "NL",
    "polska": "PL", "sverige": "SE", "suomi": "FI", "norge": "NO", "danmark": "DK",
    "england": "GB", "scotland": "GB", "wales": "GB",
}  # fmt: skip
"""What countries of Europe call themselves on their pages, folded."""


def short(value: Any, limit: int = 500) -> str:
    """The first text of a field on one line, without markup, or empty."""
    return line(text(value)[:_LONGEST], limit)


def names_of(node: Node) -> dict[str, Any]:
    """The name, the names by language with one that has none, and a short one.

    ``legalName`` is the name where there is no other, and else a name without language.
    """
    usual = node.get("@language")
    said = [
        (line(each[:_LONGEST]), _language(language or usual))
        for each, language in texts(node.get("name"))
    ]
    said = sorted((each for each in said if each[0]), key=lambda each: _RANK.get(each[1], 2))
    legal = short(node.get("legalName"))
    name = said[0][0] if said else legal
    acronym = ""
    names: dict[str, str] = {}
    for each, language in said:
        if language:
            names.setdefault(language, each)
    for each, language in texts(node.get("alternateName")):
        other = line(each[:_LONGEST])
        if _ACRONYM.fullmatch(other) and sum(map(str.isupper, other)) > 1:
            acronym = acronym or other
        elif other and other != name:
            names.setdefault(_language(language) or _UNTAGGED, other)
    if legal and legal not in {name, *names.values()}:
        names.setdefault(_UNTAGGED, legal)
    return {"name": name, "acronym": acronym or None, "names": names}


def _language(tag: Any) -> str:
    """The language of a tag, without region or script, or empty."""
    return str(tag).partition("-")[0].lower() if isinstance(tag, str) else ""


def seat_of(node: Node, linked: Linked, wrong: list[str]) -> tuple[str, str]:
    """The town and the country of a thing's address, or of the place that it is at."""
    for place in (node, *linked.objects(node.get("location"))):
        for stated in linked.objects(place.get("address")):
            city = short(stated.get("addressLocality"), 200)
            country = _country(stated.get("addressCountry"), linked, wrong)
            if city or country:
                return city, country
        for said, _ in texts(place.get("address")):
            # A code of two letters may be a part of a country as well as a country.
            last = said.rpartition(",")[2].strip(" .\n")
            if len(last) > 3 and (country := country_of(last)):
                return "", country
    return "", ""


def _country(value: Any, linked: Linked, wrong: list[str]) -> str:
    """The code of a country given by a name, a code, or an object that has one of them."""
    said = [each for each, _ in texts(value)]
    for each in linked.objects(value):
        said += (text(each.get(key)) for key in ("identifier", "alternateName"))
    named = [each for each in said if each]
    for name in named:
        if code := country_of(name):
            return code
    if named:
        wrong.append(f"country: {clean_line(named[0], 60)} is none that is known")
    return ""


def country_of(said: str) -> str:
    """The code of a country by its code of two or three letters, or its name; else empty."""
    said = clean_line(said, 100).strip(" .")
    codes = _codes()
    code = str(country_code(said, codes)).upper()
    return code if code in codes.values() else _OWN_NAMES.get(fold(said), "")


@cache
def _codes() -> Mapping[str, str]:
    return country_codes()


def point_of(node: Node, linked: Linked) -> tuple[dict[str, str], bool]:
    """The point that a thing or its place states, and whether it is that of an area."""
    own = [node, *linked.objects(node.get("location"))]
    areas = linked.objects(node.get("spatialCoverage"))
    for place, is_area in (*((each, False) for each in own), *((each, True) for each in areas)):
        for geo in (*linked.objects(place.get("geo")), place):
            lat, lon = (text(geo.get(key))[:40] for key in ("latitude", "longitude"))
            if lat and lon:
                # Decimal commas, as sites in Spanish and Portuguese write them.
                lat, lon = (
                    each.replace(",", ".") if _COMMA.fullmatch(each) else each
                    for each in (lat, lon)
                )
                return {"lat": lat, "lon": lon}, is_area
    return {}, False


def address_of(node: Node, linked: Linked, wrong: list[str]) -> str:
    """The web address of a thing in full, or empty."""
    stated = text(node.get("url"))
    for each in () if stated else linked.objects(node.get("url")):
        stated = stated or str(each.get("@id") or "")
    if not stated:
        return ""
    try:
        return web_address(absolute(linked.url, stated))
    except Unfit as error:
        wrong.append(f"url: {error}")
        return ""


def key_of(node: Node, linked: Linked) -> str:
    """What a site calls a thing by: its id, its identifier, its address; or empty.

    The id of a blank node is no key: it may be another's tomorrow.
    """
    id_ = str(node.get("@id") or "")
    if id_ and not id_.startswith("_:"):
        return clean_line(id_, 300)
    for _, each in _stated(node):
        if each:
            return clean_line(each, 300)
    address = text(node.get("url"))
    return clean_line(absolute(linked.url, address), 300) if address else ""


def _stated(node: Node) -> Iterator[tuple[str, str]]:
    """What a thing's identifiers say: the scheme as it is called there, and the identifier."""
    for each in flat(node.get("identifier")):
        if isinstance(each, dict) and "@value" not in each:
            scheme = " ".join(text(each.get(key)) for key in ("propertyID", "name")).lower()
            for key in ("value", "url", "@id"):
                for said, _ in texts(each.get(key)):
                    yield scheme, said
        else:
            for said, _ in texts(each):
                yield "", said


def identifiers_of(node: Node, linked: Linked) -> dict[str, str]:
    """Identifiers of registries that are known, one of each, wherever a thing states them."""
    own = list(_stated(node))[:100]
    same = [said for said, _ in texts(node.get("sameAs"))]
    same += (str(each.get("@id") or "") for each in linked.objects(node.get("sameAs")))
    found: dict[str, str] = {}
    for scheme, said in (*own, ("", str(node.get("@id") or "")), *(("", each) for each in same)):
        for name, host, rule in _SCHEMES:
            if host in f"{scheme} {said}".lower() or re.search(rf"\b{name}\b", scheme):
                try:
                    found.setdefault(name, rule(said.partition("#")[0].rstrip("/")))
                except Unfit:
                    continue
        if repository := _RE3DATA.search(said):
            found.setdefault("re3data", repository[1])
    for scheme, said in own:
        # A DOI in sameAs may be that of a paper.
        if (doi := _DOI.search(said)) and ("doi" in scheme or "doi" in said.lower()):
            found.setdefault("doi", doi[1].lower())
    return found


def organisations(value: Any, linked: Linked) -> list[str]:
    """The names of organisations that a field names; people are not told."""
    found: list[str] = []
    for each in flat(value):
        if len(found) == 100:
            break
        nodes = linked.objects(each)
        name = ""
        if nodes and "Person" not in types(nodes[0]):
            name = short(nodes[0].get("name")) or short(nodes[0].get("legalName"))
        elif not nodes:
            name = short(each)
        found += [name] if name and "://" not in name else []
    return found


def fields_of(node: Node) -> list[str]:
    """What a thing is about, in its own words; keywords may be one text with commas."""
    found: list[str] = []
    for key in ("knowsAbout", "keywords", "category"):
        for said, _ in texts(node.get(key)):
            said = said[:_LONGEST]
            parts = said.split(";" if ";" in said else ",") if key == "keywords" else [said]
            found += (line(part, 120) for part in parts)
    return [each for each in dict.fromkeys(found) if each and "://" not in each][:40]


def contacts_of(node: Node, linked: Linked, wrong: list[str]) -> list[dict[str, str]]:
    """The ways to reach a thing: its own, and its points of contact."""
    found: list[dict[str, str]] = []
    for each in (node, *linked.objects(node.get("contactPoint"))[:10]):
        way = {
            "email": text(each.get("email")).removeprefix("mailto:"),
            "phone": text(each.get("telephone")).removeprefix("tel:"),
        }
        if each is not node:
            way["name"] = short(each.get("name"))
            way["role"] = short(each.get("contactType"))
            way["url"] = address_of(each, linked, wrong)
        way = {key: said for key, said in way.items() if said}
        if way.keys() & {"email", "phone", "url"}:
            found.append(way)
    return found


def year_of(value: Any) -> str | None:
    """The year of a date, as it is stated."""
    year = _YEAR.match(text(value))
    return year[1] if year else None
