"""The kind ``feed`` against feeds as real sites send them, and against hostile ones."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceRefused, SourceUnusable, UnknownWord
from ritui.model.source import Event, Source
from ritui.sources.base import Page
from ritui.sources.feed import Feed, day
from ritui.sources.fetch import Door

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "feeds"


async def read(door: Door, url: str, **options: Any) -> list[Page]:
    source = Source("news", "feed", options={"url": url, **options})
    Feed.check(source)
    return [page async for page in Feed.pages(source, door)]


@pytest.fixture
def fetch(open_door: Doors, httpserver: HTTPServer) -> Callable[..., Any]:
    """Read one body as a feed at ``/feed/``."""

    async def fetch(body: bytes | str, **options: Any) -> Page:
        httpserver.expect_request("/feed/").respond_with_data(body)
        [page] = await read(open_door(), httpserver.url_for("/feed/"), **options)
        return page

    return fetch


def rss(items: str, channel: str = "", version: str = "2.0") -> str:
    return f'<rss version="{version}"><channel>{channel}{items}</channel></rss>'


def item(title: str = "T", date: str = "Wed, 17 Jan 2024 06:09:01 +0000", rest: str = "") -> str:
    return f"<item><title>{title}</title><pubDate>{date}</pubDate>{rest}</item>"


async def test_what_a_wordpress_site_serves(open_door: Doors, replay: Callable[[str], str]) -> None:
    [page] = await read(open_door(), replay("feeds") + "/category/sin-categoria/feed/")
    assert page.faults == page.dropped == ()
    assert page.claims == ()
    [event] = page.events
    assert event == Event(
        "2024-01-17",
        "¡Hola mundo!",
        kind="news",
        url="https://mariavictoria.github.io/Wordpress_Github/hola-mundo/",
        note="Bienvenido a WordPress. Esta es tu primera entrada. Editala o borrala, y después "
        "¡empezá a escribir!",
        source="news",
    )


async def test_atom_with_relative_links(open_door: Doors, replay: Callable[[str], str]) -> None:
    url = replay("feeds")
    [page] = await read(open_door(), url + "/github-releases.atom")
    assert page.faults == page.dropped == ()
    assert len(page.events) == 10
    first = page.events[0]
    assert (first.date, first.title, first.note) == ("2015-06-01", "v3.9.0", "3.9.0")
    assert first.url == url + "/gulpjs/gulp/releases/tag/v3.9.0"
    assert [each.title for each in page.events[1:4]] == ["v3.8.11", "v3.8.10", "v3.8.9"]


async def test_latin1_that_nothing_announces(
    open_door: Doors, replay: Callable[[str], str]
) -> None:
    [page] = await read(open_door(), replay("feeds") + "/no-version-pt.rss")
    assert page.faults == page.dropped == ()
    assert len(page.events) == 15
    assert {each.date for each in page.events} == {"2018-09-24"}
    first = page.events[0]
    assert first.title == (
        "Ibope: Bolsonaro perde de Haddad, Ciro e Alckmin em simulações de 2º turno"
    )
    assert first.url.startswith("https://noticias.uol.com.br/politica/eleicoes/2018/noticias/")
    assert first.note.startswith("Líder na pesquisa Ibope de intenção de voto")
    assert all(len(each.note) <= 500 and "<" not in each.note for each in page.events)
    assert all(each.url.startswith("https://") for each in page.events)


@pytest.mark.parametrize(
    ("file", "said", "faults"),
    [
        (
            "content-encoded.rss",
            [("2016-05-04", "My first Instant Article", "https://localhost:8000", "Lorem ipsum")],
            [],
        ),
        (
            "paged.rss",
            [("2021-01-21", "The First Episode", "https://example.test/episode?id=283843", "")],
            [],
        ),
        (
            "reader-full.atom",
            [
                (
                    "2003-12-13",
                    "Atom-Powered Robots Run Amok",
                    "http://example.org/2003/12/13/atom03",
                    "Some text.",
                ),
                ("2003-12-13", "Atom-Powered Robots Run Amok Again", "", ""),
            ],
            [f"source:{each}: it has no title" for each in ("only-url", "only-title", "empty")],
        ),
        (
            "reader-full.rss",
            [
                (
                    "2009-09-06",
                    "Example entry",
                    "http://www.example.com/blog/post/1",
                    "Here is some text containing an interesting description.",
                ),
                ("2009-09-06", "Example entry, again", "", ""),
            ],
            [f"source:{each}: it has no title" for each in ("only-url", "only-title", "empty")],
        ),
        (
            "rss-0.92-latin1.rss",
            [],
            [f"http://www.oreilly.com/example/00{n}.html: it has no date" for n in (1, 2)],
        ),
        (
            "missing-fields.atom",
            [],
            ["tag:github.com,2008:Repository/11167738/v3.9.0: it has no title"],
        ),
        ("incomplete-fields.atom", [], ["item 1: it has no title"]),
        (
            "reader-empty.atom",
            [],
            ["urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a: it has no title"],
        ),
        ("reader-empty.rss", [], ["7bd204c6-1655-4c27-aeee-53f933c5395f: it has no title"]),
    ],
)
async def test_what_real_feeds_say(
    open_door: Doors,
    replay: Callable[[str], str],
    file: str,
    said: list[tuple[str, str, str, str]],
    faults: list[str],
) -> None:
    [page] = await read(open_door(), f"{replay('feeds')}/{file}")
    assert [(each.date, each.title, each.url, each.note) for each in page.events] == said
    assert list(page.faults) == faults


async def test_next_page_elsewhere_is_not_asked(
    open_door: Doors, replay: Callable[[str], str], httpserver: HTTPServer
) -> None:
    [page] = await read(open_door(), replay("feeds") + "/paged.rss")
    assert page.dropped == (
        "the next page is at another host: http://example.org/index.atom?page=4",
    )
    assert len(httpserver.log) == 1


async def test_pages_are_walked_to_the_last(open_door: Doors, httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        number = int(request.args.get("page", "1"))
        onward = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="{}"/>'
        link = onward.format(f"?page={number + 1}") if number < 3 else ""
        guids = (f"<guid>g{number}</guid>", f"<guid>g{number + 1}</guid>")
        return Response(rss("".join(item(f"N{number}", rest=guid) for guid in guids), link))

    httpserver.expect_request("/feed/").respond_with_handler(answer)
    url = httpserver.url_for("/feed/")
    pages = await read(open_door(), url)
    assert [request.args.get("page") for request, _ in httpserver.log] == [None, "2", "3"]
    assert [len(page.events) for page in pages] == [2, 1, 1]  # what comes again is kept once
    httpserver.log.clear()
    pages = await read(open_door(), url, max_records=2)
    assert (len(httpserver.log), sum(len(page.events) for page in pages)) == (1, 2)
    httpserver.log.clear()
    pages = await read(open_door(), url, max_records=3)
    assert (len(httpserver.log), sum(len(page.events) for page in pages)) == (2, 3)


@pytest.mark.parametrize("onward", ["?", "?page=2"])
async def test_pages_that_bring_nothing_new_end_it(
    open_door: Doors, httpserver: HTTPServer, onward: str
) -> None:
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="{onward}"/><entry>'
        "<id>a</id><title>A</title><updated>2026-01-02T00:00:00Z</updated></entry></feed>"
    )
    httpserver.expect_request("/feed/").respond_with_data(body)
    pages = await read(open_door(), httpserver.url_for("/feed/"))
    assert [len(page.events) for page in pages] == [1, 0][: len(httpserver.log)]
    assert len(httpserver.log) <= 2


async def test_rss_1_and_old_atom(fetch: Callable[..., Any]) -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="http://x.example/"><title>Channel</title></channel>
      <item rdf:about="http://x.example/1"><title>One</title><link>http://x.example/one</link>
      <dc:date>2025-03-04T05:06:07+01:00</dc:date><description>D</description></item>
      <item rdf:about="http://x.example/2"><title>Two</title><dc:date>2025-03</dc:date></item>
      </rdf:RDF>"""
    page = await fetch(rdf)
    assert [(each.date, each.title, each.url) for each in page.events] == [
        ("2025-03-04", "One", "http://x.example/one"),
        ("2025-03", "Two", "http://x.example/2"),
    ]


async def test_old_atom(fetch: Callable[..., Any]) -> None:
    page = await fetch(
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>1</id><title>One</title>'
        '<link rel="alternate" href="http://x.example/1"/><issued>2004-05-06T07:08:09</issued>'
        "<modified>2005-01-01T00:00:00Z</modified></entry></feed>"
    )
    [event] = page.events
    assert (event.date, event.title, event.url) == ("2004-05-06", "One", "http://x.example/1")


async def test_bases_links_and_kinds_of_text(fetch: Callable[..., Any]) -> None:
    page = await fetch(
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://b.example/x/">'
        '<entry xml:base="y/"><id>1</id><updated>2026-01-01T00:00:00Z</updated>'
        '<title>a &lt;b&gt; c</title><link rel="enclosure" href="no.mp3"/>'
        '<link type="application/json" href="no.json"/><link type="text/html" href="z.html"/>'
        "<summary>1 &lt; 2 &amp;amp; 3</summary></entry>"
        '<entry><id>2</id><updated>2026-01-01</updated><title type="html">a &lt;b&gt;c&lt;/b&gt;'
        '</title><link href="/root"/><content type="xhtml"><div '
        'xmlns="http://www.w3.org/1999/xhtml"><p>one</p><p>two &lt;3</p></div></content></entry>'
        "<entry><id>3</id><updated>2026-01-01</updated><title>t</title>"
        '<link href="javascript:alert(1)"/></entry>'
        "<entry><id>4</id><updated>2026-01-01</updated><title>t</title>"
        '<link href="http://[bad"/></entry>'
        "</feed>"
    )
    first, second, third, fourth = page.events
    assert (first.title, first.url) == ("a <b> c", "http://b.example/x/y/z.html")
    assert first.note == "1 < 2 &amp; 3"
    assert (second.title, second.url) == ("a c", "http://b.example/root")
    assert second.note == "one two <3"
    assert third.url == fourth.url == ""
    assert page.dropped == (
        "3: link: not a web address: javascript:alert(1)",
        "4: link: not a web address: http://[bad",
    )
    assert page.faults == ()


async def test_hostile_titles_are_cleaned(fetch: Callable[..., Any]) -> None:
    titles = ["[red]x[/red]", "a\u202eb\u2066c", "&amp;#27;[31mred&amp;#27;[0m", "\x9b2Jend"]
    rest = "<guid>{}</guid><link>https://x.example/\u202e</link>"
    items = (item(each, rest=rest.format(number)) for number, each in enumerate(titles))
    page = await fetch(rss("".join(items)))
    assert [each.title for each in page.events] == ["[red]x[/red]", "abc", "red", "end"]
    assert {each.url for each in page.events} == {"https://x.example/"}


async def test_items_without_title_go_by_what_they_say(fetch: Callable[..., Any]) -> None:
    words = html.escape("<p>" + "word " * 200 + "</p>")
    page = await fetch(rss(item("", rest=f"<description>{words}</description>")))
    [event] = page.events
    assert len(event.title) <= 100
    assert event.title.endswith("word…")
    assert 490 < len(event.note) <= 500


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("Wed, 17 Jan 2024 06:09:01 +0000", "2024-01-17"),
        ("Seg, 24 Set 2018 19:42:40 -0300", "2018-09-24"),
        ("lun, 05 Ene 2026 10:00:00 GMT", "2026-01-05"),
        ("24 de dezembro de 2018", "2018-12-24"),
        ("03 Apr 02 1500 GMT", "2002-04-03"),
        ("1 Aug 99", "1999-08-01"),
        (" 2015-06-01T23:49:41+02:00", "2015-06-01"),
        ("2015-06-01 23:49", "2015-06-01"),
        ("2015-06", "2015-06"),
        ("2015", "2015"),
        ("0000-00-00T00:00:00", ""),
        ("2015-13-01", ""),
        ("2015-06-011", ""),
        ("31 Feb 2020", ""),
        ("99 Foo 2020", ""),
        ("٢٠١٥-٠٦-٠١", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_days(said: str, iso: str) -> None:
    assert day(said) == iso


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "an empty answer where a feed was due"),
        (b"<!doctype html><title>Just a moment...</title>", "page titled “Just a moment...” where"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "the text “.*” where a feed was due"),
        (b"<urlset><url/></urlset>", "XML of another kind, <urlset>, where a feed was due"),
        (b"<rss><channel>\n<item><title>x", "in the middle: <title> of line 2 is not closed"),
        (b"<rss><channel><title>a & b</title></channel></rss>", "damaged in line 1"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', "document type"),
        (b"<rss>" + b"<channel>" * 100, "more than 64 elements"),
        (b"\x1f\x8b\x08", "compressed data where a feed was due"),
    ],
)
async def test_what_is_no_feed_is_named(fetch: Callable[..., Any], body: bytes, words: str) -> None:
    with pytest.raises(SourceUnusable, match=words) as caught:
        await fetch(body)
    assert caught.value.source == "news"


async def test_a_page_that_says_it_is_a_feed(
    open_door: Doors, replay: Callable[[str], str]
) -> None:
    url = replay("feeds")
    with pytest.raises(SourceUnusable, match="HTML page titled “Document Moved” where a feed"):
        await read(open_door(), url + "/unrecognised.xml")
    with pytest.raises(SourceRefused, match="404") as caught:
        await read(open_door(), url + "/nothing")
    assert caught.value.status == 404


async def test_a_feed_too_large(fetch: Callable[..., Any]) -> None:
    with pytest.raises(SourceUnusable, match="more than 1,000 bytes"):
        await fetch(rss(item() * 100), max_bytes=1_000)


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"url": "https://x.example/", "max_record": 3}, "max_records"),
        ({"url": "https://x.example/", "max_records": 0}, ""),
        ({"url": "https://x.example/", "max_records": True}, ""),
        ({"url": "https://x.example/", "max_bytes": "1"}, ""),
        ({"url": "https://x.example/", "max_bytes": 64 * 2**20 + 1}, ""),
        ({"url": "file:///etc/passwd"}, ""),
        ({}, ""),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str) -> None:
    with pytest.raises(UnknownWord) as caught:
        Feed.check(Source("a", "feed", options=options))
    assert caught.value.nearest == nearest
