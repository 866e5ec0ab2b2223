"""Where from: every fact of a record with who said it, and what others say of the same.

The screen and ``ritui show --provenance`` say the same because both start here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ritui.i18n import Messages
from ritui.model.claim import Claim
from ritui.model.record import KEYS, Provenance, Record, to_json
from ritui.services.origin import Origins
from ritui.store.globe import distance
from ritui.text import fold

POINT: Final = "point"
"""The fact that ``lat`` and ``lon`` are together."""

_LIMIT: Final = 240
"""Characters of a value that are shown; the record itself has it whole."""
_OWN: Final = frozenset({"id", "kind", "region", "verified"})
"""Given by whoever keeps the source itself, not by what that relied on."""
_ENTRIES: Final = frozenset({"names", "identifiers"})
_WORDED: Final[Mapping[str, str]] = {
    "country": "country", "countries": "country", "areas": "area", "domains": "domain",
    "kind": "kind", "region": "region", "type": "type", "status": "status", "esfri": "esfri",
}  # fmt: skip
"""Keys to the facet whose labels their values have."""
_SAME_KM: Final = 0.1
"""Two points as close as this are the same place."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What one source says about one fact."""

    value: str
    """In words, shortened."""
    source: str
    """Id of the source."""
    title: str
    """The source by its name."""
    basis: str = ""
    """What the source itself relied on; empty where it is the same or not known."""
    url: str = ""
    retrieved: str = ""
    """ISO date, as far as known."""
    licence: str = ""
    away_km: int | None = None
    """Of another point: how far it is from the one that is used."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a record, as it is used, and what others say of it."""

    key: str
    """A key of the record; ``names.es`` for an entry of one, ``point`` for the coordinates."""
    used: Saying
    same: tuple[str, ...] = ()
    """Names of the other sources that say it too."""
    others: tuple[Saying, ...] = ()
    """Those that say something else, the most trusted first."""


def where_from(
    record: Record, claims: Sequence[Claim], origins: Origins, say: Messages
) -> list[Fact]:
    """Every fact of a record, in the order of its keys.

    Args:
        record: Of which one.
        claims: What each source says about it, if that is known; the most trusted first.
        origins: The sources by their names.
        say: The words.
    """
    entries = {key: entry for entry in record.provenance for key in entry.fields}
    held = {key: value for key, value in to_json(record).items() if key != "provenance"}
    facts: list[Fact] = []
    for key, value in _facts(held):
        name = key.partition(".")[0]
        entry = entries.get(key) or entries.get("lat" if key == POINT else name) or Provenance("")
        used = _saying(key, value, entry, origins, say)
        same: list[str] = []
        others: list[Saying] = []
        for claim in claims:
            if claim.source == used.source or key == "id":
                continue
            theirs = dict(_facts(claim.values)).get(key)
            if theirs is None:
                continue
            away = distance(*value, *theirs) if key == POINT else None
            if away <= _SAME_KM if away is not None else _plain(theirs) == _plain(value):
                same.append(origins.of(claim.source).title)
            else:
                evidence = _evidence(claim, key)
                others.append(_saying(key, theirs, evidence, origins, say, away))
        facts.append(Fact(key, used, tuple(dict.fromkeys(same)), tuple(others)))
    return facts


def fact_label(key: str, say: Messages) -> str:
    """What a fact is called: ``Names (es)``."""
    name, _, entry = key.partition(".")
    label = say.get(f"field.{name}", name)
    return f"{label} ({entry})" if entry else label


def origin_line(saying: Saying, say: Messages) -> str:
    """Who said it, when and under which licence, in one line; the address is not in it."""
    parts = (
        saying.basis,
        saying.title or say("where.unknown"),
        saying.retrieved or say("where.no-date"),
        saying.licence or say("export.no-licence"),
    )
    return " · ".join(part for part in parts if part)


def _facts(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The facts among the values of a record or claim, entries of tables one by one."""
    for key in KEYS:
        if key in _ENTRIES:
            for name, entry in values.get(key, {}).items():
                yield f"{key}.{name}", entry
        elif key == "lat":
            if "lat" in values and "lon" in values:
                yield POINT, (values["lat"], values["lon"])
        elif key != "lon" and key in values and key != "provenance":
            yield key, values[key]


def _saying(
    key: str,
    value: Any,
    entry: Provenance,
    origins: Origins,
    say: Messages,
    away: float | None = None,
) -> Saying:
    origin = origins.of(entry.source)
    own = key in _OWN
    basis = "" if own or entry.title == origin.title else entry.title
    return Saying(
        _shown(key, value, say),
        entry.source,
        origin.title,
        basis,
        "" if own else entry.url,
        # What names no page is said by the source itself, on the day it was asked.
        origin.fetched if own or not (entry.retrieved or entry.url) else entry.retrieved,
        entry.licence or ("" if basis else origin.licence),
        None if away is None else round(away),
    )


def _evidence(claim: Claim, key: str) -> Provenance:
    """What accounts for a fact of a claim: the entry that names it, or else its first."""
    names = {"lat"} if key == POINT else {key, key.partition(".")[0]}
    named = (entry for entry in claim.evidence if names & {*entry.fields})
    first = claim.evidence[0] if claim.evidence else Provenance(claim.source)
    found = next(named, first)
    return Provenance(claim.source, found.title, found.url, found.retrieved, found.licence)


def _shown(key: str, value: Any, say: Messages) -> str:
    """A value in words, on one line, shortened."""
    if key == POINT:
        return f"{value[0]:.5f}, {value[1]:.5f}"
    if isinstance(value, bool):
        return say("doctor.yes" if value else "doctor.no")
    facet = _WORDED.get(key, "")
    each = value if isinstance(value, list) else [value]
    joiner = "; " if any(isinstance(one, str) and len(one) > 60 for one in each) else ", "
    text = " ".join(joiner.join(_word(one, facet, say) for one in each).split())
    return text if len(text) <= _LIMIT else text[: _LIMIT - 1].rstrip() + "…"


def _word(value: Any, facet: str, say: Messages) -> str:
    if isinstance(value, Mapping):
        return " · ".join(str(part) for part in value.values())
    return say.label(facet, str(value)) if facet else str(value)


def _plain(value: Any) -> Any:
    """A value without what makes no difference: case, accents, the order of a list."""
    if isinstance(value, list):
        return sorted(str(_plain(each)) for each in value)
    if isinstance(value, Mapping):
        return sorted((str(key), str(_plain(each))) for key, each in value.items())
    return fold(value).strip().rstrip("/") if isinstance(value, str) else value
