"""Refreshing from a source, at the screen, and what stays when the source is gone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.paths import find_paths
from tests.loopback import settle
from tests.scenarios.reader import Reader, reading

PASTEUR = "https://ror.org/04dpm2z73"


def configure(home: Path, url: str, *, extra: str = "") -> None:
    """Enable one source and no other: the organisations of Uruguay."""
    table = f'[[source]]\nid = "uruguay"\nkind = "ror"\nurl = "{url}"\ncountries = ["UY"]\n'
    settle(find_paths(str(home)), table + extra)


def replayed(home: Path, replay: Callable[[str], str]) -> None:
    configure(home, replay("ror") + "/v2/organizations")


async def test_r_fetches_into_the_same_directory(
    home: Path, size: tuple[int, int], replay: Callable[[str], str], httpserver: HTTPServer
) -> None:
    replayed(home, replay)
    async with reading(home, size, offline=False) as reader:
        reader.sees("506 of 506", "R refreshes from 1 source")
        await reader.presses("R")
        found = reader.count("source:uruguay")
        assert found > 15
        both = reader.count("source:uruguay source:bundled")
        reader.sees(f"uruguay: {found} added")
        assert both > 0
        total = 506 + found - both
        reader.sees(f"{total} of {total}", "1/1 sources", "today")
        # One record of both: the reviewed text, with what the registry adds.
        await reader.types(f"id:{PASTEUR}").presses("enter")
        record = reader.highlighted
        assert record.id == "institut-pasteur-montevideo"
        assert {entry.source for entry in record.provenance} == {"bundled", "uruguay"}
        assert [entry.source for entry in record.provenance if "summary" in entry.fields] == [
            "bundled"
        ]
    httpserver.clear()
    async with reading(home, size) as reader:
        reader.sees(f"{total} of {total}")
        await reader.types("source:uruguay").presses("enter")
        reader.sees(f"{found} of {total}")


async def test_the_cursor_stays_on_its_record_through_a_sync(
    home: Path, replay: Callable[[str], str]
) -> None:
    replayed(home, replay)
    async with reading(home, offline=False) as reader:
        await reader.presses("G", "up", "up")
        chosen = reader.highlighted.id
        await reader.presses("R")
        assert reader.count("source:uruguay") > 15
        assert reader.highlighted.id == chosen


async def test_a_failing_source_is_said_and_changes_nothing(
    home: Path, size: tuple[int, int], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v2").respond_with_json({"errors": ["parameter x is illegal"]})
    configure(home, httpserver.url_for("/v2"))
    async with reading(home, size, offline=False) as reader:
        await reader.presses("R")
        reader.sees("uruguay: the answer of", "506 of 506")
        assert reader.library.health()["uruguay"].state == "failed"
        assert reader.library.health()["uruguay"].error["key"]


async def test_r_again_stops_it(home: Path, httpserver: HTTPServer) -> None:
    asked: list[str] = []

    def never(request: Request) -> Response:
        asked.append(request.url)
        return Response(status=503, headers={"Retry-After": "50"})

    httpserver.expect_request("/v2").respond_with_handler(never)
    configure(home, httpserver.url_for("/v2"))
    async with reading(home, offline=False) as reader:
        await reader.starts("R")
        for _ in range(500):
            if asked:
                break
            await reader.waits()
        reader.sees("R stops")
        await reader.presses("R")
        reader.sees("uruguay: stopped", "506 of 506")


async def test_without_a_source_r_says_how_to_enable_one(reader: Reader) -> None:
    reader.app.start = type(reader.app.start)(
        reader.app.start.paths, "en", False, None, True, reader.app.start.config
    )
    await reader.presses("R")
    reader.sees("No source is enabled", "config.toml")
