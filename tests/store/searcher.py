"""Someone who asks the directory about what is in it, and a registry to ask about."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ritui.model.claim import Claim
from ritui.model.facet import BY_KEY, FACETS
from ritui.model.query import FLAGS, SORTS, Condition, possessions
from ritui.model.record import Record
from ritui.model.source import Source
from ritui.text import fold, words

ROR_DUMP = Path(__file__).parents[2].parent / "shared" / "data" / "ror-v2-36k.json.gz"


def ror_of(claim: Claim) -> str:
    return str(claim.values.get("identifiers", {}).get("ror", ""))


def ror_claims(wanted: set[str], every: int = 12) -> Iterator[Claim]:
    """Every twelfth record, or so, and those that the bundled directory has as well."""
    from ritui.sources.ror import claim_from, read_record

    source = Source("ror", "ror")
    with gzip.open(ROR_DUMP, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            named = re.search(r'"id":"(https://ror\.org/\w+)","', line)
            if named and (number % every == 0 or named[1] in wanted):
                yield claim_from(read_record(line.strip().rstrip(",").encode()), source)[0]


class Searcher:
    """Someone who asks about what there is, more or less exactly."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self.values = {
            facet.key: sorted({value for record in records for value in facet.values(record)})
            for facet in FACETS
        }
        self.keys = ["word"] * 8 + ["phrase"] * 3 + [facet.key for facet in FACETS] * 2
        self.keys += ["name", "host", "city", "id", "has", "has", "is", "is", "near", "near",
                      "established", "established", "changed"]  # fmt: skip

    def query(self, chance: random.Random) -> str:
        """A query as it is typed."""
        about = chance.choice(self.records)
        size = chance.choice((1, 1, 1, 2, 2, 2, 3, 3, 4, 6))
        parts = []
        for _ in range(size):
            # Mostly about one record, so that several conditions still find something.
            whom = about if chance.random() < 0.8 else chance.choice(self.records)
            condition = self.condition(chance.choice(self.keys), chance, whom)
            parts.append(str(replace(condition, negated=chance.random() < 0.15)))
        if chance.random() < 0.35:
            parts.insert(chance.randrange(len(parts) + 1),
                         f"sort:{chance.choice(('', '-'))}{chance.choice(SORTS)}")  # fmt: skip
        return " ".join(parts)

    def condition(self, key: str, chance: random.Random, about: Record | None = None) -> Condition:
        """A condition of a kind, such as the record fulfils, or nearly."""
        about = about or chance.choice(self.records)
        if key in {"word", "phrase"}:
            if chance.random() < 0.2:
                whole = about.acronym if key == "word" and about.acronym else about.name
                return Condition(key, (_part(whole, "whole", chance) or "ocean",))
            texts = [about.name, *about.names.values(), about.acronym, about.summary, *about.fields,
                     about.host, about.city, about.coordinator]  # fmt: skip
            return Condition(key, (_part(chance.choice(texts), key, chance) or "solar",))
        if key in BY_KEY:
            own = [v for v in BY_KEY[key].values(about) if '"' not in v]
            values = own if own and chance.random() < 0.8 else self.values[key]
            some = dict.fromkeys(chance.choice(values) for _ in range(chance.choice((1, 1, 2, 3))))
            return Condition(key, tuple(map(_as_typed(chance), some)))
        if key in {"name", "host", "city"}:
            texts = [about.name, *about.names.values()] if key == "name" else [getattr(about, key)]
            some = {}
            for _ in range(chance.choice((1, 1, 2))):
                how = chance.choice(("word", "phrase"))
                some[_part(chance.choice(texts), how, chance) or "instituto"] = None
            return Condition(key, tuple(some))
        return Condition(key, self._others(key, chance, about))

    def _others(self, key: str, chance: random.Random, about: Record) -> tuple[str, ...]:
        if key == "id":
            known = (about.id, *about.identifiers.values())
            return (_as_typed(chance)(chance.choice(known)),)
        if key in {"has", "is"}:
            some = possessions() if key == "has" else FLAGS
            return tuple(dict.fromkeys(chance.choice(some) for _ in range(chance.choice((1, 2)))))
        if key == "near":
            lat, lon = about.lat or chance.uniform(-90, 90), about.lon or chance.uniform(-180, 180)
            lat = min(90.0, max(-90.0, lat + chance.gauss(0, 1)))
            lon = min(180.0, max(-180.0, lon + chance.gauss(0, 1)))
            far = min(20_040.0, 10 ** chance.uniform(0, 4.35))
            return f"{lat:.3f}", f"{lon:.3f}", f"{far:.1f}km"
        if key == "established":
            first, last = sorted(chance.choice((about.established or 1980, 1950, 2000, 2015))
                                 for _ in "ab")  # fmt: skip
            forms = (f"{first}", f"{first}..{last}", f"{first}..", f"..{last}", f"{last}..{first}")
            return (chance.choice(forms),)
        days = chance.choice((0, 3, 4, 5, 9, 10, 11, 24, 25, 26, 99, 100, 199, 200, 201, 9_000))
        then = datetime.now(UTC) - timedelta(days=days)
        return (chance.choice((f"{days}d", f"{then:%Y-%m-%d}")),)


def _part(text: str, how: str, chance: random.Random) -> str:
    """A word of a text, cut off while it is typed; or some words in order, or nearly."""
    parts = [each for each in re.split(r'[\s":]+', text) if words(each)]
    if not parts:
        return ""
    if how == "whole":
        return _as_typed(chance)(" ".join(parts))
    start = chance.randrange(len(parts))
    if how == "word":
        word = parts[start].lstrip("-")
        cut = word[: chance.randint(1, len(word))]
        return _as_typed(chance)(cut if words(cut) and not cut.startswith("-") else word)
    some = parts[start : start + chance.choice((1, 2, 2, 3, 4))]
    if chance.random() < 0.15:
        some.reverse()
    return _as_typed(chance)(" ".join(some))


def _as_typed(chance: random.Random) -> Callable[[str], str]:
    return chance.choice((str, str, str.upper, str.lower, fold))
