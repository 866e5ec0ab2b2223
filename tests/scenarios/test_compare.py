"""Comparing: marked records side by side, and what is taken along of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from textual.widgets import Input

from ritui.services.compare import compare
from ritui.services.copied import chosen
from ritui.ui.screens.compare import CompareScreen
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.mistake import MistakeScreen
from ritui.ui.screens.where import WhereScreen
from ritui.ui.widgets.compared import Compared, shape_of
from tests.scenarios.reader import Reader, reading

IDS = ("alma", "eso", "risc2", "cyfronet", "paranal")


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one's own to write into, and nobody's clipboard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSH_CONNECTION", "somewhere")


async def answers(reader: Reader, text: str, *keys: str) -> None:
    """Press keys that have a line asked for, and answer with a text."""
    await reader.presses(*keys)
    reader.app.screen.query_one(Input).value = text
    await reader.presses("enter")


async def compares(reader: Reader, *ids: str) -> None:
    """Mark records and compare them."""
    for id_ in ids:
        reader.app.desk.keeping.toggle(id_)
    await reader.presses("c")


def text_of(reader: Reader) -> str:
    """All that the table says, in sight or not."""
    content = reader.app.screen.query_one(Compared).content
    return "\n".join("".join(span.text for span in line).rstrip() for line in content)


async def test_side_by_side_with_a_sign_where_they_differ(reader: Reader) -> None:
    await compares(reader, "alma", "eso")
    assert reader.on(CompareScreen)
    reader.sees("> Atacama", "European Southern", "rows differ", "≠ Where", "Garching, Germany")
    found = chosen(reader.library.catalog, ["alma", "eso"], reader.app.say)
    table = compare(found, reader.app.say)
    lines = text_of(reader).split("\n")
    assert sum(line.startswith("≠ ") for line in lines) == len(table.differing)
    assert "  Kind" in "\n".join(lines)
    await reader.presses("d")
    lines = text_of(reader).split("\n")
    assert "Kind" not in "".join(lines)
    assert sum(line.startswith("≠ ") for line in lines) == len(table.differing)
    reader.sees("only the")
    await reader.presses("d", "c")
    assert reader.on(DirectoryScreen)
    # Four of them, of which as many are seen as there is room for.
    await compares(reader, *IDS[2:])
    reader.sees("Only the first 4 of 5")
    wide = reader.app.size.width >= 100
    names = ("Atacama", "European Southern", "A network for", "Academic Computer")
    shown = 4 if wide else 2
    reader.sees(*names[:shown])
    assert ("1–2 of 4" in reader.seen) == (not wide)
    await reader.presses("right", "right", "right", "right")
    reader.sees(f"> {names[3]}", *names[4 - shown :])
    assert ("3–4 of 4" in reader.seen) == (not wide)
    assert reader.app.chosen == ("cyfronet",)
    await reader.presses("left", "enter")
    assert reader.on(DetailScreen)
    reader.sees("RISC2")
    await reader.presses("right_square_bracket")
    reader.sees("Cyfronet")
    await reader.presses("escape", "i")
    assert reader.on(WhereScreen)
    await reader.presses("escape", "exclamation_mark")
    assert reader.on(MistakeScreen)


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
@pytest.mark.parametrize("records", [2, 3, 4])
def test_the_current_record_is_always_seen(columns: int, records: int) -> None:
    for current in range(records):
        shape = shape_of(columns - 3, records, current)
        assert shape.first <= current < shape.first + shape.shown <= records
        assert 2 + shape.label + shape.shown * (shape.cells + 2) <= columns
        assert shape.cells >= 20


async def test_a_narrow_screen_shows_one_at_a_time(home: Path) -> None:
    async with reading(home, (44, 18)) as reader:
        await reader.presses("c")
        assert reader.on(DirectoryScreen)
        reader.sees("Mark 2 to 4")
        await compares(reader, "alma", "eso")
        reader.sees("> Atacama", "1 of 2")
        assert "European Southern" not in reader.seen
        await reader.presses("right")
        reader.sees("> European Southern", "2 of 2")
        await reader.resizes(120, 40)
        reader.sees("Atacama", "> European Southern")


async def test_the_table_is_copied_and_written(home: Path, tmp_path: Path) -> None:
    async with reading(home, (80, 24), language="es") as reader:
        await takes_along(reader, tmp_path)


def files(folder: Path) -> set[str]:
    """Names of the files of a folder."""
    return {each.name for each in folder.iterdir() if each.is_file()}


async def takes_along(reader: Reader, tmp_path: Path) -> None:
    """Copy a comparison, and write it into new files only."""
    say = reader.app.say
    await compares(reader, "alma", "eso")
    reader.sees(say("compare.title"), say("section.where"), say.country("DE"))
    await reader.presses("y")
    assert "| ≠ | Dónde | San Pedro" in reader.app.clipboard
    await reader.presses("E")
    assert reader.line == str(tmp_path / "alma-eso.md")
    await reader.presses("enter")
    written = (tmp_path / "alma-eso.md").read_text("utf-8")
    assert written == reader.app.clipboard
    await reader.presses("w")
    assert reader.line == str(tmp_path / "alma-eso-2.md")
    await reader.presses("escape")
    assert reader.on(CompareScreen)
    # The name is typed over; what it ends in is the format.
    await answers(reader, "it.csv", "w")
    reader.sees(say("compare.written", file="").strip(" ."))
    rows = list(csv.reader((tmp_path / "it.csv").read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["section", "field", "differs", "alma", "eso"]
    before = (tmp_path / "it.csv").read_bytes()
    await answers(reader, "it.csv", "d", "w")
    reader.sees("existe.")
    assert (tmp_path / "it.csv").read_bytes() == before
    await answers(reader, "nowhere/it.csv", "w")
    reader.sees("No se puede escribir")
    assert files(tmp_path) == {"alma-eso.md", "it.csv"}
