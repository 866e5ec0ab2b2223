"""Sitemaps as sites have them, and hostile ones."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceRefused, SourceUnusable
from ritui.model.source import Source
from ritui.sources.fetch import Door
from ritui.sources.robots import Rules, read_rules
from ritui.sources.sitemap import EACH, FILES, Place, Sitemaps, address_at, at_home

PAYLOADS = Path(__file__).parents[1] / "payloads" / "jsonld"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*entries: str | tuple[str, str]) -> str:
    found = ""
    for entry in entries:
        loc, lastmod = entry if isinstance(entry, tuple) else (entry, "")
        found += f"<url><loc>{loc}</loc>{lastmod and f'<lastmod>{lastmod}</lastmod>'}</url>"
    return f"<urlset {SPACE}>{found}</urlset>"


def index(*locs: str) -> str:
    found = "".join(f"<sitemap><loc>{loc}</loc></sitemap>" for loc in locs)
    return f"<sitemapindex {SPACE}>{found}</sitemapindex>"


@pytest.fixture
def maps(open_door: Callable[..., Door], httpserver: HTTPServer) -> Callable[..., Sitemaps]:
    """The sitemaps of a site with these files; ``{site}`` in a text is its address."""
    site = httpserver.url_for("").rstrip("/")

    def make(files: dict[str, str | bytes], rules: Rules | None = None, *include: str) -> Sitemaps:
        def answer(request: Request) -> Response:
            body = files.get(request.path)
            if body is None:
                return Response(status=404)
            return Response(body.replace("{site}", site) if isinstance(body, str) else body)

        httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
        source = Source("s", "jsonld")
        return Sitemaps(source, open_door(), rules or Rules(), site, include)

    return make


def asked(httpserver: HTTPServer) -> list[str]:
    return [request.path for request, _ in httpserver.log]


async def paths(found: list[Place], httpserver: HTTPServer) -> list[str]:
    site = httpserver.url_for("").rstrip("/")
    return [each.url.removeprefix(site) for each in found]


async def test_what_wordpress_makes(maps: Callable[..., Sitemaps], httpserver: HTTPServer) -> None:
    there = "http://idcode4.mycafe24.com"
    files = {
        f"/static/{path.name}": path.read_text("utf-8").replace(there, "{site}")
        for path in PAYLOADS.glob("wp-sitemap*.xml")
    }
    site = httpserver.url_for("").rstrip("/")
    rules = read_rules((PAYLOADS / "robots.txt").read_text("utf-8").replace(there, site))
    sitemaps = maps(files, rules)
    found = await sitemaps.find()
    assert len(found) == 10
    assert found[0].url == (
        f"{site}/static/2021/05/24/%ea%b0%9c%eb%b0%9c-%ec%9d%bc%ec%a7%80-2021-05-24/"
    )
    assert [each.url for each in found[5:7]] == [f"{site}/static/", f"{site}/static/%ed%8c%80/"]
    assert sitemaps.faults == [
        f"{site}/static/wp-sitemap-{name}-1.xml: 404" for name in ("taxonomies-category", "users")
    ]


async def test_the_same_at_another_host_is_left_out(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    files = {f"/{path.name}": path.read_bytes() for path in PAYLOADS.glob("wp-sitemap.xml")}
    sitemaps = maps(files, read_rules((PAYLOADS / "robots.txt").read_text("utf-8")))
    assert await sitemaps.find() == []
    site = httpserver.url_for("").rstrip("/")
    assert sitemaps.faults == [
        f"1 sitemaps of robots.txt are not at {site}: "
        "http://idcode4.mycafe24.com/static/wp-sitemap.xml",
        f"4 addresses of the sitemap are not at {site}: "
        "http://idcode4.mycafe24.com/static/wp-sitemap-posts-post-1.xml",
    ]
    assert asked(httpserver) == ["/sitemap.xml", "/wp-sitemap.xml"]


async def test_the_last_changed_come_first(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    listed = urlset(
        "/none",
        ("/old", "2019-01-02"),
        ("{site}/new", "2026-03-04T05:06:07+00:00"),
        ("/odd", "yesterday"),
        ("/newer", "2026-03-04T15:06:07+00:00"),
        ("/old#again", "2026-12-12"),
    )
    found = await maps({"/sitemap.xml": listed}).find()
    assert await paths(found, httpserver) == ["/newer", "/new", "/old", "/none", "/odd"]
    assert [each.changed[:10] for each in found[:3]] == ["2026-03-04", "2026-03-04", "2019-01-02"]


async def test_only_what_is_included(maps: Callable[..., Sitemaps], httpserver: HTTPServer) -> None:
    listed = urlset("/infra/a", "/about?from=/infra/", "/es/%C3%A1rea/b", "/*x")
    sitemaps = maps({"/sitemap.xml": listed}, None, "/infra/", "área")
    assert await paths(await sitemaps.find(), httpserver) == ["/infra/a", "/es/%C3%A1rea/b"]
    assert sitemaps.listed == 4


async def test_gzip_files_and_indexes(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    files: dict[str, str | bytes] = {
        "/a.xml": index("/b.xml.gz", "/c.xml"),
        "/b.xml.gz": gzip.compress(urlset("/one").encode()),
        "/c.xml": urlset("/two"),
    }
    found = await maps(files, read_rules("Sitemap: /a.xml")).find()
    assert await paths(found, httpserver) == ["/one", "/two"]


async def test_indexes_that_go_round(maps: Callable[..., Sitemaps], httpserver: HTTPServer) -> None:
    files = {"/a.xml": index("/b.xml", "/a.xml"), "/b.xml": index("/a.xml", "/b.xml", "/c.xml"),
             "/c.xml": urlset("/one")}  # fmt: skip
    found = await maps(files).walk([httpserver.url_for("/a.xml")])
    assert await paths(found, httpserver) == ["/one"]
    assert asked(httpserver) == ["/a.xml", "/b.xml", "/c.xml"]


async def test_indexes_without_end(maps: Callable[..., Sitemaps], httpserver: HTTPServer) -> None:
    sitemaps = maps({f"/{n}.xml": index(f"/{n + 1}.xml") for n in range(100)})
    assert await sitemaps.walk([httpserver.url_for("/1.xml")]) == []
    assert len(asked(httpserver)) == FILES
    assert sitemaps.faults == ["more than 50 sitemaps: the others are not asked for"]


async def test_a_bomb_in_gzip(maps: Callable[..., Sitemaps], httpserver: HTTPServer) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (60 * 1024 * 1024), 9)
    assert len(bomb) < 100_000
    sitemaps = maps({"/bomb.xml.gz": bomb})
    with pytest.raises(SourceUnusable, match="more than 16,777,216 bytes when it is inflated"):
        await sitemaps.walk([httpserver.url_for("/bomb.xml.gz")])


async def test_more_addresses_than_a_sitemap_may_have(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    sitemaps = maps({"/sitemap.xml": urlset(*(f"/{n}" for n in range(EACH + 5)))})
    assert len(await sitemaps.find()) == EACH
    url = httpserver.url_for("/sitemap.xml")
    assert sitemaps.faults == [f"{url}: more than 50,000 addresses; the others are left out"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty answer where a sitemap was due"),
        (b"<!doctype html><title>Gone</title>", "an HTML page titled “Gone” where a sitemap"),
        (b"<rss><channel/></rss>", "XML where a sitemap was due"),
        (b"<urlset><url>", "stops in the middle"),
        (b'<!DOCTYPE u [<!ENTITY a "b">]><urlset/>', "document type"),
        (b"<urlset>" * 100, "more than 64 elements"),
        (b"\x1f\x8b\x08 cut", "gzip data that is damaged"),
        (gzip.compress(b"<urlset/>", mtime=0)[:-9], "gzip data that is damaged"),
    ],
)
async def test_what_is_no_sitemap(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer, body: bytes, words: str
) -> None:
    with pytest.raises(SourceUnusable, match=words):
        await maps({"/s.xml": body}).walk([httpserver.url_for("/s.xml")])


async def test_one_that_fails_harms_no_other(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    files = {"/a.xml": index("/bad.xml", "/good.xml"), "/bad.xml": "no", "/good.xml": urlset("/1")}
    sitemaps = maps(files)
    found = await sitemaps.walk([httpserver.url_for("/a.xml")])
    assert await paths(found, httpserver) == ["/1"]
    bad = httpserver.url_for("/bad.xml")
    assert sitemaps.faults == [f"{bad}: the text “no” where a sitemap was due"]


async def test_what_robots_forbids_is_not_asked(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    rules = read_rules("User-agent: *\nDisallow: /private")
    sitemaps = maps({"/a.xml": index("/private/b.xml", "/c.xml"), "/c.xml": urlset("/1")}, rules)
    found = await sitemaps.walk([httpserver.url_for("/a.xml")])
    assert await paths(found, httpserver) == ["/1"]
    assert asked(httpserver) == ["/a.xml", "/c.xml"]
    assert sitemaps.faults == [f"{httpserver.url_for('/private/b.xml')}: forbidden by robots.txt"]


async def test_a_site_without_one(maps: Callable[..., Sitemaps], httpserver: HTTPServer) -> None:
    usual = ["/sitemap.xml", "/wp-sitemap.xml", "/sitemap_index.xml"]
    with pytest.raises(SourceUnusable, match=r"no sitemap, in robots\.txt or at /sitemap\.xml"):
        await maps({}).find()
    assert asked(httpserver) == usual
    with pytest.raises(SourceRefused) as caught:
        await maps({}, read_rules("Sitemap: /told.xml")).find()
    assert (caught.value.status, caught.value.url) == (404, httpserver.url_for("/told.xml"))
    assert asked(httpserver)[3:] == ["/told.xml", *usual]


async def test_a_sitemap_that_robots_tells_wrongly(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    sitemaps = maps({"/wp-sitemap.xml": urlset("/1")}, read_rules("Sitemap: /told.xml"))
    assert await paths(await sitemaps.find(), httpserver) == ["/1"]
    assert sitemaps.faults == [f"{httpserver.url_for('/told.xml')}: 404"]


async def test_addresses_that_are_none(
    maps: Callable[..., Sitemaps], httpserver: HTTPServer
) -> None:
    bad = ("javascript:alert(1)", "http://[bad", "//elsewhere.example/", "http://x:99999/", "/a b",
           "http://user:pw@127.0.0.1/", "ftp://127.0.0.1/", "")  # fmt: skip
    sitemaps = maps({"/sitemap.xml": urlset(*bad, "/good")})
    assert await paths(await sitemaps.find(), httpserver) == ["/good"]
    [fault] = sitemaps.faults
    assert fault.startswith("8 addresses of the sitemap are not at http")


@pytest.mark.parametrize(
    ("site", "url", "same"),
    [
        ("https://x.example", "https://x.example/a", True),
        ("https://x.example", "https://www.x.example/a", True),
        ("https://www.x.example", "http://x.example/a", True),
        ("http://x.example", "https://x.example/a", True),
        ("https://x.example", "https://y.example/", False),
        ("https://x.example", "https://x.example.evil/", False),
        ("https://x.example", "https://x.example:8443/", False),
    ],
)
def test_what_is_at_home(site: str, url: str, same: bool) -> None:
    assert at_home(site, url) is same


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://x.example/a#b", "https://x.example/a"),
        ("/a", "https://www.x.example/a"),
        ("https://y.example/a", ""),
        ("", ""),
    ],
)
def test_addresses_of_a_site_by_https(address: str, url: str) -> None:
    assert address_at("https://x.example", address, "https://www.x.example/s.xml") == url
