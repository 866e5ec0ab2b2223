"""Refresh in a process of its own, so that typing never waits for what is read and written.

The two speak through pipes: first what is wanted, then progress and, at the end, results, each
a pickled value behind its length. When the one who asked closes its end, by will or by ending
itself, what is not yet being written stops.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from ritui.paths import Paths

if TYPE_CHECKING:
    from ritui.services.sync import Progress, Result

_LENGTH: Final = 8
_NICE: Final = 5
"""Beside whoever types, the one who works gives way."""
_PATIENCE: Final = 5.0
"""Seconds that the other is given to end after it was told to."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be refreshed."""

    paths: Paths
    ids: tuple[str, ...]
    force: bool


class AwayFailed(Exception):
    """The other process ended without results."""


async def refresh_away(
    wanted: Wanted, report: Callable[[Progress], None], stop: asyncio.Event
) -> Sequence[Result]:
    """`ritui.services.refresh.refresh`, done elsewhere; readers see what it wrote at once.

    Args:
        wanted: Of a home in which a cache can be kept.
        report: Told where each source is, on the loop's thread.
        stop: When set, what is not yet being written ends as ``cancelled``.

    Raises:
        AwayFailed: The other process could not begin, or broke down.
        RituiError: As `refresh` does.
    """
    code = f"import sys; sys.path[:] = {sys.path!r}; from ritui.services.away import main; main()"
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdin=-1, stdout=-1, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError as error:
        raise AwayFailed(str(error)) from error
    assert process.stdin is not None
    assert process.stdout is not None
    told_to_stop = asyncio.ensure_future(_close_when(stop, process.stdin))
    try:
        process.stdin.write(_packed(wanted))
        while True:
            message = await _next(process.stdout)
            if isinstance(message, BaseException):
                raise message
            if isinstance(message, list):
                return message
            report(message)
    except asyncio.CancelledError:
        # Nobody waits any more; killed at any moment, the cache has all of the old or the new.
        _kill(process)
        raise
    finally:
        told_to_stop.cancel()
        process.stdin.close()
        await _ended(process)


def main() -> None:
    """Be the other process: do what standard input says, and tell standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError, AttributeError):
        os.nice(_NICE)
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but messages may get between them
    try:
        answer: object = asyncio.run(_refreshed(_read(asked), asked, told))
    except Exception as error:  # noqa: BLE001 - the other process says what it was
        answer = error
    with suppress(OSError):
        _tell(told, answer)


async def _refreshed(wanted: Wanted, asked: BinaryIO, told: BinaryIO) -> list[Result]:
    from ritui.config import read
    from ritui.resources import asset
    from ritui.services.library import open_library
    from ritui.services.refresh import refresh

    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def wait_for_the_end() -> None:
        asked.read()
        with suppress(RuntimeError):  # the loop may have ended before
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    config = read(wanted.paths.settings_file, asset("directory", "sources.toml"))
    library, _ = open_library(wanted.paths)
    try:
        return await refresh(
            library,
            [source for source in config.sources if source.id in wanted.ids],
            config,
            force=wanted.force,
            report=lambda progress: _tell(told, progress),
            stop=stop,
        )
    finally:
        library.close()


async def _close_when(stop: asyncio.Event, stream: asyncio.StreamWriter) -> None:
    await stop.wait()
    stream.close()


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Wait for the other process, which has had its say; the cache is safe if it is killed."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await process.wait()
    except TimeoutError:
        _kill(process)


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


async def _next(stream: asyncio.StreamReader) -> Any:
    try:
        size = int.from_bytes(await stream.readexactly(_LENGTH), "big")
        return pickle.loads(await stream.readexactly(size))
    except (asyncio.IncompleteReadError, pickle.UnpicklingError) as error:
        raise AwayFailed("it ended without a word") from error


def _read(stream: BinaryIO) -> Any:
    return pickle.loads(stream.read(int.from_bytes(stream.read(_LENGTH), "big")))


def _tell(stream: BinaryIO, value: object) -> None:
    stream.write(_packed(value))
    stream.flush()


def _packed(value: object) -> bytes:
    body = pickle.dumps(value)
    return len(body).to_bytes(_LENGTH, "big") + body
