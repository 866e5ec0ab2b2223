"""The kind ``bundle``: whole bundles in full, and none that is not whole."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from ritui.errors import Offline, SourceUnreachable, SourceUnusable, UnknownWord
from ritui.model.claim import Claim, merge
from ritui.model.query import Query
from ritui.model.record import to_json
from ritui.model.source import Event, Source
from ritui.paths import find_paths
from ritui.services.bundle_write import write_bundle
from ritui.services.library import open_library
from ritui.sources import bundle
from ritui.sources.answer import Unchanged
from ritui.sources.base import Page
from ritui.sources.bundle import Bundle
from ritui.sources.fetch import Door
from tests.bundles import EVENT, RECORD, lines, made, put

Doors = Callable[..., Door]
TIME = "2026-11-24T12:00:00+00:00"


@pytest.fixture(scope="module")
def written(warm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of the directory that comes with the program."""
    folder = tmp_path_factory.mktemp("bundle")
    library, _ = open_library(find_paths(str(shutil.copytree(warm, folder / "home"))))
    with (folder / "directory.zip").open("w+b") as file:
        write_bundle(file, library.catalog, created=TIME)
    library.close()
    return folder / "directory.zip"


@pytest.fixture(scope="module")
def content(written: Path) -> bytes:
    return written.read_bytes()


@pytest.fixture(scope="module")
def directory(written: Path) -> tuple[list[dict[str, Any]], list[Event]]:
    """What is in the cache that the bundle was written from."""
    library, _ = open_library(find_paths(str(written.parent / "home")))
    records = list(library.catalog.values(library.catalog.search(Query())))
    events = library.catalog.events()
    library.close()
    return records, events


async def read(door: Door, url: str | Path, **options: Any) -> list[Page]:
    source = Source("theirs", "bundle", licence="CC-BY-4.0", options={"url": str(url), **options})
    Bundle.check(source)
    return [page async for page in Bundle.pages(source, door)]


def claims(pages: list[Page]) -> list[Claim]:
    return [claim for page in pages for claim in page.claims]


def by_date(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.date, event.end, event.title))


async def refusal(door: Door, path: Path, content: bytes, **options: Any) -> str:
    """Why a bundle is not used, not even in part."""
    put(path, content)
    with pytest.raises(SourceUnusable) as caught:
        await read(door, path, **options)
    assert caught.value.source == "theirs"
    return caught.value.reason


async def test_every_field_of_every_record_and_event_comes_through(
    open_door: Doors, written: Path, directory: tuple[list[dict[str, Any]], list[Event]]
) -> None:
    pages = await read(open_door(offline=True), written)
    records, events = directory
    assert (len(records), len(events)) == (506, 61)
    assert all(page.faults == page.dropped == () for page in pages)
    assert all(page.expected == 506 and len(page.claims) <= 500 for page in pages)
    found = {claim.ref: claim for claim in claims(pages)}
    assert list(found) == sorted(each["id"] for each in records)
    for record in records:
        claim = found[record["id"]]
        values = dict(record)
        provenance = values.pop("provenance")
        assert dict(claim.values) == values
        assert [each.source for each in claim.evidence] == ["bundled"] * len(provenance)
        # In a directory the facts are of this source, and first of those that it had them from.
        renamed = [{**each, "source": "theirs"} for each in provenance]
        assert to_json(merge([claim])) == {**values, "provenance": renamed}
    told = [event for page in pages for event in page.events]
    assert {each.source for each in told} == {"theirs"}
    assert by_date(replace(each, source="bundled") for each in told) == by_date(events)


async def test_over_the_network(open_door: Doors, content: bytes, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/directory.zip").respond_with_data(content, headers={"ETag": '"1"'})
    url = httpserver.url_for("/directory.zip")
    door = open_door()
    assert len(claims(await read(door, url))) == 506
    with pytest.raises(SourceUnusable, match="bytes"):
        await read(door, url, max_bytes=1_000)
    with pytest.raises(Offline):
        await read(open_door(offline=True), url)
    httpserver.clear()
    httpserver.expect_request("/directory.zip").respond_with_data(b"", 304)
    door.known = dict(door.given)
    with pytest.raises(Unchanged):
        await read(door, url)


async def test_one_that_is_made_by_other_means(open_door: Doors, tmp_path: Path) -> None:
    cited = {"source": "ror-celac", "url": "https://ror.org/02trn6p95", "fields": ["name", "x"]}
    told = {"source": "far", "title": "A\x1b[31m list", "retrieved": "2026", "licence": "CC0-1.0"}
    file = tmp_path / "theirs.zip"
    file.write_bytes(
        made(
            lines(RECORD, {**RECORD, "id": "two", "provenance": [cited, told]}),
            events_jsonl=lines({**EVENT, "url": "https://example.org/", "related": ["one"]}),
            sources_json=json.dumps({"sources": [{"id": "ror-celac", "title": "ROR"}]}).encode(),
            extra=(("README.txt", b"how this was made"),),
            method=zipfile.ZIP_STORED,
        )
    )
    first, second = await read(open_door(offline=True), file)
    one, two = first.claims
    (alone,) = one.evidence
    assert (alone.source, alone.title, alone.retrieved) == ("theirs", "Theirs", "2026-11-24")
    assert alone.licence == "CC-BY-4.0"
    ror, far = two.evidence
    assert (ror.source, ror.title, ror.fields) == ("ror-celac", "ROR", ("name",))
    assert (ror.url, ror.licence) == ("https://ror.org/02trn6p95", "")
    assert (far.title, far.retrieved, far.licence) == ("A list", "2026", "CC0-1.0")
    assert second.events == (
        Event("2026-11", "Workshop", url="https://example.org/", related=("one",), source="theirs"),
    )


async def test_a_bad_record_is_named_and_the_rest_goes_on(open_door: Doors, tmp_path: Path) -> None:
    bad: list[tuple[Any, str]] = [
        (b"{not json}\n", "malformed"),
        (b'{"id": "a", "kind": "pilot", "name": "\xff"}\n', ""),
        (b'{"id": "a", "kind": "pilot", "name": "A", "lat": NaN, "lon": 1}\n', "malformed"),
        (b"[" * 100_000 + b"\n", ""),
        (b"\n", ""),
        (7, "Expected `object`"),
        ({"kind": "pilot", "name": "A"}, "no id"),
        ({"id": "a", "kind": "pilot", "name": "\u202e"}, "no name"),
        ({"id": "a", "kind": "palace", "name": "A"}, "kind: palace is not one of"),
        ({"id": "../A", "kind": "pilot", "name": "A"}, "id: it would be written a"),
        (RECORD, "a second record of the id one"),
    ]
    records = [RECORD, *(each for each, _ in bad)]
    records.append({**RECORD, "id": "last", "established": 3, "secret": 1, "provenance": [7, {}]})
    file = tmp_path / "theirs.zip"
    events = lines(EVENT, {**EVENT, "date": "soon"}, {"date": "2026"}, {**EVENT, "related": 7})
    file.write_bytes(made(lines(*records), events_jsonl=events))
    first, second = await read(open_door(offline=True), file)
    assert [claim.ref for claim in first.claims] == ["one", "last"]
    assert len(first.faults) == len(bad)
    for number, (fault, (_, reason)) in enumerate(zip(first.faults, bad, strict=True), 2):
        assert fault.startswith(f"records.jsonl, line {number}: ")
        assert reason in fault
    assert [each.partition(": ")[2].partition(":")[0] for each in first.dropped] == [
        "secret", "established", "provenance",
    ]  # fmt: skip
    assert len(second.events) == 1
    assert second.faults == (
        "events.jsonl, line 2: date: soon is not an ISO date",
        "events.jsonl, line 3: no title",
        "events.jsonl, line 4: note or related: not of its form",
    )


async def test_of_too_many_bad_records_nothing_is_used(
    open_door: Doors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle, "_BAD", 2)
    content = made(lines(RECORD, 1, 2, 3))
    reason = await refusal(open_door(offline=True), tmp_path / "theirs.zip", content)
    assert reason == "more than 2 of its lines are of no use"


async def test_what_is_no_file(open_door: Doors, tmp_path: Path) -> None:
    for missing in (tmp_path / "none.zip", tmp_path, Path("a\x00b")):
        with pytest.raises(SourceUnreachable):
            await read(open_door(offline=True), missing)


def test_options_are_checked() -> None:
    for options in ({}, {"url": " "}, {"url": "x", "map": {}}, {"url": "x", "max_bytes": 0}):
        with pytest.raises(UnknownWord):
            Bundle.check(Source("theirs", "bundle", options=options))
