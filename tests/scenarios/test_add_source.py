"""Adding a source at the screen, trying one, taking one out; while another is being fetched."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from textual.widgets import Input
from werkzeug import Request, Response

from ritui.i18n import LANGUAGES, Messages
from ritui.paths import find_paths
from ritui.text import width
from ritui.ui.actions import actions_of, key_names
from ritui.ui.screens.add_source import AddSourceScreen
from ritui.ui.screens.sources import SourcesScreen
from ritui.ui.widgets.choices import Choices
from ritui.ui.widgets.sources import SourceList
from tests.conftest import PAYLOADS
from tests.loopback import NONE_ENABLED, settle
from tests.scenarios.reader import Reader, reading
from tests.scenarios.test_sync import configure, replayed

CSV = PAYLOADS / "generic" / "instalaciones-excel.csv"
MAP = {
    "name": "Nombre", "acronym": "Sigla", "country": "País", "city": "Ciudad", "lat": "Latitud",
    "lon": "Longitud", "website": "Sitio web", "established": "Año",
}  # fmt: skip


def written(home: Path) -> list[dict[str, Any]]:
    """The sources that the reader's settings state, beside those that keep a home quiet."""
    held = find_paths(str(home)).settings_file.read_text("utf-8")
    known = tomllib.loads(NONE_ENABLED)["source"]
    return [each for each in tomllib.loads(held)["source"] if each not in known]


def enter_address(reader: Reader, url: str) -> Reader:
    """Go to the line for the address, as if the address had been pasted into it."""

    async def paste() -> None:
        reader.app.screen.query_one(Input).value = url

    reader.presses("7", "a", "enter")
    reader._plan.append(paste)
    return reader.presses("enter")


@pytest.fixture
def hanging(httpserver: HTTPServer) -> Iterator[Callable[[str], threading.Event]]:
    """Make an address hang; gives what tells that it was asked. It is let go at the end."""
    release = threading.Event()

    def hang(path: str) -> threading.Event:
        asked = threading.Event()

        def never(_: Request) -> Response:
            asked.set()
            release.wait(30)
            return Response("too late", 404)

        httpserver.expect_request(path).respond_with_handler(never)
        return asked

    yield hang
    release.set()


async def until(reader: Reader, event: threading.Event) -> None:
    for _ in range(1000):
        if event.is_set():
            break
        await reader.waits()
    assert event.is_set()


async def test_a_table_of_the_web_needs_nothing_but_its_address(
    home: Path, size: tuple[int, int], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/instalaciones.csv").respond_with_data(CSV.read_bytes())
    url = httpserver.url_for("/instalaciones.csv")
    async with reading(home, size, offline=False) as reader:
        await enter_address(reader, url)
        reader.sees("What is there?", "> csv")
        await reader.presses("enter")
        reader.sees("> Go on with these columns", "→ Name", "→ Latitude", "-27,46056")
        await reader.presses("enter")
        reader.sees(
            "The first page gives 40 records.", "Instituto de Investigaciones para",
            "every value can be used", "> Save and enable", "Instalaciones (localhost)",
        )  # fmt: skip
        assert len(httpserver.log) == 1
        assert find_paths(str(home)).settings_file.read_text() == NONE_ENABLED
        await reader.presses("enter")
        assert reader.on(SourcesScreen)
        chosen = reader.app.screen.query_one(SourceList).chosen
        assert chosen is not None
        assert (chosen.id, chosen.enabled) == ("instalaciones", True)
        assert written(home) == [
            {
                "id": "instalaciones", "kind": "csv", "title": "Instalaciones (localhost)",
                "url": url, "decimal": ",", "map": MAP,
            }
        ]  # fmt: skip
        await reader.presses("r")
        reader.sees("updated · today", "40 added", "asked again from")
        assert reader.count("source:instalaciones") == 40


async def test_a_file_of_this_machine_is_added_and_fetched(
    home: Path, size: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "lista nacional.csv"
    path.write_bytes(CSV.read_bytes())
    async with reading(home, size, offline=False) as reader:
        await enter_address(reader, str(path)).presses("enter", "enter", "down")
        reader.sees("> Save, enable and fetch now", "40 records")
        await reader.presses("enter")
        reader.sees("> [✓] Lista nacional", "updated · today")
        assert [each["map"] for each in written(home)] == [MAP]
        await reader.presses("escape")
        reader.sees("1/1 sources", "today")


async def test_a_guess_is_corrected_and_nothing_is_lost_on_the_way_back(
    home: Path, size: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Denominación,Estado,Código\nUno,BR,a\nDos,BR,b\n", "utf-8")
    async with reading(home, size) as reader:
        await enter_address(reader, str(path)).presses("enter")
        reader.sees("→ Name", "→ not used")
        # The third column is the id; the second stays out.
        await reader.presses("down", "down", "down", "enter")
        reader.sees("What is “Código”?", "Denominación")
        choices = reader.app.screen.query_one(Choices)
        while choices.value != "id":
            await reader.presses("down")
        await reader.presses("enter")
        reader.sees("> Código", "→ Id")
        await reader.presses("escape", "escape")
        assert reader.line == str(path)
        await reader.presses("enter", "enter")
        reader.sees("→ Id", "> Go on")
        await reader.presses("enter")
        reader.sees("2 records", "Uno", "Country of all")
        choices = reader.app.screen.query_one(Choices)
        while choices.value != "country":
            await reader.presses("down")
        await reader.presses("enter")
        while choices.value != "BR":
            await reader.presses("down")
        await reader.presses("enter")
        reader.sees("> Country of all", "Brazil")
        await reader.presses("up", "enter")
        reader.sees("Its short name")
        await reader.presses("ctrl+u").writes("Not an id").presses("enter")
        reader.sees("Small letters, digits and hyphens")
        await reader.presses("ctrl+u").writes("ror-celac").presses("enter")
        reader.sees("There is a source called “ror-celac”")
        await reader.presses("escape")
        reader.sees("> Short name", "list")
        await reader.presses("up", "enter", "ctrl+u").writes("Mine").presses("enter")
        while choices.value != "more":
            await reader.presses("down")
        await reader.presses("enter").writes("max_records=1 x").presses("enter")
        reader.sees("was not understood; the form is KEY=VALUE")
        await reader.presses("backspace", "backspace", "enter")
        reader.sees("max_records=1", "The first page gives 1 record.")
        while choices.value != "keep":
            await reader.presses("up")
        await reader.presses("enter")
        assert written(home) == [
            {
                "id": "list", "kind": "csv", "title": "Mine", "url": str(path), "max_records": 1,
                "enabled": False, "defaults": {"country": "BR"},
                "map": {"name": "Denominación", "id": "Código"},
            }
        ]  # fmt: skip
        reader.sees("> [ ] Mine")


async def test_a_known_source_is_enabled(home: Path, size: tuple[int, int]) -> None:
    async with reading(home, size) as reader:
        await reader.presses("7", "a", "down", "enter")
        reader.sees("> Save and enable", "t fetches the first page")
        await reader.presses("enter")
        reader.sees("> [✓] ROR: facilities")
        assert written(home) == [{"id": "ror-celac", "enabled": True}]


async def test_a_wrong_address_is_told_and_can_be_corrected(
    home: Path, size: tuple[int, int], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/new.csv").respond_with_data(CSV.read_bytes())
    async with reading(home, size, offline=False) as reader:
        await enter_address(reader, httpserver.url_for("/old.csv")).presses("enter")
        reader.sees("status 5", "Check the address")
        await reader.presses("escape")
        assert reader.line == httpserver.url_for("/old.csv")
        await reader.presses("ctrl+u").writes(httpserver.url_for("/new.csv"))
        await reader.presses("enter", "enter")
        reader.sees("> Go on")
        for _ in range(3):
            await reader.presses("escape")
        assert reader.on(AddSourceScreen)
        await reader.presses("escape")
        assert reader.on(SourcesScreen)
        assert find_paths(str(home)).settings_file.read_text() == NONE_ENABLED


async def test_what_is_no_table_is_told(
    home: Path, size: tuple[int, int], httpserver: HTTPServer
) -> None:
    page = "<!doctype html><title>Sign [red]in</title>"
    httpserver.expect_request("/list.csv").respond_with_data(page, content_type="text/html")
    async with reading(home, size, offline=False) as reader:
        await enter_address(reader, httpserver.url_for("/list.csv")).presses("enter")
        reader.sees("titled “Sign [red]in”", "where CSV was due")


async def test_offline_only_files_are_looked_at(home: Path, size: tuple[int, int]) -> None:
    async with reading(home, size) as reader:
        await enter_address(reader, "https://files.example.org/list.csv").presses("enter")
        reader.sees("this run is offline")
        await reader.presses("escape", "ctrl+u")
        reader.app.screen.query_one(Input).value = str(CSV)
        await reader.presses("enter", "enter", "enter")
        reader.sees("40 records")
        assert "fetch now" not in reader.seen


async def test_a_server_that_hangs_is_left_with_escape(
    home: Path, size: tuple[int, int], hanging: Callable[[str], threading.Event],
    httpserver: HTTPServer,
) -> None:  # fmt: skip
    asked = hanging("/slow.csv")
    async with reading(home, size, offline=False) as reader:
        await enter_address(reader, httpserver.url_for("/slow.csv"))
        await reader.starts("enter")
        await until(reader, asked)
        reader.sees("Asking", "esc stops")
        await reader.presses("escape")
        reader.sees("What is there?")
        assert "Asking" not in reader.seen
        await reader.presses("escape")
        assert reader.line == httpserver.url_for("/slow.csv")


async def test_a_test_keeps_nothing(
    home: Path, size: tuple[int, int], replay: Callable[[str], str]
) -> None:
    replayed(home, replay)
    async with reading(home, size, offline=False) as reader:
        await reader.presses("7", "end", "t")
        reader.sees("Test of uruguay", "The first page gives 20 records.", "There are 23")
        assert "uruguay" not in reader.library.health()
        assert reader.library.held("uruguay") == 0
        await reader.presses("escape")
        reader.sees("never asked", "may be asked now")
        assert reader.on(SourcesScreen)


async def test_a_test_that_fails_says_why(
    home: Path, size: tuple[int, int], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v2").respond_with_data("gone", status=404)
    configure(home, httpserver.url_for("/v2"))
    async with reading(home, size, offline=False) as reader:
        await reader.presses("7", "end", "t")
        reader.sees("Test of uruguay", "status 404", "check the address")
        assert "uruguay" not in reader.library.health()


async def test_a_test_is_stopped(
    home: Path, size: tuple[int, int], hanging: Callable[[str], threading.Event],
    httpserver: HTTPServer,
) -> None:  # fmt: skip
    asked = hanging("/v2")
    configure(home, httpserver.url_for("/v2"))
    async with reading(home, size, offline=False) as reader:
        await reader.presses("7", "end")
        await reader.starts("t")
        await until(reader, asked)
        reader.sees("Testing", "esc stops")
        await reader.presses("escape")
        assert "Testing" not in reader.seen
        assert reader.on(SourcesScreen)


async def test_a_source_of_ones_own_is_taken_out_after_one_question(
    home: Path, size: tuple[int, int]
) -> None:
    configure(home, "http://127.0.0.1:9/")
    settings = find_paths(str(home)).settings_file
    settings.write_text("# mine\n" + settings.read_text())
    async with reading(home, size) as reader:
        await reader.presses("7", "end", "d")
        reader.sees("Take “uruguay” out of the settings?", "enter: take out")
        await reader.presses("escape")
        assert len(written(home)) == 1
        await reader.presses("d", "up", "down", "enter")
        assert len(written(home)) == 1, "another row takes the question away"
        await reader.presses("tab", "d", "enter")
        assert written(home) == []
        assert settings.read_text().startswith("# mine\n")
        assert "uruguay" not in reader.seen.splitlines()[2]
        reader.sees("is taken out of")


async def test_a_source_that_comes_with_ritui_is_only_disabled(
    home: Path, size: tuple[int, int]
) -> None:
    async with reading(home, size) as reader:
        await reader.presses("7", "d")
        reader.sees("“ror-celac” comes with ritui; space disables it.")
        assert find_paths(str(home)).settings_file.read_text() == NONE_ENABLED


async def test_everything_can_be_done_while_a_source_is_fetched(
    home: Path, size: tuple[int, int], hanging: Callable[[str], threading.Event],
    httpserver: HTTPServer,
) -> None:  # fmt: skip
    asked = hanging("/v2")
    table = f'[[source]]\nid = "list"\nkind = "csv"\nurl = "{CSV}"\n'
    configure(home, httpserver.url_for("/v2"), extra=f'{table}map = {{ name = "Nombre" }}\n')
    async with reading(home, size, offline=False) as reader:
        await reader.presses("7", "end", "up")
        await reader.starts("r")
        await until(reader, asked)
        reader.sees("at work", "R stops")
        await reader.starts("d")
        await reader.waits()
        reader.sees("“uruguay” is being fetched; R stops it first.")
        for key in ("down", "t"):
            await reader.starts(key)
            await reader.waits()
        for _ in range(500):
            if "40 records" in reader.seen:
                break
            await reader.waits()
        reader.sees("Test of list", "The first page gives 40 records.")
        for key in ("escape", "r", "space"):
            await reader.starts(key)
            await reader.waits()
        reader.sees("[ ] list", "waits its turn")
        for key in ("a", "escape", "home", "space"):
            await reader.starts(key)
            await reader.waits()
        reader.sees("> [✓] ROR: facilities")
        assert {each["id"]: each.get("enabled", True) for each in written(home)} == {
            "uruguay": True, "list": False, "ror-celac": True,
        }  # fmt: skip
        await reader.presses("R")
        assert "R stops" not in reader.seen
        assert reader.library.health().keys() == {"bundled"}, "stopping forgets what waits"


async def test_what_waits_is_fetched_next(
    home: Path, httpserver: HTTPServer, size: tuple[int, int]
) -> None:
    begun, release = threading.Event(), threading.Event()

    def late(_: Request) -> Response:
        begun.set()
        release.wait(30)
        return Response(CSV.read_bytes())

    httpserver.expect_request("/first.csv").respond_with_handler(late)
    httpserver.expect_request("/second.csv").respond_with_data(CSV.read_bytes())
    tables = (
        f'[[source]]\nid = "{name}"\nkind = "csv"\nmap = {{ name = "Nombre" }}\n'
        f'url = "{httpserver.url_for(f"/{name}.csv")}"\n'
        for name in ("first", "second")
    )
    settle(find_paths(str(home)), "".join(tables))
    async with reading(home, size, offline=False) as reader:
        await reader.presses("7", "end", "up")
        await reader.starts("r")
        await until(reader, begun)
        await reader.starts("down")
        await reader.starts("r")
        await reader.waits()
        reader.sees("waits its turn")
        release.set()
        await reader.presses("g")
        health = reader.library.health()
        assert {id_: health[id_].state for id_ in ("first", "second")} == {
            "first": "ok", "second": "ok",
        }  # fmt: skip


async def test_a_click_does_what_the_keys_do(home: Path, size: tuple[int, int]) -> None:
    async with reading(home, size) as reader:
        await reader.presses("7").clicks("#list", 4, 1)
        reader.sees("> [✓] ROR: facilities")
        await reader.presses("a").clicks("#choices", 5, 1)
        reader.sees("Where is it?")
        reader.app.screen.query_one(Input).value = str(CSV)
        await reader.presses("enter").clicks("#choices", 5, 1).clicks("#choices", 5, 1)
        reader.sees("40 records")
        await reader.clicks("#choices", 5, 1)
        assert [each["id"] for each in written(home)] == ["ror-celac", "instalaciones-excel"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_step_in_each_language(home: Path, language: str, tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("Nombre\nUno\n", "utf-8")
    async with reading(home, (80, 24), language=language) as reader:
        say = reader.app.say
        await enter_address(reader, str(path)).presses("enter")
        reader.sees(say("add.ask-columns"), say("add.go-on"))
        await reader.presses("down", "enter")
        reader.sees(say("add.ask-key", column="Nombre"), say("field.acronym"))
        await reader.presses("escape", "up", "enter")
        reader.sees(say("add.ask-check"), say("trial.records", n=1))
        await reader.presses("enter", "d")
        reader.sees(say("remove.ask", source="lista"), say("remove.yes"), say("remove.no"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["sources", "addsource"])
def test_the_keys_fit_80_columns(language: str, place: str) -> None:
    say = Messages(language)
    line = "".join(
        f" {key_names(action, {})[0]} {say(f'action.{action.id}.label')} "
        for action in actions_of(place, "app")
        if action.footer
    )
    assert width(line) <= 80, line


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_head_fits_80_columns(
    home: Path, language: str, replay: Callable[[str], str]
) -> None:
    replayed(home, replay)
    async with reading(home, (80, 24), offline=False, language=language) as reader:
        await reader.presses("R")
        say = reader.app.say
        head = reader.seen.splitlines()[0]
        assert say("screen.badge-short", good=1, enabled=1, age=say("screen.today")) in head
        assert say("screen.directory") in head
