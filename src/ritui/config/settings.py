"""What the reader has decided, as one value; reading it from a file is apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ritui.errors import RituiError, UnknownSetting
    from ritui.model.source import Source

THEMES: Final = ("dark", "light", "high-contrast", "terminal")
"""Values of ``theme``."""


@dataclass(frozen=True, slots=True)
class Config:
    """What the reader has decided. Every field has a default, so no file is needed."""

    lang: str = ""
    """Language code; empty to follow the environment."""
    theme: str = "dark"
    """One of `THEMES`."""
    mouse: bool = True
    """Whether the app listens to the mouse."""
    lean: bool | None = None
    """Whether the app sends few bytes; None for where it is used over ssh."""
    contact: str = ""
    """Mail address sent in the User-Agent, so that a source can complain; empty to send none."""
    proxy_from_env: bool = True
    """Whether ``HTTPS_PROXY`` and its kin are honoured."""
    precedence: tuple[str, ...] = ()
    """Ids of sources whose word counts before that of others, the most trusted first."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action id to the keys that start it; with none, no key does."""
    sources: tuple[Source, ...] = ()
    """The shipped sources, changed as the reader wished, then the reader's own."""
    problems: tuple[RituiError, ...] = ()
    """What could not be honoured: the default holds in its place."""
    notices: tuple[UnknownSetting, ...] = ()
    """What means nothing."""

    def trusted(self) -> tuple[str, ...]:
        """Ids of all sources, the most trusted first.

        Those that the reader named, the directory that comes with the program, the others as
        they stand in the settings.
        """
        from ritui.model.source import BUNDLED

        others = (source.id for source in self.sources)
        return tuple(dict.fromkeys((*self.precedence, BUNDLED, *others)))
