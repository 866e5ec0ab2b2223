"""Ingest: from nothing to a filled cache, and what a refresh costs, beside the least it can."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any, Final

from benchmarks.homes import Home, Homes, Load, run
from benchmarks.table import Goal, Row, row

_LOAD: Final = Goal(ratio_at_least=0.6)
_SAME: Final = Goal(ratio_at_least=3)
_PEAK: Final = Goal(at_most=150)
_FLAT: Final = Goal(at_most=150, ratio_at_most=1.1)
_NOTHING: Final = Goal(at_most=0.1)
_SHARE: Final = Goal(ratio_at_most=0.05)
"""Of what a full load writes, when one in a hundred records changes."""
_TURN: Final = Goal(at_most=16)
_LONG: Final = 138_000
"""Four times the registry."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Fill fresh homes, each load beside a floor of its own."""
    fills = _fills(homes, 3 if quick else 9)
    total = fills[0].total
    yield row(f"first start, {total:,} records: filling", "ms", [f.seconds * 1000 for f in fills])
    yield from _memory(f"first start, {total:,} records: peak memory", fills, None)
    if homes.dump is None:
        return
    loads, floors = _pairs(homes, 1 if quick else 5)
    least = [floor.records / floor.seconds for floor in floors]
    yield from _loads(loads, least)
    yield row(f"{_head(loads)}: floor", "1/s", least)
    yield from _memory(f"{_head(loads)}: peak memory of loading", loads, _PEAK)
    yield from _memory(f"{_head(loads)}: peak memory of the floor", floors, None)
    grown = [*homes.grown] if quick else [_load(homes, _LONG), *homes.grown]
    for load in sorted(grown, key=lambda each: each.records):
        yield from _longer(load, loads, median(least))
    for _, home in homes.each[1:]:
        yield from _refreshes(homes, home, _loaded(home, [*loads, *grown]), median(least), quick)


def _loads(loads: Sequence[Load], least: Sequence[float]) -> Iterator[Row]:
    """The rows of the registry as it is."""
    head = _head(loads)
    rates = [load.records / load.seconds for load in loads]
    same = [load.records / load.same_seconds for load in loads]
    read = [load.records / load.read_seconds for load in loads]
    yield row(f"{head}: loading, beside the floor", "1/s", rates, beside=least, goal=_LOAD)
    yield row(f"{head}: of it reading, beside the floor", "1/s", read, beside=least)
    yield row(f"{head}: of it the rest, beside the floor", "1/s", [*map(_written, loads)],
              beside=least)  # fmt: skip
    yield row(f"{head}: processor time", "ms", [load.cpu_seconds * 1000 for load in loads])
    yield row(f"{head}: nothing changed, beside the floor", "1/s", same, beside=least, goal=_SAME)
    yield row(f"{head}: written", "MB", [load.written_mb for load in loads])


def _longer(load: Load, loads: Sequence[Load], least: float) -> Iterator[Row]:
    """The rows of a registry that has more, made of variants: making them is left out."""
    head = _head([load])
    title = f"{head}: loading without reading, beside the floor"
    yield row(title, "1/s", [_written(load)], beside=[least])
    yield row(f"{head}: written", "MB", [load.written_mb])
    peaks = [each.peak_mb for each in loads if each.peak_mb is not None]
    if peaks and load.peak_mb is not None:
        title = f"{head}: peak memory of loading, beside that of {loads[0].records:,}"
        yield row(title, "MB", [load.peak_mb], beside=[median(peaks)], goal=_FLAT)


def _refreshes(homes: Homes, home: Home, load: Load, least: float, quick: bool) -> Iterator[Row]:
    """The rows of refreshing a home in which little or nothing is new."""
    found: list[dict[str, Any]] = []
    for _ in range(1 if quick or home.total > 500_000 else 3):
        with homes.copy(home) as path:
            found.append(run("renew", "refresh", path))
    head = f"refresh of {home.name} records"

    def of(key: str, factor: float = 1.0) -> list[float]:
        return [each[key] * factor for each in found]

    def beside(value: float) -> list[float]:
        return [value] * len(found)

    full = (load.seconds - load.read_seconds) * 1000
    rates = [each["same_records"] / each["same_seconds"] for each in found]
    yield row(f"{head}, nothing changed: without reading, beside the floor", "1/s", rates,
              beside=beside(least), goal=_SAME)  # fmt: skip
    yield row(f"{head}, nothing changed: written", "MB", of("same_written_mb"), goal=_NOTHING)
    yield row(f"{head}, 1 % changed: without reading, beside a full load", "ms",
              of("some_seconds", 1000), beside=beside(full))  # fmt: skip
    yield row(f"{head}, 1 % changed: of it the transaction", "ms",
              of("some_replace_seconds", 1000))  # fmt: skip
    yield row(f"{head}, 1 % changed: processor time", "ms", of("some_cpu_seconds", 1000))
    yield row(f"{head}, 1 % changed: written, beside a full load", "MB", of("some_written_mb"),
              beside=beside(load.written_mb), goal=_SHARE)  # fmt: skip
    yield row(f"{head}: a reader's first search after it", "ms", of("after_ms"),
              beside=of("warm_ms"), goal=_TURN)  # fmt: skip


def _loaded(home: Home, loads: Sequence[Load]) -> Load:
    """What filling a home took, from those that were measured."""
    return next(load for load in loads if load.total == home.total)


def _written(load: Load) -> float:
    """Records a second, without what it took to have them."""
    return load.records / (load.seconds - load.read_seconds)


def _head(loads: Sequence[Load]) -> str:
    return f"registry, {loads[0].records:,} records"


def _load(homes: Homes, records: int) -> Load:
    path = homes.fresh()
    load = homes.load(path, records, again=False)
    shutil.rmtree(path)
    return load


def _fills(homes: Homes, times: int) -> list[Load]:
    fills = []
    for _ in range(times):
        path = homes.fresh()
        fills.append(homes.fill(path))
        shutil.rmtree(path)
    return fills


def _pairs(homes: Homes, times: int) -> tuple[list[Load], list[Load]]:
    """Loads and floors, one after the other."""
    loads: list[Load] = []
    floors: list[Load] = []
    while len(loads) < times:
        path = homes.fresh()
        loads.append(homes.load(path))
        shutil.rmtree(path)
        floors.append(homes.floor())
    return loads, floors


def _memory(title: str, loads: Sequence[Load], goal: Goal | None) -> Iterator[Row]:
    peaks = [load.peak_mb for load in loads if load.peak_mb is not None]
    if peaks:
        yield row(title, "MB", peaks, goal=goal)
