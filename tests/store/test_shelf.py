"""The shelf's file: written whole, by several hands at once, and never lost."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from ritui.errors import CannotWrite, ShelfDamaged
from ritui.model.shelf import SEAM, SHORTLIST, Kept, Search, Shelf
from ritui.store.shelf import ShelfFile, printed, read_shelf, shelf_text

NOW, LATER = "2026-11-24T10:00:00+00:00", "2026-11-25T10:00:00+00:00"
ALBA = Kept("alba", "ALBA", known={"country": "ES", "city": "Cerdanyola"})
ALMA = Kept("alma", "ALMA", known={"country": "CL"})
HOSTILE = "x\"\"\"\\ \x1b[2J\u202e\ud800 ''' # [record]\r\n[[record]]\t]]>"


@pytest.fixture
def file(tmp_path: Path) -> ShelfFile:
    return ShelfFile(tmp_path / "data" / "shelf.toml")


def again(file: ShelfFile) -> Shelf:
    """What another program reads there."""
    return ShelfFile(file.path).read()


def test_nothing_is_made_before_something_is_kept(file: ShelfFile) -> None:
    assert file.read() == Shelf()
    assert not file.path.parent.exists()
    file.take(["alba"])
    assert not file.path.exists()


def test_records_come_on_lists_and_go(file: ShelfFile) -> None:
    shelf = file.put([ALBA, ALMA], SHORTLIST, NOW)
    assert shelf == again(file)
    assert [(kept.id, kept.lists, kept.added) for kept in shelf.records] == [
        ("alba", (SHORTLIST,), NOW), ("alma", (SHORTLIST,), NOW)
    ]  # fmt: skip
    assert shelf.records[0].known == ALBA.known
    file.put([ALBA], "visit", LATER)
    assert file.move([ALBA], SHORTLIST, "later", LATER).records[0].lists == ("later", "visit")
    assert again(file).records[0].added == NOW
    assert file.rename("later", "visit").records[0].lists == ("visit",)
    assert file.take(["alba"], "elsewhere").of("alba")
    assert file.take(["alba"], "visit").of("alba") is None
    before = again(file).records
    assert file.lay([Kept("alma", "ALMA", ("x", "y")), ALBA], LATER).records[0].lists == ("x", "y")
    assert [kept.id for kept in file.lay(before, NOW).records] == ["alma"]
    assert again(file).records == before


def test_a_note_keeps_a_record(file: ShelfFile) -> None:
    assert file.note(ALBA, "  two\r\nlines \n", "", NOW) == "two\nlines"
    file.put([ALBA], SHORTLIST, LATER)
    assert again(file).of("alba") == Kept(
        "alba", "ALBA", (SHORTLIST,), "two\nlines", NOW, NOW, ALBA.known
    )
    file.take(["alba"])
    assert [kept.id for kept in again(file).on("")] == ["alba"]
    assert file.note(ALBA, " \n", "two\nlines", LATER) == ""
    assert again(file) == Shelf()


def test_a_note_that_was_changed_meanwhile_is_not_lost(file: ShelfFile) -> None:
    file.note(ALBA, "begun", "", NOW)
    ShelfFile(file.path).note(ALBA, "theirs", "begun", NOW)
    assert file.note(ALBA, "mine", "begun", LATER) == f"theirs{SEAM}mine"
    assert again(file).records[0].note == f"theirs{SEAM}mine"


def test_a_long_note_is_kept_whole(file: ShelfFile) -> None:
    text = "\n".join(f"line {n} " + "ü" * 60 for n in range(3_000))
    assert file.note(ALBA, text, "", NOW) == text
    assert again(file).records[0].note == text


def test_what_is_known_is_brought_up_to_date(file: ShelfFile) -> None:
    file.put([ALBA, ALMA], SHORTLIST, NOW)
    state = file.path.stat()
    file.remember([ALBA, ALMA, Kept("other", "Other")])
    assert file.path.stat().st_mtime_ns == state.st_mtime_ns
    file.remember([Kept("alba", "ALBA II", known={"country": "PT"})])
    assert again(file).of("alba") == Kept(
        "alba", "ALBA II", (SHORTLIST,), added=NOW, known={"country": "PT"}
    )


def test_searches(file: ShelfFile) -> None:
    file.save(Search("sun", "solar", NOW))
    file.save(Search("sun", "solar country:ES", NOW))
    file.save(Search("sea", "marine", NOW))
    assert file.looked("sun", LATER).searches == (
        Search("sun", "solar country:ES", LATER), Search("sea", "marine", NOW)
    )  # fmt: skip
    assert file.looked("moon", LATER) == file.forget(["moon"]) == again(file)
    assert file.forget(["sun"]).searches == (Search("sea", "marine", NOW),)


def test_another_shelf_is_taken_in(file: ShelfFile, tmp_path: Path) -> None:
    file.put([ALBA], SHORTLIST, NOW)
    file.note(ALBA, "banana", "", NOW)
    file.save(Search("sun", "solar", NOW))
    other = Shelf(
        (
            Kept("alba", "ALBA", ("visit",), "a", LATER, LATER),
            Kept("alma", "ALMA", note="high", added=LATER),
        ),
        (Search("sun", "solar country:ES", LATER), Search("sea", "marine", LATER)),
    )
    given = tmp_path / "colleague.toml"
    given.write_text(shelf_text(other), encoding="utf-8")
    assert read_shelf(given) == other
    shelf = file.merge(read_shelf(given), LATER)
    assert shelf.records[0].lists == (SHORTLIST, "visit")
    assert shelf.records[0].note == f"banana{SEAM}a"
    assert shelf.records[1].note == "high"
    assert [(each.name, each.query) for each in shelf.searches] == [
        ("sun", "solar"), ("sun *", "solar country:ES"), ("sea", "marine")
    ]  # fmt: skip
    assert file.merge(other, LATER) == shelf == again(file)
    with pytest.raises(ShelfDamaged):
        read_shelf(tmp_path / "nowhere.toml")


def test_hostile_text_is_kept_and_shown_clean(file: ShelfFile) -> None:
    file.put([Kept("id", HOSTILE, known={"city": HOSTILE})], HOSTILE, NOW)
    file.note(Kept("id", HOSTILE), HOSTILE, "", NOW)
    file.save(Search(HOSTILE, HOSTILE, NOW))
    shelf = again(file)
    [kept], [search] = shelf.records, shelf.searches
    for text in (kept.name, kept.lists[0], kept.note, kept.known["city"], search.name):
        assert '"""' in text
        assert not set(text) & set("\x1b\u202e\ud800\r")
    assert "[[record]]" in kept.note
    assert file.take(["id"], kept.lists[0]).records[0].lists == ()
    assert file.forget([search.name]).searches == ()


def test_what_is_not_understood_stays(file: ShelfFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text(
        'format = 1\nmood = "good"\n[[record]]\nid = " alba "\nname = "ALBA"\ncolour = "red"\n'
        'lists = ["a  b", "a b", ""]\n[record.known]\nstars = 5\n[[search]]\nname = "n"\n'
        "query = 'q'\nevery = 2026-01-01\n[own.deep]\nx = [{y = 1}]\n"
    )
    assert file.read().records[0].lists == ("a b",)
    file.put([ALBA], SHORTLIST, NOW)
    file.looked("n", NOW)
    file.remember([ALBA])
    found = tomllib.loads(file.path.read_text())
    assert found["mood"] == "good"
    assert found["own"] == {"deep": {"x": [{"y": 1}]}}
    [record], [search] = found["record"], found["search"]
    assert (record["id"], record["colour"], record["known"]["stars"]) == ("alba", "red", 5)
    assert record["known"]["country"] == "ES"
    assert str(search["every"]) == "2026-01-01"
    # Even what this program would never write.
    record["deep"] = [{"a": {"b": 1}}]
    file.path.write_bytes(printed(found))
    file.take(["alba"], "a b")
    [record] = tomllib.loads(file.path.read_text())["record"]
    assert (record["deep"], record["lists"]) == ([{"a": {"b": 1}}], [SHORTLIST])


@pytest.mark.parametrize(
    "text",
    [
        "what is this", "format = 2", 'format = "1"', "record = 3", "[[record]]\nid = 'a'",
        "[[record]]\nid = 'a'\nname = ''", "[[record]]\nid = 'a'\nname = 'A'\nlists = 'x'",
        "[[record]]\nid = 'a'\nname = 'A'\n[[record]]\nid = 'a '\nname = 'B'",
        "[[search]]\nname = 'a'\nquery = 3", "record = ['a']", "x = " + "[" * 5_000,
    ],
)  # fmt: skip
def test_a_damaged_file_is_left_as_it_is(file: ShelfFile, text: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(text)
    changes: list[Callable[[], object]] = [
        file.read,
        lambda: file.put([ALBA], SHORTLIST, NOW),
        lambda: file.note(ALBA, "x", "", NOW),
        lambda: file.merge(Shelf((ALBA,)), NOW),
    ]
    for change in changes:
        with pytest.raises(ShelfDamaged) as caught:
            change()
        assert caught.value.newer is (text in {"format = 2", 'format = "1"'})
    assert file.path.read_text() == text
    assert not file.previous.exists()


def test_bytes_that_are_no_text_and_files_that_are_none(file: ShelfFile) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ShelfDamaged):
        file.read()
    file.path.unlink()
    file.path.mkdir()
    with pytest.raises(ShelfDamaged):
        file.put([ALBA], SHORTLIST, NOW)


def test_more_than_can_be_read_is_not_written(
    file: ShelfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.note(ALBA, "begun", "", NOW)
    before = file.path.read_bytes()
    monkeypatch.setattr("ritui.store.shelf.GREATEST", 2_000)
    with pytest.raises(CannotWrite):
        file.note(ALMA, "x" * 2_000, "", NOW)
    assert file.path.read_bytes() == before
    assert file.note(ALMA, "short", "", NOW) == "short"
    assert len(again(file).records) == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="Nobody stops the super-user")
def test_a_folder_that_cannot_be_written_is_said(file: ShelfFile) -> None:
    file.put([ALBA], SHORTLIST, NOW)
    file.path.parent.chmod(0o500)
    with pytest.raises(CannotWrite):
        file.put([ALMA], SHORTLIST, NOW)
    assert [kept.id for kept in file.read().records] == ["alba"]
    file.path.parent.chmod(0o700)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(CannotWrite):
        ShelfFile(tmp_path / "data" / "shelf.toml").put([ALBA], SHORTLIST, NOW)


def test_the_state_before_is_beside_it(file: ShelfFile) -> None:
    file.put([ALBA], SHORTLIST, NOW)
    assert not file.previous.exists()
    for _ in range(2):
        first = file.path.read_bytes()
        file.put([ALMA], f"list {first[:1]!r}", NOW)
        assert file.previous.read_bytes() == first
        # Also a copy under a second name, as a file system without such names needs it.
        file.previous.unlink()
        os.link(file.path, file.previous)
        file.take(["alma"])
    assert file.path.stat().st_mode & 0o77 == 0
    assert [each.name for each in file.path.parent.glob(".*")] == []


def test_what_a_killed_program_left_is_swept_away(file: ShelfFile) -> None:
    file.put([ALBA], SHORTLIST, NOW)
    for name in (file.path.name, file.previous.name):
        (file.path.parent / f".{name}.{os.getpid()}.part").write_text("half")
    file.put([ALMA], SHORTLIST, NOW)
    assert len(again(file).records) == 2
    assert [each.name for each in file.path.parent.glob(".*")] == []


def test_a_link_to_the_file_stays_one(file: ShelfFile, tmp_path: Path) -> None:
    elsewhere = tmp_path / "synced" / "shelf.toml"
    elsewhere.parent.mkdir()
    file.path.parent.mkdir()
    file.path.symlink_to(elsewhere)
    file.put([ALBA], SHORTLIST, NOW)
    file.put([ALMA], SHORTLIST, NOW)
    assert file.path.is_symlink()
    assert len(read_shelf(elsewhere).records) == 2
    assert file.previous.exists()
