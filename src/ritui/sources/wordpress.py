"""WordPress: the posts and pages of a site by its own API, as news, events or records.

How the API is found and read, and how sites close it, is in ``docs/sources.md``. Where it is
closed, and only then, the site's feed is read, which has no more than the newest posts.
Reference: https://developer.wordpress.org/rest-api/ .
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar
from urllib.parse import urljoin

import msgspec

from ritui.errors import SourceFailed, SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import slug
from ritui.model.source import Event, Source
from ritui.model.vocab import KINDS
from ritui.sources.address import is_web, shown, stays
from ritui.sources.answer import Answer, json_of, text_of, what_is
from ritui.sources.base import ANSWER, Page, check_word, listed, size_of
from ritui.sources.feed import check_address, number
from ritui.sources.markup import line, link_of
from ritui.sources.post import HAPPENINGS, Post, claim_from, event_from, kind_of
from ritui.sources.wordpressfeed import newest
from ritui.text import clean_line, fold

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

_T = TypeVar("_T")

REL: Final = "https://api.w.org/"
"""Relation of the link from any page of a site to its API."""

_OPTIONS: Final = ("url", "types", "categories", "languages", "as", "max_records", "max_bytes")
_USUAL: Final = 300
"""Posts taken unless the settings say otherwise."""
_MOST: Final = 10_000
_A_PAGE: Final = 100
"""Records that the API gives at once, at most."""
_FIELDS: Final = "id,date,date_gmt,modified_gmt,status,link,title,excerpt,content,lang,categories"
_BASE: Final = re.compile(r"[a-z0-9_-]{1,60}", re.ASCII)
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_CODE = re.compile(r"\"code\":\s*\"([\w-]{1,60})\"")
_CODE_OF_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_CLOSED: Final = frozenset({401, 403})
_PASSING: Final = frozenset({408, 429})
_NOT_FOR_US: Final = frozenset(
    "rest_not_logged_in rest_unauthorized rest_login_required rest_forbidden rest_disabled".split()
)
"""Codes of an API that is closed, which plugins also send with success."""
_PAST_THE_END: Final = "rest_post_invalid_page_number"


class _OnlyId(msgspec.Struct):
    id: int


class _Category(msgspec.Struct):
    id: int
    name: str = ""
    slug: str = ""


class _Root(msgspec.Struct):
    namespaces: list[str] = []


class _Closed(Exception):
    """The site gives nothing by its API; its feed may be open."""

    def __init__(self, failure: SourceRefused | SourceUnusable) -> None:
        super().__init__(failure)
        self.failure = failure


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
        check_word("as", kind_of(source), (*HAPPENINGS, *KINDS))
        for name in _types(source):
            if not _BASE.fullmatch(name):
                check_word("type of WordPress", name, ("posts", "pages"))
        for word in listed(source, "categories"):
            if not word.strip():
                raise UnknownWord("category", clean_line(word, 40))
        for code in listed(source, "languages"):
            if not _CODE_OF_LANGUAGE.fullmatch(code):
                raise UnknownWord("language (en, es, pt)", clean_line(code, 40))
        number(source, "max_records", _USUAL, _MOST)
        size_of(source, ANSWER)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Find the API, and ask it type by type to the last page that it states.

        Where the API is closed, the pages of the feed come instead, which are ``partial``.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        site = _Site(source, door)
        begun = False
        try:
            root = await site.find()
            chosen = await site.choose(root)
            for name in _types(source):
                async for page in site.walk(f"{root}wp/v2/{name}", chosen):
                    begun = True
                    yield page
        except _Closed as closed:
            # What a feed has no room for, or was half read, is better left as it was.
            if begun or "posts" not in _types(source) or kind_of(source) not in HAPPENINGS:
                raise closed.failure from closed
            failure = closed.failure
        else:
            return
        most = number(source, "max_records", _USUAL, _MOST)
        async for page in newest(source, door, site.home, most, failure):
            yield page


class _Site:
    """One run over one site."""

    def __init__(self, source: Source, door: Door) -> None:
        self._source, self._door = source, door
        self._url = str(source.options["url"])
        self._most = number(source, "max_records", _USUAL, _MOST)
        self._size = size_of(source, ANSWER)
        self._languages = frozenset(listed(source, "languages"))
        self._moved = ""
        self.home = self._url
        """Where the front page was found."""
        self._seen: set[int] = set()
        self._taken = 0

    async def find(self) -> str:
        """The root of the API, to which routes are added.

        Raises:
            _Closed: The site has none, or keeps it closed.
            SourceFailed: It could not be looked for.
        """
        source, site = self._source, self._url
        refusal: SourceFailed | None = None
        try:
            front = await self._door.get(source, site, max_bytes=self._size)
        except (SourceRefused, SourceUnusable) as error:
            refusal = error
        else:
            site, self._moved = front.url, front.moved
            self.home = site
            told = _linked(front)
            if told:
                return self._own(site, told)
        folder = urljoin(site, ".")
        for root in (f"{folder}wp-json/", f"{folder}?rest_route=/"):
            try:
                answer = await self._ask(root)
                namespaces = msgspec.json.decode(json_of(answer, source.id), type=_Root).namespaces
            except (SourceRefused, SourceUnusable) as error:
                if isinstance(error, SourceRefused) and _may_pass(error.status):
                    raise
                refusal = refusal or error
            except msgspec.ValidationError:
                continue
            except (ValueError, RecursionError) as error:
                reason = clean_line(str(error), 160)
                raise SourceUnusable(source.id, shown(root), reason) from error
            else:
                if "wp/v2" in namespaces:
                    return root
        reason = "no API of WordPress was found here"
        if refusal is not None:
            said = getattr(refusal, "reason", "")
            status = f"{refusal.status} " if isinstance(refusal, SourceRefused) else ""
            reason += f": {status}{said}".rstrip(": ")
        raise _Closed(SourceUnusable(source.id, shown(self._url), reason)) from refusal

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

    async def choose(self, root: str) -> frozenset[int]:
        """The numbers of the categories that the settings name, by their slug or their name.

        Raises:
            _Closed: The API is.
            SourceUnusable: The site has no such category.
        """
        found: set[int] = set()
        for word in listed(self._source, "categories"):
            for asked in ({"slug": slug(word)}, {"search": word}):
                if not all(asked.values()):
                    continue
                params = {**asked, "per_page": str(_A_PAGE), "_fields": "id,name,slug"}
                answer = await self._ask(f"{root}wp/v2/categories", params)
                same = _same(self._decoded(answer, _CATEGORIES), word)
                if same:
                    break
            else:
                reason = f"no category “{clean_line(word, 60)}”"
                raise SourceUnusable(self._source.id, answer.url, reason)
            found |= same
        return frozenset(found)

    async def walk(self, collection: str, categories: frozenset[int]) -> AsyncGenerator[Page, None]:
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
            if categories:
                params["categories"] = ",".join(map(str, sorted(categories)))
            if len(self._languages) == 1:
                params["lang"] = min(self._languages)
            try:
                answer = await self._ask(collection, params)
            except SourceRefused as error:
                if page > 1 and error.status == 400 and _PAST_THE_END in error.reason:
                    return  # posts were taken back since the first page
                raise
            items = self._decoded(answer, _ITEMS)
            total, last = (_count(answer, f"x-wp-{each}") for each in ("total", "totalpages"))
            known = len(self._seen)
            got = self._read(items, page, categories)
            is_over = page >= last if last is not None else len(items) < _A_PAGE
            if len(self._seen) == known and (not is_over or (items and page > 1)):
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
            reason = f"the site keeps its API closed ({why})"
            refused = SourceRefused(error.source, error.url, error.status, reason)
            raise _Closed(refused) from error

    def _decoded(self, answer: Answer, form: msgspec.json.Decoder[_T]) -> _T:
        """What is in an answer.

        Raises:
            _Closed: It is a page for people, or says that the API is for others.
            SourceUnusable: It is something else.
        """
        try:
            body = json_of(answer, self._source.id)
        except SourceUnusable as error:
            if what_is(answer.body).startswith("an HTML page"):
                raise _Closed(error) from error
            raise
        try:
            return form.decode(body)
        except (ValueError, RecursionError) as error:
            said = _CODE.search(body[:2_000].decode("utf-8", "replace"))
            reason = f"WordPress says: {said[1]}" if said else clean_line(str(error), 160)
            failure = SourceUnusable(self._source.id, answer.url, reason)
            if said and said[1] in _NOT_FOR_US:
                raise _Closed(failure) from error
            raise failure from error

    def _read(self, items: list[msgspec.Raw], page: int, categories: frozenset[int]) -> _Yield:
        """What is new and wanted in a page, with the bad records named."""
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
                if not self._wants(post, categories):
                    continue
                if kind_of(source) in HAPPENINGS:
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

    def _wants(self, post: Post, categories: frozenset[int]) -> bool:
        """Whether a post is of the settings' categories and languages, as far as it says.

        A parameter that a site does not know is ignored, so what comes is looked at again.
        """
        if self._languages and post.language and post.language not in self._languages:
            return False
        theirs = post.categories
        return not (categories and isinstance(theirs, list) and categories.isdisjoint(theirs))


def _same(categories: list[_Category], word: str) -> set[int]:
    """The numbers of those that go by a word."""
    names = fold(word), slug(word)
    return {each.id for each in categories if {fold(line(each.name)), each.slug} & {*names}}


def _may_pass(status: int) -> bool:
    """Whether a later run may find what this one did not."""
    return status >= 500 or status in _PASSING


def _linked(page: Answer) -> str:
    """The root of the API as a page tells it, in its header or else in its head."""
    for address, rest in _LINK.findall(page.headers.get("link", "")):
        if REL in rest:
            return str(address).strip()
    return link_of(text_of(page), REL)


def _count(answer: Answer, header: str) -> int | None:
    said = answer.headers.get(header, "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


def _types(source: Source) -> tuple[str, ...]:
    return listed(source, "types") or ("posts",)


_ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_POST: Final = msgspec.json.Decoder(Post, strict=False)
_CATEGORIES: Final = msgspec.json.Decoder(list[_Category], strict=False)
_ID: Final = msgspec.json.Decoder(_OnlyId, strict=False)
