"""A note is kept however one leaves it, and what another program wrote stays as well."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ritui.model.shelf import SEAM, Kept
from ritui.paths import find_paths
from ritui.store.shelf import ShelfFile, read_shelf
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.note import NoteScreen
from ritui.ui.screens.timeline import TimelineScreen
from ritui.ui.widgets.results import Results
from tests.scenarios.reader import Reader, reading
from tests.terminal import Terminal


def kept_note(home: Path) -> str:
    """The only note on the shelf, as another program reads it."""
    path = find_paths(str(home)).shelf_file
    notes = [kept.note for kept in ShelfFile(path).read().records if kept.note]
    return notes[0] if notes else ""


async def test_a_note_of_several_lines_is_kept_and_shown(reader: Reader, home: Path) -> None:
    await reader.presses("down", "e")
    assert reader.on(NoteScreen)
    assert reader.sees("Note", reader.highlighted.name[:20], "saved")
    await reader.writes("q?1 ask").presses("enter").writes("when")
    assert reader.sees("q?1 ask", "not saved yet")
    await reader.presses("escape")
    assert reader.on(DirectoryScreen)
    assert kept_note(home) == "q?1 ask\nwhen"
    assert reader.count("is:noted") == 1
    row = reader.directory.query_one(Results).line(1)
    assert "✎" in row[0].text
    assert reader.sees("Your note", "q?1 ask", "when")
    await reader.presses("enter")
    assert reader.on(DetailScreen)
    assert reader.sees("Your note", "q?1 ask")
    # Written on, and taken away by emptying it.
    await reader.presses("e").writes("!").presses("ctrl+s")
    assert reader.on(DetailScreen)
    assert reader.sees("when!")
    await reader.presses("e", "f7", "delete", "escape")
    assert kept_note(home) == ""
    assert "Your note" not in reader.seen
    assert reader.count("is:noted") == 0


async def test_a_draft_is_kept_and_what_another_program_writes_stays(home: Path) -> None:
    path = find_paths(str(home)).shelf_file
    async with reading(home, (80, 24)) as reader:
        id_ = reader.highlighted.id
        await reader.presses("e", "space", "enter", "escape")
        assert not path.exists()
        await reader.presses("e").writes("half")
        screen = reader.app.screen
        assert isinstance(screen, NoteScreen)
        # What is to be kept a moment after a letter is not kept yet, but will be.
        assert screen._timer is not None
        assert kept_note(home) == ""
        screen._draft()
        await reader.presses("left", "right")
        assert kept_note(home) == "half"
        assert reader.sees(" saved ")
        await reader.writes(" mine")
        ShelfFile(path).note(Kept(id_, id_), "theirs", "half", "2026")
        screen._draft()
        await reader.presses("left")
        assert reader.sees("theirs", "half mine", "This note was changed")
        await reader.presses("ctrl+end").writes(", more")
        # Not by this screen's own way out.
        reader.app.action_timeline()
        await reader.presses("down")
        assert reader.on(TimelineScreen)
        assert kept_note(home) == f"theirs{SEAM}half mine, more"
        await reader.presses("1", "e").writes("!").presses("ctrl+c")
    assert kept_note(home) == f"theirs{SEAM}half mine, more!"


async def test_where_it_cannot_be_kept_one_is_told_and_loses_nothing(home: Path) -> None:
    paths = find_paths(str(home))
    async with reading(home, (80, 24)) as reader:
        name = reader.highlighted.id
        await reader.presses("e").writes("precious")
        paths.data.write_text("a file where a folder should be")
        await reader.presses("escape")
        assert reader.on(NoteScreen)
        # The words of the message may stand on two lines.
        assert reader.sees("cannot", "written", "precious", "not saved yet")
        # Whoever goes all the same finds it again, here and in a file.
        await reader.presses("escape")
        assert reader.on(DirectoryScreen)
        await reader.presses("e")
        assert reader.sees("precious")
        paths.data.unlink()
        await reader.presses("escape")
        assert kept_note(home) == "precious"
        await reader.presses("e").writes(" 2")
        paths.shelf_file.write_text("what is this")
        await reader.presses("ctrl+c")
    rescued = paths.data / f"ritui-note-{name}.txt"
    assert rescued.read_text() == "precious 2\n"
    assert paths.shelf_file.read_text() == "what is this"
    rescued.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_it_is_kept_when_the_terminal_goes(home: Path) -> None:
    with Terminal(home, "--offline", size=(80, 24)) as terminal:
        terminal.sees("506 of 506")
        terminal.presses("e").sees("saved")
        terminal.presses(*"precious").sees("precious", "not saved yet")
        terminal.process.close(force=False)
    assert read_shelf(find_paths(str(home)).shelf_file).records[0].note == "precious"
