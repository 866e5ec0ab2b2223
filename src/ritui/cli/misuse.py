"""What can be wrong with a command line. All of it ends with exit code 2.

Imported where something is wrong: to make these classes takes a listing command longer than it
has to spare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ritui.errors import RituiError


@dataclass(eq=False)
class Misuse(RituiError):
    """A command line that cannot be understood."""

    exit_code: ClassVar[int] = 2


@dataclass(eq=False)
class UnknownCommand(Misuse):
    """The first word is no command."""

    key: ClassVar[str] = "misuse.command"

    word: str
    nearest: str = ""


@dataclass(eq=False)
class UnknownOption(Misuse):
    """An option that the command does not have."""

    key: ClassVar[str] = "misuse.option"

    option: str
    command: str
    """How the command is called, as in ``ritui list``."""
    nearest: str = ""


@dataclass(eq=False)
class ValueMissing(Misuse):
    """An option that needs a value stands without one."""

    key: ClassVar[str] = "misuse.value-missing"

    option: str
    expected: str


@dataclass(eq=False)
class ValueUnwanted(Misuse):
    """An option that is a switch was given a value."""

    key: ClassVar[str] = "misuse.value-unwanted"

    option: str


@dataclass(eq=False)
class ValueUnfit(Misuse):
    """An option's value is not one that it can have."""

    key: ClassVar[str] = "misuse.value-unfit"

    option: str
    found: str
    expected: str
    nearest: str = ""


@dataclass(eq=False)
class WordsMissing(Misuse):
    """The command cannot do without a word that is not there."""

    key: ClassVar[str] = "misuse.words-missing"

    command: str
    expected: str


@dataclass(eq=False)
class WordUnwanted(Misuse):
    """A word that the command has no use for."""

    key: ClassVar[str] = "misuse.word-unwanted"

    command: str
    word: str
    nearest: str = ""


@dataclass(eq=False)
class UnknownSource(Misuse):
    """No configured source has this id."""

    key: ClassVar[str] = "misuse.source"

    word: str
    nearest: str = ""


@dataclass(eq=False)
class SourceTaken(Misuse):
    """A source of this id is configured already."""

    key: ClassVar[str] = "misuse.source-taken"

    word: str


@dataclass(eq=False)
class SourceShipped(Misuse):
    """A source that comes with the program cannot be removed."""

    key: ClassVar[str] = "misuse.source-shipped"

    word: str
