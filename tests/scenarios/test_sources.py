"""The sources at the screen: see how they fared, enable, refresh one, stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from ritui.config import read
from ritui.paths import find_paths
from ritui.resources import asset
from ritui.services.bundle import import_bundle
from ritui.services.library import open_library
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.sources import SourcesScreen
from tests.bundles import EVENT, RECORD, lines, made, put
from tests.loopback import settle
from tests.scenarios.reader import Reader, reading
from tests.scenarios.test_sync import configure, replayed


def enabled(home: Path) -> list[str]:
    """Ids of the sources that the settings enable."""
    paths = find_paths(str(home))
    config = read(paths.settings_file, asset("directory", "sources.toml"))
    return [source.id for source in config.sources if source.enabled]


async def test_sources_are_listed_with_what_they_give(reader: Reader) -> None:
    await reader.presses("7")
    assert reader.on(SourcesScreen)
    reader.sees(
        "> [ ] ROR: facili", "facilities in CELAC states", "never asked", "ror-celac", "30d"
    )
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)


async def test_a_new_reader_has_three_enabled_and_can_disable_each(
    new_home: Path, size: tuple[int, int]
) -> None:
    async with reading(new_home, size) as reader:
        assert enabled(new_home) == ["ror-celac", "resinfra-news", "lifewatch-news"]
        await reader.presses("7")
        reader.sees("> [✓] ROR: facili", "[ ] re3data", "[✓] EU-LAC", "never asked")
        assert not find_paths(str(new_home)).settings_file.exists()
        await reader.presses("space")
        reader.sees("> [ ] ROR: facili")
        assert enabled(new_home) == ["resinfra-news", "lifewatch-news"]
        await reader.presses("escape")
        reader.sees("2 of 6 sources on", "R refreshes from 2 sources.")
    written = find_paths(str(new_home)).settings_file.read_text()
    assert written == '[[source]]\nid = "ror-celac"\nenabled = false\n'


async def test_enabling_writes_the_settings_and_nothing_else(home: Path) -> None:
    settings = settle(find_paths(str(home)), '# mine\ntheme = "dark"\n')
    async with reading(home) as reader:
        reader.sees("0 of 6 sources on")
        await reader.presses("7", "space")
        reader.sees("[✓] ROR: facilities")
        assert enabled(home) == ["ror-celac"]
        assert settings.read_text().startswith('# mine\ntheme = "dark"\n')
        await reader.presses("escape")
        reader.sees("1 of 6 sources on")
        await reader.presses("7", "space")
        assert enabled(home) == []


async def test_one_source_is_refreshed_and_shows_its_age(
    home: Path, size: tuple[int, int], replay: Callable[[str], str]
) -> None:
    replayed(home, replay)
    async with reading(home, size, offline=False) as reader:
        await reader.presses("7", "end", "r")
        reader.sees("updated · today", "uruguay")
        found = reader.count("source:uruguay")
        reader.sees(str(found))
        await reader.presses("escape")
        reader.sees("1/1 sources", "today")


async def test_a_failure_is_told_in_words(
    home: Path, size: tuple[int, int], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/v2").respond_with_data("gone", status=404)
    configure(home, httpserver.url_for("/v2"))
    async with reading(home, size, offline=False) as reader:
        await reader.presses("7", "end", "r")
        reader.sees("failed", "status 404")


async def test_offline_nothing_is_asked(home: Path) -> None:
    configure(home, "http://127.0.0.1:9/")
    async with reading(home) as reader:
        await reader.presses("7", "end", "r")
        reader.sees("This run is offline", "never asked")


@pytest.fixture
def bundled(home: Path) -> Path:
    """A home in which a bundle was taken in."""
    library, _ = open_library(find_paths(str(home)))
    content = made(
        lines({**RECORD, "country": "UY"}, {"id": "two", "kind": "platform", "name": "Two"}),
        events_jsonl=lines(EVENT),
        stated={"title": "RI office [x]"},
    )
    import_bundle(library, put(home.parent / "office.zip", content))
    library.close()
    return home


async def test_an_imported_bundle_is_listed_and_asks_nobody(
    bundled: Path, size: tuple[int, int]
) -> None:
    async with reading(bundled, size, offline=False) as reader:
        await reader.presses("7", "end")
        reader.sees(">  •  RI office [x]", "imported · today", "Taken in from a file")
        await reader.presses("tab", "G")
        reader.sees("Made", "2026-11-24", "Events         1", "bundle-ri-office-x")
        await reader.presses("tab")
        for key in ("space", "r", "t"):
            await reader.presses(key)
            reader.sees("there is nothing to ask")
            await reader.presses("escape")
        assert not find_paths(str(bundled)).settings_file.read_text().count("bundle")
        await reader.presses("up")
        reader.sees("Next try", "not asked, since it is")


async def test_an_imported_bundle_is_removed_after_a_question(
    bundled: Path, size: tuple[int, int]
) -> None:
    async with reading(bundled, size) as reader:
        total = reader.library.catalog.total
        await reader.presses("7", "end", "d")
        reader.sees("Remove “RI office [x]” (records 2, events 1)?", "enter: remove", "esc: keep")
        await reader.presses("escape", "d", "up", "end")
        assert reader.library.catalog.held("bundle-ri-office-x") == 2
        await reader.presses("d", "enter")
        reader.sees("RI office [x] is removed: 3 records")
        assert "•" not in reader.seen
        assert reader.library.catalog.total == total - 2
        assert not reader.library.events("bundle-ri-office-x")
        await reader.presses("1")
        reader.sees(f"{total - 2} of {total - 2}")
        assert [each.what for each in reader.library.catalog.changes()].count("removed") == 2
