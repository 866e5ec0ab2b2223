"""Changes: what became of records, refresh by refresh or all in all since some time.

The screen and ``ritui changes`` find the same because both ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from ritui.model.facet import BY_KEY
from ritui.model.query import PHRASE, WORD, Condition, Query
from ritui.model.record import KEYS, Record, from_json
from ritui.services.visit import last_visit
from ritui.text import fold, sort_key, words

if TYPE_CHECKING:
    from ritui.model.source import Change
    from ritui.store.catalog import Catalog

ADDED: Final = "added"
CHANGED: Final = "changed"
REMOVED: Final = "removed"
VISIT: Final = "visit"
"""Instead of a date: the last time that the app was used."""
SYNC: Final = "sync"
"""Instead of a date: the last refresh of each source that went well."""

_ORDER: Final = {ADDED: 0, CHANGED: 1, REMOVED: 2}

Fields = Mapping[str, Mapping[str, Any]]
"""Key of a record to its values ``before`` and ``after``, as far as it had one."""


@dataclass(frozen=True)
class Outcome:
    """What became of one record in some time."""

    what: str
    """`ADDED`, `CHANGED` or `REMOVED`, all in all."""
    changes: tuple[Change, ...]
    """The changes that led to it, the latest first; at least one."""
    fields: Fields

    @property
    def id(self) -> str:
        """Id of the record."""
        return self.changes[0].id

    @property
    def name(self) -> str:
        """What the record was called last."""
        return self.changes[0].name


@dataclass(frozen=True)
class Group:
    """What became of records in one stretch of time."""

    time: str
    """ISO time, UTC: of the refresh, or from which on all is taken together."""
    source: str
    """The source that was refreshed; empty for all since the last visit."""
    outcomes: Sequence[Outcome]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many records were added, changed and removed."""
        kinds = [each.what for each in self.outcomes]
        return {what: kinds.count(what) for what in (ADDED, CHANGED, REMOVED)}


def changes_since(catalog: Catalog, since: str = "", source: str = "") -> list[Change]:
    """What refreshes did to records, the latest first.

    Args:
        catalog: The directory.
        since: ISO date or time, or its beginning; `VISIT` or `SYNC`. Nothing before it.
        source: Only what a refresh of this source did; empty for all.
    """
    if since == VISIT:
        since = last_visit(catalog)
    if since != SYNC:
        return catalog.changes(since, source)
    health = catalog.health()
    begun = {id_: each.succeeded for id_, each in health.items() if each.succeeded}
    found = catalog.changes("", source)
    # A success is dated before what it changes is written.
    return [each for each in found if each.source in begun and each.time >= begun[each.source]]


def grouped(changes: Sequence[Change], visited: str = "") -> list[Group]:
    """Changes in groups: all since the last visit together, then each refresh before it.

    Args:
        changes: The latest first.
        visited: ISO time of the last visit; empty for none, then there are only refreshes.
    """
    fresh = [each for each in changes if visited and each.time >= visited]
    groups = []
    if outcomes := all_in_all(fresh):
        groups.append(Group(visited, "", outcomes))
    for (time, source), within in groupby(
        sorted(changes[len(fresh) :], key=lambda each: (each.time, each.source), reverse=True),
        key=lambda each: (each.time, each.source),
    ):
        each = [Outcome(change.what, (change,), change.fields) for change in within]
        groups.append(Group(time, source, each))
    return groups


def all_in_all(changes: Iterable[Change]) -> list[Outcome]:
    """What became of each record when several refreshes are taken together.

    What came and went, or changed and changed back, is left out: nothing became of it.

    Args:
        changes: The latest first. The outcomes are by what became of the records, then by name.
    """
    found = (_together(tuple(_latest_first(each))) for each in _by_record(changes).values())
    return sorted(
        (each for each in found if each), key=lambda each: (_ORDER[each.what], sort_key(each.name))
    )


def _by_record(changes: Iterable[Change]) -> dict[str, list[Change]]:
    of: dict[str, list[Change]] = {}
    for change in changes:
        of.setdefault(change.id, []).append(change)
    return of


def _latest_first(changes: Iterable[Change]) -> list[Change]:
    """One record's changes; of those of the same second, it came before it went."""
    return sorted(changes, key=lambda each: (each.time, _ORDER[each.what]), reverse=True)


def _together(changes: tuple[Change, ...]) -> Outcome | None:
    """One record's changes, the latest first, as one; None where they come to nothing."""
    last, first = changes[0], changes[-1]
    was_there, is_there = first.what != ADDED, last.what != REMOVED
    if not is_there:
        return Outcome(REMOVED, changes, last.fields) if was_there else None
    if not was_there:
        return Outcome(ADDED, changes, {})
    fields: dict[str, dict[str, Any]] = {}
    for change in reversed([each for each in changes if each.what == CHANGED]):
        for key, sides in change.fields.items():
            before = fields.get(key, sides)
            fields[key] = {
                when: values[when]
                for when, values in (("before", before), ("after", sides))
                if when in values
            }
    fields = {
        key: sides for key, sides in fields.items() if sides.get("before") != sides.get("after")
    }
    # What was away for a while may have come back as another: that much is told.
    was_away = any(change.what != CHANGED for change in changes)
    return Outcome(CHANGED, changes, fields) if fields or was_away else None


# What answers a query.


def answering(catalog: Catalog, query: Query, changes: Iterable[Change]) -> set[str]:
    """Ids of the changed records that answer a query as they are now.

    Those that the directory has no more answer it by what is known of them: at least a name.

    Args:
        catalog: The directory.
        query: What is asked.
        changes: All that is known to have become of records.

    Raises:
        UnknownWord: A value of an open facet that no record has.
        StaleAnswer: The directory changed meanwhile.
    """
    of = _by_record(changes)
    if not query.conditions:
        return {*of}
    answer = catalog.search(query)
    if len(answer) < len(of):
        found = {row.id for row in catalog.rows(answer, 0, len(answer))} & of.keys()
    else:
        found = {id_ for id_ in of if catalog.row_of(answer, id_) is not None}
    left = of.keys() - found
    gone = left - catalog.names(left).keys()
    return found | {id_ for id_ in gone if _answers(last_known(of[id_]), query)}


def last_known(changes: Sequence[Change], known: Mapping[str, Any] | None = None) -> Record:
    """A record that the directory has no more, of what is known of it.

    Args:
        changes: What became of it; at least one.
        known: Values by key that are known besides, such as the shelf remembers.
    """
    values: dict[str, Any] = dict(known or {})
    changes = _latest_first(changes)
    for change in reversed(changes):
        for key, sides in change.fields.items():
            # Of what was removed there is nothing but what it was before.
            side = sides.get("before") if change.what == REMOVED else sides.get("after")
            if side is None:
                values.pop(key, None)
            else:
                values[key] = side
    stated = {key: value for key, value in values.items() if key in KEYS and key != "provenance"}
    return from_json({"kind": "", **stated, "id": changes[0].id, "name": changes[0].name})


def _answers(record: Record, query: Query) -> bool:
    return all(
        any(_has(record, condition, value) for value in condition.values) != condition.negated
        for condition in query.conditions
    )


def _has(record: Record, condition: Condition, value: str) -> bool:
    key = condition.key
    if key in {WORD, PHRASE, "name", "city", "host"}:
        texts = [*_texts(record, key)]
        asked = words(value)
        if key == PHRASE or len(asked) > 1:
            return any(f" {' '.join(asked)} " in f" {' '.join(words(each))} " for each in texts)
        return any(each.startswith(tuple(asked)) for text in texts for each in words(text))
    if key == "id":
        return value == record.id
    if key in BY_KEY:
        return fold(value) in {fold(each) for each in BY_KEY[key].values(record)}
    return False


def _texts(record: Record, key: str) -> Iterator[str]:
    names = (record.name, *record.names.values())
    if key in {"name", "city", "host"}:
        yield from names if key == "name" else (getattr(record, key),)
    else:
        yield from (*names, record.acronym, record.city, record.host, record.summary)
        yield from record.fields
