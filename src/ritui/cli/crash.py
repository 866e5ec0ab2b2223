"""Report a bug: a few lines for the reader, the rest in the log."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ritui import __version__

EXIT_CODE: Final = 70

_LARGEST: Final = 1_000_000
"""Bytes after which the log begins anew."""


def report(error: BaseException, arguments: Sequence[str]) -> int:
    """Write what happened to the log and tell the reader where it is.

    Args:
        error: What nobody foresaw.
        arguments: Of the process, without its name.

    Returns:
        The exit code of a bug.
    """
    lines = [
        f"--- {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())}",
        f"ritui {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"arguments: {list(arguments)!r}",
        *(line.rstrip("\n") for line in traceback.format_exception(error)),
        "",
    ]
    log = _written("\n".join(lines), arguments)
    what, remedy = _words(arguments, log)
    summary = traceback.format_exception_only(error)[-1].strip()
    sys.stderr.write(f"{what}\n  {summary}\n  {remedy}\n")
    return EXIT_CODE


def _written(text: str, arguments: Sequence[str]) -> str:
    """Where the report could be written; empty when nowhere."""
    try:
        path = _log_file(arguments)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not path.exists() or path.stat().st_size > _LARGEST
        with path.open("w" if fresh else "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
        return str(path)
    except (OSError, RuntimeError):
        pass
    try:
        descriptor, name = tempfile.mkstemp(prefix="ritui-", suffix=".log")
        os.close(descriptor)
        with Path(name).open("w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return ""
    return name


def _log_file(arguments: Sequence[str]) -> Path:
    from ritui.cli.context import value_of
    from ritui.paths import find_paths

    home = value_of(arguments, "--home") or os.environ.get("RITUI_HOME", "")
    return find_paths(home).log_file


def _words(arguments: Sequence[str], log: str) -> tuple[str, str]:
    """What to say, in the reader's language unless the words themselves are what is broken."""
    try:
        from ritui.cli.context import wished_language
        from ritui.i18n import Messages, choose_language

        say = Messages(choose_language(*wished_language(arguments)))
        return say("error.unexpected.what"), say("error.unexpected.remedy", log=log or "?")
    except (OSError, ValueError, KeyError, ImportError):
        return "ritui met a fault of its own.", f"A report is in {log}."
