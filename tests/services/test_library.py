"""The library: opened on whatever is found, it always gives a directory that can be read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections import UserDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ritui.errors import CannotWrite, StoreDamaged
from ritui.i18n import Messages
from ritui.model.claim import Claim
from ritui.model.query import parse
from ritui.model.record import Provenance
from ritui.model.source import BUNDLED, Counts, Event, Health
from ritui.paths import Paths, find_paths
from ritui.resources import asset
from ritui.services import library as module
from ritui.services.library import Library, Notice, open_library, replace_damaged
from ritui.sources import bundled
from ritui.store.schema import Connection, connect

Open = Callable[..., tuple[Library, list[Notice]]]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home in which ritui was never started."""
    return find_paths(str(tmp_path / "home"))


@pytest.fixture
def opened(paths: Paths) -> Iterator[Open]:
    """Opens the library of the home; closed at the end."""
    with ExitStack() as stack:

        def open_(language: str = "en") -> tuple[Library, list[Notice]]:
            library, notices = open_library(paths, language)
            stack.callback(library.close)
            return library, notices

        yield open_


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the carried directory, which the library takes for the carried one."""
    copy = tmp_path / "carried"
    shutil.copytree(asset("directory"), copy / "directory")

    def carried(*parts: str) -> Path:
        return copy.joinpath(*parts) if parts[0] == "directory" else asset(*parts)

    monkeypatch.setattr(module, "asset", carried)
    return copy / "directory"


def say(ref: str, **values: object) -> Claim:
    facts = {"id": ref, "kind": "infrastructure", "name": ref.title(), **values}
    return Claim("mine", ref, facts, (Provenance("mine", "Mine", fields=(*facts,)),))


def ids(library: Library, asked: str = "") -> list[str]:
    answer = library.catalog.search(parse(asked))
    return [row.id for row in library.catalog.rows(answer, 0, len(answer))]


def no_reading(folder: Path) -> bundled.Directory:
    raise AssertionError(f"{folder} is read")


def told(notices: list[Notice]) -> list[str]:
    """Notices in the reader's words."""
    say = Messages()
    return [say(each.key, **each.facts) for each in notices]


def left_in(folder: Path) -> list[Path]:
    """What is in a folder, but for what tells processes of each other."""
    return sorted(each for each in folder.rglob("*") if each.suffix != ".lock")


def packaged() -> str:
    line = next(line for line in asset("directory", "directory.toml").read_text("utf-8").split("\n")
                if line.startswith("packaged"))  # fmt: skip
    return line.split('"')[1]


# --- the first start and the next ones ---


def test_the_first_start_loads_what_the_program_carries(paths: Paths, opened: Open) -> None:
    assert not paths.store_file.parent.exists()
    library, notices = opened()
    assert notices == []
    assert (library.path, library.catalog.total) == (paths.store_file, 506)
    assert library.catalog.record("zenodo").name == "Zenodo"
    assert len(library.catalog.events()) == 61
    assert library.catalog.fact("packaged") == packaged()
    health = library.health()[BUNDLED]
    assert (health.state, health.records, health.error) == ("ok", 506, {})
    assert health.tried == health.succeeded > "2026"
    assert library.held(BUNDLED) == 506
    # Only the cache is made: the folders of settings and data are the reader's.
    assert not paths.config.exists()
    assert not paths.data.exists()


def test_the_second_start_reads_no_directory(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = opened()
    first.replace("mine", [say("my-lab")], [], Health("mine", "ok"))
    first.close()
    monkeypatch.setattr(bundled, "read_directory", no_reading)
    second, notices = opened()
    assert notices == []
    assert second.catalog.total == 507
    assert second.catalog.record("my-lab").name == "My-Lab"
    assert "bundled" in {each.source for each in second.catalog.record("zenodo").provenance}


def test_a_listing_loads_neither_what_writes_nor_what_reads_sources(tmp_path: Path) -> None:
    script = """
import sys
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.model.query import parse
library, notices = open_library(find_paths(sys.argv[1]))
answer = library.catalog.search(parse(""), None)
library.catalog.rows(answer, 0, 20)
print(len(answer), *sorted(each for each in sys.modules if each.startswith("ritui.s")
      or each in {"pyroaring", "httpx", "textual", "msgspec"}))
library.close()
"""
    loaded = [
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "home")],
            capture_output=True, text=True, check=True,
        ).stdout.split()
        for _ in range(2)
    ]  # fmt: skip
    assert loaded[0][0] == loaded[1][0] == "506"
    assert "ritui.sources.bundled" in loaded[0]
    assert "ritui.store.catalog" in loaded[1]
    kept_out = {"ritui.store.writer", "ritui.sources.bundled", "pyroaring", "httpx", "textual",
                "msgspec"}  # fmt: skip
    assert not kept_out & {*loaded[1]}


def test_another_content_of_the_directory_is_loaded(opened: Open, directory: Path) -> None:
    first, _ = opened()
    first.replace("mine", [say("my-lab")], [], Health("mine", "ok"))
    before = first.catalog.record("zenodo")
    first.close()
    file = directory / "eu" / "platform.toml"
    text = file.read_text("utf-8")
    assert before.summary in text
    file.write_text(text.replace(before.summary, "Another summary."), "utf-8")
    (directory / "lac" / "platform.toml").unlink()
    second, notices = opened()
    assert notices == []
    assert second.catalog.record("zenodo").summary == "Another summary."
    assert ids(second, "kind:platform region:LAC") == []
    assert second.catalog.total == 506 - 6 + 1
    assert second.catalog.record("my-lab").name == "My-Lab"
    assert second.held(BUNDLED) == second.health()[BUNDLED].records == 500
    second.close()


def test_a_touched_file_is_no_other_content(
    opened: Open, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()[0].close()
    for file in directory.rglob("*.toml"):
        file.touch()
    monkeypatch.setattr(bundled, "read_directory", no_reading)
    assert opened()[0].catalog.total == 506


def no_digest() -> str:
    raise AssertionError("the files are read")


def test_files_that_were_seen_are_not_read_again(
    opened: Open, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened()[0].close()
    with monkeypatch.context() as patch:
        patch.setattr(module, "bundled_digest", no_digest)
        opened()[0].close()
    (directory / "timeline.toml").touch()
    # Read once more, to see that they are the same; that is remembered.
    opened()[0].close()
    monkeypatch.setattr(module, "bundled_digest", no_digest)
    assert opened()[0].catalog.total == 506


def test_what_was_seen_counts_for_what_is_held_only(opened: Open, directory: Path) -> None:
    first, _ = opened()
    seen = first.catalog.fact("bundled-seen")
    # As a program of another version leaves it that carries another directory.
    first.replace(BUNDLED, [say("other")], [], Health(BUNDLED, "ok"), {"bundled": "other"})
    first.close()
    second, _ = opened()
    assert second.catalog.total == 506
    assert second.catalog.fact("bundled-seen") == seen


def test_remembering_what_was_seen_waits_for_nobody(
    paths: Paths, opened: Open, directory: Path
) -> None:
    opened()[0].close()
    (directory / "timeline.toml").touch()
    with closing(connect(paths.store_file)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        library, notices = opened()
        assert (library.catalog.total, notices) == (506, [])
        writer.execute("ROLLBACK")
    assert str(directory) in library.catalog.fact("bundled-seen")


@pytest.mark.parametrize("file", ["timeline.toml", "directory.toml", "global/project.toml"])
def test_every_file_of_the_directory_counts(opened: Open, directory: Path, file: str) -> None:
    opened()[0].close()
    before = module.bundled_digest()
    with (directory / file).open("a", encoding="utf-8") as text:
        text.write("\n# A remark.\n")
    assert module.bundled_digest() != before
    library, _ = opened()
    assert library.catalog.fact("bundled") == module.bundled_digest()
    assert library.catalog.total == 506


def test_names_are_in_the_order_of_the_language(opened: Open) -> None:
    names = ["Nube", "Ñandú", "Nzoia", "Oasis", "Ántar", "zorro", "Arena", "¡Ola!"]
    claims = [say(f"id-{n}", name=name, countries=["AQ"]) for n, name in enumerate(names)]
    library, _ = opened("es")
    library.replace("mine", claims, [], Health("mine", "ok"))
    orders = {
        "es": ["Ántar", "Arena", "Nube", "Nzoia", "Ñandú", "Oasis", "¡Ola!", "zorro"],
        "en": ["Ántar", "Arena", "Ñandú", "Nube", "Nzoia", "Oasis", "¡Ola!", "zorro"],
        "pt": ["Ántar", "Arena", "Ñandú", "Nube", "Nzoia", "Oasis", "¡Ola!", "zorro"],
    }
    for language, order in orders.items():
        reader, _ = opened(language)
        answer = reader.catalog.search(parse("source:mine"))
        assert [row.called(language) for row in reader.catalog.rows(answer, 0, 9)] == order
        answer = reader.catalog.search(parse("source:mine sort:-name"))
        assert [row.called(language) for row in reader.catalog.rows(answer, 0, 9)] == order[::-1]


def test_a_list_is_in_the_order_of_the_names_that_are_shown(opened: Open) -> None:
    claims = [
        say("one", name="Alpha", names={"es": "Zeta", "pt": "Média"}),
        say("two", name="Mu"),
        say("three", name="Omega", names={"es": "Alfa", "pt": "Ômega"}),
    ]
    library, _ = opened()
    library.replace("mine", claims, [], Health("mine", "ok"))
    for language, order in (
        ("en", ["one", "two", "three"]),
        ("es", ["three", "two", "one"]),
        ("pt", ["one", "two", "three"]),
    ):
        assert ids(opened(language)[0], "source:mine") == order


# --- changing ---


def test_what_is_written_is_read_at_once(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    library, _ = opened()
    later = datetime.now(UTC) + timedelta(seconds=5)
    monkeypatch.setattr(module, "now", later.isoformat)
    claims = [say("my-lab", city="Lima"), say("my-ship")]
    assert library.compare("mine", claims) == Counts(added=2)
    assert library.catalog.total == 506
    fared = Health("mine", "ok", "2026-11-24", "2026-11-24", 2)
    events = [Event("2031-01", "Launch", source="mine")]
    assert library.replace("mine", claims, events, fared, {"note": "kept"}) == Counts(added=3)
    assert ids(library, "source:mine") == ["my-lab", "my-ship"]
    assert library.catalog.events("2031") == events
    assert library.health()["mine"] == fared
    assert (library.held("mine"), library.catalog.fact("note")) == (2, "kept")
    assert ids(library, "is:new") == ["my-lab", "my-ship"]
    library.remember(Health("mine", "failed"))
    assert library.health()["mine"].state == "failed"
    assert library.compare("mine", claims[:1]) == Counts(removed=1, unchanged=1)


def test_the_precedence_of_sources_is_the_libraries(opened: Open) -> None:
    shared = {"identifiers": {"wikidata": "Q99999999"}}
    for order, city in ((("mine", "other"), "mine"), (("other", "mine"), "other")):
        library, _ = opened()
        library.precedence = order
        for source in ("mine", "other"):
            claim = say(source, city=source, **shared)
            claim = Claim(source, claim.ref, claim.values, claim.evidence)
            library.replace(source, [], [], Health(source))
            library.replace(source, [claim], [], Health(source))
        assert library.catalog.total == 507
        assert library.catalog.record(city).city == city


def test_rebuilding_makes_the_same_again(opened: Open) -> None:
    library, _ = opened()
    library.replace("mine", [say("my-lab")], [], Health("mine"))
    answer = library.catalog.search(parse(""), None)
    bodies = list(library.catalog.bodies(answer))
    library.rebuild()
    again = library.catalog.search(parse(""), None)
    assert list(library.catalog.bodies(again)) == bodies
    assert again.counts == answer.counts
    assert again.generation == answer.generation + 1


# --- where no file can be, and where it is damaged ---


def block_folder(paths: Paths) -> None:
    paths.cache.parent.mkdir(parents=True)
    paths.cache.write_text("not a folder")


def block_file(paths: Paths) -> None:
    paths.store_file.mkdir(parents=True)
    (paths.store_file / "mine").touch()


@pytest.mark.parametrize("block", [block_folder, block_file])
def test_where_no_file_can_be_it_works_in_memory_and_says_so(
    paths: Paths, opened: Open, block: Callable[[Paths], None]
) -> None:
    block(paths)
    before = left_in(paths.cache.parent)
    library, notices = opened()
    assert [each.key for each in notices] == ["notice.in-memory"]
    [words] = told(notices)
    assert str(paths.cache) in words
    assert "in memory" in words
    assert (library.path, library.catalog.total) == (None, 506)
    assert ids(library, "zenodo") == ["zenodo"]
    # Everything can be done, only it is not kept.
    assert library.replace("mine", [say("my-lab")], [], Health("mine", "ok")).added == 1
    assert library.compare("mine", []) == Counts(removed=1)
    assert ids(library, "my-lab") == ["my-lab"]
    library.remember(Health("mine", "failed"))
    assert library.health()["mine"].state == "failed"
    assert left_in(paths.cache.parent) == before
    library.close()
    assert opened()[0].catalog.total == 506


def test_in_memory_readers_wait_for_a_change_and_no_longer(paths: Paths, opened: Open) -> None:
    block_folder(paths)
    library, _ = opened()
    begun, go_on = threading.Event(), threading.Event()

    class Slow(UserDict[str, object]):
        def __iter__(self) -> Iterator[str]:
            begun.set()
            assert go_on.wait(20)
            return super().__iter__()

    claim = say("my-lab")
    slow = Claim("mine", "my-lab", Slow(claim.values), claim.evidence)
    with ThreadPoolExecutor(2) as pool:
        write = pool.submit(library.replace, "mine", [slow], [], Health("mine"))
        assert begun.wait(20)
        read = pool.submit(ids, library, "source:bundled kind:pilot")
        with pytest.raises(TimeoutError):
            read.result(0.2)
        go_on.set()
        assert write.result(20).added == 1
        assert len(read.result(20)) == 4
    # A change that fails lets go of the readers as well.
    with pytest.raises(TypeError):
        library.replace("mine", [say("bad", city=object())], [], Health("mine"))
    assert library.catalog.total == 507


def test_a_damaged_cache_is_moved_aside_and_rebuilt(paths: Paths, opened: Open) -> None:
    opened()[0].close()
    content = b"not any more" * 99
    paths.store_file.write_bytes(content)
    library, notices = opened()
    assert [each.key for each in notices] == ["notice.store-damaged"]
    [aside] = [each for each in paths.cache.iterdir() if "damaged" in each.name]
    assert aside.read_bytes() == content
    [words] = told(notices)
    assert str(aside) in words
    assert "not a database" in words
    assert (library.path, library.catalog.total) == (paths.store_file, 506)
    # It is told once.
    assert opened()[1] == []


def test_the_cache_of_a_newer_program_is_moved_aside_as_such(paths: Paths, opened: Open) -> None:
    first, _ = opened()
    first._connection.execute("PRAGMA user_version = 99")
    first.close()
    library, notices = opened()
    assert [each.key for each in notices] == ["notice.store-newer"]
    assert "newer ritui" in told(notices)[0]
    assert library.catalog.total == 506


def test_a_cache_whose_facts_are_damaged_is_rebuilt(paths: Paths, opened: Open) -> None:
    first, _ = opened()
    first._connection.execute("UPDATE meta SET value = 'x' WHERE key = 'generation'")
    first.close()
    library, notices = opened()
    assert [each.key for each in notices] == ["notice.store-damaged"]
    assert library.catalog.total == 506


def test_a_damaged_cache_that_cannot_be_moved_leaves_memory(
    paths: Paths, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.cache.mkdir(parents=True)
    paths.store_file.write_bytes(b"not a database" * 99)

    def refuse(path: Path) -> Path:
        raise CannotWrite(path, "no permission")

    monkeypatch.setattr(module, "set_aside", refuse)
    library, notices = opened()
    assert [each.key for each in notices] == ["notice.in-memory"]
    assert notices[0].facts["reason"] == "no permission"
    assert (library.path, library.catalog.total) == (None, 506)
    assert paths.store_file.read_bytes() == b"not a database" * 99


def test_a_cache_that_can_only_be_read_is_read(
    paths: Paths, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = opened()
    first.replace("mine", [say("my-lab")], [], Health("mine", "ok"))
    first.close()
    content = paths.store_file.read_bytes()

    def read_only(path: Path | None) -> Connection:
        if path is not None:
            raise CannotWrite(path, "attempt to write a readonly database")
        return connect(path)

    monkeypatch.setattr(module, "connect", read_only)
    library, notices = opened()
    assert [each.key for each in notices] == ["notice.in-memory"]
    assert (library.path, library.catalog.total) == (None, 507)
    assert library.catalog.record("my-lab").name == "My-Lab"
    assert library.replace("mine", [], [], Health("mine", "ok")).removed == 1
    assert library.catalog.total == 506
    assert paths.store_file.read_bytes() == content


def test_damage_that_is_met_later_is_moved_aside_by_one_of_those_who_meet_it(
    paths: Paths, opened: Open
) -> None:
    one, two = opened()[0], opened()[0]
    damage = StoreDamaged(paths.store_file, "database disk image is malformed")
    [notice] = replace_damaged(one, damage)
    assert notice.key == "notice.store-damaged"
    assert notice.facts["reason"] == damage.reason
    assert not paths.store_file.exists()
    third, _ = opened()
    assert third.catalog.total == 506
    assert replace_damaged(two, damage) == []
    assert third.catalog.record("zenodo").name == "Zenodo"
    assert opened()[0].catalog.total == 506
    assert len([each for each in paths.cache.iterdir() if "damaged" in each.name]) == 1


def test_damage_in_memory_cannot_be_moved(paths: Paths, opened: Open) -> None:
    block_folder(paths)
    library, _ = opened()
    with pytest.raises(CannotWrite):
        replace_damaged(library, StoreDamaged(paths.store_file, "malformed"))
    assert paths.cache.read_text() == "not a folder"


def test_several_first_starts_at_once_make_one_directory(paths: Paths) -> None:
    script = """
import json, sys
from ritui.paths import find_paths
from ritui.services.library import open_library
library, notices = open_library(find_paths(sys.argv[1]))
print(json.dumps([[each.key for each in notices], library.path is None, library.catalog.total]))
library.close()
"""
    home = paths.cache.parent
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(5)
    ]
    told = [json.loads(process.communicate(timeout=90)[0]) for process in processes]
    assert told == [[[], False, 506]] * 5
    assert left_in(paths.cache) == [paths.store_file]
    library, notices = open_library(paths)
    with closing(library):
        assert notices == []
        assert library.catalog.check() == []
        assert len(library.catalog.events()) == 61
