"""Choose a language and look up its messages.

A language is one file, ``assets/i18n/<code>.toml``; a test keeps every file as complete as
English. Country names come from a table generated from CLDR, ``assets/vocab/countries.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from ritui.errors import RituiError
from ritui.resources import asset

LANGUAGES: Final = ("en", "es", "pt")
"""Languages of the contract, in the order of the columns of the country table."""
_LONG: Final = 120
"""Characters of an address that an error shows."""


def choose_language(*wishes: str | None) -> str:
    """The first wish that is one of our languages, else English.

    Args:
        wishes: Codes or locale names such as ``pt_BR.UTF-8``, the strongest first.
    """
    for wish in wishes:
        code = (wish or "").replace("_", "-").split("-")[0].split(".")[0].lower()
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def offered_languages() -> tuple[str, ...]:
    """The languages that have a message file."""
    return tuple(code for code in LANGUAGES if asset("i18n", f"{code}.toml").is_file())


_WORDED: Final = frozenset(
    {"kind", "region", "area", "domain", "type", "status", "esfri", "relation"}
)
"""Vocabularies whose values have words in each language."""


class Messages:
    """The words of one language."""

    def __init__(self, language: str = "en") -> None:
        """Read the message file of a language, or English where it has none."""
        self.language = language if language in offered_languages() else LANGUAGES[0]
        path = asset("i18n", f"{self.language}.toml")
        self._messages = read_messages(path.read_text("utf-8"))
        self._countries: dict[str, list[str]] | None = None

    def __call__(self, key: str, /, **facts: object) -> str:
        """The message of a key, with its facts filled in.

        With a fact ``n``, a message that has the forms ``one`` and ``other`` is chosen by it.

        Raises:
            KeyError: No such message: a mistake in the program, which tests look for.
        """
        message = self._messages.get(key)
        if message is None:
            form = "one" if facts.get("n") == 1 else "other"
            message = self._messages[f"{key}.{form}"]
        return message.format_map(facts) if facts else message

    def get(self, key: str, default: str) -> str:
        """The message of a key that may not exist, such as the label of an open vocabulary."""
        return self._messages.get(key, default)

    def keys(self) -> frozenset[str]:
        """Every message there is."""
        return frozenset(self._messages)

    def country(self, code: str) -> str:
        """The name of a country in this language, or the code where it has none."""
        if self._countries is None:
            self._countries = json.loads(asset("vocab", "countries.json").read_bytes())
        names = self._countries.get(code)
        return names[LANGUAGES.index(self.language)] if names else code

    def label(self, facet: str, value: str) -> str:
        """How a value of a facet is called: a country's name, a vocabulary's word, or itself."""
        if facet == "country":
            return self.country(value)
        # The values of the other facets are words of the sources, not ours.
        return self.get(f"{facet}.{value}", value) if facet in _WORDED else value

    def error(self, error: RituiError) -> tuple[str, str]:
        """What happened and what to do about it, in this language."""
        facts = error.facts()
        if isinstance(kind := facts.get("what"), str):
            name = self.get(f"facet.{kind}", kind).lower()
            facts["what"] = self.get(f"word.{kind.replace(' ', '-')}", name)
        if isinstance(url := facts.get("url"), str) and len(url) > _LONG:
            # A question of a thousand characters tells a reader nothing; where it went does.
            facts["url"] = f"{url[:_LONG]}…"
        what, remedy = self(f"{error.key}.what", **facts), self(f"{error.key}.remedy", **facts)
        hint = facts.get("nearest")
        if hint:
            remedy = self("error.did-you-mean", nearest=hint) + " " + remedy
        return what, remedy


_LINE = re.compile(
    r'(?:([A-Za-z0-9_.-]+) = "([^"\\\n]*+(?:\\["\\][^"\\\n]*+)*+)"'
    r"|\[([A-Za-z0-9_.-]+)\]|#[^\n]*|)\n"
)
"""A line of a plain message file: a message, a table, a comment or nothing."""
_ESCAPED = re.compile(r"\\(.)")


def read_messages(text: str) -> dict[str, str]:
    """The messages of a file by their dotted keys.

    Every start reads one, and message files are plain: line by line that takes a tenth of what
    TOML as a whole does. Where a line is of any other kind, the standard library reads the file.
    """
    found: dict[str, str] = {}
    table, end = "", 0
    for line in _LINE.finditer(text):
        if line.start() != end:
            break
        end = line.end()
        key, message, head = line.groups()
        if key:
            found[table + key] = _ESCAPED.sub(r"\1", message) if "\\" in message else message
        elif head:
            table = f"{head}."
    if end == len(text):
        return found
    import tomllib

    return _flatten(tomllib.loads(text))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, str):
            flat[prefix + key] = value
        else:
            flat.update(_flatten(value, f"{prefix}{key}."))
    return flat
