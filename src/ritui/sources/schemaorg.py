"""What a page in schema.org's words is about: records of the directory, events and news.

Which types are taken and which are not is in ``docs/sources.md``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, slug
from ritui.model.record import Provenance
from ritui.model.source import Event, Source
from ritui.model.vocab import KINDS, region_of
from ritui.sources.address import host_of
from ritui.sources.feed import NOTE, day
from ritui.sources.linked import Linked, Node, text, types
from ritui.sources.markup import brief, prose
from ritui.sources.schemavalues import (
    address_of,
    contacts_of,
    fields_of,
    identifiers_of,
    key_of,
    names_of,
    organisations,
    point_of,
    seat_of,
    short,
    year_of,
)
from ritui.text import clean_line

KEPT: Final = (
    "ResearchOrganization", "Organization", "CollegeOrUniversity", "GovernmentOrganization",
    "NGO", "ResearchProject", "Project", "Event", "NewsArticle", "BlogPosting",
)  # fmt: skip
"""Types that are taken unless the settings say others."""
MOST: Final = 1_000
"""Things taken from one page."""

_PROJECTS: Final = frozenset({"ResearchProject", "Project"})
_NEWS: Final = frozenset({"BlogPosting", "Article", "SocialMediaPosting", "Report"})
_FAMILIES: Final = ("Event", "NewsArticle")
"""Types whose kinds end with their name: ``EducationEvent``."""
_HOLDINGS: Final = frozenset({"Dataset", "DataCatalog"})

_ASIDE: Final = (
    "publisher", "author", "creator", "provider", "funder", "sponsor", "organizer", "maintainer",
    "copyrightHolder", "sourceOrganization", "worksFor", "affiliation",
)  # fmt: skip
"""Who stands behind what a page is about, and is not what it is about."""
_MAIN: Final = ("mainEntity", "about")
_WITHIN: Final = ("itemListElement", "item", "blogPost")

_SUMMARY: Final = 20_000
"""Characters of a description that are read; it may hold HTML."""
_AREA: Final = "The point is the middle of the area that the data set speaks of."


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a page besides its linked data."""

    source: Source
    url: str
    changed: str = ""
    """When it last changed, as its sitemap says."""


@dataclass(slots=True)
class Reading:
    """What a page gave."""

    claims: list[Claim] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)
    """By the site's own key."""
    faults: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def read_things(linked: Linked, around: Around, wanted: Collection[str]) -> Reading:
    """The records, events and news of a page, each of the wanted types.

    Args:
        linked: The linked data of the page.
        around: What else is known of the page.
        wanted: Names of types; ``Event`` and ``NewsArticle`` stand for their kinds too.
    """
    reading = Reading()
    found = things(linked, wanted)
    if len(found) > MOST:
        reading.faults.append(f"{len(found):,} records in one page; the first {MOST:,} are read")
    held = _holders(linked)
    for node in found[:MOST]:
        try:
            if _kind(node) in {"event", "news"}:
                key, event, wrong = _event(node, around, linked)
                reading.events.setdefault(key, event)
            else:
                claim, wrong = _claim(node, around, linked, held.get(id(node), []))
                key = claim.ref
                reading.claims.append(claim)
        except Unfit as error:
            reading.faults.append(str(error))
        else:
            reading.dropped += (f"{clean_line(key, 80)}: {each}" for each in wrong)
    return reading


def things(linked: Linked, wanted: Collection[str]) -> list[Node]:
    """The nodes of the wanted types that a page is about, or that happen.

    Where a page names what it is mainly about, only that is a record of it. Who publishes a
    page or is behind it in another way is none, but on its own page.
    """
    main: dict[int, Node] = {}
    plain: dict[int, Node] = {}
    behind = {
        id(each)
        for node in linked.every
        for key in _ASIDE
        if key in node
        for each in linked.objects(node[key], None)
        if each is not node
    }
    left = [(each, False) for each in reversed(linked.tops)]
    seen: set[tuple[int, bool]] = set()
    while left:
        node, is_main = left.pop()
        is_main = is_main or "mainEntityOfPage" in node
        if (id(node), is_main) in seen:
            continue
        seen.add((id(node), is_main))
        if _is_wanted(node, wanted):
            (main if is_main else plain)[id(node)] = node
        is_page = any(each.endswith("Page") for each in types(node))
        # What an article is about is named in it, and no record of the page.
        for key in (*_MAIN[: 1 + is_page], *_WITHIN):
            inner = linked.objects(node[key], None) if key in node else []
            left += [(each, is_main or key in _MAIN) for each in reversed(inner)]
    is_told = any(not _happens(each) for each in main.values())
    found = dict(main)
    for place, node in plain.items():
        is_own = place not in behind or _same(address_of(node, linked, []), linked.url)
        if _happens(node) or (is_own and not is_told):
            found.setdefault(place, node)
    return list(found.values())


def page_claim(name: str, summary: str, around: Around) -> Claim:
    """A page without linked data as a record, by what it calls itself.

    Raises:
        Unfit: It has no name.
    """
    values = {"name": name, "website": around.url, "summary": summary or None}
    return _made(values, {}, around.url, around)[0]


def _event(node: Node, around: Around, linked: Linked) -> tuple[str, Event, list[str]]:
    """The key of something that happens, the event, and which of its values were dropped.

    Raises:
        Unfit: It has no title or no date.
    """
    kind = _kind(node)
    named = ("name", "headline") if kind == "event" else ("headline", "name")
    title = next(filter(None, (short(node.get(key)) for key in named)), "")
    if not title:
        raise Unfit(f"{_called(node)} without a title")
    dates = ("startDate",) if kind == "event" else ("datePublished", "dateCreated", "dateModified")
    when = next(filter(None, (day(text(node.get(key))) for key in dates)), "")
    if not when:
        raise Unfit(f"{_called(node)} without a date: {title[:80]}")
    wrong: list[str] = []
    place, country = short(node.get("location"), 200), ""
    for each in linked.objects(node.get("location"))[:1]:
        city, country = seat_of(each, linked, wrong)
        place = ", ".join(dict.fromkeys(filter(None, (place, city))))
    page = node.get("mainEntityOfPage")
    url = address_of(node, linked, wrong)
    for each in (*linked.objects(page)[:1], {"url": page}):
        url = url or address_of(each, linked, wrong)
    url = url or around.url
    end = day(text(node.get("endDate"))) if kind == "event" else ""
    note = brief(text(node.get("description")) or text(node.get("abstract")), NOTE)
    event = Event(
        when,
        title,
        end=end if end > when else "",
        place=place,
        kind=kind,
        country=country,
        url=url,
        note="" if note == title else note,
        source=around.source.id,
    )
    return key_of(node, linked) or f"{url} {when} {title}", event, wrong


def _claim(
    node: Node, around: Around, linked: Linked, links: list[dict[str, str]]
) -> tuple[Claim, list[str]]:
    """An organisation, a project or what else was wanted, as a claim, and what was dropped.

    Raises:
        Unfit: It has no name.
    """
    wrong: list[str] = []
    named = names_of(node)
    if not named["name"]:
        raise Unfit(f"{_called(node)} without a name")
    ended = year_of(node.get("dissolutionDate"))
    city, country = seat_of(node, linked, wrong)
    point, is_area = point_of(node, linked)
    values: dict[str, Any] = {
        **named,
        **point,
        "kind": _kind(node) or None,
        "region": region_of(country) or None,
        "country": country or None,
        "city": city or None,
        "host": next(iter(organisations(node.get("parentOrganization"), linked)), None),
        "members": organisations(node.get("member"), linked),
        "fields": fields_of(node),
        "status": "ended" if ended else None,
        "established": year_of(node.get("foundingDate")),
        "ended": ended,
        "contacts": contacts_of(node, linked, wrong),
        "website": address_of(node, linked, wrong) or None,
        "links": links,
        "identifiers": identifiers_of(node, linked),
        "summary": prose(text(node.get("description"))[:_SUMMARY]) or None,
    }
    ref = key_of(node, linked) or f"{around.url}#{slug(named['name'])}"
    cautions = {"lat": _AREA} if is_area else {}
    claim, unfit = _made(values, cautions, ref, around, day(text(node.get("dateModified"))))
    return claim, [*wrong, *unfit]


def _made(
    values: Mapping[str, Any], cautions: Mapping[str, str], ref: str, around: Around, date: str = ""
) -> tuple[Claim, list[str]]:
    """A claim of raw values, and which of them could not be used."""
    source = around.source
    kind = values.get("kind") or source.options.get("as", KINDS[0])
    fit, unfit = normalise({**values, "kind": kind})
    if "name" not in fit:
        raise Unfit("a thing without a name")
    fit = {"id": _id(ref, source.id), **fit}
    evidence = Provenance(
        source.id,
        source.title or host_of(around.url),
        around.url,
        date or day(around.changed),
        source.licence,
        tuple(fit),
    )
    kept = {key: caution for key, caution in cautions.items() if key in fit}
    return Claim(source.id, ref, fit, (evidence,), kept), unfit


def _is_wanted(node: Node, wanted: Collection[str]) -> bool:
    return any(
        each in wanted or any(each.endswith(name) and name in wanted for name in _FAMILIES)
        for each in types(node)
    )


def _happens(node: Node) -> bool:
    return _kind(node) in {"event", "news"}


def _kind(node: Node) -> str:
    """What a node is in the directory, as far as its type alone decides; else empty."""
    for each in types(node):
        if each in _PROJECTS:
            return "project"
        if each.endswith("Event"):
            return "event"
        if each in _NEWS or each.endswith("NewsArticle"):
            return "news"
    return ""


def _called(node: Node) -> str:
    return f"a thing of type {clean_line((types(node) or ['?'])[0], 40)}"


def _same(one: str, other: str) -> bool:
    """Whether two addresses are of the same page, however they are written."""
    bare = [
        each.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/")
        for each in (one, other)
    ]
    return bare[0] == bare[1]


def _id(ref: str, source: str) -> str:
    """The id of a record: the tail of the site's own key, and a digest of all of it.

    Registries' ids would be no good here: sites give a department that of its university.
    """
    tail = slug(re.split(r"[/#?:=]", ref.rstrip("/#?:="))[-1])[:28].strip("-")
    digest = sha256(ref.encode()).hexdigest()[:8]
    return "-".join(filter(None, (source, tail, digest)))


def _holders(linked: Linked) -> Mapping[int, list[dict[str, str]]]:
    """Links to the data sets and catalogues of a page, by the node that publishes them."""
    held: defaultdict[int, list[dict[str, str]]] = defaultdict(list)
    for each in linked.every:
        if not _HOLDINGS & {*types(each)} or not (url := address_of(each, linked, [])):
            continue
        holders = [
            one
            for key in ("publisher", "provider", "creator")
            for one in linked.objects(each.get(key))
        ]
        for holder in {id(one) for one in holders}:
            if len(held[holder]) < 20:
                held[holder].append({"rel": "data", "url": url})
    return held
