"""The options and words of one command: argparse, but with our errors, and with queries.

In a query ``-status:ended`` is a word that excludes. Argparse would take it for an option, so
such words wear a mark that no command line can hold while argparse looks.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

from ritui.text import nearest

if TYPE_CHECKING:
    from ritui.cli.misuse import Misuse

_MARK: Final = "\0"
"""Put before a word that excludes; no argument of a process can contain it."""

FORMATS: Final = ("table", "json", "jsonl", "csv", "md", "ids")
"""The forms of the contract; a command offers those that make sense for it."""


class Parser(argparse.ArgumentParser):
    """What one command understands."""

    def __init__(self, command: str) -> None:
        """Begin with the options that every command has.

        Args:
            command: Its name; empty for the program without one.
        """
        super().__init__(
            prog=f"ritui {command}".strip(),
            usage=argparse.SUPPRESS,
            add_help=False,
            allow_abbrev=False,
            exit_on_error=False,
            # Help is ours; this only keeps argparse from asking how wide the terminal is.
            formatter_class=lambda prog: argparse.HelpFormatter(prog, width=80),
        )
        self.command = command
        self.declared: list[argparse.Action] = []
        """Every option, in the order in which help shows them."""
        self.metavar = ""
        """What the words of the command are: ``ID...``; empty where it takes none."""
        self.least = 0
        self.takes_query = False
        self.option("--home", metavar="DIR")
        self.option("--lang", metavar="en|es|pt")
        self.option("--offline", action="store_true")
        self.option("--lean", action=argparse.BooleanOptionalAction)
        self.option("--theme", metavar="NAME")
        self.option("--no-mouse", action="store_true")
        self.option("--version", action="store_true")
        self.option("--help", "-h", action="store_true")
        self.everywhere = tuple(self.declared)
        """The options that every command has."""

    @property
    def own(self) -> list[argparse.Action]:
        """The options that only this command has."""
        return [action for action in self.declared if action not in self.everywhere]

    def option(
        self,
        *flags: str,
        choices: Iterable[str] = (),
        number: bool = False,
        value: Callable[[str], Any] | None = None,
        **settings: Any,
    ) -> None:
        """Declare an option; its explanation is the message ``option.<name>``.

        Args:
            flags: As typed, the long form first.
            choices: The only values it can have.
            number: Whether its value is a whole number, 0 or more.
            value: What makes a value of what was typed.
            settings: As `argparse` has them.
        """
        allowed = tuple(choices)
        if allowed:
            settings.setdefault("metavar", "|".join(allowed))
            value = _one_of(flags[0], allowed)
        elif number:
            value = _number(flags[0])
        if value is not None:
            settings["type"] = value
        self.declared.append(self.add_argument(*flags, **settings))

    def formats(self, *offered: str) -> None:
        """Declare ``--format`` and its short form ``--json``."""
        self.option("--format", choices=offered, default="table")
        self.option("--json", action="store_const", const="json", dest="format")

    def words(self, metavar: str, *, least: int = 0) -> None:
        """Declare that the command takes words besides options."""
        self.metavar, self.least = metavar, least

    def query(self) -> None:
        """Declare that the command's words are a query."""
        self.metavar, self.takes_query = "QUERY", True

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """What the arguments say: a value for each option, and ``words``.

        Raises:
            Misuse: They cannot be understood.
        """
        before, words = _split(arguments)
        prepared = [self._marked(argument) for argument in before]
        try:
            found, extras = self.parse_known_args(prepared)
        except argparse.ArgumentError as error:
            raise self._translated(error) from error
        for extra in extras:
            if extra.startswith("-") and extra != "-":
                raise self._unknown(extra)
        found.words = [_bare(extra) for extra in extras] + words
        for name, value in vars(found).items():
            setattr(found, name, _bared(value))
        wrong = (found.words and not self.metavar) or len(found.words) < self.least
        if wrong and not (found.help or found.version):
            raise self._wrong_words(found.words)
        return found

    def error(self, message: str) -> NoReturn:
        """Refuse to end the program from here; argparse would."""
        raise AssertionError(message)

    def _wrong_words(self, words: Sequence[str]) -> Misuse:
        from ritui.cli.misuse import WordsMissing, WordUnwanted

        return WordUnwanted(self.prog, words[0]) if words else WordsMissing(self.prog, self.metavar)

    def _marked(self, argument: str) -> str:
        excludes = argument.startswith("-") and not argument.startswith("--") and argument != "-"
        if self.takes_query and excludes and argument not in self._flags():
            return _MARK + argument
        return argument

    def _flags(self) -> list[str]:
        return [flag for action in self.declared for flag in action.option_strings]

    def _unknown(self, word: str) -> Misuse:
        from ritui.cli.misuse import UnknownOption

        option = word.partition("=")[0]
        known = [flag for flag in self._flags() if flag.startswith("--")]
        return UnknownOption(option, self.prog, nearest(option, known))

    def _translated(self, error: argparse.ArgumentError) -> Misuse:
        from ritui.cli.misuse import ValueMissing, ValueUnwanted

        flag = (error.argument_name or "").split("/")[0]
        action = next(each for each in self.declared if flag in each.option_strings)
        if action.nargs == 0:
            return ValueUnwanted(flag)
        return ValueMissing(flag, str(action.metavar))


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The arguments before the first ``--``, and those after it, which are words all."""
    given = list(arguments)
    if "--" not in given:
        return given, []
    place = given.index("--")
    return given[:place], given[place + 1 :]


def _bare(word: str) -> str:
    return word.removeprefix(_MARK)


def _bared(value: Any) -> Any:
    if isinstance(value, list):
        return [_bared(each) for each in value]
    return _bare(value) if isinstance(value, str) else value


def _one_of(option: str, allowed: Sequence[str]) -> Callable[[str], str]:
    def check(word: str) -> str:
        word = _bare(word)
        if word not in allowed:
            from ritui.cli.misuse import ValueUnfit

            raise ValueUnfit(option, word, " | ".join(allowed), nearest(word, allowed))
        return word

    return check


def _number(option: str) -> Callable[[str], int]:
    def check(word: str) -> int:
        word = _bare(word)
        if not (word.isascii() and word.isdigit() and len(word) < 10):
            from ritui.cli.misuse import ValueUnfit

            raise ValueUnfit(option, word, "0, 1, 2 ...")
        return int(word)

    return check
