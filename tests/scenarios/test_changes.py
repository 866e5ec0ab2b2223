"""What changed, at the screen: since the last visit and by refresh; n and N in the directory."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ritui.i18n import LANGUAGES, Messages
from ritui.model.claim import Claim
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.text import width
from ritui.ui.actions import actions_of, key_names
from ritui.ui.messages import CatalogChanged
from ritui.ui.screens.changes import ChangesScreen
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.gone import GoneScreen
from ritui.ui.screens.timeline import TimelineScreen
from ritui.ui.widgets.lines import Lines
from ritui.ui.widgets.outcomes import Outcomes
from ritui.ui.widgets.trial import Told
from tests.scenarios.reader import Reader, reading
from tests.terminal import Terminal

TIMES = ("2026-11-01T10:00:00+00:00", "2026-11-10T10:00:00+00:00", "2026-11-20T10:00:00+00:00")
VISITED = "2026-11-15T12:00:00+00:00"
LASER = {"name": "Láser [bold]del Sur[/bold]", "country": "PE", "city": "Lima"}
FOREST = {"name": "Bosque", "country": "BR", "summary": "It listened to the forest."}


def claims(**records: Mapping[str, Any]) -> list[Claim]:
    return [
        Claim("lab", id_, {"id": id_, "kind": "infrastructure", **values})
        for id_, values in records.items()
    ]


def refreshed(home: Path, *states: list[Claim], visited: str = VISITED) -> None:
    """Refresh a source again and again, each time on its day; and visit between."""
    paths = find_paths(str(home))
    library, _ = open_library(paths)
    for state in states:
        library.replace("lab", state, [], Health("lab", "ok", "", TIMES[0], len(state)))
        with closing(sqlite3.connect(paths.store_file, isolation_level=None)) as cache:
            done = cache.execute(
                "SELECT count(DISTINCT time) FROM change WHERE time < '2026-11-24'"
            )
            cache.execute(
                "UPDATE change SET time = ? WHERE time NOT IN (?, ?, ?)",
                (TIMES[done.fetchone()[0]], *TIMES),
            )
    library.keep_fact("visited", visited)
    library.close()


@pytest.fixture
def changed(home: Path) -> Path:
    """A home in which three refreshes changed something, the last one after the last visit."""
    first = claims(laser=LASER, forest=FOREST)
    second = claims(laser={**LASER, "established": 1990}, forest={**FOREST, "city": "Manaus"})
    third = claims(
        laser={**LASER, "established": 1990, "city": "Cusco", "areas": ["energy"]},
        sun={"name": "Sol de Arica", "country": "CL", "status": "operational"},
    )
    refreshed(home, first, second, third)
    return home


def told(reader: Reader) -> str:
    """All that the panel of the chosen change says, in sight or not."""
    content = reader.app.screen.query_one(Told).content
    return "\n".join("".join(span.text for span in line) for line in content)


async def test_what_changed_since_the_last_visit_and_before(
    changed: Path, size: tuple[int, int]
) -> None:
    async with reading(changed, size) as reader:
        await reader.presses("5")
        reader.sees("+3 since your last visit")
        await reader.presses("v")
        assert reader.on(ChangesScreen)
        reader.sees(
            "Since your last visit", "+1 ~1 −1", "> + added    Sol de Arica",
            "~ changed  Láser [bold]del Sur[/bold]", "city, areas", "− removed  Bosque",
            "lab · ~2", "lab · +2", "7 of 7",
        )  # fmt: skip
        assert "operational" in told(reader)
        await reader.presses("down")
        text = told(reader)
        assert "Lima → Cusco" in text
        assert "+ energy" in text
        assert re.search(r"From\n2026-11-20 \d\d:00 · lab", text)
        await reader.presses("enter")
        assert reader.on(DetailScreen)
        reader.sees("Láser [bold]del Sur[/bold]", "Cusco")
        await reader.presses("escape", "v")
        assert reader.on(TimelineScreen)
        await reader.presses("v", "escape", "escape")
        assert reader.on(DirectoryScreen)


async def test_what_was_known_of_a_removed_one(changed: Path, size: tuple[int, int]) -> None:
    async with reading(changed, size) as reader:
        await reader.presses("5", "v", "down", "down")
        assert "Not in the directory any more" in told(reader)
        await reader.presses("enter")
        assert reader.on(GoneScreen)
        reader.sees("removed Bosque", "Not in the directory any more", "Manaus")
        await reader.presses("escape")
        assert reader.on(ChangesScreen)
        # Nothing can be done with what is no more.
        await reader.presses("m")
        assert not find_paths(str(changed)).shelf_file.exists()


async def test_a_query_narrows_live_and_escape_undoes(changed: Path) -> None:
    async with reading(changed) as reader:
        await reader.presses("5", "v").types("laser")
        reader.sees("3 of 7", "~ changed  Láser", "lab · ~1", "lab · +1")
        assert "Bosque" not in reader.seen
        await reader.presses("enter")
        assert str(reader.asked) == "laser"
        await reader.presses("escape").types("bosq").presses("enter")
        reader.sees("− removed  Bosque", "3 of 7")
        await reader.presses("escape").types("area:x")
        reader.sees("“x”")
        await reader.presses("backspace").writes("energy").presses("enter")
        reader.sees("Láser", "3 of 7")
        await reader.presses("escape").types("qqq").presses("enter")
        reader.sees("0 of 7", "No change is so.")
        await reader.presses("escape")
        reader.sees("7 of 7")


async def test_it_is_live_and_the_cursor_stays(changed: Path) -> None:
    async with reading(changed) as reader:
        await reader.presses("5", "v", "down")
        listed = reader.app.screen.query_one(Outcomes)
        assert listed.chosen
        assert listed.chosen.id == "laser"
        now = claims(laser={**LASER, "established": 1990, "city": "Ica", "areas": ["energy"]},
                     aaa={"name": "Aaa"})  # fmt: skip
        reader.library.replace("lab", now, [], Health("lab", "ok"))
        reader.app.screen.post_message(CatalogChanged())
        await reader
        await reader.waits()
        await reader.presses("tab", "tab")
        reader.sees("+ added    Aaa")
        assert "Sol de Arica" not in reader.seen
        assert listed.chosen.id == "laser"
        assert "Lima → Ica" in told(reader)


async def test_nothing_new_is_said(home: Path, size: tuple[int, int]) -> None:
    async with reading(home, size) as reader:
        await reader.presses("5")
        assert "since your last visit" not in reader.seen
        await reader.presses("v")
        reader.sees("Nothing has changed since the directory was filled.", "0 of 0")
        await reader.presses("enter", "o", "i", "down", "q", "q")
        assert reader.on(DirectoryScreen)
    refreshed(home, claims(laser=LASER), visited="2026-11-02T00:00:00+00:00")
    async with reading(home, size) as reader:
        await reader.presses("5", "v")
        reader.sees("Nothing new since your last visit, 2026-11-0", "lab · +1")
        # Not more than the start has been remembered: who ends the program does the rest.
        assert reader.library.catalog.fact("visited") > "2026-11-02T00:00:00+00:00"
        await reader.resizes(40, 10)
        reader.sees("> + added    Láser")
        assert not reader.app.screen.query_one("#change", Lines).display


async def test_n_goes_through_what_is_new_or_changed(home: Path) -> None:
    new = claims(ccc={"name": "Cc the first"}, zzz={"name": "Zz the last"})
    library, _ = open_library(find_paths(str(home)))
    library.close()
    with closing(sqlite3.connect(find_paths(str(home)).store_file)) as cache:
        # What came with the first load is not news; here, that was long ago.
        cache.execute("UPDATE record SET added = '2020-01-01', changed = '2020-01-01'")
        cache.commit()
    library, _ = open_library(find_paths(str(home)))
    library.rebuild()
    library.replace("lab", new, [], Health("lab", "ok"))
    library.close()
    async with reading(home) as reader:
        await reader.presses("n")
        assert reader.highlighted.id == "ccc"
        await reader.presses("n")
        assert reader.highlighted.id == "zzz"
        await reader.presses("n")
        reader.sees("No record of this list is new")
        assert reader.highlighted.id == "zzz"
        await reader.presses("N")
        assert reader.highlighted.id == "ccc"
        await reader.types("zz").presses("enter", "N")
        assert reader.highlighted.id == "zzz"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_the_end_of_a_visit_is_remembered(home: Path) -> None:
    with Terminal(home) as terminal:
        terminal.sees("506 of 506", "packaged on 2026-11-24")
        terminal.settles()
        library, _ = open_library(find_paths(str(home)))
        assert library.catalog.fact("visited")
        library.keep_fact("visited", "2000")
        terminal.presses("q")
        assert terminal.ends() == 0
        assert library.catalog.fact("visited") > "2026"
        library.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["changes", "gone", "sources"])
def test_the_keys_fit_80_columns(language: str, place: str) -> None:
    say = Messages(language)
    line = "".join(
        f" {key_names(action, {})[0]} {say(f'action.{action.id}.label')} "
        for action in actions_of(place, "app")
        if action.footer
    )
    assert width(line) <= 80, line
