"""The map at the screen: closer and further, walked, listed, and following the query."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ritui.i18n import LANGUAGES, Messages
from ritui.model.query import parse
from ritui.services.chart import Chart
from ritui.services.coast import countries
from ritui.text import width
from ritui.ui.actions import actions_of, key_names
from ritui.ui.messages import Ask, CatalogChanged
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.filter import FilterScreen
from ritui.ui.screens.here import HereScreen
from ritui.ui.screens.map import MapScreen
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.shores import Shores
from ritui.ui.widgets.spotlist import SpotList
from tests.scenarios.reader import Reader, reading


@pytest.fixture
async def someone(home: Path) -> AsyncIterator[Reader]:
    """A reader where the size of the terminal does not matter."""
    async with reading(home, (100, 30)) as found:
        yield found


def shores(reader: Reader) -> Shores:
    return reader.app.screen.query_one(Shores)


def charts(reader: Reader) -> list[Chart]:
    return [*shores(reader).charts]


def here(reader: Reader) -> list[str]:
    """Ids of the records the cursor is on."""
    found = shores(reader)
    marks = charts(reader)[0].marks
    places = [marks.places[number] for number in found.here]
    return [row.id for row in reader.library.catalog.rows_at(marks.spots, places)]


def titles(reader: Reader) -> list[str]:
    return [str(shore.border_title) for shore in shores(reader).maps]


async def test_both_shores_side_by_side(reader: Reader) -> None:
    await reader.presses("3")
    assert reader.on(MapScreen)
    reader.sees("Latin America & Caribbean ·", "Europe ·", "out of sight")
    reader.sees("451 points", "30 only by country ○", "25 without a place", "● infrastructure")
    first, second = charts(reader)
    assert first.count > 200
    assert second.count > 200
    assert first.count + second.count + shores(reader).unseen >= 481
    # The record under the cursor is told below, and the cursor is seen without colour.
    reader.sees(reader.library.catalog.record(here(reader)[0]).called("en")[:15])
    assert "▸" in reader.seen or "◂" in reader.seen
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)


async def test_walking_reaches_every_record_and_comes_back(someone: Reader) -> None:
    reader = someone
    await reader.presses("3")
    cells = sum(len(chart.stacks) for chart in charts(reader))
    start, met, maps = here(reader), {*here(reader)}, set()
    view = shores(reader)
    for _ in range(cells - 1):
        assert view.step(1)
        maps.add(view.place.active)
        met |= {*here(reader)}
    assert maps == {0, 1}
    shown = {number for chart in charts(reader) for its in chart.stacks.values() for number in its}
    assert len(met) == len(shown)
    await reader.presses("n")
    assert here(reader) == start
    await reader.presses("n", "n", "p", "N")
    assert here(reader) == start
    await reader.presses("space")
    reader.sees("1 marked")
    assert reader.app.screen.chosen == (start[0],)  # type: ignore[attr-defined]
    assert here(reader) != start
    await reader.presses("u")
    assert "marked" not in reader.seen


async def test_closer_and_further(someone: Reader) -> None:
    reader = someone
    await reader.presses("3", "n", "n")
    before = here(reader)
    await reader.presses("plus", "equals_sign")
    assert len(charts(reader)) == 1
    assert {*here(reader)} & {*before}
    assert charts(reader)[0].count < 300
    reader.sees("km across", "out of sight")
    closer = charts(reader)[0].view
    await reader.presses("plus")
    assert charts(reader)[0].view.scale > closer.scale
    await reader.presses("0")
    assert len(charts(reader)) == 2
    await reader.presses("minus")
    reader.sees("World · 481")
    await reader.presses("minus")
    reader.sees("World · 481")
    await reader.presses("escape")
    assert len(charts(reader)) == 2


async def test_looking_along(someone: Reader) -> None:
    reader = someone
    await reader.presses("3", "greater_than_sign")
    assert titles(reader)[0].startswith("Europe")
    seen = charts(reader)[0].view.seen
    await reader.presses("right", "up")
    then = charts(reader)[0].view.seen
    assert then.lon > seen.lon
    assert then.lat > seen.lat
    await reader.presses("j", "left", "h", "right", "down", "k")
    again = charts(reader)[0].view.seen
    # Further north a degree of longitude is narrower, so a step is a little longer there.
    assert again.lon == pytest.approx(seen.lon, abs=0.1)
    assert again.lat == pytest.approx(seen.lat, abs=0.1)
    # On one of two maps, the other stays.
    await reader.presses("0", "less_than_sign", "0", "right")
    west, east = charts(reader)
    assert (west.view.seen.lon > -75.5) is not (east.view.seen.lon > 12)


async def test_country_by_country(someone: Reader) -> None:
    reader = someone
    await reader.presses("3", "right_square_bracket")
    code = shores(reader).names[0]
    assert code in countries()
    assert code in reader.library.catalog.names(here(reader)[:1])[here(reader)[0]].countries
    shown = titles(reader)[0]
    await reader.presses("right_square_bracket")
    assert titles(reader)[0] != shown
    await reader.presses("left_square_bracket")
    assert titles(reader)[0] == shown
    await reader.presses("m")
    assert [kept.id for kept in reader.app.desk.keeping.shelf.records] == here(reader)[:1]
    assert shown.startswith(Messages("en").country(code))
    # The signs tell apart by kind, and then by area.
    reader.sees("● infrastructure")
    await reader.presses("t", "greater_than_sign")
    reader.sees("● energy", "★ health")


async def test_open_one_or_choose_among_several(someone: Reader) -> None:
    reader = someone
    await reader.presses("3", "less_than_sign")
    view = shores(reader)
    for wanted in (1, 2):
        for _ in range(200):
            if len(view.here) >= wanted and (wanted > 1 or len(view.here) == 1):
                break
            view.step(1)
        ids = here(reader)
        await reader.presses("enter")
        if wanted == 1:
            assert reader.on(DetailScreen)
            assert reader.app.screen.query_one(Card).record == reader.library.catalog.record(ids[0])
            await reader.presses("right_square_bracket", "escape")
            assert here(reader) != ids
        else:
            assert reader.on(HereScreen)
            reader.sees(f"{len(ids)} here")
            assert reader.app.screen.chosen == (ids[0],)  # type: ignore[attr-defined]
            await reader.presses("down", "enter")
            record = reader.library.catalog.record(ids[1])
            assert reader.app.screen.query_one(Card).record == record
            await reader.presses("escape", "escape")
        assert reader.on(MapScreen)


async def test_a_click_chooses_and_a_second_one_opens(someone: Reader) -> None:
    reader = someone
    await reader.presses("3", "greater_than_sign")
    shore = shores(reader).maps[0]
    chart = charts(reader)[0]
    cell = next(cell for cell, its in sorted(chart.stacks.items()) if len(its) == 1)
    x, y = cell[0] + shore.gutter.left, cell[1] + shore.gutter.top
    await reader.clicks("#first", x, y)
    assert shores(reader).maps[0].cell == cell
    await reader.clicks("#first", x, y, 2)
    assert reader.on(DetailScreen)
    await reader.presses("escape")
    # Out at sea there is nothing to choose.
    await reader.clicks("#first", 1, 12)
    assert shores(reader).maps[0].cell == cell


async def test_the_query_is_followed(someone: Reader) -> None:
    reader = someone
    await reader.narrows("area", "energy").presses("3")
    found = reader.count("area:energy")
    reader.sees("energy ×")
    assert len(charts(reader)[0].marks.spots) == found < 200
    await reader.presses("f")
    assert reader.on(FilterScreen)
    await reader.presses("right", "space", "escape")
    assert reader.on(MapScreen)
    assert len(reader.asked.narrows) == 2
    assert len(charts(reader)[0].marks.spots) == reader.count(str(reader.asked)) < found
    reader.app.screen.post_message(Ask(parse("area:energy country:PE kind:platform")))
    await reader.presses("n", "enter", "plus", "right_square_bracket", "tab", "enter", "tab")
    reader.sees("Nothing of what is asked stands here", "0 points")
    assert reader.on(MapScreen)
    reader.app.screen.action_widen(2)  # type: ignore[attr-defined]
    await reader.presses("n")
    assert str(reader.asked) == "area:energy country:PE"
    answer = reader.library.catalog.search(reader.asked)
    assert {*here(reader)} <= {row.id for row in reader.library.catalog.rows(answer, 0, 99)}


async def test_the_list_says_what_the_map_shows(reader: Reader) -> None:
    await reader.presses("3", "tab")
    listed = reader.app.screen.query_one(SpotList)
    reader.sees("Argentina ──", "> ●", "only the country")
    assert not shores(reader).display
    assert listed.rows == 506 + len({title for title, _ in listed._rows})
    assert reader.app.screen.chosen == (listed.highlighted,)  # type: ignore[attr-defined]
    await reader.presses("end")
    reader.sees("no place known", "> ")
    chosen = listed.highlighted
    await reader.presses("enter")
    assert reader.on(DetailScreen)
    await reader.presses("escape")
    assert listed.highlighted == chosen
    await reader.presses("escape")
    assert shores(reader).display
    reader.sees("Latin America")
    assert len(charts(reader)[0].marks.spots) == 506


async def test_it_is_as_it_was_left(someone: Reader) -> None:
    reader = someone
    await reader.presses("3", "greater_than_sign", "plus", "n")
    box, ids = shores(reader).place.boxes, here(reader)
    await reader.presses("1", "3")
    assert shores(reader).place.boxes == box
    assert here(reader) == ids
    reader.app.screen.post_message(CatalogChanged())
    await reader.presses("f1", "escape")
    assert here(reader) == ids
    await reader.resizes(100, 30)
    assert set(here(reader)) & set(ids)


async def test_on_a_small_screen_there_is_one_shore(home: Path) -> None:
    async with reading(home, (50, 14)) as reader:
        await reader.presses("3")
        assert len(charts(reader)) == 1
        reader.sees("Latin America")
        await reader.presses("greater_than_sign", "n")
        assert titles(reader)[0].startswith("Europe")
        await reader.resizes(120, 40)
        await reader.presses("0")
        assert len(charts(reader)) == 2


async def test_in_the_readers_language(home: Path) -> None:
    async with reading(home, (80, 24), language="pt") as reader:
        await reader.presses("3")
        reader.sees("451 pontos", "América Latina", "Europa")
        await reader.presses("tab")
        reader.sees("Alemanha")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["map", "here"])
def test_the_keys_fit_80_columns(language: str, place: str) -> None:
    say = Messages(language)
    line = "".join(
        f" {key_names(action, {})[0]} {say(f'action.{action.id}.label')} "
        for action in actions_of(place, "app")
        if action.footer
    )
    assert width(line) <= 80, line
