"""The kind ``jsonld`` against recorded pages and sites of every temper."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceLimit, SourceRefused, SourceUnreachable, SourceUnusable, UnknownWord
from ritui.model.source import Event, Source
from ritui.sources.answer import Limits
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.jsonld import JsonLd
from tests.sources.conftest import says

Doors = Callable[..., Door]
Site = Callable[..., str]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "jsonld"


async def read(door: Door, **options: Any) -> list[Page]:
    source = Source("portal", "jsonld", options=options)
    JsonLd.check(source)
    return [page async for page in JsonLd.pages(source, door)]


def claims(pages: list[Page]) -> list[str]:
    return [claim.values["name"] for page in pages for claim in page.claims]


def faults(pages: list[Page]) -> list[str]:
    return [fault for page in pages for fault in page.faults]


def asked(httpserver: HTTPServer) -> list[str]:
    return [request.path for request, _ in httpserver.log]


def page(name: str = "Lab", **more: Any) -> str:
    thing = {"@type": "Organization", "name": name, **more}
    return f'<!doctype html><script type="application/ld+json">{json.dumps(thing)}</script>'


def sitemap(*paths: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{each}</loc></url>" for each in paths) + "</urlset>"


@pytest.fixture
def site(httpserver: HTTPServer) -> Site:
    """A site that has these pages, by their paths; anything else is not found."""

    def make(files: dict[str, Any]) -> str:
        def answer(request: Request) -> Response:
            said = files.get(request.path)
            if said is None:
                return Response("", 404)
            return said if isinstance(said, Response) else Response(said, mimetype="text/html")

        httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
        return httpserver.url_for("").rstrip("/")

    return make


async def test_recorded_pages(open_door: Doors, replay: Callable[[str], str]) -> None:
    url = replay("jsonld")
    paths = ("/2021/09/04/hello-world/", "/r2r", "/full.jsonld", "/place.jsonld", "/js-comment",
             "/creativework")  # fmt: skip
    pages = await read(open_door(), urls=[url + path for path in paths])
    assert [each.expected for each in pages] == [6] * 6
    assert claims(pages) == ["R2R", "BCO-DMO"]
    assert [event for each in pages for event in each.events] == [
        Event(
            "2021-09-04",
            "Hello world!",
            kind="news",
            url="https://conf.vanj.jp/2021/09/04/hello-world/",
            note="Welcome to WordPress. This is your first post. Edit or delete it, then start "
            "writing!",
            source="portal",
        )
    ]
    assert faults(pages) == [
        f"{url}/place.jsonld: no type that is wanted: Dataset",
        f"{url}/js-comment: a thing of type NewsArticle without a date: "
        "讓AI挑出感興趣 SparkAmplify精準行銷當紅",
        f"{url}/creativework: no type that is wanted: WebPage",
    ]
    [r2r], [bco] = pages[1].claims, pages[2].claims
    assert (r2r.ref, bco.ref) == (
        "http://www.rvdata.us",
        "http://lod.bco-dmo.org/id/affiliation/191",
    )
    assert (r2r.values["kind"], bco.values["kind"]) == ("infrastructure", "project")
    assert r2r.values["names"] == {"und": "Rolling Deck to Repository"}
    assert (r2r.values["country"], r2r.values["city"]) == ("US", "Palisades")
    assert (r2r.values["established"], bco.values["established"]) == (2009, 2006)
    assert r2r.values["host"] == "Lamont-Doherty Earth Observatory"
    assert r2r.values["identifiers"] == {"re3data": "r3d100010735"}
    assert bco.values["identifiers"] == {"re3data": "r3d100000012", "doi": "10.17616/r37p4c"}
    assert bco.values["fields"] == ["Biological Oceanography", "Chemical Oceanography"]
    assert r2r.values["contacts"] == [
        {"name": "R2R Manager", "role": "customer support", "email": "info@rvdata.us",
         "url": "http://www.rvdata.us/contact"}
    ]  # fmt: skip
    assert [len(each.dropped) for each in pages] == [0, 0, 1, 0, 0, 0]
    assert "https:/www.bco-dmo.org/about-us" in pages[2].dropped[0]


async def test_the_types_of_the_settings(open_door: Doors, replay: Callable[[str], str]) -> None:
    url = replay("jsonld")
    urls = [f"{url}/place.jsonld", f"{url}/creativework"]
    pages = await read(open_door(), urls=urls, types=["Dataset", "Book"], **{"as": "platform"})
    assert claims(pages)[1:] == ["The Catcher in the Rye"]
    [data] = pages[0].claims
    assert data.ref.startswith("http://opencoredata.org/pkg/id/8448c71e")
    assert (data.values["lat"], data.values["lon"]) == (23.7, 45.6)
    assert data.values["kind"] == "platform"
    assert data.values["fields"] == ["CSDCO", "Continental Scientific Drilling"]


async def test_a_site_by_its_sitemap(open_door: Doors, site: Site, httpserver: HTTPServer) -> None:
    listed = (
        "<urlset><url><loc>/infra/a</loc><lastmod>2020-01-01</lastmod></url>"
        "<url><loc>/infra/b</loc><lastmod>2026-01-01</lastmod></url>"
        "<url><loc>/infra/c</loc></url><url><loc>/about</loc></url>"
        "<url><loc>/infra/private</loc><lastmod>2026-02-02</lastmod></url></urlset>"
    )
    files = {
        "/robots.txt": "User-agent: *\nDisallow: /infra/private\nSitemap: /map.xml",
        "/map.xml": listed,
        **{f"/infra/{each}": page(each.upper()) for each in "abc"},
    }
    url = site(files)
    pages = await read(open_door(), url=f"{url}/welcome", include="/infra/")
    assert asked(httpserver) == ["/robots.txt", "/map.xml", "/infra/b", "/infra/a", "/infra/c"]
    assert claims(pages) == ["B", "A", "C"]
    dates = [claim.evidence[0].retrieved for each in pages for claim in each.claims]
    assert dates == ["2026-01-01", "2020-01-01", ""]
    assert faults(pages) == [f"robots.txt forbids 1 pages, not asked for: {url}/infra/private"]
    httpserver.log.clear()
    [first] = await read(open_door(), sitemap=f"{url}/map.xml", include="/infra/", max_pages=1)
    assert asked(httpserver) == ["/robots.txt", "/map.xml", "/infra/b"]
    assert first.expected == 1


async def test_pages_of_the_settings_come_before_the_sitemap(
    open_door: Doors, site: Site, httpserver: HTTPServer
) -> None:
    files = {"/map.xml": sitemap("/a", "/b"), "/a": page("A"), "/b": page("B"), "/c": page("C")}
    url = site(files)
    pages = await read(open_door(), sitemap=f"{url}/map.xml", urls=[f"{url}/c#x", f"{url}/b"])
    assert claims(pages) == ["C", "B", "A"]


async def test_robots_holds_for_pages_of_the_settings_too(
    open_door: Doors, site: Site, httpserver: HTTPServer
) -> None:
    url = site({"/robots.txt": "User-agent: ritui\nDisallow: /no", "/yes": page(), "/no": page()})
    pages = await read(open_door(), urls=[f"{url}/no", f"{url}/yes", f"{url}/no?b=2"])
    assert asked(httpserver) == ["/robots.txt", "/yes"]
    assert faults(pages) == [f"robots.txt forbids 2 pages, not asked for: {url}/no, {url}/no?b=2"]
    with pytest.raises(SourceUnusable, match=r"no page may be asked for: robots\.txt forbids 1"):
        await read(open_door(), urls=[f"{url}/no"])


@pytest.mark.parametrize("options", [{"urls": ["/a"]}, {"url": "/"}, {"sitemap": "/map.xml"}])
async def test_a_site_whose_robots_cannot_be_had(
    open_door: Doors, site: Site, httpserver: HTTPServer, options: dict[str, Any]
) -> None:
    files = {"/robots.txt": Response("", 503), "/a": page(), "/map.xml": sitemap("/a")}
    url = site(files)
    whole = {key: [url + each for each in value] if isinstance(value, list) else url + value
             for key, value in options.items()}  # fmt: skip
    with pytest.raises(SourceRefused, match=r"without its robots\.txt no page") as caught:
        await read(open_door(), **whole)
    assert caught.value.status == 503
    assert set(asked(httpserver)) == {"/robots.txt"}


@pytest.mark.parametrize(
    ("said", "seconds", "count"), [("", 4, 3), ("10", 40, 3), ("10", 30, 2), ("3600", 80, 2)]
)
async def test_pages_are_as_many_as_the_pauses_leave_time_for(
    open_door: Doors, site: Site, said: str, seconds: float, count: int
) -> None:
    """Three quarters of a source's time, with a second or the site's pause for each page."""
    files = {f"/{each}": page(each) for each in "abc"}
    url = site({**files, "/robots.txt": f"User-agent: *\nCrawl-delay: {said}"})
    door = open_door(limits=Limits(source=seconds))
    pages = await read(door, urls=[url + path for path in files])
    assert claims(pages) == ["a", "b", "c"][:count]
    late = "1 pages not asked for: the site wants longer pauses than there is time"
    assert faults(pages) == [late] * (3 - count)


async def test_a_page_that_fails_harms_no_other(
    open_door: Doors, site: Site, httpserver: HTTPServer
) -> None:
    files = {
        "/bare": "<!doctype html><title>Nothing</title><p>here",
        "/broken": '<script type="application/ld+json">{"name": </script>',
        "/half": page("Half") + '<script type="application/ld+json">{"a": </script>',
        "/cut": page("Cut")[:-30],
        "/large": " " * 3_000,
        "/good": page("Good"),
    }
    url = site(files)
    urls = [url + path for path in ("/gone", *files)]
    pages = await read(open_door(), urls=urls, max_bytes=2_000)
    assert claims(pages) == ["Half", "Good"]
    said = [fault.removeprefix(url) for fault in faults(pages)]
    assert said[0] == "/gone: 404"
    assert said[1] == "/bare: no JSON-LD in an HTML page titled “Nothing”"
    assert said[2].startswith("/broken: block 1 of its JSON-LD cannot be read: ")
    assert said[3].startswith("/half: block 2 of its JSON-LD cannot be read: ")
    assert said[4].startswith("/cut: block 1 of its JSON-LD cannot be read: ")
    assert said[5:] == ["/large: more than 2,000 bytes"]


async def test_when_nothing_comes_the_source_has_failed(open_door: Doors, site: Site) -> None:
    url = site({"/bare": "<html><title>Nothing</title>"})
    with pytest.raises(SourceRefused) as refused:
        await read(open_door(), urls=[f"{url}/gone", f"{url}/gone2"])
    assert (refused.value.status, refused.value.url) == (404, f"{url}/gone")
    words = "none of 2 pages has a record: .*/bare: no JSON-LD in an HTML page titled “Nothing”"
    with pytest.raises(SourceUnusable, match=words):
        await read(open_door(), urls=[f"{url}/bare", f"{url}/gone"])


async def test_a_sitemap_without_wanted_pages(open_door: Doors, site: Site) -> None:
    url = site({"/map.xml": sitemap("/a", "https://elsewhere.example/infra/")})
    words = "none of 1 addresses with /infra/ in its path; 1 addresses of the sitemap are not at"
    with pytest.raises(SourceUnusable, match=words):
        await read(open_door(), sitemap=f"{url}/map.xml", include="/infra/")


async def test_a_site_that_no_longer_answers(open_door: Doors, wire: Any) -> None:
    """Three pages without an answer are enough: each costs three tries."""
    url = await wire.start(says(), says(page().encode()), b"")
    with pytest.raises(SourceUnreachable) as caught:
        await read(open_door(), urls=[f"{url}/{n}" for n in range(9)])
    assert caught.value.url == f"{url}/3"
    assert [each.split()[1] for each in wire.requests] == [
        "/robots.txt", "/0", *["/1"] * 3, *["/2"] * 3, *["/3"] * 3
    ]  # fmt: skip


async def test_of_several_sites_one_is_gone(open_door: Doors, site: Site, wire: Any) -> None:
    url, gone = site({"/a": page()}), await wire.start(b"")
    pages = await read(open_door(), urls=[f"{url}/a", f"{gone}/x"])
    assert claims(pages) == ["Lab"]
    [fault] = faults(pages)
    assert fault.startswith(f"{gone}/x: ")
    with pytest.raises(SourceUnreachable):
        await read(open_door(), urls=[f"{gone}/x"])


async def test_a_site_that_wants_rest(open_door: Doors, site: Site) -> None:
    busy = Response("", 429, {"Retry-After": "3600"})
    url = site({"/a": page(), "/b": busy, "/c": page("C")})
    with pytest.raises(SourceLimit):
        await read(open_door(), urls=[f"{url}/{each}" for each in "abc"])


async def test_where_pages_are_sent_on_to(
    open_door: Doors, site: Site, httpserver: HTTPServer
) -> None:
    def to(location: str) -> Response:
        return Response("", 302, {"Location": location})

    host = httpserver.url_for("").rstrip("/").partition("//")[2]
    other = host.replace("localhost", "127.0.0.1")
    files = {"/robots.txt": "User-agent: *\nDisallow: /no", "/a": to("/good"), "/b": to("/no"),
             "/c": to(f"http://{other}/good"), "/good": page(), "/no": page("No")}  # fmt: skip
    url = site(files)
    pages = await read(open_door(), urls=[f"{url}/{each}" for each in "abc"])
    assert claims(pages) == ["Lab"]
    assert pages[0].claims[0].evidence[0].url == f"{url}/good"
    assert faults(pages) == [
        f"{url}/b: sent on to a page that robots.txt forbids: {url}/no",
        f"{url}/c: sent on to another host: http://{other}/good",
    ]


async def test_a_thing_on_several_pages_is_told_once_in_full(open_door: Doors, site: Site) -> None:
    news = {"@type": "NewsArticle", "@id": "https://x.example/n", "headline": "N",
            "datePublished": "2026-01-01"}  # fmt: skip
    same = {"@id": "https://x.example/#lab"}
    files = {
        "/a": page("Lab", **same) + page(**news),
        "/b": page("Lab", foundingDate="1999", description="D", **same) + page(**news),
        "/c": page("Lab", **same),
    }
    url = site(files)
    pages = await read(open_door(), urls=[f"{url}/{each}" for each in "abc"])
    assert [len(each.claims) for each in pages] == [1, 1, 0]
    assert pages[1].claims[0].values["established"] == 1999
    assert [len(each.events) for each in pages] == [1, 0, 0]
    assert faults(pages) == []


async def test_pages_without_data_by_their_titles(open_door: Doors, site: Site) -> None:
    files = {
        "/og": '<title>T</title><meta content="Lab &amp; Co" property="og:title">'
        '<meta property="og:description" content="What it is">',
        "/title": "<title> Lab\n two\u202e </title>",
        "/none": "<html><p>no title",
        "/data": page("Data"),
    }
    url = site(files)
    urls = [url + path for path in files]
    pages = await read(open_door(), urls=urls, fallback=True, **{"as": "network"})
    assert claims(pages) == ["Lab & Co", "Lab two", "Data"]
    first = dict(pages[0].claims[0].values)
    assert first.pop("id").startswith("portal-og-")
    assert first == {
        "kind": "network",
        "name": "Lab & Co",
        "website": f"{url}/og",
        "summary": "What it is",
    }
    assert faults(pages) == [f"{url}/none: no JSON-LD in an HTML page without a title"]
    plain = await read(open_door(), urls=urls)
    assert claims(plain) == ["Data"]


async def test_a_page_in_another_encoding_than_it_says(open_door: Doors, site: Site) -> None:
    body = page().replace("Lab", "Laboratório São João").encode("cp1252")
    url = site({"/a": Response(body, headers={"Content-Type": "text/html; charset=utf-8"})})
    assert claims(await read(open_door(), urls=[f"{url}/a"])) == ["Laboratório São João"]


async def test_hostile_pages(open_door: Doors, site: Site) -> None:
    files = {
        "/a": page("\x1b[2J\x1b]0;own\x07Lab\u202e\u2066 [red]x[/red]"),
        "/b": "<title>\x1b[31m\u202eevil</title>",
        "/c": page("C", **{"@type": "\x1b[31mPerson\u202e"}),
    }
    url = site(files)
    pages = await read(open_door(), urls=[url + path for path in files])
    assert claims(pages) == ["Lab [red]x[/red]"]
    assert faults(pages)[1] == f"{url}/c: no type that is wanted: Person"
    shown = "".join(faults(pages))
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({}, ""),
        ({"url": "file:///etc/passwd"}, ""),
        ({"urls": ["https://x.example/", "x.example"]}, ""),
        ({"sitemap": "/local/sitemap.xml"}, ""),
        ({"urls": []}, ""),
        ({"url": "https://x.example/", "max_page": 3}, "max_pages"),
        ({"url": "https://x.example/", "max_pages": 501}, ""),
        ({"url": "https://x.example/", "max_pages": 0}, ""),
        ({"url": "https://x.example/", "as": "infrastructur"}, "infrastructure"),
        ({"url": "https://x.example/", "types": ["organization!"]}, "Organization"),
        ({"url": "https://x.example/", "fallback": "yes"}, ""),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str) -> None:
    with pytest.raises(UnknownWord) as caught:
        JsonLd.check(Source("a", "jsonld", options=options))
    assert caught.value.nearest == nearest
