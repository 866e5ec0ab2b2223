"""Every failure the program expects, as facts.

Words are chosen where an error is shown: ``<key>.what`` says what happened and where,
``<key>.remedy`` what to do, both in the language's message file. The exit codes are part of
the contract in ``docs/commands.md``.

    RituiError
    ├── UnknownWord, QueryUnreadable, SettingUnreadable, SettingsUnreadable    2
    ├── UnknownSetting                                     2, though it is never fatal
    ├── NoSuchRecord, AmbiguousRecord                                          1
    ├── SourceFailed                                                           3
    │   ├── Offline, SourceUnreachable, SourceRefused
    │   └── SourceUnusable, SourceLimit
    ├── StoreDamaged, ShelfDamaged                                             4
    └── CannotWrite                                                            5
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(eq=False, repr=False)
class RituiError(Exception):
    """A failure that was foreseen: it has a name, facts and an exit code."""

    key: ClassVar[str] = "error.unexpected"
    exit_code: ClassVar[int] = 70

    def facts(self) -> dict[str, object]:
        """What the message of this error may speak of."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def __reduce__(self) -> tuple[type[RituiError], tuple[object, ...]]:
        """How it goes from one process to another."""
        return type(self), tuple(self.facts().values())

    def __repr__(self) -> str:
        """The facts in English notation."""
        return str(self)

    def __str__(self) -> str:
        """The facts in English notation, for logs and tests; readers see messages instead."""
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts().items())
        return f"{type(self).__name__}({facts})"


@dataclass(eq=False, repr=False)
class UnknownWord(RituiError):
    """A key, value or name that is not one of a closed list."""

    key: ClassVar[str] = "error.unknown-word"
    exit_code: ClassVar[int] = 2

    what: str
    """What kind of word it is: ``query key``, ``country``, ``source`` and the like."""
    word: str
    nearest: str = ""
    """The closest word that would have been understood, or empty."""


@dataclass(eq=False, repr=False)
class QueryUnreadable(RituiError):
    """A query whose form cannot be understood."""

    key: ClassVar[str] = "error.query-unreadable"
    exit_code: ClassVar[int] = 2

    part: str
    """The part that was not understood."""
    expected: str
    """The form that would have been: ``near:LAT,LON,RADIUSkm``."""


@dataclass(eq=False, repr=False)
class SettingUnreadable(RituiError):
    """One value in the settings that cannot be honoured."""

    key: ClassVar[str] = "error.setting-unreadable"
    exit_code: ClassVar[int] = 2

    path: Path
    line: int
    setting: str
    """Dotted name of the setting."""
    expected: str
    found: str
    nearest: str = ""
    """The closest word that would have been understood, or empty."""


@dataclass(eq=False, repr=False)
class UnknownSetting(RituiError):
    """A name in the settings that means nothing: told as a notice, never a reason to stop."""

    key: ClassVar[str] = "error.unknown-setting"
    exit_code: ClassVar[int] = 2

    path: Path
    line: int
    setting: str
    """Dotted name of the setting."""
    nearest: str = ""
    """The closest name that would have been understood, or empty."""


@dataclass(eq=False, repr=False)
class SettingsUnreadable(RituiError):
    """The settings file as a whole cannot be read."""

    key: ClassVar[str] = "error.settings-unreadable"
    exit_code: ClassVar[int] = 2

    path: Path
    line: int
    reason: str


@dataclass(eq=False, repr=False)
class NoSuchRecord(RituiError):
    """No record has this id, identifier or acronym."""

    key: ClassVar[str] = "error.no-such-record"
    exit_code: ClassVar[int] = 1

    word: str
    nearest: str = ""


@dataclass(eq=False, repr=False)
class AmbiguousRecord(RituiError):
    """An acronym that several records carry."""

    key: ClassVar[str] = "error.ambiguous-record"
    exit_code: ClassVar[int] = 1

    word: str
    ids: str
    """The ids to choose from, joined by commas."""


@dataclass(eq=False, repr=False)
class SourceFailed(RituiError):
    """A source could not be read; what was cached from it is still served."""

    key: ClassVar[str] = "error.source-failed"
    exit_code: ClassVar[int] = 3

    source: str
    """Identifier of the source, as in the settings."""
    url: str
    """The address that was tried, without secrets."""


@dataclass(eq=False, repr=False)
class Offline(SourceFailed):
    """The network was asked for in a run that has none; no socket was opened."""

    key: ClassVar[str] = "error.offline"


@dataclass(eq=False, repr=False)
class SourceUnreachable(SourceFailed):
    """A source did not answer, or stopped in the middle of its answer."""

    key: ClassVar[str] = "error.source-unreachable"

    reason: str
    """What the network said, unlocalised."""


@dataclass(eq=False, repr=False)
class SourceRefused(SourceFailed):
    """A source answered with a status that is not success."""

    key: ClassVar[str] = "error.source-refused"

    status: int
    reason: str = ""


@dataclass(eq=False, repr=False)
class SourceUnusable(SourceFailed):
    """A source answered with something that is not what it should be."""

    key: ClassVar[str] = "error.source-unusable"

    reason: str


@dataclass(eq=False, repr=False)
class SourceLimit(SourceFailed):
    """A source asks to be left alone for longer than we wait."""

    key: ClassVar[str] = "error.source-limit"

    again: str
    """When to try again, local time."""


@dataclass(eq=False, repr=False)
class StoreDamaged(RituiError):
    """The cache cannot be read. It is rebuilt from the bundled directory and the sources."""

    key: ClassVar[str] = "error.store-damaged"
    exit_code: ClassVar[int] = 4

    path: Path
    reason: str
    newer: bool = False
    """Whether it is whole, but written by a newer ritui."""


@dataclass(eq=False, repr=False)
class ShelfDamaged(RituiError):
    """The reader's shelf cannot be understood. It is theirs, so it is left as it is."""

    key: ClassVar[str] = "error.shelf-damaged"
    exit_code: ClassVar[int] = 4

    path: Path
    reason: str
    """Where and what, in the notation of the file."""
    newer: bool = False
    """Whether a newer ritui wrote it."""


@dataclass(eq=False, repr=False)
class CannotWrite(RituiError):
    """A file cannot be written where it was asked for."""

    key: ClassVar[str] = "error.cannot-write"
    exit_code: ClassVar[int] = 5

    path: Path
    reason: str
