"""The shelf: lists and notes in one view, saved searches wherever one searches."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritui.model.shelf import SHORTLIST, Kept, Search, Shelf
from ritui.paths import find_paths
from ritui.store.shelf import ShelfFile
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.filter import FilterScreen
from ritui.ui.screens.note import NoteScreen
from ritui.ui.screens.shelf import ShelfScreen
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.facets import Facets
from ritui.ui.widgets.results import Results
from ritui.ui.widgets.shelved import Shelved
from tests.scenarios.reader import Reader, reading

LONG_AGO = "2001-01-01T00:00:00+00:00"
GONE = Kept(
    "old-lab", "Laboratorio Viejo",
    known={"kind": "infrastructure", "country": "AR", "city": "Rosario"},
)  # fmt: skip


@pytest.fixture
def file(home: Path) -> ShelfFile:
    """A shelf with something of everything on it, before the program starts."""
    file = ShelfFile(find_paths(str(home)).shelf_file)
    file.put([Kept("alba", "ALBA"), GONE], SHORTLIST, LONG_AGO)
    file.put([Kept("alma", "ALMA")], "visit", LONG_AGO)
    file.note(Kept("alma", "ALMA"), "high\nand dry", "", LONG_AGO)
    file.note(Kept("risc2", "RISC2"), "a thought", "", LONG_AGO)
    file.save(Search("sun", "solar", LONG_AGO))
    file.save(Search("odd", "country:ZZ"))
    return file


def again(file: ShelfFile) -> Shelf:
    """What another program reads there."""
    return ShelfFile(file.path).read()


def lists(file: ShelfFile, id_: str) -> tuple[str, ...]:
    """The lists a record is on."""
    kept = again(file).of(id_)
    return kept.lists if kept else ()


def detail(reader: Reader) -> str:
    """All that is told of the chosen thing."""
    lines = reader.app.screen.query_one(Card).content
    return "\n".join("".join(span.text for span in line) for line in lines)


def on(reader: Reader) -> str:
    """Id or name of what the cursor is on."""
    entry = reader.app.screen.query_one(Shelved).chosen
    assert entry is not None
    return entry.key


async def test_what_is_kept_is_shown_with_notes_and_what_is_gone(
    file: ShelfFile, reader: Reader
) -> None:
    await reader.presses("6")
    assert reader.on(ShelfScreen)
    assert reader.sees("6 Shelf", "4 records · 2 searches", "Saved searches 2", "Shortlist 2",
                       "visit 1", "With a note alone 1", "cannot be asked", "gone: Laboratorio",
                       "✎ high", "✎ a thought", "puts records on: Shortlist")  # fmt: skip
    solar = reader.count("solar")
    assert reader.sees(f"+{solar} new {solar}")
    assert on(reader) == "alba"
    assert "National synchrotron" in detail(reader).replace("\n", " ")
    await reader.presses("down")
    told = detail(reader)
    assert "Laboratorio Viejo" in told
    assert "Rosario, Argentina" in told
    assert "Not in the directory any more" in " ".join(told.split())
    await reader.presses("enter")
    assert reader.on(ShelfScreen)
    # What the shelf remembers of the others was brought up to date meanwhile.
    known = again(file).of("alba")
    assert known is not None
    assert (known.name, known.known["country"]) == ("ALBA Synchrotron", "ES")
    await reader.presses("down")
    assert "high\nand dry" in detail(reader)
    await reader.presses("enter")
    assert reader.on(DetailScreen)
    await reader.presses("escape", "e").writes("!").presses("escape")
    assert reader.on(ShelfScreen)
    assert reader.sees("✎ high")
    assert "and dry!" in detail(reader)
    await reader.presses("g")
    assert on(reader) == "sun"
    assert "solar" in detail(reader)
    await reader.presses("down")
    assert "ZZ" in detail(reader)
    await reader.presses("enter")
    assert reader.on(ShelfScreen)
    assert reader.sees("“ZZ” is not a known country")


async def test_lists_are_changed_and_every_change_can_be_taken_back(
    file: ShelfFile, home: Path
) -> None:
    async with reading(home, (80, 24)) as reader:
        await reader.presses("6", "m")
        assert lists(file, "alba") == ()
        # The cursor is on what took the place.
        assert on(reader) == "old-lab"
        await reader.presses("z")
        assert reader.sees("Undone")
        assert lists(file, "alba") == (SHORTLIST,)
        # To a list that is there already, by the beginning of its name.
        await reader.presses("l")
        assert reader.sees("On which list?", "enter: yes · esc: no")
        await reader.presses("escape")
        assert lists(file, "old-lab") == (SHORTLIST,)
        await reader.presses("l").writes("vi").presses("right", "enter")
        assert lists(file, "old-lab") == ("visit",)
        # A new one, with all that is marked.
        await reader.presses("g", "down", "down", "space", "space")
        assert reader.sees("2 marked")
        await reader.presses("l").writes("ideas").presses("enter")
        assert reader.sees("ideas 2", "2 records are on “ideas”")
        await reader.presses("u", "z")
        assert "ideas 2" not in reader.seen
        # From now on records come on another list; that is what m does in the directory too.
        await reader.presses("t").writes("Later").presses("enter")
        assert reader.sees("puts records on: Later")
        await reader.presses("1", "m")
        assert lists(file, reader.highlighted.id) == ("Later",)
        await reader.presses("6", "G", "up", "r").writes("Sooner").presses("enter")
        assert "Sooner" in again(file).lists
        assert "Later" not in again(file).lists


async def test_a_saved_search_is_asked_again(file: ShelfFile, home: Path) -> None:
    async with reading(home, (120, 40)) as reader:
        solar = reader.count("solar")
        facets = reader.directory.query_one(Facets)
        assert reader.sees("Saved searches", f"+{solar} {solar}")
        facets.focus()
        await reader.presses("home", "down", "enter")
        assert reader.on(DirectoryScreen)
        assert str(reader.asked) == "solar"
        found = again(file).search("sun")
        assert found is not None
        assert found.looked > LONG_AGO
        assert [each.new for each in facets.searches] == [0, 0]
        await reader.presses("6", "g")
        assert f"+{solar} new" not in reader.seen
        # Deleted, and back.
        await reader.presses("d")
        assert reader.sees("“sun” is deleted: solar")
        assert again(file).search("sun") is None
        await reader.presses("z", "g", "down")
        assert again(file).search("sun") == found
        await reader.presses("r").writes("sea").presses("enter")
        assert {each.name for each in again(file).searches} == {"sea", "odd"}


async def test_what_is_asked_is_saved_under_a_name(file: ShelfFile, home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        await reader.presses("S")
        assert reader.sees("nothing to save")
        await reader.narrows("country", "UY").presses("S")
        assert reader.sees("Name of the search", "country:UY")
        await reader.presses("escape")
        assert str(reader.asked) == "country:UY"
        await reader.presses("S", "enter")
        assert again(file).search("country:UY")
        await reader.presses("S").writes("odd").presses("enter")
        assert reader.sees("“odd” is saved: country:UY", "country:ZZ")
        await reader.presses("6", "z", "g", "enter")
        assert reader.on(DirectoryScreen)
        assert str(reader.asked) == "solar"
        # As a preset in the filter.
        await reader.presses("f", "left", "G")
        assert reader.on(FilterScreen)
        assert reader.sees("Saved searches", "[✓] sun", "[ ] country:UY")
        assert "[ ] odd" not in reader.seen
        await reader.presses("right", "end", "space", "escape")
        assert str(reader.asked) == "country:UY"


async def test_an_empty_shelf_says_what_to_do(home: Path) -> None:
    async with reading(home, (80, 24)) as reader:
        await reader.presses("6")
        assert reader.sees("Nothing is kept yet.", "m: puts a record", "e: writes", "S: in the")
        await reader.presses("m", "e", "l", "r", "d", "z", "enter")
        assert reader.on(ShelfScreen)
        assert not find_paths(str(home)).shelf_file.exists()
        await reader.presses("escape", "m", "6")
        assert reader.sees("1 record", "Shortlist 1")
        await reader.resizes(40, 10)
        assert reader.sees("Shortlist 1")


async def test_a_shelf_that_cannot_be_read_is_said_once_and_left_alone(
    file: ShelfFile, home: Path
) -> None:
    file.path.write_text("what is this")
    async with reading(home, (120, 40)) as reader:
        assert reader.sees("shelf.toml cannot be read", "shelf.previous.toml")
        assert reader.seen.count("cannot be read") == 1
        assert len(reader.directory.query_one(Results).answer or ()) == 506
        await reader.presses("e")
        assert not reader.on(NoteScreen)
        await reader.presses("6")
        assert reader.on(ShelfScreen)
        assert reader.sees("It is yours and stays as it is")
        await reader.presses("escape")
        await reader.types("marine").presses("enter")
        assert reader.sees(f"{reader.count('marine')} of 506")
    assert file.path.read_text() == "what is this"
