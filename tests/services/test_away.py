"""Refreshing in another process: what it tells, how it stops, and what is left when it dies."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import RituiError, SourceRefused
from ritui.paths import Paths, find_paths
from ritui.services.away import AwayFailed, Wanted, refresh_away
from ritui.services.library import open_library
from ritui.services.sync import Progress

LABS = [{"name": f"Lab {number}", "city": "Lima"} for number in range(40)]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def home(tmp_path: Path, httpserver: HTTPServer) -> Paths:
    """A home with one source of a list of labs."""
    paths = find_paths(str(tmp_path))
    open_library(paths)[0].close()
    paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    paths.settings_file.write_text(
        f'[[source]]\nid = "labs"\nkind = "json"\nurl = "{httpserver.url_for("/labs")}"\n'
        '[source.map]\nname = "name"\ncity = "city"\n'
    )
    return paths


def held(paths: Paths) -> int:
    library, _ = open_library(paths)
    try:
        return library.catalog.held("labs")
    finally:
        library.close()


async def test_tells_where_it_is_and_how_it_ended(home: Paths, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/labs").respond_with_json(LABS)
    seen: list[Progress] = []
    [result] = await refresh_away(Wanted(home, ("labs",), False), seen.append, asyncio.Event())
    assert (result.id, result.state, result.added) == ("labs", "ok", 40)
    assert [each.phase for each in seen] == ["fetching", "fetching", "writing", "done"]
    assert held(home) == 40


async def test_a_failure_comes_back_as_what_it_is(home: Paths, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/labs").respond_with_data("gone", status=410)
    [result] = await refresh_away(Wanted(home, ("labs",), True), lambda _: None, asyncio.Event())
    assert isinstance(result.error, SourceRefused)
    assert (result.error.status, result.error.source) == (410, "labs")


async def test_stops_when_told_to(home: Paths, httpserver: HTTPServer) -> None:
    stop, asked = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def answer(request: Request) -> Response:
        loop.call_soon_threadsafe(asked.set)
        time.sleep(1.5)
        return Response(json.dumps(LABS), content_type="application/json")

    httpserver.expect_request("/labs").respond_with_handler(answer)
    work = asyncio.ensure_future(refresh_away(Wanted(home, ("labs",), True), lambda _: None, stop))
    await asyncio.wait_for(asked.wait(), 30)
    stop.set()
    [result] = await asyncio.wait_for(work, 30)
    assert (result.state, held(home)) == ("cancelled", 0)


@pytest.mark.parametrize("how", ["kill", "cancel"])
async def test_when_it_ends_before_its_time_nothing_is_lost(
    home: Paths, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    begun: list[int] = []
    real = asyncio.create_subprocess_exec

    async def begin(*arguments: str, **pipes: Any) -> asyncio.subprocess.Process:
        process = await real(*arguments, **pipes)
        begun.append(process.pid)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", begin)
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def answer(request: Request) -> Response:
        loop.call_soon_threadsafe(asked.set)
        time.sleep(1)
        return Response(json.dumps(LABS), content_type="application/json")

    httpserver.expect_request("/labs").respond_with_handler(answer)
    wanted = Wanted(home, ("labs",), True)
    work = asyncio.ensure_future(refresh_away(wanted, lambda _: None, asyncio.Event()))
    await asyncio.wait_for(asked.wait(), 30)
    if how == "kill":
        os.kill(begun[0], signal.SIGKILL)
    else:
        work.cancel()
    with pytest.raises(AwayFailed if how == "kill" else asyncio.CancelledError):
        await asyncio.wait_for(work, 30)
    assert held(home) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(begun[0], 0)


def every(of: type[RituiError]) -> list[type[RituiError]]:
    return [of, *(each for sub in of.__subclasses__() for each in every(sub))]


def test_every_error_goes_from_one_process_to_another() -> None:
    import dataclasses
    import pickle

    fill: dict[str, Callable[[], object]] = {"Path": lambda: Path("/a"), "int": lambda: 3}
    for kind in every(RituiError):
        names = [field for field in dataclasses.fields(kind) if field.init]
        error = kind(*(fill.get(str(each.type), lambda: "word")() for each in names))
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), again.facts()) == (kind, error.facts())
