"""Take a bundle in without a network, or look whether it is whole.

What it says is kept as what any source says, by the same transaction; that it is no older than
what is held of it, and did not lose much, is looked at first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final

from ritui.errors import RituiError, ShelfDamaged
from ritui.model.normal import slug
from ritui.model.source import BUNDLED, Event, Health, Source
from ritui.services.imported import FACT, remembered
from ritui.services.library import now
from ritui.services.sync import LOSS, Result
from ritui.sources.base import FILE
from ritui.sources.bundle import read_pages
from ritui.sources.bundlefile import SHELF, BundleRefused, Manifest, Reader, open_file

if TYPE_CHECKING:
    from ritui.model.claim import Claim
    from ritui.model.shelf import Shelf
    from ritui.services.library import Library
    from ritui.store.shelf import ShelfFile

_CHUNK: Final = 2**20


@dataclass(eq=False)
class BundleUnreadable(RituiError):
    """There is no file here, or none that may be read."""

    key: ClassVar[str] = "error.bundle-unreadable"
    exit_code: ClassVar[int] = 2

    file: str
    reason: str


@dataclass(eq=False)
class BundleOlder(RituiError):
    """A bundle that was made before the one of this title that is held."""

    key: ClassVar[str] = "error.bundle-older"
    exit_code: ClassVar[int] = 4

    file: str
    title: str
    created: str
    held: str


@dataclass(eq=False)
class BundleShrunk(RituiError):
    """A bundle that lost much of what is held of it."""

    key: ClassVar[str] = "error.bundle-shrunk"
    exit_code: ClassVar[int] = 4

    file: str
    title: str
    found: int
    held: int


@dataclass(eq=False)
class BundleIdTaken(RituiError):
    """The id under which a bundle would be kept belongs to something else."""

    key: ClassVar[str] = "error.bundle-id-taken"
    exit_code: ClassVar[int] = 2

    id: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What looking at a bundle found."""

    sha256: str
    """Of the whole file, as ``sha256sum`` prints it."""
    size: int
    """Bytes."""
    manifest: Manifest | None
    """None where not even that could be read."""
    refused: BundleRefused | None
    """Why it cannot be used; None when every byte is what the manifest says."""
    shelf: Shelf | None = None
    """What its maker keeps; None where they did not put it in."""
    faults: tuple[str, ...] = ()
    """Records that cannot be used, one line each."""
    dropped: tuple[str, ...] = ()
    """Values that cannot be used in records that can, one line each."""


def check_bundle(path: Path, most: int = FILE) -> Checked:
    """Look at a bundle as importing it would, and take nothing from it.

    Raises:
        BundleUnreadable: There is no file that can be read.
    """
    with _file(path) as file:
        found = _sum(file, path), file.tell()
        manifest = None
        faults: list[str] = []
        dropped: list[str] = []
        try:
            reader = Reader(file, str(path), most)
            manifest = reader.manifest
            reader.verify()
            shelf = _shelf(reader)
            for page in read_pages(reader, Source("bundle", "bundle")):
                faults += page.faults
                dropped += page.dropped
        except BundleRefused as refused:
            return Checked(*found, manifest, refused)
        return Checked(*found, manifest, None, shelf, tuple(faults), tuple(dropped))


def import_bundle(
    library: Library,
    path: Path,
    *,
    id_: str = "",
    configured: Iterable[Source] = (),
    most: int = FILE,
    accept_older: bool = False,
    accept_loss: bool = False,
    shelf: ShelfFile | None = None,
) -> tuple[Manifest, Result]:
    """Put what a bundle says in the place of what its predecessor said, in one transaction.

    The shelf in it is left alone unless one is given that is to take it in: then that is done
    last, and nothing that was kept before goes.

    Args:
        library: Where it is kept.
        path: The bundle.
        id_: Of the source its records then come from; empty for one made of its title.
        configured: The sources of the settings, whose ids it may not take.
        most: Bytes it may have.
        accept_older: Take one that is older than what is held.
        accept_loss: Take one that lacks much of what is held.
        shelf: Takes in what its maker keeps.

    Raises:
        BundleUnreadable: There is no file that can be read.
        BundleRefused: It is not what it says, or no bundle.
        BundleOlder, BundleShrunk, BundleIdTaken: It is not to take the place of what is held.
        StoreDamaged, ShelfDamaged, CannotWrite: It cannot be kept. In every case nothing was
            changed, but where the shelf alone cannot be written.
    """
    name = str(path)
    with _file(path) as file:
        reader = Reader(file, name, most)
        manifest = reader.manifest
        id_ = id_ or default_id(manifest.title)
        kinds = {source.id: source.kind for source in configured}
        _check_id(library, id_, manifest, kinds)
        created, _ = remembered(library.catalog, id_)
        if manifest.created < created and not accept_older:
            raise BundleOlder(name, manifest.title, manifest.created, created)
        reader.verify()
        claims: list[Claim] = []
        events: list[Event] = []
        faults: list[str] = []
        dropped: list[str] = []
        theirs = _shelf(reader) if shelf is not None else None
        for page in read_pages(reader, Source(id_, "bundle", manifest.title)):
            claims += page.claims
            events += page.events
            faults += page.faults
            dropped += page.dropped
    held = library.held(id_)
    if (held - len(claims)) * 100 > held * LOSS and not accept_loss:
        raise BundleShrunk(name, manifest.title, len(claims), held)
    if shelf is not None:
        # One that cannot be understood is found out before anything is changed.
        shelf.read()
    time = now()
    facts = {FACT + id_: json.dumps([manifest.created, manifest.title])}
    health = Health(id_, "ok", time, time, len(claims))
    counts = library.replace(id_, claims, events, health, facts)
    if shelf is not None and theirs:
        shelf.merge(theirs, time)
    same = not (counts.added or counts.changed or counts.removed)
    result = Result(
        id_,
        "unchanged" if same else "ok",
        counts.added,
        counts.changed,
        counts.removed,
        counts.unchanged,
        rejected=len(faults),
        faults=tuple(faults),
        dropped=tuple(dropped),
    )
    return manifest, result


def default_id(title: str) -> str:
    """The id of the source that a bundle of this title becomes."""
    return f"bundle-{slug(title)}"[:40].strip("-")


def _check_id(library: Library, id_: str, manifest: Manifest, kinds: Mapping[str, str]) -> None:
    """Raises BundleIdTaken where another source, or a bundle of another title, has the id."""
    _, title = remembered(library.catalog, id_)
    strange = title != manifest.title and library.held(id_) > 0
    if kinds.get(id_) == "bundle":
        strange = strange and title != ""  # then it was fetched, from an address of its own
    if id_ == BUNDLED or kinds.get(id_, "bundle") != "bundle" or strange:
        raise BundleIdTaken(id_)


def _shelf(reader: Reader) -> Shelf | None:
    """What the maker of a verified bundle keeps, as far as they put it in.

    Raises:
        BundleRefused: It is no shelf.
    """
    if SHELF not in reader.manifest.members:
        return None
    from ritui.store.shelftables import GREATEST, parsed, values_of

    if reader.manifest.members[SHELF].size > GREATEST:
        raise BundleRefused(reader.name, f"{SHELF} has more than {GREATEST:,} bytes")
    try:
        return values_of(parsed(b"".join(reader.lines(SHELF)), Path(SHELF)))
    except ShelfDamaged as error:
        raise BundleRefused(reader.name, f"{SHELF}: {error.reason}") from error


def _sum(file: BinaryIO, path: Path) -> str:
    digest = hashlib.sha256()
    try:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    except OSError as error:  # a stick that was pulled out, say
        raise BundleUnreadable(str(path), (error.strerror or str(error)).lower()) from error
    return digest.hexdigest()


@contextmanager
def _file(path: Path) -> Iterator[BinaryIO]:
    try:
        file = open_file(path)
    except ValueError as error:  # no path can have a zero character
        raise BundleUnreadable(str(path), str(error)) from error
    except OSError as error:
        raise BundleUnreadable(str(path), (error.strerror or str(error)).lower()) from error
    with file:
        yield file
