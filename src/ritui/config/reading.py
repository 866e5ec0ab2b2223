"""Read settings: what cannot be honoured is a problem, what means nothing a notice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from ritui.config.layout import Names, Place, places
from ritui.config.rules import (
    ID,
    NETWORK,
    SETTINGS,
    SOURCE,
    Misfit,
    Rule,
    displayed,
    id_besides,
    key_list,
    one_of,
    option_rule,
)
from ritui.config.settings import Config
from ritui.errors import (
    RituiError,
    SettingsUnreadable,
    SettingUnreadable,
    UnknownSetting,
)
from ritui.model.source import Source
from ritui.sources import KINDS, kinds
from ritui.text import clean_line, nearest

_COMMON: Final = ("id", "kind", "title", "enabled", "every", "licence")
"""Keys that every ``[[source]]`` may have; the others are its kind's options."""

_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_T = TypeVar("_T")


def read(
    path: Path,
    shipped: Path | None = None,
    *,
    actions: Collection[str] = (),
    text: str | None = None,
) -> Config:
    """The settings of a file, or the defaults where there is none.

    Args:
        path: The reader's file. Whatever is in it, this does not raise.
        shipped: The sources that come with the program. Without it no source is read, which
            spares a listing command the time.
        actions: The ids that may have keys; without any, every id is taken.
        text: What the file is going to hold, read in its place before it is written.
    """
    own = _Reading(path, text)
    values = own.fit((), SETTINGS, besides=("network", "keys", "source"))
    values |= own.fit(("network",), NETWORK)
    values["keys"] = own.fit(("keys",), dict.fromkeys(actions or own.names("keys"), key_list))
    if shipped:
        ours = _Reading(shipped)
        values["sources"] = tuple(_sources(ours, own))
        own.problems += ours.problems
    return Config(**values, problems=tuple(own.problems), notices=tuple(own.notices))


class _Reading:
    """One settings file while it is read: its values, and what was wrong on which line."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self.problems: list[RituiError] = []
        self.notices: list[UnknownSetting] = []
        self.values: dict[str, Any] = {}
        self._text = ""
        self._places: Mapping[Names, Place] | None = None
        try:
            self.values, self._text = load(path) if text is None else (_parse(path, text), text)
        except SettingsUnreadable as error:
            self.problems.append(error)

    def names(self, table: str) -> tuple[str, ...]:
        """The keys of a table at the top; none where it is missing or no table."""
        found = self.values.get(table)
        return tuple(found) if isinstance(found, dict) else ()

    def fit(
        self, at: tuple[str, ...], rules: Mapping[str, Rule[Any]], besides: Iterable[str] = ()
    ) -> dict[str, Any]:
        """The settings of a table that can be honoured; the others are problems or notices."""
        table: Any = self.values.get(at[0], {}) if at else self.values
        if not isinstance(table, dict):
            self.refuse(at, table, Misfit(f"[{at[0]}]"))
            return {}
        known = (*rules, *besides)
        found: dict[str, Any] = {}
        for name, value in table.items():
            if name in rules:
                fit = self.take((*at, name), value, rules[name])
                if fit is not None:
                    found[name] = fit
            elif name not in known:
                names = (*at, name)
                spelled, line = self._spelled(names), self._line(names)
                self.notices.append(UnknownSetting(self.path, line, spelled, nearest(name, known)))
        return found

    def take(self, names: Names, value: Any, rule: Rule[_T]) -> _T | None:
        """A value as its rule has it; None, and a problem, where it cannot be honoured."""
        try:
            return rule(value)
        except Misfit as error:
            self.refuse(names, value, error)
            return None

    def refuse(self, names: Names, value: Any, error: Misfit) -> None:
        """Note that a value cannot be honoured."""
        self.problems.append(
            SettingUnreadable(
                self.path,
                self._line(names),
                self._spelled(names),
                error.expected,
                "…" if error.secret else displayed(value),
                error.nearest,
            )
        )

    def sources(self) -> dict[str, tuple[int, dict[str, Any]]]:
        """Id to place and table of every ``[[source]]`` that has an id of its own."""
        tables = self.values.get("source", [])
        if not isinstance(tables, list):
            self.refuse(("source",), tables, Misfit("[[source]]"))
            return {}
        found: dict[str, tuple[int, dict[str, Any]]] = {}
        for place, table in enumerate(tables):
            if not isinstance(table, dict):
                self.refuse(("source", place), table, Misfit("[[source]]"))
                continue
            rule = id_besides(found)
            source = self.take(("source", place, "id"), table.get("id", ""), rule)
            if source is not None:
                found[source] = (place, table)
        return found

    def _line(self, names: Names) -> int:
        """The line that states a setting, else the one of its table, else the first."""
        if self._places is None:
            self._places = places(self._text)
        while names and names not in self._places:
            names = names[:-1]
        return self._places[names].line if names else 1

    def _spelled(self, names: Names) -> str:
        """A setting's dotted name; a source goes by its id, or by its number without one."""
        if len(names) > 1 and isinstance(names[1], int):
            table = self.values["source"][names[1]]
            source = table.get("id") if isinstance(table, dict) else None
            known = isinstance(source, str) and ID.fullmatch(source)
            first = f"source.{source}" if known else f"source[{names[1] + 1}]"
            names = (first, *names[2:])
        return clean_line(".".join(str(name) for name in names), 120)


def load(path: Path) -> tuple[dict[str, Any], str]:
    """The values and the text of a settings file; nothing of either where there is none.

    Raises:
        SettingsUnreadable: It cannot be read or understood.
    """
    try:
        text = path.read_bytes().decode().lstrip("\ufeff")
    except (FileNotFoundError, NotADirectoryError):
        return {}, ""
    except OSError as error:
        raise SettingsUnreadable(path, 1, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsUnreadable(path, line, f"UTF-8: {error.reason}") from error
    return _parse(path, text), text


def _parse(path: Path, text: str) -> dict[str, Any]:
    # Costs as much as a whole listing command may, and most readers have no file.
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise SettingsUnreadable(path, 1, "nested too deeply") from error
    except ValueError as error:  # also an integer of thousands of digits
        reason = str(error)
        at = _AT_LINE.search(reason)
        line = int(at[1]) if at and at[1] else text.rstrip("\r\n").count("\n") + 1
        reason = clean_line(reason[: at.start()] if at else reason, 200)
        raise SettingsUnreadable(path, line if at else 1, reason) from error


def _sources(ours: _Reading, own: _Reading) -> Iterator[Source]:
    """The sources that can be asked: the shipped ones first, each as the reader changed it."""
    shipped, wished = ours.sources(), own.sources()
    for source, (place, table) in {**shipped, **wished}.items():
        reading = own if source in wished else ours
        # A reader who writes a source of their own wants it; the shipped ones say so themselves.
        held = shipped[source][1] if source in shipped else {"enabled": True}
        found = _source(reading, ("source", place), {**held, **table})
        if found is not None:
            yield found


def _source(reading: _Reading, at: Names, values: Mapping[str, Any]) -> Source | None:
    """One source; None, and problems, where it could not be asked for what the reader wants."""
    stated = values.get("kind", "")
    # What other packages bring is only looked for where a source is of none of our kinds.
    known = KINDS if isinstance(stated, str) and stated in KINDS else kinds()
    kind = reading.take((*at, "kind"), stated, one_of(known))
    options = {
        name: reading.take((*at, name), value, option_rule(name, reading.path.parent))
        for name, value in values.items()
        if name not in _COMMON
    }
    common = {
        name: reading.take((*at, name), values[name], rule)
        for name, rule in SOURCE.items()
        if name in values
    }
    if kind is None or None in options.values():
        return None
    found = {name: value for name, value in common.items() if value is not None}
    return Source(id=values["id"], kind=kind, options=options, **found)
