"""Settings: read, check, explain, and change without losing what the reader wrote.

Nothing in the file stops the program. What cannot be honoured is a problem, what means nothing
a notice, each with its line; the rest holds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ritui.config.reading import read
    from ritui.config.settings import THEMES, Config
    from ritui.config.writing import draft_source, remove_source, write_setting, write_source

__all__ = [
    "THEMES",
    "Config",
    "draft_source",
    "read",
    "remove_source",
    "write_setting",
    "write_source",
]

_MODULES: Final = {
    "Config": "settings",
    "THEMES": "settings",
    "draft_source": "writing",
    "read": "reading",
    "remove_source": "writing",
    "write_setting": "writing",
    "write_source": "writing",
}


def __getattr__(name: str) -> Any:
    """Load a part of the package when it is asked for.

    Most readers have no settings file, and none is to wait at the start for what reads one.
    """
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
