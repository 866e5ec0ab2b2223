"""Change settings without losing what the reader wrote elsewhere in the file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ritui.config.layout import Names, places
from ritui.config.reading import load
from ritui.errors import CannotWrite, SettingsUnreadable
from ritui.files import replace_file


def write_setting(path: Path, key: str, value: str | bool) -> None:
    """Set one top-level key and keep everything else, comments included.

    Raises:
        SettingsUnreadable: The file cannot be understood, so it is left as it is.
        CannotWrite: It cannot be replaced.
    """
    old, text = load(path)
    _save(path, {**old, key: value}, _stated(text, (), key, value))


def write_source(path: Path, source: str, values: Mapping[str, Any]) -> None:
    """State some keys of one source, whose table is added where there is none.

    Args:
        path: The reader's file.
        source: Id of the source; of a shipped one, only what differs need be stated.
        values: Keys of a ``[[source]]`` to TOML values.

    Raises:
        SettingsUnreadable: The file cannot be understood, so it is left as it is.
        CannotWrite: It cannot be replaced.
    """
    _save(path, *_changed_source(path, source, values))


def draft_source(path: Path, source: str, values: Mapping[str, Any]) -> str:
    """What the file would hold after `write_source`; nothing is written.

    Raises:
        SettingsUnreadable: The file cannot be understood.
    """
    return _faithful(*_changed_source(path, source, values))


def remove_source(path: Path, source: str) -> None:
    """Take the table of one source out; nothing happens where there is none.

    Raises:
        SettingsUnreadable: The file cannot be understood, so it is left as it is.
        CannotWrite: It cannot be replaced.
    """
    old, text = load(path)
    tables, place = _find_source(path, old, source)
    if place is None:
        return
    kept = [*tables[:place], *tables[place + 1 :]]
    rest = {key: value for key, value in old.items() if key != "source"}
    _save(path, {**rest, "source": kept} if kept else rest, _without_source(text, place))


def _changed_source(
    path: Path, source: str, values: Mapping[str, Any]
) -> tuple[dict[str, Any], str]:
    """The values and the text of the file with some keys of one source stated."""
    old, text = load(path)
    tables, place = _find_source(path, old, source)
    if place is None:
        added = {"id": source, **values}
        return {**old, "source": [*tables, added]}, _with_source(text, added)
    for key, value in values.items():
        text = _stated(text, ("source", place), key, value)
    changed = [*tables[:place], {**tables[place], **values}, *tables[place + 1 :]]
    return {**old, "source": changed}, text


def _stated(text: str, table: Names, key: str, value: Any) -> str:
    """The text with a key of a table stated: in its place, or after the table's last line."""
    import tomli_w

    line = tomli_w.dumps({key: value})
    stands = places(text)
    held = stands.get((*table, key))
    if held and held.table == table:
        stated = line.partition(" = ")[2].rstrip("\n")
        return text[: held.value.start] + stated + text[held.value.stop :]
    beside = [place.value.stop for place in stands.values() if place.table == table]
    if beside:
        return _insert(text, _line_end(text, max(beside)), line)
    if stands:
        first = min(place.start for place in stands.values())
        return _insert(text, _above(text, first), f"{line}\n")
    return _insert(text, len(text), line)


def _with_source(text: str, values: Mapping[str, Any]) -> str:
    """The text with one more ``[[source]]`` at its end."""
    import tomli_w

    inner = {key: value for key, value in values.items() if isinstance(value, dict)}
    plain = {key: value for key, value in values.items() if key not in inner}
    lines = f"\n[[source]]\n{tomli_w.dumps(plain)}"
    for key, table in inner.items():
        head = tomli_w.dumps({"source": {key: {"": 0}}}).partition("\n")[0]
        lines += f"{head}\n{tomli_w.dumps(table)}"
    return _insert(text, len(text), lines if text else lines[1:])


def _without_source(text: str, place: int) -> str:
    """The text without the nth ``[[source]]``, the tables inside it and their comments."""
    inside = [each for names, each in places(text).items() if names[:2] == ("source", place)]
    if not inside:
        return text
    start, end = min(each.start for each in inside), max(each.value.stop for each in inside)
    return text[:start] + text[_line_end(text, end) :]


def _find_source(
    path: Path, values: Mapping[str, Any], source: str
) -> tuple[list[dict[str, Any]], int | None]:
    """The source tables of a file, and the place of the one with this id.

    Raises:
        SettingsUnreadable: ``source`` is something else than tables.
    """
    tables = values.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsUnreadable(path, 1, "source ≠ [[source]]")
    found = (place for place, table in enumerate(tables) if table.get("id") == source)
    return tables, next(found, None)


def _insert(text: str, position: int, lines: str) -> str:
    """The text with whole lines put in, ended as its own lines are."""
    before = text[:position]
    if before and not before.endswith("\n"):
        lines = f"\n{lines}"
    if "\r\n" in text:
        lines = lines.replace("\n", "\r\n")
    return before + lines + text[position:]


def _line_end(text: str, position: int) -> int:
    """Where the line after this one begins."""
    return text.find("\n", position) + 1 or len(text)


def _above(text: str, position: int) -> int:
    """Where the comment begins that stands right above a line, or the line itself."""
    position = text.rfind("\n", 0, position) + 1
    while position:
        start = text.rfind("\n", 0, position - 1) + 1
        if not text[start:position].lstrip().startswith("#"):
            break
        position = start
    return position


def _save(path: Path, values: Mapping[str, Any], text: str) -> None:
    """Replace a settings file by a text that means these values, whole or not at all.

    Raises:
        CannotWrite: Another file could not be put in its place.
    """
    data = _faithful(values, text).encode()
    try:
        target = Path(os.path.realpath(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        # It may hold what only its reader should see.
        replace_file(target, [data], mode=0o600)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error


def _faithful(values: Mapping[str, Any], text: str) -> str:
    """The text; one that turns out to mean something else anew, without its comments."""
    import tomllib

    import tomli_w

    try:
        faithful = tomllib.loads(text) == values
    except tomllib.TOMLDecodeError:
        faithful = False
    return text if faithful else tomli_w.dumps(values)
