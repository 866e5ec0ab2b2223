"""What all kinds have in common: how much, how long, and whether others can read along."""

from __future__ import annotations

from typing import Any

import pytest

from ritui.errors import UnknownWord
from ritui.model.source import Source
from ritui.sources import KINDS
from ritui.sources.answer import Limits
from ritui.sources.base import ANSWER, DUMP, FILE, find_kind, plain_http, size_of, time_of

WISHES: dict[str, dict[str, Any]] = {
    "ckan": {"url": "https://example.org/"},
    "feed": {"url": "https://example.org/"},
    "ror": {},
    "ror-dump": {"url": "https://example.org/"},
    "wikidata": {"items": ["Q1"]},
}
MOST = {"ckan": ANSWER, "ror": ANSWER, "wikidata": ANSWER, "ror-dump": DUMP}


def test_a_dump_may_take_longer() -> None:
    limits = Limits()
    assert time_of(Source("a", "ror-dump"), limits) == 3600
    assert time_of(Source("a", "csv"), limits) == time_of(Source("a", "ror"), limits) == 900
    assert all(time_of(Source("a", kind), limits) >= 900 for kind in KINDS)


@pytest.mark.parametrize(
    "kind",
    ["csv", "json", "jsonl", "geojson", "toml", "feed", "ckan", "ror", "ror-dump", "wikidata"],
)
def test_how_much_a_kind_may_be_told_to_take(kind: str) -> None:
    usual = {"url": "https://example.org/", "map": {"name": "n"}}
    wished, most = WISHES.get(kind, usual), MOST.get(kind, FILE)
    find_kind(kind).check(Source("a", kind, options={**wished, "max_bytes": most}))
    for bad in (most + 1, 0, -1, True, "1"):
        with pytest.raises(UnknownWord, match="max_bytes"):
            find_kind(kind).check(Source("a", kind, options={**wished, "max_bytes": bad}))


def test_how_much_is_taken() -> None:
    assert size_of(Source("a", "csv"), FILE) == FILE
    assert size_of(Source("a", "csv", options={"max_bytes": 7}), FILE) == 7


@pytest.mark.parametrize(
    ("options", "plain"),
    [
        ({"url": "http://example.org/a.csv"}, True),
        ({"url": "HTTP://10.1.2.3/"}, True),
        ({"url": "https://example.org/http://"}, False),
        ({"url": "http://127.0.0.1:8000/"}, False),
        ({"url": "http://localhost/"}, False),
        ({"url": "http://[::1]/"}, False),
        ({"url": "/home/me/list.csv"}, False),
        ({}, False),
        ({"urls": ["https://a.example/", "http://b.example/"]}, True),
        ({"sitemap": "http://b.example/sitemap.xml"}, True),
    ],
)
def test_who_is_asked_where_others_can_read_along(options: dict[str, Any], plain: bool) -> None:
    assert plain_http(Source("a", "json", options=options)) is plain
