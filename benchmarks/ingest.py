"""Ingest: from nothing to a filled cache, and a registry's dump beside the least it can take."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.homes import Homes, Load
from benchmarks.table import Goal, Row, row

_LOAD: Final = Goal(ratio_at_least=0.6)
_SAME: Final = Goal(ratio_at_least=3)
_PEAK: Final = Goal(at_most=150)


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Fill fresh homes, each load beside a floor of its own."""
    fills = _fills(homes, 3 if quick else 9)
    total = fills[0].total
    yield row(f"first start, {total:,} records: filling", "ms", [f.seconds * 1000 for f in fills])
    yield from _memory(f"first start, {total:,} records: peak memory", fills, None)
    loads, floors = _pairs(homes, 1 if quick else 5)
    if not loads:
        return
    count = loads[0].records
    rates = [load.records / load.seconds for load in loads]
    least = [floor.records / floor.seconds for floor in floors]
    same = [load.records / load.same_seconds for load in loads]
    read = [load.records / load.read_seconds for load in loads]
    head = f"registry, {count:,} records"
    yield row(f"{head}: loading, beside the floor", "1/s", rates, beside=least, goal=_LOAD)
    yield row(f"{head}: of it reading, beside the floor", "1/s", read, beside=least)
    yield row(f"{head}: nothing changed, beside the floor", "1/s", same, beside=least, goal=_SAME)
    yield row(f"{head}: floor", "1/s", least)
    yield from _memory(f"{head}: peak memory of loading", loads, _PEAK)
    yield from _memory(f"{head}: peak memory of the floor", floors, None)


def _fills(homes: Homes, times: int) -> list[Load]:
    fills = []
    for _ in range(times):
        path = homes.fresh()
        fills.append(homes.fill(path))
        shutil.rmtree(path)
    return fills


def _pairs(homes: Homes, times: int) -> tuple[list[Load], list[Load]]:
    """Loads and floors, one after the other; none without a dump."""
    loads: list[Load] = []
    floors: list[Load] = []
    if homes.first_load is not None:
        loads.append(homes.first_load)
        floors.append(homes.floor())
    while loads and len(loads) < times:
        path = homes.fresh()
        loads.append(homes.load(path))
        shutil.rmtree(path)
        floors.append(homes.floor())
    return loads, floors


def _memory(title: str, loads: Sequence[Load], goal: Goal | None) -> Iterator[Row]:
    peaks = [load.peak_mb for load in loads if load.peak_mb is not None]
    if peaks:
        yield row(title, "MB", peaks, goal=goal)
