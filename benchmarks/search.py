"""Search: from a letter to an answer, in the cache alone and through the whole app."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from typing import Final, NamedTuple

from benchmarks.homes import Home, Homes
from benchmarks.table import Goal, Row, row
from benchmarks.watch import FOOTER, Watched
from ritui.model.query import Query, parse
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.store.answer import StaleAnswer
from ritui.store.catalog import Catalog

KEY: Final = Goal(at_most=16)
"""What a letter may take, in milliseconds."""
_SCREEN: Final = Goal(at_most=33)
_ROWS: Final = 100
_LONG: Final = 200_000
"""Records above which the sharper goal is less sharp."""


class Search(NamedTuple):
    """What somebody types while the list is narrowed already."""

    narrowing: str
    typed: str


SEARCHES: Final = (
    Search("area:health", "biobank"),
    Search("country:BR", "universidade federal"),
    Search("area:biodiversity-climate", "marine biology"),
    Search("country:ES", "instituto de investigación"),
    Search("area:emerging-technologies", "supercomputing"),
    Search("country:AR", "CONICET"),
    Search("area:energy", "laser"),
    Search("country:DE", "max planck institute"),
    Search("area:food-security", "agricultura"),
    Search("country:FR", "CNRS"),
    Search("country:MX", "centro de ciencias"),
    Search("country:PT", "oceanografia"),
)
"""Words of three languages and acronyms, each under one narrowing by area or country."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Type every search, first into the cache and then into the app."""
    for name, home in homes.each:
        yield from _in_cache(name, home, 2 if quick else 7)
    for name, home in homes.each:
        yield from _facets(name, home, 5 if quick else 21)
    yield from _in_app(homes, SEARCHES[:1] if quick else SEARCHES[:8])


class Took(NamedTuple):
    """Milliseconds of a letter."""

    wall: float
    cpu: float
    """Of the processor; steadier than the clock on a busy machine."""


def letters(catalog: Catalog) -> Iterator[Took]:
    """What every letter of all searches took, asked of a catalogue one after the other."""
    for search in SEARCHES:
        for typed in _typings(search.typed):
            started, cpu = time.perf_counter(), time.process_time()
            _answer(catalog, search.narrowing, typed)
            yield Took((time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000)


def _in_cache(name: str, home: Home, passes: int) -> Iterator[Row]:
    import pyroaring  # noqa: F401  # what the first search would load is not searching

    times: list[Took] = []
    firsts: list[float] = []
    for _ in range(passes):
        library, _ = open_library(find_paths(str(home.path)))
        with closing(library):
            first, *rest = letters(library.catalog)
            firsts.append(first.wall)
            times += rest
    head = f"search in the cache, {name} records"
    goal = Goal(at_most=3 if home.total < _LONG else 8)
    walls, used = [each.wall for each in times], [each.cpu for each in times]
    yield row(f"{head}: first letter after opening", "ms", firsts, goal=KEY)
    yield row(f"{head}: a letter, p50", "ms", walls)
    yield row(f"{head}: a letter, p95", "ms", walls, quantile=0.95, goal=KEY)
    yield row(f"{head}: a letter, p95, the sharper goal", "ms", walls, quantile=0.95, goal=goal)
    yield row(f"{head}: a letter, slowest", "ms", walls, quantile=1.0)
    yield row(f"{head}: a letter, processor time, p50", "ms", used)
    yield row(f"{head}: a letter, processor time, p95", "ms", used, quantile=0.95, goal=goal)


def _facets(name: str, home: Home, times: int) -> Iterator[Row]:
    """The counts of all values of all facets, of everything and under one narrowing."""
    opened: list[float] = []
    asked: dict[str, list[float]] = {"of everything": [], "under a country": []}
    queries = (Query(), parse("country:BR"))
    for _ in range(times):
        library, _ = open_library(find_paths(str(home.path)))
        with closing(library):
            opened.append(_count_time(library.catalog, queries[0]))
            library.catalog.search(queries[1], None)
            for found, query in zip(asked.values(), queries, strict=True):
                found.append(_count_time(library.catalog, query))
    head = f"counts of all facets, {name} records"
    yield row(f"{head}: the first after opening", "ms", opened)
    for title, found in asked.items():
        yield row(f"{head}: {title}", "ms", found)


def _count_time(catalog: Catalog, query: Query) -> float:
    started = time.perf_counter()
    catalog.search(query, None)
    return (time.perf_counter() - started) * 1000


def _answer(catalog: Catalog, narrowing: str, typed: str) -> None:
    """Ask for what a text finds, the counts of all facets and the first rows."""
    query = parse(narrowing).with_text(parse(typed))
    while True:
        with suppress(StaleAnswer):  # where another process wrote in between, it is asked again
            catalog.rows(catalog.search(query, None), 0, _ROWS)
            return


def _in_app(homes: Homes, searches: Sequence[Search]) -> Iterator[Row]:
    times: dict[str, list[float]] = {}
    with ExitStack() as stack:
        apps: dict[str, Watched] = {}
        for name, home in homes.each:
            apps[name] = stack.enter_context(Watched(home.path))
            apps[name].shown_at(home.count, FOOTER)
            apps[name].asks("/")
            times[name] = []
        for search in searches:
            for app in apps.values():
                app.types(f"{search.narrowing} ")
            for letter in search.typed:
                for name, app in apps.items():
                    times[name].append(app.asks(letter)[-1].at * 1000)
            for app in apps.values():
                app.expects(f"{search.narrowing} {search.typed}")
    small = next(iter(apps))
    for name, found in times.items():
        head = f"search in the app, {name} records: letter to last byte"
        beside = times[small] if name != small else ()
        yield row(f"{head}, p50", "ms", found, beside=beside)
        yield row(f"{head}, p95", "ms", found, quantile=0.95, goal=_SCREEN)


def _typings(text: str) -> Iterator[str]:
    """What is in the search line after every key."""
    return (text[:end] for end in range(1, len(text) + 1))
