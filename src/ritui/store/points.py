"""The points of records on disk, by square of the globe."""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ritui.store.globe import distance, square, squares


class Point(NamedTuple):
    """Where the record of a place is, in degrees."""

    place: int
    lat: float
    lon: float


class Squares:
    """Points collected by square, to be written at once; a million of them take little memory."""

    def __init__(self) -> None:
        """None yet."""
        self._found: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))

    def add(self, point: Point) -> None:
        """Note a point; places come in their order."""
        self._found[square(point.lat, point.lon)].extend(point)

    def write(self, connection: sqlite3.Connection) -> None:
        """Put them in the place of all there were."""
        connection.execute("DELETE FROM point")
        connection.executemany(
            "INSERT INTO point VALUES (?, ?)",
            ((name, found.tobytes()) for name, found in sorted(self._found.items())),
        )


def change(connection: sqlite3.Connection, gone: Iterable[Point], come: Iterable[Point]) -> None:
    """Take points away and add others."""
    less, more = _by_square(gone), _by_square(come)
    for name in sorted({*less, *more}):
        places = {each.place for each in less.get(name, ())}
        kept = [each for each in _in_square(connection, name) if each.place not in places]
        if left := [*kept, *more.get(name, ())]:
            connection.execute(
                "INSERT OR REPLACE INTO point VALUES (?, ?)", (name, _packed(sorted(left)))
            )
        else:
            connection.execute("DELETE FROM point WHERE square = ?", (name,))


def around(connection: sqlite3.Connection, lat: float, lon: float, radius: float) -> Iterator[int]:
    """The places of the records within so many kilometres of a point."""
    held = [name for (name,) in connection.execute("SELECT square FROM point")]
    for name in squares(held, lat, lon, radius):
        for place, its_lat, its_lon in _in_square(connection, name):
            if distance(lat, lon, its_lat, its_lon) <= radius:
                yield place


def _in_square(connection: sqlite3.Connection, name: str) -> Iterator[Point]:
    row = connection.execute("SELECT points FROM point WHERE square = ?", (name,)).fetchone()
    flat = array("d")
    flat.frombytes(row[0] if row else b"")
    for at in range(0, len(flat), 3):
        yield Point(int(flat[at]), flat[at + 1], flat[at + 2])


def _by_square(points: Iterable[Point]) -> Mapping[str, list[Point]]:
    found: defaultdict[str, list[Point]] = defaultdict(list)
    for each in points:
        found[square(each.lat, each.lon)].append(each)
    return found


def _packed(points: Iterable[Point]) -> bytes:
    return array("d", [value for each in points for value in each]).tobytes()
