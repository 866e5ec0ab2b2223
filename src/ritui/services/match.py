"""Match: the best counterparts of a record across the Atlantic, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ritui.errors import NoSuchRecord
from ritui.services.likeness import (
    Gap,
    Likeness,
    Profile,
    Reason,
    Ties,
    clues_of,
    gaps_of,
    likeness,
    profile_of,
)
from ritui.store.affinity import Clue, rarity

if TYPE_CHECKING:
    from ritui.store.catalog import Catalog

LIMIT: Final = 10
"""Candidates when nothing else is said."""
MOST: Final = 400
"""Records that are compared with one another at a time."""
_ALONE: Final = 40
"""Records for each of which counterparts are looked for where all are of one region."""
_ACROSS: Final[Mapping[str, tuple[str, ...]]] = {
    "EU": ("LAC",),
    "LAC": ("EU",),
    "bi-regional": ("EU", "LAC"),
    "global": ("EU", "LAC"),
}
"""Where the counterparts of a record of a region are."""
_FACETS: Final = (("domain", 0.3), ("area", 0.2))


class Party(NamedTuple):
    """One of two records that fit."""

    id: str
    name: str
    """In the reader's language, if it has such a name."""
    region: str
    country: str
    """ISO 3166-1 alpha-2; empty where there is no seat."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be a counterpart."""

    id: str
    name: str
    region: str
    country: str
    score: int
    """0 to 100: the points of the reasons together."""
    reasons: tuple[Reason, ...]
    """The most important first; never none."""
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be counterparts."""

    one: Party
    """The one of Latin America and the Caribbean, where there is one."""
    other: Party
    score: int
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]


def counterparts(catalog: Catalog, id_: str, limit: int = LIMIT) -> Sequence[Candidate]:
    """The best counterparts of a record in the other region; of one of both, in either.

    Args:
        catalog: The directory.
        id_: The record.
        limit: How many at most.

    Returns:
        The best first, equals by id; none where nothing of substance is common, or where the
        record is of no region.

    Raises:
        NoSuchRecord: There is none with this id.
    """
    held = catalog.held_of([id_])
    if not held:
        raise NoSuchRecord(id_)
    one = profile_of(held[0])
    found = _likes(catalog, one, Ties(catalog.shared()))
    return [
        Candidate(*_party(other, catalog.language), like.score, like.reasons,
                  gaps_of(one.record, other.record))
        for other, like in found[:limit]
    ]  # fmt: skip


def matrix(catalog: Catalog, ids: Iterable[str], limit: int = 3) -> Sequence[Pair]:
    """The pairs across the Atlantic among some records.

    Where they are all of one region, each is paired with its best counterparts in the other.

    Args:
        catalog: The directory.
        ids: The records; no more than `MOST` are looked at, and ids without a record are left
            out.
        limit: Pairs that a record is in because it fits best; the other one may be in more.

    Returns:
        The best first, equals by their ids.
    """
    given = [profile_of(each) for each in catalog.held_of(islice(dict.fromkeys(ids), MOST))]
    ties = Ties(catalog.shared())
    regions = {each.record.region for each in given}
    if any(there in regions for here in regions for there in _ACROSS.get(here, ())):
        found = _among(catalog, given, ties, limit)
    else:
        found = [
            (one, other, like)
            for one in given[:_ALONE]
            for other, like in _likes(catalog, one, ties)[:limit]
        ]
    pairs = {}
    for one, other, like in found:
        a, b = sorted((one, other), key=_side)
        parties = _party(a, catalog.language), _party(b, catalog.language)
        pairs[a.record.id, b.record.id] = (
            like,
            Pair(*parties, like.score, like.reasons, gaps_of(a.record, b.record)),
        )
    ordered = sorted(pairs, key=lambda ids: (*_rank(pairs[ids][0]), ids))
    return [pairs[each][1] for each in ordered]


def _likes(catalog: Catalog, one: Profile, ties: Ties) -> list[tuple[Profile, Likeness]]:
    """The counterparts of a record in the whole directory, the best first."""
    regions = _ACROSS.get(one.record.region, ())
    if not regions:
        return []
    keys = [*one.words]
    clues = clues_of(keys)
    record = one.record
    for scope, weight in _FACETS:
        values = getattr(record, f"{scope}s")
        clues += [Clue(f"facet.{scope}", ((value,),), weight) for value in values]
    sure = {each.id for each in record.related} | ties.beside(record.id)
    kin = catalog.kindred(clues, regions, sure)
    rarities = _rarities(keys, kin.counts, kin.total)
    found = []
    for each in kin.found:
        other = profile_of(each)
        if other.record.id != record.id and (like := likeness(one, other, rarities, ties)):
            found.append((other, like))
    found.sort(key=lambda pair: (*_rank(pair[1]), pair[0].record.id))
    return found


def _among(
    catalog: Catalog, given: Sequence[Profile], ties: Ties, limit: int
) -> list[tuple[Profile, Profile, Likeness]]:
    """The best pairs among some records: of each, those with most in common."""
    keys = sorted({key for each in given for key in each.words})
    total, counts = catalog.counted(clues_of(keys))
    rarities = _rarities(keys, counts, total)
    having: dict[str, list[int]] = {}
    for place, each in enumerate(given):
        for key in each.words:
            if key in rarities:
                having.setdefault(key, []).append(place)
    found = []
    for place, one in enumerate(given):
        there = _ACROSS.get(one.record.region, ())
        weights: dict[int, float] = {}
        for key, mine in one.words.items():
            for other in having.get(key, ()):
                weights[other] = weights.get(other, 0.0) + mine * rarities[key]
        near = {each.id for each in one.record.related} | ties.beside(one.record.id)
        weights |= {n: math.inf for n, each in enumerate(given) if each.record.id in near}
        best = sorted(weights, key=lambda n: (-weights[n], given[n].record.id))
        likes = []
        for number in best:
            region = given[number].record.region
            back = one.record.region in _ACROSS.get(region, ())
            if number != place and (region in there or back):
                like = likeness(one, given[number], rarities, ties)
                if like:
                    likes.append((one, given[number], like))
                if len(likes) >= 4 * limit:
                    break
        likes.sort(key=lambda each: (*_rank(each[2]), each[1].record.id))
        found += likes[:limit]
    return found


def _rarities(keys: Sequence[str], counts: Sequence[int], total: int) -> dict[str, float]:
    found = {key: rarity(n, total) for key, n in zip(keys, counts, strict=False)}
    return {key: value for key, value in found.items() if value > 0}


def _rank(like: Likeness) -> tuple[float, float]:
    return -like.score, -like.exact


def _side(profile: Profile) -> tuple[int, str]:
    return ("LAC", "bi-regional", "global", "EU").index(profile.record.region), profile.record.id


def _party(profile: Profile, language: str) -> Party:
    record = profile.record
    return Party(record.id, record.called(language), record.region, record.country)
