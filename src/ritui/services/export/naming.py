"""Naming: how an exported file is called, and where it comes."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from ritui.services.export import FORMATS, format_of
from ritui.text import clean_line, words

_LONG: Final = 48
"""Characters that what is exported may take of a name."""


def file_name(what: str, form: str, day: date) -> str:
    """A name to propose: ``ritui-solar-country-es-2026-11-24.csv``.

    Args:
        what: What is exported: a query, the name of a list; any text.
        form: The format.
        day: The day that it is of.
    """
    said = "-".join(words(what))[:_LONG].strip("-")
    return "-".join(filter(None, ("ritui", said, day.isoformat()))) + FORMATS[form].endings[0]


def renamed(typed: str, form: str) -> str:
    """A name that somebody typed, for another format: an ending that says one is another then."""
    if format_of(typed) in {"", form}:
        return typed
    return typed[: -len(Path(typed).suffix)] + FORMATS[form].endings[0]


def place(typed: str, proposed: str) -> Path:
    """Where a file comes whose name was typed.

    Args:
        typed: A name or a path, from the current folder on; ``~`` is the reader's own folder. A
            folder stands for the proposed name in it.
        proposed: That name.
    """
    said = clean_line(typed)
    path = Path(said)
    # Somebody may be called by a name that no account has.
    with suppress(RuntimeError):
        path = path.expanduser()
    ends = tuple(filter(None, (os.sep, os.altsep)))
    try:
        is_folder = not said or said.endswith(ends) or path.is_dir()
    except OSError:
        is_folder = False
    return path / proposed if is_folder else path


def folder_words(path: Path) -> str:
    """The folder of a file, whole: ``~/Documents``."""
    folder = path.parent
    with suppress(OSError, RuntimeError, ValueError):
        folder = Path.cwd() / folder
        folder = Path("~") / folder.relative_to(Path.home())
    return clean_line(str(folder))
