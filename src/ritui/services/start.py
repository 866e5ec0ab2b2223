"""Start: what the app is started with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ritui.paths import Paths
from ritui.resources import asset

if TYPE_CHECKING:
    from ritui.config import Config
    from ritui.model.source import Source


class Start(NamedTuple):
    """What the command line decided before the first screen."""

    paths: Paths
    language: str
    """Code of a language that has messages."""
    offline: bool
    """Whether this run has no network."""
    theme: str | None
    """The theme asked for; None leaves it to the settings."""
    mouse: bool
    """Whether the mouse is listened to."""
    config: Config
    """The settings as they were at the start, without the sources; what could not be honoured
    is not in them."""
    lean: bool = False
    """Whether few bytes are to be sent: the line is slow, or paid by what goes over it."""

    @property
    def look(self) -> str:
        """The theme to begin with: lean, the terminal's own colours, unless others are needed."""
        chosen = self.theme or self.config.theme
        needed = self.theme is not None or chosen == "high-contrast"
        return chosen if needed or not self.lean else "terminal"

    def settings(self) -> Config:
        """The settings as they are now, with the sources; problems are for who changes them.

        Read when it is asked for: most of what the program does needs no source.
        """
        from ritui.config import read

        return read(self.paths.settings_file, asset("directory", "sources.toml"))

    def sources(self) -> tuple[Source, ...]:
        """The sources that come with the program, as the reader changed them, and the reader's."""
        return self.settings().sources
