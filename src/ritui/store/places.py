"""Places: where the records of an answer are, in their order, without listing them all."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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


class Chosen:
    """Those places of an ordered block that are in an answer."""

    def __init__(self, block: array[int], places: BitMap, chosen: BitMap) -> None:
        """Choose from a block, whose places are given as a set as well."""
        self._block = block
        self._chosen = chosen if len(chosen) < len(places) else None
        self._size = len(chosen)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, rows: slice) -> Iterable[int]:
        return self.ordered()[rows]

    def __contains__(self, place: int) -> bool:
        return place in (self._block if self._chosen is None else self._chosen)

    def ordered(self) -> array[int]:
        """All of them in their order."""
        chosen = self._chosen
        if chosen is None:
            return self._block
        return array("I", [place for place in self._block if place in chosen])


Part: TypeAlias = "Everything | Chosen | BitMap | array[int]"
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
    if isinstance(part, Chosen):
        return part.ordered().index(place)
    if isinstance(part, Everything):
        return part.row(place)
    return part.index(place) if isinstance(part, array) else part.rank(place) - 1
