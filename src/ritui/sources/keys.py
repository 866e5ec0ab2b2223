"""The key that a service wants: where the settings say it is, and in which header it goes.

The settings hold the name of a variable or a file, never the key, so that they can be shown
and handed on.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from ritui.errors import SettingUnreadable, UnknownWord
from ritui.model.source import Source
from ritui.sources.answer import PLAIN

OPTIONS: Final = ("key_env", "key_file", "key_header")
"""What a kind that can send a key understands."""
NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")
"""A variable; one in small letters is rarer than a key in its place, which nobody should see."""

_USUAL: Final = "Authorization"
_HEADER: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_TAKEN: Final = re.compile(
    r"accept.*|connection|content-.*|cookie|expect|host|if-.*|range|t(?:e|railer)"
    r"|transfer-encoding|upgrade|user-agent",
    re.IGNORECASE,
)
"""Headers that are not for keys."""
_LONGEST: Final = 8_000
"""Bytes of a key; a file that has more is another one."""


def check_key(source: Source) -> None:
    """Look at the options about a key, without looking for the key.

    Raises:
        UnknownWord: They contradict each other, or could not work.
    """
    named = [option for option in ("key_env", "key_file") if option in source.options]
    if len(named) > 1:
        raise UnknownWord("place of a key", "both key_env and key_file", "key_env")
    if "key_header" in source.options and not named:
        raise UnknownWord("place of a key", "neither key_env nor key_file", "key_env")
    if not NAME.fullmatch(str(source.options.get("key_env", "A"))):
        # Not what stands there: it may be the key itself.
        raise UnknownWord("name of a variable in key_env", "…", "API_KEY")
    if not is_free(str(source.options.get("key_header", _USUAL))):
        raise UnknownWord("header in key_header", "…", "X-App-Token")


def is_free(header: str) -> bool:
    """Whether a header is one that can carry a key."""
    return bool(_HEADER.fullmatch(header)) and not _TAKEN.fullmatch(header)


def key_headers(source: Source, scheme: str = "Bearer ") -> dict[str, str]:
    """The header with the key of a source; none where the settings name no key.

    Args:
        source: Whose key.
        scheme: What comes before a key of one word in ``Authorization``. A key of several
            words brings its own, such as ``Token``.

    Raises:
        SettingUnreadable: The variable or file is not there, or what it holds is no key.
    """
    if "key_env" in source.options:
        name = str(source.options["key_env"])
        key, place, option = os.environ.get(name, "").strip(), Path(f"${name}"), "key_env"
        if not key:
            expected = "a variable of the environment that holds the key"
            raise SettingUnreadable(place, 1, option, expected, "not set")
    elif "key_file" in source.options:
        place, option = Path(str(source.options["key_file"])).expanduser(), "key_file"
        key = read_secret(place, "key_file", "key")
    else:
        return {}
    if not PLAIN.fullmatch(key):
        raise SettingUnreadable(place, 1, option, "a key on one line", "something else")
    header = str(source.options.get("key_header", _USUAL))
    alone = header.lower() != _USUAL.lower() or " " in key
    return {header: key if alone else f"{scheme}{key}"}


def read_secret(path: Path, option: str, what: str) -> str:
    """What a file holds beside the blanks around it, which is for no eye.

    Raises:
        SettingUnreadable: The file is not there, or is no text.
    """
    expected = f"the name of a file that holds the {what} and nothing else"
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) and error.strerror else "not text"
        raise SettingUnreadable(path, 1, option, expected, found.lower()) from error
