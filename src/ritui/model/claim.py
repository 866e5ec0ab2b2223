"""Claims: what one source says about one thing, and what claims say together.

Claims that carry the same identifier speak of the same thing. Every field of the record comes
from the claim of highest precedence that states it, and provenance says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ritui.model.record import KEYS, Provenance, Record, from_json

_TOGETHER: Final = frozenset({"lat", "lon"})
"""Fields that only make sense from one claim."""
_BY_KEY: Final = frozenset({"names", "identifiers"})
"""Fields whose entries come from different claims side by side."""
UNATTRIBUTED: Final = frozenset({"id", "kind", "region", "verified", "provenance"})
"""Keys that no provenance entry names: ritui's own order, not facts from outside."""
_SCHEMES: Final = ("ror", "re3data", "wikidata")
"""Identifiers that make two claims one record, the most exact first."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says about one thing."""

    source: str
    ref: str
    """The source's own key for the thing."""
    values: Mapping[str, Any]
    """Record keys to JSON values, already clean and normal."""
    evidence: tuple[Provenance, ...] = ()
    """Where the values come from; the fields of an entry are the ones it accounts for."""
    cautions: Mapping[str, str] = field(default_factory=dict)
    """Field to a caveat that belongs to it, and is shown only where the field is used."""

    def keys(self) -> Iterator[str]:
        """Everything that identifies the thing, the most exact first."""
        if "id" in self.values:
            yield f"id:{self.values['id']}"
        identifiers = self.values.get("identifiers", {})
        for scheme in _SCHEMES:
            if scheme in identifiers:
                yield f"{scheme}:{identifiers[scheme]}"


def group(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Claims put together by the thing they speak of.

    Two claims of one source are two things, whatever identifiers they share: registries do
    give one outside identifier to several of their own records.

    Args:
        claims: The highest precedence first; the order stays within a group.
    """
    groups: list[list[Claim]] = []
    known: dict[str, int] = {}
    for claim in claims:
        keys = list(claim.keys())
        place = next(
            (
                known[key]
                for key in keys
                if key in known
                and all(other.source != claim.source for other in groups[known[key]])
            ),
            None,
        )
        if place is None:
            place = len(groups)
            groups.append([])
        groups[place].append(claim)
        for key in keys:
            known.setdefault(key, place)
    return groups


def merge(claims: Sequence[Claim]) -> Record:
    """The record that claims about one thing make together.

    Args:
        claims: At least one, the highest precedence first.
    """
    values: dict[str, Any] = {}
    winners: dict[str, int] = {}
    for place, claim in enumerate(claims):
        for key, value in claim.values.items():
            if key in _BY_KEY:
                _merge_entries(key, value, values, winners, place)
            elif key in _TOGETHER:
                if not _TOGETHER & winners.keys() or winners.get("lat", place) == place:
                    values.setdefault(key, value)
                    winners.setdefault(key, place)
            elif key not in values:
                values[key] = value
                winners[key] = place
    cautions = [
        claim.cautions[key]
        for place, claim in enumerate(claims)
        for key in claim.cautions
        if winners.get(key) == place
    ]
    if cautions:
        by_caution = next(p for p, c in enumerate(claims) if c.cautions)
        winners.setdefault("caveats", by_caution)
        values["caveats"] = [*values.get("caveats", ()), *dict.fromkeys(cautions)]
    ordered = {key: values[key] for key in KEYS if key in values}
    ordered["provenance"] = ()
    record = from_json(ordered)
    return _with_provenance(record, _provenance(claims, winners))


def _merge_entries(
    key: str, entries: Mapping[str, str], values: dict[str, Any], winners: dict[str, int], place: int
) -> None:
    whole = key not in values
    held = values.setdefault(key, {})
    fresh = [name for name in entries if name not in held]
    held.update((name, entries[name]) for name in fresh)
    if whole:
        winners[key] = place
    else:
        winners.update((f"{key}.{name}", place) for name in fresh)


def _provenance(claims: Sequence[Claim], winners: Mapping[str, int]) -> tuple[Provenance, ...]:
    """The claims' evidence, each entry left with the fields that were taken from it."""
    entries: list[Provenance] = []
    for place, claim in enumerate(claims):
        won = [key for key, winner in winners.items() if winner == place and key not in UNATTRIBUTED]
        accounted = {name for entry in claim.evidence for name in entry.fields}
        for index, entry in enumerate(claim.evidence):
            # What no entry of a claim names was said by its first one.
            fields = tuple(
                key
                for key in sorted(won, key=_contract_order)
                if key.split(".")[0] in entry.fields
                or (index == 0 and key.split(".")[0] not in accounted)
            )
            entries.append(
                Provenance(
                    claim.source, entry.title, entry.url, entry.retrieved, entry.licence, fields
                )
            )
    return tuple(entries)


def _contract_order(key: str) -> tuple[int, str]:
    return KEYS.index(key.split(".")[0]), key


def _with_provenance(record: Record, provenance: tuple[Provenance, ...]) -> Record:
    from dataclasses import replace

    return replace(record, provenance=provenance)
