"""Page: what every screen of ours has."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from ritui.ui.widgets.ground import ground
from ritui.ui.widgets.lines import LOOKS

Result = TypeVar("Result")


class Page(Screen[Result]):
    """A screen of lines.

    The looks of spans belong to it and not to each of its widgets: there are fewer styles to
    work out before the first frame.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{look}" for look in LOOKS}

    @property
    def is_left(self) -> bool:
        """Whether the reader is on another view, and the parts of this one go, one by one."""
        return self not in self.app.screen_stack

    def _compositor_refresh(self) -> None:
        # Textual draws once more while it batches updates, as at the start, and throws that
        # frame away; it is drawn when the batch ends.
        if self.app._batch_count:
            self._repaint_required = True
        else:
            super()._compositor_refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background, which is all that a screen itself draws."""
        return ground(super().render_lines, crop)

    def draw(self) -> None:
        """Draw now what waits to be drawn, and not with the next tick of Textual's clock."""
        self._repaint_required = False
        self._compositor_refresh()
