"""Damaged caches, settings that cannot be read, places that cannot be written: at the screen."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from ritui.paths import find_paths
from tests.terminal import Terminal


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('theem = "light"\n', ("config.toml, line 1", "theem", "theme")),
        ('lang = "en"\ntheme = 5\n', ("config.toml, line 2", "theme is 5")),
        ('lang = "en"\n\ntheme = \n', ("config.toml, line 3", "cannot be read")),
    ],
    ids=["unknown key", "wrong type", "syntax"],
)
def test_the_app_starts_and_says_what_is_wrong_in_the_settings(
    home: Path, text: str, said: tuple[str, ...]
) -> None:
    settings = find_paths(str(home)).settings_file
    settings.write_text(text)
    with Terminal(home) as terminal:
        terminal.sees("506 of 506")
        for part in said:
            terminal.until(lambda part=part: part in unwrapped(terminal), part)  # type: ignore[misc]  # bound
        terminal.presses("q")
        assert terminal.ends() == 0
    assert settings.read_text() == text


def unwrapped(terminal: Terminal) -> str:
    """What toasts say, their lines joined: what stands behind the bar at their left."""
    said = (line.partition("▌")[2].rstrip(" │─╯") for line in terminal.lines if "▌" in line)
    return " ".join(" ".join(said).split())


@pytest.mark.parametrize("damage", ["empty", "garbage", "cut", "newer", "middle"])
def test_a_damaged_cache_is_moved_aside_and_rebuilt(home: Path, damage: str) -> None:
    store = find_paths(str(home)).store_file
    whole = store.read_bytes()
    if damage == "newer":
        with sqlite3.connect(store) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        store.write_bytes(
            {
                "empty": b"",
                "garbage": b"not a database at all " * 400,
                "cut": whole[: len(whole) // 3],
                "middle": whole[:8192] + b"\xa5" * (len(whole) - 8192),
            }[damage]
        )
    for suffix in ("-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    with Terminal(home) as terminal:
        terminal.sees("506 of 506", "ALBA Synchrotron")
        terminal.until(lambda: "it was moved to" in unwrapped(terminal), "the notice")
        terminal.presses("down", "down")
        terminal.settles()
        terminal.presses("q")
        assert terminal.ends() == 0
    aside = list(store.parent.glob("directory.damaged-*.sqlite"))
    assert len(aside) == 1
    with Terminal(home) as terminal:
        terminal.sees("506 of 506")
        terminal.settles()
        assert "it was moved to" not in unwrapped(terminal)


def test_a_home_that_cannot_be_works_in_memory_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    with Terminal(file / "home") as terminal:
        terminal.sees("506 of 506")
        terminal.until(lambda: "working in memory" in unwrapped(terminal), "the notice")
        terminal.presses(*"/alma").sees("> Atacama Large Millimeter")
        terminal.presses("ctrl+c")
        assert terminal.ends() == 0


def test_a_bug_ends_with_a_report_and_the_terminal_restored(home: Path) -> None:
    fault = (
        "import sys, ritui.ui.widgets.results as r\n"
        "def line(self, y): raise ValueError('a fault [red]of[/red] its own')\n"
        "r.Results.line = line\n"
        "from ritui.__main__ import main\n"
        "sys.exit(main())\n"
    )
    with Terminal(home, command=(sys.executable, "-c", fault)) as terminal:
        assert terminal.ends() == 70
        assert b"\x1b[?1049l" in terminal.sent
        assert "ValueError: a fault [red]of[/red] its own" in terminal.text
        assert "ritui.log" in terminal.text
    assert "Traceback" in find_paths(str(home)).log_file.read_text()
