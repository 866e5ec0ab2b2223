"""A mistyped search: what was meant is asked about, and a key, enter or a click says yes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ritui.i18n import LANGUAGES
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.widgets.results import Results
from tests.scenarios.reader import Reader, reading

QUESTIONS = {
    "en": "Did you mean “{}”? ({})",
    "es": "¿Quiso decir “{}”? ({})",
    "pt": "Quis dizer “{}”? ({})",
}


def asked_in(reader: Reader, language: str, word: str) -> str:
    """The whole question, as it must stand on the screen, with its key."""
    return f"{QUESTIONS[language].format(word, reader.count(word))} d "


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_question_fits_in_every_language(
    home: Path, size: tuple[int, int], language: str
) -> None:
    async with reading(home, size, language=language) as reader:
        await reader.types("observtorio")
        # Half typed or not, the list has room for all of it, and says the rest as well.
        reader.sees(asked_in(reader, language, "observatorio"), "0 ", "506")
        await reader.presses("enter")
        reader.sees(asked_in(reader, language, "observatorio"))
        assert str(reader.asked) == "observtorio"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_beside_a_record_or_two_it_stands_in_the_search_line(
    home: Path, size: tuple[int, int], language: str
) -> None:
    async with reading(home, size, language=language) as reader:
        await reader.types("fisicas")
        question = asked_in(reader, language, "fisica")
        assert 0 < reader.count("fisicas") <= 2
        assert question in reader.seen.splitlines()[1]
        await reader.presses("enter")
        assert question in reader.seen.splitlines()[1]
        # Enter is for the record; the key is for the question.
        await reader.presses("d")
        assert str(reader.asked) == "fisica"
        reader.sees(f"{reader.count('fisica')} ")
        assert "fisica”" not in reader.seen


@pytest.mark.parametrize("language", LANGUAGES)
async def test_of_many_words_those_that_change_are_named(
    home: Path, size: tuple[int, int], language: str
) -> None:
    async with reading(home, size, language=language) as reader:
        await reader.types("observatorio astronomico nacional tonantzitnla").presses("enter")
        assert reader.count("observatorio astronomico nacional tonantzintla") == 1
        reader.sees(QUESTIONS[language].format("tonantzintla", 1) + " d ")
        await reader.presses("d")
        assert str(reader.asked) == "observatorio astronomico nacional tonantzintla"


async def test_in_a_narrow_terminal_the_word_is_cut_and_the_question_whole(home: Path) -> None:
    async with reading(home, (40, 12)) as reader:
        await reader.types("observtorio")
        reader.sees(f"Did you mean “observator…”? ({reader.count('observatorio')}) d ")


async def test_enter_asks_what_was_meant_and_escape_comes_back(reader: Reader) -> None:
    await reader.types("observtorio").presses("enter", "enter")
    assert str(reader.asked) == "observatorio"
    assert reader.on(DirectoryScreen)
    reader.sees(f"{reader.count('observatorio')} of 506")
    await reader.presses("escape")
    assert str(reader.asked) == "observtorio"
    reader.sees("0 of 506", "Did you mean “observatorio”?")


async def test_a_key_says_yes(reader: Reader) -> None:
    await reader.types("uinversity").presses("enter", "d")
    assert str(reader.asked) == "university"


async def test_while_one_types_the_key_is_a_letter(reader: Reader) -> None:
    await reader.types("observtorio").writes("d")
    assert reader.line == "observtoriod"
    assert str(reader.asked) == "observtoriod"


async def test_without_a_question_the_key_does_nothing(reader: Reader) -> None:
    await reader.presses("d")
    assert not reader.asked.conditions
    await reader.types("zzzzzz").presses("enter", "d", "enter")
    assert str(reader.asked) == "zzzzzz"


@pytest.mark.parametrize("typing", [True, False])
async def test_a_click_says_yes(reader: Reader, typing: bool) -> None:
    await reader.types("observtorio").presses(*([] if typing else ["enter"]))
    list_ = reader.app.screen.query_one(Results)
    row = next(y for y in range(9) if "Did you mean" in list_.render_line(y).text)
    await reader.clicks("#results", 8, row + 1)
    assert str(reader.asked) == "observatorio"
    reader.sees(f"{reader.count('observatorio')} of 506")
    await reader.presses("down")
    assert reader.app.screen.query_one(Results).cursor == 1


async def test_a_click_in_the_search_line_says_yes_while_one_types(reader: Reader) -> None:
    await reader.types("fisicas")
    line = reader.app.screen.query_one("#search")
    await reader.clicks("#search", line.render_line(0).text.index("Did you") + 3, 0)
    assert str(reader.asked) == "fisica"
    reader.sees("/ fisica ", f"{reader.count('fisica')} of 506")


async def test_the_conditions_stay(reader: Reader) -> None:
    await reader.narrows("country", "CL")
    await reader.types("observtorio").presses("enter")
    found = reader.count("observatorio country:CL")
    reader.sees(f"Did you mean “observatorio”? ({found})", "Without observtorio")
    await reader.presses("d")
    assert str(reader.asked) == "observatorio country:CL"
    reader.sees(f"{found} of 506")


async def test_the_next_letter_takes_the_question_away(reader: Reader) -> None:
    await reader.types("observtorio")
    reader.sees("Did you mean")
    await reader.presses(*["backspace"] * 6)
    assert str(reader.asked) == "obser"
    assert "Did you mean" not in reader.seen
    await reader.writes("xxzz")
    reader.sees("No match for obserxxzz")
    assert "Did you mean" not in reader.seen


async def test_a_damaged_index_is_told_and_the_screen_goes_on(reader: Reader) -> None:
    path = reader.library.path
    assert path is not None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE term SET places = x'00ff' WHERE term = 'observatorio'")
        connection.commit()
    await reader.types("observtorio")
    reader.sees("No match for observtorio")
    assert reader.directory._trouble
    await reader.presses("escape", "escape")
    reader.sees("506 of 506")
