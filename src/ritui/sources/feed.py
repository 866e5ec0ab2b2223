"""Feeds: RSS 0.9x, 1.0 and 2.0, and Atom, as news with their dates.

What feeds are like, and what real ones get wrong, is in ``docs/sources.md``. RSS:
https://www.rssboard.org/rss-specification and https://web.resource.org/rss/1.0/spec; Atom:
RFC 4287; paging: RFC 5005.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from ritui.errors import SourceUnusable, UnknownWord
from ritui.model.normal import Unfit, web_address
from ritui.model.source import Event, Source
from ritui.sources.address import is_web, shown, stays
from ritui.sources.answer import Answer, what_is
from ritui.sources.base import FILE, Page, check_word, size_of
from ritui.sources.markup import brief, line
from ritui.sources.xml import XmlUnfit, read_xml
from ritui.text import clean_line, fold

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

NOTE: Final = 500
"""Characters kept of a summary."""

_OPTIONS: Final = ("url", "max_records", "max_bytes")
_USUAL: Final = 300
"""Items taken unless the settings say otherwise."""
_MOST: Final = 10_000
_LAST_PAGE: Final = 200
_ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_DUBLIN_CORE: Final = "{http://purl.org/dc/elements/1.1/}"
_TERMS: Final = "{http://purl.org/dc/terms/}"
_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_DATES: Final = ("published", "issued", "pubDate", "created", "updated", "modified")

_ISO = re.compile(r"\s*(\d{4})(?:-(\d{2})(?:-(\d{2})(?![\d-]))?)?(?![\d-])", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})\s+(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(\d{4}|\d{2})\b")
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb fev", "mar", "apr abr", "may mai", "jun", "jul", "aug ago", "sep set",
         "oct out", "nov", "dec dez dic"), 1,
    )
    for name in names.split()
}  # fmt: skip


class Feed:
    """The kind ``feed``: the items of a feed, and of the pages it goes on to."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that this kind does not know.
        """
        for option in source.options:
            check_word("option of feed", option, _OPTIONS)
        check_address(source)
        number(source, "max_records", _USUAL, _MOST)
        size_of(source, FILE)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask for the feed, and go on as long as it says where, on its own host.

        Raises:
            Unchanged: Nothing is new since the last good run.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        most = number(source, "max_records", _USUAL, _MOST)
        whole = walk(source, door, str(source.options["url"]), most, conditional=True)
        async with aclosing(whole) as pages:
            async for page in pages:
                # What a feed does not tell any more has not stopped being news.
                yield replace(page, partial=True)


async def walk(
    source: Source,
    door: Door,
    url: str,
    most: int,
    *,
    seen: set[str] | None = None,
    conditional: bool = False,
) -> AsyncGenerator[Page, None]:
    """A feed, and the pages that it goes on to.

    Args:
        source: For whom; ``max_bytes`` is one of its options.
        door: The way to the network.
        url: Where the feed is.
        most: Items taken at most.
        seen: Keys of items that came before, in another feed; those of this one are added.
        conditional: Whether the feed is all of its source, so that it may say that it is
            unchanged.

    Raises:
        Unchanged: Asked with a condition, nothing is new.
        SourceFailed: It could not be read.
    """
    size = size_of(source, FILE)
    seen = set() if seen is None else seen
    asked: set[str] = set()
    taken = 0
    while url and taken < most:
        answer = await door.get(
            source,
            url,
            headers={"Accept": _ACCEPT},
            max_bytes=size,
            # What is new is on the first page: unchanged, it speaks for those behind it.
            conditional=conditional and not asked,
        )
        asked.add(url)
        root, base = _open(answer, source.id), answer.url
        events: list[Event] = []
        faults: list[str] = []
        dropped: list[str] = []
        known = len(seen)
        for item, place in _items(root, base):
            if taken == most:
                break
            key, event, wrong = _read(item, place, source.id)
            key = key or f"item {len(seen) + 1}"
            if key in seen:
                continue
            seen.add(key)
            if isinstance(event, Event):
                events.append(event)
                taken += 1
                dropped += (f"{clean_line(key, 80)}: {each}" for each in wrong)
            else:
                faults.append(f"{clean_line(key, 80)}: {event}")
        onward = _onward(root, base)
        url = ""
        if onward and onward not in asked and len(seen) > known and len(asked) < _LAST_PAGE:
            if is_web(onward) and stays(answer.url, onward):
                url = onward
            else:
                dropped.append(f"the next page is at another host: {shown(onward)[:200]}")
        yield Page((), tuple(events), tuple(faults), tuple(dropped), None, answer.moved)


def check_address(source: Source) -> None:
    """Raises UnknownWord for a source without a web address."""
    url = str(source.options.get("url", ""))
    if not is_web(url):
        raise UnknownWord("web address", clean_line(url, 100))


def number(source: Source, option: str, usual: int, most: int) -> int:
    """A whole number of the settings, from 1 to the most that is allowed.

    Raises:
        UnknownWord: It is not one.
    """
    value = source.options.get(option, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise UnknownWord(f"{option} (1 to {most:,})", clean_line(str(value), 40))
    return value


def day(said: str) -> str:
    """A date as feeds and sites write it, as an ISO date or what there is of one, else empty.

    The day is the one of the place that wrote it. Names of months are English, Spanish or
    Portuguese, as real feeds have them where RFC 822 asks for English.
    """
    if found := _ISO.match(said):
        year, month, number_ = (int(each) if each else 0 for each in found.groups())
    elif found := _NAMED.search(said):
        year, number_ = int(found[3]), int(found[1])
        month = _MONTHS.get(fold(found[2])[:3], 0)
        if len(found[3]) == 2:
            year += 2000 if year < 69 else 1900
        if not month:
            return ""
    else:
        return ""
    try:
        whole = date(year, month or 1, number_ or 1).isoformat()
    except ValueError:
        return ""
    return whole if number_ else whole[:7] if month else whole[:4]


def _open(answer: Answer, source: str) -> Element:
    """The root of a feed.

    Raises:
        SourceUnusable: It is something else, or broken, which the error names.
    """
    said = what_is(answer.body)
    if said != "XML" and not answer.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceUnusable(source, answer.url, f"{said} where a feed was due")
    try:
        root = read_xml(answer.body)
    except XmlUnfit as error:
        raise SourceUnusable(source, answer.url, str(error)) from error
    name = root.tag.rpartition("}")[2]
    if name not in {"rss", "RDF", "feed"}:
        reason = f"XML of another kind, <{clean_line(name, 60)}>, where a feed was due"
        raise SourceUnusable(source, answer.url, reason)
    return root


def _items(root: Element, base: str) -> list[tuple[Element, str]]:
    """The items or entries of a feed, each with the address that its links start from."""
    base = _based(root, base)
    found: list[tuple[Element, str]] = []
    for each in root:
        name = each.tag.rpartition("}")[2]
        if name in {"item", "entry"}:
            found.append((each, _based(each, base)))
        elif name == "channel":  # RSS 0.9x and 2.0 have their items inside
            inner = _based(each, base)
            found += ((item, _based(item, inner)) for item in each if _is_item(item))
    return found


def _is_item(element: Element) -> bool:
    return element.tag.rpartition("}")[2] == "item"


def _based(element: Element, base: str) -> str:
    return _join(base, element.get(_BASE, ""))


def _join(base: str, address: str) -> str:
    """An address in full; what cannot be joined is left as it is."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address.strip()


def _onward(root: Element, base: str) -> str:
    """The address of the next page, or empty."""
    base = _based(root, base)
    places = [(root, base), *((each, _based(each, base)) for each in root if each.tag == "channel")]
    for place, start in places:
        for link in place.iterfind(f"{_ATOM}link[@rel='next']"):
            if link.get("href"):
                return _join(_based(link, start), link.get("href", "")).partition("#")[0]
    return ""


def _read(item: Element, base: str, source: str) -> tuple[str, Event | str, list[str]]:
    """An item's key, its event or why there is none, and which of its values were dropped."""
    space = item.tag[: item.tag.rfind("}") + 1]
    link = _link(item, space, base)
    key = _text(item, f"{space}guid", f"{space}id") or item.get(_ABOUT, "") or link
    summary = _note(item, space)
    title = _title(item, space)
    when = next(filter(None, map(day, _dates(item, space))), "")
    if when and not title:
        title = brief(summary, 100)
    key = key or title
    if not (title or summary):
        return key, "it has no title", []
    if not when:
        return key, "it has no date", []
    if not title:
        return key, "it has no title", []
    wrong: list[str] = []
    try:
        link = web_address(link) if link else ""
    except Unfit as error:
        wrong.append(f"link: {error}")
        link = ""
    note = brief(summary, NOTE)
    note = "" if note == title else note
    return key, Event(when, title, kind="news", url=link, note=note, source=source), wrong


def _text(item: Element, *names: str) -> str:
    """The text of the first of these elements that has any."""
    for name in names:
        for each in item.iterfind(name):
            if text := (each.text or "").strip():
                return text
    return ""


def _dates(item: Element, space: str) -> list[str]:
    """What an item says of its date, the day of its publication first."""
    own = [_text(item, space + name) for name in _DATES]
    terms = (f"{_TERMS}issued", f"{_TERMS}created", f"{_DUBLIN_CORE}date", f"{_TERMS}modified")
    return [*own, *(_text(item, name) for name in (*terms, f"{_ATOM}published", f"{_ATOM}updated"))]


def _title(item: Element, space: str) -> str:
    for name in (f"{space}title", f"{_DUBLIN_CORE}title"):
        for each in item.iterfind(name):
            is_plain = space and each.get("type", "text") in {"text", "text/plain"} and _atom(space)
            title = clean_line(_all(each), NOTE) if is_plain or len(each) else line(_all(each))
            if title:
                return title
    return ""


def _note(item: Element, space: str) -> str:
    """The HTML that says most briefly what an item is about."""
    for name in ("summary", "description", "content"):
        for each in item.iterfind(space + name):
            if text := _all(each).strip():
                plain = _atom(space) and each.get("type", "text") in {"text", "text/plain"}
                return escape(text, quote=False) if plain or len(each) else text
    return _text(item, _CONTENT, f"{_DUBLIN_CORE}description")


def _all(element: Element) -> str:
    """The text of an element with what is inside it: XHTML, in Atom."""
    return " ".join(element.itertext()) if len(element) else element.text or ""


def _atom(space: str) -> bool:
    return "atom" in space.lower()


def _link(item: Element, space: str, base: str) -> str:
    """The address of an item in full, or empty."""
    links = [*item.iterfind(f"{space}link"), *item.iterfind(f"{_ATOM}link")]
    pages = [each for each in links if each.get("rel", "alternate") == "alternate"]
    pages.sort(key=lambda each: each.get("type", "text/html") != "text/html")
    for each in pages:
        if address := (each.get("href") or each.text or "").strip():
            return _join(_based(each, base), address)
    for guid in item.iterfind(f"{space}guid"):
        address = (guid.text or "").strip()
        if guid.get("isPermaLink", "true") == "true" and is_web(address):
            return address
    about = item.get(_ABOUT, "")
    return about if is_web(about) else ""
