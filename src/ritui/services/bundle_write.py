"""Write the directory into one verified file, for others to fetch or to carry on a stick.

The form is `ritui.sources.bundlefile`'s. What the reader made, shelf and notes, is only in one that
is given it; of a source there are its id, its title and what it said, not its address.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from ritui import __version__
from ritui.errors import CannotWrite
from ritui.files import replace_file
from ritui.model.query import Query
from ritui.model.source import BUNDLED, Event
from ritui.services.export import FileExists
from ritui.sources.bundlefile import (
    EVENTS,
    FORMAT,
    MANIFEST,
    RECORDS,
    SHELF,
    SOURCES,
    VERSION,
    Manifest,
    Reader,
)

if TYPE_CHECKING:
    from ritui.store.answer import Answer
    from ritui.store.catalog import Catalog

TITLE: Final = "ritui directory"
"""Title of a bundle whose maker gives it none."""

_CHUNK: Final = 2**20
_ROWS: Final = 1_000


@dataclass(slots=True)
class _Origin:
    """What comes from one source, as ``sources.json`` has it."""

    records: int = 0
    events: int = 0
    cites: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    """Title and licence to the number of records, and the latest date."""


def write_bundle(
    file: BinaryIO,
    catalog: Catalog,
    *,
    created: str,
    title: str = TITLE,
    query: Query | None = None,
    titles: Mapping[str, str] | None = None,
    shelf: str = "",
) -> Manifest:
    """Write the directory as a bundle. The same directory and arguments give the same bytes.

    Args:
        file: An empty file that can be sought in.
        catalog: What is written.
        created: ISO time, UTC.
        title: What the bundle is of; a later one with this title takes its place.
        query: Only what it finds, and the events that concern that; None for all.
        titles: What the sources are called, by their ids.
        shelf: A shelf as the text of its file, where that is to be in it as well.

    Raises:
        StaleAnswer: The directory changed meanwhile; what is in the file is of no use.
        OSError: The file cannot be written.
    """
    answer = catalog.search(query or Query())
    events = catalog.events()
    if query is not None and query.conditions:
        chosen = {id_ for id_, _ in _places(catalog, answer)}
        events = [event for event in events if not chosen.isdisjoint(event.related)]
    origins: dict[str, _Origin] = {}
    licences: dict[str, int] = {}
    members: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, pieces: Iterable[bytes]) -> None:
            members[name] = _put(archive, name, pieces)

        put(RECORDS, _records(catalog, answer, origins, licences))
        put(EVENTS, _events(events, origins))
        put(SOURCES, [_json(_listed(origins, titles or {}))])
        if shelf:
            put(SHELF, [shelf.encode()])
        stated = {
            "format": FORMAT,
            "version": VERSION,
            "title": title,
            "created": created,
            "producer": f"ritui {__version__}",
            "counts": {"records": len(answer), "events": len(events)},
            "licences": [
                {"licence": licence, "records": count} if licence else {"records": count}
                for licence, count in sorted(licences.items())
            ],
            "members": members,
        }
        put(MANIFEST, [_json(stated, indent=1)])
    return Reader(file, title, sys.maxsize).manifest


def export_bundle(
    target: Path | None, write: Callable[[BinaryIO], Manifest], *, replace: bool = False
) -> Manifest:
    """Put a bundle where it is wanted, whole or not at all.

    Args:
        target: A file; None for standard output.
        write: Writes it into an open file, as `write_bundle` does.
        replace: Whether a file that is there may be replaced.

    Raises:
        FileExists: There is a file, and it may not be replaced.
        CannotWrite: The file system refuses.
    """
    if target is not None and not replace and target.is_file():
        raise FileExists(target, "")
    with _writable(None), tempfile.TemporaryFile(prefix="ritui-") as file:
        manifest = write(file)
        file.seek(0)
        pieces = iter(lambda: file.read(_CHUNK), b"")
        with _writable(target or Path("stdout")):
            if target is None:
                for piece in pieces:
                    sys.stdout.buffer.write(piece)
                sys.stdout.buffer.flush()
                return manifest
            target = target.resolve()
            if target.exists() and not target.is_file() and not target.is_dir():
                with target.open("wb") as device:
                    device.writelines(pieces)
            else:
                replace_file(target, pieces)
    return manifest


def _records(
    catalog: Catalog, answer: Answer, origins: dict[str, _Origin], licences: dict[str, int]
) -> Iterator[bytes]:
    """The records in the order of their ids, counting on the way where they are from."""
    for _, place in sorted(_places(catalog, answer)):
        (body,) = catalog.bodies(answer, place, place + 1)
        entries = json.loads(body).get("provenance", ())
        for id_ in {entry["source"] for entry in entries}:
            origins.setdefault(id_, _Origin()).records += 1
        for licence in {entry.get("licence", "") for entry in entries if entry.get("fields")}:
            licences[licence] = licences.get(licence, 0) + 1
        cited: dict[tuple[str, str, str], str] = {}
        for entry in entries:
            key = entry["source"], entry.get("title", ""), entry.get("licence", "")
            cited[key] = max(cited.get(key, ""), entry.get("retrieved", ""))
        for (id_, title, licence), date in cited.items():
            tally = origins[id_].cites.setdefault((title, licence), [0, ""])
            tally[0] += 1
            tally[1] = max(tally[1], date)
        yield body.encode() + b"\n"


def _places(catalog: Catalog, answer: Answer) -> Iterator[tuple[str, int]]:
    """The ids of an answer, each with its row, without holding the rows."""
    for start in range(0, len(answer), _ROWS):
        for place, row in enumerate(catalog.rows(answer, start, start + _ROWS), start):
            yield row.id, place


def _events(events: Iterable[Event], origins: dict[str, _Origin]) -> Iterator[bytes]:
    """The events by date, what is unknown left out."""
    lines = []
    for event in events:
        origins.setdefault(event.source, _Origin()).events += 1
        stated = asdict(event)
        known = {each.name: stated[each.name] for each in fields(event) if stated[each.name]}
        lines.append((event.date, event.end, event.title, _json(known)))
    for *_, line in sorted(lines):
        yield line


def _listed(origins: Mapping[str, _Origin], titles: Mapping[str, str]) -> dict[str, Any]:
    """The sources, and under each what it relied on, as values of JSON."""
    named = {BUNDLED: TITLE, **titles}
    return {
        "sources": [
            _known(
                id=id_,
                title=named.get(id_, ""),
                records=origin.records,
                events=origin.events,
                cites=[
                    _known(title=title, licence=licence, retrieved=date, records=count)
                    for (title, licence), (count, date) in sorted(origin.cites.items())
                ],
            )
            for id_, origin in sorted(origins.items())
        ]
    }


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", [])}


def _put(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    """Write a member that is the same on every machine and day; gives its size and its hash."""
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system, member.external_attr = 3, 0o100644 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(member, "w") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def _json(value: Any, indent: int | None = None) -> bytes:
    """A value as JSON that ends its line."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, separators=separators, indent=indent)
    return text.encode() + b"\n"


@contextmanager
def _writable(target: Path | None) -> Iterator[None]:
    """Makes an error of ours of what the file system says; without a target, of where to work."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if target is None:
            target = Path(tempfile.tempdir or ".")
        raise CannotWrite(target, error.strerror or str(error)) from error
