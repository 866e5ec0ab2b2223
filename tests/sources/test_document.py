"""The kinds ``json``, ``jsonl``, ``geojson`` and ``toml``, in one piece and in pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import Claim, merge
from ritui.model.source import Source
from ritui.sources.base import Kind, Page
from ritui.sources.document import GeoJson, Json, JsonLines, Toml, next_link
from ritui.sources.fetch import Door

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "generic"
KINDS: dict[str, type[Kind]] = {
    "json": Json, "jsonl": JsonLines, "geojson": GeoJson, "toml": Toml,
}  # fmt: skip
FLAT = {
    "name": "name", "acronym": "acronym", "country": "country", "city": "city", "lat": "lat",
    "lon": "lon", "website": "website", "established": "established", "fields": "types",
    "identifiers.ror": "ror", "identifiers.wikidata": "wikidata",
}  # fmt: skip
NESTED = {key: f"properties.{path}" for key, path in FLAT.items() if key not in {"lat", "lon"}} | {
    "id": "id"
}
AUGER = {
    "id": "ror-04x4znw66", "kind": "infrastructure", "name": "Pierre Auger Observatory",
    "country": "AR", "city": "Malargüe", "lat": -35.47791, "lon": -69.58521,
    "fields": ["facility"], "established": 2004, "website": "https://www.auger.org/",
    "identifiers": {"ror": "https://ror.org/04x4znw66", "wikidata": "Q794886"}, "region": "LAC",
}  # fmt: skip


async def read(door: Door, kind: str, url: str, **options: Any) -> list[Page]:
    given = {"url": url, "map": {"name": "name"}, **options}
    source = Source("list", kind, options=given)
    KINDS[kind].check(source)
    return [page async for page in KINDS[kind].pages(source, door)]


async def read_bytes(
    open_door: Doors, folder: Path, kind: str, body: bytes, **options: Any
) -> Page:
    file = folder / "document"
    file.write_bytes(body)
    [page] = await read(open_door(), kind, str(file), **options)
    return page


def by_id(pages: list[Page]) -> dict[str, Claim]:
    return {claim.values["id"]: claim for page in pages for claim in page.claims}


def names(pages: list[Page]) -> list[str]:
    return [claim.values["name"] for page in pages for claim in page.claims]


@pytest.mark.parametrize(
    ("kind", "file", "options"),
    [
        ("json", "facilities.json", {"map": FLAT, "items": "data.items", "updated": "updated"}),
        ("jsonl", "facilities.jsonl", {"map": FLAT, "updated": "updated"}),
        ("geojson", "facilities.geojson", {"map": NESTED, "updated": "properties.updated"}),
        ("toml", "directory.toml", {"map": FLAT, "updated": "updated"}),
    ],
)
async def test_the_same_records_in_each_form(
    open_door: Doors, replay: Callable[[str], str], kind: str, file: str, options: dict[str, Any]
) -> None:
    url = str(PAYLOADS / file) if kind == "toml" else f"{replay('generic')}/{file}"
    pages = await read(open_door(), kind, url, **options)
    assert [(len(page.claims), page.faults, page.dropped) for page in pages] == [(40, (), ())]
    auger = by_id(pages)["ror-04x4znw66"]
    assert dict(auger.values) == AUGER
    assert auger.ref == "https://ror.org/04x4znw66"
    assert auger.evidence[0].retrieved == "2025-03-26"
    assert auger.evidence[0].title == ("directory.toml" if kind == "toml" else "localhost")
    assert auger.cautions == {}
    pasteur = by_id(pages)["ror-04dpm2z73"].values
    assert (pasteur["country"], pasteur["fields"]) == ("UY", ["facility", "funder"])
    assert (pasteur["lat"], pasteur["lon"]) == (-34.90328, -56.18816)


async def test_languages(open_door: Doors, tmp_path: Path) -> None:
    record = {
        "id": 7, "title": {"pt": "Fonte de luz síncrotron", "en": "Synchrotron light source"},
        "titles": [{"v": "Fuente de luz sincrotrón"}],
    }  # fmt: skip
    mapped = {"id": "id", "name": "title.en", "names": "title", "names.es": "titles[0].v"}
    body = json.dumps([record]).encode()
    page = await read_bytes(open_door, tmp_path, "json", body, map=mapped)
    [said] = page.claims
    assert (said.values["id"], said.values["name"]) == ("list-7", "Synchrotron light source")
    assert said.values["names"] == {
        "pt": "Fonte de luz síncrotron",
        "en": "Synchrotron light source",
        "es": "Fuente de luz sincrotrón",
    }


async def test_shapes_of_features(open_door: Doors, tmp_path: Path) -> None:
    square = [[[-60, -30], [-58, -30], [-58, -28], [-60, -28], [-60, -30]]]
    geometries = [
        None,
        {"type": "Point", "coordinates": [-58, -27]},
        {"type": "Polygon", "coordinates": square},
        {"type": "Point", "coordinates": "here"},
        {"type": "Point", "coordinates": [-6567000, -3157000]},
    ]
    features = [
        {"type": "Feature", "geometry": each, "properties": {"name": name}}
        for name, each in zip("ABCDE", geometries, strict=True)
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    mapped = {"name": "properties.name"}
    page = await read_bytes(open_door, tmp_path, "geojson", body, map=mapped)
    points = [(each.values.get("lat"), each.values.get("lon")) for each in page.claims]
    assert points == [(None, None), (-27, -58), (-29, -59), (None, None), (None, None)]
    assert "middle of a shape" in merge([page.claims[2]]).caveats[0]
    assert [each.cautions for each in page.claims[:2]] == [{}, {}]
    assert page.dropped[0] == "feature 4 (d-list): lat, lon: a geometry that cannot be read"
    assert page.dropped[1].startswith("feature 5 (e-list): lat: ")
    single = json.dumps(features[1]).encode()
    [claim] = (await read_bytes(open_door, tmp_path, "geojson", single, map=mapped)).claims
    assert (claim.values["name"], claim.values["lat"]) == ("B", -27)


async def test_bad_lines_are_named_by_number(open_door: Doors, tmp_path: Path) -> None:
    body = b'\xef\xbb\xbf{"name": "A"}\r\n\n{"name": \n[1]\n{"name": "\xe1"}\n{"name": NaN}\n'
    body += b'{"name": "B \\ud83d", "lat": 1e999, "lon": 1}\n' + b"[" * 100_000 + b'\n{"name": "C'
    mapped = {"name": "name", "lat": "lat", "lon": "lon"}
    page = await read_bytes(open_door, tmp_path, "jsonl", body, map=mapped)
    assert names([page]) == ["A", "B"]
    reasons = [each.split(":")[:2] for each in page.faults]
    assert reasons == [
        ["line 3", " not JSON"], ["line 4", " not a table of values"],
        ["line 5", " not UTF-8, at byte 10"], ["line 6", " it has no name"],
        ["line 8", " not JSON"], ["line 9", " not JSON"],
    ]  # fmt: skip


async def test_tables_of_toml(open_door: Doors, tmp_path: Path) -> None:
    body = b'\xef\xbb\xbf[[a]]\nname = "A"\nsince = 1999-01-02\n[b]\n[[b.c]]\r\nname = "C"\n'
    mapped = {"name": "name", "established": "since"}
    page = await read_bytes(open_door, tmp_path, "toml", body, map=mapped)
    assert [each.values.get("established") for each in page.claims] == [1999]
    assert names([await read_bytes(open_door, tmp_path, "toml", body, items="b.c")]) == ["C"]


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("json", b"", "an empty answer where JSON was due"),
        ("json", b"<!doctype html><title>Log in</title>", "HTML page titled “Log in” where JSON"),
        ("json", b'[{"name": "A"}, {"na', "not JSON: Unterminated string"),
        ("json", '[{"name": "Á"}]'.encode("cp1252"), "not UTF-8, at byte 11"),
        ("json", b'{"data": {"items": [{"name": "A"}]}}', "not a list; there is one at data.items"),
        ("json", b'{"error": "no"}', "not a list, nor is there one in it"),
        ("json", b'[{"title": "A"}, 7]', "none of 2 records could be read: record 1: it has no"),
        ("json", b"[" * 100_000, "not JSON: maximum recursion"),
        ("geojson", b"", "an empty answer"),
        ("geojson", b'{"type": "Topology", "objects": {}}', "no list at “features”, nor"),
        ("geojson", b'{"type": "FeatureCollection", "features": [', "not JSON"),
        ("jsonl", b" \n", "an empty answer where JSON Lines was due"),
        ("jsonl", b"<html><title>Oops</title>", "HTML page titled “Oops” where JSON Lines was due"),
        ("jsonl", b'[\n{"name": "A"},\n', "none of 2 records could be read: line 1: not JSON"),
        ("toml", b"", "an empty answer where TOML was due"),
        ("toml", b"<html></html>", "an HTML page without a title where TOML was due"),
        ("toml", b'[[a]]\nname = "A', "at end of document"),
        ("toml", b'a = "\xe1"', "not UTF-8, at byte 5"),
        ("toml", b'a = "b"', "not a list, nor is there one in it"),
        ("toml", b"a = " + b"[" * 100_000, "recursion"),
    ],
)
async def test_what_cannot_be_used(
    open_door: Doors, tmp_path: Path, kind: str, body: bytes, words: str
) -> None:
    with pytest.raises(SourceUnusable, match=words):
        await read_bytes(open_door, tmp_path, kind, body)


@pytest.mark.parametrize(("kind", "due"), [("json", "JSON"), ("toml", "TOML")])
async def test_a_page_for_people_that_comes_with_success(
    open_door: Doors, httpserver: HTTPServer, kind: str, due: str
) -> None:
    body = b"<!doctype html><title>Just a moment...</title>"
    httpserver.expect_request("/a").respond_with_data(body, content_type="application/json")
    with pytest.raises(SourceUnusable, match=f"“Just a moment...” where {due} was due"):
        await read(open_door(), kind, httpserver.url_for("/a"))


SOCRATA = {
    "style": "offset", "limit": 50, "limit_param": "$limit", "offset_param": "$offset",
}  # fmt: skip


def serve(httpserver: HTTPServer, answer: Callable[[dict[str, str]], Any]) -> str:
    """A list that answers by the parameters of the request."""

    def respond(request: Request) -> Response:
        said = answer(request.args.to_dict())
        return said if isinstance(said, Response) else Response(json.dumps(said))

    httpserver.expect_request("/v1/list").respond_with_handler(respond)
    return httpserver.url_for("/v1/list")


def asked(httpserver: HTTPServer) -> list[dict[str, str]]:
    return [request.args.to_dict() for request, _ in httpserver.log]


def some(*places: int) -> list[dict[str, str]]:
    return [{"name": f"Name {place}"} for place in places]


async def test_socrata_by_offset(open_door: Doors, httpserver: HTTPServer) -> None:
    rows = json.loads((PAYLOADS / "socrata-page1.json").read_bytes())
    assert len(rows) == 50
    pages = {"0": rows, "50": [{**rows[0], "date": "2016-09-30T00:00:00.000"}]}
    url = serve(httpserver, lambda given: pages[given["$offset"]])
    mapped = {"name": "date", "identifiers.counter": "id", "kind": "none"}
    read_pages = await read(open_door(), "json", url + "?$order=:id", map=mapped, page=SOCRATA)
    assert [len(page.claims) for page in read_pages] == [50, 1]
    assert asked(httpserver) == [
        {"$order": ":id", "$limit": "50", "$offset": "0"},
        {"$order": ":id", "$limit": "50", "$offset": "50"},
    ]
    assert names(read_pages)[0] == "2016-09-21T15:45:00.000"
    first = read_pages[0].claims[0].values
    assert first["id"] == "2016-09-21t15-45-00-000-list"
    assert first["identifiers"] == {"counter": "100009424"}


async def test_recorded_socrata_page_with_more_room(
    open_door: Doors, replay: Callable[[str], str]
) -> None:
    url = replay("generic") + "/resource/abcd-1234.json"
    with pytest.raises(SourceRefused):  # a full page is not the last, and the next is missing
        await read(open_door(), "json", url, map={"name": "date"}, page=SOCRATA)
    pages = await read(
        open_door(), "json", f"{url}?$limit=50&$offset=0", map={"name": "date", "id": "id"}
    )
    assert names(pages) == ["2016-09-21T15:45:00.000"]
    assert len(pages[0].faults) == 49
    assert pages[0].faults[0] == "record 2: a second record of 100009424"


async def test_by_page_until_one_is_empty_or_missing(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    known = {"0": some(1, 2), "1": some(3)}
    gone = Response("no such page", 404)
    url = serve(httpserver, lambda given: known.get(given["p"], gone))
    page = {"style": "page", "page_param": "p", "first": 0}
    pages = await read(open_door(), "json", url, page=page)
    assert names(pages) == ["Name 1", "Name 2", "Name 3"]
    assert asked(httpserver) == [{"p": "0"}, {"p": "1"}, {"p": "2"}]
    httpserver.clear()
    url = serve(httpserver, lambda given: known.get(str(int(given["page"]) - 1), []))
    pages = await read(open_door(), "json", url, page={"style": "page", "limit": 2})
    assert (len(names(pages)), len(httpserver.log)) == (3, 2)
    httpserver.clear()
    url = serve(httpserver, lambda _: gone)
    with pytest.raises(SourceRefused):
        await read(open_door(), "json", url, page={"style": "page"})


async def test_a_stated_total_ends_it_and_a_short_page_does_not(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    # This service gives two at a time whatever it is asked for.
    def answer(given: dict[str, str]) -> Any:
        start = int(given["offset"])
        return {"meta": {"total": "5"}, "data": some(*range(start, min(start + 2, 5)))}

    page = {"style": "offset", "limit": 100, "total_path": "meta.total"}
    url = serve(httpserver, answer)
    pages = await read(open_door(), "json", url, items="data", page=page)
    assert [page.expected for page in pages] == [5, 5, 5]
    assert names(pages) == [f"Name {place}" for place in range(5)]
    assert [given["offset"] for given in asked(httpserver)] == ["0", "2", "4"]
    page["total_path"] = "data[0].none"  # without it a short page is the last
    assert len(names(await read(open_door(), "json", url, items="data", page=page))) == 2


async def test_by_cursor(open_door: Doors, httpserver: HTTPServer) -> None:
    known: dict[str | None, dict[str, Any]] = {
        None: {"data": some(1), "meta": {"next": "a b"}},
        "a b": {"data": [], "meta": {"next": 7}},
        "7": {"data": some(2), "meta": {"next": None}},
    }
    url = serve(httpserver, lambda given: known[given.get("cursor")])
    page = {"style": "cursor", "cursor_path": "meta.next", "cursor_param": "cursor"}
    pages = await read(open_door(), "json", url, items="data", page=page)
    assert names(pages) == ["Name 1", "Name 2"]
    known["7"]["meta"] = {"next": "a b"}
    with pytest.raises(SourceUnusable, match="page 3 leads on with a cursor that came before"):
        await read(open_door(), "json", url, items="data", page=page)


async def test_by_link(open_door: Doors, httpserver: HTTPServer) -> None:
    def answer(given: dict[str, str]) -> Response:
        number = int(given.get("at", 1))
        links = '<https://example.org/>; rel="self"'
        if number < 3:
            links += f', </v1/list/?at={number + 1}&x=a,b>; title="n"; rel="prev next"'
        return Response(json.dumps(some(number)), headers={"Link": links})

    httpserver.expect_request("/v1/list/").respond_with_handler(
        lambda request: answer(request.args.to_dict())
    )
    url = serve(httpserver, answer)
    pages = await read(open_door(), "json", url, page={"style": "link", "limit": 9})
    assert names(pages) == ["Name 1", "Name 2", "Name 3"]
    first, second, _ = asked(httpserver)
    assert (first, second) == ({"limit": "9"}, {"at": "2", "x": "a,b"})


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("https://elsewhere.example/v1/list?page=2", "leads on to “https://elsewhere.example/v1/"),
        ("/v2/list?page=2", "which is elsewhere"),
        ("ftp://localhost/v1/list", "which is elsewhere"),
        ("http://[", "which is elsewhere"),
        ("list", "leads on to a page that was there before"),
    ],
)
async def test_links_that_are_not_followed(
    open_door: Doors, httpserver: HTTPServer, target: str, words: str
) -> None:
    url = serve(httpserver, lambda _: {"data": some(1), "next": target})
    page = {"style": "link", "link_path": "next"}
    with pytest.raises(SourceUnusable, match=words):
        await read(open_door(), "json", url, items="data", page=page)
    assert len(httpserver.log) == 1


async def test_pages_that_lead_nowhere(open_door: Doors, httpserver: HTTPServer) -> None:
    url = serve(httpserver, lambda _: some(1, 2))
    with pytest.raises(SourceUnusable, match="page 2 is the same as one before it, after 4 rec"):
        await read(open_door(), "json", url, page={"style": "page"})
    httpserver.clear()
    url = serve(httpserver, lambda given: {"now": given["page"], "data": some(1, 2)})
    with pytest.raises(SourceUnusable, match="page 2 has no new record"):
        await read(open_door(), "json", url, items="data", page={"style": "page"})
    httpserver.clear()
    url = serve(httpserver, lambda given: some(int(given["page"])))
    with pytest.raises(SourceUnusable, match="page 3 is not the last, and 3 are asked for at most"):
        await read(open_door(), "json", url, page={"style": "page"}, max_pages=3)
    pages = await read(open_door(), "json", url, page={"style": "page"}, max_records=2)
    assert names(pages) == ["Name 1", "Name 2"]


async def test_an_empty_page_before_the_total(open_door: Doors, httpserver: HTTPServer) -> None:
    pages = {"1": some(1), "2": []}
    url = serve(httpserver, lambda given: {"total": 9, "data": pages[given["page"]]})
    page = {"style": "page", "total_path": "total"}
    with pytest.raises(SourceUnusable, match="page 2 of 9 records is empty, after 1 records"):
        await read(open_door(), "json", url, items="data", page=page)


def test_link_headers() -> None:
    assert next_link("") == next_link('</a>; rel="prev"') == ""
    assert next_link('</a>; rel="prev", </b,c>; rel=next') == "/b,c"
    assert next_link('</a>; title="the next"; rel="last"') == ""


@pytest.mark.parametrize(
    ("kind", "options", "nearest"),
    [
        ("json", {"page": {"style": "ofset"}}, "offset"),
        ("json", {"page": {"style": "offset"}}, None),
        ("json", {"page": {"style": "cursor", "cursor_path": "a"}}, None),
        ("json", {"page": {"style": "page", "limit": 0}}, None),
        ("json", {"page": {"style": "page", "limit": "9"}}, None),
        ("json", {"page": {"style": "page", "limits": 9}}, "limit"),
        ("json", {"page": "offset"}, None),
        ("geojson", {"itms": "a"}, "items"),
        ("jsonl", {"items": "a"}, None),
        ("toml", {"page": {}}, None),
    ],
)
def test_settings_it_does_not_understand(
    kind: str, options: dict[str, Any], nearest: str | None
) -> None:
    given = {"url": "/a", "map": {"name": "n"}, **options}
    with pytest.raises(UnknownWord) as caught:
        KINDS[kind].check(Source("a", kind, options=given))
    if nearest is not None:
        assert caught.value.nearest == nearest
