"""Wire: the bytes that reach the terminal, and the memory of the app that sends them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from benchmarks.homes import Home, Homes
from benchmarks.search import SEARCHES
from benchmarks.table import Goal, Row, row
from benchmarks.watch import FOOTER, RITUI, Piece, Watched, size_of

_SIZES: Final = ((120, 40), (80, 24))
_PAGE: Final = Goal(at_most=12.5)
_LINES: Final = (32_000, 128_000)
"""Bits a second of slow lines."""
_ROW_LATE: Final = 0.1
"""Seconds after its first byte in which a row is there; lean, what follows it comes later."""
_IN_RECORD: Final = "] next"
_IN_LIST: Final = "space mark"
"""What only the last line of that screen says."""
_WAIT: Final = 0.5
"""Seconds for an answer; a mouse that moves has none."""
_PEAK_AFTER: Final = "peak memory of the app, after a page, a search and a record"


class _Mode(NamedTuple):
    """How the app is started, and how much it may send then, in kB."""

    name: str
    option: str
    start: Goal
    row: Goal
    """Moving one row; what is in the panel beside the list counts in the full mode only."""
    hover: Goal


_MODES: Final = (
    _Mode("", "--no-lean", Goal(at_most=65), Goal(at_most=6), Goal(at_most=1)),
    _Mode(", lean", "--lean", Goal(at_most=30), Goal(at_most=1), Goal(at_most=0)),
)


class _Screen(NamedTuple):
    """A screen that is opened from the list by a key, and left by escape."""

    name: str
    key: str
    shows: str
    """What only that screen says."""


_SCREENS: Final = (
    _Screen("a record", "enter", _IN_RECORD),
    _Screen("the filter", "f", "leave out"),
    _Screen("the pilots", "2", "Around them"),
    _Screen("the map", "3", "+ closer"),
    _Screen("the landscape", "4", "w gaps"),
    _Screen("the timeline", "5", "t news"),
)


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Do the same things on terminals of two sizes, in both modes, and on slow lines."""
    times = 4 if quick else 20
    for size in _SIZES:
        for mode in _MODES:
            yield from _bytes(homes.small, size, mode, times, starts=1 if quick else 3)
    for bits in _LINES:
        for mode in _MODES:
            yield from _slowly(homes.small, mode, bits, 2 if quick else 8)


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


def _bytes(
    home: Home, size: tuple[int, int], mode: _Mode, times: int, *, starts: int
) -> Iterator[Row]:
    head = f"bytes at {size[0]}x{size[1]}{mode.name}"
    begun = [_start(home, size, mode) for _ in range(starts)]
    yield row(f"{head}: start", "kB", begun, goal=mode.start)
    with Watched(home.path, size=size, command=(*RITUI, mode.option)) as app:
        app.shown_at(home.count)
        app.gathers(wait=0)
        yield from _rows(app, head, mode, min(times, size[1] - 8))
        app.asks("home")
        app.asks("pagedown")  # only to the end of the first page
        page = [_sent(app, "pagedown") for _ in range(min(times, 10))]
        yield row(f"{head}: page down", "kB", page, goal=_PAGE)
        app.asks("home")
        for screen in _SCREENS:
            opened, closed = [], []
            for _ in range(min(times, 5)):
                opened.append(_sent(app, screen.key))
                app.expects(screen.shows)
                closed.append(_sent(app, "escape"))
                app.expects(_IN_LIST)
                app.asks("down")
            yield row(f"{head}: open {screen.name}", "kB", opened)
            yield row(f"{head}: back from {screen.name}", "kB", closed)
        hovers = [_hover(app, size[0] // 2, 6 + turn % 10) for turn in range(times)]
        yield row(f"{head}: the mouse moves over the list", "kB", hovers, goal=mode.hover)
        app.asks("/")
        typed = []
        for search in SEARCHES[: 1 if times < 10 else 4]:
            app.types("")
            typed += [_sent(app, letter) for letter in search.typed]
            app.expects(search.typed)
        yield row(f"{head}: a letter of a search, mean", "kB", typed, quantile=None)


def _rows(app: Watched, head: str, mode: _Mode, times: int) -> Iterator[Row]:
    """Moving row by row, resting on each: the row alone where the record follows later."""
    pieces = [app.asks("down", wait=_WAIT) for _ in range(times)]
    both = [size_of(each) / 1000 for each in pieces]
    if mode.option == "--lean":
        alone = [size_of(_row_of(each)) / 1000 for each in pieces]
        yield row(f"{head}: row down, before the detail", "kB", alone, goal=mode.row)
        yield row(f"{head}: row down, with detail", "kB", both)
    else:
        yield row(f"{head}: row down, with detail", "kB", both, goal=mode.row)


def _row_of(pieces: Sequence[Piece]) -> list[Piece]:
    """Of what a key makes the app send, the row: what comes before the app rests."""
    return [piece for piece in pieces if piece.at <= pieces[0].at + _ROW_LATE]


def _slowly(home: Home, mode: _Mode, bits: int, times: int) -> Iterator[Row]:
    """The time that a start and single keys take when the line carries only so much."""
    head = f"{bits // 1000} kbit/s, 120x40{mode.name}"
    slowest, lean = bits == min(_LINES), mode.option == "--lean"
    with Watched(home.path, command=(*RITUI, mode.option), bits=bits) as app:
        begun = app.shown_at(home.count, FOOTER)
        goal = Goal(at_most=8000) if slowest and lean else None
        yield row(f"{head}: start", "ms", [begun * 1000], goal=goal)
        app.gathers(wait=_WAIT)
        rows, details, letters = [], [], []
        for _ in range(times):
            pieces = app.asks("down")
            rows.append(_row_of(pieces)[-1].at * 1000)
            details.append(pieces[-1].at * 1000)
        goal = Goal(at_most=400) if slowest and lean else None
        if lean:
            yield row(f"{head}: row down, before the detail", "ms", rows, goal=goal)
        yield row(f"{head}: row down, with detail", "ms", details)
        pages = [app.asks("pagedown")[-1].at * 1000 for _ in range(times)]
        yield row(f"{head}: page down, with detail", "ms", pages)
        app.asks("/")
        letters = [app.asks(letter)[-1].at * 1000 for letter in SEARCHES[0].typed]
        yield row(f"{head}: a letter of a search", "ms", letters)


def _start(home: Home, size: tuple[int, int], mode: _Mode) -> float:
    with Watched(home.path, size=size, command=(*RITUI, mode.option)) as app:
        app.shown_at(home.count)
        app.gathers(wait=0)
        return len(app.sent) / 1000


def _hover(app: Watched, column: int, line: int) -> float:
    """Kilobytes that a mouse over a place of the list makes the app send; 0 if it never asked."""
    if b"\x1b[?1003h" not in app.sent:
        return 0.0
    return _sent(app, _mouse(column, line))


def _sent(app: Watched, key: str) -> float:
    """Kilobytes that a key, or what a mouse reports, makes the app send."""
    return size_of(app.asks(key, wait=_WAIT)) / 1000


def _mouse(column: int, line: int) -> str:
    """What a terminal reports of a mouse that moves there, no button down (SGR mode, 1006)."""
    return f"\x1b[<35;{column};{line}M"
