"""Query: what a reader asks of the directory, as a value that can be printed and parsed back.

The language is the one of ``docs/queries.md``: words and ``"phrases"`` are AND-ed, ``-``
negates, ``key:value`` narrows, ``,`` inside a value is OR.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from ritui.errors import QueryUnreadable, UnknownWord
from ritui.model.facet import BY_KEY
from ritui.resources import asset
from ritui.text import clean_line, fold, nearest, words

WORD: Final = "word"
"""Key of a condition that is a plain word: matched as a prefix."""
PHRASE: Final = "phrase"
"""Key of a condition that is a phrase: whole words, in order."""

TEXT_KEYS: Final = ("name", "host", "city")
"""Keys whose value is looked for in one kind of text only."""
FLAGS: Final = ("shelved", "noted", "new", "changed", "verified")
"""Values of ``is:``."""
SORTS: Final = ("name", "country", "established", "changed", "relevance")
"""Values of ``sort:``; a ``-`` before one reverses it."""
QUERY_KEYS: Final = (*BY_KEY, *TEXT_KEYS, "id", "has", "is", "near", "established", "changed",
                     "sort")  # fmt: skip
"""Every key of the language."""

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*(?:"|$))+')
_VALUE = re.compile(r'(?:[^,"]|"[^"]*(?:"|$))+')
_YEARS = re.compile(r"[0-9]{4}(?:\.\.(?:[0-9]{4})?)?|\.\.[0-9]{4}")
_DAYS = re.compile(r"[0-9]{1,4}d")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]*)?")
_RADIUS = re.compile(r"([0-9]{1,5}(?:\.[0-9]*)?)(?:km)?")
_FARTHEST: Final = 20_040
"""Half way around the Earth, in km."""
_BARE = re.compile(r'[^\s",]+')


def possessions() -> tuple[str, ...]:
    """Values of ``has:``: keys of a record, identifier schemes, and ``point``."""
    # A first screen asks nothing of the kind, and shows no record in full.
    from ritui.model.record import KEYS

    keys = (key for key in KEYS if key not in {"id", "provenance"})
    return (*keys, "point", "ror", "wikidata", "re3data")


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that a record must, or must not, be."""

    key: str
    """`WORD`, `PHRASE`, or a key of the language."""
    values: tuple[str, ...]
    """Any of them will do; but ``near`` has its three parts here."""
    negated: bool = False

    def __str__(self) -> str:
        """The condition as one would type it."""
        sign = "-" if self.negated else ""
        if self.key == WORD:
            return sign + self.values[0]
        if self.key == PHRASE:
            return f'{sign}"{self.values[0]}"'
        values = ",".join(v if _BARE.fullmatch(v) else f'"{v}"' for v in self.values)
        return f"{sign}{self.key}:{values}"


@dataclass(frozen=True, slots=True)
class Query:
    """What a reader asks: every condition holds, in this order of results."""

    conditions: tuple[Condition, ...] = ()
    sort: str = ""
    """One of `SORTS`, perhaps with ``-``; empty for relevance to the words, else by name."""

    def __str__(self) -> str:
        """The query as one would type it; `parse` gives the same query back."""
        parts = [str(condition) for condition in self.conditions]
        if self.sort:
            parts.append(f"sort:{self.sort}")
        return " ".join(parts)

    @property
    def text(self) -> str:
        """The words and phrases alone, as typed into a search line."""
        return " ".join(str(c) for c in self.conditions if c.key in {WORD, PHRASE})

    @property
    def narrows(self) -> tuple[Condition, ...]:
        """The conditions that are not words or phrases."""
        return tuple(c for c in self.conditions if c.key not in {WORD, PHRASE})

    @property
    def order(self) -> str:
        """The order that holds: the one asked for, else relevance to words, else name."""
        if self.sort:
            return self.sort
        return "relevance" if any(not c.negated for c in self._texts()) else "name"

    def values(self, key: str, *, negated: bool = False) -> tuple[str, ...]:
        """The values asked for (or excluded) under a key."""
        return tuple(
            value
            for condition in self.conditions
            if condition.key == key and condition.negated == negated
            for value in condition.values
        )

    def with_text(self, typed: Query) -> Query:
        """This query's narrowings under the words, and whatever else, of a typed one."""
        return Query(_distinct((*typed.conditions, *self.narrows)), typed.sort or self.sort)

    def narrowed(self, key: str, value: str, *, negated: bool = False) -> Query:
        """With a value added under a facet: any of its values will do."""
        held = self.values(key, negated=negated)
        wanted = Condition(key, held if value in held else (*held, value), negated)
        changed = (
            wanted if c.key == key and c.negated == negated else _less(c, key, value)
            for c in self.conditions
        )
        return replace(self, conditions=_distinct(c for c in (*changed, wanted) if c.values))

    def widened(self, key: str, value: str) -> Query:
        """Without a value of a facet, asked for or excluded."""
        changed = (_less(c, key, value) for c in self.conditions)
        return replace(self, conditions=tuple(c for c in changed if c.values))

    def without(self, *conditions: Condition) -> Query:
        """Without some of its conditions."""
        return replace(self, conditions=tuple(c for c in self.conditions if c not in conditions))

    def _texts(self) -> tuple[Condition, ...]:
        return tuple(c for c in self.conditions if c.key in {WORD, PHRASE})


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        UnknownWord: A key, or a value of a closed list, that does not exist.
        QueryUnreadable: A value whose form cannot be understood.
    """
    conditions: list[Condition] = []
    sort = ""
    for token in _TOKEN.findall(clean_line(text, 4_000)):
        negated = token.startswith("-") and len(token) > 1
        body = token[1:] if negated else token
        key, colon, value = body.partition(":")
        if not (key and colon) or '"' in key:
            conditions.extend(_text_conditions(body, negated))
        elif key.lower() == "sort":
            sort = _sort(f"-{value}" if negated else value)
        else:
            conditions.append(Condition(key.lower(), _values(key.lower(), value), negated))
    return Query(_distinct(conditions), sort)


@cache
def country_codes() -> Mapping[str, str]:
    """Folded codes and names of countries, in every language, to their ISO codes."""
    table: dict[str, list[str]] = json.loads(asset("vocab", "countries.json").read_bytes())
    codes = {fold(name): code for code, names in table.items() for name in names}
    codes.update((code.lower(), code) for code in table)
    return codes


def _distinct(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(dict.fromkeys(conditions))


def _less(condition: Condition, key: str, value: str) -> Condition:
    """A condition without one of its values, if it is of that key; perhaps none is left."""
    if condition.key != key:
        return condition
    return replace(condition, values=tuple(v for v in condition.values if v != value))


def _text_conditions(body: str, negated: bool) -> list[Condition]:
    """The conditions of a token without a key; an open quote is still being typed."""
    inside = clean_line(body.replace('"', " "))
    if len(body) > 1 and body[0] == body[-1] == '"':
        return [Condition(PHRASE, (inside,), negated)] if words(inside) else []
    if not body.startswith('"'):
        inside = clean_line(body.replace('"', ""))
    # What would be read as a key or a sign when it is printed is no part of a word.
    found = (word.lstrip("-") for word in inside.replace(":", " ").split())
    return [Condition(WORD, (word,), negated) for word in found if words(word)]


def _values(key: str, text: str) -> tuple[str, ...]:
    if key not in QUERY_KEYS:
        raise UnknownWord("query key", key, nearest(key, QUERY_KEYS))
    values = [clean_line(part.replace('"', "")) for part in _VALUE.findall(text)]
    values = [value for value in values if value]
    if not values:
        raise QueryUnreadable(f"{key}:", f"{key}:VALUE")
    if key == "near":
        return _near(values, text)
    return tuple(dict.fromkeys(_value(key, value) for value in values))


def _value(key: str, value: str) -> str:
    if key == "country":
        code = country_codes().get(fold(value))
        if code is None:
            raise UnknownWord("country", value, nearest(value, country_codes()))
        return code
    closed: tuple[str, ...] = ()
    if key in BY_KEY:
        closed = BY_KEY[key].vocabulary
    elif key in {"has", "is"}:
        closed = possessions() if key == "has" else FLAGS
    if closed:
        return _closed(key, value, closed)
    if key == "established" and not _YEARS.fullmatch(value):
        raise QueryUnreadable(f"established:{value}", "established:1990..2010")
    if key == "changed" and not (_DAYS.fullmatch(value) or _is_date(value)):
        raise QueryUnreadable(f"changed:{value}", "changed:30d or changed:2026-01-31")
    if key in TEXT_KEYS and not words(value):
        raise QueryUnreadable(f"{key}:{value}", f"{key}:WORD")
    return value


def _closed(key: str, value: str, allowed: tuple[str, ...]) -> str:
    known = {fold(each): each for each in allowed}
    found = known.get(fold(value))
    if found is None:
        raise UnknownWord(key, value, nearest(value, allowed))
    return found


def _near(values: list[str], text: str) -> tuple[str, ...]:
    unreadable = QueryUnreadable(f"near:{text}", "near:LAT,LON,RADIUSkm")
    radius = _RADIUS.fullmatch(values[-1])
    if len(values) != 3 or not radius or not all(map(_DEGREES.fullmatch, values[:2])):
        raise unreadable
    lat, lon, far = float(values[0]), float(values[1]), float(radius[1])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and far <= _FARTHEST):
        raise unreadable
    return _number(lat), _number(lon), f"{_number(far)}km"


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    from datetime import date

    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _number(value: float) -> str:
    return f"{round(value, 6) + 0.0:.6f}".rstrip("0").rstrip(".")


def _sort(value: str) -> str:
    sign = "-" if value.startswith("-") else ""
    return sign + _closed("sort", value.removeprefix("-").replace('"', ""), SORTS)
