"""Where a TOML text states what, so that it can be named by its line and changed in its place.

The text is known to be valid; the standard library reads its values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

Names: TypeAlias = tuple[str | int, ...]
"""The way to a setting: names of tables and keys, and the place of a table among its like."""

_PART = r"""(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|[A-Za-z0-9_-]++)"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*+"
_GAP = r"(?:[ \t\r\n]|#[^\n]*)*+"
_STATEMENT = re.compile(
    rf"{_GAP}(?P<stated>(?P<head>\[\[?+)?[ \t]*(?P<key>{_KEY})[ \t]*(?:\]\]?|=[ \t]*))"
)
_VALUE = re.compile(
    r'''
      """ (?: [^"\\] | \\. | "(?!"") )*+ "{3,5}+
    | \'\'\' (?: [^'] | '(?!\'\') )*+ '{3,5}+
    | " (?: [^"\\\n] | \\. )*+ "
    | ' [^'\n]*+ '
    | \# [^\n]*+
    | [\[\]{}\n]
    | [ \t\r]++
    | [^"'\#\[\]{}\s]++
    ''',
    re.VERBOSE | re.DOTALL,
)


class Place(NamedTuple):
    """Where a table begins, or a key is stated."""

    line: int
    start: int
    value: slice
    """Its value in the text; empty, at its end, for the head of a table."""
    table: Names | None
    """The table it stands in, a head in its own; None for a name that is only implied."""


def places(text: str) -> Mapping[Names, Place]:
    """Every table and key of a TOML text; inside values it does not look."""
    found: dict[Names, Place] = {}
    latest: dict[Names, int] = {}
    table: Names = ()
    line, position = 1, 0
    while statement := _STATEMENT.match(text, position):
        start, end = statement.span("stated")
        line += text.count("\n", position, start)
        head, parts = statement["head"], _split_key(statement["key"])
        names = () if head else table
        for depth, part in enumerate(parts, 1):
            names = (*names, part)
            found.setdefault(names, Place(line, start, slice(end, end), None))
            if head and depth < len(parts) and names in latest:
                names = (*names, latest[names])
        position = end
        if head == "[[":
            latest[names] = latest.get(names, -1) + 1
            names = (*names, latest[names])
        elif not head:
            position = _value_end(text, end)
        table = names if head else table
        found[names] = Place(line, start, slice(end, position), table)
        line += text.count("\n", start, position)
    return found


def _split_key(key: str) -> list[str]:
    """The names of a dotted key, read as TOML reads them."""
    import tomllib

    names = []
    table: Any = tomllib.loads(f"{key} = 0")
    while table:
        ((name, table),) = table.items()
        names.append(name)
    return names


def _value_end(text: str, start: int) -> int:
    """Where the value ends that starts here; a comment after it is not part of it."""
    depth, end = 0, start
    for token in _VALUE.finditer(text, start):
        word = token[0]
        if word == "\n" and not depth:
            break
        depth += (word in "[{") - (word in "]}")
        if not word.isspace() and word[0] != "#":
            end = token.end()
    return end
