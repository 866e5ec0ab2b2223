"""Seeing what matched: what a reader looked for is marked where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.style import Style

from ritui.model.match import Match
from ritui.text import fold
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.themes import THEMES
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.lines import Lines, Text
from ritui.ui.widgets.results import Results
from tests.scenarios.reader import Reader, reading


def is_found(style: Style | None) -> bool:
    """Whether some text looks found: seen without colour, whatever its look is otherwise."""
    return bool(style and style.bold and style.underline)


def found_on(panel: Lines, y: int) -> list[str]:
    """What is marked on a line of a panel that is in sight."""
    return [segment.text for segment in panel.render_line(y) if is_found(segment.style)]


def found(reader: Reader, kind: type[Lines]) -> list[str]:
    """What is marked in a panel, as far as it is in sight."""
    panel = reader.app.screen.query_one(kind)
    return [text for y in range(panel.size.height) for text in found_on(panel, y)]


def is_of(marked: list[str], word: str) -> bool:
    """Whether some of a word is marked and nothing else; the end of a name may be out of sight."""
    return word in map(fold, marked) and all(word.startswith(fold(text)) for text in marked)


def found_in_all(reader: Reader) -> list[str]:
    """What is marked in the detail, in sight or not."""
    lines = reader.app.screen.query_one(Text).content
    return [span.text[first:last] for line in lines for span in line for first, last in span.found]


async def test_nothing_is_marked_before_anything_is_asked(reader: Reader) -> None:
    assert found(reader, Results) == found(reader, Card) == []
    await reader.narrows("region", "LAC")
    assert found(reader, Results) == found(reader, Card) == []


async def test_every_letter_is_marked_in_names_as_it_is_typed(reader: Reader) -> None:
    for letter in "obser":
        await (reader.presses("slash").writes(letter) if letter == "o" else reader.writes(letter))
        typed = reader.asked.text
        assert is_of(found(reader, Results), typed)
    await reader.presses("escape", "escape")
    assert found(reader, Results) == found(reader, Card) == []


async def test_accents_are_marked_with_their_letters(reader: Reader) -> None:
    await reader.types("astronomico").presses("enter")
    assert "Astronómico" in found(reader, Results)
    assert is_of([*found(reader, Results), *found(reader, Card)], "astronomico")


async def test_an_acronym_is_marked(reader: Reader) -> None:
    await reader.types("embrc").presses("enter")
    row = reader.directory.query_one(Results)
    assert found_on(row, row.cursor)[-1] == "EMBRC"


async def test_the_row_one_is_on_is_marked_too(reader: Reader) -> None:
    await reader.types("observatory").presses("enter")
    panel = reader.directory.query_one(Results)
    before = {y: found_on(panel, y) for y in range(4)}
    row = next(y for y in range(1, 4) if before[y])
    await reader.presses(*["down"] * row)
    assert panel.cursor == row
    assert {y: found_on(panel, y) for y in range(4)} == before
    backs = {segment.style.bgcolor for segment in panel.render_line(row) if segment.style}
    assert len(backs) == 1


async def test_what_is_unwanted_or_asked_by_a_facet_is_not_marked(reader: Reader) -> None:
    await reader.types("observatory -astronomical country:Chile").presses("enter")
    assert is_of([*found(reader, Results), *found(reader, Card)], "observatory")


async def test_a_text_key_marks_its_own_text_alone(reader: Reader) -> None:
    await reader.types("city:campinas").presses("enter")
    assert reader.highlighted.city == "Campinas"
    assert {*found(reader, Card)} == {"Campinas"}
    await reader.presses("enter")
    assert found_in_all(reader) == ["Campinas"]


async def test_a_phrase_is_marked_over_the_end_of_a_line(reader: Reader) -> None:
    await reader.types('"laboratories in campinas"').presses("enter", "enter")
    for columns in (40, 46, 52, 80):
        await reader.resizes(columns, 24)
        assert " ".join(found_in_all(reader)) == "laboratories in Campinas"


async def test_the_detail_marks_what_the_list_does_not_show(reader: Reader) -> None:
    await reader.types("biorenewables").presses("enter")
    name = reader.highlighted.called("en")
    assert not Match.of(reader.asked).ranges(name, "name")
    await reader.presses("enter")
    assert reader.on(DetailScreen)
    assert found_in_all(reader) == ["biorenewables"]


async def test_the_programs_own_words_are_not_marked(reader: Reader) -> None:
    # These are all over the screen, but the search looks in what sources say of a record.
    await reader.types("alma operational").presses("enter")
    for query in ("alma", 'alma -"where"'):
        await reader.types("").presses("ctrl+u").writes(query).presses("enter", "enter")
        assert {*map(str.lower, found_in_all(reader))} == {"alma"}
        await reader.presses("escape")


async def test_finding_in_the_detail_keeps_its_look_and_wins(reader: Reader) -> None:
    await reader.types("biorenewables").presses("enter", "enter")
    await reader.presses("slash").writes("biorenew").presses("enter")
    card = reader.app.screen.query_one(Card)
    lines = [line for line in card.content if any(span.look == "match" for span in line)]
    assert len(lines) == 1
    assert "biorenewables" in "".join(span.text for span in lines[0])
    assert found_in_all(reader) == []
    await reader.presses("escape")
    assert found_in_all(reader) == ["biorenewables"]


async def test_other_records_of_the_list_are_marked_from_within_the_detail(
    reader: Reader,
) -> None:
    await reader.types("observatory").presses("enter", "enter")
    for _ in range(3):
        assert "observatory" in {*map(str.lower, found_in_all(reader))}
        await reader.presses("right_square_bracket")


async def test_a_wide_list_says_where_else_a_record_matches(home: Path) -> None:
    async with reading(home, (180, 40)) as reader:
        await reader.types("energy research").presses("enter")
        panel = reader.directory.query_one(Results)
        lines = [panel.render_line(y).text for y in range(len(panel.answer or ()))]
        row = next(y for y, line in enumerate(lines) if "Bariloche Atomic" in line)
        assert "(CAB)  · research reactor" in lines[row]
        assert found_on(panel, row) == ["research"]
        assert all(len(line) == panel.across for line in lines)
        # On the row one is on as well, and not where the name shows it all.
        await reader.presses(*["down"] * row)
        assert found_on(panel, row) == ["research"]
        whole = [line for line in lines if "Nuclear Research and Nuclear Energy" in line]
        assert len(whole) == 1
        assert "·" not in whole[0]


@pytest.mark.parametrize("language", ["en", "es", "pt"])
async def test_a_name_in_another_language_is_said_where_there_is_room(
    home: Path, language: str
) -> None:
    async with reading(home, (220, 40), language=language) as reader:
        await reader.types("astronomico").presses("enter")
        panel = reader.directory.query_one(Results)
        assert all(found_on(panel, y) for y in range(panel.rows))


@pytest.mark.parametrize("theme", THEMES)
async def test_it_is_seen_in_every_theme_and_beside_every_look(
    home: Path, size: tuple[int, int], theme: str
) -> None:
    async with reading(home, size) as reader:
        reader.app.theme = THEMES[theme].name
        await reader.types("observatory").presses("enter")
        assert found(reader, Results)
        panel = reader.directory
        for look in ("text", "title", "faint", "link", "warning", "cursor", "idle"):
            bare = panel.get_component_rich_style(f"lines--{look}")
            marked = bare + panel.get_component_rich_style("lines--found", partial=True)
            assert is_found(marked)
            assert not is_found(bare)
            assert (marked.color, marked.bgcolor) == (bare.color, bare.bgcolor)
