"""Filter, detail, help, palette, themes."""

from __future__ import annotations

from pathlib import Path

from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.ui.actions import ACTIONS
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.filter import FilterScreen, Values
from ritui.ui.screens.help import HelpScreen
from ritui.ui.widgets.card import Card
from tests.loopback import settle
from tests.scenarios.reader import Reader, reading


def text_of(card: Card) -> str:
    """All that a card says, in sight or not."""
    return "\n".join("".join(span.text for span in line) for line in card.content)


async def test_the_filter_counts_live_and_gives_back_the_query(reader: Reader) -> None:
    await reader.presses("f", "left", "down", "down", "down", "right", "space", "down", "space")
    first, second = reader.app.screen.asked.values("country")  # type: ignore[attr-defined]
    query = f"country:{first},{second}"
    reader.sees(query, f"{reader.count(query)} of 506", "[✓]")
    await reader.presses("escape")
    assert str(reader.asked) == query
    await reader.presses("escape")
    reader.sees("506 of 506")


async def test_values_are_left_out_with_x_and_found_by_name(reader: Reader) -> None:
    await reader.presses("f", "left", "down", "down", "down", "right", "slash").writes("urug")
    values = reader.app.screen.query_one(Values)
    assert values.value == "UY"
    await reader.presses("enter", "x")
    assert isinstance(reader.app.screen, FilterScreen)
    assert str(reader.app.screen.asked) == "-country:UY"
    reader.sees("[−] Uruguay", f"{reader.count('-country:UY')} of 506")


async def test_the_query_line_can_be_edited(reader: Reader) -> None:
    await reader.presses("f", "e").writes("area:energy region:LAC").presses("enter")
    reader.sees(f"{reader.count('area:energy region:LAC')} of 506")
    await reader.presses("c")
    reader.sees("506 of 506")


async def test_a_wrong_query_line_says_so_and_keeps_the_answer(reader: Reader) -> None:
    await reader.presses("f", "e").writes("area:enrgy")
    reader.sees("“enrgy” is not a known area")


async def test_the_detail_shows_everything_and_where_from(reader: Reader) -> None:
    await reader.types("lifeulac").presses("enter", "enter")
    text = text_of(reader.app.screen.query_one(Card))
    for part in ("LifeWatch ERIC", "Piloto de", "Facts", "Caveats", "From",
                 "resinfra-eulac.eu", "Compared with its sources", "part of"):  # fmt: skip
        assert part in text


async def test_finding_a_text_in_the_detail(reader: Reader) -> None:
    await reader.types("lifeulac").presses("enter", "enter", "slash").writes("seville")
    card = reader.app.screen.query_one(Card)
    marked = [span.text for line in card.content for span in line if span.look == "match"]
    assert marked
    assert all("Seville" in text for text in marked)
    reader.sees("Seville")
    await reader.presses("enter", "n", "escape")
    assert not any(span.look == "match" for line in card.content for span in line)


async def test_relations_are_followed_and_escape_comes_back(reader: Reader) -> None:
    await reader.types("lifeulac").presses("enter", "enter")
    screen = reader.app.screen
    await screen.run_action("go('eu-lac-resinfra')")
    await reader.presses("g")
    reader.sees("EU-LAC ResInfra")
    assert "871140" in text_of(screen.query_one(Card))
    await reader.presses("escape")
    reader.sees("LifEuLAC")


async def test_the_next_record_of_the_list_from_the_detail(reader: Reader) -> None:
    await reader.types("synchrotron").presses("enter", "enter")
    first = reader.highlighted
    await reader.presses("right_square_bracket")
    assert reader.highlighted != first
    reader.sees(reader.highlighted.called("en")[:30])
    await reader.presses("left_square_bracket")
    assert reader.highlighted == first


async def test_help_lists_every_action(reader: Reader) -> None:
    await reader.presses("question_mark")
    screen = reader.app.screen
    assert isinstance(screen, HelpScreen)
    lines = list(screen._lines(200))
    text = "\n".join("".join(span.text for span in line) for line in lines)
    for action in ACTIONS:
        assert reader.app.say(f"action.{action.id}.help") in text or action.place == "help"
    reader.sees("In the directory")
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)


async def test_the_palette_runs_an_action_and_remembers_a_theme(
    home: Path, size: tuple[int, int]
) -> None:
    async with reading(home, size) as reader:
        await reader.presses("ctrl+p").writes("high con")
        reader.sees("Theme: High contrast")
        await reader.presses("down", "enter")
        assert reader.app.theme == "ritui-high-contrast"
    assert 'theme = "high-contrast"' in find_paths(str(home)).settings_file.read_text()
    async with reading(home, size) as reader:
        assert reader.app.theme == "ritui-high-contrast"


async def test_the_readers_own_keys(home: Path) -> None:
    settle(find_paths(str(home)), '[keys]\nsearch = "ctrl+f"\n')
    async with reading(home) as reader:
        await reader.presses("ctrl+f").writes("alma")
        assert reader.line == "alma"
        await reader.presses("escape", "slash")
        assert not reader.app.screen.query("#typed")
        reader.sees(" ctrl+f ")


async def test_no_website_is_said(reader: Reader) -> None:
    await reader.types("id:resinfra-pilot-hpc").presses("enter", "o")
    reader.sees("No website is stated")


HOSTILE = (
    "Lab [red]A[/red] [/oops] \x1b]52;c;aGk=\x07\x9b2J\x1b[2J \u202eevil\u202c \ud800"
    " [@click=app.quit]B"
)


async def test_hostile_names_are_shown_as_the_text_they_are(
    home: Path, size: tuple[int, int]
) -> None:
    library, _ = open_library(find_paths(str(home)))
    values, faults = normalise(
        {"id": "hostile", "kind": "infrastructure", "name": HOSTILE, "country": "AR",
         "fields": [HOSTILE], "legal": HOSTILE, "website": "https://example.org/[red]"}
    )  # fmt: skip
    assert not faults
    library.replace("test", [Claim("test", "hostile", values)], [], Health("test"))
    library.close()
    async with reading(home, size) as reader:
        await reader.types("oops").presses("enter")
        reader.sees("> Lab [red]A[/red] [/oops]")
        await reader.presses("enter")
        reader.sees("Lab [red]A[/red] [/oops]", "[@click=app.quit]B")
        await reader.presses("escape")
        await reader.narrows("legal", values["legal"])
        reader.sees("[red]")
        reader.app.notify(values["name"], markup=False)
        await reader.presses("down")
        reader.sees("[/oops]")
        for bad in "\x1b\x07\x9b\u202e\ud800":
            assert bad not in reader.seen
        assert reader.app.is_running
