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
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.memory import peak_mb

if TYPE_CHECKING:
    from ritui.model.claim import Claim

SOURCE: Final = "ror"
"""Whose claims fill a home."""
TIME: Final = "2026-01-01T00:00:00+00:00"
"""When it is said to have been asked."""
PAGE: Final = 1_000
"""Claims that come together, as a source gives them."""

Found = dict[str, float | None]
"""What was measured, by name."""


def main(arguments: list[str]) -> None:
    """Do one of the works by its name: ``floor``, ``bundled`` or ``registry``."""
    work, *rest = arguments
    found = WORKS[work](*rest)
    sys.stdout.write(json.dumps({"peak_mb": peak_mb(), **found}))


def floor(dump: str, file: str) -> Found:
    """The least that keeping a dump can take: parse it, and insert the same bytes.

    Args:
        dump: JSON, one record a line.
        file: A database that is not there yet.
    """
    import msgspec

    decode = msgspec.json.Decoder().decode
    started = time.perf_counter()
    rows = [(decode(line)["id"], line) for line in records_of(Path(dump))]
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE record (id TEXT PRIMARY KEY, body BLOB NOT NULL)")
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO record VALUES (?, ?)", rows)
    connection.execute("COMMIT")
    connection.close()
    return {"seconds": time.perf_counter() - started, "records": len(rows)}


def bundled(home: str) -> Found:
    """Open the directory where there is no cache yet."""
    from ritui.paths import find_paths
    from ritui.services.library import open_library

    started = time.perf_counter()
    library, notices = open_library(find_paths(home))
    seconds = time.perf_counter() - started
    assert not notices, notices
    total = library.catalog.total
    library.close()
    return {"seconds": seconds, "records": total}


def registry(home: str, dump: str, records: str = "", again: str = "") -> Found:
    """Load a registry's dump beside the bundled directory, as a refresh does: page by page.

    Args:
        home: With a cache that holds the bundled directory, or without one.
        dump: JSON, one record a line.
        records: How many to load; where there are fewer, variants of them are made. Empty for
            those that there are.
        again: Not empty to load the same once more, which changes nothing.
    """
    from ritui.model.source import Health
    from ritui.paths import find_paths
    from ritui.services.library import open_library

    paths = find_paths(home)
    library, _ = open_library(paths)
    started = time.perf_counter()
    cpu = time.process_time()
    read = 0.0
    count = 0
    intake = library.intake()
    for page, seconds in timed_pages(claims_of(Path(dump), int(records or 0))):
        read += seconds
        count += len(page)
        intake.add(page)
    health = Health(SOURCE, "ok", TIME, TIME, count)
    library.replace(SOURCE, intake, (), health)
    found: Found = {
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "read_seconds": read,
        "records": count,
        "peak_mb": peak_mb(),
        "written_mb": log_mb(paths.store_file),
    }
    if again:
        started = time.perf_counter()
        counts = library.replace(SOURCE, intake, (), health)
        # Reading it, and putting it in the intake, is part of finding that nothing changed.
        found["same_seconds"] = read + time.perf_counter() - started
        assert counts.unchanged == count, counts
    found["total"] = library.catalog.total
    intake.close()
    library.close()
    return found


def claims_of(dump: Path, records: int = 0) -> Iterator[Claim]:
    """What a dump says, read record by record; with variants where more is asked for."""
    from benchmarks.perturb import perturbed

    if not records:
        return _claims(dump)
    held = sum(1 for _ in records_of(dump))
    return perturbed(_claims(dump), max(0, records - held) / held)


def timed_pages(claims: Iterator[Claim]) -> Iterator[tuple[list[Claim], float]]:
    """Claims in pages, and how many seconds it took to have each of them."""
    while True:
        started = time.perf_counter()
        page = [*islice(claims, PAGE)]
        if not page:
            return
        yield page, time.perf_counter() - started


def records_of(dump: Path) -> Iterator[bytes]:
    """The records of a dump, read one by one."""
    with dump.open("rb") as file:
        yield from _records(file)


def log_mb(store: Path) -> float:
    """Megabytes in the log of a cache: what was written since it was empty."""
    log = store.with_name(f"{store.name}-wal")
    return log.stat().st_size / 1e6 if log.is_file() else 0.0


def _claims(dump: Path) -> Iterator[Claim]:
    from ritui.model.normal import Unfit
    from ritui.model.source import Source
    from ritui.sources.ror import claim_from, read_record

    source = Source(SOURCE, SOURCE)
    for line in records_of(dump):
        try:
            yield claim_from(read_record(line), source)[0]
        except Unfit as error:
            sys.stderr.write(f"a record was left out: {error}\n")


def _records(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        record = line.strip().strip(b"[],")
        if record:
            yield record


WORKS: Final[Mapping[str, Callable[..., Found]]] = {
    "floor": floor,
    "bundled": bundled,
    "registry": registry,
}
"""What can be done, by name; its arguments are texts."""

if __name__ == "__main__":
    main(sys.argv[1:])
