"""Lean: what a terminal at the other end of a slow line is spared."""

from __future__ import annotations

from typing import Final

from textual.driver import Driver

REST: Final = 0.15
"""Seconds that the cursor rests on a row before the record beside the list follows: while one
walks through a list, the rows are not to wait for records that nobody reads."""


def clicks_only(driver: type[Driver]) -> type[Driver]:
    """A driver that has the terminal report clicks and the wheel, but not where the mouse goes.

    Over ssh each step of a mouse that nobody holds down would be sent, and answered.

    Args:
        driver: Textual's, for this system.
    """

    class Clicks(driver):  # type: ignore[misc, valid-type]  # one of several, known when it runs
        """That driver, without motion."""

        def _enable_mouse_support(self) -> None:
            if self._mouse:
                # Buttons, in the notation that has no largest column.
                self.write("\x1b[?1000h\x1b[?1006h")
                self.flush()

    return Clicks
