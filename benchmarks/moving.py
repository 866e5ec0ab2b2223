"""Moving: from a key to the screen, in short lists and in long ones, and the memory that takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from benchmarks.homes import Homes
from benchmarks.table import Goal, Row, row
from benchmarks.watch import FOOTER, Watched

_SAME: Final = Goal(ratio_at_most=1.15)
_ROW: Final = Goal(at_most=12)
_SCREEN: Final = Goal(at_most=33)
_MORE: Final = Goal(at_most=40)
_PAGES: Final = 10
"""Pages that even the short list has."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Press each key in one list and then in the others, again and again."""
    with ExitStack() as stack:
        apps: dict[str, Watched] = {}
        for name, home in homes.each:
            apps[name] = stack.enter_context(Watched(home.path))
            apps[name].shown_at(home.count, FOOTER)
        yield from _moves(apps, "down", "row down", 8 if quick else 60, 25)
        yield from _moves(apps, "pagedown", "page down", 6 if quick else 40, _PAGES)
        yield from _moves(apps, "G", "to the end", 3 if quick else 15, 1)
        yield from _memory(apps)


def _moves(apps: dict[str, Watched], key: str, title: str, times: int, most: int) -> Iterator[Row]:
    """The rows of one key; the first press after going back is not counted.

    Args:
        apps: By name, each at the beginning of its list.
        key: What is pressed.
        title: What it does.
        times: How often it is pressed.
        most: After how often one goes back to the beginning.
    """
    first: dict[str, list[float]] = {name: [] for name in apps}
    last: dict[str, list[float]] = {name: [] for name in apps}
    used: dict[str, list[float]] = {name: [] for name in apps}
    for turn in range(times):
        for name, app in apps.items():
            if turn % most == 0:
                app.asks("home")
                if most > 1:
                    app.asks(key)
            before = app.cpu()
            pieces = app.asks(key)
            if not pieces:
                raise AssertionError(f"nothing came of {key}\n{app.text}")
            after = app.cpu()
            first[name].append(pieces[0].at * 1000)
            last[name].append(pieces[-1].at * 1000)
            if before is not None and after is not None:
                used[name].append((after - before) * 1000)
    small = next(iter(apps))
    for name in apps:
        head = f"{title}, {name} records"
        goal = _SAME if name != small else None
        yield row(f"{head}: first byte, p50", "ms", first[name])
        row_goal = _ROW if key == "down" else None
        yield row(f"{head}: first byte, p95", "ms", first[name], quantile=0.95, goal=row_goal)
        beside = last[small] if name != small else ()
        yield row(f"{head}: last byte, p50", "ms", last[name], beside=beside, goal=goal)
        yield row(f"{head}: last byte, p95", "ms", last[name], quantile=0.95, goal=_SCREEN)
        if used[name]:
            beside = used[small] if name != small else ()
            yield row(f"{head}: processor time", "ms", used[name], beside=beside, goal=goal)


def _memory(apps: dict[str, Watched]) -> Iterator[Row]:
    """The most that each app took so far, and how much more that is than in the shortest list."""
    peaks = {name: app.peak_mb() for name, app in apps.items()}
    small = next(iter(apps))
    least = peaks[small]
    for name, peak in peaks.items():
        if peak is None or least is None:
            return
        yield row(f"peak memory of the app, after moving, {name} records", "MB", [peak])
        if name != small:
            title = f"peak memory of the app, after moving, {name} records, more than {small}"
            yield row(title, "MB", [peak - least], goal=_MORE)
