"""Lean mode on a real pseudo-terminal: few bytes, 16 colours, and everything there all the same."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
WALK = (
    "down down", "pagedown", "end", "home", "enter", "] ]", "escape", "f x", "escape", "escape",
    "5", "down", "q", "7", "q", "/ s o l a r", "enter", "escape", "tab",
)  # fmt: skip
"""Keys that lead through the screens."""
MOTION = b"\x1b[?1003h"
CLICKS = b"\x1b[?1000h"


def codes(sent: bytes | bytearray) -> set[int]:
    """Every code of colours and attributes that was sent."""
    found = re.findall(rb"\x1b\[([\d;]*)m", sent)
    return {int(code or 0) for each in found for code in each.split(b";")}


def is_lean(sent: bytes | bytearray) -> bool:
    """Whether no colour is named by its parts or from a palette, and no motion is asked for."""
    return not codes(sent) & {38, 48} and MOTION not in sent


def picture(terminal: Terminal) -> list[list[tuple[object, ...]]]:
    """What can be seen; of an empty cell that is its background."""
    rows = [terminal.screen.buffer[y] for y in range(terminal.screen.lines)]
    cells = [[row[x] for x in range(terminal.screen.columns)] for row in rows]
    return [
        [(c.data, c.bg, c.reverse, c.underscore, c.data != " " and (c.fg, c.bold)) for c in line]
        for line in cells
    ]


def test_few_bytes_at_120x40(home: Path) -> None:
    with Terminal(home, "--lean") as terminal:
        terminal.sees("506 of 506", "Joint call of 15 agencies")
        terminal.settles()
        # The goal is 30 kB; what is counted does not depend on how fast anything is.
        assert len(terminal.sent) <= 9_000
        for _ in range(5):
            terminal.presses("down")
            # The row, and the record once the cursor rests.
            assert 0 < terminal.settles() <= 2_500
        terminal.presses("pagedown")
        assert 0 < terminal.settles() <= 5_000
        terminal.presses("enter").sees("Detail")
        assert terminal.settles() <= 6_000
        terminal.presses("escape").sees("506 of 506")
        assert terminal.settles() <= 8_000
        terminal.presses("f").sees("leave out")
        assert terminal.settles() <= 4_000
        terminal.presses("escape").sees("506 of 506")
        terminal.presses("q")
        assert terminal.ends() == 0


def test_a_row_alone_is_a_few_hundred_bytes(home: Path) -> None:
    """At 80x24 with nothing beside the list to follow it: half the columns, the same row."""
    with Terminal(home, "--lean", size=(79, 24)) as terminal:
        terminal.sees("506 of 506")
        terminal.settles()
        for _ in range(5):
            terminal.presses("down")
            assert 0 < terminal.settles() <= 400
        terminal.presses("q")
        assert terminal.ends() == 0


def test_rows_that_are_passed_over_do_not_wait_for_their_records(home: Path) -> None:
    with Terminal(home, "--lean") as terminal:
        terminal.sees("506 of 506", "Joint call of 15 agencies")
        terminal.settles()
        terminal.process.send("\x1b[B" * 5)
        terminal.sees("> Advanced Computing", "Bucaramanga on 1 March")
        terminal.settles()
        # The position of the third row's record, which was on the way.
        assert b"50.06143" not in terminal.sent
        terminal.presses("up", "up").sees("50.06143")
        terminal.presses("q")
        assert terminal.ends() == 0


def test_sixteen_colours_clicks_only_and_nothing_by_itself(
    home: Path, size: tuple[int, int]
) -> None:
    with Terminal(home, "--lean", size=size) as terminal:
        terminal.sees("506 of 506")
        terminal.settles()
        terminal.presses("down", "tab", "s").sees("Sorted by country")
        terminal.presses("?").sees("Help")
        terminal.presses("escape").sees("506 of 506")
        terminal.presses("ctrl+p").sees("Search the commands")
        terminal.presses("escape").sees("506 of 506")
        terminal.presses("/", "solar").sees("10 of 506")
        terminal.until(lambda: "Sorted by" not in terminal.text, "the end of the notice")
        terminal.settles()
        # Longer than a cursor takes to blink.
        assert [terminal.settles() for _ in range(5)] == [0] * 5
        assert CLICKS in terminal.sent
        assert is_lean(terminal.sent)
        terminal.presses("escape", "q")
        assert terminal.ends() == 0
        assert b"\x1b[?1000l" in terminal.sent


def test_what_is_erased_is_what_would_be_drawn(home: Path, size: tuple[int, int]) -> None:
    with Terminal(home, "--lean", size=size) as terminal:
        terminal.sees("506 of 506")
        for keys in WALK:
            terminal.presses(*keys.split())
            terminal.settles()
            seen = picture(terminal)
            terminal.process.send("\x0c")
            assert terminal.settles() > 0
            assert picture(terminal) == seen, keys
        terminal.presses("escape", "q")
        assert terminal.ends() == 0


def test_everything_works_by_keys(home: Path, size: tuple[int, int]) -> None:
    with Terminal(home, "--lean", size=size) as terminal:
        terminal.sees("506 of 506", "> 4th EU-LAC")
        terminal.presses("/", "solar").sees("10 of 506")
        terminal.presses("enter").sees("/ solar")
        terminal.presses("enter").sees("Detail SOLARIS")
        terminal.presses("escape").sees("10 of 506", "Directory")
        terminal.presses("escape").sees("506 of 506")
        terminal.presses("f").sees("[ ] infrastructure")
        terminal.presses("space").sees("[✓] infrastructure")
        terminal.presses("escape").sees("kind = infrastructure")
        terminal.presses("5").sees("Timeline")
        terminal.presses("q").sees("kind = infrastructure")
        terminal.presses("q")
        assert terminal.ends() == 0


def test_everything_works_by_clicks(home: Path, size: tuple[int, int]) -> None:
    def click(text: str) -> None:
        line = next(y for y, shown in enumerate(terminal.lines) if text in shown)
        column = terminal.lines[line].index(text)
        place = f"{column + 2};{line + 1}"
        terminal.process.send(f"\x1b[<0;{place}M\x1b[<0;{place}m")

    with Terminal(home, "--lean", size=size) as terminal:
        terminal.sees("506 of 506")
        terminal.settles()
        click("ABACUS")
        terminal.sees("> ABACUS")
        terminal.process.send("\x1b[<65;40;10M" * 3)
        terminal.until(lambda: "4th EU-LAC" not in "".join(terminal.lines[:5]), "rows further down")
        click(" filter")
        terminal.sees("[ ] infrastructure")
        click("[ ] pilot")
        terminal.sees("[✓] pilot")
        click(" back")
        terminal.sees("kind = pilot", "4 of 506")
        click("kind = pilot")
        terminal.sees("506 of 506")
        terminal.presses("q")
        assert terminal.ends() == 0


@pytest.mark.parametrize(
    ("options", "setting", "env", "lean"),
    [
        ((), "", {}, False),
        (("--lean",), "", {}, True),
        ((), "lean = true", {}, True),
        ((), "", SSH, True),
        ((), "", {"SSH_TTY": "/dev/pts/7"}, True),
        ((), "", {"SSH_TTY": ""}, False),
        ((), "lean = false", SSH, False),
        (("--no-lean",), "lean = true", SSH, False),
        (("--lean",), "lean = false", {}, True),
    ],
)
def test_what_makes_it_lean(
    home: Path, options: tuple[str, ...], setting: str, env: dict[str, str], lean: bool
) -> None:
    if setting:
        file = home / "config" / "config.toml"
        file.parent.mkdir(exist_ok=True)
        held = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(f"{setting}\n{held}", encoding="utf-8")
    with Terminal(home, *options, env=env) as terminal:
        terminal.sees("506 of 506")
        terminal.settles()
        assert is_lean(terminal.sent) is lean
        assert (MOTION in terminal.sent) is not lean
        terminal.presses("q")
        assert terminal.ends() == 0


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast", "terminal"])
def test_a_theme_that_is_asked_for_is_worn_in_sixteen_colours(home: Path, theme: str) -> None:
    with Terminal(home, "--lean", "--theme", theme) as terminal:
        terminal.sees("506 of 506", "> ")
        terminal.settles()
        assert is_lean(terminal.sent)
        # Only the terminal's own look has no background of its own.
        assert bool(codes(terminal.sent) & {40, 47, 107}) is (theme != "terminal")
        terminal.presses("q")
        assert terminal.ends() == 0


def test_the_colours_of_the_terminal_are_its_own(home: Path) -> None:
    with Terminal(home, "--no-lean", "--theme", "terminal") as terminal:
        terminal.sees("506 of 506", "> ")
        terminal.presses("down")
        terminal.settles()
        assert not codes(terminal.sent) & {38, 48}
        terminal.presses("q")
        assert terminal.ends() == 0


def test_a_terminal_that_changes_its_size_is_drawn_anew(home: Path) -> None:
    with Terminal(home, "--lean", size=(80, 24)) as terminal:
        terminal.sees("506 of 506")
        terminal.settles()
        for columns, lines in ((120, 40), (79, 24), (39, 9), (100, 30)):
            before = terminal.sent.count(b"\x1b[2J")
            terminal.screen.resize(lines, columns)
            terminal.process.setwinsize(lines, columns)
            assert terminal.settles() > 0
            assert terminal.sent.count(b"\x1b[2J") > before
            seen = picture(terminal)
            terminal.process.send("\x0c")
            terminal.settles()
            assert picture(terminal) == seen
        terminal.presses("q")
        assert terminal.ends() == 0
