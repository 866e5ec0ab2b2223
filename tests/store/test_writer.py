"""Writing: one source's word in the place of its old one, all of it or nothing."""

from __future__ import annotations

import gc
import itertools
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ritui.errors import CannotWrite, NoSuchRecord, StoreDamaged
from ritui.model.claim import Claim
from ritui.model.query import parse
from ritui.model.record import Provenance, to_json
from ritui.model.source import BUNDLED, Counts, Event, Health
from ritui.sources.bundled import Directory
from ritui.store import inverted, ordering
from ritui.store import records as module
from ritui.store.answer import StaleAnswer
from ritui.store.catalog import Catalog
from ritui.store.schema import connect
from ritui.store.writer import Writer
from tests.store.conftest import Cache, say

DAYS = [f"2026-01-{day:02}T00:00:00+00:00" for day in range(1, 29)]
PATIENCE = 20
"""Seconds after which somebody who should not have to wait is said to be blocked."""


def ids(catalog: Catalog, asked: str = "") -> list[str]:
    answer = catalog.search(parse(asked))
    return [row.id for row in catalog.rows(answer, 0, len(answer))]


def content(path: Path) -> list[str]:
    """All that a cache holds, but how asking went."""
    with closing(sqlite3.connect(path)) as connection:
        return [line for line in connection.iterdump() if 'INTO "health"' not in line]


def sources(catalog: Catalog, id_: str) -> dict[str, str]:
    """Which source said which field of a record."""
    return {key: each.source for each in catalog.record(id_).provenance for key in each.fields}


# --- what a replacement does ---


def test_adds_changes_and_removes(cache: Cache) -> None:
    first = [say("a", "kept", city="Lima"), say("a", "moved", city="Quito"), say("a", "gone")]
    assert cache.replace("a", first) == Counts(added=3)
    now = [say("a", "new"), say("a", "moved", city="Cuenca"), say("a", "kept", city="Lima")]
    with closing(Writer(connect(cache.path))) as writer:
        assert writer.compare("a", now) == Counts(1, 1, 1, 1)
    assert ids(cache.catalog) == ["gone", "kept", "moved"]
    assert cache.replace("a", now) == Counts(added=1, changed=1, removed=1, unchanged=1)
    assert ids(cache.catalog) == ["kept", "moved", "new"]
    assert cache.catalog.record("moved").city == "Cuenca"
    assert ids(cache.catalog, "city:cuenca") == ["moved"]
    assert ids(cache.catalog, "quito") == ids(cache.catalog, "gone") == []
    assert (cache.catalog.total, cache.catalog.held("a"), cache.catalog.held("b")) == (3, 3, 0)
    with pytest.raises(NoSuchRecord):
        cache.catalog.record("gone")
    assert cache.replace("a", []) == Counts(removed=3)
    assert (cache.catalog.total, ids(cache.catalog), cache.catalog.held("a")) == (0, [], 0)


def test_of_two_claims_under_one_key_the_last_counts(cache: Cache) -> None:
    twice = [say("a", "one", city="Lima"), say("a", "one", city="Quito")]
    assert cache.replace("a", twice) == Counts(added=1)
    assert cache.catalog.record("one").city == "Quito"
    assert cache.replace("a", twice) == Counts(unchanged=1)


def test_two_things_of_one_source_under_one_id_are_both_there(cache: Cache) -> None:
    claims = [replace(say("a", "lab", city=city), ref=city) for city in ("Lima", "Quito", "Bonn")]
    cache.replace("a", claims)
    towns = {id_: cache.catalog.record(id_).city for id_ in ids(cache.catalog)}
    assert towns == {"lab": "Bonn", "lab-a": "Lima", "lab-a-2": "Quito"}
    assert [cache.catalog.resolve(id_) for id_ in towns] == list(towns)


def test_nothing_new_writes_nothing_but_how_it_went(cache: Cache) -> None:
    claims = [say("a", f"lab-{number}", city="Lima") for number in range(300)]
    events = [Event("2026-01", "Workshop"), Event("2026-02-03", "Call", end="2026-03-01")]
    cache.replace("a", claims, events)
    before = content(cache.path)
    answer = cache.catalog.search(parse("lima"))
    with closing(connect(cache.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        wrote = connection.total_changes
        fared = Health("a", "unchanged", DAYS[8], DAYS[8], 300)
        counts = Writer(connection).replace("a", claims[::-1], events, fared, now=DAYS[8])
        assert connection.total_changes - wrote == 1
        log = cache.path.with_name(cache.path.name + "-wal").stat().st_size
        assert 0 < log <= 32 + 2 * (24 + 4096)
    assert counts == Counts(unchanged=302)
    assert content(cache.path) == before
    assert cache.catalog.health() == {"a": fared}
    assert len(cache.catalog.rows(answer, 0, 400)) == 300


def test_how_it_went_is_remembered_alone(cache: Cache) -> None:
    cache.replace("a", [say("a", "one")])
    before = content(cache.path)
    failed = Health("b", "failed", DAYS[2], "", 0, {"key": "error.offline", "source": "b"})
    cache.writer().remember(failed)
    assert content(cache.path) == before
    assert cache.catalog.health() == {"a": Health("a", "ok", DAYS[0], DAYS[0], 1), "b": failed}


def test_facts_are_remembered_with_it(cache: Cache) -> None:
    cache.replace("a", [say("a", "one")], facts={"packaged": "2026-11-24", "bundled": "x"})
    assert (cache.catalog.fact("packaged"), cache.catalog.fact("bundled")) == ("2026-11-24", "x")
    cache.replace("a", [say("a", "one")], facts={"bundled": "y"})
    assert (cache.catalog.fact("packaged"), cache.catalog.fact("bundled")) == ("2026-11-24", "y")
    assert cache.catalog.fact("never said") == ""


def test_events_are_replaced_and_come_by_date(cache: Cache) -> None:
    old = [Event("2026-03-01", "Call", end="2026-05-01", related=("one",), source="a"),
           Event("2026", "Year", source="a"), Event("2025-12-31", "Eve", source="a")]  # fmt: skip
    theirs = [Event("2026-04", "Month", place="Lima", source="b")]
    cache.replace("a", [], old)
    cache.replace("b", [], theirs)
    catalog = cache.catalog
    assert catalog.events() == [old[2], old[1], old[0], theirs[0]]
    assert [each.title for each in catalog.events("2026-04-15", "2026-04-20")] == [
        "Year", "Call", "Month",
    ]  # fmt: skip
    assert [each.title for each in catalog.events("2026-05-02")] == ["Year"]
    assert [each.title for each in catalog.events("", "2025")] == ["Eve"]
    assert [each.title for each in catalog.events("2025-12", "2026-02")] == ["Eve", "Year"]
    assert catalog.events("2027") == []
    cache.replace("a", [], [Event("2026-09-09", "New", source="a")])
    assert [each.title for each in catalog.events()] == ["Month", "New"]
    cache.replace("a", [], [])
    assert catalog.events() == theirs


def test_when_a_record_came_and_when_it_changed(cache: Cache) -> None:
    def stamps() -> dict[str, tuple[str, str]]:
        with closing(sqlite3.connect(cache.path)) as connection:
            rows = connection.execute("SELECT id, added, changed FROM record")
            return {id_: (added, changed) for id_, added, changed in rows}

    one, two = say("a", "one"), say("a", "two")
    cache.replace("a", [one, two], now=DAYS[0])
    cache.replace("a", [one, replace(two, values={**two.values, "city": "Lima"})], now=DAYS[1])
    cache.replace("b", [say("b", "three")], now=DAYS[2])
    assert stamps() == {
        "one": (DAYS[0], DAYS[0]),
        "two": (DAYS[0], DAYS[1]),
        "three": (DAYS[2], DAYS[2]),
    }
    # What another source adds to a record changes it; that it is said again does not.
    cache.replace("b", [say("b", "three"), say("b", "one", city="Lima")], now=DAYS[3])
    cache.replace("b", [say("b", "three"), say("b", "one", city="Lima")], now=DAYS[4])
    assert stamps()["one"] == (DAYS[0], DAYS[3])
    assert stamps()["three"] == (DAYS[2], DAYS[2])
    assert ids(cache.catalog, "changed:2026-01-03") == ["one", "three"]
    # What was away is new when it comes back.
    cache.replace("b", [], now=DAYS[5])
    cache.replace("b", [say("b", "three")], now=DAYS[6])
    assert stamps()["three"] == (DAYS[6], DAYS[6])


def test_an_answer_is_stale_after_a_change(cache: Cache) -> None:
    cache.replace("a", [say("a", "one"), say("a", "two")])
    answer = cache.catalog.search(parse(""))
    bodies = cache.catalog.bodies(answer)
    assert len(cache.catalog.rows(answer, 0, 9)) == 2
    cache.replace("a", [say("a", "two"), say("a", "three")])
    for read in (lambda: cache.catalog.rows(answer, 0, 9), lambda: next(bodies)):
        with pytest.raises(StaleAnswer):
            read()
    fresh = cache.catalog.search(answer.query)
    assert [row.id for row in cache.catalog.rows(fresh, 0, 9)] == ["three", "two"]


# --- what claims say together ---


ALMA = "https://ror.org/01w4kvm24"


def curated(**values: Any) -> Claim:
    return say(
        BUNDLED, "alma", name="ALMA", names={"en": "ALMA"}, country="CL", lat=-23.02, lon=-67.75,
        identifiers={"ror": ALMA}, verified=True, **values,
    )  # fmt: skip


def registered(source: str = "ror", **values: Any) -> Claim:
    values = {
        "name": "Atacama Large Millimeter Array", "names": {"en": "Atacama", "es": "Conjunto"},
        "city": "Santiago", "country": "US", "lat": -33.45, "lon": -70.66, "established": 2011,
        "identifiers": {"ror": ALMA, "wikidata": "Q1", "grid": "grid.1"}, **values,
    }  # fmt: skip
    claim = say(source, "ror-01w4kvm24", **values)
    return replace(claim, cautions={"lat": "The town.", "established": "By the registry."})


def test_a_source_adds_to_a_curated_record(cache: Cache) -> None:
    cache.replace(BUNDLED, [curated(), say(BUNDLED, "other")])
    cache.replace("ror", [registered(), say("ror", "third")])
    catalog = cache.catalog
    assert ids(catalog) == ["alma", "other", "third"]
    record = catalog.record("alma")
    assert (record.name, record.country, record.lat, record.lon) == ("ALMA", "CL", -23.02, -67.75)
    assert (record.city, record.established) == ("Santiago", 2011)
    assert record.names == {"en": "ALMA", "es": "Conjunto"}
    assert record.identifiers == {"ror": ALMA, "wikidata": "Q1", "grid": "grid.1"}
    assert record.caveats == ("By the registry.",)
    assert sources(catalog, "alma") == {
        "id": BUNDLED, "kind": BUNDLED, "verified": BUNDLED,
        "name": BUNDLED, "names": BUNDLED, "country": BUNDLED, "lat": BUNDLED, "lon": BUNDLED,
        "identifiers": BUNDLED, "names.es": "ror", "identifiers.wikidata": "ror",
        "identifiers.grid": "ror", "city": "ror", "established": "ror", "caveats": "ror",
    }  # fmt: skip
    # Found by what either said, at the curated point, under both sources.
    for asked, found in (
        ("conjunto", ["alma"]),
        ("city:santiago", ["alma"]),
        ("near:-23.02,-67.75,5km", ["alma"]),
        ("near:-33.45,-70.66,5km", []),
        ("source:ror", ["alma", "third"]),
        ("source:bundled", ["alma", "other"]),
        ("source:bundled source:ror", ["alma"]),
        ("id:q1", ["alma"]),
        ("ror-01w4kvm24", []),
    ):
        assert ids(catalog, asked) == found, asked
    answer = catalog.search(parse("alma"), ["source"])
    assert answer.counts["source"] == ((BUNDLED, 1), ("ror", 1))
    assert catalog.resolve(ALMA) == catalog.resolve("Q1") == "alma"


def test_a_curated_record_without_a_point_takes_the_town_and_its_caveat(cache: Cache) -> None:
    bare = say(BUNDLED, "alma", identifiers={"ror": ALMA}, caveats=["Ours."])
    cache.replace(BUNDLED, [bare])
    cache.replace("ror", [registered()])
    record = cache.catalog.record("alma")
    assert (record.lat, record.lon) == (-33.45, -70.66)
    assert record.caveats == ("Ours.", "The town.", "By the registry.")
    assert sources(cache.catalog, "alma")["lat"] == "ror"
    assert ids(cache.catalog, "near:-33.45,-70.66,5km") == ["alma"]


def test_taking_a_source_away_restores_what_was_there(cache: Cache, directory: Directory) -> None:
    cache.replace(BUNDLED, directory.claims, directory.events)
    catalog = cache.catalog
    before = list(catalog.bodies(catalog.search(parse(""))))
    assert len(before) == 506
    registry = [
        say("ror", f"ror-{number}", city="Elsewhere", access="Ask.", identifiers={
            "ror": claim.values["identifiers"]["ror"], "isni": str(number),
        })
        for number, claim in enumerate(directory.claims)
        if "ror" in claim.values.get("identifiers", {})
    ]  # fmt: skip
    assert len(registry) > 250
    cache.replace("ror", registry)
    assert catalog.total == 506
    assert len(ids(catalog, "source:ror")) == len(registry)
    assert len(ids(catalog, "has:access source:ror")) == len(registry)
    cache.replace("ror", [])
    assert list(catalog.bodies(catalog.search(parse("")))) == before


def test_one_identifier_of_several_records_of_a_source_joins_none_of_them(cache: Cache) -> None:
    """Registries give one item of Wikidata to several of their own records."""
    shared = {"wikidata": "Q7"}
    one, two = say("a", "one", identifiers=shared), say("a", "two", identifiers=shared)
    cache.replace("a", [one, two])
    assert ids(cache.catalog) == ["one", "two"]
    cache.replace("b", [say("b", "three", city="Lima", identifiers=shared)])
    # Somebody else's word about the item goes to the first; both stay records.
    assert ids(cache.catalog) == ["one", "two"]
    assert [cache.catalog.record(id_).city for id_ in ("one", "two")] == ["Lima", ""]
    cache.replace("b", [say("b", ref, identifiers=shared) for ref in ("three", "four")])
    assert ids(cache.catalog) == ["one", "three", "two"]
    assert [each.url for each in cache.catalog.record("one").provenance] == [
        "https://a.example/", "https://b.example/",
    ]  # fmt: skip
    assert sources(cache.catalog, "three")["name"] == "b"


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b"), ("b",), ()])
def test_the_most_trusted_source_wins(cache: Cache, order: Sequence[str]) -> None:
    shared = {"wikidata": "Q7"}
    for source in ("c", "b", "a"):
        claim = say(source, source, city=source, host=source, identifiers=shared)
        cache.replace(source, [claim], precedence=order)
    winner = (*order, "a")[0]
    catalog = cache.catalog
    assert ids(catalog) == [winner]
    record = catalog.record(winner)
    assert (record.name, record.city, record.host) == (winner.upper(), winner, winner)
    assert set(sources(catalog, winner).values()) == {winner}
    assert {each.source for each in record.provenance} == {"a", "b", "c"}
    cache.replace(BUNDLED, [say(BUNDLED, "ours", identifiers=shared)], precedence=order)
    record = catalog.record("ours")
    assert (record.name, record.city) == ("Ours", winner)
    assert sources(catalog, "ours")["name"] == BUNDLED


# --- all or nothing ---


@pytest.fixture
def held(cache: Cache) -> Cache:
    """A cache with something to lose."""
    cache.replace("a", [say("a", f"lab-{n}", city="Lima") for n in range(60)],
                  [Event("2026", "Old", source="a")], facts={"packaged": "old"})  # fmt: skip
    return cache


def fail_in_index(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(entry: object) -> Iterator[tuple[str, list[str]]]:
        yield "word", ["half"]
        raise KeyError("half-way")

    monkeypatch.setattr(inverted, "terms", broken)


def fail_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(connection: sqlite3.Connection, language: str, places: object) -> None:
        for _ in range(2):
            connection.execute("INSERT INTO ordering VALUES (?, 0, x'')", (language,))

    monkeypatch.setattr(ordering, "write", twice)


def fail_in_records(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(claims: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "combine", interrupted)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (fail_in_index, KeyError),
        (fail_in_order, StoreDamaged),
        (fail_in_records, KeyboardInterrupt),
    ],
)
def test_a_fault_in_the_middle_leaves_everything_as_it_was(
    held: Cache,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch], None],
    error: type[BaseException],
) -> None:
    before, health = content(held.path), held.catalog.health()
    answer = held.catalog.search(parse("lima"))
    events = [Event("2027", "New", source="a")]
    writer = held.writer()
    with monkeypatch.context() as patch:
        fault(patch)
        with pytest.raises(error):
            writer.replace("a", [say("a", "new")], events, Health("a"), now=DAYS[9])
    assert content(held.path) == before
    assert held.catalog.health() == health
    assert len(held.catalog.rows(answer, 0, 99)) == 60
    assert gc.isenabled()
    # The same writer goes on as if nothing had been.
    assert writer.replace("a", [say("a", "new")], events, Health("a"), now=DAYS[9]).added == 2
    assert ids(held.catalog) == ["new"]


@pytest.mark.parametrize("where", ["claim", "event"])
def test_what_cannot_be_stored_leaves_everything_as_it_was(held: Cache, where: str) -> None:
    before = content(held.path)
    claims = [say("a", "new"), say("a", "bad", city=object() if where == "claim" else "Quito")]
    events = [Event("2027", "New", note=object() if where == "event" else "")]  # type: ignore[arg-type]  # the fault
    writer = held.writer()
    with pytest.raises(TypeError):
        writer.replace("a", claims, events, Health("a"), now=DAYS[9])
    assert content(held.path) == before
    assert held.catalog.check() == []


def test_a_full_disk_leaves_everything_as_it_was(held: Cache) -> None:
    before = content(held.path)
    with closing(connect(held.path)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        claims = [say("b", f"new-{n}", summary="x" * 500) for n in range(500)]
        with pytest.raises(CannotWrite) as caught:
            Writer(connection).replace("b", claims, (), Health("b"), now=DAYS[9])
        assert caught.value.path == held.path
        assert "full" in caught.value.reason
    assert content(held.path) == before
    assert len(ids(held.catalog)) == 60


def test_a_damaged_cache_is_told_as_such(held: Cache) -> None:
    with closing(sqlite3.connect(held.path)) as connection:
        connection.execute("DROP TABLE claim")
    writer = held.writer()
    for work in (
        lambda: writer.compare("a", []),
        lambda: writer.replace("a", [], (), Health("a"), now=DAYS[9]),
        lambda: held.catalog.held("a"),
    ):
        with pytest.raises(StoreDamaged) as caught:
            work()
        assert caught.value.path == held.path
        assert "claim" in caught.value.reason


SCRIPT = """
import sys
from contextlib import closing
from pathlib import Path
from ritui.model.source import Event, Health
from ritui.store.schema import connect
from ritui.store.writer import Writer
from tests.store.test_writer import generation

path, source, size, first, last = Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])
claims = {number % 2: generation(source, size, number) for number in range(first, first + 2)}
for number in range(first, last):
    print("begins", number, flush=True)
    fared = Health(source, "ok", str(number))
    events = [Event(str(number), "of this generation", source=source)]
    with closing(Writer(connect(path))) as writer:
        writer.replace(source, claims[number % 2], events, fared, now=str(number))
    print("ended", number, flush=True)
"""


def generation(source: str, size: int, number: int) -> list[Claim]:
    """All that a source says at one time, recognisable as such; two by turns."""
    word = "odd" if number % 2 else "even"
    return [
        say(source, f"{source}-{each}", city=word, fields=[word], established=1990 + each % 30)
        for each in range(size + 10 * (number % 2))
    ]


def start(path: Path, source: str, size: int, first: int, last: int) -> subprocess.Popen[str]:
    """Another process that replaces generation after generation."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(path), source, str(size), str(first), str(last)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def is_whole(catalog: Catalog, source: str, size: int) -> str:
    """Check that all a reader can see is of one generation; which one that is."""
    answer = catalog.search(parse(f"source:{source}"), ["field", "source"])
    [(word, count)] = [each for each in answer.counts["field"] if each.count]
    assert count == len(answer) == size + (10 if word == "odd" else 0)
    rows = list(catalog.values(answer))
    assert {values["city"] for values in rows} == {word}
    assert {values["id"] for values in rows} == {f"{source}-{n}" for n in range(count)}
    return word


def test_killed_at_any_moment_it_holds_the_old_or_the_new(tmp_path: Path) -> None:
    size, number = 2_000, 0
    path = tmp_path / "cache.sqlite"
    begin = time.perf_counter()
    with closing(Writer(connect(path))) as writer:
        events = [Event("0", "of this generation", source="a")]
        writer.replace("a", generation("a", size, 0), events, Health("a", "ok", "0"), now="0")
    once = time.perf_counter() - begin
    chance = random.Random("kill")
    ended_in_between = 0
    for _ in range(15):
        process = start(path, "a", size, number + 1, number + 1_000)
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == f"begins {number + 1}\n"
            threading.Event().wait(chance.uniform(0, 2 * once))
            process.kill()
            told = process.stdout.read().split()
        assert process.returncode != 0
        ended = [int(n) for word, n in zip(told[::2], told[1::2], strict=False) if word == "ended"]
        last = max(ended, default=number)
        with closing(Catalog(connect(path))) as catalog:
            assert catalog.check() == []
            number = int(catalog.health()["a"].tried)
            # What was said to be done is there; else the one that was begun, or what was before.
            assert number in {last, last + 1}
            assert is_whole(catalog, "a", size) == ("odd" if number % 2 else "even")
            assert [each.date for each in catalog.events()] == [str(number)]
        ended_in_between += number == last
    assert number > 0
    assert ended_in_between > 0


def test_a_cache_is_whole_while_its_log_is_being_taken_over(tmp_path: Path) -> None:
    """Killed then, the file's head may speak of pages that only the log has."""
    path, copy = tmp_path / "cache.sqlite", tmp_path / "copy.sqlite"
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        Writer(connection).replace("a", generation("a", 200, 0), (), Health("a"), now="0")
        log = path.with_name("cache.sqlite-wal").read_bytes()
        short = path.read_bytes()
    shutil.copy(path, copy)
    head = path.read_bytes()[:4096]
    assert int.from_bytes(head[28:32], "big") * 4096 > len(short) > 0
    path.write_bytes(head + short[4096:])
    path.with_name("cache.sqlite-wal").write_bytes(log)
    with closing(Catalog(connect(path))) as catalog:
        assert catalog.check() == []
        assert is_whole(catalog, "a", 200) == "even"
    path.write_bytes(head + short[4096:])
    path.with_name("cache.sqlite-wal").unlink(missing_ok=True)
    with pytest.raises(StoreDamaged):
        connect(path)
    with closing(Catalog(connect(copy))) as catalog:
        assert is_whole(catalog, "a", 200) == "even"


# --- several at once ---


def test_readers_see_whole_generations_while_another_process_writes(tmp_path: Path) -> None:
    size, last = 150, 12
    path = tmp_path / "cache.sqlite"
    with closing(Writer(connect(path))) as writer:
        writer.replace("a", generation("a", size, 0), (), Health("a"), now="0")
    seen: list[str] = []

    def read(over: threading.Event) -> int:
        with closing(Catalog(connect(path))) as catalog:
            for looks in itertools.count(1):
                is_last = over.is_set()
                try:
                    seen.append(is_whole(catalog, "a", size))
                except StaleAnswer:
                    continue
                if is_last:
                    return looks
        return 0

    over = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, over) for _ in range(2)]
        with start(path, "a", size, 1, last) as process:
            process.wait(PATIENCE * 3)
        over.set()
        assert all(reader.result(PATIENCE) > 2 for reader in readers)
    assert process.returncode == 0
    assert set(seen) == {"odd", "even"}
    with closing(Catalog(connect(path))) as catalog:
        assert is_whole(catalog, "a", size) == "odd"


def test_a_reader_does_not_wait_for_a_writer(held: Cache) -> None:
    """Somebody has begun to write and does not come to an end."""
    with closing(sqlite3.connect(held.path, isolation_level=None)) as slow:
        slow.execute("BEGIN IMMEDIATE")
        slow.execute("DELETE FROM record")
        slow.execute("DELETE FROM term")
        with ThreadPoolExecutor(1) as pool:
            later = Catalog(pool.submit(connect, held.path).result(PATIENCE))
            with closing(later):
                for catalog in (held.catalog, later):
                    assert len(pool.submit(ids, catalog, "lima").result(PATIENCE)) == 60
                    assert pool.submit(catalog.record, "lab-7").result(PATIENCE).city == "Lima"
        slow.execute("ROLLBACK")


def test_one_reader_is_asked_from_several_threads(held: Cache) -> None:
    wanted = {"lima": 60, "id:lab-7": 1, "quito": 0, "-lima": 0, "lab 5": 11}

    def ask(_: int) -> list[int]:
        return [len(ids(held.catalog, asked)) for asked in wanted]

    with ThreadPoolExecutor(4) as pool:
        assert set(map(tuple, pool.map(ask, range(40)))) == {tuple(wanted.values())}


def test_a_writer_waits_for_another_one(held: Cache) -> None:
    with closing(sqlite3.connect(held.path, isolation_level=None)) as slow:
        slow.execute("BEGIN IMMEDIATE")
        slow.execute("DELETE FROM record")
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(held.replace, "b", [say("b", "new")])
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
            slow.execute("ROLLBACK")
            assert waiting.result(PATIENCE) == Counts(added=1)
    assert len(ids(held.catalog)) == 61


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    # Making the file is done under a lock, see open_library.
    connect(path).close()
    processes = [start(path, source, 120, 1, 6) for source in ("a", "b")]
    for process in processes:
        with process:
            assert process.wait(PATIENCE * 3) == 0
    with closing(Catalog(connect(path))) as catalog:
        assert [is_whole(catalog, source, 120) for source in ("a", "b")] == ["odd", "odd"]
        assert catalog.total == 260
        assert catalog.check() == []
        assert {each.tried for each in catalog.health().values()} == {"5"}


def test_a_record_reads_back_as_it_was_written(cache: Cache, directory: Directory) -> None:
    cache.replace(BUNDLED, directory.claims)
    by_ref = {claim.ref: claim for claim in directory.claims}
    for id_ in ("eu-lac-resinfra", "resinfra-pilot-heritage", "artigas-station", "ror-registry"):
        record, claim = cache.catalog.record(id_), by_ref[id_]
        told = {key: value for key, value in to_json(record).items() if key != "provenance"}
        assert told == {**claim.values}
        assert [each.url for each in record.provenance] == [each.url for each in claim.evidence]
        for held, stated in zip(record.provenance, claim.evidence, strict=True):
            assert isinstance(held, Provenance)
            assert replace(held, fields=()) == replace(stated, fields=())
            assert {*held.fields} == {*stated.fields}
