"""Likeness: what two records have in common, what each reason counts, and what is missing.

Nothing is hidden: the points of the reasons add up to the score, no reason gives more than
`WEIGHTS` says, and the same two records are as like one another from either side.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from ritui.model.record import Record, from_json
from ritui.services.concepts import ITSELF, Concepts, concepts, join
from ritui.store.affinity import Clue, Held, Shared
from ritui.store.index import PART, VALUE
from ritui.text import words


class Weight(NamedTuple):
    """One kind of reason."""

    key: str
    """Its words are ``across.reason.<key>`` in the message files."""
    most: int
    """Points of a hundred that it can give."""
    why: str
    """What it says, and what makes it count more or less."""


WEIGHTS: Final = (
    Weight("fields", 30, "Both state the same research fields; more the rarer these are, and the "
           "greater their part in all that the two state, and for those in a name; less where "
           "one is a kind of the other, and least where both are kinds of it."),
    Weight("words", 21, "Names, summaries and fields speak of the same things besides; more for "
           "rare ones and for those in names, little for words outside the vocabulary."),
    Weight("relation", 10, "One is stated to be related to the other."),
    Weight("domains", 8, "The same science domains; less where either has others too."),
    Weight("areas", 6, "The same EU-CELAC priority areas; less where either has others too."),
    Weight("ties", 6, "Both belong to the same project, network, organisation or members; more "
           "for two of them."),
    Weight("pilot", 5, "A ResInfra pilot works in a field that both state."),
    Weight("named", 4, "The texts of one name the other."),
    Weight("events", 3, "An event concerned both."),
    Weight("type", 3, "The same form: single-sited, distributed, virtual or mobile."),
    Weight("countries", 2, "A country takes part in both."),
    Weight("access", 2, "Both state how users get access."),
)  # fmt: skip
"""Everything that counts, and how much at most; together a hundred."""

_MOST: Final = {weight.key: weight.most for weight in WEIGHTS}
_SUBSTANCE: Final = frozenset({"fields", "words", "relation", "ties", "named", "events"})
"""Of these a suggestion must have one: that both are about energy is no reason to meet."""
_GAPS: Final = ("areas", "domains", "fields", "access", "contacts", "website")
"""Keys of a record that one would want to know of both."""
ENOUGH: Final = 15
"""Points below which two records are not brought together."""
_BELONGING: Final = frozenset({"host", "hosts", "part-of", "has-part", "successor", "predecessor"})
"""Relations of what belongs together anyway."""
_IN_SUMMARY: Final = 0.6
_ONE_KIND, _BOTH_KINDS = 0.65, 0.4
"""What is common counts so much where one is a kind of the other, or both are kinds of it."""
_OTHER_WORD: Final = 0.5
_NAMING: Final = 4
"""Characters of an acronym that is not taken for a common word."""
_LISTED: Final = 6
"""Values that a reason names."""
READY: Final = frozenset({"", "operational"})


class Reason(NamedTuple):
    """One thing that two records have in common."""

    key: str
    values: tuple[str, ...]
    """Keys of concepts, domains and so on, ids of records, titles; as `WEIGHTS` tells."""
    points: int


class Gap(NamedTuple):
    """Something that one would want to know, or that stands in the way."""

    key: str
    """A key of a record, or ``phase`` for what is not in operation."""
    of: tuple[str, ...]
    """Ids of those of the two records that it is a gap of."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A record as it is compared."""

    record: Record
    fields: Mapping[str, frozenset[str]]
    """What its fields are about: key to why, as `Concepts.found` has it."""
    named: Collection[str]
    """What its names are about."""
    words: Mapping[str, float]
    """What its texts are about, with how much that counts."""
    parts: Mapping[str, frozenset[str]]
    """As in `fields`, of all its texts."""
    text: str
    """All its texts but the names, folded, a blank around every word."""
    names: tuple[str, ...]
    """What another's text may call it by, folded as in `text`."""


class Likeness(NamedTuple):
    """How like two records are."""

    score: int
    """0 to 100."""
    exact: float
    """Before the points were rounded; tells equals apart."""
    reasons: tuple[Reason, ...]
    """The most important first."""


def profile_of(held: Held) -> Profile:
    """A record as it is compared, from what the cache holds."""
    table = concepts()
    record = from_json(json.loads(held.body))
    head, _, _, rest = (part.split(VALUE) for part in held.text.split(PART))
    names = [each.split() for each in head]
    summary = rest[0].split() if record.summary else []
    stated = [each.split() for each in (rest[1:] if record.summary else rest)]
    fields: dict[str, frozenset[str]] = {}
    for tokens in stated:
        about = table.found(tokens) or dict.fromkeys(_alone(table, tokens), frozenset({ITSELF}))
        _join(fields, about)
    parts = dict(fields)
    counts = dict.fromkeys(fields, 1.0)
    named: dict[str, frozenset[str]] = {}
    for tokens in names:
        _join(named, table.found(tokens))
    _join(parts, named)
    counts.update(dict.fromkeys(named, 1.0))
    for tokens in (*names, *stated):
        for word in table.others(tokens):
            counts.setdefault(word, _OTHER_WORD)
    about = table.found(summary)
    _join(parts, about)
    for key in about:
        counts[key] = max(counts.get(key, 0.0), _IN_SUMMARY)
    told = (record.summary, *record.details)
    text = f" {' '.join(word for each in told for word in words(each))}{_told(record)}"
    return Profile(
        record, fields, named, counts, parts, text, tuple(_callings(table, record, head))
    )


def clues_of(keys: Iterable[str]) -> list[Clue]:
    """What to look for in the index, for concepts and other words."""
    table = concepts()
    return [
        Clue("word", table.spelt(key)) if key in table.ways
        else Clue("word", table.spelt(key), _OTHER_WORD, "city")
        for key in keys
    ]  # fmt: skip


class Ties:
    """What ties records of one region to those of the other, beside what they say themselves."""

    def __init__(self, shared: Shared) -> None:
        """Take what the directory holds of records of both regions and of events."""
        table = concepts()
        between = [from_json(json.loads(body)) for body in shared.between]
        self._between = [(record, _told(record)) for record in between]
        self._related = [(record.id, {each.id for each in record.related}) for record in between]
        self._pilots = [
            (
                record,
                {
                    key
                    for field in record.fields
                    for key, why in table.found(words(field)).items()
                    if ITSELF in why
                },
            )
            for record in between
            if record.kind == "pilot"
        ]
        self._events: dict[str, dict[str, None]] = {}
        for values in map(json.loads, shared.events):
            for id_ in values["related"]:
                self._events.setdefault(id_, {})[values["title"]] = None
        self._of: dict[str, frozenset[str]] = {}

    def of(self, profile: Profile) -> frozenset[str]:
        """Ids of records, and folded names of others, that one is tied to."""
        record = profile.record
        if record.id not in self._of:
            found = {each.id for each in record.related} | ({record.pilot} - {""})
            names = (record.host, record.coordinator, *record.partners, *record.members)
            found |= {" ".join(words(name)) for name in names} - {""}
            found |= {id_ for id_, related in self._related if record.id in related}
            found |= {
                other.id
                for other, text in self._between
                if any(name in text for name in profile.names)
            }
            self._of[record.id] = frozenset(found - {record.id})
        return self._of[record.id]

    def pilots(self, one: Profile, other: Profile, fields: Collection[str]) -> list[str]:
        """Ids of the pilots that work in a domain of two records and one of some fields."""
        return [
            pilot.id
            for pilot, about in self._pilots
            if about & {*fields}
            and {*pilot.domains} & {*one.record.domains} & {*other.record.domains}
        ]

    def beside(self, id_: str) -> set[str]:
        """Ids of the records that an event concerned together with one."""
        here = self._events.get(id_, {})
        return {other for other, titles in self._events.items() if here.keys() & titles.keys()}

    def events(self, one: str, other: str) -> list[str]:
        """Titles of the events that concerned two records."""
        there = self._events.get(other, {})
        return [title for title in self._events.get(one, {}) if title in there]


def likeness(
    one: Profile, other: Profile, rarities: Mapping[str, float], ties: Ties
) -> Likeness | None:
    """How like two records are, and why.

    None where too little is common to them, nothing of substance, or where one is a part of the
    other: what belongs together anyway need not be brought together.

    Args:
        one: A record.
        other: Another; which is which makes no difference.
        rarities: How rare what they speak of is in the directory, from 0 to 1; what is not in
            it does not count.
        ties: What ties records to one another.
    """
    a, b = one.record, other.record
    relations = {each.rel for each in a.related if each.id == b.id}
    relations |= {each.rel for each in b.related if each.id == a.id}
    if relations & _BELONGING:
        return None
    fields = _common(one.fields, other.fields, one.fields, other.fields, rarities)
    spoken = _common(one.words, other.words, one.parts, other.parts, rarities, fields) - fields
    strengths = {
        key: rarities[key] * one.words[key] * other.words[key] * _whole(key, one.parts, other.parts)
        for key in spoken
    }
    pilots = ties.pilots(one, other, fields)
    bound = (ties.of(one) & ties.of(other)) - {a.id, b.id}
    named = [r.id for r, names, text in ((a, one.names, other.text), (b, other.names, one.text))
             if any(name in text for name in names)]  # fmt: skip
    events = ties.events(a.id, b.id)
    found: list[tuple[str, Sequence[str], float]] = [
        ("fields", _by(fields, rarities), _of_fields(fields, one, other, rarities)),
        ("words", _by(spoken, strengths), 1 - math.exp(-sum(strengths.values()) / 0.9)),
        ("relation", sorted(relations), 1.0),
        ("domains", sorted({*a.domains} & {*b.domains}), _dice(a.domains, b.domains)),
        ("areas", sorted({*a.areas} & {*b.areas}), _dice(a.areas, b.areas)),
        ("ties", sorted(bound), 0.7 if len(bound) == 1 else 1.0),
        ("pilot", sorted(pilots), 1.0 if {*pilots} & (ties.of(one) | ties.of(other)) else 0.6),
        ("named", sorted(named), 1.0),
        ("events", events, 1.0),
        ("type", [a.type] if a.type == b.type and a.type else [], 1.0),
        ("countries", sorted({*a.all_countries} & {*b.all_countries}), 1.0),
        ("access", ["access"] if a.access and b.access else [], 1.0),
    ]
    exact = {key: share * _MOST[key] for key, values, share in found if values}
    points = {key: round(value) for key, value in exact.items()}
    reasons = [
        Reason(key, tuple(values[:_LISTED]), points[key])
        for key, values, _ in found
        if points.get(key)
    ]
    score = sum(each.points for each in reasons)
    if score < ENOUGH or not any(reason.key in _SUBSTANCE for reason in reasons):
        return None
    reasons.sort(key=lambda reason: -reason.points)
    return Likeness(score, sum(exact.values()), tuple(reasons))


def gaps_of(one: Record, other: Record) -> tuple[Gap, ...]:
    """What one would want to know of two records and no source states, or stands in the way."""
    both = (one, other)
    gaps = [Gap("phase", tuple(each.id for each in both if each.status not in READY))]
    gaps += [Gap(key, tuple(r.id for r in both if not getattr(r, key))) for key in _GAPS]
    return tuple(gap for gap in gaps if gap.of)


def _common(
    one: Collection[str],
    other: Collection[str],
    one_parts: Mapping[str, frozenset[str]],
    other_parts: Mapping[str, frozenset[str]],
    rarities: Mapping[str, float],
    besides: Collection[str] = (),
) -> frozenset[str]:
    """What is common to two, without what is only so because something narrower is.

    Args:
        one: Keys.
        other: Keys.
        one_parts: Why they are there.
        other_parts: Why they are there.
        rarities: How rare each is.
        besides: What is known to be common already.
    """
    common = {key for key in one if key in other and rarities.get(key, 0.0) > 0.0}
    wider = {each for key in (*common, *besides) for each in concepts().broader.get(key, ())}
    return frozenset(
        key for key in common if key not in wider or _whole(key, one_parts, other_parts) == 1.0
    )


def _whole(
    key: str, one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
) -> float:
    """How much something common counts: most where both say so themselves."""
    said = sum(ITSELF in each.get(key, (ITSELF,)) for each in (one, other))
    return (_BOTH_KINDS, _ONE_KIND, 1.0)[said]


def _of_fields(
    common: Collection[str], one: Profile, other: Profile, rarities: Mapping[str, float]
) -> float:
    """The share of all points for fields."""
    table = concepts()
    weight = sum(
        (0.3 + rarities[key] + 0.15 * ((key in one.named) + (key in other.named)))
        * _whole(key, one.fields, other.fields)
        * (1.0 if key in table.ways or " " in key else _OTHER_WORD)
        for key in common
    )
    same = sum(_whole(key, one.fields, other.fields) for key in common)
    share = _dice(_stated(one), _stated(other), same)
    return (1 - math.exp(-1.4 * weight)) * (0.55 + 0.45 * share)


def _stated(profile: Profile) -> list[str]:
    """What the fields of a record say that they are about."""
    return [key for key, why in profile.fields.items() if ITSELF in why]


def _dice(one: Collection[str], other: Collection[str], common: float | None = None) -> float:
    """How much of all that two have is common to them, from 0 to 1."""
    both = len({*one} & {*other}) if common is None else common
    return min(1.0, 2 * both / (len(one) + len(other))) if both else 0.0


def _by(keys: Iterable[str], strengths: Mapping[str, float]) -> list[str]:
    return sorted(keys, key=lambda key: (-strengths[key], key))


def _join(found: dict[str, frozenset[str]], more: Mapping[str, frozenset[str]]) -> None:
    for key, longer in more.items():
        join(found, key, longer)


def _alone(table: Concepts, tokens: Sequence[str]) -> list[str]:
    """A field that is no concept: its words, if any of them tells something."""
    others = table.others(tokens)
    return [" ".join(tokens)] if len(tokens) > 1 and others else sorted(others)


def _callings(table: Concepts, record: Record, head: Iterable[str]) -> Iterable[str]:
    """What a text may call a record by, each with a blank around every word."""
    acronym = " ".join(words(record.acronym))
    for name in dict.fromkeys(head):
        bare = name.strip()
        if bare == acronym or " " not in bare:
            is_word = bare in table.ignored or (bare,) in table.keys
            if len(bare) >= _NAMING and not is_word:
                yield name
        elif len(bare) > 2 * _NAMING:
            yield name


def _told(record: Record) -> str:
    """Whom a record names as taking part, folded, a blank around every word."""
    told = (record.host, record.coordinator, *record.partners, *record.members)
    return f" {' '.join(word for each in told if each for word in words(each))} "
