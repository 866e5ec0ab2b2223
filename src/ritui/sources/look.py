"""Look at a source before it is one: what columns a file has, and what a first page gives."""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from ritui.errors import SourceUnusable
from ritui.model.normal import Unfit
from ritui.model.source import Source
from ritui.sources.answer import Answer, json_of
from ritui.sources.base import Page, find_kind, late, time_of
from ritui.sources.fetch import Door
from ritui.sources.file import load
from ritui.sources.mapping import look
from ritui.sources.table import Rows, decoded
from ritui.text import clean_line

MAPPED: Final = ("csv", "geojson", "json", "jsonl", "toml")
"""Kinds that read columns, which have to be told what they mean."""

_ROWS: Final = 50
"""Records that are looked at: what none of them has is not offered."""
_COLUMNS: Final = 200
_DEPTH: Final = 3
_HEAD: Final = 100_000
"""Characters of a table that are enough to see its header."""
_EXCEL = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_SPECIAL = re.compile(r"[.\[\]]")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the first records of a file have."""

    samples: Mapping[str, str]
    """Column, as a map names it, to the first value that is not empty, on one line."""
    items: str = ""
    """Where in the document the records are, when they are not at its top."""


class RememberingDoor(Door):
    """A door that asks for an address once: what is looked at again costs no byte."""

    def __init__(self, memory: dict[tuple[str, str], Answer], **door: Any) -> None:
        """A door with a memory that outlives it.

        Args:
            memory: Answers by address and parameters; its owner may empty it.
            door: What a `Door` takes.
        """
        super().__init__(**door)
        self.memory = memory

    async def get(self, source: Source, url: str, *args: Any, **asked: Any) -> Answer:
        """As `Door.get`, but from memory where there was an answer before."""
        key = (url, repr(asked.get("params")))
        if key not in self.memory:
            self.memory[key] = await super().get(source, url, *args, **asked)
        return self.memory[key]


async def first_page(source: Source, door: Door) -> Page:
    """The first page of a source, which is kept nowhere; empty when it has none.

    Raises:
        UnknownWord: The settings ask for something that its kind does not know.
        SourceFailed: It could not be read.
    """
    kind = find_kind(source.kind)
    kind.check(source)
    try:
        async with (
            asyncio.timeout(time_of(source, door.limits)),
            aclosing(kind.pages(source, door)) as pages,
        ):
            return await anext(pages, Page())
    except TimeoutError as error:
        raise late(source, door.limits) from error


async def columns(source: Source, door: Door) -> Columns:
    """The columns of a file, without any notion of what they mean.

    Args:
        source: Of a kind in `MAPPED`; of its options only ``url`` is needed.
        door: The way to the network.

    Raises:
        SourceFailed: It cannot be had, is of another form, or has no record.
    """
    answer = await load(source, door, str(source.options["url"]))
    return await asyncio.to_thread(_columns, answer, source)


def _columns(answer: Answer, source: Source) -> Columns:
    items = ""
    try:
        if source.kind == "csv":
            records: Iterable[Any] = _rows(decoded(look(answer, source.id, "CSV")))
        elif source.kind == "jsonl":
            lines = look(answer, source.id, "JSON Lines").removeprefix(b"\xef\xbb\xbf").split(b"\n")
            records = (_line(line) for line in lines if line.strip())
        else:
            records, items = _listed(_document(answer, source), source.kind)
    except (ValueError, RecursionError) as error:
        raise SourceUnusable(source.id, answer.url, clean_line(str(error), 200)) from error
    samples: dict[str, str] = {}
    for record in islice((each for each in records if isinstance(each, Mapping)), _ROWS):
        for path, value in _values(record):
            if len(samples) < _COLUMNS or path in samples:
                samples[path] = samples.get(path) or value
    if not samples:
        raise SourceUnusable(source.id, answer.url, "no record in it has a column with a name")
    return Columns(samples, items)


def _rows(text: str) -> Iterator[Any]:
    """The rows of a table by its columns; the first, without values, names them all."""
    stated = _EXCEL.match(text)
    text = text[stated.end() :] if stated else text
    head = text[:_HEAD]
    # The same choice that reading makes when nothing is known of the columns.
    delimiter = max((",", ";", "\t", "|"), key=lambda each: len(Rows(head, each).header))
    rows = Rows(text, stated[1] if stated else delimiter)
    yield dict.fromkeys((name for name in rows.header if name), "")
    yield from ({name: row[name] for name in row if name} for _, row in rows
                if not isinstance(row, Unfit))  # fmt: skip


def _line(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _document(answer: Answer, source: Source) -> Any:
    if source.kind == "toml":
        body = look(answer, source.id, "TOML")
        return tomllib.loads(body.decode("utf-8-sig").replace("\r\n", "\n"))
    return json.loads(json_of(answer, source.id).decode("utf-8"), parse_constant=lambda _: None)


def _listed(document: Any, kind: str) -> tuple[list[Any], str]:
    """The longest list of tables near the top of a document, and where it is.

    Raises:
        ValueError: There is none.
    """
    if isinstance(document, list):
        return document, ""
    if kind == "geojson" and isinstance(document, Mapping):
        features = document.get("features", [document])
        return (features if isinstance(features, list) else []), ""
    found: dict[str, list[Any]] = {}
    level: list[tuple[str, Any]] = [("", document)]
    for _ in range(_DEPTH):
        tables = [(path, each) for path, each in level if isinstance(each, Mapping)]
        level = [
            (f"{path}.{key}".strip("."), each[key])
            for path, each in tables
            for key in each
            if not _SPECIAL.search(key)
        ]
        for path, each in level:
            if isinstance(each, list) and each and isinstance(each[0], Mapping):
                found.setdefault(path, each)
    if not found:
        raise ValueError("there is no list of records in it")
    path = max(found, key=lambda each: len(found[each]))
    return found[path], path


def _values(record: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[
    tuple[str, str]
]:  # fmt: skip
    """Paths and values of a record, those of tables inside it too."""
    for key, value in record.items():
        # A map could not name it, or not show it.
        if clean_line(key) != key or not key or (before and _SPECIAL.search(key)):
            continue
        if not before and key in {"geometry", "type"} and "geometry" in record:
            continue  # of GeoJSON; the point is found without being told
        path = f"{before}.{key}" if before else key
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            value = value[0]
        if isinstance(value, Mapping):
            if depth < _DEPTH:
                yield from _values(value, path, depth + 1)
            continue
        several = value if isinstance(value, list) else [value]
        said = "; ".join(str(each) for each in several if each is not None)
        yield path, clean_line(said, 120)
