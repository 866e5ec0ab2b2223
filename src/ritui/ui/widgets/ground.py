"""Ground: what panels lie on."""

from __future__ import annotations

from collections.abc import Callable

from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip


class Row(Horizontal):
    """Panels side by side."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background."""
        return ground(super().render_lines, crop)


def ground(render: Callable[[Region], list[Strip]], crop: Region) -> list[Strip]:
    """The lines of something that has a background and nothing else.

    Textual draws it in full even where panels cover it, and cuts each of its lines at their
    edges. Here all lines are one strip, which is drawn and cut once.

    Args:
        render: Draws some lines.
        crop: Those wanted.
    """
    return render(crop._replace(height=min(1, crop.height))) * crop.height
