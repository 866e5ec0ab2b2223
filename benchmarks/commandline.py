"""Command line: a whole run of a command, beside a bare interpreter."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.homes import Homes, environment
from benchmarks.table import Goal, Row, row
from benchmarks.watch import BARE, RITUI

_COMMANDS: Final = {
    "--version": Goal(ratio_at_most=3),
    "list --json": Goal(ratio_at_most=8),
    "facets --json": None,
}
"""Arguments, and what each may take beside a bare interpreter."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Run every command in turn."""
    home = homes.small
    cases = {arguments: (*RITUI, *arguments.split()) for arguments in _COMMANDS}
    cases[""] = BARE
    times: dict[str, list[float]] = {arguments: [] for arguments in cases}
    for turn in range((5 if quick else 21) + 1):
        for arguments, command in cases.items():
            taken = _run(command, home.path)
            if turn:  # the first is for the files to be in memory
                times[arguments].append(taken)
    for arguments, goal in _COMMANDS.items():
        title = f"ritui {arguments}, {home.total:,} records, beside a bare interpreter"
        yield row(title, "ms", times[arguments], beside=times[""], goal=goal)
    yield row("a bare interpreter", "ms", times[""])


def _run(command: Sequence[str], home: Path) -> float:
    """Milliseconds of a run, its output read and thrown away."""
    env = {**environment(), "RITUI_HOME": str(home)}
    started = time.perf_counter()
    subprocess.run(command, env=env, cwd=home, stdout=subprocess.PIPE, check=True)
    return (time.perf_counter() - started) * 1000
