"""Start-up: from nothing to the first full frame, beside an empty app and a bare interpreter."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.empty import SHOWN
from benchmarks.homes import Homes
from benchmarks.table import Goal, Row, row
from benchmarks.watch import BARE, FOOTER, RITUI, Watched

_EMPTY: Final = (sys.executable, "-P", str(Path(__file__).with_name("empty.py")))
_GOAL: Final = Goal(ratio_at_most=1.15)
_LONG_GOAL: Final = Goal(ratio_at_most=1.25)
_LONG: Final = 500_000
"""Records above which the start may take a little longer."""
_HEADS: Final = {
    "wall": "first full frame",
    "rest": "last byte of the start",
    "cpu": "processor time of the start",
}


class _Case(NamedTuple):
    """A program, and what is on the screen when it is there."""

    name: str
    command: Sequence[str]
    home: Path
    texts: tuple[str, ...]
    goal: Goal = _GOAL


class _Start(NamedTuple):
    """One start, in milliseconds."""

    wall: float
    """To the byte that completes the first full frame."""
    rest: float
    """To the last byte of all that the start sends."""
    cpu: float
    """Of the processor, for all of it."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Start every program in turn, as often as it takes."""
    empty = _Case("an empty Textual app", _EMPTY, homes.fresh(), (SHOWN,))
    bare = _Case("a bare interpreter", BARE, empty.home, ())
    apps = [
        _Case(f"ritui, {name} records", RITUI, home.path, (home.count, FOOTER),
              _GOAL if home.total < _LONG else _LONG_GOAL)
        for name, home in homes.each
    ]  # fmt: skip
    cases = [*apps, empty, bare]
    for case in cases:
        _start(case)  # once for the files to be in memory
    starts: dict[str, list[_Start]] = {case.name: [] for case in cases}
    for _ in range(3 if quick else 15):
        for case in cases:
            starts[case.name].append(_start(case))
    for what in _Start._fields:
        found = {name: [getattr(s, what) for s in each] for name, each in starts.items()}
        head = _HEADS[what]
        beside = found[empty.name]
        for case in apps:
            title = f"{head}: {case.name}, beside the empty app"
            goal = case.goal if what == "wall" else None
            yield row(title, "ms", found[case.name], beside=beside, goal=goal)
        for case in apps[1:]:
            goal = case.goal if what == "wall" else None
            title = f"{head}: {case.name}, beside those of the smallest"
            yield row(title, "ms", found[case.name], beside=found[apps[0].name], goal=goal)
        yield row(f"{head}: {empty.name}", "ms", beside)
        yield row(
            f"{head}: {bare.name}, beside the empty app", "ms", found[bare.name], beside=beside
        )


def _start(case: _Case) -> _Start:
    """Start a program, wait until it is there, and end it."""
    case.home.mkdir(parents=True, exist_ok=True)
    with Watched(case.home, command=case.command) as terminal:
        wall = terminal.shown_at(*case.texts) if case.texts else terminal.ended_at()
        return _Start(wall * 1000, terminal.quiet_at * 1000, terminal.stops() * 1000)
