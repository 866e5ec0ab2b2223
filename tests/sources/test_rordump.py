"""The kind ``ror-dump`` against a release, and against real records at size."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from ritui.errors import Offline, SourceRefused, SourceUnreachable, SourceUnusable, UnknownWord
from ritui.model.source import Source
from ritui.sources.answer import Unchanged, Validators
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.rordump import PAGE, RorDump, split

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "ror"
ZIP = PAYLOADS / "v2.9-2026-06-23-ror-data.zip"
MANY = Path(__file__).parents[3] / "shared" / "data" / "ror-v2-36k.json.gz"


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    with zipfile.ZipFile(ZIP) as archive:
        found: list[dict[str, Any]] = json.loads(archive.read(f"{ZIP.stem}.json"))
    return found


async def read(door: Door, url: str | Path, **options: Any) -> list[Page]:
    source = Source("ror-all", "ror-dump", options={"url": str(url), **options})
    RorDump.check(source)
    return [page async for page in RorDump.pages(source, door)]


def refs(pages: list[Page]) -> list[str]:
    return [claim.ref for page in pages for claim in page.claims]


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def countries(record: dict[str, Any]) -> set[str]:
    return {each["geonames_details"]["country_code"] for each in record["locations"]}


async def test_a_release_on_disk(open_door: Doors, records: list[dict[str, Any]]) -> None:
    pages = await read(open_door(offline=True), ZIP)
    assert refs(pages) == [each["id"] for each in records]
    assert all(page.faults == page.dropped == () for page in pages)
    claim = pages[0].claims[0]
    assert claim.evidence[0].source == "ror-all"
    assert claim.evidence[0].licence == "CC0-1.0"


async def test_what_is_kept(
    open_door: Doors, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    door = open_door(offline=True)
    facilities = [each["id"] for each in records if "facility" in each["types"]]
    assert facilities
    assert refs(await read(door, ZIP, keep={"types": ["facility"]})) == facilities
    here = [each["id"] for each in records if countries(each) & {"AR", "UY"}]
    assert refs(await read(door, ZIP, keep={"countries": ["AR", "UY"]})) == here
    both = [each for each in facilities if each in here]
    assert refs(await read(door, ZIP, keep={"types": "facility", "countries": ["AR", "UY"]})) == (
        both
    )
    assert await read(door, ZIP, keep={"regions": "EU"}) == []
    place = {"geonames_details": {"country_code": "fr"}}
    moved = {**records[0], "locations": [*records[0]["locations"], {}, place]}
    file = tmp_path / "release.json"
    file.write_text(json.dumps([moved, *records[1:]]))
    assert refs(await read(door, file, keep={"regions": ["EU"]})) == [moved["id"]]
    assert len(refs(await read(door, file, keep={"regions": ["LAC", "EU"]}))) == len(records)


@pytest.mark.parametrize("form", ["json", "gz", "zip", "bom", "schema"])
async def test_forms_of_a_file(
    open_door: Doors, tmp_path: Path, records: list[dict[str, Any]], form: str
) -> None:
    body = json.dumps(records, indent=2, ensure_ascii=form == "gz").encode()
    file = tmp_path / "release"
    file.write_bytes(
        {
            "json": body,
            "gz": gzip.compress(body[:5000]) + gzip.compress(body[5000:]),
            "zip": zipped(**{"a/b.JSON": body, "b.csv": b"id"}),
            "bom": b"\xef\xbb\xbf\n" + body,
            "schema": zipped(**{"r.json": b"[]", "r_schema_v2.json": body, "__MACOSX/r.json": b""}),
        }[form]
    )
    assert len(refs(await read(open_door(offline=True), file))) == len(records)


async def test_a_bad_record_is_named_and_the_rest_goes_on(
    open_door: Doors, tmp_path: Path, records: list[dict[str, Any]]
) -> None:
    good, nameless = records[0], {**records[1], "names": []}
    odd = {**records[2], "established": 970}
    parts = ["{}", "7", json.dumps(nameless), '{"id": }', json.dumps(good), json.dumps(odd)]
    file = tmp_path / "release.json"
    file.write_text("[" + " , ".join(parts) + ', "x{"]')
    [page] = await read(open_door(offline=True), file)
    assert [claim.ref for claim in page.claims] == [good["id"], odd["id"]]
    empty, number, nobody, broken, text = page.faults
    assert empty.startswith("record 1: Object missing required field `id`")
    assert number.startswith("record 2: Expected `object`, got `int`")
    assert nobody == f"{nameless['id']}: it has no name"
    assert broken.startswith("record 4: JSON is malformed")
    assert text.startswith("record 7: Expected `object`, got `str`")
    assert page.dropped[0].startswith(f"{odd['id']}: established: 970")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty answer where a release of ROR was due"),
        (b"<!doctype html><title>Sign in</title>", "“Sign in”"),
        (b'{"items": []}', "the text"),
        (b'[{"id": "https://ror.org/02trn6p95"', "it stops in the middle"),
        (b'[{"id": "https://ror.org/02trn6p95"},', "it stops in the middle"),
        (b"[]}", "a } that nothing opened"),
        (b"PK\x03\x04 and nothing more", "not a zip file"),
        (b"\x1f\x8b and nothing more", ""),
        (gzip.compress(b"[" + b" " * 999, mtime=0)[:-9], "it stops in the middle"),
        (zipped(**{"a.csv": b"id"}), "a zip with 0 JSON files where one was due"),
        (zipped(**{"a.json": b"[]", "b.json": b"[]"}), "a zip with 2 JSON files"),
        (zipped(**{"a.json": b"{}"}), "where a list was due"),
        (zipped(**{"a.json": b"[" + b" " * 2_000_000 + b"]"}), "more than 1,000,000 bytes"),
    ],
)
async def test_what_is_no_release(
    open_door: Doors, tmp_path: Path, content: bytes, reason: str
) -> None:
    file = tmp_path / "release.zip"
    file.write_bytes(content)
    with pytest.raises(SourceUnusable) as caught:
        await read(open_door(offline=True), file, max_bytes=1_000_000)
    assert reason in caught.value.reason


async def test_a_zip_that_is_damaged(open_door: Doors, tmp_path: Path) -> None:
    content = bytearray(ZIP.read_bytes())
    content[3000] ^= 255
    file = tmp_path / "release.zip"
    file.write_bytes(content)
    with pytest.raises(SourceUnusable):
        await read(open_door(offline=True), file)
    for missing in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(SourceUnreachable):
            await read(open_door(offline=True), missing)


def deposit(link: str, **changes: Any) -> dict[str, Any]:
    """What Zenodo says about a record, as far as it matters."""
    content = ZIP.read_bytes()
    newest = {
        "key": ZIP.name,
        "size": len(content),
        "checksum": f"md5:{hashlib.md5(content).hexdigest()}",
        "links": {"self": link},
    }
    older = {"key": "v2.10-2025-01-01-ror-data.zip", "size": 1, "links": {"self": f"{link}-old"}}
    return {"id": 1, "files": [older, newest | changes, {"key": "read.me"}]}


async def test_the_newest_release_of_a_record(
    open_door: Doors, httpserver: HTTPServer, records: list[dict[str, Any]]
) -> None:
    httpserver.expect_request("/api/records/6347574").respond_with_data(
        status=301, headers={"Location": "/api/records/77"}
    )
    link = httpserver.url_for("/api/records/77/files/release/content")
    httpserver.expect_request("/api/records/77").respond_with_json(deposit(link))
    httpserver.expect_request("/api/records/77/files/release/content").respond_with_data(
        ZIP.read_bytes()
    )
    url = httpserver.url_for("/api/records/6347574")
    door = open_door()
    pages = await read(door, url)
    assert len(refs(pages)) == len(records)
    assert {page.moved for page in pages} == {""}
    assert door.received["ror-all"] > ZIP.stat().st_size
    with pytest.raises(SourceUnusable, match="more than 100 bytes"):
        await read(open_door(), url, max_bytes=100)


async def test_a_release_that_is_here_already_is_not_fetched(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    link, url = httpserver.url_for("/release"), httpserver.url_for("/api/records/1")
    found = deposit(link)
    httpserver.expect_request("/api/records/1").respond_with_json(found)
    httpserver.expect_request("/release").respond_with_data(
        ZIP.read_bytes(), headers={"ETag": '"1"'}
    )
    door = open_door()
    await read(door, url)
    tag = Validators(found["files"][1]["checksum"])
    assert door.given == {"ror-all": {f"{url}#{ZIP.name}": tag}}
    door.known = door.given
    httpserver.clear_log()
    with pytest.raises(Unchanged):
        await read(door, url)
    assert [request.path for request, _ in httpserver.log] == ["/api/records/1"]
    door.known = {"ror-all": {f"{url}#{ZIP.name}": Validators("md5:" + "0" * 32)}}
    assert refs(await read(door, url))


@pytest.mark.parametrize("checksum", ["", "sha256:0000"])
async def test_a_release_without_such_a_checksum_is_asked_for_with_a_condition(
    open_door: Doors, httpserver: HTTPServer, checksum: str
) -> None:
    link, url = httpserver.url_for("/release"), httpserver.url_for("/api/records/1")
    httpserver.expect_request("/api/records/1").respond_with_json(deposit(link, checksum=checksum))
    httpserver.expect_request("/release", headers={"If-None-Match": '"1"'}).respond_with_data(
        status=304
    )
    httpserver.expect_request("/release").respond_with_data(
        ZIP.read_bytes(), headers={"ETag": '"1"'}
    )
    door = open_door()
    await read(door, url)
    assert door.given == {"ror-all": {link: Validators('"1"')}}
    door.known = door.given
    with pytest.raises(Unchanged):
        await read(door, url)
    with pytest.raises(Unchanged):  # and so is one that stands at an address of its own
        await read(door, link)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"checksum": "md5:" + "0" * 32}, "not the file that its checksum is of"),
        ({"links": {"self": "http://192.0.2.1/release.zip"}}, "is at another host"),
        ({"links": {}}, "is at another host"),
        ({"size": 2**31}, "more than 1,073,741,824 bytes"),
        ({"size": "many"}, "Expected `int`"),
    ],
)
async def test_a_record_that_is_not_followed(
    open_door: Doors, httpserver: HTTPServer, changes: dict[str, Any], reason: str
) -> None:
    link = httpserver.url_for("/release")
    httpserver.expect_request("/api/records/1").respond_with_json(deposit(link, **changes))
    httpserver.expect_request("/release").respond_with_data(ZIP.read_bytes())
    with pytest.raises(SourceUnusable) as caught:
        await read(open_door(), httpserver.url_for("/api/records/1"))
    assert reason in caught.value.reason


async def test_a_record_without_a_zip(open_door: Doors, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/records/1").respond_with_json({"files": []})
    with pytest.raises(SourceUnusable, match="without a zip file"):
        await read(open_door(), httpserver.url_for("/api/records/1"))


async def test_a_release_at_an_address(
    open_door: Doors, httpserver: HTTPServer, records: list[dict[str, Any]]
) -> None:
    answers: Iterator[tuple[bytes, int]] = iter([(b"x" * 99_999, 503), (ZIP.read_bytes(), 200)])

    def answer(_: Any) -> Any:
        from werkzeug import Response

        return Response(*next(answers))

    httpserver.expect_request("/release.zip").respond_with_handler(answer)
    url = httpserver.url_for("/release.zip")
    assert len(refs(await read(open_door(), url))) == len(records)
    httpserver.expect_request("/page").respond_with_data("<html><title>Hello</title>")
    with pytest.raises(SourceUnusable, match="Hello"):
        await read(open_door(), httpserver.url_for("/page"))
    httpserver.expect_request("/nowhere").respond_with_data("no", status=404)
    with pytest.raises(SourceRefused, match="404"):
        await read(open_door(), httpserver.url_for("/nowhere"))
    with pytest.raises(Offline):
        await read(open_door(offline=True), url)


async def test_a_download_that_was_cut_begins_anew(
    open_door: Doors, wire: Any, records: list[dict[str, Any]]
) -> None:
    content = ZIP.read_bytes()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    url = await wire.start(head + b"PK" * 400, head + content)
    assert len(refs(await read(open_door(), f"{url}/release.zip"))) == len(records)
    assert len(wire.requests) == 2


class Slowly(io.BytesIO):
    """A file that gives few bytes at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7)


def test_pieces_may_end_anywhere() -> None:
    parts = [b'{"a": "}\\"{\\\\", "b": {"c": [{}, {"d": "[{"}]}}', b"{}", b'{"e":"\xc3\xa9"}']
    body = b" [" + b",\r\n ".join(parts) + b" ] "
    assert list(split(Slowly(body), 999)) == parts
    assert list(split(Slowly(b"[]"), 9)) == []
    with pytest.raises(OverflowError):
        list(split(Slowly(body), 60))
    with pytest.raises(ValueError, match="a record of more than"):
        list(split(io.BytesIO(b'[{"a": "' + b"x" * 10_000_000), 2**30))


async def test_it_can_be_stopped(open_door: Doors, tmp_path: Path) -> None:
    file = tmp_path / "release.json"
    file.write_text("[" + '{"id": "x"},' * 50_000 + "{}]")
    source = Source("ror-all", "ror-dump", options={"url": str(file)})
    pages = RorDump.pages(source, open_door(offline=True))
    first = await anext(pages)
    assert len(first.faults) == 10_000
    step = asyncio.ensure_future(anext(pages))
    await asyncio.sleep(0.001)
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    with pytest.raises(StopAsyncIteration):
        await anext(pages)


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"kep": {}}, "keep"),
        ({"url": ""}, ""),
        ({"max_bytes": 2**30 + 1}, ""),
        ({"keep": ["facility"]}, None),
        ({"keep": {"type": ["facility"]}}, "types"),
        ({"keep": {"types": ["facilities"]}}, "facility"),
        ({"keep": {"regions": ["LAK"]}}, "LAC"),
        ({"keep": {"countries": ["UK"]}}, None),
        ({"as": "infrastructures"}, "infrastructure"),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str | None) -> None:
    with pytest.raises(UnknownWord) as caught:
        RorDump.check(Source("a", "ror-dump", options={"url": str(ZIP), **options}))
    if nearest is not None:
        assert caught.value.nearest == nearest


@pytest.mark.skipif(not MANY.exists(), reason="the records at size are not here")
async def test_records_at_size(open_door: Doors) -> None:
    pages = await read(open_door(offline=True), MANY)
    assert len(refs(pages)) == len(set(refs(pages))) == 34_490
    assert {len(page.claims) for page in pages[:-1]} == {PAGE}
    assert all(page.faults == () for page in pages)
    kept = await read(open_door(offline=True), MANY, keep={"regions": ["LAC"], "types": "facility"})
    assert 0 < len(refs(kept)) < 2_000
