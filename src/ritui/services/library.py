"""Open the directory: the cache, filled from what the program carries, and safe to rely on."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ritui.errors import CannotWrite, StoreDamaged
from ritui.model.claim import Claim
from ritui.model.source import BUNDLED, Counts, Event, Health
from ritui.paths import Paths
from ritui.resources import asset
from ritui.store.catalog import Catalog
from ritui.store.schema import connect, set_aside
from ritui.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader should know once: a message key and its facts."""

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


def now() -> str:
    """This moment as ISO time, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


class Library:
    """The directory of one reader: read by `catalog`, changed by the methods here."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path | None, language: str = "en"
    ) -> None:
        """Hold an open cache; `open_library` is the way to get one."""
        self.path = path
        """The cache file, or None when everything is in memory."""
        self.catalog = Catalog(connection, language)
        self.precedence: Sequence[str] = ()
        """Ids of sources, the most trusted first, after the bundled directory."""
        self._connection = connection

    def health(self) -> Mapping[str, Health]:
        """How each source that was ever asked fared."""
        return self.catalog.health()

    def held(self, source: str) -> int:
        """How many claims of a source there are."""
        return self.catalog.held(source)

    def compare(self, source: str, claims: Sequence[Claim]) -> Counts:
        """What `replace` would change."""
        with self._writing() as writer:
            return writer.compare(source, claims)

    def replace(
        self,
        source: str,
        claims: Sequence[Claim],
        events: Sequence[Event],
        health: Health,
        facts: Mapping[str, str] | None = None,
    ) -> Counts:
        """Put what a source says now in the place of what it said before, in one transaction.

        Raises:
            StoreDamaged, CannotWrite: Nothing was changed.
        """
        with self._writing() as writer:
            return writer.replace(source, claims, events, health, now=now(), facts=facts)

    def remember(self, health: Health) -> None:
        """Keep how asking a source went, and nothing else."""
        with self._writing() as writer:
            writer.remember(health)

    def close(self) -> None:
        """Let go of the file."""
        self.catalog.close()

    def _writing(self) -> _Writing:
        return _Writing(self)


class _Writing:
    """A writer for the time of one change: of its own connection, but in memory."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __enter__(self) -> Writer:
        library = self._library
        if library.path is None:
            # One connection is the whole store, so readers have to wait.
            library.catalog.pause()
            return Writer(library._connection, library.precedence)
        self._writer = Writer(connect(library.path), library.precedence)
        return self._writer

    def __exit__(self, *_: object) -> None:
        if self._library.path is None:
            self._library.catalog.resume()
        else:
            self._writer.close()


def open_library(paths: Paths, language: str = "en") -> tuple[Library, list[Notice]]:
    """Open the cache and bring the bundled directory in it up to date.

    Always gives a directory that can be read: a damaged cache is moved aside and rebuilt, and
    where no file can be, everything is kept in memory. Notices say so.
    """
    notices: list[Notice] = []
    path = paths.store_file
    try:
        return _opened(path, language, notices), notices
    except StoreDamaged as damage:
        failure: StoreDamaged | CannotWrite = damage
    except CannotWrite as error:
        failure = error
    if isinstance(failure, StoreDamaged):
        try:
            notices.append(moved_aside(failure))
            return _opened(path, language, notices), notices
        except (StoreDamaged, CannotWrite) as error:
            notices.clear()
            failure = error
    notices.append(Notice("notice.in-memory", {"path": path.parent, "reason": failure.reason}))
    library = Library(connect(None), None, language)
    _load_bundled(library, bundled_digest())
    return library, notices


def moved_aside(damage: StoreDamaged) -> Notice:
    """Move a damaged cache away, and what to tell the reader.

    Raises:
        CannotWrite: It cannot be moved.
    """
    aside = set_aside(damage.path)
    key = "notice.store-newer" if damage.newer else "notice.store-damaged"
    return Notice(key, {"reason": damage.reason, "aside": aside})


def bundled_digest() -> str:
    """A hash of all that the bundled directory is made of."""
    digest = hashlib.sha256()
    folder = asset("directory")
    for file in sorted(folder.rglob("*.toml")):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _opened(path: Path, language: str, notices: list[Notice]) -> Library:
    library = Library(connect(path), path, language)
    try:
        digest = bundled_digest()
        if library.catalog.fact("bundled") != digest:
            _load_bundled(library, digest)
    except BaseException:
        library.close()
        raise
    return library


def _load_bundled(library: Library, digest: str) -> None:
    # Only a first start, or one after an upgrade, has to read the carried files.
    from ritui.sources.bundled import read_directory

    directory = read_directory(asset("directory"))
    time = now()
    health = Health(BUNDLED, "ok", time, time, len(directory.claims))
    facts = {"bundled": digest, "packaged": directory.packaged}
    library.replace(BUNDLED, directory.claims, directory.events, health, facts)
