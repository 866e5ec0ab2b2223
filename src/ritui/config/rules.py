"""What the values of settings may be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

from ritui.config.settings import THEMES
from ritui.model.source import BUNDLED
from ritui.text import clean_line, nearest

_LIMITS: Final[Mapping[str, int]] = {
    "max_records": 200_000,
    "max_pages": 10_000,
    "max_bytes": 2**30,
    "rows": 1_000,
}
"""Options that bound a fetch, and the most they may be."""

ID = re.compile(r"[a-z0-9-]{1,40}")
_EVERY = re.compile(r"[1-9][0-9]{0,3}[hd]")
_CONTACT = re.compile(r"[!-?A-~]+@[!-?A-~]+")
_PRESS = re.compile(r"\S{1,40}")
# Two letters at least: "C:" begins a path.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_SECRET = re.compile(r"//\S*@")

_T = TypeVar("_T")
Rule: TypeAlias = Callable[[Any], _T]


class Misfit(ValueError):
    """A value that a setting cannot have."""

    def __init__(self, expected: str, nearest: str = "", *, secret: bool = False) -> None:
        super().__init__(expected)
        self.expected = expected
        """The form that would do, in notation, so that it is the same in every language."""
        self.nearest = nearest
        self.secret = secret
        """Whether the value may be a key that was written in the wrong place."""


def displayed(value: Any) -> str:
    """A value as its reader would recognise it, without a password."""
    if isinstance(value, str):
        return f'"{clean_line(_SECRET.sub("//***@", value), 60)}"'
    if isinstance(value, bool):
        return str(value).lower()
    return clean_line(_SECRET.sub("//***@", str(value)), 60)


# --- rules: each gives a fit value, or raises Misfit ---


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Misfit('"..."')
    return clean_line(value, 500)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Misfit("true | false")
    return value


def one_of(allowed: Iterable[str]) -> Rule[str]:
    """One word of a closed list; a mistyped one is answered with the nearest."""
    words = tuple(allowed)

    def rule(value: Any) -> str:
        if value not in words:
            close = nearest(value, words) if isinstance(value, str) else ""
            raise Misfit(" | ".join(words), close)
        return str(value)

    return rule


def _language(value: Any) -> str:
    # The languages stand beside what reads their files, which a start without settings spares.
    from ritui.i18n import LANGUAGES

    return one_of(LANGUAGES)(value) if value != "" else ""


def _contact(value: Any) -> str:
    if value != "" and not (isinstance(value, str) and _CONTACT.fullmatch(value)):
        raise Misfit("name@example.org")
    return str(value)


def _ids(value: Any) -> tuple[str, ...]:
    named = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) and ID.fullmatch(each) for each in named):
        raise Misfit('["bundled", "ror-celac"]')
    return tuple(dict.fromkeys(named))


def key_list(value: Any) -> tuple[str, ...]:
    """One key of the keyboard, or several."""
    presses = [value] if isinstance(value, str) else value
    if not isinstance(presses, list) or not all(
        isinstance(press, str) and _PRESS.fullmatch(press) for press in presses
    ):
        raise Misfit('"ctrl+x" | ["ctrl+x", "f5"]')
    return tuple(dict.fromkeys(presses))


def _every(value: Any) -> str:
    if not (isinstance(value, str) and _EVERY.fullmatch(value)):
        raise Misfit("12h | 30d")
    return value


def id_besides(taken: Collection[str]) -> Rule[str]:
    """A well-formed id of a source that no other one has."""

    def rule(value: Any) -> str:
        if not (isinstance(value, str) and ID.fullmatch(value)):
            raise Misfit("[a-z0-9-]{1,40}")
        if value in taken or value == BUNDLED:
            raise Misfit(f"[a-z0-9-]{{1,40}}, ≠ {value}")
        return value

    return rule


def option_rule(name: str, folder: Path) -> Rule[Any]:
    """The rule of an option that several kinds share; the others are for the kind to check."""
    if name in {"url", "sitemap"}:
        return lambda value: _address(value, folder)
    if name == "urls":
        return lambda value: _addresses(value, folder)
    if name == "map":
        return _map
    if name in _LIMITS:
        return _whole_number(_LIMITS[name])
    if name == "key_env":
        return _variable
    if name == "key_header":
        return _header
    if name.endswith("_file"):
        return lambda value: _local(value, folder)
    return lambda value: value


def _variable(value: Any) -> str:
    from ritui.sources.keys import NAME  # for the few who have a key

    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise Misfit("API_KEY", secret=True)
    return value


def _header(value: Any) -> str:
    from ritui.sources.keys import is_free

    if not isinstance(value, str) or not is_free(value):
        raise Misfit("Authorization | X-App-Token | ...", secret=True)
    return value


def _address(value: Any, folder: Path) -> str:
    """An http(s) address without a name and password, or a path from the settings' folder."""
    expected = "https://... | http://... | path"
    if not isinstance(value, str) or not value.strip():
        raise Misfit(expected)
    scheme = _SCHEME.match(value)
    if not scheme:
        return _local(value, folder)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise Misfit(expected) from None
    if parts.scheme not in {"http", "https"}:
        raise Misfit(expected, nearest(scheme[1], ("https", "http")))
    if "@" in parts.netloc:
        raise Misfit(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/...")
    if not parts.hostname or clean_line(value) != value or " " in value:
        raise Misfit(expected)
    return value


def _addresses(value: Any, folder: Path) -> list[str]:
    if not isinstance(value, list):
        raise Misfit('["https://...", ...]')
    return [_address(each, folder) for each in value]


def _local(value: Any, folder: Path) -> str:
    try:
        return str(folder / Path(_text(value)).expanduser())
    except RuntimeError:  # "~name" of nobody
        raise Misfit("path") from None


def _map(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise Misfit('{ name = "...", ... }')
    from ritui.model.record import KEYS  # for the few whose source is mapped

    mapped = [key for key in KEYS if key != "provenance"]
    for key, column in value.items():
        if key.split(".")[0] not in mapped:
            raise Misfit(" | ".join(mapped), nearest(key, mapped))
        if not isinstance(column, str):
            raise Misfit(f'{{ {key} = "..." }}')
    return value


def _whole_number(most: int) -> Rule[int]:
    def rule(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise Misfit(f"1..{most}")
        return value

    return rule


SETTINGS: Final[Mapping[str, Rule[Any]]] = {
    "lang": _language,
    "theme": one_of(THEMES),
    "mouse": _truth,
    "lean": _truth,
    "precedence": _ids,
}
NETWORK: Final[Mapping[str, Rule[Any]]] = {"contact": _contact, "proxy_from_env": _truth}
SOURCE: Final[Mapping[str, Rule[Any]]] = {
    "title": _text,
    "enabled": _truth,
    "every": _every,
    "licence": _text,
}
