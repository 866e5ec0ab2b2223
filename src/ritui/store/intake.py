"""Intake: what a source says now, kept outside the cache until it is all there.

However much it is, it takes little memory: claims are packed as they come and spooled to a file
that nobody else sees and that is gone with the process.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from ritui.model.claim import Claim
from ritui.model.record import Provenance

_BETWEEN: Final = "\x1f"
"""What separates the keys of a claim; no key has it, since text is cleaned."""
_ENCODER: Final = msgspec.json.Encoder()
_DECODER: Final = msgspec.json.Decoder()


class Packed(NamedTuple):
    """A claim as the cache keeps it."""

    ref: str
    digest: bytes
    record: str
    """The id it gives the record."""
    name: str
    """What the record would be called if this were the only claim."""
    keys: str
    """What identifies the thing, see `keys_of`."""
    body: str


class Intake:
    """The claims of one source, each under its own key for the thing; the last one counts.

    It may be filled by one thread and read by another, one at a time.
    """

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        """Begin with some claims, or with none."""
        # A database without a name is a private file, in memory while it is small.
        self._spool = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._spool.execute("PRAGMA synchronous = OFF")
        self._spool.execute("PRAGMA journal_mode = OFF")
        self._spool.execute(
            "CREATE TABLE fresh (ref TEXT PRIMARY KEY, digest BLOB NOT NULL, record TEXT NOT NULL,"
            " name TEXT NOT NULL, keys TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID"
        )
        self._count = 0
        self.add(claims)

    def __len__(self) -> int:
        if self._count < 0:
            (self._count,) = self._spool.execute("SELECT count(*) FROM fresh").fetchone()
        return self._count

    def add(self, claims: Iterable[Claim]) -> None:
        """Take some more claims."""
        self._count = -1
        self._spool.executemany(
            "INSERT OR REPLACE INTO fresh VALUES (?, ?, ?, ?, ?, ?)", map(pack, claims)
        )

    def digests(self) -> Iterator[tuple[str, bytes]]:
        """The key and the digest of every claim, in the order of the keys."""
        return self._spool.execute("SELECT ref, digest FROM fresh ORDER BY ref")

    def rows(self, refs: Iterable[str]) -> Iterator[Packed]:
        """Some of the claims, packed."""
        for ref in refs:
            row = self._spool.execute("SELECT * FROM fresh WHERE ref = ?", (ref,)).fetchone()
            yield Packed._make(row)

    def claims(self, source: str) -> Iterator[Claim]:
        """The claims themselves, in the order of the keys."""
        for ref, body in self._spool.execute("SELECT ref, body FROM fresh ORDER BY ref"):
            yield unpack(source, ref, body)

    def close(self) -> None:
        """Let go of the file."""
        self._spool.close()


def encode(value: Any) -> str:
    """A value as JSON text without blanks."""
    return _ENCODER.encode(value).decode()


def decode(text: str) -> Any:
    """What `encode` wrote; ValueError for anything else."""
    return _DECODER.decode(text)


def unpack(source: str, ref: str, body: str) -> Claim:
    """The claim that was packed; ValueError for what nobody packed."""
    values, entries, cautions = decode(body)
    evidence = tuple(
        Provenance(said_by, title, url, retrieved, licence, tuple(fields))
        for said_by, title, url, retrieved, licence, fields in entries
    )
    return Claim(source, ref, values, evidence, cautions)


def keys_of(packed: Packed) -> Sequence[str]:
    """Everything that identifies the thing of a packed claim."""
    return packed.keys.split(_BETWEEN)


def pack(claim: Claim) -> Packed:
    """A claim as the cache keeps it."""
    values = claim.values
    evidence = [
        [entry.source, entry.title, entry.url, entry.retrieved, entry.licence, entry.fields]
        for entry in claim.evidence
    ]
    body = _ENCODER.encode([dict(values), evidence, dict(claim.cautions)])
    digest = hashlib.blake2b(body, digest_size=16).digest()
    name = values.get("names", {}).get("en") or values.get("name", "")
    keys = _BETWEEN.join(claim.keys())
    return Packed(claim.ref, digest, values.get("id", ""), name, keys, body.decode())
