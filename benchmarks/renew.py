"""Renew: refresh a filled cache in a process of its own, and say as JSON what it took.

Run as ``python -m benchmarks.renew``, on a copy of a home. What the registry says is taken from
the cache itself, so that it fits whatever the home holds.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import Final

from benchmarks.load import SOURCE, TIME, Found, log_mb, timed_pages
from benchmarks.memory import peak_mb
from ritui.model.claim import Claim
from ritui.model.query import parse
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.library import Library, open_library
from ritui.store.catalog import Catalog
from ritui.store.intake import Intake, unpack

ONE_IN: Final = 100
"""One in so many records says something else after a refresh."""
_QUERY: Final = "country:BR univ"
_ROWS: Final = 100


def main(arguments: list[str]) -> None:
    """Do one of the works by its name, in a home: ``refresh`` or ``churn``."""
    work, home = arguments
    library, _ = open_library(find_paths(home))
    with closing(library):
        if work == "refresh":
            sys.stdout.write(json.dumps(refresh(library)))
        else:
            churn(library)


def refresh(library: Library) -> Found:
    """Refresh with nothing changed, then with one record in a hundred; with a reader about."""
    assert library.path is not None
    before = _asked(library.catalog)
    warm = _asked(library.catalog)
    same = _replaced(library, is_changed=False)
    some = _replaced(library, is_changed=True)
    after = _asked(library.catalog)
    return {
        **{f"same_{key}": value for key, value in same.items()},
        **{f"some_{key}": value for key, value in some.items()},
        "opened_ms": before,
        "warm_ms": warm,
        "after_ms": after,
        "peak_mb": peak_mb(),
    }


def churn(library: Library) -> None:
    """Change one record in a hundred and change it back, until standard input ends.

    A line is printed when the first change begins, and another for each that was made, with the
    seconds that it took.
    """
    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    states = [_intake(library, is_changed=is_changed)[0] for is_changed in (True, False)]
    print("begins", flush=True)
    for number in count():
        if ended.is_set():
            return
        started = time.perf_counter()
        library.replace(SOURCE, states[number % 2], (), _health(library))
        print(time.perf_counter() - started, flush=True)


def _replaced(library: Library, *, is_changed: bool) -> Found:
    """Put what the registry says into the cache; how long that took, without saying it."""
    assert library.path is not None
    with closing(sqlite3.connect(library.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    intake, seconds = _intake(library, is_changed=is_changed)
    started, cpu = time.perf_counter(), time.process_time()
    counts = library.replace(SOURCE, intake, (), _health(library))
    intake.close()
    return {
        "records": counts.unchanged + counts.changed,
        "changed": counts.changed,
        "seconds": seconds + time.perf_counter() - started,
        "replace_seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
        "written_mb": log_mb(library.path),
    }


def _intake(library: Library, *, is_changed: bool) -> tuple[Intake, float]:
    """All that the registry says now, and how many seconds it took to take it in."""
    intake = library.intake()
    taken = 0.0
    for page, _ in timed_pages(_said(library, is_changed=is_changed)):
        started = time.perf_counter()
        intake.add(page)
        taken += time.perf_counter() - started
    return intake, taken


def _said(library: Library, *, is_changed: bool) -> Iterator[Claim]:
    assert library.path is not None
    with closing(sqlite3.connect(library.path)) as connection:
        rows = connection.execute(
            "SELECT ref, body FROM claim WHERE source = ? ORDER BY ref", (SOURCE,)
        )
        for place, (ref, body) in enumerate(rows):
            claim = unpack(SOURCE, ref, body)
            yield _other(claim, place) if is_changed and place % ONE_IN == 0 else claim


def _other(claim: Claim, place: int) -> Claim:
    """A claim that says another year, and of every second thing another name as well."""
    values = {**claim.values, "established": claim.values.get("established", 1900) + 1}
    if place % (2 * ONE_IN) == 0:
        values["name"] += " (2)"
    return replace(claim, values=values)


def _health(library: Library) -> Health:
    return Health(SOURCE, "ok", TIME, TIME, library.held(SOURCE))


def _asked(catalog: Catalog) -> float:
    """Milliseconds of a search with all counts and the first rows."""
    started = time.perf_counter()
    catalog.rows(catalog.search(parse(_QUERY), None), 0, _ROWS)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(sys.argv[1:])
