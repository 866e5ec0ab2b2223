"""Links: what is known of the addresses of records. No refresh of a source touches it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ritui.model.link import Look
from ritui.model.record import Record
from ritui.store.index import site_of
from ritui.store.schema import LINKS_CHECKED, connect, translated

if TYPE_CHECKING:
    from ritui.store.catalog import Catalog
    from ritui.store.ledger import Ledger

_TOGETHER: Final = 500
"""Records read before others may read."""
# Since when it is so stays as it was while the same is found.
_KEEP: Final = """
    INSERT INTO link (url, state, code, checked, since, moved) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (url) DO UPDATE SET
        since = CASE WHEN link.state = excluded.state THEN link.since ELSE excluded.since END,
        state = excluded.state, code = excluded.code,
        checked = excluded.checked, moved = excluded.moved
"""
_BODY: Final = "SELECT body FROM record WHERE place = ?"
_READ: Final = "SELECT url, state, code, checked, since, moved FROM link WHERE url = ?"


def looks_at(ledger: Ledger, urls: Iterable[str]) -> dict[str, Look]:
    """What is known of some addresses, those that were ever looked at."""
    with ledger._reading():
        found = (ledger._connection.execute(_READ, (url,)).fetchone() for url in urls)
        return {row[0]: Look(*row) for row in found if row is not None}


def dead_websites(catalog: Catalog) -> frozenset[str]:
    """Ids of the records whose website was dead when it was looked at last."""
    with catalog._reading() as finder:
        dead = {
            url
            for (url,) in catalog._connection.execute("SELECT url FROM link WHERE state = 'dead'")
        }
        sites = {site_of(Record("", "", "", website=url)) for url in dead}
        left = iter({place for site in sites for place in finder.exactly("site", site)})
    found: set[str] = set()
    # Many records may be of one host, and others want to read meanwhile.
    while some := list(islice(left, _TOGETHER)):
        with catalog._reading():
            for place in some:
                row = catalog._connection.execute(_BODY, (place,)).fetchone()
                values = catalog._decoded(row[0]) if row else {}
                if values.get("website") in dead:
                    found.add(values["id"])
    return frozenset(found)


class LinkBook:
    """Where what is found out about addresses is written down, one by one."""

    def __init__(self, ledger: Ledger, path: Path | None) -> None:
        """Nothing is opened before there is something to write.

        Args:
            ledger: The cache as it is read.
            path: Its file; None when all of it is in the connection of `ledger`.
        """
        self._ledger = ledger
        self._path = path
        self._own: sqlite3.Connection | None = None

    def keep(self, look: Look) -> Look:
        """Keep what was found now.

        Args:
            look: Its ``since`` holds where something else was found before.

        Returns:
            What is known of the address from now on.

        Raises:
            StoreDamaged, CannotWrite: It is not kept.
        """
        with self._writing() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                given = (look.url, look.state, look.code, look.checked, look.since, look.moved)
                connection.execute(_KEEP, given)
                fact = (LINKS_CHECKED, look.checked)
                connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", fact)
                kept = Look(*connection.execute(_READ, (look.url,)).fetchone())
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        return kept

    def close(self) -> None:
        """Let go of the file."""
        if self._own is not None:
            self._own.close()
            self._own = None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection for one change: one of its own, but in memory."""
        if self._path is not None:
            if self._own is None:
                self._own = connect(self._path)
            try:
                yield self._own
            except sqlite3.Error as error:
                raise translated(error, self._own) from error
            return
        # One connection is the whole store, so readers have to wait.
        self._ledger.pause()
        try:
            yield self._ledger._connection
        except sqlite3.Error as error:
            raise translated(error, self._ledger._connection) from error
        finally:
            self._ledger.resume()
