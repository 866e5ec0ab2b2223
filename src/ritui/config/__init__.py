"""Settings: read, check, explain, and change without losing what the reader wrote.

Nothing in the file stops the program. What cannot be honoured is a problem, what means nothing
a notice, each with its line; the rest holds.
"""

from ritui.config.reading import Config, read
from ritui.config.rules import THEMES
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
