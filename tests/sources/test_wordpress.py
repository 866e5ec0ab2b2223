"""The kind ``wordpress`` against recorded answers of sites, put behind one small site."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import SourceRefused, SourceUnusable, UnknownWord
from ritui.model.claim import merge
from ritui.model.source import Event, Source
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.sources.wordpress import WordPress

Doors = Callable[..., Door]
PAYLOADS = Path(__file__).parents[1] / "payloads" / "wordpress"
REL = 'rel="https://api.w.org/"'
RECORDED = [
    each["response"] for each in json.loads((PAYLOADS / "index.json").read_text("utf-8"))["entries"]
]


def recorded(file: str) -> Response:
    """A recorded answer, with its status and headers."""
    found = next(each for each in RECORDED if each["file"] == file)
    return Response((PAYLOADS / file).read_bytes(), found["status"], found["headers"])


@dataclass
class Site:
    """A WordPress site on loopback; what it answers can be changed before it is asked."""

    server: HTTPServer
    answers: dict[str, Callable[[Request], Response]] = field(default_factory=dict)
    """Path, or value of ``rest_route``, to what answers there."""

    @property
    def url(self) -> str:
        return self.server.url_for("/")

    @property
    def asked(self) -> list[str]:
        return [request.full_path.rstrip("?") for request, _ in self.server.log]

    def put(self, path: str, *bodies: str | Response) -> None:
        """Answer at a path, each page with its own; past the last as WordPress does."""

        def answer(request: Request) -> Response:
            number = int(request.args.get("page", "1"))
            if number > len(bodies):
                return recorded("error-page.json")
            body = bodies[number - 1]
            return body if isinstance(body, Response) else recorded(body)

        self.answers[path] = answer

    def __call__(self, request: Request) -> Response:
        found = self.answers.get(request.args.get("rest_route", request.path))
        return found(request) if found else recorded("error-404.json")


@pytest.fixture
def site(httpserver: HTTPServer) -> Site:
    """A site whose front page names its API in a header."""
    site = Site(httpserver)
    front = Response(
        "<html>", headers={"Link": f'<{site.url}wp-json/>; {REL}, <x>; rel="shortlink"'}
    )
    site.put("/", front)
    site.put("/wp-json/", "root.json")
    httpserver.expect_request(re.compile(".*")).respond_with_handler(site)
    return site


async def read(door: Door, url: str, **options: Any) -> list[Page]:
    source = Source("site-news", "wordpress", "A site", options={"url": url, **options})
    WordPress.check(source)
    return [page async for page in WordPress.pages(source, door)]


def events(pages: list[Page]) -> list[Event]:
    return [event for page in pages for event in page.events]


def post(**changes: Any) -> dict[str, Any]:
    """A real post, changed where a test needs it."""
    [whole] = json.loads((PAYLOADS / "posts-hello.json").read_bytes())
    return dict(whole | changes)


def answer(posts: list[Any], **headers: str) -> Response:
    return Response(json.dumps(posts), headers={"Content-Type": "application/json"} | headers)


async def test_all_pages_are_walked_and_no_further(open_door: Doors, site: Site) -> None:
    site.put("/wp-json/wp/v2/posts", "posts-page1.json", "posts-page2.json")
    pages = await read(open_door(), site.url)
    front, *posts = site.asked
    assert front == "/"
    common = "orderby=date&order=desc&_fields=id,date,date_gmt,modified_gmt,status,link,title"
    for number, asked in enumerate(posts, 1):
        route = f"/wp-json/wp/v2/posts?per_page=100&page={number}&{common}"
        assert asked.replace("%2C", ",").startswith(route)
    assert len(posts) == 2
    assert [len(page.events) for page in pages] == [3, 2]
    assert {page.expected for page in pages} == {5}
    assert all(page.faults == page.dropped == () for page in pages)
    assert all(page.claims == () for page in pages)
    assert [each.title for each in events(pages)] == [
        "마케팅 성과 2019-04-19",
        "개발 일지 2022-08-23",
        "개발 & 마케팅 사항 2020-09-27",
        "마케팅 성과 2021-03-18",
        "개발 일지 2021-05-24",
    ]
    assert {each.date for each in events(pages)} == {"2021-05-24"}
    first = events(pages)[0]
    assert (first.kind, first.source) == ("news", "site-news")
    assert first.url == (
        "http://idcode4.mycafe24.com/static/2021/05/24/"
        "%eb%a7%88%ec%bc%80%ed%8c%85-%ec%84%b1%ea%b3%bc-2019-04-19/"
    )
    assert first.note.startswith("아무 그리워 언덕 어머님, 봅니다.")


async def test_one_post_and_none(open_door: Doors, site: Site) -> None:
    site.put("/wp-json/wp/v2/posts", "posts-hello.json")
    [page] = await read(open_door(), site.url, **{"as": "event"})
    assert page.events == (
        Event(
            "2021-09-04",
            "Hello world!",
            kind="event",
            url="https://conf.vanj.jp/2021/09/04/hello-world/",
            note="Welcome to WordPress. This is your first post. Edit or delete it, then start "
            "writing!",
            source="site-news",
        ),
    )
    site.put("/wp-json/wp/v2/posts", "posts-empty.json")
    [page] = await read(open_door(), site.url)
    assert (page.events, page.expected) == ((), 0)


async def test_pages_become_records(open_door: Doors, site: Site) -> None:
    site.put("/wp-json/wp/v2/pages", "pages.json")
    [page] = await read(open_door(), site.url, types=["pages"], **{"as": "project"})
    assert page.faults == page.dropped == ()
    assert page.events == ()
    blog, home = page.claims
    assert dict(blog.values) == {
        "id": "site-news-16",
        "kind": "project",
        "name": "블로그",
        "website": "http://idcode4.mycafe24.com/static/%eb%b8%94%eb%a1%9c%ea%b7%b8/",
    }
    assert (home.ref, home.values["name"]) == ("8", "홈")
    assert home.values["summary"] == "Your content goes here. Edit or remove this text […]"
    [entry] = home.evidence
    assert (entry.source, entry.title) == ("site-news", "A site")
    assert (entry.url, entry.retrieved) == ("http://idcode4.mycafe24.com/static/", "2021-05-25")
    assert merge([home]).name == "홈"


async def test_types_one_after_the_other(open_door: Doors, site: Site) -> None:
    site.put("/wp-json/wp/v2/posts", "posts-page1.json", "posts-page2.json")
    site.put("/wp-json/wp/v2/news-item", "posts-hello.json")
    options = {"types": ["news-item", "posts"]}
    pages = await read(open_door(), site.url, **options)
    assert [len(page.events) for page in pages] == [1, 3, 2]
    assert [page.expected for page in pages] == [1, 6, 6]
    pages = await read(open_door(), site.url, max_records=4, **options)
    assert [len(page.events) for page in pages] == [1, 3]
    assert [page.expected for page in pages] == [1, 4]


@pytest.mark.parametrize(
    "front",
    [
        '<head><link rel="https://api.w.org/" href="/wp-json/"></head>',
        '<head><link href="{url}wp-json" rel="https://api.w.org/"></head>',
        "<p>nothing is said here</p>",
        "",
    ],
)
async def test_the_api_is_found(open_door: Doors, site: Site, front: str) -> None:
    site.put("/", Response(front.format(url=site.url)))
    site.put("/wp-json/wp/v2/posts", "posts-hello.json")
    [page] = await read(open_door(), site.url)
    assert len(page.events) == 1
    assert ("/wp-json/" in site.asked) == ("link" not in front)


@pytest.mark.parametrize("said", [True, False])
async def test_a_site_without_pretty_links(open_door: Doors, site: Site, said: bool) -> None:
    link = {"Link": f"<{site.url}?rest_route=/>; {REL}"} if said else {}
    site.put("/", Response("<html>", headers=link))
    del site.answers["/wp-json/"]
    site.answers["/"] = lambda request: (
        recorded("root.json") if "rest_route" in request.args else Response("<p>", headers=link)
    )
    site.put("/wp/v2/posts", "posts-page1.json", "posts-page2.json")
    pages = await read(open_door(), site.url)
    assert [len(page.events) for page in pages] == [3, 2]
    assert site.asked[-1].startswith("/?rest_route=/wp/v2/posts&per_page=100&page=2")


async def test_a_front_page_behind_a_wall_does_not_matter(open_door: Doors, site: Site) -> None:
    site.put("/", Response("<!doctype html><title>Just a moment...</title>", 403))
    site.put("/wp-json/wp/v2/posts", "posts-hello.json")
    [page] = await read(open_door(), site.url)
    assert len(page.events) == 1


async def test_an_api_on_another_host_is_not_asked(open_door: Doors, site: Site) -> None:
    site.put("/", Response("", headers={"Link": f"<http://other.example/wp-json/>; {REL}"}))
    with pytest.raises(SourceUnusable, match=r"an API on another host: http://other\.example/"):
        await read(open_door(), site.url)
    assert site.asked == ["/"]


@pytest.mark.parametrize("at", ["/wp-json/", "/wp-json/wp/v2/posts"])
async def test_a_closed_api_is_named(open_door: Doors, site: Site, at: str) -> None:
    if at == "/wp-json/":
        site.put("/", Response("<html>"))
    site.put(at, "error-401.json")
    words = r"closed \(rest_login_required\); its feed does not answer either: http\S+/feed/: 404"
    with pytest.raises(SourceRefused, match=words) as caught:
        await read(open_door(), site.url)
    assert (caught.value.status, caught.value.source) == (401, "site-news")


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (recorded("not-json.html"), "“Index of /wordpress_github/wp-json/wp/v2/posts” where JSON"),
        (recorded("error-404.json"), "rest_no_route"),
        (recorded("error-page.json"), "rest_post_invalid_page_number"),
        (
            Response("<!doctype html><title>Just a moment...</title>", 403),
            "keeps its API closed .*titled “Just a moment...”",
        ),
        (Response('{"code":"rest_disabled","message":"x"}'), "WordPress says: rest_disabled"),
        (Response('{"other": 1}'), "Expected `array`, got `object`"),
        (Response('[{"id": 1}'), "truncated"),
        (Response(""), "an empty answer where JSON was due"),
        (Response("[" * 100_000), "recursion|truncated"),
    ],
)
async def test_answers_that_cannot_be_used(
    open_door: Doors, site: Site, response: Response, words: str
) -> None:
    site.put("/wp-json/wp/v2/posts", response)
    with pytest.raises((SourceUnusable, SourceRefused), match=words):
        await read(open_door(), site.url)


@pytest.mark.parametrize(
    ("root", "words"),
    [
        (recorded("not-json.html"), "no API of WordPress was found here: an HTML page titled"),
        (recorded("error-404.json"), "was found here: 404 .*rest_no_route"),
        (
            Response('{"namespaces": ["oembed/1.0"]}'),
            "no API of WordPress was found here; its feed",
        ),
    ],
)
async def test_a_site_that_is_no_wordpress(
    open_door: Doors, site: Site, root: Response, words: str
) -> None:
    site.answers["/"] = lambda request: root if request.args else Response("<p>Hello</p>")
    site.put("/wp-json/", root)
    with pytest.raises(SourceUnusable, match=words) as caught:
        await read(open_door(), site.url)
    assert site.asked == ["/", "/wp-json/", "/?rest_route=/", "/feed/"]
    assert caught.value.url == site.url


WALL = Response("<!doctype html><title>Just a moment...</title>", 403)
FEED = Response((PAYLOADS.parent / "feeds" / "wordpress-es.rss").read_bytes())
HOLA = Event(
    "2024-01-17",
    "¡Hola mundo!",
    kind="news",
    url="https://mariavictoria.github.io/Wordpress_Github/hola-mundo/",
    note="Bienvenido a WordPress. Esta es tu primera entrada. Editala o borrala, y después "
    "¡empezá a escribir!",
    source="site-news",
)


@pytest.mark.parametrize(
    ("at", "response", "why"),
    [
        ("/wp-json/", recorded("error-401.json"), "its API closed (rest_login_required)"),
        (
            "/wp-json/wp/v2/posts",
            recorded("error-401.json"),
            "its API closed (rest_login_required)",
        ),
        ("/wp-json/", WALL, "its API closed (an HTML page titled “Just a moment...”)"),
        ("/wp-json/wp/v2/posts", recorded("not-json.html"), "where JSON was due"),
        ("/wp-json/wp/v2/posts", Response('{"code": "rest_disabled"}'), "says: rest_disabled"),
        ("/wp-json/", recorded("error-404.json"), "no API of WordPress was found here: 404"),
        ("/wp-json/", Response("<html>"), "no API of WordPress was found here: an HTML page"),
    ],
)
async def test_the_feed_is_read_where_the_api_is_closed(
    open_door: Doors, site: Site, at: str, response: Response, why: str
) -> None:
    if at == "/wp-json/":  # else the front page would name the root, and it would not be asked
        site.answers["/"] = lambda request: response if request.args else Response("<html>")
    site.put(at, response)
    site.put("/feed/", FEED)
    [page] = await read(open_door(), site.url)
    assert page.events == (HOLA,)
    assert page.partial
    [told] = page.dropped
    assert why in told
    assert told.endswith("; its feed was read instead, which has only the newest posts")
    [page] = await read(open_door(), site.url, **{"as": "event"})
    assert [each.kind for each in page.events] == ["event"]


async def test_an_api_that_answers_is_whole(open_door: Doors, site: Site) -> None:
    site.put("/wp-json/wp/v2/posts", "posts-hello.json")
    site.put("/feed/", FEED)
    [page] = await read(open_door(), site.url)
    assert not page.partial
    assert "/feed/" not in site.asked


@pytest.mark.parametrize(
    ("at", "response", "options"),
    [
        ("/wp-json/wp/v2/posts", recorded("error-404.json"), {}),
        ("/wp-json/wp/v2/posts", recorded("error-page.json"), {}),
        ("/wp-json/wp/v2/posts", Response("", 503), {}),
        ("/wp-json/wp/v2/posts", Response('[{"id": 1}'), {}),
        ("/wp-json/wp/v2/posts", Response(""), {}),
        ("/wp-json/", Response("", 500), {}),
        ("/wp-json/", Response('{"namespaces": ["wp'), {}),
        ("/wp-json/wp/v2/pages", recorded("error-401.json"), {"types": ["pages"]}),
        ("/wp-json/wp/v2/posts", recorded("error-401.json"), {"as": "project"}),
    ],
)
async def test_the_feed_is_not_read_for_other_reasons(
    open_door: Doors, site: Site, at: str, response: Response, options: dict[str, Any]
) -> None:
    if at == "/wp-json/":
        site.put("/", Response("<html>"))
    site.put(at, response)
    site.put("/feed/", FEED)
    with pytest.raises((SourceUnusable, SourceRefused)):
        await read(open_door(), site.url, **options)
    assert "/feed/" not in site.asked


async def test_a_site_that_closes_halfway_is_not_mixed(open_door: Doors, site: Site) -> None:
    site.put("/wp-json/wp/v2/posts", "posts-page1.json", WALL)
    site.put("/feed/", FEED)
    with pytest.raises(SourceRefused, match="keeps its API closed") as caught:
        await read(open_door(), site.url)
    assert caught.value.status == 403
    assert "/feed/" not in site.asked


@pytest.mark.parametrize(
    ("feed", "words"),
    [
        (Response("", 404), "/feed/: 404"),
        (WALL, "/feed/: 403"),
        (Response("<!doctype html><title>No</title>"), "titled “No” where a feed was due"),
        (Response("<rss><channel><item>"), "<item> of line 1 is not closed"),
        (Response(""), "an empty answer where a feed was due"),
    ],
)
async def test_neither_answers(open_door: Doors, site: Site, feed: Response, words: str) -> None:
    site.put("/wp-json/wp/v2/posts", "error-401.json")
    site.put("/feed/", feed)
    both = rf"\(rest_login_required\); its feed does not answer either: .*{words}"
    with pytest.raises(SourceRefused, match=both) as caught:
        await read(open_door(), site.url)
    assert (caught.value.status, caught.value.url.partition("?")[0]) == (
        401,
        f"{site.url}wp-json/wp/v2/posts",
    )


async def test_feeds_of_categories(open_door: Doors, site: Site) -> None:
    site.put("/wp-json/wp/v2/categories", "error-401.json")
    site.put("/category/noticias/feed/", FEED)
    site.put("/category/eventos-2024/feed/", FEED)  # what stands in both comes once
    pages = await read(open_door(), site.url, categories=["Notícias", "eventos-2024", "none"])
    assert events(pages) == [HOLA]
    assert all(page.partial for page in pages)
    assert sum(len(page.dropped) for page in pages) == 1
    assert pages[-1].faults == (f"{site.url}category/none/feed/: 404",)
    assert "/feed/" not in site.asked


NEWS = {"id": 3, "name": "News &amp; more", "slug": "news"}
EVENTS = {"id": 5, "name": "Eventos y más", "slug": "ev"}


def categories(request: Request) -> Response:
    """Categories as WordPress finds them: by slug exactly, by search somewhere in the name."""
    wanted, term = request.args.get("slug"), request.args.get("search", "").casefold()
    found = [
        each
        for each in (NEWS, EVENTS)
        if each["slug"] == wanted or (term and term in str(each["name"]).casefold())
    ]
    return answer(found)


async def test_posts_of_categories_by_slug_or_name(open_door: Doors, site: Site) -> None:
    site.answers["/wp-json/wp/v2/categories"] = categories
    theirs = [post(id=1, categories=[3, 9]), post(id=2, categories=[9]), post(id=3, categories=[5])]
    site.put("/wp-json/wp/v2/posts", answer(theirs))
    asked = ["news", "EVENTOS Y MÁS"]
    [page] = await read(open_door(), site.url, categories=asked)
    # A site that does not know the parameter gives all: what it gives is looked at again.
    assert len(page.events) == 2
    last = site.server.log[-1][0]
    assert last.args["categories"] == "3,5"
    slugs = [request.args.get("slug") for request, _ in site.server.log[1:-1]]
    assert slugs == ["news", "eventos-y-mas", None]
    with pytest.raises(SourceUnusable, match="no category “Event”"):
        await read(open_door(), site.url, categories="Event")


async def test_languages(open_door: Doors, site: Site) -> None:
    theirs = [
        post(id=1, lang="es"),
        post(id=2, lang="pt_BR"),
        post(id=3, lang="en"),
        post(id=4),
        post(id=5, lang={"code": "fr"}),
    ]
    site.put("/wp-json/wp/v2/posts", answer(theirs))
    [page] = await read(open_door(), site.url, languages=["en", "pt"])
    # What does not say its language is not left out for it.
    assert len(page.events) == 4
    assert "lang" not in site.server.log[-1][0].args
    [page] = await read(open_door(), site.url, languages="es", **{"as": "project"})
    assert [dict(each.values).get("names") for each in page.claims] == [
        {"es": "Hello world!"},
        None,
        None,
    ]
    assert site.server.log[-1][0].args["lang"] == "es"
    [page] = await read(open_door(), site.url, **{"as": "project"})
    assert page.claims[1].values["names"] == {"pt": "Hello world!"}


async def test_a_root_of_another_language(open_door: Doors, site: Site) -> None:
    root = f"{site.url}es/wp-json/"
    site.put("/es/", Response("<html>", headers={"Link": f"<{root}>; {REL}"}))
    site.put("/es/wp-json/wp/v2/posts", "error-401.json")
    site.put("/es/feed/", FEED)
    [page] = await read(open_door(), f"{site.url}es/")
    assert page.events == (HOLA,)


async def test_totals_that_are_not_stated(open_door: Doors, site: Site) -> None:
    full = answer([post(id=number) for number in range(100)])
    site.put("/wp-json/wp/v2/posts", full, answer([post(id=100)]))
    pages = await read(open_door(), site.url)
    assert [len(page.events) for page in pages] == [100, 1]
    site.put("/wp-json/wp/v2/posts", full)  # the second page is past the end
    assert len(events(await read(open_door(), site.url))) == 100


async def test_pages_that_bring_nothing_new_end_it(open_door: Doors, site: Site) -> None:
    again = answer([post()], **{"X-WP-Total": "300", "X-WP-TotalPages": "300"})
    site.put("/wp-json/wp/v2/posts", *[again] * 300)
    with pytest.raises(SourceUnusable, match="page 2 has no new record, after 1 of 300"):
        await read(open_door(), site.url)
    assert len(site.asked) == 3


async def test_a_bad_record_is_named_and_the_rest_goes_on(open_door: Doors, site: Site) -> None:
    posts = [
        post(id="7", title={"rendered": "[red] &#8211; a\u202eb&#27;[31mc &amp; <i>d</i>"}),
        post(id=2, title={"rendered": " "}),
        post(id=3, date="0000-00-00T00:00:00", date_gmt=None),
        post(id=4, date=None, link="javascript:alert(1)", excerpt=None),
        post(id=5, status="private"),
        post(id=6, title=7),
        "x",
    ]
    site.put("/wp-json/wp/v2/posts", answer(posts))
    [page] = await read(open_door(), site.url)
    seventh, fourth = page.events
    assert seventh.title == "[red] – abc & d"
    assert (fourth.date, fourth.url) == ("2021-09-04", "")
    assert fourth.note.startswith("Welcome to WordPress.")
    assert page.dropped == ("4: link: not a web address: javascript:alert(1)",)
    assert page.faults[:3] == (
        "2: it has no title",
        "3: it has no date",
        "5: it is not published but “private”",
    )
    assert page.faults[3].startswith("6: Expected `object`, got `int`")
    assert page.faults[4].startswith("page 1, record 7: Expected `object`, got `str`")


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"type": ["posts"]}, "types"),
        ({"types": ["../users"]}, ""),
        ({"types": ["Posts"]}, "posts"),
        ({"as": "projects"}, "project"),
        ({"as": "events"}, "event"),
        ({"max_records": 10_001}, ""),
        ({"categories": ["news", " "]}, ""),
        ({"languages": ["english"]}, ""),
        ({"url": "ftp://x.example/"}, ""),
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any], nearest: str) -> None:
    options = {"url": "https://x.example/"} | options
    with pytest.raises(UnknownWord) as caught:
        WordPress.check(Source("a", "wordpress", options=options))
    assert caught.value.nearest == nearest
