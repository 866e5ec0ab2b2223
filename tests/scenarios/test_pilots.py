"""The pilots at the screen: read a page, follow what it names, and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritui.i18n import LANGUAGES, Messages
from ritui.model.query import parse
from ritui.services.pilots.matter import Fact
from ritui.text import width
from ritui.ui.actions import actions_of, key_names
from ritui.ui.messages import Ask, CatalogChanged
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.event import EventScreen
from ritui.ui.screens.pilots import PilotsScreen
from ritui.ui.screens.where import WhereScreen
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.happening import Happening
from ritui.ui.widgets.sheet import Sheet
from tests.scenarios.reader import Reader, reading


def sheet(reader: Reader) -> Sheet:
    """The page that is shown, or lies below."""
    screen = next(each for each in reader.app.screen_stack if isinstance(each, PilotsScreen))
    return screen.query_one(Sheet)


def shown(reader: Reader) -> str:
    """Id of the page."""
    found = sheet(reader).page
    assert found is not None
    return found.id


def told(reader: Reader) -> str:
    """All that the page says, in sight or not."""
    return "\n".join("".join(span.text for span in line) for line in sheet(reader).content)


async def to_link(reader: Reader, wanted: str, value: str = "") -> Fact:
    """Walk to the first link of a sort, and say what it is."""
    await reader.presses("tab")
    for _ in range(80):
        fact = sheet(reader).fact
        assert fact is not None
        if getattr(fact, wanted) and (not value or getattr(fact, wanted) == value):
            return fact
        # What tab does; many of them would take their time.
        reader.app.screen.action_next_link()  # type: ignore[attr-defined]
    raise AssertionError(f"no link with {wanted} {value}")


async def test_the_list_and_a_page(reader: Reader, size: tuple[int, int]) -> None:
    await reader.presses("2")
    assert reader.on(PilotsScreen)
    reader.sees("> Structural biology pilot", "Cultural heritage pilot", "The five areas", " 1/8 ")
    wide = size[0] >= 100
    assert ("Partners by region" in reader.seen) is wide
    assert ("GB ES UY" in reader.seen) is not wide
    await reader.presses("down", "enter")
    assert shown(reader) == "resinfra-pilot-biodiversity"
    reader.sees("LifeWatch ERIC", "Partners by region", "not stated by the sources", " 2/8 ")
    assert ("> Climate" in reader.seen) is wide
    await reader.presses("right_square_bracket", "right_square_bracket")
    assert shown(reader) == "resinfra-pilot-hpc"
    await reader.presses("left_square_bracket")
    reader.sees("LANCIC", " 3/8 ")
    await reader.presses("escape")
    reader.sees("> Cultural heritage pilot")
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)


async def test_the_links_are_walked(reader: Reader) -> None:
    await reader.presses("2", "tab")
    walked = [sheet(reader).fact]
    for key in ("tab", "tab", "shift+tab"):
        await reader.presses(key)
        walked.append(sheet(reader).fact)
    records = [fact.record or fact.url for fact in walked if fact]
    assert records[:3] == ["instruct-eric", "https://instruct-eric.org/", "eu-lac-resinfra"]
    assert walked[3] == walked[1]


async def test_a_record_of_the_page_and_where_its_facts_are_from(reader: Reader) -> None:
    await reader.presses("2", "i")
    assert reader.on(WhereScreen)
    reader.sees("Structural biology pilot")
    await reader.presses("escape")
    await to_link(reader, "record", "institut-pasteur-montevideo")
    assert list(reader.app.screen.chosen) == ["institut-pasteur-montevideo"]  # type: ignore[attr-defined]
    await reader.presses("i")
    assert reader.on(WhereScreen)
    reader.sees("Institut Pasteur de Montevideo")
    await reader.presses("escape", "enter")
    assert reader.on(DetailScreen)
    card = reader.app.screen.query_one(Card)
    assert card.record == reader.library.catalog.record("institut-pasteur-montevideo")
    await reader.presses("right_square_bracket")
    assert card.record == reader.library.catalog.record("ri-vis")
    await reader.presses("escape")
    assert reader.on(PilotsScreen)
    fact = sheet(reader).fact
    assert fact is not None
    assert fact.record == "institut-pasteur-montevideo"
    await reader.presses("m")
    [kept] = reader.app.desk.keeping.shelf.records
    assert kept.id == "institut-pasteur-montevideo"


async def test_events_are_followed_to_their_own_page(home: Path) -> None:
    async with reading(home) as reader:
        await reader.presses("2", "enter")
        first = await to_link(reader, "event")
        await reader.presses("enter")
        assert reader.on(EventScreen)
        reader.sees(first.date, "Address")
        await reader.presses("right_square_bracket")
        text = reader.app.screen.query_one(Happening).content[0][0].text
        assert text.startswith("Instruct-ERIC reports")
        await reader.presses("escape", "i")
        assert reader.on(EventScreen)
        await reader.presses("escape", "o")
        assert first.url
        reader.sees("There is no graphical browser here.", first.url)


async def test_what_is_in_the_field_opens_in_the_directory(reader: Reader) -> None:
    await reader.presses("2", "down", "down", "down")
    fact = await to_link(reader, "query")
    before = reader.asked
    await reader.presses("enter")
    assert reader.on(DirectoryScreen)
    assert str(reader.asked) == fact.query
    assert fact.total == reader.count(fact.query)
    reader.sees(f"{fact.total} of 506")
    await reader.presses("escape")
    assert reader.asked == before
    await reader.presses("2")
    assert shown(reader) == "resinfra-pilot-hpc"
    assert sheet(reader).has_focus


async def test_the_lists_follow_the_query(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        await reader.types("country:br").presses("enter", "2", "enter")
        reader.sees("Your query: country:BR")
        lac = "kind:infrastructure region:LAC"
        facts = {fact.query: fact for part in sheet(reader).page.parts for fact in part.facts}  # type: ignore[union-attr]
        [count] = [fact for query, fact in facts.items() if query.startswith(lac)]
        assert count.matching == reader.count(f"{count.query} country:BR") > 0
        assert f"{count.matching} answer your query" in " ".join(told(reader).split())
        reader.app.screen.post_message(Ask(parse("country:UY")))
        await reader.presses("down", "up")
        assert "1 answers your query" in " ".join(told(reader).split())
        reader.app.screen.post_message(Ask(parse("")))
        await reader.presses("down", "up")
        assert "your query" not in told(reader)
        assert "Your query" not in reader.seen


async def test_finding_in_a_page_and_coming_back_to_it(reader: Reader) -> None:
    await reader.presses("2", "enter", "slash").writes("nmr")
    reader.sees("nmr", "NMR")
    await reader.presses("enter", "n")
    top = sheet(reader).scroll_offset.y
    assert top > 0
    await reader.presses("q", "2")
    assert shown(reader) == "resinfra-pilot-structural-biology"
    assert sheet(reader).has_focus
    assert sheet(reader).scroll_offset.y == top
    await reader.presses("right_square_bracket")
    assert sheet(reader).scroll_offset.y == 0
    await reader.presses("escape", "up", "enter")
    assert shown(reader) == "resinfra-pilot-structural-biology"
    assert sheet(reader).scroll_offset.y == top, "also where it was out of sight meanwhile"
    await reader.presses("slash").writes("q").presses("escape")
    assert reader.on(PilotsScreen)
    await reader.presses("escape", "escape")
    assert reader.on(DirectoryScreen)


async def test_pages_about_many_records(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        await reader.presses("2", "G", "enter")
        assert shown(reader) == "platforms"
        fact = await to_link(reader, "url", "https://infra.dicyt.gub.uy/en/about")
        assert fact.of == "celac-ri-map-d2c2"
        await reader.presses("i")
        assert reader.on(WhereScreen)
        reader.sees("CELAC research infrastructure map")
        await reader.presses("escape", "left_square_bracket")
        assert shown(reader) == "areas"
        first = await to_link(reader, "query")
        assert first.total == reader.count("kind:infrastructure region:EU area:energy")


async def test_a_refresh_keeps_the_place(home: Path) -> None:
    async with reading(home) as reader:
        await reader.presses("2", "down", "enter", "pagedown", "tab")
        before = sheet(reader).fact, sheet(reader).scroll_offset
        reader.app.screen.post_message(CatalogChanged())
        await reader.presses("f1", "escape")
        assert (sheet(reader).fact, sheet(reader).scroll_offset) == before


async def test_another_width(home: Path) -> None:
    async with reading(home) as reader:
        await reader.presses("2", "down", "enter")
        await reader.resizes(60, 20)
        reader.sees("LifeWatch ERIC", "2/8")
        assert "> Climate" not in reader.seen
        assert max(map(width, reader.seen.splitlines())) <= 60
        await reader.presses("escape")
        reader.sees("> Climate")
        await reader.resizes(120, 40)
        reader.sees("> Climate", "Partners by region")


@pytest.mark.parametrize("language", ["es", "pt"])
async def test_in_the_readers_language(home: Path, size: tuple[int, int], language: str) -> None:
    say = Messages(language)
    async with reading(home, size, language=language) as reader:
        await reader.presses("2")
        reader.sees(say("pilots.around"), say("pilots.areas"))
        await reader.presses("enter")
        reader.sees("Instruct-ERIC", say("pilots.partners"), say("pilots.LAC"))
        for line in told(reader).splitlines():
            assert width(line) <= sheet(reader).across


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keys_fit_80_columns(language: str) -> None:
    say = Messages(language)
    line = "".join(
        f" {key_names(action, {})[0]} {say(f'action.{action.id}.label')} "
        for action in actions_of("pilots", "app")
        if action.footer
    )
    assert width(line) <= 80, line
    labels = ("EU", "LAC", "both", "besides", "projects", "pilots", "who")
    assert all(width(say(f"pilots.{key}")) < 14 for key in labels)
