"""Copying: the menu, what it says became of it, and the record as plain text."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ritui.model.query import parse
from ritui.services.copied import chosen, plain, text_of
from ritui.ui.messages import Ask
from ritui.ui.screens.copy import CopyScreen
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.plain import PlainScreen
from ritui.ui.screens.small import SmallScreen
from tests.scenarios.reader import Reader, reading
from tests.terminal import Terminal

LETTERS = {
    "link": "l", "name": "n", "citation": "c", "contact": "e", "markdown": "m", "json": "J",
    "id": "i",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs these tests keeps the clipboard."""
    monkeypatch.setenv("SSH_CONNECTION", "somewhere")
    monkeypatch.setenv("TERM", "xterm")
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)


async def goes_to(reader: Reader, query: str) -> None:
    """Have the list show what a query finds."""
    reader.app.post_message(Ask(parse(query), show=True))
    await reader.waits()
    await reader.presses()


async def test_what_is_copied_is_seen_before(reader: Reader) -> None:
    await goes_to(reader, "id:alma")
    await reader.presses("enter", "y")
    assert reader.on(CopyScreen)
    reader.sees("Copy", "Atacama Large Millimeter/submillimeter Array", "> l ", "Contact")
    await reader.presses("down", "down")
    reader.sees("retrieved 2026-11-24.")
    await reader.presses("e")
    reader.sees("None is stated")
    assert reader.on(CopyScreen)
    await reader.presses("y")
    assert reader.app.clipboard.startswith("Atacama Large Millimeter/submillimeter Array (ALMA)")
    assert reader.on(DetailScreen)
    reader.sees("Sent to the terminal, which may")
    await reader.presses("y", "escape")
    assert reader.on(DetailScreen)


async def test_every_letter_and_several_records(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reading(home, (80, 24), language="pt") as reader:
        say, catalog = reader.app.say, reader.library.catalog
        await goes_to(reader, "id:cyfronet")
        for ids in ([reader.highlighted.id], ["alma", "eso"]):
            for id_ in ids if len(ids) > 1 else ():
                reader.app.desk.keeping.toggle(id_)
            found = chosen(catalog, ids, say)
            for what, letter in LETTERS.items() if len(ids) == 1 else [("id", "i")]:
                wanted = text_of(what, found, say)
                await reader.presses("y")
                reader.sees(say("copy.title"), say(f"action.copy-{what}.label"))
                if not wanted:
                    await reader.presses("escape")
                    continue
                await reader.presses(letter)
                assert reader.app.clipboard == wanted
                assert reader.on(DirectoryScreen)
        monkeypatch.setenv("TERM", "linux")
        await reader.presses("y", "l")
        reader.sees(say("clipboard.nowhere", text="").strip()[:16])
        assert reader.on(CopyScreen)
        await reader.presses("escape", "Y")
        # The text gives way to what must be drawn, and comes back.
        assert reader.on(PlainScreen)
        await reader.resizes(30, 8)
        assert reader.on(SmallScreen)
        await reader.resizes(80, 24)
        assert reader.on(PlainScreen)
        await reader.presses("space", "escape")
        while reader.on(PlainScreen):
            await reader.presses("enter")
        assert reader.on(DirectoryScreen)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_plain_text_is_on_the_terminals_own_screen(home: Path) -> None:
    with Terminal(home, "--offline", size=(80, 50)) as terminal:
        terminal.sees("506 of 506")
        terminal.presses(*"/id:alma").sees("1 of 506")
        terminal.presses("enter").settles()
        before = len(terminal.sent)
        terminal.presses("Y").sees("enter: back to ritui")
        terminal.settles()
        out = bytes(terminal.sent[before:])
        # No longer the program's screen, nor its mouse; and lines are broken by the terminal.
        for code in (b"\x1b[?1000l", b"\x1b[?1003l", b"\x1b[?1049l", b"\x1b[?7h"):
            assert out.index(code) < out.index(b"Atacama")
        text = out.decode().partition("\x1b[?25h")[2].replace("\r", "")
        expected = _plain(home, "alma")
        assert text.startswith(f"{expected}\n\n[enter")
        # Nothing else does anything here.
        before = len(terminal.sent)
        terminal.presses("?", "1", "R", "j")
        assert terminal.settles() == 0
        terminal.presses("enter").sees("1 of 506", "> Atacama")
        back = bytes(terminal.sent[before:])
        assert b"\x1b[?1049h" in back
        assert back.index(b"\x1b[?1003h") > back.index(b"\x1b[?1049h")
        # All of the screen is drawn again, over whatever the terminal has there.
        terminal.screen.reset()
        terminal.presses("Y").settles()
        terminal.presses("q").sees("Directory", "1 of 506", "> Atacama", "help")
        terminal.presses("Y").sees("enter: back to ritui")
        before = len(terminal.sent)
        terminal.presses("ctrl+c")
        assert terminal.ends() == 0
        end = bytes(terminal.sent[before:])
        assert b"\x1b[?1049h" not in end
        assert b"\x1b[?1003h" not in end


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_console_without_history_is_given_it_page_by_page(home: Path) -> None:
    with Terminal(home, "--offline", size=(80, 24), env={"TERM": "linux"}) as terminal:
        terminal.sees("506 of 506")
        terminal.presses(*"/id:alma").sees("1 of 506")
        terminal.presses("enter").settles()
        terminal.presses("Y").sees("Atacama Large Millimeter/submillimeter Array", "enter: more")
        terminal.presses("enter").sees("ritui: alma", "enter: back to ritui")
        terminal.presses("enter").sees("1 of 506", "> Atacama")
        terminal.presses("q")
        assert terminal.ends() == 0


def _plain(home: Path, id_: str) -> str:
    from ritui.i18n import Messages
    from ritui.paths import find_paths
    from ritui.services.library import open_library

    library, _ = open_library(find_paths(str(home)))
    text = plain(chosen(library.catalog, [id_], Messages()), Messages())
    library.close()
    return text
