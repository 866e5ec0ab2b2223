"""The order of names in languages whose order is not that of the places, on disk.

An order is a row of blocks, each an array of places: one record that comes or goes touches one
block, and a reader who wants some rows, or the rows of an answer, need not go through all.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterable
from typing import Final

BLOCK: Final = 4_096
"""Places in a block when it is written; twice as many at most."""


def write(connection: sqlite3.Connection, language: str, places: Iterable[int]) -> None:
    """Put an order in the place of the old one."""
    connection.execute("DELETE FROM ordering WHERE language = ?", (language,))
    block = array("I")
    number = 0.0
    for place in places:
        block.append(place)
        if len(block) == BLOCK:
            _put(connection, language, number, block)
            block, number = array("I"), number + 1
    if block:
        _put(connection, language, number, block)


def read(connection: sqlite3.Connection, language: str) -> list[array[int]]:
    """The blocks of an order, one after the other; none for a language that has no own."""
    return [_array(places) for _, places in _blocks(connection, language)]


def change(
    connection: sqlite3.Connection,
    language: str,
    gone: Collection[tuple[str, int]],
    come: Collection[tuple[str, int]],
    key_of: Callable[[int], str],
) -> None:
    """Take records from an order and put others into it.

    Args:
        connection: Where it is.
        language: Whose order.
        gone: What the records stood by, and their places.
        come: The same for those that are new.
        key_of: What a record that stays where it is stands by.
    """
    numbers: list[float] = []
    blocks: list[array[int]] = []
    for number, places in _blocks(connection, language):
        numbers.append(number)
        blocks.append(_array(places))
    touched: set[float] = set()
    keys = {place: key for key, place in gone}

    def before(place: int, other: tuple[str, int]) -> bool:
        if place not in keys:
            keys[place] = key_of(place)
        return (keys[place], place) < other

    def find(key: str, place: int) -> tuple[int, int]:
        """The block, and the place in it, before which a record belongs."""
        low, high = 0, len(blocks) - 1
        while low < high:  # the last block that begins at or before it
            middle = (low + high + 1) // 2
            if before(blocks[middle][0], (key, place + 1)):
                low = middle
            else:
                high = middle - 1
        block = blocks[low] if blocks else array("I")
        first, last = 0, len(block)
        while first < last:
            middle = (first + last) // 2
            if before(block[middle], (key, place)):
                first = middle + 1
            else:
                last = middle
        return low, first

    for key, place in gone:
        at, within = find(key, place)
        del blocks[at][within]
        touched.add(numbers[at])
        if not blocks[at]:
            _drop(connection, language, numbers.pop(at))
            del blocks[at]
    for key, place in come:
        keys[place] = key
        at, within = find(key, place)
        if not blocks:
            blocks.append(array("I"))
            numbers.append(0.0)
        blocks[at].insert(within, place)
        touched.add(numbers[at])
        if len(blocks[at]) > 2 * BLOCK:
            after = numbers[at + 1] if at + 1 < len(numbers) else numbers[at] + 2
            blocks.insert(at + 1, blocks[at][BLOCK:])
            del blocks[at][BLOCK:]
            numbers.insert(at + 1, (numbers[at] + after) / 2)
            touched.add(numbers[at + 1])
    for number, block in zip(numbers, blocks, strict=True):
        if number in touched:
            _put(connection, language, number, block)


def _blocks(connection: sqlite3.Connection, language: str) -> Iterable[tuple[float, bytes]]:
    return connection.execute(
        "SELECT block, places FROM ordering WHERE language = ? ORDER BY block", (language,)
    )


def _array(places: bytes) -> array[int]:
    found = array("I")
    found.frombytes(places)
    return found


def _put(connection: sqlite3.Connection, language: str, number: float, places: array[int]) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO ordering VALUES (?, ?, ?)", (language, number, places.tobytes())
    )


def _drop(connection: sqlite3.Connection, language: str, number: float) -> None:
    connection.execute("DELETE FROM ordering WHERE language = ? AND block = ?", (language, number))
