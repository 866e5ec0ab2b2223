"""Making: one file in the making. A thread makes it; another may watch, and stop it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final, TypeVar

from ritui.services.export import FORMATS, Selection, byte_order_mark, write_file
from ritui.services.export.choosing import lacking
from ritui.store.answer import StaleAnswer

if TYPE_CHECKING:
    from ritui.model.source import Event as Dated

_Item = TypeVar("_Item")
_LONG: Final = 32_768
"""Characters that the beginning of a file has at most, but for its last piece."""


class Stopped(Exception):
    """Nobody wants it any more; nothing was written."""


class Making:
    """What is exported, on its way into a format."""

    def __init__(self, form: str, select: Callable[[], Selection]) -> None:
        """Nothing is read yet.

        Args:
            form: The format.
            select: Gives what is to be exported, as the directory is when it is called.
        """
        self.form = form
        self._select = select
        self._stopped = Event()
        self._rest: Iterator[str] = iter(())
        self.done = 0
        """How far the reading of the records is, or of the events of a calendar. Some formats read
        them more than once, and then it begins again."""
        self.number = 0
        """How many records, or events of a calendar, are in it, when it is whole."""
        self.size = 0
        """Its bytes so far."""

    def stop(self) -> None:
        """End it, soon: the method that runs in the other thread raises `Stopped`."""
        self._stopped.set()

    def write(self, path: Path, *, may_replace: bool = False) -> str:
        """Write the file, whole or not at all; anew when the directory changes meanwhile.

        Args:
            path: Where.
            may_replace: Whether a file that is there may be replaced.

        Returns:
            What there is none of, as `lacking` says it: then nothing was written. Else empty.

        Raises:
            FileExists: There is a file, and it may not be replaced.
            CannotWrite: The file system refuses.
            Stopped: It was stopped.
        """

        def write() -> str:
            selection = self._begin()
            missing = lacking(selection, self.form)
            if not missing:
                write_file(path, self._pieces(selection), replace=may_replace)
                self.size += len(byte_order_mark(path).encode())
            return missing

        return settled(write)

    def head(self, lines: int) -> tuple[str, str]:
        """How the file begins.

        Args:
            lines: How many of its lines are enough.

        Returns:
            Whole pieces of the text; and what there is none of, as `lacking` says it.

        Raises:
            Stopped: It was stopped.
        """

        def head() -> tuple[str, str]:
            selection = self._begin()
            if missing := lacking(selection, self.form):
                return "", missing
            self._rest = self._pieces(selection)
            pieces: list[str] = []
            count = 0
            for piece in self._rest:
                pieces.append(piece)
                count += piece.count("\n")
                if count > lines or self.size > _LONG:
                    break
            return "".join(pieces), ""

        return settled(head)

    def text(self, most: int) -> tuple[str | None, str]:
        """All of it.

        Args:
            most: Bytes that it may have.

        Returns:
            The text, or None where it is longer; and what there is none of, as `lacking` says it.

        Raises:
            Stopped: It was stopped.
        """

        def text() -> tuple[str | None, str]:
            selection = self._begin()
            if missing := lacking(selection, self.form):
                return "", missing
            pieces: list[str] = []
            for piece in self._pieces(selection):
                pieces.append(piece)
                if self.size > most:
                    return None, ""
            return "".join(pieces), ""

        return settled(text)

    def measure(self, seconds: float) -> bool:
        """Go on after the beginning, and keep nothing of it: only how long it is.

        Args:
            seconds: After which it is enough.

        Returns:
            Whether the end was reached, so that `size` and `number` are those of the whole.

        Raises:
            Stopped: It was stopped.
        """
        until = time.monotonic() + seconds
        # When the directory changed, it is not this file any more that would be measured.
        with suppress(StaleAnswer):
            return all(time.monotonic() < until for _ in self._rest)
        return False

    def _begin(self) -> Selection:
        self.done = self.number = self.size = 0
        selection = self._select()

        def records() -> Iterable[object]:
            return self._counted(selection.records())

        def events() -> Iterable[Dated]:
            return self._counted(selection.events())

        if self.form == "ics":
            return replace(selection, events=events)
        return replace(selection, records=records)  # type: ignore[arg-type]  # items are the same

    def _counted(self, items: Iterable[_Item]) -> Iterator[_Item]:
        self.done = 0
        for item in items:
            self._look_up()
            self.done += 1
            self.number = max(self.number, self.done)
            yield item

    def _pieces(self, selection: Selection) -> Iterator[str]:
        for piece in FORMATS[self.form](selection):
            self._look_up()
            self.size += len(piece.encode())
            yield piece

    def _look_up(self) -> None:
        if self._stopped.is_set():
            raise Stopped


def settled(work: Callable[[], _Item]) -> _Item:
    """Do work that reads one state of the directory, anew while somebody else changes it."""
    while True:
        with suppress(StaleAnswer):
            return work()
