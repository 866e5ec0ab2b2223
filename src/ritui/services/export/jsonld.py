"""Linked data: records in schema.org's words, as JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/).

What schema.org has a word for is said in it, and only where a record says that very thing: a
host is no parent organisation. What it has no word for stands under words of our own, which
other programs pass over. The context is in the file, so nothing is fetched to read it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final
from urllib.parse import quote

from ritui.i18n import Messages
from ritui.services.export import NOTE, Selection, attribution, licences
from ritui.services.export.escape import web
from ritui.services.export.objects import enveloped
from ritui.text import clean_line

SCHEMA: Final = "https://schema.org/"
URN: Final = "urn:ritui:"
"""Begins the id of a record, wherever it is published."""

_ADDRESSES: Final = ("license", "sameAs", "url")
_DATES: Final = ("dateCreated", "dissolutionDate", "foundingDate", "sdDatePublished")
_CONTEXT: Final = {
    "@version": 1.1,
    "@vocab": SCHEMA,
    "ritui": {"@id": f"{URN}term:", "@prefix": True},
    **{name: {"@type": "@id"} for name in _ADDRESSES},
    **{name: {"@type": "Date"} for name in _DATES},
}
_PROJECTS: Final = frozenset({"pilot", "project"})
_RELATIONS: Final = {
    "part-of": "parentOrganization",
    "has-part": "subOrganization",
    "member": "memberOf",
    "has-member": "member",
}
"""Relations for which schema.org has the same."""
_OWN: Final = (
    "kind", "region", "countries", "host", "coordinator", "partners", "type", "status", "legal",
    "esfri", "ended", "access", "details", "caveats", "verified",
)  # fmt: skip
"""Keys of a record under our own words."""
_TAG: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_SPDX: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9.]+)+")
_RE3DATA: Final = re.compile(r"r3d[0-9]+")
_WIKIDATA: Final = re.compile(r"Q[1-9][0-9]*")

_Node = dict[str, Any]


def write_jsonld(selection: Selection) -> Iterator[str]:
    """One graph: the data set with its licences and sources, then a node for each record."""
    name = "\n".join((selection.generated, selection.packaged, selection.query, selection.title))
    id_ = uuid.uuid5(uuid.NAMESPACE_URL, f"{URN}export\n{name}").urn
    head = {"@context": _CONTEXT}
    nodes = (_record(record, selection.say, id_) for record in selection.noted())
    for piece in enveloped(head, "@graph", chain((_dataset(selection, id_),), nodes)):
        # Put into a page, no value of it can end the script that it is in.
        yield piece.replace("<", "\\u003c")


def _dataset(selection: Selection, id_: str) -> _Node:
    say, under = selection.say, licences(selection)
    told = [say("export.dates", generated=selection.generated[:10], packaged=selection.packaged)]
    if selection.query:
        told.append(f"{say('export.query')}: {clean_line(selection.query)}")
    return _stated(
        {
            "@id": id_,
            "@type": "Dataset",
            "name": clean_line(selection.named),
            "description": " ".join(told),
            "dateCreated": selection.generated[:10],
            "version": selection.packaged,
            "creditText": attribution(selection, under),
            "license": [_licence(licence) for licence in under if licence],
            "isBasedOn": [
                _stated({"@type": "CreativeWork", "name": source, "license": _licence(licence)})
                for licence, sources in under.items()
                for source in sources
            ],
        }
    )


def _record(record: Mapping[str, Any], say: Messages, dataset: str) -> _Node:
    same, others = _identifiers(record.get("identifiers", {}))
    node: _Node = {
        "@id": _urn(record["id"]),
        "@type": _type(record.get("kind", "")),
        "name": _names(record),
        "alternateName": record.get("acronym"),
        "description": record.get("summary"),
        "url": web(record.get("website", "")),
        "sameAs": same,
        "identifier": others,
        "foundingDate": _year(record, "established"),
        "dissolutionDate": _year(record, "ended"),
        "address": _address(record),
        "location": _location(record),
        "contactPoint": [_contact(each) for each in record.get("contacts", ())],
        "keywords": _keywords(record, say),
        "funding": _grant(record.get("grant", {})),
        **_ties(record),
        **_own(record),
        "subjectOf": [{"@id": dataset}, *_works(record)],
    }
    return _stated(node)


def _type(kind: str) -> str:
    if kind in _PROJECTS:
        return "ResearchProject"
    # Of what only the shelf remembers, the kind may be unknown.
    return "ResearchOrganization" if kind else "Organization"


def _names(record: Mapping[str, Any]) -> list[_Node | str]:
    """Every name once in each of its languages, the one it goes by first."""
    name, names = record.get("name", record["id"]), record.get("names", {})
    found: list[_Node | str] = [] if name in names.values() else [name]
    ordered = sorted(names.items(), key=lambda pair: pair[1] != name)
    for tag, each in ordered:
        found.append({"@value": each, "@language": tag} if _TAG.fullmatch(tag) else each)
    return found


def _identifiers(identifiers: Mapping[str, str]) -> tuple[list[str], list[_Node]]:
    """The addresses of a thing elsewhere, and identifiers that have none that we know."""
    same: list[str] = []
    others: list[_Node] = []
    for scheme, identifier in identifiers.items():
        if scheme == "wikidata" and _WIKIDATA.fullmatch(identifier):
            same.append(f"https://www.wikidata.org/wiki/{identifier}")
        elif scheme == "re3data" and _RE3DATA.fullmatch(identifier):
            same.append(f"https://www.re3data.org/repository/{identifier}")
        elif address := web(identifier):
            same.append(address)
        else:
            others.append({"@type": "PropertyValue", "propertyID": scheme, "value": identifier})
    return same, others


def _year(record: Mapping[str, Any], key: str) -> str:
    return f"{record[key]:04}" if key in record else ""


def _address(record: Mapping[str, Any]) -> _Node | None:
    where = {"addressLocality": record.get("city"), "addressCountry": record.get("country")}
    return _stated({"@type": "PostalAddress", **where}) if any(where.values()) else None


def _location(record: Mapping[str, Any]) -> _Node | None:
    """A point is of a place, and an organisation is at one."""
    if "lat" not in record or "lon" not in record:
        return None
    point = {"latitude": record["lat"], "longitude": record["lon"]}
    return {"@type": "Place", "geo": {"@type": "GeoCoordinates", **point}}


def _contact(contact: Mapping[str, str]) -> _Node:
    return _stated(
        {
            "@type": "ContactPoint",
            "name": contact.get("name"),
            "contactType": contact.get("role"),
            "email": contact.get("email"),
            "telephone": contact.get("phone"),
            "url": web(contact.get("url", "")),
        }
    )


def _keywords(record: Mapping[str, Any], say: Messages) -> list[str]:
    words = [
        *(say.label("area", each) for each in record.get("areas", ())),
        *(say.label("domain", each) for each in record.get("domains", ())),
        *record.get("fields", ()),
    ]
    return [*dict.fromkeys(words)]


def _grant(grant: Mapping[str, str | int]) -> _Node | None:
    if not grant:
        return None
    amount = grant.get("ec_contribution_eur")
    return _stated(
        {
            "@type": "MonetaryGrant",
            "name": grant.get("programme"),
            "identifier": grant.get("number"),
            "funder": {"@type": "Organization", "name": "European Commission"} if amount else None,
            "amount": {"@type": "MonetaryAmount", "currency": "EUR", "value": amount}
            if amount
            else None,
        }
    )


def _ties(record: Mapping[str, Any]) -> _Node:
    """What it is part or member of, and what is part or member of it."""
    found: dict[str, list[_Node]] = {}
    for other in record.get("related", ()):
        if term := _RELATIONS.get(other["rel"]):
            found.setdefault(term, []).append({"@id": _urn(other["id"])})
    for name in record.get("members", ()):
        found.setdefault("member", []).append({"@type": "Organization", "name": name})
    return dict(found)


def _own(record: Mapping[str, Any]) -> _Node:
    found = {f"ritui:{key}": record[key] for key in _OWN if key in record}
    for other in record.get("related", ()):
        if other["rel"] not in _RELATIONS:
            found.setdefault(f"ritui:related-{other['rel']}", []).append({"@id": _urn(other["id"])})
    if pilot := record.get("pilot"):
        found["ritui:pilot"] = {"@id": _urn(pilot)}
    return found


def _works(record: Mapping[str, Any]) -> Iterator[_Node]:
    """What speaks of a record: its sources with their licences, its links, the reader's note."""
    for entry in record.get("provenance", ()):
        yield _stated(
            {
                "@type": "CreativeWork",
                "name": entry.get("title") or entry["source"],
                "url": web(entry.get("url", "")),
                "license": _licence(entry.get("licence", "")),
                "sdDatePublished": entry.get("retrieved"),
                "ritui:fields": entry.get("fields"),
            }
        )
    for link in record.get("links", ()):
        if address := web(link["url"]):
            yield {"@type": "WebPage", "name": link["rel"], "url": address}
    if note := record.get(NOTE):
        yield {"@type": "Comment", "text": note}


def _licence(licence: str) -> str | _Node | None:
    """The address of a licence, or what it is called where that is no SPDX name."""
    if address := web(licence):
        return address
    if _SPDX.fullmatch(licence):
        return f"https://spdx.org/licenses/{licence}"
    return {"@type": "CreativeWork", "name": licence} if licence else None


def _urn(id_: str) -> str:
    return URN + quote(id_, safe="")


def _stated(node: Mapping[str, Any]) -> _Node:
    """A node without what nobody states; a list of one is that one."""
    found: _Node = {}
    for key, value in node.items():
        if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 1:
            value = value[0]
        if value is not None and value not in ("", [], {}):
            found[key] = value
    return found
