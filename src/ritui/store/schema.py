"""The cache file: its tables, its numbered migrations, and opening it safely."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from ritui.errors import CannotWrite, StoreDamaged

MIGRATIONS: Final = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    -- What each source says about each thing, as it was cleaned.
    CREATE TABLE claim (
        source TEXT NOT NULL, ref TEXT NOT NULL, digest BLOB NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (source, ref)
    ) WITHOUT ROWID;
    CREATE TABLE health (source TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE event (
        source TEXT NOT NULL, date TEXT NOT NULL, finish TEXT NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX event_by_date ON event (date);
    -- Records by their place in the order of names, from 0 without gaps: a set of places is
    -- then already sorted, and its first members are the first rows.
    CREATE TABLE record (
        position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        lat REAL, lon REAL, added TEXT NOT NULL, changed TEXT NOT NULL,
        row TEXT NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL
    );
    -- The inverted index: a term of a scope to the set of places that have it.
    CREATE TABLE term (
        scope TEXT NOT NULL, term TEXT NOT NULL, count INTEGER NOT NULL, places BLOB NOT NULL,
        PRIMARY KEY (scope, term)
    ) WITHOUT ROWID;
    -- Other orders than by name: places in that order, as an array of unsigned 32-bit integers;
    -- and the points of all places, see index.py.
    CREATE TABLE ordering (key TEXT PRIMARY KEY, places BLOB NOT NULL) WITHOUT ROWID;
    """,
    """
    -- What became of records, by the refresh that did it; the fields as JSON, before and after.
    CREATE TABLE change (
        time TEXT NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
        what TEXT NOT NULL, fields TEXT NOT NULL
    );
    CREATE INDEX change_by_time ON change (time);
    """,
    """
    -- Records that can be changed one by one. The old ones go; who opens the cache next makes
    -- them anew from the claims, since nothing is known to be loaded any more.
    DELETE FROM meta;
    DROP TABLE record;
    DROP TABLE term;
    DROP TABLE ordering;
    -- The record that a claim is part of, and what that would stand by if it were the only one.
    ALTER TABLE claim ADD COLUMN record TEXT NOT NULL DEFAULT '';
    ALTER TABLE claim ADD COLUMN name TEXT NOT NULL DEFAULT '';
    -- What identifies things, and the claims that carry it: two under one key are one thing.
    CREATE TABLE key (
        key TEXT NOT NULL, source TEXT NOT NULL, ref TEXT NOT NULL,
        PRIMARY KEY (key, source, ref)
    ) WITHOUT ROWID;
    -- Records by their place: a number that grows in the order of names, with gaps in which
    -- others find room. A set of places is then already sorted, and its first members are the
    -- first rows.
    CREATE TABLE record (
        place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
        added TEXT NOT NULL, changed TEXT NOT NULL, claims TEXT NOT NULL,
        row TEXT NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX record_by_name ON record (name, id);
    -- The inverted index: a term of a scope to the set of places that have it, as a roaring
    -- bitmap; a set of one is that number.
    CREATE TABLE term (
        scope TEXT NOT NULL, term TEXT NOT NULL, count INTEGER NOT NULL, places NOT NULL,
        PRIMARY KEY (scope, term)
    ) WITHOUT ROWID;
    -- Places in the order of names of another language: arrays of unsigned 32-bit integers, one
    -- after the other.
    CREATE TABLE ordering (
        language TEXT NOT NULL, block REAL NOT NULL, places BLOB NOT NULL,
        PRIMARY KEY (language, block)
    ) WITHOUT ROWID;
    -- Points by square of the globe: place, latitude and longitude in turn, as 64-bit floats.
    CREATE TABLE point (square TEXT PRIMARY KEY, points BLOB NOT NULL) WITHOUT ROWID;
    """,
    """
    -- What became of addresses when they were looked at; times are ISO, UTC. Nothing of it comes
    -- from the sources, so nothing of it goes with them.
    CREATE TABLE link (
        url TEXT PRIMARY KEY, state TEXT NOT NULL, code TEXT NOT NULL, checked TEXT NOT NULL,
        since TEXT NOT NULL, moved TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
)
"""Each step takes a cache from the version of its index to the next one."""

_COMMENT: Final = re.compile(r"--.*")

VERSION: Final = len(MIGRATIONS)

LINKS_CHECKED: Final = "links-checked"
"""The fact that says when a link was looked at last: without it, none ever was."""

Connection: TypeAlias = sqlite3.Connection
"""An open cache, for those who only hand it on."""

_SMALLEST_PAGE: Final = 512
"""Bytes of which every page of SQLite is a multiple."""

ENGINE: Final = sqlite3.sqlite_version
"""Version of SQLite."""

BUSY_MS: Final = 30_000
"""How long a writer waits for another process to finish writing."""


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the cache at a path, or one in memory, and bring it to the current version.

    The connection may be used from any thread, one at a time.

    Raises:
        StoreDamaged: It is not a cache, is cut off, or comes from a newer ritui.
        CannotWrite: There can be no file at this place.
    """
    if path is None:
        connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        _migrate(connection, Path(":memory:"))
        return connection
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _check_size(path)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error
    opened: sqlite3.Connection | None = None
    try:
        opened = connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA user_version")
        _check_end(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _migrate(connection, path)
    except sqlite3.Error as error:
        if opened is not None:
            opened.close()
        raise _translated(error, path) from error
    except ValueError as error:
        # Its own description of its tables is no text.
        connection.close()
        raise StoreDamaged(path, str(error)) from error
    except OSError as error:
        connection.close()
        raise CannotWrite(path, error.strerror or str(error)) from error
    except StoreDamaged:
        connection.close()
        raise
    return connection


def make(path: Path) -> None:
    """Make an empty cache, whole or not at all; only for who is alone with the path.

    Raises:
        CannotWrite: There can be no file at this place.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        for left in (fresh, *_logs(fresh), *_logs(path)):
            # Of one who was killed while making it, or beside a cache that was taken away.
            left.unlink(missing_ok=True)
        connect(fresh).close()
        fresh.replace(path)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error


def keep_fact(connection: sqlite3.Connection, key: str, value: str) -> None:
    """Keep a fact about the cache that saves time and can be found out again.

    Not at any price: where the file cannot be written, or another process writes just now, it
    is let be.
    """
    # Damage is met, and told, by who reads.
    with suppress(sqlite3.DatabaseError):
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


def copied(path: Path) -> sqlite3.Connection | None:
    """A copy in memory of a cache beside which nothing can be written; None if it is no use."""
    try:
        _check_size(path)
        # Without "immutable", reading a log file needs another file to be made.
        with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as held:
            copy = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            held.backup(copy)
        if copy.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return copy
    except (sqlite3.Error, OSError, StoreDamaged):
        pass
    return None


def set_aside(path: Path) -> Path:
    """Move a damaged cache out of the way, its date in the name, and say where it went.

    Raises:
        CannotWrite: It cannot be moved.
    """
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    try:
        path.replace(aside)
        # A log that belongs to the damaged file must not be played into its successor.
        for log in _logs(path):
            log.unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error
    return aside


def translated(error: sqlite3.Error, connection: sqlite3.Connection) -> StoreDamaged | CannotWrite:
    """What an error of SQLite on an open cache means for the reader."""
    name = next((row[2] for row in connection.execute("PRAGMA database_list")), "")
    return _translated(error, Path(name or ":memory:"))


def _logs(path: Path) -> tuple[Path, Path]:
    """The files that SQLite keeps beside a cache while it is open."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _translated(error: sqlite3.Error, path: Path) -> StoreDamaged | CannotWrite:
    # Raised by Python itself, an error carries no code.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    }:
        return CannotWrite(path, str(error))
    return StoreDamaged(path, str(error))


def _check_size(path: Path) -> None:
    """Refuse a file that SQLite would take for a new database.

    The file is never opened here, and nowhere else but by SQLite: closing it would let go of
    all locks that other connections of this process hold on it, and another process could
    take the log from under them (https://www.sqlite.org/howtocorrupt.html, 2.2). What is not
    a database, or is cut off, SQLite notices itself at the first read.
    """
    size = path.stat().st_size
    if size == 0:
        raise StoreDamaged(path, "it is empty")
    if size < _SMALLEST_PAGE:
        raise StoreDamaged(path, "it is not a database")


def _check_end(path: Path) -> None:
    """Refuse a file whose last page is cut, which SQLite would fill up with zeros."""
    # While its log is there, the file may be just taking over pages from it.
    log = path.with_name(path.name + "-wal")
    if path.stat().st_size % _SMALLEST_PAGE and not (log.exists() and log.stat().st_size):
        raise StoreDamaged(path, "its end is missing")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise StoreDamaged(path, f"version {version} of a newer ritui", newer=True)
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have migrated it while this one waited.
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in MIGRATIONS[version:]:
        for statement in _COMMENT.sub("", step).split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
