"""Keys: where they are found, how they go along, and that nobody else sees them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ritui.errors import RituiError, SettingUnreadable, SourceRefused, UnknownWord
from ritui.model.source import Source
from ritui.sources.base import find_kind
from ritui.sources.fetch import Door
from ritui.sources.keys import check_key, key_headers
from tests.sources.conftest import header, says, sent_on

Doors = Callable[..., Door]
KEY = "hush-4711"
BODIES = {
    "csv": b"name\nLab\n",
    "json": b"[]",
    "jsonl": b'{"name": "Lab"}',
    "geojson": b'{"features": []}',
    "toml": b'[[lab]]\nname = "Lab"',
    "ckan": b'{"success": true, "result": {"count": 0, "results": []}}',
}


def source(kind: str, url: str, **options: Any) -> Source:
    mapped = {} if kind == "ckan" else {"map": {"name": "name"}}
    return Source("snrh", kind, options={"url": url, **mapped, **options})


async def fetch(door: Door, asked: Source) -> None:
    kind = find_kind(asked.kind)
    kind.check(asked)
    [_ async for _ in kind.pages(asked, door)]


@pytest.mark.parametrize("kind", BODIES)
async def test_a_key_goes_along_to_the_first_host_alone(
    open_door: Doors, wire: Any, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("SNRH_KEY", f" {KEY}\n")
    url = await wire.start(says())
    there = url.replace("127.0.0.1", "localhost")
    wire.answers = [sent_on("/x"), sent_on(there), says(BODIES[kind])]
    await fetch(open_door(), source(kind, url, key_env="SNRH_KEY"))
    due = KEY if kind == "ckan" else f"Bearer {KEY}"
    assert [header(each, "Authorization") for each in wire.requests] == [due, due, None]
    assert KEY not in wire.requests[2]


async def test_every_page_is_asked_for_with_the_key(
    open_door: Doors, wire: Any, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    url = await wire.start(says(b'[{"name": "Lab"}]'), says(b"[]"))
    page = {"style": "page", "limit": 1}
    wished = source("json", url, key_file=str(file), key_header="X-App-Token", page=page)
    await fetch(open_door(), wished)
    assert [header(each, "X-App-Token") for each in wire.requests] == [KEY, KEY]


@pytest.mark.parametrize("header_", ["Authorization", "X-App-Token"])
async def test_no_error_and_no_log_repeats_a_key(
    open_door: Doors,
    wire: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    header_: str,
) -> None:
    monkeypatch.setenv("SNRH_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    url = await wire.start(says(f"no such key: {KEY}".encode(), "401 No"))
    with pytest.raises(SourceRefused) as caught:
        await fetch(open_door(), source("csv", url, key_env="SNRH_KEY", key_header=header_))
    assert KEY in wire.requests[0]
    assert KEY not in f"{caught.value} {caplog.text}"


@pytest.mark.parametrize(
    ("header_", "held", "due"),
    [
        ("Authorization", KEY, f"Bearer {KEY}"),
        ("authorization", KEY, f"Bearer {KEY}"),
        ("Authorization", f"Token {KEY}", f"Token {KEY}"),
        ("X-App-Token", KEY, KEY),
    ],
)
def test_how_a_key_goes_along(
    monkeypatch: pytest.MonkeyPatch, header_: str, held: str, due: str
) -> None:
    monkeypatch.setenv("SNRH_KEY", held)
    wished = source("csv", "", key_env="SNRH_KEY", key_header=header_)
    assert key_headers(wished) == {header_: due}


def test_a_key_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SNRH_BAD", f"{KEY}\n{KEY}")
    monkeypatch.delenv("SNRH_KEY", raising=False)
    (tmp_path / "bad").write_text(f"{KEY}\r\nHost: example.org")
    (tmp_path / "bytes").write_bytes(b"\xff" + KEY.encode())
    for option, word, reason in [
        ("key_env", "SNRH_KEY", "not set"),
        ("key_env", "SNRH_BAD", "something else"),
        ("key_file", str(tmp_path / "none"), "no such file"),
        ("key_file", str(tmp_path), "directory"),
        ("key_file", str(tmp_path / "bad"), "something else"),
        ("key_file", str(tmp_path / "bytes"), "not text"),
    ]:
        with pytest.raises(SettingUnreadable) as caught:
            key_headers(source("csv", "", **{option: word}))
        told = str(caught.value)
        assert word in told
        assert option in told
        assert reason in told
        assert KEY not in told


@pytest.mark.parametrize(
    "options",
    [
        {"key_env": KEY},
        {"key_env": KEY.replace("-", "")},
        {"key_env": ""},
        {"key_env": "A", "key_file": "/b"},
        {"key_header": "X-App-Token"},
        {"key_env": "A", "key_header": f"Bearer {KEY}"},
        {"key_env": "A", "key_header": "Accept"},
        {"key_env": "A", "key_header": "host"},
        {"key_env": "A", "key_header": "If-None-Match"},
    ],
)
def test_settings_it_does_not_understand(options: dict[str, Any]) -> None:
    with pytest.raises(UnknownWord) as caught:
        check_key(source("csv", "", **options))
    assert "hush" not in str(caught.value)


async def test_an_error_comes_before_anything_is_asked(open_door: Doors, wire: Any) -> None:
    url = await wire.start(says())
    with pytest.raises(RituiError):
        await fetch(open_door(), source("csv", url, key_env="SURELY_NOT_SET"))
    assert wire.requests == []
