"""Where configuration, cache and data live. Asking creates nothing."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Paths(NamedTuple):
    """The three folders of one reader, each with its own promise."""

    config: Path
    """Settings, which the reader may edit."""
    cache: Path
    """What can be rebuilt: losing it loses nothing."""
    data: Path
    """What the reader made: never touched by a sync or an upgrade."""

    @property
    def settings_file(self) -> Path:
        """The settings, TOML."""
        return self.config / "config.toml"

    @property
    def store_file(self) -> Path:
        """The cache, SQLite."""
        return self.cache / "directory.sqlite"

    @property
    def shelf_file(self) -> Path:
        """What the reader keeps, TOML."""
        return self.data / "shelf.toml"

    @property
    def log_file(self) -> Path:
        """Where a report of a bug is written."""
        return self.cache / "ritui.log"


def find_paths(home: str | None = None) -> Paths:
    """The folders under ``home``, or the ones this system gives a program.

    Args:
        home: From ``--home`` or ``RITUI_HOME``; ``~`` is expanded.
    """
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root / "config", root / "cache", root / "data")
    # Costs more than a listing command has to spare, so it is only asked when needed.
    from platformdirs import PlatformDirs

    folders = PlatformDirs("ritui", appauthor=False)
    return Paths(folders.user_config_path, folders.user_cache_path, folders.user_data_path)
