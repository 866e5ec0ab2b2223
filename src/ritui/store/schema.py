"""The cache file: its tables, its numbered migrations, and opening it safely."""

from __future__ import annotations

import sqlite3
from contextlib import closing
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
)
"""Each step takes a cache from the version of its index to the next one."""

VERSION: Final = len(MIGRATIONS)

Connection: TypeAlias = sqlite3.Connection
"""An open cache, for those who only hand it on."""

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
            _check_whole(path)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error
    opened: sqlite3.Connection | None = None
    try:
        opened = connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
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
    except StoreDamaged:
        connection.close()
        raise
    return connection


def copied(path: Path) -> sqlite3.Connection | None:
    """A copy in memory of a cache beside which nothing can be written; None if it is no use."""
    try:
        _check_whole(path)
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
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error
    return aside


def translated(error: sqlite3.Error, connection: sqlite3.Connection) -> StoreDamaged | CannotWrite:
    """What an error of SQLite on an open cache means for the reader."""
    name = next((row[2] for row in connection.execute("PRAGMA database_list")), "")
    return _translated(error, Path(name or ":memory:"))


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


def _check_whole(path: Path) -> None:
    """Refuse a file that is empty or shorter than its own header says.

    SQLite would take an empty file for a new database, and notice a missing page only when
    it comes to need it. Source of the format: https://www.sqlite.org/fileformat2.html
    """
    with path.open("rb") as file:
        header = file.read(100)
    if not header:
        raise StoreDamaged(path, "it is empty")
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise StoreDamaged(path, "it is not a database")
    # While its log is there, the file may be in the middle of taking over pages from it: then
    # the log has them all. The second look is for a log that was done with between the two.
    log = path.with_name(path.name + "-wal")
    if _is_cut_off(path) and not _has_content(log) and _is_cut_off(path):
        raise StoreDamaged(path, "its end is missing")


def _is_cut_off(path: Path) -> bool:
    with path.open("rb") as file:
        header = file.read(100)
    page = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    valid = header[24:28] == header[92:96]
    return valid and path.stat().st_size < pages * (65_536 if page == 1 else page)


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


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
        for statement in step.split(";"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")
