"""Start: what the app is started with."""

from __future__ import annotations

from dataclasses import dataclass

from ritui.config import Config, read
from ritui.model.source import Source
from ritui.paths import Paths
from ritui.resources import asset


@dataclass(frozen=True, slots=True)
class Start:
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
    """The settings, without problems."""

    def settings(self) -> Config:
        """The settings as they are now, with the sources; problems are for who changes them.

        Read when it is asked for: most of what the program does needs no source.
        """
        return read(self.paths.settings_file, asset("directory", "sources.toml"))

    def sources(self) -> tuple[Source, ...]:
        """The sources that come with the program, as the reader changed them, and the reader's."""
        return self.settings().sources
