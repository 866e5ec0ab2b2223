"""Grouped: rows under titles, which the cursor passes over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from ritui.ui.widgets.lines import Cursor, Line

Item = TypeVar("Item")


class Grouped(Cursor, Generic[Item]):
    """A list in groups; each has at least one row."""

    def __init__(self, *, id: str) -> None:
        """No rows yet."""
        super().__init__(id=id)
        self._rows: Sequence[tuple[str, Item | None]] = ()
        self._instead: Sequence[Line] = ()

    @property
    def chosen(self) -> Item | None:
        """What the cursor is on; nothing where there are no rows."""
        return self._rows[self.cursor][1] if self._rows else None

    def show(
        self,
        groups: Iterable[tuple[str, Iterable[Item]]],
        chosen: Item | None = None,
        instead: Sequence[Line] = (),
    ) -> None:
        """Show other rows.

        Args:
            groups: Titles and what stands under each.
            chosen: Where to put the cursor, if it is there; else it goes to the first row.
            instead: Lines to show where there are no rows.
        """
        rows: list[tuple[str, Item | None]] = []
        for title, items in groups:
            rows.append((title, None))
            rows += ((title, item) for item in items)
        self._rows, self._instead = rows, instead
        self.resize_content(len(rows) or len(instead))
        place = next(
            (place for place, row in enumerate(rows) if row[1] is not None and row[1] == chosen), 1
        )
        self.set_reactive(Cursor.cursor, place if rows else 0)
        if place == 1:
            self.scroll_to(y=0, animate=False)
        self.show_cursor()
        self.refresh()

    def validate_cursor(self, row: int) -> int:
        """A row that exists and is no title: else the next one in the direction of the way."""
        row = super().validate_cursor(row)
        if not self._rows or self._rows[row][1] is not None:
            return row
        return row - 1 if row < self.cursor and row > 0 else row + 1

    def show_cursor(self) -> None:
        """Keep the cursor in sight, and the title right above it as well."""
        super().show_cursor()
        above = self.cursor - 1
        if self._rows and above >= 0 and self._rows[above][1] is None:
            self.scroll_to(y=min(above, self.scroll_offset.y), animate=False)

    def line(self, y: int) -> Line:
        """A title or a row, or what is shown instead."""
        if not self._rows:
            return self._instead[y] if y < len(self._instead) else ()
        if y >= len(self._rows):
            return ()
        title, item = self._rows[y]
        return self.title_line(title) if item is None else self.item_line(y, item)

    def title_line(self, title: str) -> Line:
        """How a group's title is written."""
        raise NotImplementedError

    def item_line(self, y: int, item: Item) -> Line:
        """How a row is written."""
        raise NotImplementedError
