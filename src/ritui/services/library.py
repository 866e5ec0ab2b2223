"""Open the directory: the cache, filled from what the program carries, and safe to rely on."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ritui import __version__
from ritui.errors import CannotWrite, StoreDamaged
from ritui.paths import Paths
from ritui.resources import asset
from ritui.services.marks import Marks
from ritui.store.catalog import Catalog
from ritui.store.lock import alone
from ritui.store.schema import Connection, connect, copied, keep_fact, make, set_aside

if TYPE_CHECKING:
    from ritui.model.claim import Claim
    from ritui.model.source import Counts, Event, Health
    from ritui.store.intake import Intake
    from ritui.store.writer import Writer

_SEEN: Final = "bundled-seen"
"""The fact that spares reading the bundled directory; see `_seen`."""


class Notice(NamedTuple):
    """Something the reader should know once: a message key and its facts."""

    key: str
    facts: Mapping[str, object] = MappingProxyType({})


def now() -> str:
    """This moment as ISO time, UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0).isoformat()


class Library:
    """The directory of one reader: read by `catalog`, changed by the methods here."""

    def __init__(self, connection: Connection, path: Path | None, language: str = "en") -> None:
        """Hold an open cache; `open_library` is the way to get one."""
        self.path = path
        """The cache file, or None when everything is in memory."""
        self.identity = _identity(path) if path else None
        """What tells this file from another that takes its place."""
        self.catalog = Catalog(connection, language)
        self.precedence: Sequence[str] = ()
        """Ids of sources, the most trusted first; see `ritui.config.Config.trusted`."""
        self._connection = connection

    def health(self) -> Mapping[str, Health]:
        """How each source that was ever asked fared."""
        return self.catalog.health()

    def held(self, source: str) -> int:
        """How many claims of a source there are."""
        return self.catalog.held(source)

    def intake(self) -> Intake:
        """Room for what a source says, until it is all there."""
        # Listing never writes, so it does not pay for what can.
        from ritui.store.intake import Intake

        return Intake()

    def events(self, source: str) -> Sequence[Event]:
        """The events and news held of a source."""
        return self.catalog.events_of(source)

    def compare(
        self, source: str, claims: Intake | Iterable[Claim], events: Sequence[Event] | None = None
    ) -> Counts:
        """What `replace` would change; without events, among the claims alone."""
        with self._writing() as writer:
            return writer.compare(source, claims, events)

    def replace(
        self,
        source: str,
        claims: Intake | Iterable[Claim],
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

    def keep_fact(self, key: str, value: str) -> None:
        """Keep a fact about the cache, if it can be written at once; in memory none is of use."""
        if self.path is not None:
            self.catalog.pause()
            try:
                keep_fact(self._connection, key, value)
            finally:
                self.catalog.resume()

    def rebuild(self) -> None:
        """Make the records and the index anew from what the sources said."""
        with self._writing() as writer:
            writer.rebuild(now())

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
        from ritui.store.writer import Writer

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
    path = paths.store_file
    notices: list[Notice] = []
    library = _ready(path, language)
    if library is None:
        _make_folder(path.parent)
        # Another process may be making or replacing the file; what is found under the lock holds.
        with alone(path):
            library, notices = _made(path, language)
    library.catalog.marks = Marks(paths.shelf_file)
    return library, notices


def replace_damaged(library: Library, damage: StoreDamaged) -> list[Notice]:
    """Let go of a cache that proved damaged, and move it away unless somebody already has.

    Raises:
        CannotWrite: It cannot be moved.
    """
    library.close()
    if library.path is None:
        raise CannotWrite(damage.path, damage.reason)
    with alone(library.path):
        if _identity(library.path) != library.identity:
            return []
        return [moved_aside(damage)]


def moved_aside(damage: StoreDamaged) -> Notice:
    """Move a damaged cache away, and what to tell the reader.

    Raises:
        CannotWrite: It cannot be moved.
    """
    aside = set_aside(damage.path)
    key = "notice.store-newer" if damage.newer else "notice.store-damaged"
    return Notice(key, {"reason": damage.reason, "aside": aside})


def bundled_digest() -> str:
    """What tells one state of the bundled directory from another: a checksum of every file."""
    folder = asset("directory")
    return " ".join(
        f"{file.relative_to(folder).as_posix()}:{zlib.crc32(file.read_bytes()):08x}"
        for file in sorted(folder.rglob("*.toml"))
    )


def bundled_stamp() -> str:
    """What changes with every change of the bundled directory that an installation makes.

    The program's version, the place, and the name, size and time of every file: known without
    reading any. A file that is only touched changes it as well, so the checksum has the word.
    """
    folder = asset("directory")
    found = ((file, file.stat()) for file in sorted(folder.rglob("*.toml")))
    sizes = (f"{file}:{stat.st_size}:{stat.st_mtime_ns}" for file, stat in found)
    return " ".join((__version__, *sizes))


def _ready(path: Path, language: str) -> Library | None:
    """The cache when there is nothing to be done to it, as nearly always."""
    try:
        if not path.is_file():
            return None
        library = Library(connect(path), path, language)
    except (StoreDamaged, CannotWrite, OSError):
        return None
    try:
        if _is_current(library):
            return library
    except (StoreDamaged, CannotWrite):
        pass
    library.close()
    return None


def _made(path: Path, language: str) -> tuple[Library, list[Notice]]:
    """The cache, made or made anew, or else a directory in memory."""
    notices: list[Notice] = []
    failure: StoreDamaged | CannotWrite
    try:
        return _opened(path, language), notices
    except (StoreDamaged, CannotWrite) as error:
        failure = error
    if isinstance(failure, StoreDamaged):
        try:
            notices.append(moved_aside(failure))
            return _opened(path, language), notices
        except (StoreDamaged, CannotWrite) as error:
            failure = error
    notices.append(Notice("notice.in-memory", {"path": path.parent, "reason": failure.reason}))
    return _in_memory(path, language), notices


def _opened(path: Path, language: str) -> Library:
    if not path.exists():
        make(path)
    library = Library(connect(path), path, language)
    try:
        _bring_up_to_date(library)
    except BaseException:
        library.close()
        raise
    return library


def _in_memory(path: Path, language: str) -> Library:
    """A directory that is kept nowhere: what the cache holds, if it can at least be read."""
    copy = copied(path)
    if copy is not None:
        library = Library(copy, None, language)
        try:
            _bring_up_to_date(library)
        except StoreDamaged:
            library.close()
        else:
            return library
    library = Library(connect(None), None, language)
    _bring_up_to_date(library)
    return library


def _bring_up_to_date(library: Library) -> None:
    if not _is_current(library):
        _load_bundled(library)


def _is_current(library: Library) -> bool:
    """Whether the bundled directory is in the cache as it is carried now."""
    held = library.catalog.fact("bundled")
    seen = _seen(held, bundled_stamp())
    if library.catalog.fact(_SEEN) == seen:
        return True
    if held != bundled_digest():
        return False
    keep_fact(library._connection, _SEEN, seen)
    return True


def _seen(digest: str, stamp: str) -> str:
    """What is remembered of files whose checksum was found to be this one.

    The checksum is part of it: a program of another version may fill the same cache, and knows
    nothing of this.
    """
    return f"{digest}\n{stamp}"


def _make_folder(folder: Path) -> None:
    # Where it cannot be made, opening the file says why.
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that took its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _load_bundled(library: Library) -> None:
    # Only a first start, or one after an upgrade, has to read the carried files.
    from ritui.model.source import BUNDLED, Health
    from ritui.sources.bundled import read_directory

    # Taken before the files are read: what changes meanwhile is then read again.
    stamp, digest = bundled_stamp(), bundled_digest()
    directory = read_directory(asset("directory"))
    time = now()
    health = Health(BUNDLED, "ok", time, time, len(directory.claims))
    facts = {"bundled": digest, _SEEN: _seen(digest, stamp), "packaged": directory.packaged}
    library.replace(BUNDLED, directory.claims, directory.events, health, facts)
