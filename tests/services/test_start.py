"""What the app is started with."""

from __future__ import annotations

import pytest

from ritui.config import Config
from ritui.paths import Paths
from ritui.services.start import Start


@pytest.mark.parametrize(
    ("asked", "setting", "lean", "look"),
    [
        (None, "dark", False, "dark"),
        ("light", "dark", False, "light"),
        (None, "dark", True, "terminal"),
        (None, "light", True, "terminal"),
        (None, "high-contrast", True, "high-contrast"),
        ("light", "high-contrast", True, "light"),
    ],
)
def test_lean_wears_the_terminals_colours_unless_others_are_needed(
    home: Paths, asked: str | None, setting: str, lean: bool, look: str
) -> None:
    config = Config(theme=setting)
    start = Start(home, "en", offline=True, theme=asked, mouse=True, config=config, lean=lean)
    assert start.look == look
