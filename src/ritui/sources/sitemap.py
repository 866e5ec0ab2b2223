"""Sitemaps: which pages a site says it has, and when each last changed.

The form is that of https://www.sitemaps.org/protocol.html: a list of addresses, or an index of
such lists, gzip or not. Only what is on the site itself is taken.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from ritui.errors import Offline, SourceFailed, SourceLimit, SourceRefused, SourceUnusable
from ritui.model.normal import Unfit, web_address
from ritui.model.source import Source
from ritui.sources.address import is_web, shown, stays
from ritui.sources.answer import Answer, Body, what_is
from ritui.sources.base import ANSWER
from ritui.sources.feed import day
from ritui.sources.robots import Rules
from ritui.sources.xml import XmlUnfit, read_xml
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

PLACES: Final = ("/sitemap.xml", "/wp-sitemap.xml", "/sitemap_index.xml")
"""Where a site keeps its sitemap when its ``robots.txt`` does not say."""
FILES: Final = 50
"""Sitemaps asked for of one site, at most."""
EACH: Final = 50_000
"""Addresses that one sitemap may have, and that are kept of all."""

_SIZE: Final = ANSWER
"""Bytes of a sitemap when it is inflated: as many as of one that is not packed."""
_ABSENT: Final = frozenset({401, 403, 404, 410})
"""How a site says that it has nothing at a usual place."""
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Place:
    """A page that may be asked for."""

    url: str
    changed: str = ""
    """When it last changed, as the sitemap has it: ISO, so that later is greater."""


@dataclass(slots=True)
class Sitemaps:
    """One walk over the sitemaps of a site."""

    source: Source
    door: Door
    rules: Rules
    site: str
    """An address of the site; what is at another host is left out."""
    include: tuple[str, ...] = ()
    """Texts of which one must be in the path of a page; empty for all pages."""
    spacing: float = 1.0
    faults: list[str] = field(default_factory=list)
    """What was left out and why, one line each."""
    listed: int = 0
    """Addresses seen, wanted or not."""
    _strangers: int = 0
    _stranger: str = ""
    _asked: set[str] = field(default_factory=set)
    _found: dict[str, Place] = field(default_factory=dict)

    async def find(self) -> list[Place]:
        """The pages of the sitemaps that the site tells of, or of the first usual one it has.

        Raises:
            SourceFailed: There is none, or none that can be read.
        """
        told = [url for each in self.rules.sitemaps if (url := self._own(each, self.site))]
        self._tell_strangers("sitemaps of robots.txt")
        failure: SourceFailed | None = None
        for starts in (told, *([urljoin(self.site, path)] for path in PLACES)):
            known = len(self.faults)
            try:
                if starts:
                    return await self.walk(starts)
            except (Offline, SourceLimit):
                raise
            except SourceFailed as error:
                is_absent = isinstance(error, SourceRefused) and error.status in _ABSENT
                if starts is told or not is_absent:
                    failure = failure or error
                if starts is not told:  # most sites have nothing there, and need not
                    del self.faults[known:]
        if failure is not None:
            raise failure
        reason = f"no sitemap, in robots.txt or at {', '.join(PLACES)}; urls can name pages"
        raise SourceUnusable(self.source.id, shown(self.site), reason)

    async def walk(self, starts: Iterable[str]) -> list[Place]:
        """The pages of these sitemaps and of those they name, the last changed first.

        Raises:
            SourceFailed: None of them could be read.
        """
        left = [Place(url) for url in starts]
        failure: SourceFailed | None = None
        read = 0
        while left:
            place = left.pop(0)
            if place.url in self._asked:
                continue
            if len(self._asked) == FILES:
                self.faults.append(f"more than {FILES} sitemaps: the others are not asked for")
                break
            self._asked.add(place.url)
            try:
                root, url = await self._open(place.url)
            except (Offline, SourceLimit):
                raise
            except SourceFailed as error:
                failure = failure or error
                self.faults.append(f"{shown(place.url)[:200]}: {reason_of(error)}")
                continue
            read += 1
            entries = await asyncio.to_thread(self._entries, root, url)
            if root.tag.endswith("sitemapindex"):
                left += sorted(entries, key=lambda each: each.changed, reverse=True)[:EACH]
            else:
                self._keep(entries)
        if not read and failure is not None:
            raise failure
        self._tell_strangers("addresses of the sitemap")
        return sorted(self._found.values(), key=lambda each: each.changed, reverse=True)

    async def _open(self, url: str) -> tuple[Element, str]:
        """The root of a sitemap, and the address that it came from."""
        if not self.rules.allows(url) and url not in self.rules.sitemaps:
            raise SourceUnusable(self.source.id, shown(url), "forbidden by robots.txt")
        answer = await self.door.get(self.source, url, spacing=self.spacing)
        if not at_home(self.site, answer.url):
            reason = f"sent on to another host: {answer.url[:200]}"
            raise SourceUnusable(self.source.id, shown(url), reason)
        return await asyncio.to_thread(_root, answer, self.source.id), answer.url

    def _entries(self, root: Element, base: str) -> list[Place]:
        """What a sitemap names, as far as it is on the site and not too much."""
        found: list[Place] = []
        for number, entry in enumerate(root):
            if number == EACH:
                self.faults.append(f"{base}: more than {EACH:,} addresses; the others are left out")
                break
            said = {each.tag.rpartition("}")[2]: (each.text or "").strip() for each in entry}
            changed = said.get("lastmod", "")
            if url := self._own(said.get("loc", ""), base):
                found.append(Place(url, changed[:40] if day(changed) else ""))
        return found

    def _own(self, address: str, base: str) -> str:
        """An address in full where it is one of this site, else empty and counted."""
        url = address_at(self.site, address, base)
        if not url:
            self._strangers += 1
            self._stranger = self._stranger or clean_line(shown(address), 200) or "an empty one"
        return url

    def _keep(self, entries: list[Place]) -> None:
        """Keep what is wanted, and of too much what changed last."""
        self.listed += len(entries)
        for each in entries:
            path = urlsplit(each.url).path
            if not self.include or any(
                text in path or text in unquote(path) for text in self.include
            ):
                self._found.setdefault(each.url, each)
        if len(self._found) > EACH:
            newest = sorted(self._found.values(), key=lambda each: each.changed, reverse=True)
            self._found = {each.url: each for each in newest[:EACH]}

    def _tell_strangers(self, what: str) -> None:
        """Tell of addresses that are not the site's, once for all of them."""
        if self._strangers:
            told = f"{self._strangers:,} {what} are not at {shown(self.site)}: {self._stranger}"
            self.faults.append(told)
        self._strangers, self._stranger = 0, ""


def address_at(site: str, address: str, base: str) -> str:
    """An address in full as it is to be asked for, or empty where it is not of this site.

    Sites behind a proxy may list themselves by http; they are asked as they were found.
    """
    try:
        url = web_address(urljoin(base, address)).partition("#")[0]
    except (Unfit, ValueError):
        return ""
    if not address or not is_web(url) or not at_home(site, url):
        return ""
    is_behind = site.startswith("https://") and url.startswith("http://")
    return url.replace("http://", "https://", 1) if is_behind else url


def at_home(site: str, url: str) -> bool:
    """Whether an address is at a site's host, with or without ``www`` and TLS."""
    one, other = (each.replace("://www.", "://", 1) for each in (site, url))
    return stays(one, other) or stays(other, one)


def reason_of(error: SourceFailed) -> str:
    """What a failure says, without the source and the address."""
    status = getattr(error, "status", "")
    return " ".join(str(each) for each in (status, getattr(error, "reason", "")) if each)


def _root(answer: Answer, source: str) -> Element:
    """The root of a sitemap or of an index of them."""
    body = _inflated(answer, source)
    try:
        root = read_xml(body)
    except XmlUnfit as error:
        said = what_is(body)
        reason = str(error) if said == "XML" else f"{said} where a sitemap was due"
        raise SourceUnusable(source, answer.url, reason) from error
    if root.tag.rpartition("}")[2] not in {"urlset", "sitemapindex"}:
        raise SourceUnusable(source, answer.url, f"{what_is(body)} where a sitemap was due")
    return root


def _inflated(answer: Answer, source: str) -> bytes:
    """The body of an answer that may be a gzip file, which the door leaves as it is."""
    if not answer.body.startswith(_GZIP):
        return answer.body
    try:
        with Body(_SIZE, gzipped=True) as body:
            body.feed(answer.body)
            body.finish()
            return body.content()
    except OverflowError as error:
        reason = f"more than {_SIZE:,} bytes when it is inflated"
        raise SourceUnusable(source, answer.url, reason) from error
    except (zlib.error, EOFError) as error:
        raise SourceUnusable(source, answer.url, "gzip data that is damaged") from error
