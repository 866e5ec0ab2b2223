"""Busy: searching while another process writes what a refresh found."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from benchmarks.homes import CHECKOUT, Homes, environment
from benchmarks.search import KEY, Took, letters
from benchmarks.table import Row, row
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.store.catalog import Catalog

_FEWEST: Final = 3
"""Changes that must have been made while somebody searched."""
_LAST: Final = 300.0
"""Seconds after which no more changes are waited for."""


def measure(homes: Homes, *, quick: bool) -> Iterator[Row]:
    """Search the homes of a registry, at rest and while one in a hundred records changes."""
    import pyroaring  # noqa: F401  # what the first search would load is not searching

    for name, home in homes.each[1:]:
        with homes.copy(home) as path:
            library, _ = open_library(find_paths(str(path)))
            with closing(library):
                rest, busy, taken = _times(library.catalog, path, 2 if quick else 6)
        head = f"search while 1 % of {name} records change again and again"
        for kind in Took._fields:
            beside, found = ([getattr(each, kind) for each in some] for some in (rest, busy))
            what = "a letter" if kind == "wall" else "a letter, processor time"
            goal = KEY if kind == "wall" else None
            yield row(f"{head}: {what}, p50, beside rest", "ms", found, beside=beside)
            yield row(f"{head}: {what}, p95, beside rest", "ms", found, beside=beside,
                      quantile=0.95, goal=goal)  # fmt: skip
            yield row(f"{head}: {what}, slowest", "ms", found, beside=beside, quantile=1.0)
        yield row(f"{head}: a change", "ms", taken)


def _times(catalog: Catalog, home: Path, passes: int) -> tuple[list[Took], list[Took], list[float]]:
    """What letters took at rest and meanwhile, and milliseconds of the changes themselves."""
    first = [*letters(catalog)]
    rest = [each for _ in range(passes) for each in letters(catalog)]
    with _changes(home) as made:
        busy: list[Took] = []
        end = time.monotonic() + _LAST
        while len(busy) < passes * len(first) or len(made()) < _FEWEST:
            busy += letters(catalog)
            if time.monotonic() > end:
                break
        return rest, busy, made() or [_LAST * 1000]


@contextmanager
def _changes(home: Path) -> Iterator[Callable[[], list[float]]]:
    """A process that changes a home until it is told to stop; what it made so far, in ms."""
    with (home / "changes.txt").open("w+", encoding="utf-8") as told:
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.renew", "churn", str(home)],
            cwd=CHECKOUT, env=environment(), stdin=subprocess.PIPE, stdout=told,
        )  # fmt: skip

        def lines() -> list[str]:
            return (home / "changes.txt").read_text("utf-8").splitlines()

        try:
            while not lines():
                assert process.poll() is None, "nobody changes anything"
                time.sleep(0.05)
            yield lambda: [float(each) * 1000 for each in lines()[1:]]
        finally:
            process.kill()
            process.wait()
