"""Places: where the records of an answer are, in their order, without listing them all."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from pyroaring import BitMap


class Everything:
    """All places, in their order. Few of them are known without the set of all."""

    _FIRST: Final = 256
    _FEW: Final = 4_096

    def __init__(
        self, total: int, first: Callable[[int], list[int]], every: Callable[[], BitMap]
    ) -> None:
        """Ask when it comes to it.

        Args:
            total: How many there are.
            first: Gives so many of the first ones.
            every: Gives the set of all.
        """
        self._total, self._read_first, self._every = total, first, every

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, rows: slice) -> Iterable[int]:
        if rows.stop <= self._FIRST:
            return self._read_first(self._FIRST)[rows]
        if self._total <= self._FEW:
            return self._read_first(self._total)[rows]
        return self._every()[rows]

    def __contains__(self, place: int) -> bool:
        return place in self._every()

    def row(self, place: int) -> int:
        """The row of a place that is there."""
        return self._every().rank(place) - 1


class Named:
    """Some places in the order of names of a language, worked out where it is looked at."""

    def __init__(self, chosen: BitMap, order: Sequence[array[int]], sets: Sequence[BitMap]) -> None:
        """Take some places from an order, given in blocks and each block as a set as well."""
        self._chosen, self._order, self._sets = chosen, order, sets
        self._ends: list[int] = []

    def __len__(self) -> int:
        return len(self._chosen)

    def __getitem__(self, rows: slice) -> Iterable[int]:
        if not self._ends:
            counts = (own.intersection_cardinality(self._chosen) for own in self._sets)
            self._ends = [*accumulate(counts)]
        found: list[int] = []
        block = bisect_right(self._ends, rows.start)
        while len(found) < rows.stop - rows.start:
            first = rows.start + len(found) - (self._ends[block - 1] if block else 0)
            found += self._block(block)[first : first + rows.stop - rows.start - len(found)]
            block += 1
        return found

    def __contains__(self, place: int) -> bool:
        return place in self._chosen

    def row(self, place: int) -> int:
        """The row of a place that is there."""
        before = 0
        for block, own in enumerate(self._sets):
            if place in own:
                return before + self._block(block).index(place)
            before += own.intersection_cardinality(self._chosen)
        raise ValueError(f"place {place} is in no block")

    def _block(self, block: int) -> list[int]:
        return [place for place in self._order[block] if place in self._chosen]


Part: TypeAlias = "Everything | Named | BitMap | array[int]"
"""Some places in their order."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the records of an answer are, in the order asked for, without listing them."""

    parts: tuple[Part, ...]
    """Places in order within each part; the parts one after the other."""
    reverse: bool = False
    sizes: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", tuple(len(part) for part in self.parts))

    def __len__(self) -> int:
        return sum(self.sizes)

    def slice(self, start: int, stop: int) -> list[int]:
        """The places of rows ``start`` to ``stop`` (exclusive)."""
        start, stop = max(0, start), min(stop, len(self))
        if start >= stop:
            return []
        if self.reverse:
            start, stop = len(self) - stop, len(self) - start
        found: list[int] = []
        offset = 0
        for part, size in zip(self.parts, self.sizes, strict=True):
            first, last = max(start - offset, 0), min(stop - offset, size)
            if first < last:
                found.extend(part[first:last])
            offset += size
        return found[::-1] if self.reverse else found

    def row_of(self, place: int) -> int | None:
        """The row in which a place is shown, or None when it is not in the answer."""
        offset = 0
        for part, size in zip(self.parts, self.sizes, strict=True):
            row = _row(part, place)
            if row is not None:
                return len(self) - 1 - offset - row if self.reverse else offset + row
            offset += size
        return None


def _row(part: Part, place: int) -> int | None:
    if place not in part:
        return None
    if isinstance(part, Everything | Named):
        return part.row(place)
    return part.index(place) if isinstance(part, array) else part.rank(place) - 1
