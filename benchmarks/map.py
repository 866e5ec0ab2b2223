"""Map: from a key to the frame that shows other parts of the world, with few and many records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.homes import Homes
from benchmarks.table import Goal, Row, row
from benchmarks.watch import FOOTER, Piece, Watched, size_of

_FEW: Final = Goal(at_most=50)
_MANY: Final = Goal(at_most=100)
_MANY_FROM: Final = 1_000
"""Records from which a directory holds many."""
_ARROWS: Final = ("\x1b[C", "\x1b[A", "\x1b[D", "\x1b[B")
"""East, north, west, south: back to where one was."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Open the map, pan, zoom and walk, in the small home and in that of a whole registry."""
    for name, home in homes.both:
        goal = _MANY if home.total >= _MANY_FROM else _FEW
        with Watched(home.path) as app:
            app.shown_at(home.count, FOOTER)
            yield from _opens(app, name, 3 if quick else 15)
            times = 8 if quick else 60
            yield from _presses(app, f"map, {name} records: pan both", _pans(times), goal)
            app.asks(">")
            yield from _presses(app, f"map, {name} records: pan Europe", _pans(times), goal)
            zooms = ["+", "+", "+", "-", "-", "-"] * (1 if quick else 10)
            yield from _presses(app, f"map, {name} records: zoom", zooms, goal)
            app.asks("0")
            walk = ["n"] * times
            yield from _presses(app, f"map, {name} records: next spot", walk, goal)


def _opens(app: Watched, name: str, times: int) -> Iterator[Row]:
    """The rows of going from the list to the map; the first time, land is drawn."""
    found = []
    for _ in range(times):
        found.append(_until_drawn(app.asks("3")))
        app.expects("Latin America")
        app.asks("1")
    yield row(f"map, {name} records: opened for the first time", "ms", found[:1])
    yield row(f"map, {name} records: opened again, p95", "ms", found[1:], quantile=0.95)
    app.asks("3")


def _pans(times: int) -> list[str]:
    return [_ARROWS[n % len(_ARROWS)] for n in range(times)]


def _presses(app: Watched, title: str, keys: Sequence[str], goal: Goal) -> Iterator[Row]:
    """The rows of some keys: until the frame is whole, and what it takes of the line."""
    times, sizes = [], []
    for key in keys:
        pieces = app.asks(key)
        if not pieces:
            raise AssertionError(f"nothing came of {key!r}\n{app.text}")
        times.append(_until_drawn(pieces))
        sizes.append(size_of(pieces) / 1000)
    yield row(f"{title}: last byte, p50", "ms", times)
    yield row(f"{title}: last byte, p95", "ms", times, quantile=0.95, goal=goal)
    yield row(f"{title}: sent", "kB", sizes)


def _until_drawn(pieces: Sequence[Piece]) -> float:
    """Milliseconds to the last byte."""
    return pieces[-1].at * 1000
