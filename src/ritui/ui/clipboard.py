"""Clipboard: by a tool of the desktop, through tmux, or through the terminal; and saying which.

A tool says whether it took the text. A terminal that is sent a text (OSC 52) says nothing: it
may take it, ask its owner, or ignore it. So nobody is told more than is known.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from textual.app import App

from ritui.i18n import Messages

LIMIT: Final = 74_994
"""Bytes of a text that are sent to a terminal: encoded, they are the 100,000 that most take."""
PATIENCE: Final = 3.0
"""Seconds after which a tool that did not end is given up."""
_SHOWN: Final = 200
"""Characters of a text that is shown in a toast."""
_PIECE: Final = 240
"""Characters of a string that GNU screen passes on in one go, of any version."""


class Tool(NamedTuple):
    """A program that takes a text on its standard input and puts it on the clipboard."""

    command: tuple[str, ...]
    variable: str = ""
    """It only works where this is set."""
    encoding: str = "utf-8"


DESKTOP: Final = (
    Tool(("wl-copy",), "WAYLAND_DISPLAY"),
    Tool(("xclip", "-selection", "clipboard", "-in"), "DISPLAY"),
    Tool(("xsel", "--clipboard", "--input"), "DISPLAY"),
    Tool(("termux-clipboard-set",)),
    # Where Linux runs within Windows.
    Tool(("clip.exe",), encoding="utf-16-le"),
)
"""Tools of a desktop, the surest first."""
_OF_SYSTEM: Final = {
    "darwin": (Tool(("pbcopy",)),),
    "win32": (Tool(("clip.exe",), encoding="utf-16-le"),),
}
TMUX: Final = Tool(("tmux", "load-buffer", "-w", "-"), "TMUX")
"""Puts the text in a buffer of tmux, and has tmux send it to the terminal."""


class Outcome(NamedTuple):
    """What became of a text."""

    way: Literal["tool", "tmux", "terminal", "too-long", "nowhere"]
    """``terminal`` when it was sent to one; whether that took it, nobody knows."""
    tool: str = ""
    """The name of the program that took it."""

    @property
    def is_hopeful(self) -> bool:
        """Whether it may be on the clipboard."""
        return self.way in {"tool", "tmux", "terminal"}


async def put(text: str, write: Callable[[str], object] | None) -> Outcome:
    """Put a text on the clipboard, by the surest way there is.

    Args:
        text: What.
        write: Sends something to the terminal as it is; None where there is no terminal.
    """
    for tool in _tools(os.environ):
        if await _took(tool, text):
            return Outcome("tmux" if tool is TMUX else "tool", tool.command[0])
    # The console of Linux has no clipboard, and older ones print what they do not understand.
    if write is None or os.environ.get("TERM") in {"linux", "dumb"}:
        return Outcome("nowhere")
    if len(text.encode()) > LIMIT:
        return Outcome("too-long")
    write(sequence(text, os.environ))
    return Outcome("terminal")


async def copy(app: App[Any], text: str) -> Outcome:
    """Put a text on the clipboard, and where it can be pasted within the program itself."""
    app._clipboard = text
    driver = app._driver
    return await put(text, None if driver is None else driver.write)


async def copy_and_tell(app: App[Any], say: Messages, text: str, before: str = "") -> Outcome:
    """Put a text on the clipboard, and say what became of it.

    Args:
        app: Whose clipboard.
        say: The words.
        text: What.
        before: A sentence to be said first.
    """
    outcome = await copy(app, text)
    words = f"{before} {told(outcome, text, say)}".strip()
    app.notify(words, timeout=5 if outcome.way == "tool" else 8, markup=False)
    return outcome


def told(outcome: Outcome, text: str, say: Messages) -> str:
    """What became of a text, in words, with the text itself or its beginning."""
    shown = " ".join(text.split())
    if len(shown) > _SHOWN:
        shown = f"{shown[:_SHOWN].rstrip()}…"
    return say(f"clipboard.{outcome.way}", tool=outcome.tool, text=shown)


def sequence(text: str, environment: Mapping[str, str]) -> str:
    """What tells a terminal to put a text on its clipboard (OSC 52 of xterm).

    Args:
        text: What.
        environment: Says whether tmux or GNU screen is between the program and the terminal;
            both pass on what is in a string of theirs.
    """
    encoded = base64.b64encode(text.encode()).decode("ascii")
    plain = f"\x1b]52;c;{encoded}\x07"
    if environment.get("TMUX"):
        doubled = plain.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environment.get("STY"):
        pieces = (plain[start : start + _PIECE] for start in range(0, len(plain), _PIECE))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return plain


def _tools(environment: Mapping[str, str]) -> Iterator[Tool]:
    """The tools that could work here, the surest first."""
    if not any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY")):
        # Over ssh they would fill the clipboard of a machine that the reader does not sit at.
        for tool in _OF_SYSTEM.get(sys.platform, DESKTOP):
            if not tool.variable or environment.get(tool.variable):
                yield tool
    if environment.get(TMUX.variable):
        yield TMUX


async def _took(tool: Tool, text: str) -> bool:
    """Whether a tool is there, took a text, and ended well."""
    program = _found(tool.command[0])
    if program is None:
        return False
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *tool.command[1:],
            stdin=asyncio.subprocess.PIPE,
            # What such a tool leaves running must not hold on to the terminal.
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(PATIENCE):
            await process.communicate(text.encode(tool.encoding))
    except (TimeoutError, OSError):
        return False
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
    return process.returncode == 0


def _found(program: str) -> str | None:
    """The path of a program; on Windows of the system's own, not of whatever is called so here."""
    if sys.platform != "win32":
        return shutil.which(program)
    system = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
    return shutil.which(program, path=str(system))
