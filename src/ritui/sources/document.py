"""The kinds ``json``, ``jsonl``, ``geojson`` and ``toml``: records in a document, or in pages."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urljoin, urlsplit

from ritui.errors import SourceRefused, SourceUnusable, UnknownWord
from ritui.model.normal import Unfit
from ritui.model.source import Source
from ritui.sources.address import is_web, shown, stays
from ritui.sources.answer import Answer, crowded, json_of, misread
from ritui.sources.base import Page, check_word
from ritui.sources.file import check_file, load
from ritui.sources.mapping import Mapper, centre, find, look
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

_STYLES: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "page": ("page_param", "first", "limit", "limit_param", "total_path"),
    "offset": ("offset_param", "limit", "limit_param", "total_path"),
    "cursor": ("cursor_param", "cursor_path", "limit", "limit_param", "total_path"),
    "link": ("link_path", "limit", "limit_param", "total_path"),
}
"""Styles of paging, and what each wants to know."""
_NUMBERS: Final = frozenset({"first", "limit"})
_MOST_PAGES: Final = 1_000
"""Pages asked for unless ``max_pages`` says otherwise."""
_END: Final = frozenset({404, 410})
"""How some services say that there is no further page."""

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT = re.compile(r"\brel\s*=\s*(?:\"[^\"]*\bnext\b[^\"]*\"|next\b)", re.IGNORECASE)


class Json:
    """The kind ``json``: a list at a dotted path, in one document or in pages."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that is not understood.
        """
        check_file(source, ("items", "page", "max_pages"))
        _check_page(source.options.get("page", {}))

    @staticmethod
    def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask page by page, to the end and no further.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        return _walk(source, door, Mapper(source), "record")


class GeoJson(Json):
    """The kind ``geojson``: features of RFC 7946, whose geometry gives the point."""

    @staticmethod
    def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask page by page, to the end and no further.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        return _walk(source, door, Mapper(source, lambda one: centre(one.get("geometry"))))


class JsonLines:
    """The kind ``jsonl``: a record a line."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that is not understood.
        """
        check_file(source)

    @staticmethod
    def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Read the lines, once and whole; a bad one is named by its number.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        return _whole(source, door, _lines)


class Toml:
    """The kind ``toml``: an array of tables, the first unless ``items`` names another."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that is not understood.
        """
        check_file(source, ("items",))

    @staticmethod
    def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Read the file, once and whole.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        return _whole(source, door, _tables)


def _check_page(page: Any) -> None:
    if not isinstance(page, Mapping):
        raise UnknownWord("table of paging", clean_line(str(page), 60))
    style = str(page.get("style", "none"))
    check_word("style of paging", style, _STYLES)
    for key, value in page.items():
        check_word(f"option of paging by {style}", key, ("style", *_STYLES[style]))
        wanted: type = int if key in _NUMBERS else str
        least = 0 if key == "first" else 1
        if not isinstance(value, wanted) or (isinstance(value, int) and not value >= least):
            raise UnknownWord(f"value of {key}", clean_line(str(value), 60))
    needed = {"offset": ("limit",), "cursor": ("cursor_path", "cursor_param")}.get(style, ())
    for key in needed:
        if key not in page:
            raise UnknownWord(f"paging by {style} without {key}", style)


async def _whole(
    source: Source, door: Door, parse: Callable[[Answer, Source], Iterable[tuple[str, Any]]]
) -> AsyncGenerator[Page, None]:
    """The one page of a file; it is parsed in a thread of its own."""
    mapper = Mapper(source)
    answer = await load(source, door, str(source.options["url"]))

    def read() -> Page:
        return mapper.page(parse(answer, source), moved=answer.moved)

    yield await asyncio.to_thread(read)
    mapper.finish(answer.url)


def _lines(answer: Answer, source: Source) -> Iterable[tuple[str, Any]]:
    body = look(answer, source.id, "JSON Lines").removeprefix(b"\xef\xbb\xbf")
    if wrong := misread(body):
        raise SourceUnusable(source.id, answer.url, wrong)
    for number, line in enumerate(BytesIO(body), 1):
        if line.strip():
            try:
                yield f"line {number}", _parsed(line)
            except ValueError as error:
                yield f"line {number}", Unfit(str(error))


def _tables(answer: Answer, source: Source) -> Iterable[tuple[str, Any]]:
    body = look(answer, source.id, "TOML")
    if wrong := crowded(body):
        raise SourceUnusable(source.id, answer.url, wrong)
    try:
        document = tomllib.loads(body.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        reason = f"not UTF-8, at byte {error.start}"
        raise SourceUnusable(source.id, answer.url, reason) from error
    except (ValueError, RecursionError) as error:
        raise SourceUnusable(source.id, answer.url, clean_line(str(error), 160)) from error
    path = str(source.options.get("items", "")) or next(iter(_lists(document)), "")
    return _labelled(_listed(document, path, answer, source.id), "table", "")


@dataclass(slots=True)
class _Course:
    """How to come from one page to the next, and where we have been."""

    source: Source
    style: str
    page: Mapping[str, Any]
    url: str
    number: int = 0
    given: int = 0
    """Items of all pages so far."""
    params: dict[str, str] = field(default_factory=dict)
    bodies: set[bytes] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)
    """Cursors and links that were followed."""

    def start(self) -> None:
        """Ready for the first page."""
        if "limit" in self.page:
            name = str(self.page.get("limit_param", "limit"))
            self.params[name] = str(self.page["limit"])
        if self.style == "page":
            self.params[str(self.page.get("page_param", "page"))] = str(self._first)
        elif self.style == "offset":
            self.params[str(self.page.get("offset_param", "offset"))] = "0"
        self.marks.add(self.url)

    @property
    def _first(self) -> int:
        return int(self.page.get("first", 1))

    def onward(self, answer: Answer, document: Any, items: int, expected: int | None) -> bool:
        """Ready for the next page; False when this was the last.

        Raises:
            SourceUnusable: This page, or the way on from it, is one that was there before.
        """
        self.number += 1
        self.given += items
        if self.style == "none":
            return False
        print_ = sha256(answer.body).digest()
        if items and print_ in self.bodies:
            raise self.unusable(answer, "is the same as one before it")
        self.bodies.add(print_)
        if self.style == "cursor":
            return self._by_cursor(answer, document)
        if self.style == "link":
            return self._by_link(answer, document)
        if expected is not None:
            over = self.given >= expected
            if not items and not over:
                raise self.unusable(answer, f"of {expected:,} records is empty")
        else:  # a short page is the last
            over = items < int(self.page.get("limit", 1))
        if self.style == "page":
            name = str(self.page.get("page_param", "page"))
            self.params[name] = str(self._first + self.number)
        else:
            self.params[str(self.page.get("offset_param", "offset"))] = str(self.given)
        return not over

    def _by_cursor(self, answer: Answer, document: Any) -> bool:
        cursor = find(document, str(self.page["cursor_path"]))
        if isinstance(cursor, bool) or not isinstance(cursor, str | int) or cursor == "":
            return False
        self._mark(str(cursor), answer, "leads on with a cursor that came before")
        self.params[str(self.page["cursor_param"])] = str(cursor)
        return True

    def _by_link(self, answer: Answer, document: Any) -> bool:
        if "link_path" in self.page:
            said = find(document, str(self.page["link_path"]))
            target = said if isinstance(said, str) else ""
        else:
            target = next_link(answer.headers.get("link", ""))
        if not target:
            return False
        try:
            url = urljoin(self.url, target)
            same = is_web(url) and is_web(self.url) and stays(self.url, url)
        except ValueError:
            url, same = "", False
        if not same or not urlsplit(url).path.startswith(_folder(self.url)):
            reason = f"leads on to “{shown(url)}”, which is elsewhere"
            raise self.unusable(answer, reason)
        self._mark(url, answer, "leads on to a page that was there before")
        self.url, self.params = url, {}
        return True

    def _mark(self, mark: str, answer: Answer, reason: str) -> None:
        if mark in self.marks:
            raise self.unusable(answer, reason)
        self.marks.add(mark)

    def unusable(self, answer: Answer, reason: str) -> SourceUnusable:
        """What to say of the page that was just read."""
        reason = f"page {self.number} {reason}, after {self.given:,} records"
        return SourceUnusable(self.source.id, answer.url, clean_line(reason, 300))


async def _walk(
    source: Source, door: Door, mapper: Mapper, noun: str = "feature"
) -> AsyncGenerator[Page, None]:
    """Every page of a source, each with its claims."""
    page: Mapping[str, Any] = source.options.get("page", {})
    course = _Course(source, str(page.get("style", "none")), page, str(source.options["url"]))
    course.start()
    most = int(source.options.get("max_pages", _MOST_PAGES))
    more, asked = True, course.url
    while more and not mapper.full:
        try:
            # Of pages, the first says nothing about the others.
            whole = course.style == "none"
            answer = await load(source, door, course.url, course.params, conditional=whole)
        except SourceRefused as error:
            if course.style == "page" and course.number and error.status in _END:
                break
            raise
        document, items = await asyncio.to_thread(_open, answer, source, noun)
        total = find(document, str(page["total_path"])) if "total_path" in page else None
        expected = int(str(total)) if str(total).isdecimal() else None
        more = course.onward(answer, document, len(items), expected)
        known = len(mapper.seen)
        where = f"page {course.number}, " if course.style != "none" else ""
        read = await asyncio.to_thread(mapper.page, _labelled(items, noun, where))
        if more and course.number > 1 and items and len(mapper.seen) == known and not mapper.full:
            raise course.unusable(answer, "has no new record")
        yield Page(read.claims, (), read.faults, read.dropped, expected, answer.moved)
        if more and course.number >= most:
            raise course.unusable(answer, f"is not the last, and {most:,} are asked for at most")
        asked = answer.url
    mapper.finish(asked)


def _open(answer: Answer, source: Source, noun: str) -> tuple[Any, list[Any]]:
    """A document, and the records in it."""
    body = json_of(answer, source.id)
    try:
        document = _parsed(body)
    except ValueError as error:
        raise SourceUnusable(source.id, answer.url, str(error)) from error
    path = str(source.options.get("items", ""))
    if noun == "feature" and not path and isinstance(document, dict):
        if document.get("type") == "Feature":
            return document, [document]
        path = "features"
    return document, _listed(document, path, answer, source.id)


def _parsed(body: bytes) -> Any:
    """JSON; not-a-number, which Python and R write, is nothing.

    Raises:
        ValueError: It is none; the reason is fit to be shown.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8, at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(clean_line(f"not JSON: {error}", 160)) from error


def _listed(document: Any, path: str, answer: Answer, source: str) -> list[Any]:
    """The list at a path.

    Raises:
        SourceUnusable: There is none; the reason says where there would be one.
    """
    found = find(document, path) if path else document
    if isinstance(found, list):
        return found
    there = ", ".join(clean_line(each, 60) for each in _lists(document)[:10])
    what = f"no list at “{clean_line(path, 60)}”" if path else "not a list"
    reason = f"{what}; there is one at {there}" if there else f"{what}, nor is there one in it"
    raise SourceUnusable(source, answer.url, reason)


def _lists(document: Any) -> list[str]:
    """Paths of the lists of tables that are near the top of a document."""
    found: list[str] = []
    level = [("", document)]
    for _ in range(3):
        tables = [(path, each) for path, each in level if isinstance(each, Mapping)]
        level = [(f"{path}.{key}".strip("."), each[key]) for path, each in tables for key in each]
        found += (
            path
            for path, each in level
            if isinstance(each, list) and each and isinstance(each[0], Mapping)
        )
    return found


def _labelled(items: Sequence[Any], noun: str, where: str) -> Iterable[tuple[str, Any]]:
    return ((f"{where}{noun} {number}", item) for number, item in enumerate(items, 1))


def next_link(header: str) -> str:
    """The address that a ``Link`` header (RFC 8288) gives as the next; empty without one."""
    found = (url for url, rest in _LINK.findall(header) if _NEXT.search(rest))
    return next(found, "")


def _folder(url: str) -> str:
    """The folder of an address: further pages are not above it."""
    return urlsplit(url).path.rpartition("/")[0] + "/"
