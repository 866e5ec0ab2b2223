"""Ground: what it draws is what Textual would."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.containers import Horizontal
from textual.geometry import Region
from textual.screen import Screen

from ritui.ui.widgets.ground import Row
from tests.scenarios.reader import reading

pytestmark = pytest.mark.anyio


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


async def test_every_line_is_the_background(home: Path) -> None:
    async with reading(home, (120, 40)) as reader:
        screen = reader.directory
        row = screen.query_one("#panels", Row)
        for crop in (Region(0, 0, 120, 40), Region(7, 3, 20, 5), Region(0, 0, 120, 0)):
            assert screen.render_lines(crop) == Screen.render_lines(screen, crop)
            assert row.render_lines(crop) == Horizontal.render_lines(row, crop)
