"""The file of a bundle: a zip with a manifest that says how every other member is to be.

The manifest names the size and the SHA-256 of each; the form is described in
``docs/sources.md``. A bundle is read twice: to compare every byte with the manifest before
anything is believed, and then line by line. What is in memory is one line.
"""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, BinaryIO, ClassVar, Final, cast

import msgspec

from ritui.errors import RituiError
from ritui.sources.base import FILE
from ritui.text import clean_line

FORMAT: Final = "ritui-bundle"
VERSION: Final = 1
"""Of the form that is written here, and the newest that is read."""
MANIFEST: Final = "manifest.json"
RECORDS: Final = "records.jsonl"
EVENTS: Final = "events.jsonl"
SOURCES: Final = "sources.json"
SHELF: Final = "shelf.toml"
"""What its maker keeps; there only where they wanted it to be, and taken in only when asked."""
INFLATED: Final = 16
"""How many times the bytes of a bundle what is in it may have; records pack to a seventh."""
LONGEST: Final = 4 * 2**20
"""Bytes of one line."""

_LINES: Final = 1_000_000
"""Records, and events, of one bundle."""
_SMALL: Final = 4 * 2**20
"""Bytes of a member that is read whole, and of the table of contents of the zip."""
_MEMBERS: Final = 100
_CHUNK: Final = 65_536
_BOM: Final = b"\xef\xbb\xbf"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(eq=False)
class BundleRefused(RituiError):
    """A bundle that is not what its manifest says, or no bundle at all; nothing of it is used."""

    key: ClassVar[str] = "error.bundle-refused"
    exit_code: ClassVar[int] = 4

    file: str
    reason: str
    """What is wrong, unlocalised."""


@dataclass(eq=False)
class BundleNewer(BundleRefused):
    """A bundle of a form that only a newer ritui knows."""

    key: ClassVar[str] = "error.bundle-newer"


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest says of another member."""

    size: int
    """Bytes."""
    sha256: str
    """In hexadecimal, lower case."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself."""

    title: str
    created: str
    """ISO time, UTC, to the second."""
    producer: str = ""
    records: int = 0
    events: int = 0
    licences: Mapping[str, int] = field(default_factory=dict)
    """Licence to how many records have facts under it; ``""`` where none is stated."""
    members: Mapping[str, Member] = field(default_factory=dict)


class _Head(msgspec.Struct):
    """What has to be known before anything else of a manifest can be understood."""

    format: str
    version: int


class _Counts(msgspec.Struct):
    records: int
    events: int = 0


class _Licence(msgspec.Struct):
    records: int
    licence: str = ""


class _Member(msgspec.Struct):
    size: int
    sha256: str


class _Manifest(msgspec.Struct):
    title: str
    created: str
    counts: _Counts
    members: dict[str, _Member]
    producer: str = ""
    licences: list[_Licence] = []


class _Bounded:
    """A file of which no more is read at once than a table of contents may have."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(_SMALL + 1 if size < 0 else min(size, _SMALL + 1))
        if len(content) > _SMALL:
            raise ValueError("its table of contents is too long")
        return content


class Reader:
    """An open bundle. Nothing in it may be believed before `verify` has returned."""

    def __init__(self, file: BinaryIO, name: str, most: int = FILE) -> None:
        """Open a bundle and read its manifest.

        Args:
            file: The zip; it can be sought in, and stays open.
            name: What it is called where it is refused.
            most: Bytes it may have.

        Raises:
            BundleRefused: It is none that can be read.
        """
        self.name, self._most = name, most
        with self._refusing():
            if (size := file.seek(0, 2)) > most:
                raise ValueError(f"it has {size:,} bytes, more than {most:,}")
            self._archive = zipfile.ZipFile(cast("BinaryIO", _Bounded(file)))
            names = [each.filename for each in self._archive.infolist()]
            if len(names) > _MEMBERS:
                raise ValueError(f"more than {_MEMBERS} members")
            for twice in sorted(each for each in names if names.count(each) > 1):
                raise ValueError(f"two members are called {clean_line(twice, 60)}")
            if MANIFEST not in names:
                raise ValueError(f"without {MANIFEST}, so it is no bundle")
            self.manifest = _manifest(self.whole(MANIFEST), name)
            for known in (RECORDS, EVENTS, SOURCES, SHELF):
                if (known in names) != (known in self.manifest.members):
                    where = "in its manifest, but not in it"
                    where = "in it, but not in its manifest" if known in names else where
                    raise ValueError(f"{known} is {where}")
            if RECORDS not in names:
                raise ValueError(f"without {RECORDS}")

    def verify(self) -> None:
        """Compare every member with the manifest, to the last byte.

        Raises:
            BundleRefused: One differs, or cannot be read; the reason names it.
        """
        due = {RECORDS: self.manifest.records, EVENTS: self.manifest.events}
        most_of = {**due, SOURCES: _LINES, SHELF: _LINES}
        members = self.manifest.members
        with self._refusing():
            known = [name for name in most_of if name in members]
            if sum(members[name].size for name in known) > self._most * INFLATED:
                raise ValueError(f"more than {self._most * INFLATED:,} bytes are in it")
            for name, most in most_of.items():
                lines = self._compare(name, members[name], most) if name in members else 0
                if name in due and lines != most:
                    found = f"more than {most:,}" if lines > most else f"{lines:,}"
                    raise ValueError(f"{name} has {found} lines where {most:,} are due")

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member, with their ends; none of one that there is not.

        Raises:
            BundleRefused: They cannot be read to the last.
        """
        if name in self.manifest.members:
            with self._refusing(), self._opened(name) as file:
                yield from _lines(file)

    def whole(self, name: str) -> bytes:
        """All of a short member, without byte-order mark; nothing of one that there is not.

        Raises:
            BundleRefused: It cannot be read, or is not short.
        """
        if name != MANIFEST and name not in self.manifest.members:
            return b""
        with self._refusing():
            with self._opened(name) as file:
                content = file.read(_SMALL + 1)
            if len(content) > _SMALL:
                raise ValueError(f"{name} has more than {_SMALL:,} bytes")
            return content.removeprefix(_BOM)

    def _compare(self, name: str, member: Member, most: int) -> int:
        """How many lines a member has that is what the manifest says, at most one too many."""
        digest, size, lines = hashlib.sha256(), 0, 0
        with self._opened(name) as file:
            for line in _lines(file):
                digest.update(line)
                size += len(line)
                lines += 1
                if size > member.size or lines > most:
                    break
        if lines <= most and (size != member.size or digest.hexdigest() != member.sha256):
            raise ValueError(f"{name} is not what its manifest says: it was changed or damaged")
        return lines

    def _opened(self, name: str) -> BufferedReader:
        """A member to be read; its name is compared and never used as a path."""
        member = self._archive.getinfo(name)
        if member.flag_bits & 1:
            raise ValueError(f"{name} is encrypted")
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise ValueError(f"{name} is compressed in a way that is not read here")
        return BufferedReader(cast("Any", self._archive.open(member)), _CHUNK)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Makes a refusal of everything that reading a zip and its JSON can meet."""
        try:
            yield
        except EOFError as error:
            raise BundleRefused(self.name, "it stops in the middle") from error
        except zipfile.BadZipFile as error:
            reason = f"it is no whole zip file: {clean_line(str(error), 120)}"
            raise BundleRefused(self.name, reason) from error
        except (
            OSError, RuntimeError, ValueError, OverflowError, zlib.error, struct.error,
        ) as error:  # fmt: skip
            reason = clean_line(str(error), 200) or type(error).__name__
            raise BundleRefused(self.name, reason) from error


def open_file(path: Path) -> BinaryIO:
    """A file of this machine; not a pipe, which would be waited for, nor an endless device.

    Raises:
        OSError: It cannot be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(0, "Not a file")
    return path.open("rb")


def _manifest(content: bytes, name: str) -> Manifest:
    """What a manifest says, checked as far as it can be alone.

    Raises:
        BundleNewer: Only a newer ritui would understand it.
        ValueError: It is none.
    """
    try:
        head = msgspec.json.decode(content, type=_Head)
        if head.format == FORMAT and head.version > VERSION:
            reason = f"a newer ritui made it: form {head.version}, and {VERSION} is read here"
            raise BundleNewer(name, reason)
        stated = msgspec.json.decode(content, type=_Manifest)
        created = datetime.fromisoformat(stated.created)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{MANIFEST} is not one of a bundle: {error}") from error
    members = {
        each: Member(member.size, member.sha256.lower()) for each, member in stated.members.items()
    }
    for what, wrong in {
        "format": head.format != FORMAT or head.version < 1,
        "title": not clean_line(stated.title, 200),
        "created, with its time zone": created.tzinfo is None,
        "counts": not all(0 <= each <= _LINES for each in (stated.counts.records,
                                                           stated.counts.events)),
        "members": not all(each.size >= 0 and _HASH.fullmatch(each.sha256)
                           for each in members.values()),
    }.items():  # fmt: skip
        if wrong:
            raise ValueError(f"{MANIFEST} is not one of a bundle: {what}")
    return Manifest(
        clean_line(stated.title, 200),
        created.astimezone(UTC).isoformat(timespec="seconds"),
        clean_line(stated.producer, 200),
        stated.counts.records,
        stated.counts.events,
        {clean_line(each.licence, 200): each.records for each in stated.licences},
        members,
    )


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a member, with their ends.

    Raises:
        ValueError: One is too long.
    """
    while line := file.readline(LONGEST + 1):
        if len(line) > LONGEST:
            raise ValueError(f"a line of more than {LONGEST:,} bytes")
        yield line
