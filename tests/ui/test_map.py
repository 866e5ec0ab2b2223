"""A map: what is drawn stands in the right cells, and says the same without colour."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.segment import Segment
from textual.strip import Strip

from ritui.services.atlas import SEA
from ritui.ui.themes import THEMES
from ritui.ui.widgets.map import Shore
from ritui.ui.widgets.shores import Shores
from tests.scenarios.reader import Reader, reading

pytestmark = pytest.mark.anyio


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def cells(shore: Shore, line: int) -> list[Segment]:
    """The cells of a line, each with its look."""
    strip = shore.render_line(line)
    return [Segment(text, part.style) for part in strip for text in part.text]


def backgrounds(shore: Shore, *, land: bool) -> set[str]:
    """The backgrounds of all cells of land or of sea, but the one with the cursor."""
    assert shore.chart is not None
    found = set()
    for line, grounds in enumerate(shore.chart.drawing.grounds):
        for column, (cell, ground) in enumerate(zip(cells(shore, line), grounds, strict=True)):
            beside = shore.cell and shore.cell[1] == line and abs(shore.cell[0] - column) <= 1
            if (ground != SEA) is land and not beside and cell.style is not None:
                found.add(str(cell.style.bgcolor))
    return found


async def shores_of(reader: Reader) -> Shores:
    await reader.presses("3")
    return reader.app.screen.query_one(Shores)


async def test_every_record_is_drawn_in_its_cell(home: Path) -> None:
    async with reading(home, (100, 30)) as reader:
        shores = await shores_of(reader)
        for shore in shores.maps:
            assert shore.chart is not None
            for (column, line), sign in shore.chart.signs.items():
                drawn = cells(shore, line)
                assert drawn[column].text == sign.text
                style = drawn[column].style
                assert style is not None
                # Hollow, and thinner: what is vague is not told by colour alone.
                assert bool(style.bold) is sign.precise or (column, line) == shore.cell
            for line, text in enumerate(shore.chart.drawing.texts):
                assert len(cells(shore, line)) == shore.grid[0] == len(text)


async def test_land_is_tinted_and_a_sign_stands_on_it(home: Path) -> None:
    async with reading(home, (100, 30)) as reader:
        shores = await shores_of(reader)
        [tint], [sea] = (backgrounds(shores.maps[0], land=land) for land in (True, False))
        assert tint != sea
        for name in ("light", "high-contrast"):
            reader.app.theme = THEMES[name].name
            await reader.presses("n")
            [tint], [sea] = (backgrounds(shores.maps[0], land=land) for land in (True, False))
            assert tint != sea
        reader.app.theme = THEMES["terminal"].name
        await reader.presses("n")
        assert backgrounds(shores.maps[0], land=True) == {"Color('default', ColorType.DEFAULT)"}


async def test_a_lean_map_has_no_tint(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        reader.app.start = reader.app.start._replace(lean=True)
        shores = await shores_of(reader)
        first = shores.maps[0]
        assert backgrounds(first, land=True) == backgrounds(first, land=False)


async def test_the_cursor_is_seen_without_colour(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(home, (80, 24)) as reader:
        shores = await shores_of(reader)
        for _ in range(2):
            first = shores.maps[0]
            assert first.cell is not None
            drawn = cells(first, first.cell[1])
            style = drawn[first.cell[0]].style
            assert style is not None
            assert style.reverse
            reversed_cells = sum(bool(each.style and each.style.reverse) for each in drawn)
            assert reversed_cells == 1
            await reader.presses("n")


async def test_only_two_lines_are_drawn_when_the_cursor_moves(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        first = (await shores_of(reader)).maps[0]
        drawn: set[int] = set()
        before, render = first.cell, first.render_line

        def counted(y: int) -> Strip:
            drawn.add(y)
            return render(y)

        first.render_line = counted  # type: ignore[method-assign]  # to look on
        await reader.presses("n")
        assert before is not None
        assert first.cell is not None
        assert drawn == {before[1], first.cell[1]}
