"""Several hands on one shelf at once: all they do is done, and a killed one breaks nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ritui.model.shelf import SHORTLIST, Kept, Search, Shelf
from ritui.store.shelf import ShelfFile, read_shelf

NOW = "2026-11-24T10:00:00+00:00"


@pytest.fixture
def file(tmp_path: Path) -> ShelfFile:
    return ShelfFile(tmp_path / "data" / "shelf.toml")


ids = st.sampled_from(["a", "b", "c"])
lists = st.sampled_from([SHORTLIST, "visit"])
words = st.sampled_from(["", "one", "two"])
changes = st.one_of(
    st.tuples(st.just("put"), ids, lists),
    st.tuples(st.just("take"), ids, st.one_of(lists, st.just(""))),
    st.tuples(st.just("note"), ids, words),
    st.tuples(st.just("save"), ids, words.filter(bool)),
    st.tuples(st.just("forget"), ids, st.just("")),
    st.tuples(st.just("rename"), lists, lists),
)
Change = tuple[str, str, str]


def do(file: ShelfFile, change: Change) -> Shelf:
    verb, one, other = change
    kept = Kept(one, one.upper())
    if verb == "put":
        return file.put([kept], other, NOW)
    if verb == "take":
        return file.take([one], other)
    if verb == "note":
        held = file.read().of(one)
        file.note(kept, other, held.note if held else "", NOW)
        return file.read()
    if verb == "save":
        return file.save(Search(one, other, NOW))
    return file.forget([one]) if verb == "forget" else file.rename(one, other)


class Model:
    """The same in memory, as simple as can be."""

    def __init__(self) -> None:
        self.lists: dict[str, list[str]] = {}
        self.notes: dict[str, str] = {}
        self.searches: dict[str, str] = {}

    def do(self, change: Change) -> None:
        verb, one, other = change
        if verb == "put":
            held = self.lists.setdefault(one, [])
            held += [] if other in held else [other]
        elif verb == "take" and one in self.lists:
            self.lists[one] = [each for each in self.lists[one] if other and each != other]
        elif verb == "note":
            self.notes[one] = other
        elif verb == "save":
            self.searches[one] = other
        elif verb == "forget":
            self.searches.pop(one, None)
        elif verb == "rename":
            for id_, held in self.lists.items():
                named = [other if each == one else each for each in held]
                self.lists[id_] = list(dict.fromkeys(named))

    def is_like(self, shelf: Shelf) -> bool:
        lists = {kept.id: list(kept.lists) for kept in shelf.records if kept.lists}
        notes = {kept.id: kept.note for kept in shelf.records if kept.note}
        return (
            lists == {id_: held for id_, held in self.lists.items() if held}
            and notes == {id_: note for id_, note in self.notes.items() if note}
            and {each.name: each.query for each in shelf.searches} == self.searches
        )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(hands=st.lists(st.tuples(st.booleans(), changes), max_size=14))
def test_any_changes_by_two_hands_are_all_made(
    tmp_path_factory: pytest.TempPathFactory, hands: list[tuple[bool, Change]]
) -> None:
    path = tmp_path_factory.mktemp("shelf") / "shelf.toml"
    files, model = (ShelfFile(path), ShelfFile(path)), Model()
    for hand, change in hands:
        shelf = do(files[hand], change)
        model.do(change)
        assert model.is_like(shelf), shelf
        assert files[not hand].read() == shelf
    assert ShelfFile(path).read() == files[0].read()


WRITER = """
import sys
from pathlib import Path
from ritui.model.shelf import Kept
from ritui.store.shelf import ShelfFile

path, who, times = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
file = ShelfFile(path)
notes = dict.fromkeys((f"{who}-{n}" for n in range(5)), "")
print("ready", flush=True)
sys.stdin.readline()
for turn in range(times):
    id_ = f"{who}-{turn % 5}"
    kept = file.note(Kept(id_, id_), f"{who} {turn}", notes[id_], "2026")
    notes[id_] = f"{who} {turn}"
    assert kept == notes[id_], (kept, notes)
    held = {each.id: each.note for each in file.read().records if each.id.startswith(who)}
    assert held == {key: note for key, note in notes.items() if note}, (held, notes)
"""


def writers(path: Path, times: int, *who: str) -> list[subprocess.Popen[str]]:
    """Processes that each write so many times, which begin together."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), name, str(times)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in who
    ]  # fmt: skip
    for each in started:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in started:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    return started


def test_two_programs_that_write_five_hundred_times_each_lose_nothing(file: ShelfFile) -> None:
    for each in writers(file.path, 500, "one", "two"):
        _, errors = each.communicate(timeout=60)
        assert not errors
        assert each.returncode == 0
    notes = {kept.id: kept.note for kept in ShelfFile(file.path).read().records}
    assert notes == {f"{who}-{n}": f"{who} {495 + n}" for who in ("one", "two") for n in range(5)}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_killed_while_it_writes_it_leaves_a_whole_file(file: ShelfFile) -> None:
    file.put([Kept("alba", "ALBA")], SHORTLIST, NOW)
    for turn in range(8):
        [writer] = writers(file.path, 10_000, f"w{turn}")
        time.sleep(0.004 + 0.003 * turn)
        writer.send_signal(signal.SIGKILL)
        writer.communicate(timeout=20)
        shelf = ShelfFile(file.path).read()
        assert shelf.of("alba")
        assert read_shelf(file.previous).of("alba")
        written = len(shelf.records)
        # What it held locked is free, and what it left half done is in nobody's way.
        assert len(file.put([Kept(f"x{turn}", "X")], SHORTLIST, NOW).records) == written + 1
    assert [each.name for each in file.path.parent.glob(".*")] == []
