"""Fresh: write a file under a name that no file has yet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path

from ritui.errors import CannotWrite
from ritui.services.export import FileExists, write_file


def fresh_file(name: str) -> Path:
    """A path in the folder one is in at which there is nothing: where need be, numbered.

    Args:
        name: What the file is to be called, with its ending: all from the first dot on.
    """
    path = Path.cwd() / name
    stem, dot, ending = name.partition(".")
    numbered = (path.with_name(f"{stem}-{number}{dot}{ending}") for number in count(2))
    return next(each for each in chain((path,), numbered) if not each.exists())


def write_fresh(path: Path, pieces: Sequence[str]) -> Path:
    """Write a file whole or not at all, and never in the place of another.

    Args:
        path: Where; ``~`` is the reader's home.
        pieces: The text.

    Returns:
        Where it is.

    Raises:
        FileExists: There is something already.
        CannotWrite: The file system refuses.
    """
    try:
        target = path.expanduser().absolute()
    except RuntimeError as error:
        raise CannotWrite(path, str(error)) from error
    if target.exists():
        # Not even a device or a pipe: it was a new file that was asked for.
        raise FileExists(target, "")
    write_file(target, pieces)
    return target
