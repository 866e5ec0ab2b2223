"""Replace what one source says, in one transaction, and all that follows from it."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Final, NamedTuple, TypeVar

from ritui.model.claim import Claim
from ritui.model.source import BUNDLED, Counts, Event, Health
from ritui.store.intake import Intake, encode, keys_of, pack, unpack
from ritui.store.records import NoRoom, Records
from ritui.store.schema import translated
from ritui.text import sort_key

_T = TypeVar("_T")

_MANY: Final = 12
"""Where more than one in so many records is touched, making all anew is faster."""
_AT_ONCE: Final = 5_000
"""Claims written by one statement."""
_TOGETHER: Final = 1_000
"""Claims whose records are changed together, since they are all held in memory."""


@dataclass(slots=True)
class _Differences:
    """The claims, by the source's own keys, in which two states of a source differ."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def touched(self) -> int:
        return len(self.added) + len(self.changed) + len(self.removed)

    def counts(self, events: Counts) -> Counts:
        return Counts(
            len(self.added) + events.added,
            len(self.changed),
            len(self.removed) + events.removed,
            self.unchanged + events.unchanged,
        )


class _Touched(NamedTuple):
    """A claim that differs."""

    keys: set[str]
    """What identifies its thing, before and now."""
    record: str
    """Id of the record it was part of; empty for a new one."""


class Writer:
    """The one that changes the cache. Another process that writes is waited for."""

    def __init__(self, connection: sqlite3.Connection, precedence: Sequence[str] = ()) -> None:
        """Write through a connection of its own.

        Args:
            connection: Not shared with readers, or a reader would see half a change.
            precedence: Ids of sources, the most trusted first; sources not named come after
                them. Empty for the one that was last written with.
        """
        self._connection = connection
        self._precedence = tuple(precedence)

    def compare(
        self, source: str, claims: Intake | Iterable[Claim], events: Sequence[Event] | None = None
    ) -> Counts:
        """What `replace` would change; without events, among the claims alone.

        Raises:
            StoreDamaged, CannotWrite: It cannot be read.
        """
        try:
            with _taken(claims) as intake:
                told = Counts() if events is None else self._compare_events(source, events)[2]
                return self._differences(source, intake).counts(told)
        except sqlite3.Error as error:
            raise translated(error, self._connection) from error

    def replace(
        self,
        source: str,
        claims: Intake | Iterable[Claim],
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
        with _taken(claims) as intake, self._transaction():
            found = self._differences(source, intake)
            told = self._replace_events(source, events)
            self._remember(health)
            for key, value in (facts or {}).items():
                self._set(key, value)
            touched = self._replace_claims(source, intake, found)
            self._renew(now, source, found, touched)
        return found.counts(told)

    def remember(self, health: Health) -> None:
        """Keep how asking a source went, and nothing else."""
        with self._transaction():
            self._remember(health)

    def rebuild(self, now: str) -> None:
        """Make the records, their order and the index anew from the claims that are held."""
        with self._transaction():
            self._prefer()
            self._pack_again()
            Records(self._connection, self._trusted()).make_all(now, BUNDLED)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _differences(self, source: str, intake: Intake) -> _Differences:
        """Go through what is held and what is new side by side, both in the order of keys."""
        found = _Differences()
        held = self._connection.execute(
            "SELECT ref, digest FROM claim WHERE source = ? ORDER BY ref", (source,)
        )
        old, new = next(held, None), None
        for new in intake.digests():
            while old is not None and old[0] < new[0]:
                found.removed.append(old[0])
                old = next(held, None)
            if old is None or old[0] != new[0]:
                found.added.append(new[0])
                continue
            if old[1] == new[1]:
                found.unchanged += 1
            else:
                found.changed.append(new[0])
            old = next(held, None)
        while old is not None:
            found.removed.append(old[0])
            old = next(held, None)
        return found

    def _replace_claims(
        self, source: str, intake: Intake, found: _Differences
    ) -> Mapping[str, _Touched]:
        """Change the claims; what is known of those that differ, unless they are too many."""
        touched: dict[str, _Touched] = {}
        run = self._connection
        total = self._total()
        few = total is not None and found.touched <= total // _MANY
        for ref in (*found.changed, *found.removed):
            record, body = run.execute(
                "SELECT record, body FROM claim WHERE source = ? AND ref = ?", (source, ref)
            ).fetchone()
            own = [*unpack(source, ref, body).keys()]
            run.executemany(
                "DELETE FROM key WHERE key = ? AND source = ? AND ref = ?",
                [(key, source, ref) for key in own],
            )
            if few:
                touched[ref] = _Touched({*own}, record)
        run.executemany(
            "DELETE FROM claim WHERE source = ? AND ref = ?",
            [(source, ref) for ref in found.removed],
        )
        fresh = sorted((*found.added, *found.changed))
        for start in range(0, len(fresh), _AT_ONCE):
            rows = [*intake.rows(fresh[start : start + _AT_ONCE])]
            run.executemany(
                "INSERT OR REPLACE INTO claim (source, ref, digest, record, name, body)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (source, each.ref, each.digest, each.record, sort_key(each.name), each.body)
                    for each in rows
                ],
            )
            pairs = [(key, source, each.ref) for each in rows for key in keys_of(each)]
            run.executemany("INSERT OR REPLACE INTO key VALUES (?, ?, ?)", pairs)
            if few:
                for key, _, ref in pairs:
                    touched.setdefault(ref, _Touched(set(), "")).keys.add(key)
        return touched

    def _renew(
        self, now: str, source: str, found: _Differences, touched: Mapping[str, _Touched]
    ) -> None:
        """Bring the records up to date, the shorter way."""
        total, is_other = self._total(), self._prefer()
        records = Records(self._connection, self._trusted())
        if total is None:
            self._pack_again()
        elif not found.touched and not is_other:
            return
        elif touched and not is_other:
            try:
                for part in _batched(touched.values(), _TOGETHER):
                    keys = set().union(*(each.keys for each in part))
                    records.update(now, source, keys, {each.record for each in part} - {""})
                return
            except NoRoom:
                pass
        records.make_all(now, source)

    def _pack_again(self) -> None:
        """Write down anew what is known of the claims that are held beside their bodies."""
        run = self._connection
        run.execute("DELETE FROM key")
        refs = run.execute("SELECT source, ref FROM claim").fetchall()
        for start in range(0, len(refs), _AT_ONCE):
            packed = []
            for source, ref in refs[start : start + _AT_ONCE]:
                (body,) = run.execute(
                    "SELECT body FROM claim WHERE source = ? AND ref = ?", (source, ref)
                ).fetchone()
                packed.append((source, pack(unpack(source, ref, body))))
            run.executemany(
                "UPDATE claim SET record = ?, name = ? WHERE source = ? AND ref = ?",
                [(each.record, sort_key(each.name), source, each.ref) for source, each in packed],
            )
            run.executemany(
                "INSERT OR REPLACE INTO key VALUES (?, ?, ?)",
                [(key, source, each.ref) for source, each in packed for key in keys_of(each)],
            )

    def _compare_events(
        self, source: str, events: Sequence[Event]
    ) -> tuple[list[tuple[str, str, str, str]], list[tuple[str, str, str, str]], Counts]:
        """A source's old events, the new ones, and the difference; none ever just changes."""
        fresh = [
            (source, each.date, each.end or each.date, encode(asdict(each))) for each in events
        ]
        held = self._connection.execute(
            "SELECT source, date, finish, body FROM event WHERE source = ? ORDER BY rowid",
            (source,),
        ).fetchall()
        before, after = ({row[3] for row in rows} for rows in (held, fresh))
        counts = Counts(len(after - before), 0, len(before - after), len(after & before))
        return held, fresh, counts

    def _replace_events(self, source: str, events: Sequence[Event]) -> Counts:
        held, fresh, counts = self._compare_events(source, events)
        if held != fresh:
            self._connection.execute("DELETE FROM event WHERE source = ?", (source,))
            self._connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", fresh)
        return counts

    def _remember(self, health: Health) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO health VALUES (?, ?)", (health.source, encode(asdict(health)))
        )

    def _total(self) -> int | None:
        """Records there are; None where none were ever made."""
        total = self._fact("total")
        return int(total) if total else None

    def _fact(self, key: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def _set(self, key: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _trusted(self) -> Sequence[str]:
        """Whom to trust more than whom; unless something else was said, the directory first."""
        named = self._fact("precedence").split()
        return named if BUNDLED in named else [BUNDLED, *named]

    def _prefer(self) -> bool:
        """Remember whom to trust more than whom, for those who do not know it; True if new."""
        asked = " ".join(self._precedence)
        if not asked or asked == self._fact("precedence"):
            return False
        self._set("precedence", asked)
        return True

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


def _batched(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Items in lists of a size, the last one perhaps shorter."""
    left = iter(items)
    while some := [*islice(left, size)]:
        yield some


@contextmanager
def _taken(claims: Intake | Iterable[Claim]) -> Iterator[Intake]:
    """Claims as an intake; one made for them here is closed here."""
    if isinstance(claims, Intake):
        yield claims
        return
    with closing(Intake(claims)) as intake:
        yield intake
