"""What is chosen, how its file is called, and its making: whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ritui.i18n import Messages
from ritui.model.query import parse
from ritui.model.shelf import Kept, Shelf
from ritui.paths import Paths
from ritui.services.export import FORMATS, FileExists, Selection
from ritui.services.export.choosing import NO_EVENTS, NO_RECORDS, Choice, Chosen, lacking, listed
from ritui.services.export.making import Making, Stopped
from ritui.services.export.naming import file_name, folder_words, place, renamed
from ritui.services.keep import NotKept
from ritui.services.library import open_library
from ritui.store.answer import StaleAnswer
from tests.services.selections import QUIET, selection

DAY = date(2026, 11, 24)
SHELF = Shelf((
    Kept("risc2", "RISC2", ("shortlist",), "ask"),
    Kept("long-gone", "Long gone", ("shortlist", "b")),
    Kept("alba", "ALBA", (), "alone"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("what", "form", "found"),
    [
        ("solar country:ES", "csv", "ritui-solar-country-es-2026-11-24.csv"),
        ("../../etc/passwd\x1b[2J", "md", "ritui-etc-passwd-2j-2026-11-24.md"),
        ("Lista de São Paulo", "bibtex", "ritui-lista-de-sao-paulo-2026-11-24.bib"),
        ("…", "ics", "ritui-2026-11-24.ics"),
        ("x" * 300, "json", f"ritui-{'x' * 48}-2026-11-24.json"),
    ],
)
def test_a_name_says_what_and_when_and_leads_nowhere(what: str, form: str, found: str) -> None:
    assert file_name(what, form, DAY) == found


def test_another_format_changes_the_ending_that_said_one() -> None:
    assert renamed("~/a.b/mine.CSV", "md") == "~/a.b/mine.md"
    assert [renamed(name, "md") for name in ("mine", "mine.txt", "mine.markdown")] == [
        "mine", "mine.txt", "mine.markdown",
    ]  # fmt: skip


def test_a_folder_is_a_place_for_the_proposed_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    assert place("", "p.csv") == Path("p.csv")
    assert place("there", "p.csv") == Path("there/p.csv")
    assert place("new/", "p.csv") == Path("new/p.csv")
    assert place(" ~/x\x00.csv\n", "p.csv") == tmp_path / "x.csv"
    assert place("~nobody-is-called-so/x", "p.csv") == Path("~nobody-is-called-so/x")
    assert folder_words(Path("there/x.csv")) == "~/there"
    assert folder_words(Path("/there/x.csv")) == "/there"


def test_what_is_chosen(home: Paths) -> None:
    library, _ = open_library(home)
    say = Messages()

    def ids(choice: Choice) -> list[str]:
        chosen = Chosen(library.catalog, say, choice)
        found = [each["id"] for each in chosen.records()]
        assert len(chosen) == len(found)
        assert chosen.notes.keys() <= {*found}
        return found

    everything = Choice()
    assert len(ids(everything)) == library.catalog.total
    assert ids(Choice(ids=("risc2", "nobody", "alba"))) == ["risc2", "alba"]
    assert ids(Choice(parse("kind:project"), ("alba", "risc2"))) == ["risc2"]
    kept = everything.with_notes(SHELF).among(listed(SHELF))
    assert ids(kept) == ["risc2", "long-gone"]
    assert Chosen(library.catalog, say, kept).notes == {"risc2": "ask"}
    assert ids(Choice(ids=("long-gone", "alba")).among(listed(SHELF))) == ["long-gone"]
    # A query asks the directory.
    assert ids(Choice(parse("kind:project,platform")).among(listed(SHELF))) == ["risc2"]
    with pytest.raises(NotKept, match="shortlist"):
        listed(SHELF, "shortlisst")
    alone = Chosen(library.catalog, say, Choice(ids=("alba",))).selection(tuple)
    assert [lacking(alone, form) for form in ("csv", "ics")] == ["", NO_EVENTS]
    none = Chosen(library.catalog, say, Choice(parse("zzzz"))).selection(tuple)
    assert {lacking(none, form) for form in FORMATS} == {NO_RECORDS}
    library.close()


def counted(number: int, then: Exception | None = None) -> Iterator[Mapping[str, Any]]:
    for place_ in range(number):
        yield {**QUIET, "id": f"sol-{place_}"}
    if then is not None:
        raise then


def of(records: Any) -> Selection:
    """A selection that reads its records anew each time."""
    return replace(selection(QUIET), records=records)


def test_stopped_half_way_nothing_is_there(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"

    def endless() -> Iterator[Mapping[str, Any]]:
        for record in counted(10**9):
            if making.done == 50:
                assert [each.suffix for each in tmp_path.iterdir()] == [".part"]
                making.stop()
            yield record

    making = Making("csv", lambda: of(endless))
    with pytest.raises(Stopped):
        making.write(file)
    assert making.done == 50
    assert making.size > 5_000
    assert not [*tmp_path.iterdir()]


def test_it_begins_anew_when_the_directory_changes(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    states = [of(lambda: counted(3, StaleAnswer())), of(lambda: counted(2))]
    making = Making("jsonl", lambda: states.pop(0))
    assert making.write(file) == ""
    assert (making.number, making.size) == (2, file.stat().st_size)
    assert file.read_text("utf-8").count("\n") == 2
    assert [*tmp_path.iterdir()] == [file]
    with pytest.raises(FileExists):
        Making("jsonl", lambda: of(lambda: counted(1))).write(file)


@pytest.mark.parametrize("form", [each for each in FORMATS if each != "ics"])
def test_the_beginning_is_that_of_the_file_and_the_size_is_its_size(
    form: str, tmp_path: Path
) -> None:
    making = Making(form, lambda: of(lambda: counted(300)))
    head, missing = making.head(20)
    assert not missing
    size = making.size
    assert size == len(head.encode())
    assert making.measure(60)
    file = tmp_path / "file"
    whole = Making(form, lambda: of(lambda: counted(300)))
    whole.write(file)
    assert file.read_bytes().startswith(head.encode())
    assert size < file.stat().st_size == making.size == whole.size
    assert making.number == whole.number == 300
    text, _ = Making(form, lambda: of(lambda: counted(300))).text(making.size)
    assert text is not None
    assert text.encode() == file.read_bytes()
    assert Making(form, lambda: of(lambda: counted(300))).text(size)[0] is None


def test_what_takes_long_is_not_measured() -> None:
    making = Making("csv", lambda: of(lambda: counted(10**9)))
    making.head(5)
    assert not making.measure(0)
