"""The program in each of its languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritui.i18n import LANGUAGES, Messages
from ritui.paths import find_paths
from ritui.text import width
from ritui.ui.actions import actions_of, key_names
from tests.loopback import settle
from tests.scenarios.reader import reading
from tests.scenarios.test_sync import configure


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("es", ("506 de 506", "Directorio", "buscar", "Piloto de biología estructural")),
        ("pt", ("506 de 506", "Diretório", "buscar", "Piloto de biologia estrutural")),
    ],
)
async def test_screens_and_names_are_in_the_readers_language(
    home: Path, size: tuple[int, int], language: str, texts: tuple[str, ...]
) -> None:
    found, title, search, name = texts
    async with reading(home, size, language=language) as reader:
        reader.sees(found, title, search)
        await reader.types("estrutur" if language == "pt" else "estructur")
        await reader.writes("al kind:pilot").presses("enter")
        assert reader.highlighted.called(language) == name
        await reader.presses("enter")
        reader.sees(name, reader.app.say("section.where"))
        await reader.presses("escape", "question_mark")
        reader.sees(reader.app.say("place.directory"))


@pytest.mark.parametrize(
    ("language", "told", "told_of_one"),
    [
        ("en", ("R refreshes from 3 sources.", "3 of 6 sources on"), "R refreshes from 1 source."),
        ("es", ("R actualiza desde 3 fuentes.", "3/6 fuentes"), "R actualiza desde 1 fuente."),
        ("pt", ("R atualiza com 3 fontes.", "3/6 fontes"), "R atualiza com 1 fonte."),
    ],
)
async def test_a_new_reader_is_told_what_a_refresh_asks(
    new_home: Path, size: tuple[int, int], language: str, told: tuple[str, ...], told_of_one: str
) -> None:
    async with reading(new_home, size, language=language) as reader:
        reader.sees("506", *told)
    settle(find_paths(str(new_home)))
    async with reading(new_home, size, language=language) as reader:
        assert told_of_one.partition(" 1 ")[0] not in reader.seen
    configure(new_home, "http://127.0.0.1:9/")
    async with reading(new_home, size, language=language) as reader:
        reader.sees(told_of_one)


async def test_names_are_in_the_order_of_the_language(home: Path) -> None:
    async with reading(home, language="es") as reader:
        first = reader.highlighted.called("es")
        await reader.presses("down")
        assert first.casefold() < reader.highlighted.called("es").casefold()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["directory", "filter", "detail", "help"])
def test_the_keys_of_every_screen_fit_80_columns(language: str, place: str) -> None:
    say = Messages(language)
    places = (place,) if place == "help" else (place, "app")
    line = "".join(
        f" {key_names(action, {})[0]} {say(f'action.{action.id}.label')} "
        for action in actions_of(*places)
        if action.footer
    )
    assert width(line) <= 80, line
