"""Replace what one source says, in one transaction, and all that follows from it."""

from __future__ import annotations

import gc
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from ritui.model.claim import Claim, group, merge
from ritui.model.record import Provenance, Record, to_json
from ritui.model.source import BUNDLED, Counts, Event, Health
from ritui.store.index import Entry, display_order, orderings, phrase_text, points, postings
from ritui.store.schema import translated


class Writer:
    """The one that changes the cache. Another process that writes is waited for."""

    def __init__(self, connection: sqlite3.Connection, precedence: Sequence[str] = ()) -> None:
        """Write through a connection of its own.

        Args:
            connection: Not shared with readers, or a reader would see half a change.
            precedence: Ids of sources, the most trusted first; the bundled directory comes
                before all of them, and sources not named after them. Empty for the one that
                was last written with.
        """
        self._connection = connection
        self._precedence = tuple(precedence)

    def compare(self, source: str, claims: Sequence[Claim]) -> Counts:
        """What `replace` would change.

        Raises:
            StoreDamaged, CannotWrite: It cannot be read.
        """
        fresh = {claim.ref: _digest(_body(claim)) for claim in claims}
        try:
            return _counts(self._digests(source), fresh)
        except sqlite3.Error as error:
            raise translated(error, self._connection) from error

    def replace(
        self,
        source: str,
        claims: Sequence[Claim],
        events: Sequence[Event],
        health: Health,
        *,
        now: str,
        facts: Mapping[str, str] | None = None,
    ) -> Counts:
        """Put what a source says now in the place of what it said before.

        Killed at any moment, the cache holds all of the old or all of the new.

        Args:
            source: Id of the source.
            claims: All that it says.
            events: All the events and news it gives.
            health: How asking it went.
            now: ISO time, UTC, to remember for what is new or changed.
            facts: Remembered beside it, in the same transaction.

        Raises:
            StoreDamaged, CannotWrite: Nothing was changed.
        """
        bodies = {claim.ref: _body(claim) for claim in claims}
        fresh = {ref: _digest(body) for ref, body in bodies.items()}
        with self._transaction():
            held = self._digests(source)
            counts = _counts(held, fresh)
            self._connection.executemany(
                "DELETE FROM claim WHERE source = ? AND ref = ?",
                [(source, ref) for ref in held.keys() - fresh.keys()],
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?)",
                [
                    (source, ref, digest, bodies[ref])
                    for ref, digest in fresh.items()
                    if held.get(ref) != digest
                ],
            )
            told = self._replace_events(source, events)
            self._remember(health)
            for key, value in (facts or {}).items():
                self._set(key, value)
            if counts.added or counts.changed or counts.removed:
                self._rebuild(now, source)
        return Counts(
            counts.added + told.added,
            counts.changed,
            counts.removed + told.removed,
            counts.unchanged + told.unchanged,
        )

    def remember(self, health: Health) -> None:
        """Keep how asking a source went, and nothing else."""
        with self._transaction():
            self._remember(health)

    def rebuild(self, now: str) -> None:
        """Make the records, their order and the index anew from the claims that are held."""
        with self._transaction():
            self._rebuild(now, BUNDLED)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _digests(self, source: str) -> dict[str, bytes]:
        return dict(
            self._connection.execute("SELECT ref, digest FROM claim WHERE source = ?", (source,))
        )

    def _replace_events(self, source: str, events: Sequence[Event]) -> Counts:
        """Put events in the place of a source's old ones; one that differs is another one."""
        fresh = [(source, each.date, each.end or each.date, _json(asdict(each))) for each in events]
        held = self._connection.execute(
            "SELECT source, date, finish, body FROM event WHERE source = ? ORDER BY rowid",
            (source,),
        ).fetchall()
        before, after = ({row[3] for row in rows} for rows in (held, fresh))
        counts = Counts(len(after - before), 0, len(before - after), len(after & before))
        if held == fresh:
            return counts
        self._connection.execute("DELETE FROM event WHERE source = ?", (source,))
        self._connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", fresh)
        return counts

    def _remember(self, health: Health) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO health VALUES (?, ?)", (health.source, _json(asdict(health)))
        )

    def _set(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _rebuild(self, now: str, source: str) -> None:
        """Make the records, their order and the index anew from all claims."""
        held = {
            id_: (body, added, changed)
            for id_, body, added, changed in self._connection.execute(
                "SELECT id, body, added, changed FROM record"
            )
        }
        entries: list[Entry] = []
        bodies: list[str] = []
        for record, body in sorted(self._records(), key=lambda pair: display_order(pair[0])):
            old_body, added, changed = held.get(record.id, ("", now, now))
            changed = changed if body == old_body else now
            entries.append(Entry(record, added, changed, phrase_text(record)))
            bodies.append(body)
        self._log(now, source, {id_: body for id_, (body, _, _) in held.items()}, entries, bodies)
        for table in ("record", "term", "ordering"):
            self._connection.execute(f"DELETE FROM {table}")
        self._connection.executemany(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (place, entry.record.id, entry.record.lat, entry.record.lon, entry.added,
                 entry.changed, _row(entry.record), entry.text, body)
                for place, (entry, body) in enumerate(zip(entries, bodies, strict=True))
            ),
        )  # fmt: skip
        self._connection.executemany(
            "INSERT INTO term VALUES (?, ?, ?, ?)",
            ((each.scope, each.term, each.count, each.places) for each in postings(entries)),
        )
        self._connection.executemany("INSERT INTO ordering VALUES (?, ?)", orderings(entries))
        self._connection.execute("INSERT INTO ordering VALUES ('points', ?)", (points(entries),))
        self._set("total", str(len(entries)))
        generation = self._connection.execute(
            "SELECT value FROM meta WHERE key = 'generation'"
        ).fetchone()
        self._set("generation", str(int(generation[0]) + 1 if generation else 1))

    def _log(
        self,
        now: str,
        source: str,
        held: Mapping[str, str],
        entries: Sequence[Entry],
        bodies: Sequence[str],
    ) -> None:
        """Note what became of each record; what fills an empty cache is no change."""
        if not held:
            return
        rows: list[tuple[str, ...]] = []
        gone = dict(held)
        for entry, body in zip(entries, bodies, strict=True):
            id_, name, before = entry.record.id, entry.record.name, gone.pop(entry.record.id, "")
            if not before:
                rows.append((now, source, id_, name, "added", "{}"))
            elif before != body and (fields := _differences(before, body)):
                rows.append((now, source, id_, name, "changed", _json(fields)))
        for id_, before in gone.items():
            rows.append((now, source, id_, json.loads(before)["name"], "removed", "{}"))
        self._connection.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _records(self) -> Iterator[tuple[Record, str]]:
        """Every record that the claims make, with its JSON."""
        rows = self._connection.execute("SELECT source, ref, body FROM claim").fetchall()
        trusted = {source: place for place, source in enumerate((BUNDLED, *self._trusted()))}
        last = len(trusted)
        rows.sort(key=lambda row: (trusted.get(row[0], last), row[0], row[1]))
        taken: set[str] = set()
        for claims in group(_claim(*row) for row in rows):
            record = merge(claims)
            if record.id in taken:
                # Two things under one id: the less trusted one is known by its source too.
                record = merge([_renamed(claims[0], taken), *claims[1:]])
            taken.add(record.id)
            yield record, _json(to_json(record))

    def _trusted(self) -> Sequence[str]:
        """The precedence that holds, which is remembered for who does not know it."""
        if self._precedence:
            self._set("precedence", " ".join(self._precedence))
            return self._precedence
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'precedence'").fetchone()
        return row[0].split() if row else ()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # Bulk work makes many objects and no cycles; collecting them only costs time.
        collecting = gc.isenabled()
        gc.disable()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            raise translated(error, self._connection) from error
        except BaseException:
            self._roll_back()
            raise
        finally:
            if collecting:
                gc.enable()

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def _differences(before: str, after: str) -> dict[str, dict[str, object]]:
    """The fields in which two records differ; where they are from is not one of them."""
    old, new = json.loads(before), json.loads(after)
    return {
        key: {
            when: values[key] for when, values in (("before", old), ("after", new)) if key in values
        }
        for key in {**old, **new}
        if key != "provenance" and old.get(key) != new.get(key)
    }


def _counts(held: Mapping[str, bytes], fresh: Mapping[str, bytes]) -> Counts:
    same = sum(held.get(ref) == digest for ref, digest in fresh.items())
    added = len(fresh.keys() - held.keys())
    return Counts(
        added=added,
        changed=len(fresh) - added - same,
        removed=len(held.keys() - fresh.keys()),
        unchanged=same,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _digest(body: str) -> bytes:
    return hashlib.blake2b(body.encode(), digest_size=16).digest()


def _body(claim: Claim) -> str:
    evidence = [
        [entry.source, entry.title, entry.url, entry.retrieved, entry.licence, entry.fields]
        for entry in claim.evidence
    ]
    return _json([dict(claim.values), evidence, dict(claim.cautions)])


def _claim(id_: str, ref: str, body: str) -> Claim:
    values, entries, cautions = json.loads(body)
    evidence = tuple(
        Provenance(source, title, url, retrieved, licence, tuple(fields))
        for source, title, url, retrieved, licence, fields in entries
    )
    return Claim(id_, ref, values, evidence, cautions)


def _renamed(claim: Claim, taken: set[str]) -> Claim:
    base = f"{claim.values['id']}-{claim.source}"
    number = next(
        n for n in range(1, len(taken) + 2) if f"{base}-{n}".removesuffix("-1") not in taken
    )
    id_ = f"{base}-{number}".removesuffix("-1")
    return Claim(
        claim.source, claim.ref, {**claim.values, "id": id_}, claim.evidence, claim.cautions
    )


def _row(record: Record) -> str:
    """What a line of a list shows, as JSON; read back by `ritui.store.catalog.Row`."""
    names = {tag: name for tag, name in record.names.items() if tag in {"en", "es", "pt"}}
    return _json(
        [record.id, record.name, names, record.acronym, list(record.all_countries)[:4],
         list(record.areas), record.kind, record.status]
    )  # fmt: skip
