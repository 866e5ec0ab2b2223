"""Wire: the bytes that reach the terminal, and the memory of the app that sends them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.homes import Home, Homes
from benchmarks.search import SEARCHES
from benchmarks.table import Goal, Row, row
from benchmarks.watch import FOOTER, Watched, size_of

_SIZES: Final = ((120, 40), (80, 24))
_START: Final = Goal(at_most=65)
_ROW: Final = Goal(at_most=6)
_PAGE: Final = Goal(at_most=12.5)
_HOVER: Final = Goal(at_most=1)
_IN_RECORD: Final = "] next"
_IN_LIST: Final = "enter open"
"""What only the last line of that screen says."""
_WAIT: Final = 0.5
"""Seconds for an answer; a mouse that moves has none."""
_PEAK_AFTER: Final = "peak memory of the app, after a page, a search and a record"


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Do the same things on terminals of two sizes."""
    times = 4 if quick else 20
    for size in _SIZES:
        yield from _bytes(homes.small, size, times, starts=1 if quick else 3)


def memory(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """The most memory that the app takes on a walk through it, in homes in turn."""
    peaks: dict[str, list[float]] = {name: [] for name, _ in homes.both}
    for _ in range(1 if quick else 5):
        for name, home in homes.both:
            peak = _walk(home)
            if peak is None:
                return
            peaks[name].append(peak)
    small = next(iter(peaks))
    for name, found in peaks.items():
        beside = peaks[small] if name != small else ()
        yield row(f"{_PEAK_AFTER}, {name} records", "MB", found, beside=beside)


def _walk(home: Home) -> float | None:
    with Watched(home.path) as app:
        app.shown_at(home.count, FOOTER)
        app.asks("pagedown")
        app.asks("/")
        app.types("marine")
        app.asks("enter")
        app.asks("enter")
        app.expects(_IN_RECORD)
        return app.peak_mb()


def _bytes(home: Home, size: tuple[int, int], times: int, *, starts: int) -> Iterator[Row]:
    head = f"bytes at {size[0]}x{size[1]}"
    begun = [_start(home, size) for _ in range(starts)]
    yield row(f"{head}: start", "kB", begun, goal=_START)
    with Watched(home.path, size=size) as app:
        app.shown_at(home.count)
        rows = size[1] - 8
        down = [_sent(app, "down") for _ in range(min(times, rows))]
        yield row(f"{head}: row down, with detail", "kB", down, goal=_ROW)
        app.asks("home")
        app.asks("pagedown")  # only to the end of the first page
        page = [_sent(app, "pagedown") for _ in range(min(times, 10))]
        yield row(f"{head}: page down", "kB", page, goal=_PAGE)
        app.asks("home")
        opened, closed = [], []
        for _ in range(min(times, 10)):
            opened.append(_sent(app, "enter"))
            app.expects(_IN_RECORD)
            closed.append(_sent(app, "escape"))
            app.expects(_IN_LIST)
            app.asks("down")
        yield row(f"{head}: open a record", "kB", opened)
        yield row(f"{head}: back to the list", "kB", closed)
        hovers = [_sent(app, _mouse(size[0] // 2, 6 + turn % 10)) for turn in range(times)]
        yield row(f"{head}: the mouse moves over the list", "kB", hovers, goal=_HOVER)
        app.asks("/")
        typed = []
        for search in SEARCHES[: 1 if times < 10 else 4]:
            app.types("")
            typed += [_sent(app, letter) for letter in search.typed]
            app.expects(search.typed)
        yield row(f"{head}: a letter of a search, mean", "kB", typed, quantile=None)


def _start(home: Home, size: tuple[int, int]) -> float:
    with Watched(home.path, size=size) as app:
        app.shown_at(home.count)
        app.gathers(wait=0)
        return len(app.sent) / 1000


def _sent(app: Watched, key: str) -> float:
    """Kilobytes that a key, or what a mouse reports, makes the app send."""
    return size_of(app.asks(key, wait=_WAIT)) / 1000


def _mouse(column: int, line: int) -> str:
    """What a terminal reports of a mouse that moves there, no button down (SGR mode, 1006)."""
    return f"\x1b[<35;{column};{line}M"
