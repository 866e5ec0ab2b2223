"""Ledger: what the cache remembers of sources, beside the records they make."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ritui.errors import RituiError
from ritui.store.schema import translated

if TYPE_CHECKING:
    from ritui.model.source import Change, Event, Health


class Ledger:
    """Events, changes, how sources fared, and facts about the cache. Never writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Read through a connection, used by one thread at a time."""
        self._connection = connection
        self._lock = threading.Lock()

    def fact(self, key: str) -> str:
        """Something remembered about the cache itself, such as ``packaged``; or empty."""
        with self._reading():
            row = self._connection.execute(
                "SELECT value FROM meta WHERE key = ?", (key,)
            ).fetchone()
            return row[0] if row else ""

    def events(self, since: str = "", until: str = "") -> list[Event]:
        """Dated events and news in the order of their dates, each once.

        Args:
            since: ISO date, or its beginning; nothing that ended before. What is only known to
                its month or year may have ended at the end of that.
            until: ISO date, or its beginning; nothing that began after.
        """
        with self._reading():
            rows = self._connection.execute(
                "SELECT body FROM event WHERE finish || '~' >= ? AND date <= ?"
                " ORDER BY date, finish, rowid",
                (since, (until or "9") + "~"),
            ).fetchall()
        told: dict[Event, Event] = {}
        for (body,) in rows:
            event = _event(self._decoded(body))
            # What two sources tell alike happened once; the first that told it is named.
            told.setdefault(replace(event, source=""), event)
        return list(told.values())

    def events_of(self, source: str) -> list[Event]:
        """The events and news that one source told, as it told them."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT body FROM event WHERE source = ? ORDER BY rowid", (source,)
            ).fetchall()
        return [_event(self._decoded(body)) for (body,) in rows]

    def changes(self, since: str = "", source: str = "") -> list[Change]:
        """What refreshes did to records, the latest first.

        Args:
            since: ISO date or time; nothing before it.
            source: Only what a refresh of this source did; empty for all.
        """
        from ritui.model.source import Change

        with self._reading():
            rows = self._connection.execute(
                "SELECT * FROM change WHERE time >= ? AND (? = '' OR source = ?)"
                " ORDER BY time DESC, what, name",
                (since, source, source),
            ).fetchall()
        return [
            Change(time, source, id_, name, what, json.loads(fields))
            for time, source, id_, name, what, fields in rows
        ]

    def health(self) -> dict[str, Health]:
        """How each source that was ever asked fared."""
        from ritui.model.source import Health

        with self._reading():
            rows = self._connection.execute("SELECT source, body FROM health").fetchall()
        return {source: Health(**self._decoded(body)) for source, body in rows}

    def held(self, source: str) -> int:
        """How many claims of a source there are."""
        with self._reading():
            return int(
                self._connection.execute(
                    "SELECT count(*) FROM claim WHERE source = ?", (source,)
                ).fetchone()[0]
            )

    def wikidata_items(self) -> list[str]:
        """The Wikidata items that some record is, as ``Q42``."""
        with self._reading():
            rows = self._connection.execute(
                "SELECT term FROM term WHERE scope = 'identifier' AND term GLOB 'q[1-9]*'"
                " AND term NOT GLOB 'q*[^0-9]*' ORDER BY length(term), term"
            ).fetchall()
        return [row[0].upper() for row in rows]

    def check(self) -> list[str]:
        """Faults that SQLite finds in the file; empty when it is whole."""
        with self._reading():
            rows = self._connection.execute("PRAGMA integrity_check").fetchall()
        return [row[0] for row in rows if row[0] != "ok"]

    def pause(self) -> None:
        """Make readers wait: the connection is needed for something else."""
        self._lock.acquire()

    def resume(self) -> None:
        """Let readers go on after `pause`."""
        self._lock.release()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def _decoded(self, text: str) -> Any:
        """A value that was stored as JSON."""
        try:
            return json.loads(text)
        except ValueError as error:
            raise self._damage(error) from error

    def _damage(self, error: ValueError) -> RituiError:
        """What it means that something in the cache is not what was written there."""
        return translated(sqlite3.DatabaseError(str(error)), self._connection)

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """One moment of the cache, for one thread."""
        with self._lock:
            try:
                self._connection.execute("BEGIN")
                try:
                    yield
                finally:
                    self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise translated(error, self._connection) from error
            except ValueError as error:
                # Whole as a database, but with a set, a number or a text that nobody wrote.
                raise self._damage(error) from error


def _event(values: dict[str, object]) -> Event:
    from ritui.model.source import Event

    related = values.pop("related", ())
    return Event(**values, related=tuple(related))  # type: ignore[arg-type]  # as it was stored
