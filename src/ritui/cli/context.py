"""Context: what a command needs to do its work, opened when it is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TextIO, TypeVar

from ritui.cli.output import Output
from ritui.errors import CannotWrite, RituiError, StoreDamaged
from ritui.paths import Paths

if TYPE_CHECKING:
    from ritui.config import Config
    from ritui.i18n import Messages
    from ritui.services.library import Library, Notice
    from ritui.store.catalog import Catalog

_T = TypeVar("_T")


class Context:
    """One run of one command."""

    def __init__(
        self,
        paths: Paths,
        language: str,
        output: Output,
        errors: TextIO,
        *,
        offline: bool = False,
    ) -> None:
        """Nothing is opened yet.

        Args:
            paths: The reader's folders.
            language: Code of the reader's language, one that has messages.
            output: Where data go.
            errors: Where everything else goes.
            offline: Whether this run has no network.
        """
        self.paths = paths
        self.language = language
        self.output = output
        self.errors = errors
        self.offline = offline
        self._say: Messages | None = None
        self._library: Library | None = None
        self._settings: Config | None = None
        self._config: Config | None = None
        self._told: set[str] = set()

    @property
    def say(self) -> Messages:
        """The words of the reader's language, read when there is something to say."""
        if self._say is None:
            from ritui.i18n import Messages

            self._say = Messages(self.language)
        return self._say

    @property
    def library(self) -> Library:
        """The directory, opened at the first use; what has to be said about it is said once."""
        if self._library is None:
            from ritui.services.library import open_library

            self._library, notices = open_library(self.paths, self.language)
            for notice in notices:
                self.notify(notice)
        return self._library

    @property
    def catalog(self) -> Catalog:
        """The directory, to be read."""
        return self.library.catalog

    @property
    def settings(self) -> Config:
        """The settings without the sources, which take longer to read than a start has."""
        if self._settings is None:
            from ritui.config import Config

            self._settings = Config()
            if self.has_settings:
                from ritui.config import read

                self._settings = read(self.paths.settings_file)
        return self._settings

    @property
    def config(self) -> Config:
        """The settings, with the sources; what is wrong in them is in it."""
        if self._config is None:
            from ritui.config import read
            from ritui.resources import asset

            self._config = read(self.paths.settings_file, asset("directory", "sources.toml"))
        return self._config

    @property
    def has_settings(self) -> bool:
        """Whether there is a settings file, perhaps one that cannot be read."""
        try:
            return self.paths.settings_file.is_file()
        except OSError:
            return True

    @property
    def progress(self) -> bool:
        """Whether somebody watches standard error."""
        return self.errors.isatty()

    def choose_language(self, language: str) -> None:
        """Speak another language from now on."""
        if language != self.language:
            self.language, self._say = language, None

    def tell(self, text: str) -> None:
        """Say something that is no data, once in a run."""
        if text not in self._told:
            self._told.add(text)
            self.errors.write(text + "\n")

    def notify(self, notice: Notice) -> None:
        """Say what a run found out about itself."""
        self.tell(f"ritui: {self.say(notice.key, **notice.facts)}")

    def complain(self, error: RituiError) -> int:
        """Say what failed and what to do about it.

        Returns:
            The exit code that belongs to it.
        """
        what, remedy = self.say.error(error)
        self.tell(f"ritui: {what}\n  {remedy}")
        return error.exit_code

    def settled(self, work: Callable[[], _T]) -> _T:
        """Do work that reads one state of the directory, anew while another process changes it.

        Raises:
            StoreDamaged: It changed after some of the output was written.
        """
        from ritui.store.answer import StaleAnswer

        while True:
            try:
                return work()
            except StaleAnswer as error:
                if self.output.released:
                    reason = self.say("cli.changed-meanwhile")
                    raise StoreDamaged(self.paths.store_file, reason) from error
                self.output.discard()

    def recover(self, damage: StoreDamaged) -> bool:
        """Move a cache aside that proved damaged in the middle of a command.

        Returns:
            Whether the command can be run again.
        """
        from ritui.services.library import replace_damaged

        library = self._library
        if library is None or self.output.released:
            return False
        self.output.discard()
        self._library = None
        try:
            for notice in replace_damaged(library, damage):
                self.notify(notice)
        except CannotWrite as error:
            self.complain(error)
            return False
        return True

    def close(self) -> None:
        """Let go of everything."""
        if self._library is not None:
            self._library.close()
            self._library = None


def value_of(arguments: Sequence[str], option: str) -> str:
    """The value of an option, before anything else is understood; empty without one.

    The language and the home must be known to say what is wrong with all the rest.
    """
    found = ""
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == option and place + 1 < len(arguments):
            found = arguments[place + 1]
        elif argument.startswith(f"{option}="):
            found = argument.partition("=")[2]
    return found


def wished_language(arguments: Sequence[str], setting: str = "") -> tuple[str, str, str]:
    """The language wished for: by option or ``RITUI_LANG``, by the settings, by the locale."""
    asked = value_of(arguments, "--lang") or os.environ.get("RITUI_LANG", "")
    # The first of the three that is set decides, as everywhere else.
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return asked, setting, next((name for name in names if name), "")
