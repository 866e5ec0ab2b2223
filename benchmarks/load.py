"""Load: fill a cache in a process of its own, and say as JSON what it took.

Run as ``python -m benchmarks.load``; it imports nothing but what it measures, so that the
peak of memory is that of the work.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from benchmarks.memory import peak_mb

SOURCE: Final = "ror"
_TIME: Final = "2026-01-01T00:00:00+00:00"


def main(arguments: list[str]) -> None:
    """Do one of the works by its name: ``floor``, ``bundled`` or ``registry``."""
    work, *paths = arguments
    found = WORKS[work](*map(Path, paths))
    sys.stdout.write(json.dumps({"peak_mb": peak_mb(), **found}))


def floor(dump: Path, file: Path) -> dict[str, float | None]:
    """The least that keeping a dump can take: parse it, and insert the same bytes.

    Args:
        dump: JSON, one record a line.
        file: A database that is not there yet.
    """
    import msgspec

    decode = msgspec.json.Decoder().decode
    started = time.perf_counter()
    rows = [(decode(line)["id"], line) for line in _lines(dump)]
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, body BLOB NOT NULL)")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO record VALUES (?, ?)", rows)
    connection.execute("COMMIT")
    connection.close()
    return {"seconds": time.perf_counter() - started, "records": len(rows)}


def bundled(home: Path) -> dict[str, float | None]:
    """Open the directory where there is no cache yet."""
    from ritui.paths import find_paths
    from ritui.services.library import open_library

    started = time.perf_counter()
    library, notices = open_library(find_paths(str(home)))
    seconds = time.perf_counter() - started
    assert not notices, notices
    total = library.catalog.total
    library.close()
    return {"seconds": seconds, "records": total}


def registry(home: Path, dump: Path) -> dict[str, float | None]:
    """Load a registry's dump beside the bundled directory, and load the same once more.

    Args:
        home: With a cache that holds the bundled directory, or without one.
        dump: JSON, one record a line.
    """
    from ritui.model.normal import Unfit
    from ritui.model.source import Health, Source
    from ritui.paths import find_paths
    from ritui.services.library import open_library
    from ritui.sources.ror import claim_from, read_record

    library, _ = open_library(find_paths(str(home)))
    source = Source(SOURCE, SOURCE)
    started = time.perf_counter()
    claims = []
    for line in _lines(dump):
        try:
            claims.append(claim_from(read_record(line), source)[0])
        except Unfit as error:
            sys.stderr.write(f"a record was left out: {error}\n")
    read = time.perf_counter() - started
    health = Health(SOURCE, "ok", _TIME, _TIME, len(claims))
    library.replace(SOURCE, claims, (), health)
    seconds = time.perf_counter() - started
    loaded_mb = peak_mb()
    started = time.perf_counter()
    counts = library.replace(SOURCE, claims, (), health)
    # Reading it is part of finding that nothing changed.
    same = read + time.perf_counter() - started
    assert counts.unchanged == len(claims), counts
    total = library.catalog.total
    library.close()
    return {
        "seconds": seconds,
        "same_seconds": same,
        "read_seconds": read,
        "records": len(claims),
        "total": total,
        "peak_mb": loaded_mb,
    }


def _lines(dump: Path) -> Iterator[bytes]:
    """The records of a dump, read one by one as a source gives them page by page."""
    with dump.open("rb") as file:
        yield from _records(file)


def _records(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        record = line.strip().strip(b"[],")
        if record:
            yield record


WORKS: Final[Mapping[str, Callable[..., dict[str, float | None]]]] = {
    "floor": floor,
    "bundled": bundled,
    "registry": registry,
}
"""What can be done, by name; its arguments are paths."""

if __name__ == "__main__":
    main(sys.argv[1:])
