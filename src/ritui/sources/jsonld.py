"""The kind ``jsonld``: schema.org data in web pages, found by their addresses or a sitemap.

It is the only kind that crawls, so it asks each site for its ``robots.txt`` first and keeps to
it, for addresses that the settings name as well. See ``docs/sources.md``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from ritui.errors import (
    Offline,
    SourceFailed,
    SourceLimit,
    SourceUnreachable,
    SourceUnusable,
    UnknownWord,
)
from ritui.model.claim import Claim
from ritui.model.normal import Unfit
from ritui.model.source import Event, Source
from ritui.model.vocab import KINDS
from ritui.sources.address import is_web, shown
from ritui.sources.answer import Answer, what_is
from ritui.sources.base import ANSWER, Page, check_word, listed
from ritui.sources.feed import number
from ritui.sources.linked import Linked, page_text, read_linked, types
from ritui.sources.robots import SLOWEST, Rules, ask_robots
from ritui.sources.schemaorg import KEPT, Around, Reading, page_claim, read_things
from ritui.sources.sitemap import Place, Sitemaps, at_home, reason_of
from ritui.text import LIMIT, clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

USUAL: Final = 200
"""Pages asked for unless ``max_pages`` says otherwise."""
MOST: Final = 500
"""Pages that may be asked for: at one a second, they fit in the time of a source."""

_OPTIONS: Final = (
    "url", "urls", "sitemap", "include", "types", "as", "fallback", "max_pages", "max_bytes",
)  # fmt: skip
_PLACES: Final = ("url", "sitemap", "urls")
"""Options that say where pages are."""
_SIZE: Final = 4 * 1024 * 1024
_SPACING: Final = 1.0
_SHARE: Final = 0.75
"""Part of a source's time that the pauses between its pages may take."""
_SILENT: Final = 3
"""Pages in a row that may stay without an answer before the site is taken to be gone."""
_NAMED: Final = 5
"""Addresses that one fault names."""
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,59}")
_ACCEPT: Final = {
    "Accept": "text/html, application/xhtml+xml, application/ld+json, application/json;q=0.5"
}


class JsonLd:
    """The kind ``jsonld``: what pages say in schema.org's words."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that this kind does not know.
        """
        options = source.options
        for option in options:
            check_word("option of jsonld", option, _OPTIONS)
        named = [each for option in _PLACES for each in listed(source, option)]
        for url in named or [""]:
            if not is_web(url):
                raise UnknownWord("web address", clean_line(shown(url), 100))
        check_word("kind", str(options.get("as", KINDS[0])), KINDS)
        for name in listed(source, "types"):
            if not _TYPE.fullmatch(name):
                check_word("type of schema.org", name, KEPT)
        fallback = options.get("fallback", False)
        if not isinstance(fallback, bool):
            check_word("fallback", str(fallback), ("true", "false"))
        number(source, "max_pages", USUAL, MOST)
        number(source, "max_bytes", _SIZE, ANSWER)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Find the pages, and ask for one after the other.

        A page that fails is a fault and the run goes on; when nothing comes of any of them, the
        source has failed.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        crawl = _Crawl(source, door)
        places = await crawl.plan()
        told = tuple(crawl.faults)
        for place in places:
            page = await crawl.one(place)
            yield Page(page.claims, page.events, (*told, *page.faults), page.dropped, len(places))
            told = ()
        crawl.finish(len(places))


@dataclass(slots=True)
class _Crawl:
    """One run over the pages of a source."""

    source: Source
    door: Door
    faults: list[str] = field(default_factory=list)
    """What was left out before a page was asked for."""
    _rules: dict[str, Rules | SourceFailed] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)
    """How many values a record had that was taken, by the site's own key."""
    _happened: set[str] = field(default_factory=set)
    _failure: SourceFailed | None = None
    """Why the first page that could not be had could not."""
    _failed: int = 0
    _first: str = ""
    """The first fault."""
    _silent: int = 0

    async def plan(self) -> list[Place]:
        """The pages to ask for, in order.

        Raises:
            SourceFailed: There are none that may be asked for.
        """
        source = self.source
        most = number(source, "max_pages", USUAL, MOST)
        budget = self.door.limits.source * _SHARE
        wanted = {each.partition("#")[0]: Place(each) for each in listed(source, "urls")}
        if source.options.get("sitemap") or source.options.get("url"):
            for place in await self._mapped():
                wanted.setdefault(place.url, place)
        found: list[Place] = []
        forbidden: list[str] = []
        slow = 0
        for place in wanted.values():
            if len(found) == most or len(forbidden) == 10 * MOST:
                break
            rules = await self._rules_for(place.url)
            if isinstance(rules, SourceFailed):
                self.faults.append(self._fault(place.url, reason_of(rules)))
                self._failure = self._failure or rules
            elif not rules.allows(place.url):
                forbidden.append(clean_line(shown(place.url), 200))
            elif budget < _pause(rules):
                slow += 1
            else:
                budget -= _pause(rules)
                found.append(place)
        if forbidden:
            some = ", ".join(forbidden[:_NAMED]) + (", …" if len(forbidden) > _NAMED else "")
            self.faults.append(
                f"robots.txt forbids {len(forbidden):,} pages, not asked for: {some}"
            )
        if slow:
            reason = (
                f"{slow:,} pages not asked for: the site wants longer pauses than there is time"
            )
            self.faults.append(reason)
        if not found:
            self.finish(0)
        return found

    async def one(self, place: Place) -> Page:
        """What one page says, or why it says nothing.

        Raises:
            SourceFailed: The site asks for rest, or no longer answers.
        """
        rules = await self._rules_for(place.url)
        pause = _SPACING if isinstance(rules, SourceFailed) else _pause(rules)
        size = number(self.source, "max_bytes", _SIZE, ANSWER)
        try:
            answer = await self.door.get(
                self.source, place.url, headers=_ACCEPT, max_bytes=size, spacing=pause
            )
            if answer.url != shown(place.url):
                await self._follow(place.url, answer)
        except (Offline, SourceLimit):
            raise
        except SourceFailed as error:
            self._silent = self._silent + 1 if isinstance(error, SourceUnreachable) else 0
            if self._silent == _SILENT:
                raise
            self._failure = self._failure or error
            self._failed += 1
            return Page(faults=(self._fault(place.url, reason_of(error)),))
        self._silent = 0
        return await asyncio.to_thread(self._read, answer, place)

    def finish(self, asked: int) -> None:
        """Raises SourceFailed when nothing came of the pages, so that what is kept stays."""
        if self._sizes or self._happened:
            return
        if self._failure is not None and self._failed >= asked:
            raise self._failure
        first = self._first or next(iter(self.faults), "")
        reason = f"none of {asked:,} pages has a record" if asked else "no page may be asked for"
        reason += f": {first}" if first else ""
        named = (each for option in _PLACES for each in listed(self.source, option))
        raise SourceUnusable(self.source.id, shown(next(named)), clean_line(reason, 400))

    async def _mapped(self) -> list[Place]:
        """The pages that the site's sitemaps list.

        Raises:
            SourceFailed: They cannot be read, or list nothing that is wanted.
        """
        source = self.source
        starts = listed(source, "sitemap")
        site = str(starts[0] if starts else source.options["url"])
        rules = await self._rules_for(site)
        if isinstance(rules, SourceFailed):
            raise rules
        include = listed(source, "include")
        maps = Sitemaps(source, self.door, rules, _origin(site), include, _pause(rules))
        places = await (maps.walk(starts) if starts else maps.find())
        self.faults += maps.faults
        if not places and not listed(source, "urls"):
            wish = f" with {' or '.join(include)} in its path" if include else ""
            reason = f"none of {maps.listed:,} addresses{wish}"
            reason += f"; {maps.faults[0]}" if maps.faults else ""
            raise SourceUnusable(source.id, shown(site), clean_line(reason, 300))
        return places

    async def _rules_for(self, url: str) -> Rules | SourceFailed:
        """What the site of an address allows, asked for once; or why that is not known."""
        origin = _origin(url)
        if origin not in self._rules:
            try:
                self._rules[origin] = await ask_robots(self.source, self.door, origin)
            except (Offline, SourceLimit):
                raise
            except SourceFailed as error:
                self._rules[origin] = error
        return self._rules[origin]

    async def _follow(self, url: str, answer: Answer) -> None:
        """Look whether what a page sent us on to may be read.

        Raises:
            SourceFailed: It is at another host, or forbidden there.
        """
        if not at_home(url, answer.url):
            reason = f"sent on to another host: {answer.url[:200]}"
            raise SourceUnusable(self.source.id, shown(url), reason)
        rules = await self._rules_for(answer.url)
        if isinstance(rules, SourceFailed):
            raise rules
        if not rules.allows(answer.url):
            reason = f"sent on to a page that robots.txt forbids: {answer.url[:200]}"
            raise SourceUnusable(self.source.id, shown(url), reason)

    def _read(self, answer: Answer, place: Place) -> Page:
        """The records and events of a page that came, those that came before left out."""
        wanted = listed(self.source, "types") or KEPT
        around = Around(self.source, clean_line(answer.url, 2_000), place.changed)
        linked = read_linked(answer)
        got = read_things(linked, around, wanted)
        if not (got.claims or got.events) and self.source.options.get("fallback"):
            got = _fallback(answer, around, got)
        faults = [*linked.faults, *got.faults]
        if not (got.claims or got.events or faults):
            faults = [_nothing(linked, answer)]
        return Page(
            tuple(each for each in got.claims if self._is_news(each)),
            tuple(event for key, event in got.events.items() if self._is_new(key, event)),
            tuple(self._fault(answer.url, each) for each in faults),
            tuple(got.dropped),
        )

    def _is_news(self, claim: Claim) -> bool:
        """Whether a page says of a thing what no page before it said, or says more of it."""
        before = self._sizes.get(claim.ref, 0)
        self._sizes[claim.ref] = max(before, len(claim.values))
        return len(claim.values) > before

    def _is_new(self, key: str, event: Event) -> bool:
        whole = f"{event.kind} {key}"
        known = whole in self._happened
        self._happened.add(whole)
        return not known

    def _fault(self, url: str, reason: str) -> str:
        fault = f"{clean_line(shown(url), 300)}: {reason}"
        self._first = self._first or fault
        return fault


def _fallback(answer: Answer, around: Around, got: Reading) -> Reading:
    """A page without linked data that is wanted, by what it tells others to call it."""
    tree = LexborHTMLParser(page_text(answer)[:LIMIT])

    def said(*places: str) -> str:
        for place in places:
            for node in islice(tree.css(place), 1):
                value = node.attributes.get("content") or node.text()
                if words := clean_line(value or "", 2_000):
                    return words
        return ""

    name = said('meta[property="og:title"]', "head > title", "h1")
    summary = said('meta[property="og:description"]', 'meta[name="description"]')
    try:
        return Reading([page_claim(name, summary, around)], {}, [], got.dropped)
    except Unfit:
        return got


def _nothing(linked: Linked, answer: Answer) -> str:
    """Why nothing came of a page that was read without a fault."""
    if not linked.blocks:
        return f"no JSON-LD in {what_is(answer.body)}"
    found = dict.fromkeys(name for node in linked.tops for name in types(node))
    named = ", ".join(clean_line(each, 40) for each in islice(found, _NAMED))
    return f"no type that is wanted: {named}" if named else "JSON-LD without a type"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}"


def _pause(rules: Rules) -> float:
    """Seconds between two requests: ours, or longer where the site wants it."""
    return min(max(_SPACING, rules.pause), SLOWEST)
