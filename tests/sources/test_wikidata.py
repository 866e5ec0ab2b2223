"""The kind ``wikidata`` against recorded and composed answers of its Query Service."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import (
    SettingUnreadable,
    SourceLimit,
    SourceRefused,
    SourceUnreachable,
    SourceUnusable,
    UnknownWord,
)
from ritui.model.claim import Claim
from ritui.model.source import Source
from ritui.sources.answer import Limits
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.wikidata import Wikidata, complaint, query_for

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "wikidata"
PATH = "/sparql"
ITEM = "http://www.wikidata.org/entity/"


async def read(door: Door, url: str, **options: Any) -> list[Page]:
    source = Source("wikidata", "wikidata", options={"url": url + PATH, **options})
    Wikidata.check(source)
    return [page async for page in Wikidata.pages(source, door)]


def by_id(pages: list[Page]) -> dict[str, Claim]:
    return {claim.ref: claim for page in pages for claim in page.claims}


def payload(file: str) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((PAYLOADS / file).read_bytes())
    return whole


def recorded_query(file: str) -> str:
    """What was asked when a payload was recorded."""
    for entry in payload("index.json")["entries"]:
        if entry["response"]["file"] == file:
            return str(parse_qs(urlsplit(entry["request"]["url"]).query)["query"][0])
    raise LookupError(file)


def serve(server: HTTPServer, body: bytes | str | dict[str, Any], status: int = 200) -> str:
    data = json.dumps(body) if isinstance(body, dict) else body
    server.expect_request(PATH).respond_with_data(data, status)
    return server.url_for("").rstrip("/")


def answer(*rows: dict[str, Any]) -> dict[str, Any]:
    """Rows of plain values as the service gives them; a pair is a value and its language."""

    def term(value: Any) -> dict[str, str]:
        if isinstance(value, tuple):
            return {"type": "literal", "value": value[0], "xml:lang": value[1]}
        return value if isinstance(value, dict) else {"type": "literal", "value": value}

    bindings = [
        {"item": {"type": "uri", "value": ITEM + row["item"]}}
        | {name: term(value) for name, value in row.items() if name != "item"}
        for row in rows
    ]
    return {"head": {"vars": ["item", "itemLabel"]}, "results": {"bindings": bindings}}


async def test_rows_are_put_together_by_item(open_door: Doors, httpserver: HTTPServer) -> None:
    url = serve(httpserver, (PAYLOADS / "composed-facilities.json").read_bytes())
    [page] = await read(open_door(), url, items=["Q4201403", "Q98090260", "Q99"])
    assert len(page.claims) == 193  # of 195 rows
    assert page.expected == 3
    claims = by_id([page])

    pasteur = claims["Q4201403"]
    assert dict(pasteur.values) == {
        "id": "wikidata-q4201403",
        "kind": "infrastructure",
        "name": "Instituto Pasteur",
        "names": {"pt": "Instituto Pasteur"},
        "region": "LAC",
        "country": "BR",
        "lat": -23.5475,
        "lon": -46.63611,
        "established": 1903,
        "website": "https://www.saude.sp.gov.br/instituto-pasteur/",
        "links": [{"rel": "website", "url": "https://example.org/"}],
        "identifiers": {"wikidata": "Q4201403", "ror": "https://ror.org/046fcjp93"},
    }
    [entry] = pasteur.evidence
    assert (entry.source, entry.title, entry.licence) == ("wikidata", "Wikidata", "CC0-1.0")
    assert entry.url == "https://www.wikidata.org/wiki/Q4201403"
    assert set(entry.fields) == set(pasteur.values)
    today = datetime.now(UTC).date().isoformat()
    assert entry.retrieved == today

    cipaf = claims["Q98090260"].values
    assert (cipaf["acronym"], cipaf["established"], cipaf["country"]) == ("CIPAF", 2005, "AR")
    assert (cipaf["lat"], cipaf["lon"]) == (-34.5904, -58.62904)
    assert cipaf["names"]["es"].startswith("Centro de Investigación y Desarrollo Tecnológico")
    # Two ROR ids at one item: neither may decide what is merged with it.
    assert claims["Q33121454"].values["identifiers"] == {"wikidata": "Q33121454"}
    assert page.dropped == ("Q33121454: identifiers: several ROR ids: 04c3cen15, 054v0s666",)
    assert page.faults == ("Q99: Wikidata says nothing about it",)


async def test_items_in_blocks_one_after_the_other(
    open_door: Doors, httpserver: HTTPServer, clock: Any
) -> None:
    asked: list[list[str]] = []

    def respond(request: Request) -> Response:
        block = re.findall(r"wd:(Q\d+)", request.args["query"])
        asked.append(block)
        assert request.headers["Accept"] == "application/sparql-results+json"
        return Response(json.dumps(answer(*({"item": q, "itemLabel": q + "."} for q in block))))

    httpserver.expect_request(PATH).respond_with_handler(respond)
    items = [f"Q{number}" for number in range(1, 451)]
    url = httpserver.url_for("").rstrip("/").replace("localhost", "127.1")  # no loopback by name
    pages = await read(open_door(), url, items=[*items, "q7", ITEM + "Q8"])
    assert [len(block) for block in asked] == [200, 200, 50]
    assert [q for block in asked for q in block] == items
    assert [page.expected for page in pages] == [450, 450, 450]
    assert len(by_id(pages)) == 450
    assert clock.waits == [1.0, 1.0]


def test_the_query_asks_for_the_languages() -> None:
    query = query_for(["Q42", "Q7"], ["es", "mul"])
    assert "VALUES ?item { wd:Q42 wd:Q7 }" in query
    assert 'FILTER(LANG(?label) IN ("es", "mul"))' in query
    assert 'wikibase:language "es,mul" }' in query
    assert query.count("{") == query.count("}")


async def test_names_in_languages(open_door: Doors, httpserver: HTTPServer) -> None:
    rows: list[dict[str, Any]] = [
        {"item": "Q1", "itemLabel": ("Laboratory", "en"), "label": ("Laboratory", "en")},
        {"item": "Q1", "itemLabel": ("Laboratory", "en"), "label": ("Laboratorio", "es")},
        {"item": "Q1", "itemLabel": ("Laboratory", "en"), "short": ("LNB", "fr")},
        {"item": "Q1", "short": ("LB", "en"), "itemDescription": ("facility in Brazil", "en")},
        {"item": "Q2", "itemLabel": "Q2", "label": ("Zentrum", "mul")},
        {"item": "Q3", "itemLabel": "Q3"},
    ]
    [page] = await read(open_door(), serve(httpserver, answer(*rows)), items=["Q1", "Q2", "Q3"])
    first, second = page.claims
    assert first.values["name"] == "Laboratory"
    assert first.values["names"] == {"en": "Laboratory", "es": "Laboratorio"}
    assert first.values["acronym"] == "LB"
    assert first.values["summary"] == "facility in Brazil"
    # A bare number stands where there is no label; the name that serves all languages is one.
    assert (second.values["name"], second.values["names"]) == ("Zentrum", {"mul": "Zentrum"})
    assert page.faults == ("Q3: it has no name in en, es, pt, mul",)


async def test_dates_places_and_what_is_unknown(open_door: Doors, httpserver: HTTPServer) -> None:
    name = {"itemLabel": ("A", "en")}
    unknown = {"type": "uri", "value": "http://www.wikidata.org/.well-known/genid/4f2"}
    rows: list[dict[str, Any]] = [
        {"item": "Q1", "inception": "-0500-01-01T00:00:00Z", "coord": "Point(0 0)", **name},
        {"item": "Q2", "inception": "1985-06-01T00:00:00Z", "ended": "2019-01-01", **name},
        {"item": "Q2", "inception": "1984-01-01T00:00:00Z", "modified": "2026-03-04T05:06:07Z"},
        {"item": "Q3", "countryCode": "CH", "coord": "Point(6.05 46.23)", "inception": unknown},
        {"item": "Q3", "countryCode": "fr", "ended": {"type": "bnode", "value": "t1"}, **name},
        {"item": "Q4", "countryCode": "US", **name, "coord": f"<{ITEM}Q405> Point(1 2)"},
        {"item": "Q4", "countryCode": "ES", "website": "javascript:alert(1)", "ror": "nothing"},
        {"item": "Q5", "coord": "Point(-9E1 1.5e1)", "countryCode": "JP", **name},
    ]
    [page] = await read(open_door(), serve(httpserver, answer(*rows)), items="Q1")
    claims = {ref: each.values for ref, each in by_id([page]).items()}
    assert not {"established", "lat", "lon", "status"} & claims["Q1"].keys()
    assert (claims["Q2"]["established"], claims["Q2"]["ended"]) == (1984, 2019)
    assert claims["Q2"]["status"] == "ended"
    assert by_id([page])["Q2"].evidence[0].retrieved == "2026-03-04"
    assert (claims["Q3"]["region"], claims["Q3"]["countries"]) == ("EU", ["CH", "FR"])
    assert (claims["Q3"]["lat"], claims["Q3"]["lon"]) == (46.23, 6.05)
    assert not {"country", "established", "status", "ended"} & claims["Q3"].keys()
    assert claims["Q4"]["countries"] == ["US", "ES"]
    assert not {"region", "lat", "website", "country"} & claims["Q4"].keys()
    assert claims["Q4"]["identifiers"] == {"wikidata": "Q4"}
    assert (claims["Q5"]["lat"], claims["Q5"]["lon"]) == (15.0, -90.0)
    assert "region" not in claims["Q5"]
    told = "\n".join(page.dropped)
    for words in (
        "Q1: inception: -0500-01-01T00:00:00Z is no year of ours",
        "Q1: lat, lon: a point needs both, and 0,0 is none",
        f"Q4: lat, lon: <{ITEM}Q405> Point(1 2) is no point on the",
        "Q4: website: not a web address",
        "not a ROR id: nothing",
    ):
        assert words in told


async def test_rows_of_a_real_answer(
    open_door: Doors, httpserver: HTTPServer, tmp_path: Path
) -> None:
    """What was recorded speaks of cities; its columns are named as a reader's query would."""
    whole = payload("recorded-cities-a.json")
    renamed = {"cityLabel": "itemLabel", "location": "coord"}
    for number, row in enumerate(whole["results"]["bindings"], 1):
        row["item"] = {"type": "uri", "value": f"{ITEM}Q{number}"}
        for old, new in renamed.items():
            if old in row:
                row[new] = row.pop(old)
    whole["head"]["vars"].append("item")
    file = tmp_path / "cities.sparql"
    file.write_text("SELECT DISTINCT ?item ?itemLabel WHERE { ?item wdt:P31 wd:Q515 }\n")
    [page] = await read(open_door(), serve(httpserver, whole), query_file=str(file))
    assert httpserver.log[0][0].args["query"] == file.read_text().strip()
    assert page.expected is None
    # Three labels fell back to the number of the item, one of them twice.
    nameless = [each for each in page.faults if "it has no name" in each]
    assert (len(page.claims), len(nameless)) == (86, 4)
    claims = by_id([page])
    isparta = claims["Q1"].values
    assert (isparta["name"], isparta["names"]) == ("Isparta", {"de": "Isparta"})
    assert (isparta["lat"], isparta["lon"]) == (37.766667, 30.55)
    assert claims["Q4"].values["name"] == "Kütahya"


async def test_nothing_found(open_door: Doors, httpserver: HTTPServer, tmp_path: Path) -> None:
    file = tmp_path / "own.sparql"
    file.write_text(recorded_query("recorded-empty.json"))
    url = serve(httpserver, (PAYLOADS / "recorded-empty.json").read_bytes())
    assert await read(open_door(), url, query_file=str(file)) == [Page()]
    assert httpserver.log[0][0].args["query"].startswith("PREFIX wikibase:")


async def test_a_query_that_is_not_understood(
    open_door: Doors, replay: Callable[[str], str], httpserver: HTTPServer, tmp_path: Path
) -> None:
    file = tmp_path / "own.sparql"
    file.write_text(recorded_query("error-400-malformed.txt"))
    with pytest.raises(
        SourceRefused, match=r"the query was not understood|MalformedQuery"
    ) as caught:
        await read(open_door(), replay("wikidata"), query_file=str(file))
    assert caught.value.status == 400
    assert caught.value.url == httpserver.url_for(PATH)
    assert len(httpserver.log) == 1


async def test_a_query_that_takes_too_long(open_door: Doors, httpserver: HTTPServer) -> None:
    url = serve(httpserver, (PAYLOADS / "error-500-timeout.txt").read_bytes(), 500)
    with pytest.raises(SourceRefused) as caught:
        await read(open_door(), url, items=["Q1"])
    assert (caught.value.status, caught.value.reason[:38]) == (
        500,
        "java.util.concurrent.TimeoutException",
    )
    assert len(httpserver.log) == 3


async def test_too_many_queries(open_door: Doors, httpserver: HTTPServer, clock: Any) -> None:
    body = (PAYLOADS / "error-429.txt").read_bytes()
    headers = {"Retry-After": "37", "Content-Type": "text/plain"}
    httpserver.expect_request(PATH).respond_with_data(body, 429, headers)
    with pytest.raises(SourceRefused, match="Please retry in 37 seconds") as caught:
        await read(open_door(), httpserver.url_for("").rstrip("/"), items=["Q1"])
    assert caught.value.status == 429
    assert clock.waits == [37.0, 37.0]
    httpserver.clear()
    httpserver.expect_request(PATH).respond_with_data(body, 429, headers | {"Retry-After": "900"})
    with pytest.raises(SourceLimit):
        await read(open_door(), httpserver.url_for("").rstrip("/"), items=["Q1"])


def test_the_first_line_of_the_exception() -> None:
    malformed = (PAYLOADS / "error-400-malformed.txt").read_text("utf-8")
    assert complaint(malformed) == (
        "java.util.concurrent.ExecutionException: org.openrdf.query.MalformedQueryException: "
        'Encountered " "||" "|| "" at line 12, column 11.'
    )
    timeout = (PAYLOADS / "error-500-timeout.txt").read_text("utf-8")
    assert complaint(timeout) == "java.util.concurrent.TimeoutException"
    assert complaint(" ".join(timeout.split())) == "java.util.concurrent.TimeoutException"
    assert complaint("Too Many Requests") == ""


WHOLE = json.dumps(answer({"item": "Q1", "itemLabel": "A"})).encode()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (WHOLE[:-30], "the answer was cut off in the middle$"),
        (
            WHOLE[:-30] + (PAYLOADS / "error-500-timeout.txt").read_bytes(),
            "cut off in the middle: java.util.concurrent.TimeoutException$",
        ),
        (
            (PAYLOADS / "error-400-malformed.txt").read_bytes(),
            "the query failed: java.*MalformedQueryException: Encountered",
        ),
        ((PAYLOADS / "recorded-cities-a.json").read_bytes(), "selects country, .*, but no item"),
        ((PAYLOADS / "error-429.txt").read_bytes(), "the text “Too Many Requests.*where JSON was"),
        (b"<!doctype html><title>Wikimedia Error</title>", "HTML page titled “Wikimedia Error”"),
        (b"", "an empty answer where JSON was due"),
        (b'{"head": {}, "boolean": true}', "missing required field `results`"),
        (b'{"head": {"vars": []}, "results": {"bindings": []}}', "selects nothing, but no item"),
        (b'{"head":' + b"[" * 100_000, "recursion|Expected"),
    ],
)
async def test_answers_that_cannot_be_used(
    open_door: Doors, httpserver: HTTPServer, body: bytes, words: str
) -> None:
    with pytest.raises(SourceUnusable) as caught:
        await read(open_door(), serve(httpserver, body), items=["Q1"])
    assert re.search(words, caught.value.reason)
    assert caught.value.source == "wikidata"
    assert caught.value.url == httpserver.url_for(PATH)  # without the query


async def test_a_bad_row_is_named_and_the_rest_goes_on(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    whole = answer({"item": "Q1", "itemLabel": ("A \u202e\x1b[2J[b]", "en")}, {"item": "P31"})
    whole["results"]["bindings"] += [{"itemLabel": {"value": "nobody"}}, 7, {"item": {}}]
    [page] = await read(open_door(), serve(httpserver, whole), items=["Q1"])
    assert [each.values["name"] for each in page.claims] == ["A [b]"]
    property_, nobody, number, empty = page.faults
    assert property_ == f"row 2: not a Wikidata item: {ITEM}P31"
    assert nobody == "row 3: no item"
    assert number.startswith("row 4: Expected `object`, got `int`")
    assert empty.startswith("row 5: Object missing required field `value`")


async def test_a_query_from_a_file_must_select_items(
    open_door: Doors, httpserver: HTTPServer, tmp_path: Path
) -> None:
    url, file = serve(httpserver, answer()), tmp_path / "own.sparql"
    with pytest.raises(SettingUnreadable, match="no such file or directory"):
        await read(open_door(), url, query_file=str(file))
    for text in ("SELECT ?city WHERE { ?item wdt:P31 ?city }", "ASK { ?item ?p ?o }", ""):
        file.write_text(text)
        with pytest.raises(SettingUnreadable, match="a text that does not select it"):
            await read(open_door(), url, query_file=str(file))
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingUnreadable, match="not text"):
        await read(open_door(), url, query_file=str(file))
    assert httpserver.log == []
    for text in ("select * { ?item wdt:P31 wd:Q7 }", "SELECT (?x AS ?item)\nWHERE { ?x ?y ?z }"):
        file.write_text(text)
        assert await read(open_door(), url, query_file=str(file)) == [Page()]


@pytest.mark.parametrize(
    ("options", "word", "nearest"),
    [
        ({"item": ["Q1"]}, "item", "items"),
        ({}, "neither items nor query_file", "items"),
        ({"items": []}, "neither items nor query_file", "items"),
        ({"items": ["Q1"], "query_file": "x"}, "both items and query_file", "items"),
        # Only who asks can put the numbers of the directory in the place of this word.
        ({"items": ["Q1", "P31"]}, "P31", ""),
        ({"items": ["Q1 } DROP"]}, "Q1 } DROP", ""),
        ({"items": ["Q1"], "languages": ['en" }']}, 'en" }', ""),
        ({"items": ["Q1"], "as": "networks"}, "networks", "network"),
        ({"items": ["Q1"], "url": "file:///etc/passwd"}, "file:///etc/passwd", ""),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], word: str, nearest: str) -> None:
    with pytest.raises(UnknownWord) as caught:
        Wikidata.check(Source("a", "wikidata", options=options))
    assert (caught.value.word, caught.value.nearest) == (word, nearest)


async def test_a_query_may_think_longer_than_others(open_door: Doors, wire: Any) -> None:
    async def think(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    source = Source("sites", "wikidata", options={"url": await wire.start(think), "items": ["Q1"]})
    door = open_door(limits=Limits(silence=0.02, tries=1))
    with pytest.raises(SourceUnusable):  # it came, though it is no answer to a query
        await anext(Wikidata.pages(source, door))
    with pytest.raises(SourceUnreachable, match=r"no answer within 0\.02 s"):
        await door.get(source, wire.url)
