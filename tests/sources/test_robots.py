"""``robots.txt`` as RFC 9309 reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from ritui.errors import SourceRefused, SourceUnusable
from ritui.model.source import Source
from ritui.sources.fetch import Door
from ritui.sources.robots import MOST, Rules, ask_robots, read_rules

PAYLOADS = Path(__file__).parents[1] / "payloads" / "jsonld"
SITE = "https://x.example"


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /a", "/a", False),
        ("Disallow: /a", "/abc", False),
        ("Disallow: /a", "/A", True),
        ("Disallow: /a/", "/a", True),
        ("Disallow:", "/a", True),
        ("Disallow: /", "", False),
        ("disallow : /a # not this", "/a", False),
        ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("Allow: /a/b\nDisallow: /a", "/a/c", False),
        ("Disallow: /a\nAllow: /a", "/a", True),
        ("Disallow: /*?s=", "/search?s=x", False),
        ("Disallow: /*?s=", "/search", True),
        ("Disallow: /*.pdf$", "/x/y.pdf", False),
        ("Disallow: /*.pdf$", "/x/y.pdf?z", True),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a*b*c$", "/a-b-c-d-c", False),
        ("Disallow: /a*bc*bc$", "/abc", True),
        ("Disallow: /%7Eme/", "/~me/x", False),
        ("Disallow: /caf%c3%a9", "/café", False),
        ("Disallow: /café", "/caf%C3%A9", False),
        ("Disallow: /a%2Fb", "/a/b", True),
    ],
)
def test_which_paths_a_rule_is_about(rules: str, path: str, allowed: bool) -> None:
    assert read_rules(f"User-agent: *\n{rules}").allows(SITE + path) is allowed


def test_whom_rules_are_for() -> None:
    text = (
        "User-agent: other\nDisallow: /o\n\n"
        "User-agent: Ritui/2.0\nuser-agent: third\nDisallow: /ours\nCrawl-delay: 7\n"
        "User-agent: *\nDisallow: /all\nCrawl-delay: 90\nSitemap: https://x.example/s.xml\n"
        "User-agent: ritui\nDisallow: /too\n"
    )
    rules = read_rules(text)
    asked = ("/o", "/ours", "/too", "/all")
    assert [rules.allows(SITE + path) for path in asked] == [True, False, False, True]
    assert (rules.pause, rules.sitemaps) == (7.0, ("https://x.example/s.xml",))
    others = read_rules(text.replace("itui", "iktok"))
    assert [others.allows(SITE + path) for path in asked] == [True, True, True, False]
    assert others.pause == 30.0


@pytest.mark.parametrize("said", ["", "soon", "-5", "NaN", "٣"])
def test_pauses_that_are_none(said: str) -> None:
    assert read_rules(f"User-agent: *\nCrawl-delay: {said}").pause == 0.0


def test_recorded_and_odd_files() -> None:
    rules = read_rules((PAYLOADS / "robots.txt").read_text("utf-8"))
    assert rules.allows(SITE + "/wp-admin/admin-ajax.php?action=x")
    assert not rules.allows(SITE + "/wp-admin/options.php")
    assert rules.sitemaps == ("http://idcode4.mycafe24.com/static/wp-sitemap.xml",)
    assert read_rules("<!doctype html><p>Not found: sorry") == Rules()
    assert read_rules("Disallow: /nobody") == Rules()
    assert read_rules("\ufeff") == read_rules("") == Rules()
    assert not read_rules("User-agent: *\rDisallow: /a").allows(SITE + "/a")


def test_many_wildcards_take_no_time() -> None:
    """Each piece is looked for once; a pattern engine would try every way to part them."""
    rules = read_rules(f"User-agent: *\nDisallow: /{'*a' * 5_000}b")
    assert rules.allows(f"{SITE}/{'a' * 100_000}")


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_site_without_rules_allows_all(
    open_door: Callable[..., Door], httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("Disallow: /", status)
    site = httpserver.url_for("").rstrip("/")
    assert await ask_robots(Source("s", "jsonld"), open_door(), site) == Rules()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_site_that_cannot_say_now_allows_nothing(
    open_door: Callable[..., Door], httpserver: HTTPServer, status: int
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status)
    site = httpserver.url_for("").rstrip("/")
    with pytest.raises(SourceRefused, match=r"without its robots\.txt no page") as caught:
        await ask_robots(Source("s", "jsonld"), open_door(), site)
    assert (caught.value.status, caught.value.url) == (status, f"{site}/robots.txt")


async def test_more_rules_than_are_compared(
    open_door: Callable[..., Door], httpserver: HTTPServer
) -> None:
    text = "User-agent: *\n" + "".join(f"Disallow: /{n}\n" for n in range(MOST + 1))
    httpserver.expect_request("/robots.txt").respond_with_data(text)
    with pytest.raises(SourceUnusable, match="more than 5,000 rules"):
        await ask_robots(Source("s", "jsonld"), open_door(), httpserver.url_for("").rstrip("/"))
