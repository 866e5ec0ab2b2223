"""Marks, the shelf's key, and going from view to view."""

from __future__ import annotations

from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.sources import SourcesScreen
from ritui.ui.screens.timeline import TimelineScreen
from ritui.ui.widgets.results import Results
from tests.scenarios.reader import Reader


def rows(reader: Reader) -> list[str]:
    """The first rows of the list, as they are drawn."""
    results = reader.directory.query_one(Results)
    return ["".join(span.text for span in results.line(y)) for y in range(4)]


async def test_space_marks_and_goes_on(reader: Reader) -> None:
    before = rows(reader)
    await reader.presses("space", "space")
    assert reader.sees("2 marked")
    assert [row[:2] for row in rows(reader)] == [" ✓", " ✓", "> ", "  "]
    # Nothing else of a row has moved.
    assert [row[2:] for row in rows(reader)] == [row[2:] for row in before]
    assert len(reader.directory.chosen) == 2
    await reader.presses("up", "space")
    assert reader.sees("1 marked")
    await reader.presses("u")
    assert "marked" not in reader.seen
    assert list(reader.directory.chosen) == [reader.highlighted.id]


async def test_marks_stay_through_a_search(reader: Reader) -> None:
    await reader.presses("down", "space")
    (marked,) = reader.directory.chosen
    await reader.types("telescope").presses("enter")
    assert reader.sees("1 marked")
    await reader.presses("escape", "escape")
    assert list(reader.directory.chosen) == [marked]


async def test_space_narrows_in_the_facets(reader: Reader) -> None:
    if reader.app.size.width < 110:
        return
    await reader.presses("tab", "tab")
    reader.directory.query_one("#facets").focus()
    await reader.presses("down", "space")
    assert reader.asked.conditions
    assert "marked" not in reader.seen


async def test_m_keeps_what_is_marked_and_lets_it_go(reader: Reader) -> None:
    await reader.presses("space", "space", "m")
    ids = list(reader.directory.chosen)
    shelf = reader.app.desk.keeping.file.read()
    assert [kept.id for kept in shelf.on("shortlist")] == ids
    assert reader.sees("2 records on the shelf.")
    assert reader.count("is:shelved") == 2
    await reader.presses("u")
    assert [row[:2] for row in rows(reader)] == [" ★", " ★", "> ", "  "]
    await reader.presses("up", "m")
    assert [kept.id for kept in reader.app.desk.keeping.shelf.records] == ids[:1]


async def test_m_works_in_the_detail(reader: Reader) -> None:
    await reader.presses("down", "enter", "m")
    assert reader.on(DetailScreen)
    (kept,) = reader.app.desk.keeping.shelf.records
    assert kept.id == reader.highlighted.id
    assert kept.known["kind"] == reader.highlighted.kind


async def test_a_shelf_that_cannot_be_read_is_left_alone(reader: Reader) -> None:
    path = reader.app.start.paths.shelf_file
    path.parent.mkdir(parents=True)
    path.write_text("what is this")
    await reader.presses("m")
    assert path.read_text() == "what is this"
    assert reader.sees("shelf.toml")


async def test_views_replace_each_other(reader: Reader) -> None:
    await reader.presses("5", "7", "5", "7")
    assert reader.on(SourcesScreen)
    assert len(reader.app.screen_stack) == 2
    await reader.presses("5", "question_mark", "5")
    assert reader.on(TimelineScreen)
    await reader.presses("1")
    assert reader.on(type(reader.directory))
    assert len(reader.app.screen_stack) == 1


async def test_the_head_names_the_views(reader: Reader) -> None:
    assert reader.sees("1 Directory", "5", "7")
    await reader.presses("7")
    assert reader.sees("7 Sources")
    await reader.clicks("#head", 8, 0)
    assert reader.on(type(reader.directory))
