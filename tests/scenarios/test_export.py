"""Exporting: `E`, and what one sees is what one gets, in a file that the command writes as well."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from textual import events

from ritui.cli.dispatch import main
from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.query import parse
from ritui.model.shelf import Kept
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.export import FORMATS
from ritui.services.export.choosing import Choice
from ritui.services.library import open_library
from ritui.store.shelf import ShelfFile
from ritui.ui.messages import Ask
from ritui.ui.offers import Offer
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.export import ExportScreen
from ritui.ui.widgets.exporting import Preview
from tests.scenarios.reader import Reader, reading
from tests.scenarios.test_screens import HOSTILE

DAY = date.today().isoformat()
_TIMES = re.compile(rb"\d{4}-?\d\d-?\d\dT[\d:]{6,8}(?:\+00:00|Z)?|urn:uuid:[0-9a-f-]+")
"""And what the formats make of them."""
NOW = "2026-11-01T00:00:00+00:00"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: an empty one."""
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
async def small(home: Path) -> AsyncIterator[Reader]:
    """Someone at the smaller terminal, for what does not depend on the size."""
    async with reading(home, (80, 24)) as someone:
        yield someone


@pytest.fixture
def shelved(home: Path) -> Path:
    """A home with two lists on the shelf, notes, and a record that is in no directory."""
    file = ShelfFile(find_paths(str(home)).shelf_file)
    file.put([Kept("risc2", "RISC2"), Kept("long-gone", "Long gone")], "shortlist", NOW)
    file.put([Kept("cyfronet", "Cyfronet")], "Kraków", NOW)
    file.note(Kept("risc2", "RISC2"), "ask for\nthe slides", "", NOW)
    return home


def same(home: Path, file: Path, *arguments: str) -> bool:
    """Whether the command writes this file with some arguments, but for the time."""
    other = file.with_name(f"other{file.suffix}")
    assert main(["--home", str(home), "export", *arguments, "-o", str(other), "--force"]) == 0
    mine, theirs = (_TIMES.sub(b"then", each.read_bytes()) for each in (file, other))
    assert mine == theirs
    other.unlink()
    return True


def there(folder: Path) -> list[str]:
    """Names of the files of a folder."""
    return sorted(each.name for each in folder.iterdir())


async def types_over(reader: Reader, name: str, *keys: str) -> None:
    """Put another name in the place of the one in the line, as one does who pastes it."""
    await reader.presses("ctrl+shift+a")
    reader.app.post_message(events.Paste(name))
    await reader.presses(*keys)


async def asks(reader: Reader, query: str, *keys: str) -> None:
    """Ask the directory something, and press keys."""
    reader.app.post_message(Ask(parse(query)))
    await reader.presses(*keys)


def told(reader: Reader) -> str:
    """What was said in passing since this was last asked."""
    texts = [each.message for each in reader.app._notifications]
    reader.app.clear_notifications()
    return "\n".join(texts)


def preview(reader: Reader) -> str:
    """All that is shown of the file."""
    content = reader.app.screen.query_one(Preview).content
    return "\n".join("".join(span.text for span in line) for line in content)


async def test_every_format_of_what_is_asked(reader: Reader, home: Path, folder: Path) -> None:
    is_wide = reader.app.size.width > 100
    await reader.narrows("kind", "pilot")
    for number, form in enumerate(FORMATS):
        if number % 2 == is_wide:
            # The other terminal takes the others: a calendar is last, what is usual is first.
            continue
        await reader.presses("E").clicks("#formats", 6, number + 1)
        reader.sees(f"> {form}", "kind:pilot", "4 records")
        name = f"ritui-kind-pilot-{DAY}{FORMATS[form].endings[0]}"
        assert reader.line == name
        seen = preview(reader).split("\n")[0].rstrip("…")
        await reader.presses("enter")
        assert reader.on(type(reader.directory))
        begins = (folder / name).read_bytes().removeprefix(b"\xef\xbb\xbf")
        assert _TIMES.sub(b"then", begins).startswith(_TIMES.sub(b"then", seen.encode()))
        kind = "dated events" if form == "ics" else "records"
        assert re.search(rf"\b\d+ {kind} written to ", said := told(reader))
        assert f"{folder / name} (" in said
        assert same(home, folder / name, "kind:pilot", "--format", form)
    assert len(there(folder)) == 4


async def test_marks_or_what_is_asked(reader: Reader, home: Path, folder: Path) -> None:
    await reader.presses("space", "down", "space", "E")
    reader.sees("> The 2 marked records", "2 records", "Everything in the directory", "506 records")
    await reader.presses("enter")
    file = folder / f"ritui-2-marked-{DAY}.csv"
    assert f"2 records written to {file} (" in told(reader)
    ids = folder / "ids"
    ids.write_text("\n".join(reader.app.desk.keeping.marked))
    assert same(home, file, "--ids", str(ids))
    await reader.presses("E").clicks("#what", 4, 1)
    assert reader.line == f"ritui-directory-{DAY}.csv"
    # The mouse alone does as well.
    await reader.clicks("#formats", 6, 3).clicks("#keys", 2, 0)
    assert same(home, folder / f"ritui-directory-{DAY}.jsonl")


async def test_one_record_under_a_name_of_ones_own(small: Reader, home: Path, folder: Path) -> None:
    reader = small
    await reader.presses("down", "enter", "E")
    reader.sees("1 record", "you have no notes")
    assert reader.line == f"ritui-risc2-{DAY}.csv"
    await reader.presses("f")
    await types_over(reader, "mine.geojson", "end")
    # The ending says the format, and the other way round.
    reader.sees("> geojson", '{"type":"FeatureCollection"')
    await reader.presses("escape", "down", "down")
    assert reader.line == "mine.md"
    for key in ("f", "f"):
        reader.app.simulate_key(key)
    await reader.presses("enter")
    assert reader.on(DetailScreen)
    assert f"1 record written to {folder / 'minef.md'} (" in told(reader)
    (folder / "ids").write_text("risc2")
    assert same(home, folder / "minef.md", "--ids", str(folder / "ids"))
    assert same(home, folder / "minef.md", "--ids", str(folder / "ids"), "--notes")


async def test_a_list_of_the_shelf_with_its_notes(
    shelved: Path, size: tuple[int, int], folder: Path
) -> None:
    async with reading(shelved, size) as reader:
        await reader.presses("6", "E").clicks("#formats", 6, 6)
        reader.sees("> Shortlist", "Kraków", "Everything on the shelf", "[✓] with your notes")
        assert "> the slides" in preview(reader)
        await reader.presses("enter")
        file = folder / f"ritui-shortlist-{DAY}.md"
        assert "Not in the directory any more" in file.read_text("utf-8")
        assert same(shelved, file, "--list", "shortlist")
        told(reader)
        # All of it; and without the notes.
        await reader.presses("E").clicks("#what", 4, 2).presses("enter")
        assert same(shelved, folder / f"ritui-shelf-{DAY}.csv", "--shelf")
        await reader.presses("E", "space")
        reader.sees("[ ] with your notes")
        assert "slides" not in preview(reader)
        await reader.presses("enter")
        assert "slides" not in (folder / f"ritui-shortlist-{DAY}.csv").read_text("utf-8")
        told(reader)
        # From anywhere else they go only when they are asked for.
        await reader.presses("1", "down", "E").clicks("#what", 4, 1)
        reader.sees("[ ] with your notes on them: 1")
        await reader.presses("space", "enter")
        file = folder / f"ritui-risc2-{DAY}.csv"
        assert "slides" in file.read_text("utf-8")
        (folder / "ids").write_text("risc2")
        assert same(shelved, file, "--ids", str(folder / "ids"), "--notes")


async def test_a_file_is_replaced_only_when_that_is_said(small: Reader, folder: Path) -> None:
    reader = small
    file = folder / f"ritui-directory-{DAY}.csv"
    file.write_text("mine")
    await reader.presses("E", "enter")
    reader.sees("is there already", "y", "replace it", "n")
    await reader.presses("enter")
    assert file.read_text() == "mine"
    await reader.presses("n")
    assert "is there already" not in reader.seen
    # Now the line is typed into, and y is a letter.
    await reader.writes("y")
    assert reader.line == f"ritui-directory-{DAY}y.csv"
    await reader.presses("enter")
    assert file.read_text() == "mine"
    assert (folder / reader_name("y")).exists()
    await reader.presses("E", "enter", "escape")
    assert reader.on(ExportScreen)
    await reader.presses("enter", "y")
    assert reader.on(type(reader.directory))
    assert file.read_text("utf-8-sig").startswith("id,")
    assert len(there(folder)) == 2


def reader_name(more: str) -> str:
    """The proposed name, and something typed before its ending."""
    return f"ritui-directory-{DAY}{more}.csv"


async def test_where_nothing_can_be_written(small: Reader, folder: Path) -> None:
    (folder / "file").write_text("mine")
    await small.presses("E", "f")
    for typed in ("nowhere/x.csv", "file/x.csv"):
        await types_over(small, typed, "enter")
        said = told(small)
        assert f"{typed} cannot be written" in said
        assert "Choose another place" in said
        assert small.on(ExportScreen)
        assert small.line == typed
    await types_over(small, "/dev/null", "enter")
    assert "it is there, and is no file" in told(small)
    assert there(folder) == ["file"]
    assert (folder / "file").read_text() == "mine"


async def test_what_takes_long_can_be_stopped(small: Reader, folder: Path) -> None:
    app = small.app
    many = Offer(Choice(ids=("alba",) * 1_000_000), "Many", "many")
    app.push_screen(ExportScreen(app.desk, app.start, [many]))

    async def write() -> None:
        # A key without waiting until the program has nothing to do.
        app.simulate_key("enter")
        for _ in range(500):
            await small.waits()
            if "Writing ritui" in small.seen and there(folder):
                break
        assert there(folder)[0].endswith(".part")
        assert re.search(r"\d+ read, \d+ [kM]?B\. esc stops it", small.seen)

    await small.waits()
    await write()
    # It is written once, however often one asks for it.
    app.simulate_key("enter")
    app.simulate_key("escape")
    await small.presses("up")
    assert told(small) == "Stopped. Nothing was written."
    assert "Writing ritui" not in small.seen
    assert small.on(ExportScreen)
    assert not there(folder)
    await write()
    app.simulate_key("1")
    await small.presses("up")
    assert told(small) == "Stopped. Nothing was written."
    assert small.on(type(small.directory))
    assert not there(folder)


async def test_what_is_shown_of_a_file_is_text(home: Path, size: tuple[int, int]) -> None:
    library, _ = open_library(find_paths(str(home)))
    values, _ = normalise(
        {"id": "hostile", "kind": "infrastructure", "name": HOSTILE, "country": "AR",
         "summary": f"one\n\n{HOSTILE}\ttwo"}
    )  # fmt: skip
    library.replace("test", [Claim("test", "hostile", values)], [], Health("test"))
    library.close()
    async with reading(home, size) as reader:
        await asks(reader, "id:hostile", "E")
        for form in ("csv", "json", "jsonl"):
            reader.sees(f"> {form}")
            assert "Lab [red]A[/red] [/oops]" in preview(reader).replace("\n", "")
            assert not set("\x1b\x07\x9b\u202e\ud800\t") & set(reader.seen)
            await reader.presses("down")
        assert reader.app.is_running


async def test_where_records_are_counted_where_there_is_little_room_or_nothing(
    home: Path, folder: Path
) -> None:
    async with reading(home, (40, 10)) as reader:
        await asks(reader, "kind:pilot", "4", "E")
        reader.sees("> kind:pilot", "4 records", "> csv", ".csv", "enter")
        await reader.presses("enter")
        file = folder / f"ritui-kind-pilot-{DAY}.csv"
        assert same(home, file, "kind:pilot")
        told(reader)
        await asks(reader, "zzzz", "E", "enter", "escape")
        assert "There is no record in this choice" in told(reader)
        await asks(reader, "id:alba", "E", "end", "enter")
        assert "No dated event concerns" in told(reader)
        assert there(folder) == [file.name]


async def test_short_texts_are_copied(small: Reader, folder: Path) -> None:
    await asks(small, "kind:pilot", "E", "down", "down", "y")
    text = small.app._clipboard
    assert text.startswith('{"id":"')
    assert text.count("\n") == 4
    assert small.on(ExportScreen)
    told(small)
    await small.presses("escape")
    await asks(small, "", "E", "y")
    assert "too long for the clipboard" in told(small)
    assert small.app._clipboard == text
    assert not there(folder)
