"""The kind ``re3data`` by re3data's own XML, against recorded answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceFailed, SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.source import Source
from ritui.resources import asset
from ritui.sources.answer import Limits
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.re3data import Re3data
from ritui.sources.re3dataxml import repository_from
from ritui.sources.repository import Attributes, claim_from
from ritui.sources.xml import read_xml

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "re3data"
ZENODO = (PAYLOADS / "repository-r3d100010468.xml").read_text("utf-8")
DEAKIN = (PAYLOADS / "repository-r3d100011274.xml").read_text("utf-8")
THREE = ["r3d100010371", "r3d100010376", "r3d100010829"]
"""The recorded list."""


def source(url: str, api: str = "beta", **options: Any) -> Source:
    given = {"url": f"{url}/api/{api}/repositories", "via": "re3data", **options}
    return Source("re3data", "re3data", options=given)


async def read(door: Door, url: str, **options: Any) -> list[Page]:
    asked = source(url, **options)
    Re3data.check(asked)
    return [page async for page in Re3data.pages(asked, door)]


def claims(pages: list[Page]) -> list[Claim]:
    return [claim for page in pages for claim in page.claims]


def faults(pages: list[Page]) -> list[str]:
    return [fault for page in pages for fault in page.faults]


def document(ref: str, **changes: str) -> str:
    """The recorded document of Deakin, under another id and with texts replaced."""
    whole = DEAKIN.replace("r3d100011274", ref)
    for old, new in changes.items():
        assert f">{old}<" in whole, old
        whole = whole.replace(f">{old}<", f">{new}<")
    return whole


def listing(*refs: str) -> str:
    entries = (f"<repository><id>{each}</id></repository>" for each in refs)
    return f"<list>{''.join(entries)}</list>"


def serve(server: HTTPServer, list_: str | Response, **documents: str | Response) -> str:
    """A list, and documents by their ids; what is not there is the recorded 404."""
    gone = Response((PAYLOADS / "error-404.xml").read_bytes(), 404, content_type="text/xml")

    def answer(request: Request) -> Response:
        name = request.path.rpartition("/")[2]
        found = list_ if name == "repositories" else documents.get(name, gone)
        return found if isinstance(found, Response) else Response(found, content_type="text/xml")

    for path in ("repositories", *(f"repository/r3d10000000{each}" for each in range(10))):
        server.expect_request(f"/api/beta/{path}").respond_with_handler(answer)
    for ref in THREE:
        server.expect_request(f"/api/beta/repository/{ref}").respond_with_handler(answer)
    return server.url_for("").rstrip("/")


def test_the_recorded_repository_says_what_datacite_says_of_it() -> None:
    countries = json.loads(asset("vocab", "alpha3.json").read_bytes())
    asked = source("https://www.example.org")
    record = repository_from(read_xml(ZENODO.encode()), "10.17616/R3QP53")
    claim, dropped = claim_from(record, asked, countries)
    assert dropped == []
    assert claim.ref == "r3d100010468"
    assert claim.evidence[0].retrieved == "2023-04-26"
    assert claim.evidence[0].licence == "CC0-1.0"
    values = dict(claim.values)
    body = json.loads((PAYLOADS / "datacite-single-r3qp53.json").read_bytes())["data"]
    body = body if isinstance(body, dict) else body[0]
    # Three years lie between the two answers: the order and the name of the host have changed.
    assert values.pop("fields") == [
        *(each["text"][2:] for each in body["attributes"]["subjects"]),
        "FAIR",
        "multidisciplinary",
    ]
    summary = values.pop("summary")
    assert " ".join(summary.split()) == " ".join(body["attributes"]["description"].split())
    assert "\n" not in summary  # the breaks are those of who indented it
    assert values == {
        "id": "re3data-r3d100010468",
        "kind": "infrastructure",
        "name": "Zenodo",
        "region": "EU",
        "host": "European Organization for Nuclear Research",
        "domains": ["social-cultural", "health-food", "physical-sciences-engineering"],
        "established": 2013,
        "contacts": [{"url": "https://zenodo.org/contact"}, {"email": "info@zenodo.org"}],
        "website": "https://zenodo.org/",
        "identifiers": {"re3data": "r3d100010468", "doi": "10.17616/R3QP53"},
    }


async def test_the_recorded_list_and_its_repositories(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    documents = {ref: document(ref) for ref in THREE}
    recorded = (PAYLOADS / "repositories.xml").read_text("utf-8")
    pages = await read(open_door(), serve(httpserver, recorded, **documents), query="water")
    assert faults(pages) == []
    assert [page.expected for page in pages] == [3, 3, 3]
    # Its links are to another host: nothing of them is followed.
    assert [request.full_path.rstrip("?") for request, _ in httpserver.log] == [
        "/api/beta/repositories?query=water",
        *(f"/api/beta/repository/{ref}" for ref in THREE),
    ]
    first, second, third = claims(pages)
    assert first.values["identifiers"] == {"re3data": THREE[0], "doi": "10.17616/R3P594"}
    assert (second.ref, third.values["identifiers"]["doi"]) == (THREE[1], "10.17616/R3TW4Q")
    assert {key: first.values[key] for key in ("name", "acronym", "country", "host")} == {
        "name": "Deakin Research Online",
        "acronym": "DRO",
        "country": "AU",
        "host": "Deakin University",
    }
    assert first.values["contacts"] == [{"email": "drosupport@deakin.edu.au"}]
    assert first.values["summary"].startswith("DRO is Deakin University's research repository")
    assert not {"established", "ended", "status", "names"} & first.values.keys()


async def test_the_older_list_as_it_was_recorded(
    open_door: Doors, replay: Callable[[str], str], httpserver: HTTPServer
) -> None:
    # Many are listed and none of them is recorded: the service is taken to be down.
    with pytest.raises(SourceRefused) as caught:
        await read(open_door(), replay("re3data"), api="v1")
    assert (caught.value.status, caught.value.url.rpartition("/")[2]) == (404, "r3d100000007")
    assert [request.path for request, _ in httpserver.log] == [
        "/api/v1/repositories",
        *(f"/api/v1/repository/r3d10000000{each}" for each in (2, 4, 5, 6, 7)),
    ]


async def test_an_empty_list(open_door: Doors, replay: Callable[[str], str]) -> None:
    assert await read(open_door(), replay("re3data"), query="XXX") == [Page(expected=0)]


async def test_regions_are_chosen_after_reading(open_door: Doors, httpserver: HTTPServer) -> None:
    refs = [f"r3d10000000{each}" for each in range(3)]
    documents = {
        refs[0]: document(refs[0], AUS="BRA"),
        refs[1]: document(refs[1], AUS="QQQ"),
        refs[2]: document(refs[2]),
    }
    url = serve(httpserver, listing(*refs), **documents)
    pages = await read(open_door(), url, keep={"regions": ["LAC"]})
    [only] = claims(pages)
    assert (only.ref, only.values["country"], only.values["region"]) == (refs[0], "BR", "LAC")
    assert len(httpserver.log) == 4
    pages = await read(open_door(), url)
    assert [each for page in pages for each in page.dropped] == [
        f"{refs[1]}: country: QQQ is not an ISO 3166-1 alpha-3 code"
    ]
    pages = await read(open_door(), url, max_records=2)
    assert [each.ref for each in claims(pages)] == refs[:2]
    assert len(httpserver.log) == 4 + 4 + 3


async def test_no_more_is_asked_for_than_there_is_time_for(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    refs = [f"r3d10000000{each}" for each in range(6)]
    url = serve(httpserver, listing(*refs), **{each: document(each) for each in refs})
    pages = await read(open_door(limits=Limits(source=4)), url)
    assert [each.ref for each in claims(pages)] == refs[:3]
    [told] = [each for page in pages for each in page.dropped]
    assert told.startswith("3 of 6 repositories were asked for")


async def test_a_bad_repository_is_a_fault_and_the_rest_goes_on(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    refs = [f"r3d10000000{each}" for each in range(9)]
    documents: dict[str, str | Response] = {
        refs[0]: DEAKIN,
        refs[1]: document(refs[1])[:2_000],
        refs[2]: Response("<!doctype html><title>Down</title>"),
        refs[3]: document(refs[3], **{"Deakin Research Online": " "}),
        refs[4]: Response("", 500),
        refs[5]: '<error code="404" message="Not Found" />',
        refs[7]: "<r:re3data xmlns:r='http://www.re3data.org/schema/9'/>",
        refs[8]: document(refs[8]).replace("schema/2-2", "schema/9-9"),
    }
    list_ = listing("../etc", *refs, refs[0], "")
    pages = await read(open_door(), serve(httpserver, list_, **documents))
    assert [each.ref for each in claims(pages)] == [refs[8]]
    assert faults(pages) == [
        "entry 1: not an id of re3data: ../etc",
        "entry 12: not an id of re3data: ",
        f"{refs[0]}: the answer is about r3d100011274",
        f"{refs[1]}: XML that stops in the middle: <repository> of line 4 is not closed",
        f"{refs[2]}: an HTML page titled “Down” where XML was due",
        f"{refs[3]}: it has no name",
        f"{refs[4]}: 500",
        f"{refs[5]}: re3data says: 404 Not Found",
        f"{refs[6]}: re3data has no such repository",
        f"{refs[7]}: <re3data> without a repository",
    ]


async def test_a_service_that_stops_answering_fails_as_a_whole(
    open_door: Doors, httpserver: HTTPServer
) -> None:
    refs = [f"r3d10000000{each}" for each in range(8)]
    url = serve(httpserver, listing(*refs), **{refs[0]: document(refs[0])})
    with pytest.raises(SourceRefused):
        await read(open_door(), url)
    assert len(httpserver.log) == 1 + 1 + 5


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ((PAYLOADS / "error-404.xml").read_bytes(), "re3data says: 404 Not Found"),
        (b"<!doctype html><title>Bad gateway</title>", "HTML page titled “Bad gateway” where XML"),
        (b'{"data": []}', "the text .* where XML was due"),
        (b"", "an empty answer where XML was due"),
        ((PAYLOADS / "repositories.xml").read_bytes()[:500], "XML that stops in the middle"),
        (b"<rss><channel/></rss>", "<rss> where a list of repositories was due"),
        (b"<!DOCTYPE list [<!ENTITY a 'b'>]><list/>", "a document type"),
        (b"<list>" + b"<repository>" * 100, "more than 64 elements inside one another"),
    ],
)
async def test_lists_that_cannot_be_used(
    open_door: Doors, httpserver: HTTPServer, body: bytes, words: str
) -> None:
    url = serve(httpserver, Response(body, content_type="text/xml"))
    with pytest.raises(SourceUnusable, match=words) as caught:
        await read(open_door(), url)
    assert caught.value.source == "re3data"


async def test_not_found(open_door: Doors, httpserver: HTTPServer) -> None:
    body = (PAYLOADS / "error-404.xml").read_bytes()
    url = serve(httpserver, Response(body, 404, content_type="text/xml"))
    with pytest.raises(SourceFailed) as caught:
        await read(open_door(), url)
    assert isinstance(caught.value, SourceRefused)
    assert (caught.value.status, caught.value.reason) == (404, "XML")


def test_names_of_elements_are_read_whatever_their_version_is() -> None:
    body = """<a:re3data xmlns:a="http://www.re3data.org/schema/3-0"><a:repository>
      <a:re3data.orgIdentifier>r3d100000001</a:re3data.orgIdentifier>
      <a:repositoryName language="spa">Uno</a:repositoryName>
      <a:repositoryUrl> https://example.org/ </a:repositoryUrl>
      <a:description>One
two
      three</a:description><a:endDate>1995-12-2</a:endDate>
    </a:repository></a:re3data>"""
    record = repository_from(read_xml(body.encode()))
    assert record.id is None
    assert record.attributes == Attributes(
        "r3d100000001",
        "Uno",
        "https://example.org/",
        repository_contacts=[],
        repository_languages=[],
        description="One\ntwo three",
        additional_names=[],
        subjects=[],
        keywords=[],
        institutions=[],
        end_date="1995-12-2",
    )


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"dois": ["10.17616/R3QP53"]}, None),
        ({"subject": "34"}, None),
        ({"max_records": 0}, ""),
        ({"keep": {"regions": ["LATAM"]}}, None),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str | None) -> None:
    with pytest.raises(UnknownWord) as caught:
        Re3data.check(source("https://www.example.org", **options))
    if nearest is not None:
        assert caught.value.nearest == nearest
