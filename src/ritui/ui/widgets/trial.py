"""What a source would give, and what went wrong, as lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ritui.i18n import Messages
from ritui.text import clean_line, wrap
from ritui.ui.widgets.lines import Line, Span, Text

if TYPE_CHECKING:
    from ritui.services.trial import Found

_SHOWN = 5
"""Faults of each sort that are told in full."""


class Told(Text):
    """A panel that is told what to say, and says it again whenever its width changes."""

    def __init__(self, *, id: str) -> None:
        """An empty panel."""
        super().__init__(id=id)
        self._told: Callable[[int], Iterable[Line]] = lambda _: ()

    def tell(self, lines: Callable[[int], Iterable[Line]], *, keep_place: bool = False) -> None:
        """Say something else: its lines, for a width."""
        self._told = lines
        self._fill(keep_place=keep_place)

    def on_resize(self) -> None:
        """The width may be another, or there is one for the first time."""
        self._fill(keep_place=True)

    def _fill(self, *, keep_place: bool) -> None:
        if self.across > 0:
            self.show(list(self._told(self.across)), keep_place=keep_place)


def found_lines(found: Found, say: Messages, width: int) -> Iterator[Line]:
    """How many records a first page has, the first names, and what could not be used."""
    records = say("trial.records", n=found.records)
    if found.expected is not None and found.expected != found.records:
        records += " " + say("trial.expected", expected=found.expected)
    yield from wrapped(records, width, "title")
    for name in found.names:
        yield from wrapped(clean_line(name), width, indent="  ")
    if found.records > len(found.names):
        yield (Span("  …", "faint"),)
    for key, told in (("faults", found.faults), ("dropped", found.dropped)):
        if told:
            yield ()
            yield from fault_lines(say(f"trial.{key}", n=len(told)), told, say, width)
    if found.records and not found.faults and not found.dropped:
        yield ()
        yield from wrapped(say("trial.clean"), width)


def fault_lines(title: str, told: tuple[str, ...], say: Messages, width: int) -> Iterator[Line]:
    """The first of some faults, under their number."""
    yield from wrapped(title, width, "warning")
    for each in told[:_SHOWN]:
        yield from wrapped(clean_line(each, 300), width, indent="  ")
    if len(told) > _SHOWN:
        yield (Span("  " + say("screen.more", n=len(told) - _SHOWN), "faint"),)


def error_lines(what: str, remedy: str, width: int) -> Iterator[Line]:
    """What went wrong, and what to do about it."""
    yield from wrapped(what, width, "warning")
    yield from wrapped(remedy, width)


def remembered_error(error: Mapping[str, Any], say: Messages) -> tuple[str, str]:
    """What and remedy of a failure that the cache remembers.

    One whose words are not there, because another version of the program kept it, is told by
    its key.
    """
    facts = {key: str(value) for key, value in error.items() if key != "key"}
    try:
        return tuple(say(f"{error['key']}.{form}", **facts) for form in ("what", "remedy"))  # type: ignore[return-value]  # two forms
    except KeyError:
        return str(error.get("key", "")), ""


def wrapped(text: str, width: int, look: str = "text", indent: str = "") -> Iterator[Line]:
    """A text in as many lines as it takes."""
    if text:
        for part in wrap(text, max(8, width - len(indent))):
            yield (Span(indent + part, look),)
