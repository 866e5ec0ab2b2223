"""The timeline at the screen: walk it, narrow it, follow what an event concerns."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritui.i18n import LANGUAGES, Messages
from ritui.model.source import Event, Health
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.text import width
from ritui.ui.actions import actions_of, key_names
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.event import EventScreen
from ritui.ui.screens.timefilter import TimeFilterScreen
from ritui.ui.screens.timeline import Events, TimelineScreen
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.happening import Happening
from tests.scenarios.reader import Reader, reading

POST = Event(
    "2026-03-04", "Nueva estación [bold]costera[/bold] \u202eabierta", kind="news", source="posts",
    url="https://news.example/1", note="Con énfasis en la Antártida.",
)  # fmt: skip
AHEAD = Event("2999-01-02", "Next meeting of everyone", "2999-01-03", "Lisbon", "meeting", "PT",
              source="posts", related=("cyfronet", "risc2"))  # fmt: skip


def fetched(home: Path, *events: Event) -> None:
    """Keep events of a source that is not in the settings any more."""
    library, _ = open_library(find_paths(str(home)))
    library.replace("posts", [], events, Health("posts", "ok", "", "2026-11-20T10:00:00+00:00"))
    library.close()


def chosen(reader: Reader) -> Event:
    """The event the cursor is on."""
    event = reader.app.screen.query_one(Events).chosen
    assert event is not None
    return event


def told(reader: Reader, selector: str = "#event") -> str:
    """All that the panel of an event says, in sight or not."""
    content = reader.app.screen.query_one(selector, Happening).content
    return "\n".join("".join(span.text for span in line) for line in content)


async def test_the_newest_first_by_year_and_back(reader: Reader) -> None:
    await reader.presses("5")
    assert reader.on(TimelineScreen)
    reader.sees("Timeline", "61 of 61", "newest first", "2026 ──", "2025 ──", "No news fetched yet")
    await reader.presses("down")
    second = chosen(reader)
    assert second.date == "2026-01-28"
    await reader.presses("s")
    reader.sees("oldest first")
    assert chosen(reader) == second
    await reader.presses("g")
    assert chosen(reader).date == "2010"
    reader.sees("> 2010", "2010 ──")
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)


async def test_the_cursor_passes_over_the_years(reader: Reader) -> None:
    await reader.presses("5")
    seen = [chosen(reader)]
    for _ in range(14):
        await reader.presses("down")
        seen.append(chosen(reader))
    assert [*dict.fromkeys(seen)] == seen
    assert [event.date[:4] for event in seen] == sorted(
        (event.date[:4] for event in seen), reverse=True
    )
    for event in seen[-2::-1]:
        await reader.presses("up")
        assert chosen(reader) == event
    reader.sees("2026 ──")
    await reader.presses("G", "down")
    assert chosen(reader).date == "2010"
    await reader.presses("ctrl+u", "g", "up")
    assert chosen(reader) == seen[0]


async def test_words_narrow_live_without_accents_and_escape_undoes(reader: Reader) -> None:
    await reader.presses("5", "down", "down").types("montevideo plan")
    reader.sees("1 of 61", "Brazil and Uruguay plan")
    await reader.presses("escape")
    assert reader.on(TimelineScreen)
    reader.sees("/ montevideo plan", "1 of 61")
    await reader.presses("escape")
    reader.sees("61 of 61")
    await reader.types("sao paulo").presses("enter")
    assert chosen(reader).place.startswith("São Paulo")
    await reader.presses("escape").types("qqq")
    reader.sees("0 of 61", "No event is so.")


async def test_it_is_as_it_was_left(reader: Reader) -> None:
    await reader.presses("5").types("bella").presses("enter", "down")
    left = chosen(reader)
    await reader.presses("q")
    assert reader.on(DirectoryScreen)
    await reader.presses("5")
    assert chosen(reader) == left
    reader.sees("/ bella")
    await reader.presses("escape", "escape")
    assert reader.on(DirectoryScreen)


async def test_an_event_in_full_and_the_records_it_concerns(reader: Reader) -> None:
    await reader.presses("5").types("binational").presses("enter", "enter")
    assert reader.on(EventScreen)
    text = told(reader)
    for part in (
        "Brazil and Uruguay plan a binational life-science centre with CNPEM and IIBCE",
        "2026-01-28 · agreement · Montevideo, Uruguay",
        "announced on 22 January",
        "bundled directory",
        "CC-BY-4.0",
    ):
        assert part in text.replace("\n", " "), text
    await reader.presses("enter")
    assert reader.on(DetailScreen)
    assert reader.app.screen.query_one(Card).record == reader.library.catalog.record("cnpem")
    await reader.presses("right_square_bracket")
    assert reader.app.screen.query_one(Card).record == reader.library.catalog.record("iibce")
    await reader.presses("right_square_bracket")
    assert reader.app.screen.query_one(Card).record == reader.library.catalog.record("iibce")
    await reader.presses("escape")
    assert reader.on(EventScreen)
    await reader.presses("tab", "enter")
    assert reader.on(DetailScreen)
    await reader.presses("escape", "o")
    reader.sees("There is no graphical browser here.", "https://www.montevideo")
    await reader.presses("escape", "escape")
    assert reader.on(TimelineScreen)


async def test_the_next_event_from_the_page_of_one(reader: Reader) -> None:
    await reader.presses("5", "enter", "right_square_bracket")
    title = told(reader).splitlines()[0]
    await reader.presses("escape")
    assert chosen(reader).title.startswith(title[:30])
    assert chosen(reader).date == "2026-01-28"


async def test_a_wide_screen_has_the_event_beside(home: Path) -> None:
    async with reading(home) as reader:
        await reader.presses("5", "down")
        reader.sees("announced on 22 January")
        await reader.resizes(80, 24)
        assert not reader.app.screen.query_one(Happening).display
        reader.sees("> 2026-01-28")


async def test_what_is_ahead_and_fetched_news(home: Path, size: tuple[int, int]) -> None:
    fetched(home, AHEAD, POST)
    async with reading(home, size) as reader:
        await reader.presses("5")
        assert chosen(reader) == AHEAD
        reader.sees("Upcoming ──", "2999-01-02…", "63 of 63", "· posts")
        assert "No news fetched" not in reader.seen
        await reader.presses("t", "t")
        assert reader.app.screen.asked.narrows == (("kind", "news"),)  # type: ignore[attr-defined]
        reader.sees("5 of 63", "Nueva estación [bold]", "news ×")
        await reader.presses("home", "enter")
        text = told(reader)
        assert "Con énfasis en la Antártida." in text
        assert "posts · as of 2026-11-20 · licence not stated" in text.replace("\n", " ")
        assert "[bold]costera[/bold]" in text.replace("\n", " ")
        await reader.presses("escape", "t")
        reader.sees("63 of 63")
        await reader.types("antartida")
        reader.sees("1 of 63")


async def test_narrowing_by_facets(reader: Reader) -> None:
    await reader.presses("5", "f")
    assert reader.on(TimeFilterScreen)
    reader.sees("Kind ──", "[ ] event")
    await reader.presses("space")
    reader.sees("[✓] event", "57 of 61")
    await reader.presses("down", "space")
    reader.sees("[✓] news", "61 of 61")
    await reader.presses("c")
    for _ in range(40):
        if "> [ ] Brazil" in reader.seen:
            break
        await reader.presses("down")
    await reader.presses("space", "escape")
    assert reader.on(TimelineScreen)
    reader.sees("Brazil ×", "5 of 61")
    assert chosen(reader).country == "BR"
    await reader.presses("escape")
    reader.sees("61 of 61")


async def test_a_refresh_shows_what_it_brought(reader: Reader) -> None:
    from ritui.ui.messages import CatalogChanged

    await reader.presses("5", "down")
    before = chosen(reader)
    reader.library.replace("posts", [], [POST], Health("posts", "ok"))
    reader.app.screen.post_message(CatalogChanged())
    await reader.presses("f1", "escape")
    reader.sees("62 of 62")
    assert chosen(reader) == before


@pytest.mark.parametrize(
    ("language", "texts"),
    [("es", ("Cronología", "acuerdo", "Sin noticias aún")), ("pt", ("Cronologia", "acordo"))],
)
async def test_in_the_readers_language(
    home: Path, size: tuple[int, int], language: str, texts: tuple[str, ...]
) -> None:
    async with reading(home, size, language=language) as reader:
        await reader.presses("5")
        reader.sees(*texts)
        await reader.types("uruguai" if language == "pt" else "uruguay").presses("enter")
        assert any(
            event.country == "UY" and "uruguay" not in event.title.lower()
            for event in reader.app.screen._timeline.select(reader.app.screen.asked)  # type: ignore[attr-defined]
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["detail", "where", "timeline", "event", "timefilter"])
def test_the_keys_fit_80_columns(language: str, place: str) -> None:
    say = Messages(language)
    line = "".join(
        f" {key_names(action, {})[0]} {say(f'action.{action.id}.label')} "
        for action in actions_of(place, "app")
        if action.footer
    )
    assert width(line) <= 80, line
