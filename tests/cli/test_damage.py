"""A damaged cache is moved aside with its date, rebuilt, spoken of once, and costs nothing."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Program


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garble_header(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[:64] = random.Random(1).randbytes(64)
    path.write_bytes(data)


def garble_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:-8192] = random.Random(2).randbytes(len(data) - 16384)
    path.write_bytes(data)


def zero_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:-8192] = bytes(len(data) - 16384)
    path.write_bytes(data)


def garble_records(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE record SET body = substr(body, 1, 40)")
    connection.execute("UPDATE term SET places = x'00ff00ff'")
    connection.commit()
    connection.close()


def lose_a_table(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE record")
    connection.commit()
    connection.close()


def come_from_the_future(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.commit()
    connection.close()


DAMAGES = [
    truncate, empty, garble_header, garble_middle, zero_middle, lose_a_table, come_from_the_future,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_is_moved_aside_and_rebuilt(ritui: Program, damage: Callable[[Path], None]) -> None:
    whole = ritui("list", "--json").stdout
    store = ritui.paths.store_file
    damage(store)
    harmed = store.read_bytes()
    done = ritui("list", "--json")
    assert done.returncode == 0
    assert done.stdout == whole
    assert len(done.stderr.splitlines()) == 1
    (aside,) = store.parent.glob("*.damaged-*")
    assert re.search(r"\d{4}-\d{2}-\d{2}T\d{6}Z", aside.name)
    assert str(aside) in done.stderr
    assert aside.stat().st_size >= len(harmed) * 0.9
    again = ritui("list", "--json")
    assert (again.stdout, again.stderr) == (whole, "")


@pytest.mark.parametrize(
    "command", [["list", "solar"], ["list", "--format", "csv"], ["show", "risc2"], ["export"]]
)
def test_damage_that_shows_in_the_middle_of_a_command(ritui: Program, command: list[str]) -> None:
    expected = ritui(*command).stdout
    garble_records(ritui.paths.store_file)
    done = ritui(*command)
    assert done.returncode == 0
    assert done.stdout == expected
    assert len(done.stderr.splitlines()) == 1
    assert len(list(ritui.paths.cache.glob("*.damaged-*"))) == 1


def test_a_newer_cache_is_called_newer(ritui: Program) -> None:
    come_from_the_future(ritui.paths.store_file)
    assert "newer" in ritui("list").stderr


def test_many_at_once_on_a_first_start(fresh_ritui: Program) -> None:
    line = "for i in 1 2 3 4 5; do ritui list --format ids & done; wait"
    done = fresh_ritui.shell(line)
    assert done.stderr == ""
    assert len(done.stdout.split()) == 5 * 506


def test_many_at_once_on_a_damaged_cache(ritui: Program) -> None:
    empty(ritui.paths.store_file)
    done = ritui.shell("for i in 1 2 3 4 5; do ritui list --format ids & done; wait")
    assert len(done.stdout.split()) == 5 * 506
    assert len(done.stderr.splitlines()) == 1
    assert len(list(ritui.paths.cache.glob("*.damaged-*"))) == 1


def test_a_first_start_prints_no_notice(fresh_ritui: Program) -> None:
    done = fresh_ritui("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["total"] == 506
