"""Search: from a letter to an answer, in the cache alone and through the whole app."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Final, NamedTuple

from benchmarks.homes import Home, Homes
from benchmarks.table import Goal, Row, row
from benchmarks.watch import FOOTER, Watched
from ritui.model.query import parse
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.store.catalog import Catalog

_KEY: Final = Goal(at_most=16)
_SHARP: Final = Goal(at_most=3)
_SCREEN: Final = Goal(at_most=33)
_ROWS: Final = 100


class _Search(NamedTuple):
    """What somebody types while the list is narrowed already."""

    narrowing: str
    typed: str


SEARCHES: Final = (
    _Search("area:health", "biobank"),
    _Search("country:BR", "universidade federal"),
    _Search("area:biodiversity-climate", "marine biology"),
    _Search("country:ES", "instituto de investigación"),
    _Search("area:emerging-technologies", "supercomputing"),
    _Search("country:AR", "CONICET"),
    _Search("area:energy", "laser"),
    _Search("country:DE", "max planck institute"),
    _Search("area:food-security", "agricultura"),
    _Search("country:FR", "CNRS"),
    _Search("country:MX", "centro de ciencias"),
    _Search("country:PT", "oceanografia"),
)
"""Words of three languages and acronyms, each under one narrowing by area or country."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Type every search, first into the cache and then into the app."""
    for name, home in homes.both:
        yield from _in_cache(name, home, 2 if quick else 7)
    yield from _in_app(homes, SEARCHES[:1] if quick else SEARCHES[:8])


def _in_cache(name: str, home: Home, passes: int) -> Iterator[Row]:
    import pyroaring  # noqa: F401  # what the first search would load is not searching

    times: list[float] = []
    firsts: list[float] = []
    for _ in range(passes):
        library, _ = open_library(find_paths(str(home.path)))
        taken = [_answer_time(library.catalog, search.narrowing, typed)
                 for search in SEARCHES for typed in _typings(search.typed)]  # fmt: skip
        library.close()
        firsts.append(taken[0])
        times += taken[1:]
    head = f"search in the cache, {name} records"
    yield row(f"{head}: first letter after opening", "ms", firsts)
    yield row(f"{head}: a letter, p50", "ms", times)
    yield row(f"{head}: a letter, p95", "ms", times, quantile=0.95, goal=_KEY)
    yield row(f"{head}: a letter, p95, the sharper goal", "ms", times, quantile=0.95, goal=_SHARP)


def _answer_time(catalog: Catalog, narrowing: str, typed: str) -> float:
    """Milliseconds from a text to its answer, the counts of all facets and the first rows."""
    started = time.perf_counter()
    query = parse(narrowing).with_text(parse(typed))
    answer = catalog.search(query, None)
    catalog.rows(answer, 0, _ROWS)
    return (time.perf_counter() - started) * 1000


def _in_app(homes: Homes, searches: Sequence[_Search]) -> Iterator[Row]:
    times: dict[str, list[float]] = {}
    with ExitStack() as stack:
        apps: dict[str, Watched] = {}
        for name, home in homes.both:
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
