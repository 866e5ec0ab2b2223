"""The kind ``csv``: a table as a spreadsheet or a portal gives it."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from ritui.errors import SourceUnusable
from ritui.model.normal import Unfit
from ritui.model.source import Source
from ritui.sources.answer import Answer, is_mostly_utf8
from ritui.sources.base import Page, check_word
from ritui.sources.file import check_file, load
from ritui.sources.mapping import Mapper, look
from ritui.text import clean_line

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

_AUTO: Final = "auto"
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp1252")
"""Tried in this order."""
_KNOWN: Final = (_AUTO, "utf-8", *_ENCODINGS, "iso-8859-1", "iso-8859-15")
_DELIMITERS: Final[Mapping[str, str]] = {
    ",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|",
}  # fmt: skip
_LONGEST: Final = 1_000_000
"""Characters of one value; beyond it a quotation mark is taken to be missing."""
_EXCEL = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class Csv:
    """The kind ``csv``: RFC 4180, and what Excel makes of it in Spanish."""

    licence: ClassVar[str] = ""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value that is not understood.
        """
        check_file(source, ("encoding", "delimiter"))
        check_word("encoding", str(source.options.get("encoding", _AUTO)), _KNOWN)
        delimiters = (_AUTO, *_DELIMITERS)
        check_word("delimiter", str(source.options.get("delimiter", _AUTO)), delimiters)

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Read the table, once and whole.

        Raises:
            Unchanged: Nothing is new since the last good run.
            SettingUnreadable: The key that the settings speak of cannot be had.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
        answer = await load(source, door, str(source.options["url"]))
        mapper = Mapper(source)
        yield await asyncio.to_thread(_read, answer, source, mapper)
        mapper.finish(answer.url)


def _read(answer: Answer, source: Source, mapper: Mapper) -> Page:
    """Everything in a table; it is parsed in a thread of its own."""
    encoding = str(source.options.get("encoding", _AUTO))
    try:
        text = decoded(look(answer, source.id, "CSV"), encoding)
    except Unfit as error:
        raise SourceUnusable(source.id, answer.url, str(error)) from error
    wanted: Mapping[str, str] = source.options["map"]
    stated = _EXCEL.match(text)
    text = text[stated.end() :] if stated else text
    delimiter = _DELIMITERS.get(str(source.options.get("delimiter", _AUTO)))
    rows = Rows(text, delimiter or (stated[1] if stated else _delimiter(text, wanted.values())))
    if wanted["name"] not in rows.header:
        there = ", ".join(f"“{clean_line(each, 40)}”" for each in rows.header[:20])
        reason = f"no column “{clean_line(wanted['name'], 40)}”; there are {there or 'none'}"
        raise SourceUnusable(source.id, answer.url, reason)
    page = mapper.page(rows, moved=answer.moved)
    absent = [
        f"no column “{clean_line(column, 40)}” for {key}"
        for key, column in wanted.items()
        if column not in rows.header
    ]
    damaged = text.count("\ufffd")
    if damaged:
        absent.append(f"characters that could not be decoded: {damaged}")
    return Page(page.claims, (), page.faults, (*absent, *page.dropped), None, page.moved)


class Rows:
    """The rows of a table by the names of its columns, each under its line."""

    def __init__(self, text: str, delimiter: str) -> None:
        csv.field_size_limit(_LONGEST)
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        self._whole = text.endswith(("\n", "\r"))
        self.header: list[str] = []
        for _, row in self._rows():
            self.header = [] if isinstance(row, Unfit) else [clean_line(each, 200) for each in row]
            break

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Each row as a table, or why it is none."""
        held: tuple[int, Any] | None = None
        for line, row in self._rows():
            if held:
                yield f"line {held[0]}", self._record(held[1], last=False)
            held = line, row
        if held:
            yield f"line {held[0]}", self._record(held[1], last=True)

    def _rows(self) -> Iterator[tuple[int, list[str] | Unfit]]:
        """Line and row; blank ones are passed over."""
        while True:
            line = self._reader.line_num + 1
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield line, Unfit(clean_line(str(error), 160))
                continue
            if any(each.strip() for each in row):
                yield line, row

    def _record(self, row: list[str] | Unfit, *, last: bool) -> dict[str, str] | Unfit:
        if isinstance(row, Unfit):
            return row
        columns, found = len(self.header), len(row)
        if found > columns and any(each.strip() for each in row[columns:]):
            return Unfit(f"{found} values for {columns} columns")
        if found < columns and last and not self._whole:
            return Unfit(f"it stops in the middle, at value {found} of {columns}")
        record: dict[str, str] = {}
        for name, value in zip(self.header, row, strict=False):
            record.setdefault(name, value)
        return record


def decoded(body: bytes, encoding: str = _AUTO) -> str:
    """A table as text.

    Raises:
        Unfit: It is not in the encoding that was named, or in none that is tried.
    """
    if encoding != _AUTO:
        try:
            return body.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise Unfit(f"not in {encoding}, at byte {error.start}: {error.reason}") from error
    for name in _ENCODINGS:
        # Almost every even number of bytes is UTF-16, so something has to speak for it.
        if name == "utf-16" and not body.startswith(_UTF16):
            if b"\0" not in body[:100]:
                continue
            name = "utf-16-be" if body.startswith(b"\0") else "utf-16-le"
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            if name != "utf-8-sig" or not is_mostly_utf8(body):
                continue
            text = body.decode(name, "replace")
        if "\0" not in text[:100]:  # further on it is only damage
            return text
    raise Unfit("text in neither UTF-8, UTF-16 nor Windows-1252")


def _delimiter(text: str, wanted: Any) -> str:
    """The delimiter that makes most of the header: columns that are looked for, then columns."""
    columns = set(wanted)

    def worth(delimiter: str) -> tuple[int, int]:
        header = Rows(text[:100_000], delimiter).header
        return len(columns & {*header}), len(header)

    return max((",", ";", "\t", "|"), key=worth)
