"""The real program on a real pseudo-terminal: bytes, signals, the way out."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.library import open_library
from tests.scenarios.test_screens import HOSTILE
from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

ENDS = b"\x1b[?1049l"
"""The alternate screen is left: the reader's own screen is back."""


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_it_starts_finds_opens_and_leaves_the_terminal_as_it_was(
    home: Path, size: tuple[int, int], key: str
) -> None:
    with Terminal(home, size=size) as terminal:
        terminal.sees("506 of 506", "packaged on 2026-11-24", "ALBA Synchrotron")
        terminal.presses(*"/solar").sees("10 of 506")
        terminal.presses("enter").sees("/ solar")
        terminal.presses("enter").sees("Detail SOLARIS")
        terminal.presses("escape").sees("10 of 506", "Directory")
        terminal.presses(key)
        assert terminal.ends() == 0
        assert ENDS in terminal.sent
        assert (
            b"\x1b[?25h"
            in terminal.sent.rpartition(b"\x1b[?1049l")[0][-2000:] + terminal.sent[-2000:]
        )
        assert b"\x1b[?1003l" in terminal.sent


def test_a_new_reader_is_told_what_is_there_and_what_can_be_fetched(
    new_home: Path, size: tuple[int, int]
) -> None:
    with Terminal(new_home, size=size) as terminal:
        terminal.sees("506 of 506", "R refreshes from 3 sources.", "3 of 6 sources on")
        terminal.presses("q")
        assert terminal.ends() == 0
    assert not find_paths(str(new_home)).settings_file.exists()


def test_offline_says_so_and_shows_all(home: Path) -> None:
    with Terminal(home, "--offline") as terminal:
        terminal.sees("506 of 506", "offline", "packaged on 2026-11-24")
        terminal.presses("R").sees("This run is offline")
        terminal.presses("q")
        assert terminal.ends() == 0


def test_the_budget_of_bytes_at_120x40(home: Path) -> None:
    with Terminal(home) as terminal:
        terminal.sees("506 of 506", "Joint Call in Science")
        terminal.settles()
        assert len(terminal.sent) <= 30_000
        for _ in range(5):
            terminal.presses("down")
            assert 0 < terminal.settles() <= 6_000
        terminal.presses("pagedown")
        assert 0 < terminal.settles() <= 12_500
        for x, y in ((40, 10), (41, 12), (60, 20), (100, 12), (10, 9)):
            terminal.process.send(f"\x1b[<35;{x};{y}M")
            assert terminal.settles() <= 1_000
        terminal.presses("q")
        assert terminal.ends() == 0


def test_a_mouse_click_reaches_the_row_it_is_on(home: Path) -> None:
    with Terminal(home) as terminal:
        terminal.sees("506 of 506")
        terminal.process.send("\x1b[<0;40;8M\x1b[<0;40;8m")
        terminal.until(lambda: "> " in terminal.lines[7], "the cursor on the row")


def test_nothing_of_a_hostile_name_reaches_the_terminal_as_a_sequence(home: Path) -> None:
    library, _ = open_library(find_paths(str(home)))
    values, _ = normalise(
        {"id": "hostile", "kind": "infrastructure", "name": HOSTILE, "summary": HOSTILE,
         "country": "AR", "legal": HOSTILE, "fields": [HOSTILE]}
    )  # fmt: skip
    library.replace("test", [Claim("test", "hostile", values)], [], Health("test"))
    library.close()
    with Terminal(home, "--offline") as terminal:
        terminal.sees("507 of 507")
        terminal.presses(*"/oops").sees("> Lab [red]A[/red]")
        terminal.presses("enter").sees("/ oops")
        terminal.presses("enter").sees("Detail Lab [red]A[/red] [/oops]", "[@click=app.quit]B")
        terminal.presses("escape").sees("1 of 507")
        terminal.presses("f").sees("Filter")
        terminal.presses("escape").sees("1 of 507")
        terminal.presses("q")
        assert terminal.ends() == 0
        sent = bytes(terminal.sent)
    text = sent.decode()
    assert "\x1b]52" not in text
    assert "aGk=" not in text
    assert not re.search("[\x80-\x9f\u202a-\u202e\u2066-\u2069]", text)
    # Of the sequences that clear the screen, none between the first frame and the last.
    frames = text[text.index("507 of 507") : text.rindex("of 507")]
    assert "\x1b[2J" not in frames
    # The title of the window is never set from data.
    assert not re.search(r"\x1b\][012];", text)


def test_no_colour_means_none(home: Path) -> None:
    with Terminal(home, env={"NO_COLOR": "1"}) as terminal:
        terminal.sees("506 of 506", "> ")
        terminal.presses("down")
        terminal.settles()
        codes = {
            code
            for match in re.findall(rb"\x1b\[([0-9;]*)m", bytes(terminal.sent))
            for code in match.split(b";")
        }
        assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7"}
        terminal.presses("q")
        assert terminal.ends() == 0
