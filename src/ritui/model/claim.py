"""Claims: what one source says about one thing, and what claims say together.

Claims that carry the same identifier speak of the same thing. Every field of the record comes
from the claim of highest precedence that states it, and provenance says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ritui.model.record import KEYS, Provenance, Record, as_object, from_json

_TOGETHER: Final = frozenset({"lat", "lon"})
"""Fields that only make sense from one claim."""
_BY_KEY: Final = frozenset({"names", "identifiers"})
"""Fields whose entries come from different claims side by side."""
_ORDER: Final = {key: place for place, key in enumerate(KEYS)}
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

    Claims that carry the same identifier are one thing, and so are those that a third one ties
    together. But two claims of one source are two things, whatever identifiers they share:
    registries do give one outside identifier to several of their own records.

    Args:
        claims: The highest precedence first; the order stays within a group.
    """
    groups: list[dict[int, Claim]] = []
    known: dict[str, int] = {}
    for number, claim in enumerate(claims):
        keys = list(claim.keys())
        place = len(groups)
        groups.append({number: claim})
        for other in dict.fromkeys(known[key] for key in keys if key in known):
            ours, theirs = groups[place], groups[other]
            if not _sources(ours) & _sources(theirs):
                theirs |= ours
                groups[place] = {}
                known |= {key: other for key, held in known.items() if held == place}
                place = other
        for key in keys:
            known.setdefault(key, place)
    return [[each[number] for number in sorted(each)] for each in groups if each]


def _sources(claims: Mapping[int, Claim]) -> set[str]:
    return {claim.source for claim in claims.values()}


def merge(claims: Sequence[Claim]) -> Record:
    """The record that claims about one thing make together.

    Args:
        claims: At least one, the highest precedence first.
    """
    return from_json(combine(claims))


def combine(claims: Sequence[Claim]) -> dict[str, Any]:
    """That record as JSON values, as `ritui.model.record.to_json` gives them.

    Args:
        claims: At least one, the highest precedence first.
    """
    if len(claims) == 1 and len(claims[0].evidence) == 1:
        return _alone(claims[0])
    values: dict[str, Any] = {}
    winners: dict[str, int] = {}
    for place, claim in enumerate(claims):
        pointed = _TOGETHER & values.keys()
        for key, value in claim.values.items():
            if key in _BY_KEY:
                _merge_entries(key, value, values, winners, place)
            elif key not in values and not (pointed and key in _TOGETHER):
                values[key] = value
                winners[key] = place
    cautions = [
        (place, caution)
        for place, claim in enumerate(claims)
        for key, caution in claim.cautions.items()
        if winners.get(key) == place
    ]
    if cautions:
        winners.setdefault("caveats", cautions[0][0])
        told = (caution for _, caution in cautions)
        values["caveats"] = [*dict.fromkeys([*values.get("caveats", ()), *told])]
    ordered = {key: values[key] for key in KEYS if key in values}
    ordered["provenance"] = [*map(as_object, _provenance(claims, winners))]
    return ordered


def _alone(claim: Claim) -> dict[str, Any]:
    """The record of one claim with one piece of evidence, as nearly all are: nothing to choose."""
    stated = claim.values
    told = [caution for key, caution in claim.cautions.items() if key in stated]
    if told:
        stated = {**stated, "caveats": [*dict.fromkeys([*stated.get("caveats", ()), *told])]}
    values = {key: stated[key] for key in KEYS if key in stated}
    entry = claim.evidence[0]
    said = Provenance(
        claim.source, entry.title, entry.url, entry.retrieved, entry.licence, tuple(values)
    )
    return {**values, "provenance": [as_object(said)]}


def _merge_entries(
    key: str,
    entries: Mapping[str, str],
    values: dict[str, Any],
    winners: dict[str, int],
    place: int,
) -> None:
    """Add the entries that nobody stated yet; provenance names the first claim's as a whole."""
    if key not in values:
        values[key] = dict(entries)
        winners[key] = place
        return
    fresh = [name for name in entries if name not in values[key]]
    values[key].update((name, entries[name]) for name in fresh)
    winners.update((f"{key}.{name}", place) for name in fresh)


def _provenance(claims: Sequence[Claim], winners: Mapping[str, int]) -> tuple[Provenance, ...]:
    """The claims' evidence, each entry left with the fields that were taken from it."""
    entries: list[Provenance] = []
    for place, claim in enumerate(claims):
        won = [key for key, winner in winners.items() if winner == place]
        won.sort(key=_contract_order)
        # A claim without evidence is its own, where something was taken from it.
        evidence = claim.evidence or ((Provenance(claim.source),) if won else ())
        if len(evidence) == 1:
            entries.append(replace(evidence[0], source=claim.source, fields=tuple(won)))
            continue
        accounts = {key: _accounting(key, evidence) for key in won}
        entries.extend(
            replace(
                entry,
                source=claim.source,
                fields=tuple(key for key in won if accounts[key] == index),
            )
            for index, entry in enumerate(evidence)
        )
    cited = {_work(entry) for entry in entries if entry.fields}
    # What was consulted besides is told once, and not where it is named for something already;
    # but no source that speaks of the thing is left out.
    told: list[Provenance] = []
    heard = {entry.source for entry in entries if entry.fields}
    for entry in entries:
        if entry.fields or _work(entry) not in cited or entry.source not in heard:
            told.append(entry)
            cited.add(_work(entry))
            heard.add(entry.source)
    return tuple(told)


def _work(entry: Provenance) -> tuple[str, ...]:
    """What makes two entries the same work, whoever relied on it."""
    return entry.title, entry.url, entry.retrieved, entry.licence


def _accounting(key: str, evidence: Sequence[Provenance]) -> int:
    """The first entry that names a field, or else the first: it said what no entry names."""
    names = {key, key.split(".")[0]}
    return next((index for index, entry in enumerate(evidence) if names & {*entry.fields}), 0)


def _contract_order(key: str) -> tuple[int, str]:
    return _ORDER[key.partition(".")[0]], key
