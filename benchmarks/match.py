"""Match: from a record to its counterparts across the Atlantic, and the pairs among many."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from benchmarks.homes import Home, Homes
from benchmarks.table import Goal, Row, row
from ritui.model.query import Query
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.services.match import MOST, counterparts, matrix
from ritui.store.catalog import Catalog

ASKED: Final = (
    "sirius", "alma", "bsc-cns", "scalac", "lifewatch-eric", "conabio", "instruct-eric", "fiocruz",
    "embrapa", "esrf-ebs", "cern", "gbif",
)  # fmt: skip
"""Of every domain, of both regions and of neither alone."""
_SMALL: Final = 10_000
"""Records up to which the sharper goal holds."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Look for counterparts in every home, and pair as many records as are taken at a time."""
    for name, home in homes.each:
        yield from _in(name, home, 1 if quick else 5)


def _in(name: str, home: Home, passes: int) -> Iterator[Row]:
    firsts: list[float] = []
    times: list[float] = []
    pairs: list[float] = []
    for _ in range(passes):
        library, _ = open_library(find_paths(str(home.path)))
        with closing(library):
            first, *rest = (_took(library.catalog, id_) for id_ in ASKED)
            firsts.append(first)
            times += rest
            pairs.append(_paired(library.catalog))
    head = f"counterparts, {name} records"
    goal = Goal(at_most=50 if home.total < _SMALL else 300)
    yield row(f"{head}: the first after opening", "ms", firsts, goal=goal)
    yield row(f"{head}: p50", "ms", times)
    yield row(f"{head}: p95", "ms", times, quantile=0.95, goal=goal)
    yield row(f"{head}: the pairs among {MOST}", "ms", pairs)


def _took(catalog: Catalog, id_: str) -> float:
    started = time.perf_counter()
    counterparts(catalog, id_)
    return (time.perf_counter() - started) * 1000


def _paired(catalog: Catalog) -> float:
    rows = catalog.rows(catalog.search(Query()), 0, MOST)
    started = time.perf_counter()
    matrix(catalog, [each.id for each in rows])
    return (time.perf_counter() - started) * 1000
