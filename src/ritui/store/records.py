"""Records: made of the claims that speak of one thing, and put where the index finds them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, islice
from typing import Any, Final

from ritui.model.claim import Claim, combine, group
from ritui.model.record import from_json
from ritui.store import ordering, points
from ritui.store.index import LOCAL, Entry, name_key, phrase_text
from ritui.store.intake import decode, encode, unpack
from ritui.store.inverted import Inverted, Postings
from ritui.store.made import Held, Made, differences, facts_of, remains
from ritui.store.points import Point

GAP: Final = 4
"""Between the places of two records when all are placed anew."""
_AT_ONCE: Final = 1_000
"""Records written by one statement."""
_MOST_POSTINGS: Final = 400_000
"""Kept in memory before they are written."""

Key = tuple[str, str]
"""A claim: its source, and the source's own key for the thing."""


class NoRoom(Exception):
    """Records cannot be put between others: all have to be placed anew."""


class Records:
    """The records of one cache, for the one who writes it, within its transaction."""

    def __init__(self, connection: sqlite3.Connection, trusted: Sequence[str]) -> None:
        """Write through a connection.

        Args:
            connection: In a transaction.
            trusted: Ids of sources, the most trusted first; others come after them.
        """
        self._connection = connection
        self._rank = {source: place for place, source in enumerate(trusted)}
        self._index = Inverted(connection)

    def make_all(self, now: str, source: str) -> None:
        """Make all records and the index anew from the claims.

        Args:
            now: ISO time, UTC.
            source: The source whose refresh is the reason.
        """
        run = self._connection.execute
        run("DROP TABLE IF EXISTS temp.old")
        run(
            "CREATE TEMP TABLE old (id TEXT PRIMARY KEY, place INTEGER, name TEXT, added TEXT,"
            " changed TEXT, claims TEXT, text TEXT, body TEXT)"
        )
        run(
            "INSERT INTO old SELECT id, place, name, added, changed, claims, text, body FROM record"
        )
        run("DELETE FROM record")
        self._index.clear()
        self._rank_all()
        logged = self._total() > 0
        known = {id_ for (id_,) in run("SELECT id FROM old")}
        place, postings = 0, Postings()
        squares = points.Squares()
        made = self._ranked(now, known)
        while batch := [*islice(made, _AT_ONCE)]:
            rows, names = [], []
            for one in batch:
                place += GAP
                rows.append(one.row(place))
                names += one.other_names(place)
                postings.add(place, one.entry)
                for point in _points([(place, one.entry)]):
                    squares.add(point)
            run_many = self._connection.executemany
            run_many("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            run_many("INSERT INTO local VALUES (?, ?, ?)", names)
            if postings.size > _MOST_POSTINGS:
                self._index.fill(postings)
                postings = Postings()
            if logged:
                held = {one.id: self._held(one.id, "old") for one in batch if one.id in known}
                self._log(now, source, held, {one.id: one for one in batch})
        self._index.fill(postings)
        self._index.finish(place // GAP)
        squares.write(self._connection)
        for language in LOCAL:
            ordered = run(
                "SELECT record.place FROM record LEFT JOIN local"
                " ON local.place = record.place AND local.language = ?"
                " ORDER BY coalesce(local.name, record.name), record.place",
                (language,),
            )
            ordering.write(self._connection, language, (row[0] for row in ordered))
        if logged:
            gone = [id_ for (id_,) in run("SELECT id FROM old EXCEPT SELECT id FROM record")]
            self._log(now, source, {id_: self._held(id_, "old") for id_ in gone}, {})
        self._set("total", str(place // GAP))
        self._next_generation()
        for table in ("old", "ranked", "local"):
            run(f"DROP TABLE temp.{table}")

    def update(self, now: str, source: str, keys: Iterable[str], ids: Iterable[str]) -> None:
        """Make those records anew that some claims have to do with.

        Args:
            now: ISO time, UTC.
            source: The source whose refresh is the reason.
            keys: What identifies the things whose claims came, went or changed.
            ids: The records that such claims were part of.

        Raises:
            NoRoom: Nothing was changed; use `make_all`.
        """
        claims = self._joined(keys)
        known = {key: claim_record for key, (claim_record, _) in claims.items()}
        before = {*ids, *known.values()}
        held = {id_: found for id_ in before if (found := self._held(id_))}
        made: dict[str, Made] = {}
        for together in self._grouped({key: claim for key, (_, claim) in claims.items()}):
            one = self._made(together, now, held.get(together[0].values["id"]))
            if one.id not in held and self._held(one.id):
                raise NoRoom
            made[one.id] = one
        self._exchange(held, made, now, source)
        self._remember_records(
            (one.id, key) for one in made.values() for key in map(tuple, decode(one.claims))
            if known.get(key) != one.id
        )  # fmt: skip

    # --- from claims to records ---

    def _rank_all(self) -> None:
        """List what becomes a record, in the order of names, without making it yet."""
        run = self._connection.execute
        for table in (
            "joined (source TEXT, ref TEXT, PRIMARY KEY (source, ref)) WITHOUT ROWID",
            "ranked (name TEXT, id TEXT, source TEXT, ref TEXT, claims TEXT,"
            " PRIMARY KEY (name, id)) WITHOUT ROWID",
            "local (place INTEGER, language TEXT, name TEXT,"
            " PRIMARY KEY (place, language)) WITHOUT ROWID",
        ):
            run(f"DROP TABLE IF EXISTS temp.{table.partition(' ')[0]}")
            run(f"CREATE TEMP TABLE {table}")
        seen: set[Key] = set()
        shared = run("SELECT key FROM key GROUP BY key HAVING count(*) > 1").fetchall()
        for (key,) in shared:
            claims = self._joined([key], seen)
            seen |= claims.keys()
            for together in self._grouped({each: claim for each, (_, claim) in claims.items()}):
                values, keys = combine(together), [(each.source, each.ref) for each in together]
                run(
                    "INSERT INTO ranked VALUES (?, ?, NULL, NULL, ?)",
                    (name_key(from_json(values)), values["id"], encode(keys)),
                )
                self._remember_records(
                    (values["id"], each) for each in keys if claims[each][0] != values["id"]
                )
        self._connection.executemany("INSERT INTO joined VALUES (?, ?)", seen)
        run(
            "INSERT INTO ranked SELECT name, record, source, ref, NULL FROM claim WHERE NOT EXISTS"
            " (SELECT 1 FROM joined WHERE joined.source = claim.source AND joined.ref = claim.ref)"
            " ORDER BY name, record"
        )
        run("DROP TABLE temp.joined")

    def _ranked(self, now: str, known: Collection[str]) -> Iterator[Made]:
        """Every record, in the order of names; some are known of old."""
        rows = self._connection.execute(
            "SELECT ranked.id, ranked.source, ranked.ref, claims, body FROM ranked"
            " LEFT JOIN claim ON claim.source = ranked.source AND claim.ref = ranked.ref"
            " ORDER BY ranked.name, ranked.id"
        )
        for id_, source, ref, keys, body in rows:
            claims = [unpack(source, ref, body)] if body else [*self._claims(decode(keys))]
            if claims[0].values["id"] != id_:
                claims[0] = _called(claims[0], id_)
            yield self._made(claims, now, self._held(id_, "old") if id_ in known else None)

    def _claims(self, keys: Iterable[Sequence[str]]) -> Iterator[Claim]:
        for source, ref in keys:
            (body,) = self._connection.execute(
                "SELECT body FROM claim WHERE source = ? AND ref = ?", (source, ref)
            ).fetchone()
            yield unpack(source, ref, body)

    def _joined(
        self, keys: Iterable[str], leaving_out: Collection[Key] = ()
    ) -> dict[Key, tuple[str, Claim]]:
        """All claims that keys lead to, and the keys of those, and so on; with their records."""
        found: dict[Key, tuple[str, Claim]] = {}
        seen: set[str] = set()
        open_ = [*keys]
        while open_:
            key = open_.pop()
            if key in seen:
                continue
            seen.add(key)
            for source, ref in self._connection.execute(
                "SELECT source, ref FROM key WHERE key = ?", (key,)
            ).fetchall():
                if (source, ref) in found or (source, ref) in leaving_out:
                    continue
                record, body = self._connection.execute(
                    "SELECT record, body FROM claim WHERE source = ? AND ref = ?", (source, ref)
                ).fetchone()
                claim = unpack(source, ref, body)
                found[source, ref] = record, claim
                open_ += claim.keys()
        return found

    def _grouped(self, claims: Mapping[Key, Claim]) -> Iterator[list[Claim]]:
        """Claims by the thing they speak of; each thing under an id of its own."""
        last = len(self._rank)
        order = sorted(claims, key=lambda key: (self._rank.get(key[0], last), key))
        taken: set[str] = set()
        for together in group(claims[key] for key in order):
            first = together[0]
            if first.values["id"] in taken:
                # Two things under one id: the less trusted one is known by its source too.
                first = self._renamed(first, taken)
            taken.add(first.values["id"])
            yield [first, *together[1:]]

    def _renamed(self, claim: Claim, taken: set[str]) -> Claim:
        base = f"{claim.values['id']}-{claim.source}"
        for number in range(1, len(taken) + 1_000):
            id_ = f"{base}-{number}".removesuffix("-1")
            is_other = self._connection.execute(
                "SELECT 1 FROM key WHERE key = ? LIMIT 1", (f"id:{id_}",)
            ).fetchone()
            if id_ not in taken and not is_other:
                break
        return _called(claim, id_)

    def _made(self, claims: Sequence[Claim], now: str, old: Held | None) -> Made:
        values = combine(claims)
        record = from_json(values)
        body = encode(values)
        added = old.added if old else now
        changed = old.changed if old and facts_of(old.body) == facts_of(body) else now
        entry = Entry(record, added, changed, phrase_text(record))
        keys = encode([(claim.source, claim.ref) for claim in claims])
        return Made(entry, name_key(record), keys, body)

    def _remember_records(self, records: Iterable[tuple[str, Key]]) -> None:
        self._connection.executemany(
            "UPDATE claim SET record = ? WHERE source = ? AND ref = ?",
            [(id_, *key) for id_, key in records],
        )

    # --- from records to the index ---

    def _exchange(
        self, held: Mapping[str, Held], made: Mapping[str, Made], now: str, source: str
    ) -> None:
        """Put records in the place of others, and change the index where they differ."""
        same = {id_ for id_ in held.keys() & made.keys() if held[id_].body == made[id_].body}
        self._connection.executemany(
            "UPDATE record SET claims = ? WHERE place = ?",
            [
                (made[id_].claims, held[id_].place)
                for id_ in same
                if made[id_].claims != held[id_].claims
            ],
        )
        gone = {id_: each for id_, each in held.items() if id_ not in same}
        come = {id_: each for id_, each in made.items() if id_ not in same}
        if not gone and not come:
            return
        places = self._places(gone, come)
        self._connection.executemany(
            "DELETE FROM record WHERE place = ?", [(each.place,) for each in gone.values()]
        )
        self._connection.executemany(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [each.row(places[id_]) for id_, each in come.items()],
        )
        old = [(each.place, each.entry()) for each in gone.values()]
        new = [(places[id_], each.entry) for id_, each in come.items()]
        self._index.change(_postings(old), _postings(new))
        for language in LOCAL:
            less, more = (
                {(name_key(entry.record, language), place) for place, entry in entries}
                for entries in (old, new)
            )
            if less != more:
                ordering.change(
                    self._connection, language, less - more, more - less, self._key_of(language)
                )
        less_points, more_points = {*_points(old)}, {*_points(new)}
        points.change(self._connection, less_points - more_points, more_points - less_points)
        self._log(now, source, gone, come)
        self._set("total", str(self._total() + len(come) - len(gone)))
        self._next_generation()

    def _places(self, gone: Mapping[str, Held], come: Mapping[str, Made]) -> dict[str, int]:
        """Where records go: where they were, or between those that stand around them."""
        places = {
            id_: gone[id_].place
            for id_, each in come.items()
            if id_ in gone and gone[id_].name == each.name
        }
        free = {each.place for id_, each in gone.items() if id_ not in places}
        fresh = sorted((each.name, id_) for id_, each in come.items() if id_ not in places)
        around = [(self._beside(*each, free), each) for each in fresh]
        for (before, after), run in groupby(around, key=lambda pair: pair[0]):
            ids = [id_ for _, (_, id_) in run]
            after = after or before + GAP * (len(ids) + 1)
            if after - before <= len(ids):
                raise NoRoom
            for number, id_ in enumerate(ids, 1):
                places[id_] = before + (after - before) * number // (len(ids) + 1)
        return places

    def _beside(self, name: str, id_: str, free: set[int]) -> tuple[int, int]:
        """The nearest places before and after a name that stay taken; 0 where there is none."""
        found = []
        for sign, way in (("<", "DESC"), (">", "ASC")):
            rows = self._connection.execute(
                f"SELECT place FROM record WHERE (name, id) {sign} (?, ?)"
                f" ORDER BY name {way}, id {way}",
                (name, id_),
            )
            found.append(next((place for (place,) in rows if place not in free), 0))
        return found[0], found[1]

    def _key_of(self, language: str) -> Any:
        def key(place: int) -> str:
            (body,) = self._connection.execute(
                "SELECT body FROM record WHERE place = ?", (place,)
            ).fetchone()
            return name_key(from_json(decode(body)), language)

        return key

    def _held(self, id_: str, table: str = "record") -> Held | None:
        row = self._connection.execute(
            f"SELECT place, name, added, changed, claims, text, body FROM {table} WHERE id = ?",
            (id_,),
        ).fetchone()
        return Held(*row) if row else None

    # --- what is remembered of it ---

    def _log(
        self, now: str, source: str, held: Mapping[str, Held | None], made: Mapping[str, Made]
    ) -> None:
        """Note what became of each record."""
        rows: list[tuple[str, ...]] = []
        for id_, each in made.items():
            name, before = each.entry.record.name, held.get(id_)
            if before is None:
                rows.append((now, source, id_, name, "added", "{}"))
            elif before.body != each.body and (found := differences(before.body, each.body)):
                rows.append((now, source, id_, name, "changed", encode(found)))
        for id_, before in held.items():
            if before is not None and id_ not in made:
                old = decode(before.body)
                rows.append((now, source, id_, old["name"], "removed", encode(remains(old))))
        self._connection.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _total(self) -> int:
        return int(self._fact("total") or 0)

    def _next_generation(self) -> None:
        self._set("generation", str(int(self._fact("generation") or 0) + 1))

    def _fact(self, key: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def _set(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _called(claim: Claim, id_: str) -> Claim:
    return replace(claim, values={**claim.values, "id": id_})


def _postings(entries: Iterable[tuple[int, Entry]]) -> Postings:
    postings = Postings()
    for place, entry in entries:
        postings.add(place, entry)
    return postings


def _points(entries: Iterable[tuple[int, Entry]]) -> Iterator[Point]:
    for place, entry in entries:
        if entry.record.lat is not None and entry.record.lon is not None:
            yield Point(place, entry.record.lat, entry.record.lon)
