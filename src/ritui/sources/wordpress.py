"""WordPress: the posts and pages of a site by its own API, as news, events or records.

How the API is found and read, and how sites close it, is in ``docs/sources.md``. Reference:
https://developer.wordpress.org/rest-api/ .
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urljoin

import msgspec

from ritui.errors import SourceFailed, SourceRefused, SourceUnusable
from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, web_address
from ritui.model.record import Provenance
from ritui.model.source import Event, Source
from ritui.model.vocab import KINDS
from ritui.sources.address import host_of, is_web, shown, stays
from ritui.sources.answer import Answer, json_of, text_of
from ritui.sources.base import Page, check_word, listed
from ritui.sources.feed import NOTE, check_address, day, number
from ritui.sources.markup import brief, line, link_of
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

REL: Final = "https://api.w.org/"
"""Relation of the link from any page of a site to its API."""

_OPTIONS: Final = ("url", "types", "as", "max_records", "max_bytes")
_HAPPENINGS: Final = ("news", "event")
_USUAL: Final = 300
"""Posts taken unless the settings say otherwise."""
_MOST: Final = 10_000
_SIZE: Final = 16 * 1024 * 1024
_A_PAGE: Final = 100
"""Records that the API gives at once, at most."""
_FIELDS: Final = "id,date,date_gmt,modified_gmt,status,link,title,excerpt,content"
_BASE: Final = re.compile(r"[a-z0-9_-]{1,60}", re.ASCII)
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_CODE = re.compile(r"\"code\":\s*\"([\w-]{1,60})\"")
_CLOSED: Final = frozenset({401, 403})
_PAST_THE_END: Final = "rest_post_invalid_page_number"


class Text(msgspec.Struct, gc=False):
    """HTML as a reader of the site gets it."""

    rendered: str = ""


class Post(msgspec.Struct, gc=False):
    """A post, a page or what else a site has, as far as it is used here."""

    id: int
    date: str | None = None
    """Time of the site, without zone."""
    date_gmt: str | None = None
    modified_gmt: str | None = None
    status: str = "publish"
    """Old sites do not state it, and give only what is published."""
    link: str | None = None
    title: Text = msgspec.field(default_factory=Text)
    excerpt: Text | None = None
    content: Text | None = None


class _OnlyId(msgspec.Struct):
    id: int


class _Root(msgspec.Struct):
    namespaces: list[str] = []


@dataclass(slots=True)
class _Yield:
    """What one answer gave."""

    claims: list[Claim] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class WordPress:
    """The kind ``wordpress``: what a site publishes of one or more types, the newest first."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that this kind does not know.
        """
        for option in source.options:
            check_word("option of wordpress", option, _OPTIONS)
        check_address(source)
        check_word("as", _as(source), (*_HAPPENINGS, *KINDS))
        for name in _types(source):
            if not _BASE.fullmatch(name):
                check_word("type of WordPress", name, ("posts", "pages"))
        number(source, "max_records", _USUAL, _MOST)
        number(source, "max_bytes", _SIZE, 64 * _SIZE)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Find the API, and ask it type by type to the last page that it states.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        site = _Site(source, door)
        root = await site.find()
        for name in _types(source):
            async for page in site.walk(f"{root}wp/v2/{name}"):
                yield page


class _Site:
    """One run over one site."""

    def __init__(self, source: Source, door: Door) -> None:
        self._source, self._door = source, door
        self._url = str(source.options["url"])
        self._most = number(source, "max_records", _USUAL, _MOST)
        self._size = number(source, "max_bytes", _SIZE, 64 * _SIZE)
        self._moved = ""
        self._seen: set[int] = set()
        self._taken = 0

    async def find(self) -> str:
        """The root of the API, to which routes are added.

        Raises:
            SourceFailed: The site has none, or keeps it closed.
        """
        source, site = self._source, self._url
        refusal: SourceFailed | None = None
        try:
            front = await self._door.get(source, site, max_bytes=self._size)
        except (SourceRefused, SourceUnusable) as error:
            refusal = error
        else:
            site, self._moved = front.url, front.moved
            told = _linked(front)
            if told:
                return self._own(site, told)
        folder = urljoin(site, ".")
        for root in (f"{folder}wp-json/", f"{folder}?rest_route=/"):
            try:
                answer = await self._ask(root)
                namespaces = msgspec.json.decode(json_of(answer, source.id), type=_Root).namespaces
            except (SourceRefused, SourceUnusable) as error:
                if isinstance(error, SourceRefused) and error.status in _CLOSED:
                    raise
                refusal = refusal or error
            except (ValueError, RecursionError):
                continue
            else:
                if "wp/v2" in namespaces:
                    return root
        reason = "no API of WordPress was found here"
        if refusal is not None:
            said = getattr(refusal, "reason", "")
            status = f"{refusal.status} " if isinstance(refusal, SourceRefused) else ""
            reason += f": {status}{said}".rstrip(": ")
        raise SourceUnusable(source.id, shown(self._url), f"{reason}; a feed may answer: /feed/")

    def _own(self, site: str, told: str) -> str:
        """The root that a site names, which must be on its own host."""
        root = urljoin(site, told)
        if site.startswith("https://") and root.startswith("http://"):  # behind a proxy
            root = root.replace("http://", "https://", 1)
        here, there = (each.replace("://www.", "://", 1) for each in (site, root))
        if not is_web(root) or not stays(here, there):
            reason = f"names an API on another host: {clean_line(shown(root), 120)}"
            raise SourceUnusable(self._source.id, shown(site), reason)
        return root if root.endswith("/") else f"{root}/"

    async def walk(self, collection: str) -> AsyncGenerator[Page, None]:
        """The pages of one type, until the last or until there is enough."""
        before = self._taken
        page = 0
        while self._taken < self._most:
            page += 1
            params = {
                "per_page": str(_A_PAGE),
                "page": str(page),
                "orderby": "date",
                "order": "desc",
                "_fields": _FIELDS,
            }
            try:
                answer = await self._ask(collection, params)
            except SourceRefused as error:
                if page > 1 and error.status == 400 and _PAST_THE_END in error.reason:
                    return  # posts were taken back since the first page
                raise
            items = self._opened(answer)
            total, last = (_count(answer, f"x-wp-{each}") for each in ("total", "totalpages"))
            known = len(self._seen)
            got = self._read(items, page)
            is_over = page >= last if last is not None else len(items) < _A_PAGE
            if not is_over and len(self._seen) == known:
                reason = f"page {page} has no new record, after {known} of {total or 'unknown'}"
                raise SourceUnusable(self._source.id, answer.url, reason)
            expected = None if total is None else min(before + total, self._most)
            yield Page(
                tuple(got.claims),
                tuple(got.events),
                tuple(got.faults),
                tuple(got.dropped),
                expected,
                self._moved,
            )
            if is_over:
                return

    async def _ask(self, url: str, params: dict[str, str] | None = None) -> Answer:
        headers = {"Accept": "application/json"}
        try:
            return await self._door.get(
                self._source, url, params=params, headers=headers, max_bytes=self._size
            )
        except SourceRefused as error:
            if error.status not in _CLOSED:
                raise
            code = _CODE.search(error.reason)
            why = code[1] if code else error.reason or "without a reason"
            reason = f"the site keeps its API closed ({why}); a feed may answer: /feed/"
            raise SourceRefused(error.source, error.url, error.status, reason) from error

    def _opened(self, answer: Answer) -> list[msgspec.Raw]:
        """The records of an answer, still closed."""
        body = json_of(answer, self._source.id)
        try:
            return _ITEMS.decode(body)
        except (ValueError, RecursionError) as error:
            said = _CODE.search(body[:2_000].decode("utf-8", "replace"))
            reason = f"WordPress says: {said[1]}" if said else clean_line(str(error), 160)
            raise SourceUnusable(self._source.id, answer.url, reason) from error

    def _read(self, items: list[msgspec.Raw], page: int) -> _Yield:
        """What is new in a page, with the bad records named."""
        got, source = _Yield(), self._source
        for place, raw in enumerate(items, 1):
            if self._taken == self._most:
                break
            label = f"page {page}, record {place}"
            try:
                label = str(_ID.decode(raw).id)
                if int(label) in self._seen:
                    continue
                self._seen.add(int(label))
                post = _POST.decode(raw)
                if _as(source) in _HAPPENINGS:
                    event, wrong = event_from(post, source)
                    got.events.append(event)
                else:
                    claim, wrong = claim_from(post, source)
                    got.claims.append(claim)
            except (ValueError, RecursionError) as error:  # Unfit is one
                got.faults.append(f"{label}: {clean_line(str(error), 160)}")
                continue
            self._taken += 1
            got.dropped += (f"{label}: {each}" for each in wrong)
        return got


def event_from(post: Post, source: Source) -> tuple[Event, list[str]]:
    """A post as news, or as an event on the day on which it was published.

    Raises:
        Unfit: It is not published, or has no title or no date.
    """
    title, link, wrong = _named(post)
    when = day(post.date or "") or day(post.date_gmt or "")
    if not when:
        raise Unfit("it has no date")
    note = _note(post)
    kind = _as(source)
    return Event(when, title, kind=kind, url=link, note=note, source=source.id), wrong


def claim_from(post: Post, source: Source) -> tuple[Claim, list[str]]:
    """A page as a record of the kind that the settings say.

    Raises:
        Unfit: It is not published, or has no title.
    """
    title, link, wrong = _named(post)
    values: dict[str, Any] = {
        "id": f"{source.id}-{post.id}",
        "kind": _as(source),
        "name": title,
        "website": link,
        "summary": _note(post),
    }
    fit, unfit = normalise({key: value for key, value in values.items() if value})
    if "name" not in fit:
        raise Unfit("it has no title")
    site = source.title or host_of(link) or host_of(str(source.options.get("url", "")))
    said = day(post.modified_gmt or "") or day(post.date or "")
    evidence = Provenance(source.id, site, link, said, source.licence, tuple(fit))
    return Claim(source.id, str(post.id), fit, (evidence,)), [*wrong, *unfit]


def _named(post: Post) -> tuple[str, str, list[str]]:
    """The title and the address of a post, and what is wrong with the address."""
    if post.status != "publish":
        raise Unfit(f"it is not published but “{clean_line(post.status, 40)}”")
    title = line(post.title.rendered)
    if not title:
        raise Unfit("it has no title")
    if not post.link:
        return title, "", []
    try:
        return title, web_address(post.link), []
    except Unfit as error:
        return title, "", [f"link: {error}"]


def _note(post: Post) -> str:
    """The excerpt, which a site may leave to be the beginning of the content."""
    texts = (brief(each.rendered, NOTE) for each in (post.excerpt, post.content) if each)
    return next(filter(None, texts), "")


def _linked(page: Answer) -> str:
    """The root of the API as a page tells it, in its header or else in its head."""
    for address, rest in _LINK.findall(page.headers.get("link", "")):
        if REL in rest:
            return str(address).strip()
    return link_of(text_of(page), REL)


def _count(answer: Answer, header: str) -> int | None:
    said = answer.headers.get(header, "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


def _as(source: Source) -> str:
    return str(source.options.get("as", _HAPPENINGS[0]))


def _types(source: Source) -> tuple[str, ...]:
    return listed(source, "types") or ("posts",)


_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_POST: Final = msgspec.json.Decoder(Post, strict=False)
_ID: Final = msgspec.json.Decoder(_OnlyId, strict=False)
