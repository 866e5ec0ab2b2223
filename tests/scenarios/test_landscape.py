"""The landscape at the screen: compare, narrow, go to the records, see what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritui.i18n import LANGUAGES, Messages
from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.query import parse
from ritui.model.source import Health
from ritui.model.vocab import DOMAINS
from ritui.services.landscape import KEYS, key_label
from ritui.text import width
from ritui.ui.actions import actions_of, key_names
from ritui.ui.messages import CatalogChanged
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.filter import FilterScreen
from ritui.ui.screens.landscape import LandscapeScreen
from ritui.ui.widgets.chart import Chart, Measured
from ritui.ui.widgets.missing import Lacking, Missing
from tests.scenarios.reader import Reader, reading


def chosen(reader: Reader) -> Measured:
    """The bar the cursor is on."""
    found = reader.app.screen.query_one(Chart).chosen
    assert found is not None
    return found


async def test_all_is_counted_and_one_walks_through_it(reader: Reader) -> None:
    await reader.presses("4")
    assert reader.on(LandscapeScreen)
    reader.sees(
        "506 of 506", "Europe", "219", "235", "> energy", "Area · a record can have several"
    )
    assert chosen(reader).tally.total == reader.count("area:energy")
    for key in KEYS[1:]:
        await reader.presses("tab")
        assert chosen(reader).key == key
    reader.sees("> bundled directory")
    await reader.presses("right")
    assert chosen(reader).key == "area"
    await reader.presses("left", "left")
    assert chosen(reader).key == "country"
    reader.sees("> Germany")
    await reader.presses("down", "G", "g", "escape")
    assert reader.on(DirectoryScreen)


async def test_enter_narrows_everything_and_escape_undoes(reader: Reader) -> None:
    await reader.presses("4", "down", "enter")
    assert str(reader.asked) == "area:health"
    assert reader.on(LandscapeScreen)
    count = reader.count("area:health")
    reader.sees("area = health ×", f"{count} of 506", "> health")
    await reader.presses("tab", "tab", "tab", "enter")
    assert str(reader.asked) == "area:health type:single-sited"
    reader.sees(f"{reader.count('area:health type:single-sited')} of 506", "> single-sited")
    await reader.presses("escape")
    assert str(reader.asked) == "area:health"
    reader.sees(f"{count} of 506")
    await reader.presses("escape")
    assert str(reader.asked) == ""
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)
    reader.sees("506 of 506")


async def test_to_the_records_of_a_bar(reader: Reader) -> None:
    await reader.presses("4", "left", "left", "v")
    assert reader.on(DirectoryScreen)
    assert str(reader.asked) == "country:DE"
    reader.sees(f"{reader.count('country:DE')} of 506")
    # One comes back to where one was; what is narrowed so already is shown by enter as well.
    await reader.presses("4")
    reader.sees("> Germany")
    await reader.presses("enter")
    assert reader.on(DirectoryScreen)
    assert str(reader.asked) == "country:DE"


async def test_what_is_not_stated_can_be_asked(home: Path) -> None:
    async with reading(home, (120, 40)) as reader:
        await reader.presses("4", "down", "down", "down", "down", "down")
        reader.sees("> not stated")
        await reader.presses("enter")
        assert reader.asked == parse("-has:areas")
        reader.sees(f"{reader.count('-has:areas')} of 506")


async def test_what_is_missing_is_named_and_opens(reader: Reader, size: tuple[int, int]) -> None:
    await reader.types("solar").presses("enter", "4")
    reader.sees("solar", "10 of 506", "EU member states 17 of 27")
    if size[0] > 100:
        reader.sees("Belgium, Bulgaria, Croatia")
    await reader.presses("w")
    missing = reader.app.screen.query_one(Missing)
    assert missing.chosen == Lacking("country", "EU", "", "BE")
    reader.sees("> Belgium", "Bulgaria")
    await reader.presses("tab")
    assert missing.chosen == Lacking("country", "LAC", "", "AG")
    reader.sees("CELAC states 29 of 33", "> Antigua & Barbuda")
    await reader.presses("escape")
    reader.sees("> energy")
    await reader.presses("w", "enter")
    assert reader.on(DirectoryScreen)
    assert str(reader.asked) == "solar country:AG"
    reader.sees("No match", "Without solar: 1.")


async def test_the_bars_follow_what_is_typed(home: Path) -> None:
    async with reading(home, (120, 40)) as reader:
        await reader.presses("4").types("so")
        assert str(reader.asked) == ""
        reader.sees(f"{reader.count('so')} of 506")
        await reader.presses("enter")
        assert str(reader.asked) == "so"
        reader.sees("/ so", f"{reader.count('so')} of 506")
        await reader.types("zz")
        reader.sees("No match for sozz", "0 of 506")
        await reader.presses("escape")
        assert str(reader.asked) == "sozz"
        await reader.presses("escape")
        assert str(reader.asked) == "so"
        reader.sees("> energy")
        await reader.types(" is:x")
        reader.sees("“x” is not a known is")
        await reader.presses("enter", "q")
        assert reader.on(DirectoryScreen)


async def test_the_filter_begins_where_one_is(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        await reader.presses("4", "tab", "tab", "tab", "f")
        assert reader.on(FilterScreen)
        reader.sees("[ ] single-sited")
        await reader.presses("space", "escape")
        assert reader.on(LandscapeScreen)
        assert str(reader.asked) == "type:single-sited"
        reader.sees(f"{reader.count('type:single-sited')} of 506")
        await reader.app.screen.run_action("widen(0)")
        await reader.presses("home")
        reader.sees("506 of 506")


async def test_a_refresh_is_counted_and_the_mouse_narrows(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        await reader.presses("4", "down")
        before = chosen(reader)
        values, _ = normalise({"id": "x", "kind": "infrastructure", "name": "Estación [bold]",
                               "country": "UY", "region": "LAC", "areas": ["health"]})  # fmt: skip
        reader.library.replace("posts", [Claim("posts", "x", values)], [], Health("posts", "ok"))
        reader.app.screen.post_message(CatalogChanged())
        await reader.presses("f1", "escape")
        reader.sees("507 of 507")
        after = chosen(reader)
        assert (after.key, after.tally.value) == (before.key, before.tally.value)
        assert after.tally.lac == before.tally.lac + 1
        await reader.clicks("#chart", 5, 3, times=2)
        assert str(reader.asked) == "area:health"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_at_80_columns_in_every_language(home: Path, language: str) -> None:
    say = Messages(language)
    async with reading(home, (80, 24), language=language) as reader:
        await reader.presses("4", "tab")
        reader.sees(*(say.label("domain", value) for value in DOMAINS))
        reader.sees(*(key_label(key, say) for key in KEYS), say("view.landscape"))
        await reader.resizes(40, 10).presses("down")
        reader.sees("> ", "219")
    line = "".join(f" {key_names(action, {})[0]} {say(f'action.{action.id}.label')} "
                   for action in actions_of("landscape", "app") if action.footer)  # fmt: skip
    assert width(line) <= 80, line
