"""A lock between processes, for the moments when the cache file itself is made or replaced.

Reading and writing need none: SQLite sees to that. The system lets go of a lock when its
process ends, however it ends.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def alone(store: Path) -> Iterator[None]:
    """Hold the lock of a cache file; another process that holds it is waited for.

    Where no lock can be had, on a read-only or a strange file system, there is none: nobody
    can replace a file there either.
    """
    try:
        file = store.with_name(f"{store.name}.lock").open("a")
    except OSError:
        yield
        return
    with file:
        _wait_for(file)
        yield


def _wait_for(file: IO[str]) -> None:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
    except OSError:
        # Not every network file system knows locks.
        return
