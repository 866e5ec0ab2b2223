"""The kind ``bundle``: a whole directory in one verified file, as somebody published it.

What the file itself is, and that it is what its manifest says, is `ritui.sources.bundlefile`'s
affair; here its lines become claims and events.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Final

import msgspec

from ritui.errors import SourceUnreachable, SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, web_address
from ritui.model.record import KEYS, Provenance
from ritui.model.source import Event, Source
from ritui.sources.address import is_web, shown
from ritui.sources.answer import what_is
from ritui.sources.base import FILE, Page, check_word, size_of
from ritui.sources.bundlefile import (
    EVENTS,
    LONGEST,
    RECORDS,
    SOURCES,
    BundleRefused,
    Reader,
    open_file,
)
from ritui.text import clean, clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

_OPTIONS: Final = ("url", "max_bytes")
_PAGE: Final = 500
"""Lines of a page, unless they are long."""
_BAD: Final = 10_000
"""Records that cannot be used, of which each is named; with more of them nothing is."""
_TOLD: Final = 20
"""Values named of one record that could not be used."""
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_TEXTS: Final = ("date", "title", "end", "place", "kind", "country")
"""Of an event, what is one line."""


class _Origin(msgspec.Struct):
    id: str
    title: str = ""


class _Origins(msgspec.Struct):
    sources: list[_Origin] = []


class Bundle:
    """The kind ``bundle``: what an institution published of its directory."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option that is not understood, or no address.
        """
        for option in source.options:
            check_word("option of bundle", option, _OPTIONS)
        if not str(source.options.get("url", "")).strip():
            raise UnknownWord("web address", "")
        size_of(source, FILE)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Get the file, verify it, and read it to its end.

        Raises:
            Unchanged: Nothing is new since the last good run.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        url, most = str(source.options["url"]), size_of(source, FILE)
        moved = ""
        file: BinaryIO
        with ExitStack() as stack:
            if is_web(url):
                file = stack.enter_context(TemporaryFile(prefix="ritui-"))
                moved = (await door.save(source, url, file, most, conditional=True)).moved
            else:
                file = stack.enter_context(await asyncio.to_thread(_local, source, url))
            read = _pages(source, file, shown(url) if is_web(url) else url, most)
            # Only where a page ends can it be left: in a thread, the file is in use.
            while True:
                step = asyncio.ensure_future(asyncio.to_thread(next, read, None))
                try:
                    page = await asyncio.shield(step)
                except asyncio.CancelledError:
                    await asyncio.wait([step])
                    if not step.cancelled():
                        step.exception()  # nobody is left to hear of it
                    raise
                if page is None:
                    return
                yield replace(page, moved=moved)


def read_pages(reader: Reader, source: Source) -> Iterator[Page]:
    """The records and the events of a verified bundle, some at a time, as a source says them.

    Raises:
        BundleRefused: It cannot be read to its end, or too much of it is of no use.
    """
    url = str(source.options.get("url", ""))
    made = Provenance(
        source.id,
        reader.manifest.title,
        shown(url) if is_web(url) else "",
        reader.manifest.created[:10],
        source.licence,
    )
    reading = _Reading(source, made, _titles(reader))
    bad = 0
    for name, read in ((RECORDS, reading.claim), (EVENTS, reading.event)):
        said: list[Any] = []
        faults: list[str] = []
        dropped: list[str] = []
        size = 0
        for number, line in enumerate(reader.lines(name), 1):
            try:
                found, unfit = read(_table(line))
                said.append(found)
                dropped += (f"{name}, line {number}: {each}" for each in unfit[:_TOLD])
            except Unfit as error:
                faults.append(f"{name}, line {number}: {clean_line(str(error), 200)}")
                bad += 1
            if bad > _BAD:
                raise BundleRefused(reader.name, f"more than {_BAD:,} of its lines are of no use")
            size += len(line)
            if number % _PAGE == 0 or size > LONGEST:
                yield _page(reader, name, said, faults, dropped)
                said, faults, dropped, size = [], [], [], 0
        if said or faults:
            yield _page(reader, name, said, faults, dropped)


def _page(
    reader: Reader, name: str, said: list[Any], faults: list[str], dropped: list[str]
) -> Page:
    claims, events = ((), tuple(said)) if name == EVENTS else (tuple(said), ())
    return Page(claims, events, tuple(faults), tuple(dropped), reader.manifest.records)


def _titles(reader: Reader) -> dict[str, str]:
    """What the sources are called that the facts come from, by their ids."""
    try:
        listed = msgspec.json.decode(reader.whole(SOURCES) or b"{}", type=_Origins).sources
    except (ValueError, RecursionError) as error:
        reason = f"{SOURCES}: {clean_line(str(error), 160)}"
        raise BundleRefused(reader.name, reason) from error
    return {each.id: clean_line(each.title, 500) for each in listed}


def _local(source: Source, path: str) -> BinaryIO:
    try:
        return open_file(Path(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceUnreachable(source.id, path, reason.lower()) from error


def _pages(source: Source, file: BinaryIO, name: str, most: int) -> Iterator[Page]:
    """The pages of a bundle that is what it says."""
    file.seek(0)
    start = file.read(4096)
    if not start.startswith(b"PK"):
        raise SourceUnusable(source.id, name, f"{what_is(start)} where a bundle was due")
    try:
        reader = Reader(file, name, most)
        reader.verify()
        yield from read_pages(reader, source)
    except BundleRefused as error:
        raise SourceUnusable(source.id, name, error.reason) from error


def _table(line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise Unfit(clean_line(str(error), 160)) from error


@dataclass(slots=True)
class _Reading:
    """What the lines of one bundle are read with."""

    source: Source
    made: Provenance
    """The bundle itself, where that is all that is known of where something is from."""
    titles: Mapping[str, str]
    """What the sources are called that the facts come from, by their ids."""
    seen: set[str] = field(default_factory=set)

    def claim(self, stated: dict[str, Any]) -> tuple[Claim, list[str]]:
        """What one record says, and the values of it that could not be used."""
        entries = stated.pop("provenance", [])
        values, unfit = normalise(stated)
        for key in ("id", "name", "kind"):
            if key not in values:
                wrong = (each for each in unfit if each.startswith(f"{key}:"))
                raise Unfit(next(wrong, f"no {key}"))
        id_ = values["id"]
        if id_ != stated["id"]:
            raise Unfit(f"id: it would be written {id_}")
        if id_ in self.seen:
            raise Unfit(f"a second record of the id {id_}")
        self.seen.add(id_)
        evidence: list[Provenance] = []
        for entry in entries if isinstance(entries, list) else [entries]:
            try:
                evidence.append(self._provenance(entry))
            except Unfit as error:
                unfit.append(f"provenance: {error}")
        return Claim(self.source.id, id_, values, tuple(evidence or (self.made,))), unfit

    def event(self, stated: dict[str, Any]) -> tuple[Event, list[str]]:
        """An event or news, and the values of it that could not be used."""
        texts = {key: _text(stated.get(key, "")) for key in _TEXTS}
        for key in ("date", "title"):
            if not texts[key]:
                raise Unfit(f"no {key}")
        for key in ("date", "end"):
            if texts[key] and not _DATE.fullmatch(texts[key]):
                raise Unfit(f"{key}: {texts[key][:40]} is not an ISO date")
        note, related = stated.get("note", ""), stated.get("related", [])
        if not isinstance(note, str) or not isinstance(related, list):
            raise Unfit("note or related: not of its form")
        url, unfit = "", []
        try:
            url = web_address(stated["url"]) if stated.get("url") else ""
        except Unfit as error:
            unfit.append(f"url: {error}")
        ids = tuple(_text(each) for each in related)
        # The maker's own name for where it is from would be taken for one of ours.
        event = Event(**texts, url=url, note=clean(note), related=ids, source=self.source.id)
        return event, unfit

    def _provenance(self, entry: Any) -> Provenance:
        """Where the bundle has facts from, by a title that tells something without its maker."""
        if not isinstance(entry, dict):
            raise Unfit("not a table")
        stated = (entry.get(key, "") for key in ("source", "title", "retrieved", "licence"))
        source, title, retrieved, licence = map(_text, stated)
        fields = entry.get("fields", [])
        if not isinstance(fields, list):
            raise Unfit("fields: not a list")
        named = (clean_line(each, 200) for each in fields if isinstance(each, str))
        return Provenance(
            source,
            title or self.titles.get(source, "") or source,
            web_address(entry["url"]) if entry.get("url") else "",
            retrieved,
            licence,  # what its maker could not say, the settings of a reader cannot
            tuple(each for each in named if each.partition(".")[0] in KEYS),
        )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("not a text")
    return clean_line(value, 500)
