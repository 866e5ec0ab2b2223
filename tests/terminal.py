"""A real pseudo-terminal: starts the program, presses keys, looks at the screen, counts bytes."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

from tests.loopback import NO_WAY_OUT

KEYS = {
    "enter": "\r", "escape": "\x1b", "down": "\x1b[B", "up": "\x1b[A", "tab": "\t",
    "pagedown": "\x1b[6~", "end": "\x1b[F", "home": "\x1b[H", "backspace": "\x7f",
    "ctrl+c": "\x03", "ctrl+p": "\x10", "space": " ",
}  # fmt: skip

QUIET = 0.25
"""Seconds without a byte after which a frame counts as drawn."""


class Terminal:
    """One run of the program on a terminal of a size."""

    def __init__(
        self,
        home: Path,
        *arguments: str,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = (sys.executable, "-m", "ritui"),
    ) -> None:
        """Start it.

        Args:
            home: Where it keeps its files.
            arguments: Options and commands.
            size: Columns and lines.
            env: Added to a clean environment.
            command: The program.
        """
        columns, lines = size
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = bytearray()
        """Every byte the program sent to the terminal."""
        clean = {
            "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8",
            "TERM": "xterm-256color", "COLORTERM": "truecolor", "RITUI_HOME": str(home),
            **NO_WAY_OUT,
        }  # fmt: skip
        self.process = pexpect.spawn(
            command[0],
            [*command[1:], *arguments],
            dimensions=(lines, columns),
            env={**clean, **(env or {})},
            timeout=20,
        )
        self.process.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.close(force=True)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        return list(self.screen.display)

    @property
    def text(self) -> str:
        """What is on the screen, as one text."""
        return "\n".join(self.lines)

    def sees(self, *texts: str, timeout: float = 20) -> str:
        """Wait until all the texts are on the screen."""
        return self.until(lambda: all(text in self.text for text in texts), f"{texts}", timeout)

    def until(self, holds: Callable[[], bool], what: str, timeout: float = 20) -> str:
        """Wait until something holds of the screen."""
        end = time.monotonic() + timeout
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"never came: {what}\n{self.text}")
            self._read(0.05)
        return self.text

    def settles(self) -> int:
        """Read until nothing more comes, and count the bytes."""
        before = len(self.sent)
        while self._read(QUIET):
            pass
        return len(self.sent) - before

    def presses(self, *keys: str) -> Terminal:
        """Press keys one after the other, by name or as characters."""
        for key in keys:
            self.process.send(KEYS.get(key, key))
            if key == "escape":
                # What follows at once would be taken for the rest of a longer sequence.
                self.settles()
        return self

    def ends(self, timeout: float = 20) -> int:
        """Wait for the end of the program, and give its exit code."""
        end = time.monotonic() + timeout
        while self._read(0.05, to_end=True):
            if time.monotonic() > end:
                raise AssertionError(f"never ended\n{self.text}")
        self.process.close()
        status: int | None = self.process.exitstatus
        return -1 if status is None else status

    def _read(self, wait: float, *, to_end: bool = False) -> bool:
        try:
            data = self.process.read_nonblocking(65_536, wait)
        except pexpect.TIMEOUT:
            return to_end
        except pexpect.EOF:
            return False
        self.sent += data
        self._stream.feed(data)
        return True
