"""Changing some records gives what making all of them anew gives."""

from __future__ import annotations

import random
import sqlite3
from array import array
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pyroaring import BitMap

from ritui.model.claim import Claim
from ritui.model.query import parse
from ritui.model.source import BUNDLED, Counts, Health
from ritui.store import ordering
from ritui.store.inverted import set_of
from ritui.store.records import NoRoom, Records
from ritui.store.schema import connect
from ritui.store.writer import Writer
from tests.store.conftest import Cache, say

NAMES = ["Ñandú", "Zürich Lab", "alpha", "Álamo", "beta", "Beta", "observatório", "Nube", "Nz"]
FIELDS = ["Astronomy", "astronomy", "ASTRONOMY", "Física", "fisica", "Optics"]


def made_up(chance: random.Random, source: str, number: int) -> Claim:
    """A claim with something in every scope of the index, out of few values."""
    name = f"{chance.choice(NAMES)} {chance.randrange(40)}"
    values: dict[str, Any] = {
        "name": name,
        "names": {"es": f"{chance.choice(NAMES)} {number}"} if chance.random() < 0.3 else {},
        "acronym": name[:3].upper(),
        "country": chance.choice(["AR", "BR", "ES"]),
        "city": chance.choice(["Lima", "São Paulo", ""]),
        "fields": chance.sample(FIELDS, 2),
        "legal": chance.choice(["ERIC", "eric", "AISBL"]),
        "established": chance.choice([None, 1999, 2010]),
        "website": chance.choice(["", "https://www.lab.example/a", "http://one.example"]),
        "identifiers": {},
    }
    if chance.random() < 0.2:
        values["identifiers"]["wikidata"] = f"Q{chance.randrange(1, 60)}"
    if chance.random() < 0.2:
        values["identifiers"]["ror"] = f"https://ror.org/0{chance.randrange(60):08}"
    if chance.random() < 0.5:
        values |= {"lat": float(chance.randrange(-3, 3)), "lon": chance.uniform(-2, 2)}
    given = {key: value for key, value in values.items() if value not in ("", None, {})}
    id_ = f"lab-{number % 70 if chance.random() < 0.1 else number}"
    return say(source, f"{source}-{number}", **{**given, "id": id_})


def state(path: Path) -> dict[str, object]:
    """All that readers can find in a cache, whatever the places are."""
    with closing(sqlite3.connect(path)) as connection:
        records = connection.execute(
            "SELECT place, id, name, claims, row, text, body, added, changed FROM record"
            " ORDER BY place"
        ).fetchall()
        ids = {row[0]: row[1] for row in records}
        terms: dict[tuple[str, str], list[str]] = {}
        heavy: dict[tuple[str, str], BitMap] = {}
        for scope, term, count, places in connection.execute("SELECT * FROM term"):
            found = set_of(places)
            assert len(found) == count > 0, (scope, term)
            if scope.endswith("*"):
                heavy[scope[:-1], term] = found
            else:
                terms[scope, term] = [ids[place] for place in found]
        for (scope, prefix), union in heavy.items():
            members = [own for (of, term), own in terms.items()
                       if of == scope and term.startswith(prefix)]  # fmt: skip
            assert {ids[place] for place in union} == {id_ for own in members for id_ in own}
        orders = {
            language: [
                ids[place] for block in ordering.read(connection, language) for place in block
            ]
            for language in ("es", "pt")
        }
        points = []
        for square, packed in connection.execute("SELECT square, points FROM point"):
            flat = array("d")
            flat.frombytes(packed)
            for at in range(0, len(flat), 3):
                points.append((square, ids[int(flat[at])], flat[at + 1], flat[at + 2]))
        of_claims = connection.execute(
            "SELECT source, ref, digest, record, name, body FROM claim ORDER BY source, ref"
        ).fetchall()
        keys = connection.execute("SELECT * FROM key ORDER BY key, source, ref").fetchall()
        (total,) = connection.execute("SELECT value FROM meta WHERE key = 'total'").fetchone()
    assert int(total) == len(records)
    return {
        "records": [row[1:] for row in records],
        "terms": terms,
        "orders": orders,
        "points": sorted(points),
        "claims": of_claims,
        "keys": keys,
    }


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often records were changed one by one, and how often all were made anew."""
    calls = {"update": 0, "make_all": 0}

    def count(name: str) -> None:
        real: Callable[..., None] = getattr(Records, name)

        def counting(self: Records, *arguments: Any) -> None:
            calls[name] += 1
            real(self, *arguments)

        monkeypatch.setattr(Records, name, counting)

    count("update")
    count("make_all")
    return calls


@pytest.mark.parametrize("seed", range(12))
def test_changing_some_equals_making_all(
    cache: Cache,
    tmp_path: Path,
    counted: dict[str, int],
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Few at a time are what many are in a large directory.
    monkeypatch.setattr("ritui.store.writer._TOGETHER", (1_000, 1, 4)[seed % 3])
    chance = random.Random(seed)
    said = {
        source: {n: made_up(chance, source, n) for n in range(first, first + size)}
        for source, first, size in ((BUNDLED, 0, 300), ("a", 200, 250), ("b", 400, 100))
    }
    for source, claims in said.items():
        cache.replace(source, [*claims.values()])
    counted.update(update=0, make_all=0)
    for step in range(8):
        source = chance.choice([*said])
        claims = said[source]
        for number in chance.sample([*claims], 6):
            if chance.random() < 0.4:
                del claims[number]
            else:
                claims[number] = made_up(chance, source, number)
        for number in range(900 + 10 * step, 900 + 10 * step + chance.randrange(4)):
            claims[number] = made_up(chance, source, number)
        now = f"2026-02-{step + 1:02}T00:00:00+00:00"
        cache.replace(source, [*claims.values()], now=now)
        there = state(cache.path)
        copy = tmp_path / "copy.sqlite"
        with closing(connect(cache.path)) as held, closing(connect(copy)) as target:
            held.backup(target)
        with closing(Writer(connect(copy))) as writer:
            writer.rebuild(now)
        anew = state(copy)
        for part in there:
            assert there[part] == anew[part], (step, part)
        # Found by a reader who has been there all along.
        assert len(cache.catalog.search(parse("field:astronomy"))) > 0
    assert counted["update"] >= 6


def test_one_changed_record_writes_little(cache: Cache) -> None:
    chance = random.Random(1)
    claims = [made_up(chance, "a", number) for number in range(2_000)]
    cache.replace("a", claims)
    log = cache.path.with_name(cache.path.name + "-wal")
    with closing(connect(cache.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        whole = cache.path.stat().st_size
        now = "2026-03-01T00:00:00+00:00"
        claims[7] = made_up(chance, "a", 7)
        counts = Writer(connection).replace("a", claims, (), Health("a"), now=now)
        assert counts == Counts(changed=1, unchanged=1_999)
        assert 0 < log.stat().st_size < whole / 6


def test_where_no_room_is_left_all_are_placed_anew(cache: Cache, counted: dict[str, int]) -> None:
    claims = [say("a", f"lab-{n:04}", name=f"Lab {n:04}") for n in range(600)]
    cache.replace("a", claims)
    counted.update(update=0, make_all=0)
    between = [say("a", f"mid-{n}", name=f"Lab 0100 {n:02}") for n in range(40)]
    cache.replace("a", [*claims, *between])
    assert counted == {"update": 1, "make_all": 1}
    names = [row.name for row in cache.catalog.rows(cache.catalog.search(parse("")), 0, 700)]
    assert names == sorted(names)
    assert len(names) == 640


def test_an_id_that_is_taken_is_no_reason_to_fail(cache: Cache) -> None:
    """A record that must be called otherwise may want the id of one it has nothing to do with."""
    base = [say("a", f"lab-{n}", name=f"Lab {n}") for n in range(300)]
    cache.replace("a", [*base, say("a", "lab-0-b", name="Other")])
    twin = Claim("b", "x", {**base[0].values, "identifiers": {}}, base[0].evidence)
    again = Claim("b", "y", {**base[0].values, "name": "Twin"}, base[0].evidence)
    cache.replace("b", [twin, again])
    ids = {row.id for row in cache.catalog.rows(cache.catalog.search(parse("")), 0, 400)}
    assert {"lab-0", "lab-0-b", "lab-0-b-2"} <= ids
    assert issubclass(NoRoom, Exception)
