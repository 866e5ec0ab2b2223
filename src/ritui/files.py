"""Put a file in the place of another, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def replace_file(target: Path, pieces: Iterable[bytes], *, mode: int = 0o666) -> None:
    """Put data in place of a file; killed at any moment, the old or the new is there.

    Args:
        target: The file; its folder must exist, itself need not.
        pieces: What is to be in it, one after the other.
        mode: Permissions of a new file, less what the process masks; an old one's are kept.

    Raises:
        OSError: Nothing was changed.
    """
    if target.exists():
        if not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        mode = target.stat().st_mode & 0o7777
    fresh = target.with_name(f".{target.name}.{os.getpid()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    # Of one who had the same number, and was killed.
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, flags, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            fresh.chmod(mode)
        fresh.replace(target)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
