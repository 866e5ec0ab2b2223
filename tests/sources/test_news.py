"""Asking only for news: what is kept of an answer, whom it is told, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ritui.errors import SourceRefused
from ritui.model.source import Source
from ritui.sources.answer import Unchanged, Validators
from ritui.sources.base import find_kind
from ritui.sources.fetch import Door
from tests.sources.conftest import header, says, sent_on

Doors = Callable[..., Door]
SOURCE = Source("snrh", "csv")


async def test_asks_for_news_only_where_it_was_told_and_wants_to(
    open_door: Doors, wire: Any
) -> None:
    stamp = "Tue, 24 Nov 2026 00:00:00 GMT"
    whole = says(b"{}", ETag='W/"7"', Last_Modified=stamp)
    url = await wire.start(whole, whole, whole, says(status="304 Not Modified"))
    door = open_door()
    given = {"snrh": {f"{url}/a": Validators('W/"7"', stamp)}}
    await door.get(SOURCE, f"{url}/a?token=hush", conditional=True)
    assert door.given == given
    door.known, door.given = given, {}
    await door.get(SOURCE, f"{url}/a")
    await door.get(SOURCE, f"{url}/b", conditional=True)
    assert door.given.keys() == {"snrh"}
    assert door.given["snrh"].keys() == {f"{url}/b"}
    asked = [header(each, "If-None-Match") for each in wire.requests]
    assert asked == [None, None, None]
    with pytest.raises(Unchanged) as caught:
        await door.get(SOURCE, f"{url}/a", conditional=True)
    assert caught.value.source == "snrh"
    assert header(wire.requests[3], "If-None-Match") == 'W/"7"'
    assert header(wire.requests[3], "If-Modified-Since") is None
    assert door.given["snrh"].keys() == {f"{url}/b"}


async def test_news_are_asked_for_by_date_and_a_file_is_left_alone(
    open_door: Doors, wire: Any, tmp_path: Path
) -> None:
    stamp = "Tue, 24 Nov 2026 00:00:00 GMT"
    url = await wire.start(says(status="304 Not Modified"))
    door = open_door()
    door.known = {"snrh": {url: Validators("", stamp)}}
    with (tmp_path / "dump").open("w+b") as file, pytest.raises(Unchanged):
        await door.save(SOURCE, url, file, 100, conditional=True)
    assert header(wire.requests[0], "If-Modified-Since") == stamp
    with pytest.raises(SourceRefused, match="304"):  # nobody asked whether there is news
        await door.get(SOURCE, url)


async def test_what_an_address_gave_is_told_to_no_other(open_door: Doors, wire: Any) -> None:
    url = await wire.start(
        sent_on("/b"), says(b"{}", ETag='"b"'), sent_on("/b"), says(status="304")
    )
    door = open_door()
    await door.get(SOURCE, f"{url}/a", conditional=True)
    assert door.given == {"snrh": {f"{url}/b": Validators('"b"')}}
    door.known = door.given
    with pytest.raises(Unchanged):
        await door.get(SOURCE, f"{url}/a", conditional=True)
    asked = [header(each, "If-None-Match") for each in wire.requests]
    assert asked == [None, None, None, '"b"']


@pytest.mark.parametrize("tag", ["h\u00fcsh", '"' + "x" * 2000 + '"', '"a\tb"'])
async def test_a_tag_that_no_header_can_carry_is_not_kept(
    open_door: Doors, wire: Any, tag: str
) -> None:
    url = await wire.start(says(b"{}", ETag=tag))
    door = open_door()
    await door.get(SOURCE, url, conditional=True)
    assert door.given == {}
    door.known = {"snrh": {url: Validators(tag + "\r\nHost: x")}}
    await door.get(SOURCE, url, conditional=True)
    assert header(wire.requests[1], "If-None-Match") is None


_ITEM = b"<item><title>News</title><pubDate>24 Nov 2026</pubDate></item>"
_FILES = {
    "csv": b"name\nLab\n",
    "json": b'[{"name": "Lab"}]',
    "jsonl": b'{"name": "Lab"}\n',
    "geojson": b'{"features": [{"name": "Lab"}]}',
    "toml": b'[[lab]]\nname = "Lab"\n',
    "feed": b'<rss><channel xmlns:a="http://www.w3.org/2005/Atom">'
    b'<a:link rel="next" href="/2"/>' + _ITEM + b"</channel></rss>",
}


@pytest.mark.parametrize(("kind", "body"), _FILES.items(), ids=_FILES)
async def test_a_kind_that_one_answer_covers_can_be_unchanged(
    open_door: Doors, wire: Any, kind: str, body: bytes
) -> None:
    old = b"<rss><channel>" + _ITEM.replace(b"News", b"Older") + b"</channel></rss>"
    answers = [says(body, ETag='"1"'), *([says(old, ETag='"2"')] if kind == "feed" else [])]
    url = f"{await wire.start(*answers, says(status='304 Not Modified'))}/list"
    wished = {"url": url} if kind == "feed" else {"url": url, "map": {"name": "name"}}
    source, door = Source("snrh", kind, options=wished), open_door()
    pages = [page async for page in find_kind(kind).pages(source, door)]
    assert sum(len(page.claims) + len(page.events) for page in pages) == len(answers)
    # The second page of a feed is never asked with a condition, so nothing of it is kept.
    assert door.given == {"snrh": {url: Validators('"1"')}}
    door.known = door.given
    with pytest.raises(Unchanged):
        await anext(find_kind(kind).pages(source, door))
    assert header(wire.requests[-1], "If-None-Match") == '"1"'


@pytest.mark.parametrize("kind", ["json", "geojson"])
async def test_pages_are_asked_for_whole(open_door: Doors, wire: Any, kind: str) -> None:
    url = await wire.start(says(b'{"features": [], "x": []}', ETag='"1"'))
    wished = {"url": url, "map": {"name": "name"}, "page": {"style": "page"}, "items": "x"}
    door = open_door()
    door.known = {"snrh": {f"{url}?page=1": Validators('"1"')}}
    [_ async for _ in find_kind(kind).pages(Source("snrh", kind, options=wished), door)]
    assert header(wire.requests[0], "If-None-Match") is None
    assert door.given == {}
