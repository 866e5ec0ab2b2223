"""Linked: lines with links in them that are walked and followed by keys as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ritui.text import fold
from ritui.ui.messages import FollowLink
from ritui.ui.widgets.lines import Line, Text


class Stop(NamedTuple):
    """A link, on all the lines it takes."""

    first: int
    last: int
    url: str
    action: str
    """What following it does, in Textual's notation; empty where it is an address."""


class Linked(Text):
    """A text whose links can be chosen one after another."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """An empty panel."""
        super().__init__(id=id, classes=classes)
        self._stops: Sequence[Stop] = ()
        self._at: int | None = None

    @property
    def stop(self) -> Stop | None:
        """The link that is chosen."""
        return None if self._at is None else self._stops[self._at]

    def show(self, lines: Sequence[Line], *, keep_place: bool = False) -> None:
        """Show other lines; the same link stays chosen where one stays in one's place."""
        chosen = self._at if keep_place else None
        self._stops = _stops(lines)
        self._at = chosen if chosen is not None and chosen < len(self._stops) else None
        super().show(lines, keep_place=keep_place)

    def line(self, y: int) -> Line:
        """One line of the content, a chosen link in the look of a cursor."""
        line = super().line(y)
        stop = self.stop
        if stop is None or not stop.first <= y <= stop.last:
            return line
        return tuple(
            span._replace(look="cursor") if (span.url, span.action) == stop[2:] else span
            for span in line
        )

    def next_stop(self) -> None:
        """To the link after the chosen one, or to the first in sight."""
        top = self.scroll_offset.y
        if self._is_in_sight:
            assert self._at is not None
            self._choose((self._at + 1) % len(self._stops))
        elif self._stops:
            below = (place for place, stop in enumerate(self._stops) if stop.last >= top)
            self._choose(next(below, 0))

    def previous_stop(self) -> None:
        """To the link before the chosen one, or to the last in sight."""
        bottom = self.scroll_offset.y + self.scrollable_content_region.height
        if self._is_in_sight:
            assert self._at is not None
            self._choose((self._at - 1) % len(self._stops))
        elif self._stops:
            above = [place for place, stop in enumerate(self._stops) if stop.first < bottom]
            self._choose(above[-1] if above else -1)

    async def follow(self) -> bool:
        """Follow the chosen link; whether there was one."""
        stop = self.stop
        if stop is None:
            return False
        if stop.action:
            await self.run_action(stop.action)
        else:
            self.post_message(FollowLink(stop.url))
        return True

    @property
    def _is_in_sight(self) -> bool:
        stop, top = self.stop, self.scroll_offset.y
        bottom = top + self.scrollable_content_region.height
        return stop is not None and stop.last >= top and stop.first < bottom

    def _choose(self, place: int) -> None:
        for stop in (self.stop, self._stops[place]):
            if stop is not None:
                self.refresh_lines(stop.first, stop.last - stop.first + 1)
        self._at = place % len(self._stops)
        stop, top = self._stops[self._at], self.scroll_offset.y
        height = self.scrollable_content_region.height
        if stop.first < top or stop.last >= top + height:
            # With what stands around it, so that one sees what it belongs to.
            self.scroll_to(y=max(0, stop.first - height // 3), animate=False)


class Findable(Linked):
    """Such a text, in which every place of a word can be marked."""

    _needle = ""
    """What is marked, folded; nothing when it is empty."""

    def find(self, needle: str) -> list[int]:
        """Mark a text wherever it stands, and say on which lines."""
        self._needle = fold(needle)
        self.show(self._lines(), keep_place=True)
        return [
            y for y, line in enumerate(self.content) if any(span.look == "match" for span in line)
        ]

    def _lines(self) -> list[Line]:
        """All that is shown, with what is looked for marked in it."""
        return []


def _stops(lines: Sequence[Line]) -> list[Stop]:
    """The links in some lines; one that is wrapped is one."""
    stops: list[Stop] = []
    for y, line in enumerate(lines):
        span = next((each for each in line if each.url or each.action), None)
        if span is None:
            continue
        before = stops[-1] if stops else None
        if before and before[1:] == (y - 1, span.url, span.action):
            stops[-1] = before._replace(last=y)
        else:
            stops.append(Stop(y, y, span.url, span.action))
    return stops
