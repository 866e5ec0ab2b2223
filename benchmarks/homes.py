"""Homes: folders of readers to measure on, one with the bundled directory, one with a registry."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
DUMP: Final = CHECKOUT.parent / "shared" / "data" / "ror-v2-36k.json.gz"
"""A cut of a registry's dump. It is not part of the checkout; without it rows are skipped."""


@dataclass(frozen=True)
class Load:
    """What filling a cache took."""

    seconds: float
    records: int
    """Read from the source."""
    total: int
    """In the directory afterwards."""
    peak_mb: float | None
    read_seconds: float = 0.0
    """Of them until every record was a claim."""
    same_seconds: float = 0.0
    """Reading and replacing the same once more."""


@dataclass(frozen=True)
class Home:
    """A reader's folder with a filled cache."""

    path: Path
    total: int
    """Records in its directory."""

    @property
    def count(self) -> str:
        """What the first screen says when it is full."""
        return f"{self.total} of {self.total}"


class Homes:
    """The homes of one run, each made when it is asked for."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made yet.

        Args:
            folder: Where they go; the caller removes it.
        """
        self._folder = folder
        self._made = 0

    @cached_property
    def small(self) -> Home:
        """A home with the bundled directory only."""
        path = self.fresh()
        return Home(path, self.fill(path).total)

    @cached_property
    def large(self) -> Home | None:
        """A home with the registry as well; None where there is no dump."""
        if self.dump is None:
            return None
        path = self.fresh()
        return Home(path, self.load(path).total)

    @property
    def both(self) -> list[tuple[str, Home]]:
        """The homes there are, each with its name in the table."""
        found = [(f"{self.small.total:,}", self.small)]
        if self.large is not None:
            found.append((f"{self.large.total:,}", self.large))
        return found

    @cached_property
    def dump(self) -> Path | None:
        """The registry's dump, unpacked; None where there is none."""
        if not DUMP.is_file():
            return None
        path = self._folder / "dump.json"
        with gzip.open(DUMP) as packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return path

    @cached_property
    def first_load(self) -> Load | None:
        """What loading the registry into `large` took."""
        return self._loads[0] if self.large is not None else None

    @cached_property
    def _loads(self) -> list[Load]:
        return []

    def fresh(self) -> Path:
        """A folder that is not there yet."""
        self._made += 1
        return self._folder / f"home-{self._made}"

    def fill(self, path: Path) -> Load:
        """Fill a cache with the bundled directory."""
        return _load("bundled", path)

    def load(self, path: Path) -> Load:
        """Fill a cache with the bundled directory, then with the registry."""
        assert self.dump is not None
        self.fill(path)
        load = _load("registry", path, self.dump)
        self._loads.append(load)
        return load

    def floor(self) -> Load:
        """Parse the dump, and insert its bytes into a database."""
        assert self.dump is not None
        file = self.fresh()
        try:
            return _load("floor", self.dump, file)
        finally:
            file.unlink(missing_ok=True)


def environment() -> dict[str, str]:
    """The environment of what is measured: nothing of the caller's settings but where it is."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def _load(work: str, *paths: Path) -> Load:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", work, *map(str, paths)],
        cwd=CHECKOUT,
        env=environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    found = json.loads(done.stdout)
    return Load(
        seconds=found["seconds"],
        records=found["records"],
        total=found.get("total", found["records"]),
        peak_mb=found["peak_mb"],
        read_seconds=found.get("read_seconds", 0.0),
        same_seconds=found.get("same_seconds", 0.0),
    )
