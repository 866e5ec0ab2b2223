"""Links: a reader sees which are dead, looks at them, stops, and finds the archived copies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.model.claim import Claim
from ritui.model.link import Look
from ritui.model.query import parse
from ritui.model.record import Provenance
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.store.links import LinkBook, looks_at
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.links import LinksScreen
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.results import Results
from tests.conftest import PATIENCE
from tests.loopback import settle
from tests.scenarios.reader import Reader, reading


@pytest.fixture
def site(home: Path, httpserver: HTTPServer) -> str:
    """A source of this machine with two records; some of their links are not what they were."""
    httpserver.clear()
    url = f"http://127.0.0.1:{httpserver.port}"
    for path, status, to in (("/", 200, ""), ("/old", 301, "/"), ("/gone", 404, "")):
        httpserver.expect_request(path).respond_with_data(
            "x", status, {"Location": to} if to else {}
        )
    paths = find_paths(str(home))
    settle(paths, f'[[source]]\nid = "mine"\nkind = "csv"\nenabled = true\nurl = "{url}/a.csv"\n')
    claims = [
        claim("gone-lab", f"{url}/gone", f"{url}/old", f"{url}/slow"),
        claim("good-lab", f"{url}/"),
    ]
    library, _ = open_library(paths)
    library.replace("mine", claims, [], Health("mine"))
    library.close()
    return url


def claim(id_: str, website: str, *urls: str) -> Claim:
    values: dict[str, Any] = {
        "id": id_, "kind": "infrastructure", "name": f"Zz {id_}", "website": website,
        "country": "UY", "links": [{"rel": "news", "url": url} for url in urls],
    }  # fmt: skip
    return Claim("mine", id_, values, (Provenance("mine", "Mine", fields=(*values,)),))


@pytest.fixture
def slow(site: str, httpserver: HTTPServer) -> Iterator[threading.Event]:
    """Set when a page is asked that does not answer before the test is over."""
    asked, go_on = threading.Event(), threading.Event()

    def hang(_: Request) -> Response:
        asked.set()
        go_on.wait(PATIENCE)
        return Response("late")

    httpserver.expect_request("/slow").respond_with_handler(hang)
    yield asked
    go_on.set()


def keep(home: Path, *looks: Look) -> None:
    """What an earlier check found."""
    library, _ = open_library(find_paths(str(home)))
    book = LinkBook(library.catalog, library.path)
    for look in looks:
        book.keep(look)
    book.close()
    library.close()


def card_of(reader: Reader) -> str:
    card = reader.app.screen.query_one(Card)
    return "\n".join("".join(span.text for span in line) for line in card.content)


async def until_marked(reader: Reader) -> None:
    """The list is told of dead websites a moment after its first frame."""
    results = reader.directory.query_one(Results)
    while not results.dead:
        await reader.waits()


async def test_what_is_known_is_seen_and_the_copies_are_one_key_away(
    home: Path, site: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = Look(f"{site}/gone", "dead", "404", "2026-04-30T00:00:00+00:00",
                "2025-11-02T00:00:00+00:00")  # fmt: skip
    keep(home, dead)
    followed: list[str] = []
    async with reading(home, size) as reader:
        monkeypatch.setattr(type(reader.app), "follow", lambda _, url: followed.append(url))
        await reader.types("zz").presses("enter")
        await until_marked(reader)
        row, other = (
            next(line for line in reader.seen.splitlines() if f"Zz {name}" in line)
            for name in ("gone-lab", "good-lab")
        )
        assert "†UY" in row
        assert "†" not in other.partition("UY")[0]
        await reader.presses("enter")
        assert "† dead: answer 404, since 2025-11-02, checked 2026-04-30" in " ".join(
            card_of(reader).split()
        )
        await reader.presses("O")
        copies = f"https://web.archive.org/web/2025*/{site}/gone"
        assert followed == [copies]
        await reader.presses("L")
        assert reader.on(LinksScreen)
        reader.sees("Zz gone-lab", "† dead", "· never checked", "since 2025-11-02", copies[:40])
        await reader.presses("O", "o", "down", "enter")
        assert followed[1:] == [copies, f"{site}/gone", f"{site}/old"]
        # This run is offline: nobody is asked, and it is said.
        await reader.presses("c")
        reader.sees("This run is offline")
        await reader.presses("escape", "escape")
        assert reader.on(DirectoryScreen)


async def test_they_are_looked_at_and_everything_shows_it(
    home: Path, site: str, size: tuple[int, int], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/slow").respond_with_data("x", 500)
    async with reading(home, size, offline=False) as reader:
        await reader.types("zz").presses("enter", "L")
        reader.sees("· never checked", "3 links")
        await reader.presses("c")
        reader.sees("Looked at 3: moved 1, dead 1, unsure 1.", "† dead", "→ moved", "? unsure")
        await reader.presses("down")
        reader.sees(f"moved to {site}/")
        # All that is found.
        await reader.presses("C")
        reader.sees("Zz good-lab", "✓ answers", "4 links", "Looked at 4")
        await reader.presses("escape")
        assert reader.on(DirectoryScreen)
        reader.sees("†UY")
        assert "dead: answer 404" in " ".join(card_of(reader).split())
        # Found well again: the mark goes.
        httpserver.clear()
        httpserver.expect_request("/gone").respond_with_data("x")
        await reader.presses("L", "c", "q")
        assert "†" not in reader.seen


async def test_a_check_is_stopped_and_what_was_found_stays(
    home: Path, site: str, slow: threading.Event
) -> None:
    async with reading(home, (80, 24), offline=False) as reader:
        await reader.types("zz").presses("enter", "L")
        await reader.starts("c")
        while not slow.is_set() or "2 of 3 looked at" not in reader.seen:
            await reader.waits()
        reader.sees("esc stops", "† dead")
        await reader.starts("c")
        await reader.waits()
        reader.sees("A check goes on")
        await reader.presses("escape")
        assert reader.on(LinksScreen)
        reader.sees("Stopped after 2", "† dead", "→ moved", "· never checked")
        await reader.presses("escape")
        assert reader.on(DirectoryScreen)
        kept = looks_at(reader.library.catalog, [f"{site}/{name}" for name in ("gone", "slow")])
        assert [look.state for look in kept.values()] == ["dead"]


async def test_leaving_ends_a_check(home: Path, site: str, slow: threading.Event) -> None:
    async with reading(home, (80, 24), offline=False) as reader:
        await reader.types("zz").presses("enter", "L")
        await reader.starts("c")
        while not slow.is_set():
            await reader.waits()
        await reader.presses("q")
        assert reader.on(DirectoryScreen)
        reader.sees("†UY")


async def test_records_without_links_say_so(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        catalog = reader.library.catalog
        bare = next(
            values["id"]
            for values in catalog.values(catalog.search(reader.asked))
            if not values.keys() & {"website", "links", "contacts"}
        )
        reader.directory.ask(parse(f"id:{bare}"))
        await reader.presses("home", "L")
        reader.sees("These records have no links")
        await reader.presses("c", "O", "o", "escape")
        assert reader.on(DirectoryScreen)
