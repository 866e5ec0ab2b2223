"""Watch: a program on a pseudo-terminal, every byte of it with its time."""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple

from tests.terminal import KEYS, QUIET, Terminal

from benchmarks.memory import peak_mb

_SCRIPT: Final = Path(sysconfig.get_path("scripts"), "ritui")
RITUI: Final = (
    (sys.executable, str(_SCRIPT)) if _SCRIPT.is_file() else (sys.executable, "-m", "ritui")
)
"""How a reader starts ritui."""
BARE: Final = (sys.executable, "-c", "pass")
"""The least that any program in Python is."""
FOOTER: Final = "? help"
"""The end of the last line of the first screen."""

_PATIENCE: Final = 30.0
"""Seconds after which a program that says nothing is given up."""


_GULP: Final = 65_536
_SIP: Final = 32
"""Bytes taken at a time from a slow line."""
_DELETE_ALL: Final = "\x15"
_ANSWER: Final = 1.0
"""Seconds after which a key is taken to have changed nothing."""


class Piece(NamedTuple):
    """Some bytes as they came, and when."""

    at: float
    """Seconds since what was measured began."""
    data: bytes


class Watched(Terminal):
    """One run of a program, whose output is timed first and looked at afterwards."""

    def __init__(
        self,
        home: Path,
        *,
        command: Sequence[str] = RITUI,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        bits: int | None = None,
    ) -> None:
        """Start it, and the clock just before.

        Args:
            home: Where it keeps its files.
            command: The program.
            size: Columns and lines.
            env: Added to a clean environment.
            bits: How many the line carries in a second; None for as many as come.
        """
        self.quiet_at = 0.0
        """Seconds after which the last byte so far came."""
        self._bits = bits
        self._free_at = 0.0
        """When the line has carried what it was given so far."""
        self._usage = _children()
        self._since = time.perf_counter()
        super().__init__(home, size=size, env=env, command=command)

    def __enter__(self) -> Watched:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stops()

    def gathers(self, *, wait: float = _PATIENCE) -> list[Piece]:
        """Everything that comes until nothing has come for a while, put on the screen.

        Looking at the screen takes longer than reading, so it waits until the program has
        nothing more to say.

        Args:
            wait: Seconds for the first byte.
        """
        pieces = self._collect(wait)
        for piece in pieces:
            self._put(piece)
        return pieces

    def shown_at(self, *texts: str) -> float:
        """Seconds from the start to the byte that completes the texts on the screen.

        Raises:
            AssertionError: They never came.
        """
        while pieces := self._collect(_PATIENCE):
            shown: float | None = None
            for piece in pieces:
                self._put(piece)
                if shown is None and all(text in self.text for text in texts):
                    shown = piece.at
            if shown is not None:
                return shown
        raise AssertionError(f"never came: {texts}\n{self.text}")

    def ended_at(self) -> float:
        """Seconds from the start to the end of the program."""
        while self._next(_PATIENCE) is not None:
            pass
        self.quiet_at = time.perf_counter() - self._since
        return self.quiet_at

    def asks(self, *keys: str, wait: float = _ANSWER) -> list[Piece]:
        """Press keys, and gather what the program answers, timed from the first of them.

        Args:
            keys: By name or as characters.
            wait: Seconds for the first byte; what changes nothing has no answer.
        """
        self.drains()
        data = "".join(KEYS.get(key, key) for key in keys).encode()
        self._since = time.perf_counter()
        os.write(self.process.child_fd, data)
        return self.gathers(wait=wait)

    def types(self, text: str) -> None:
        """Put another text into the line that is typed into, and wait for its answer.

        Raises:
            AssertionError: It is not there afterwards, so that something else would be measured.
        """
        # A key that is no letter takes a longer way through Textual than letters do: sent
        # together, the letters would come first and be deleted.
        self.asks(_DELETE_ALL)
        if text:
            self.asks(text)
            self.expects(text.strip())

    def expects(self, *texts: str) -> None:
        """Make sure that what is about to be measured is what it is called.

        Raises:
            AssertionError: The screen does not show all the texts.
        """
        if not all(text in self.text for text in texts):
            raise AssertionError(f"not on the screen: {texts}\n{self.text}")

    def drains(self) -> None:
        """Take what came unasked, such as the blinking of a cursor."""
        while (data := self._next(0)) is not None:
            self._put(Piece(0, data))

    def peak_mb(self) -> float | None:
        """Most megabytes it had in memory so far."""
        return peak_mb(self.process.pid)

    def cpu(self) -> float | None:
        """Seconds of processor time it took so far; None where its system does not say."""
        tasks = Path("/proc", str(self.process.pid), "task")
        if not tasks.is_dir():
            return None
        # Nanoseconds on a processor come first; the clock of other files is too coarse.
        return (
            sum(int((each / "schedstat").read_text().split()[0]) for each in tasks.iterdir()) / 1e9
        )

    def stops(self) -> float:
        """End it at once, and say how many seconds of processor time it took in all."""
        if not self.process.closed:
            # Not asked politely: what it does to leave is not measured.
            self.process.kill(signal.SIGKILL)
            while self.process.isalive():
                time.sleep(0.001)
            self.process.ptyproc.delayafterclose = 0
            self.process.close(force=True)
        return _children() - self._usage

    def _collect(self, wait: float) -> list[Piece]:
        pieces: list[Piece] = []
        while (data := self._next(wait)) is not None:
            self.quiet_at = time.perf_counter() - self._since
            pieces.append(Piece(self.quiet_at, data))
            wait = QUIET
        return pieces

    def _next(self, wait: float) -> bytes | None:
        """The next bytes, or None when none come in time or ever."""
        readable, _, _ = select.select([self.process.child_fd], [], [], wait)
        if not readable:
            return None
        try:
            data = os.read(self.process.child_fd, _SIP if self._bits else _GULP)
        except OSError:
            # How the end of a program looks from this side of a terminal on Linux.
            return None
        if self._bits:
            # What is not taken yet waits in the terminal, and the program behind it.
            now = time.perf_counter()
            self._free_at = max(self._free_at, now) + 8 * len(data) / self._bits
            time.sleep(self._free_at - now)
        return data or None

    def _put(self, piece: Piece) -> None:
        self.sent += piece.data
        self._stream.feed(piece.data)


def size_of(pieces: Sequence[Piece]) -> int:
    """Bytes in all."""
    return sum(len(piece.data) for piece in pieces)


def _children() -> float:
    """Seconds of processor time of the children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
