"""Homes: folders of readers to measure on, from the bundled directory to a million records.

The larger ones take from seconds to minutes to make, so they are kept between runs, and made anew
when what fills them is no longer the same.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ritui.store.lock import alone

CHECKOUT: Final = Path(__file__).resolve().parent.parent
DUMP: Final = CHECKOUT.parent / "shared" / "data" / "ror-v2-36k.json.gz"
"""A cut of a registry's dump. It is not part of the checkout; without it rows are skipped."""
KEPT: Final = Path(tempfile.gettempdir(), "ritui-benchmarks")
"""Where homes are kept when nothing else is said."""
REAL, MIDDLE, MILLION = 0, 110_000, 1_000_000
"""Records of a registry that homes hold; 0 stands for those that the dump really has."""
_FILLING: Final = (
    "src/ritui/store", "src/ritui/model", "src/ritui/text.py", "src/ritui/sources/ror.py",
    "src/ritui/sources/bundled.py", "assets/directory", "benchmarks/perturb.py",
    "benchmarks/load.py",
)  # fmt: skip
"""What a kept home depends on, beside the dump."""
_FACTS: Final = "built.json"
"""In a kept home: what filling it took. It is written last."""


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
    """Reading and replacing the same once more; 0 where that was not done."""
    written_mb: float = 0.0
    """In the log of the cache."""
    cpu_seconds: float = 0.0
    """Of the processor, for all of it."""


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

    @property
    def name(self) -> str:
        """How it is called in the table: by the records in its directory."""
        return f"{self.total:,}"


class Homes:
    """The homes of one run, each made or found when it is asked for."""

    def __init__(
        self, folder: Path, *, kept: Path = KEPT, sizes: Sequence[int] = (REAL, MIDDLE)
    ) -> None:
        """Nothing is made yet.

        Args:
            folder: Where what is of use once goes; the caller removes it.
            kept: Where the larger homes stay.
            sizes: Of the larger homes, the smallest first: records of the registry.
        """
        self._folder = folder
        self._sizes = sizes
        self._made = 0
        self.kept = kept

    @cached_property
    def small(self) -> Home:
        """A home with the bundled directory only."""
        path = self.fresh()
        return Home(path, self.fill(path).total)

    @cached_property
    def large(self) -> Home | None:
        """A home with all of the registry's own records; None where there is no dump."""
        return None if self.dump is None else self._built(REAL)[0]

    @property
    def both(self) -> list[tuple[str, Home]]:
        """The two homes of real records, or the one there is, each with its name in the table."""
        return self.each[:2]

    @cached_property
    def each(self) -> list[tuple[str, Home]]:
        """All homes, the smallest first, each with its name in the table."""
        found = [self.small]
        if self.dump is not None:
            found += [self._built(size)[0] for size in self._sizes]
        return [(home.name, home) for home in found]

    @cached_property
    def grown(self) -> list[Load]:
        """What filling those homes took that hold more than the registry has."""
        if self.dump is None:
            return []
        return [self._built(size)[1] for size in self._sizes if size != REAL]

    @cached_property
    def dump(self) -> Path | None:
        """The registry's dump, unpacked; None where there is none."""
        if not DUMP.is_file():
            return None
        path = self._folder / "dump.json"
        with gzip.open(DUMP) as packed, path.open("wb") as file:
            shutil.copyfileobj(packed, file)
        return path

    def fresh(self) -> Path:
        """A folder that is not there yet."""
        self._made += 1
        return self._folder / f"home-{self._made}"

    @contextmanager
    def copy(self, home: Home) -> Iterator[Path]:
        """A copy of a home that may be changed; it is gone afterwards."""
        path = self.fresh()
        shutil.copytree(home.path, path)
        try:
            yield path
        finally:
            shutil.rmtree(path)

    def fill(self, path: Path) -> Load:
        """Fill a cache with the bundled directory."""
        return _load("bundled", path)

    def load(self, path: Path, records: int = REAL, *, again: bool = True) -> Load:
        """Fill a cache with the bundled directory, then with the registry.

        Args:
            path: The home.
            records: How many; for more than the registry has, variants of them are made.
            again: Whether to load the same once more.
        """
        assert self.dump is not None
        self.fill(path)
        return _load("registry", path, self.dump, str(records or ""), "again" if again else "")

    def floor(self) -> Load:
        """Parse the dump, and insert its bytes into a database."""
        assert self.dump is not None
        file = self.fresh()
        try:
            return _load("floor", self.dump, file)
        finally:
            file.unlink(missing_ok=True)

    def _built(self, records: int) -> tuple[Home, Load]:
        """A home that is kept, and what filling it took once."""
        name = f"home-{records or 'real'}"
        path = self.kept / f"{name}-{self._digest}"
        self.kept.mkdir(parents=True, exist_ok=True)
        with alone(self.kept / name):  # another run may be filling it
            if not (path / _FACTS).is_file():
                say(f"filling a home: {records or 'all real'} records")
                # Others are of another state of the code, or were not finished.
                for old in self.kept.glob(f"{name}-*"):
                    shutil.rmtree(old)
                load = self.load(path, records, again=False)
                (path / _FACTS).write_text(json.dumps(asdict(load)), "utf-8")
        load = Load(**json.loads((path / _FACTS).read_text("utf-8")))
        return Home(path, load.total), load

    @cached_property
    def _digest(self) -> str:
        """What tells one state of what homes are made of, and by, from another."""
        found = hashlib.blake2b(DUMP.read_bytes(), digest_size=8)
        for part in _FILLING:
            path = CHECKOUT / part
            for file in sorted(path.rglob("*.*")) if path.is_dir() else [path]:
                if file.suffix in {".py", ".toml"}:
                    found.update(f"{file.relative_to(CHECKOUT)}\n".encode() + file.read_bytes())
        return found.hexdigest()


def environment() -> dict[str, str]:
    """The environment of what is measured: nothing of the caller's settings but where it is."""
    return {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def run(module: str, *arguments: str | Path) -> dict[str, Any]:
    """What a module of the benchmarks, run in a process of its own, says as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)],
        cwd=CHECKOUT,
        env=environment(),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def say(text: str) -> None:
    """Tell the one who waits what is being done."""
    print(f"benchmarks: {text}", file=sys.stderr, flush=True)


def _load(work: str, *arguments: str | Path) -> Load:
    found = run("load", work, *arguments)
    return Load(**{"total": found["records"], **found})
