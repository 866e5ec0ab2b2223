"""Perturb: more records like those of a real registry, as many as are asked for.

A record's variants stand for organisations that the registry does not have: with ids of their
own, names in which some words are exchanged, another town of the same country. Country, status
and year stay as they are. The words of a growing directory follow Heaps' law (the number of
different words grows with a power of the number of records), so a variant of a later round has
fewer words that were never there. The same registry always gives the same variants.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from ritui.model.claim import Claim

HEAPS: Final = 0.75
"""The power. In the registry's own 34,490 records it has fallen from 0.83 to 0.79."""
FRESH: Final = 1.8
"""Different words for each record of the registry itself: 62,083 in 34,490."""
_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's, of which ROR ids are made."""
_IDS: Final = 32**6
_ODD: Final = 387_420_489
"""Multiplied by it, numbers are spread over all ids, and no two fall together."""
_ITEMS: Final = 2_000_000_000
"""Wikidata counts in hundreds of millions."""
_OTHER_TOWN: Final = 0.7
_DEGREES: Final = 0.15
"""Standard deviation of how far a point is moved."""
_KEPT_WORDS: Final = 100_000
_KEPT_TOWNS: Final = 2_000
_SHORTEST: Final = 5
"""Letters of a word that is made into another; of fewer, nearly all combinations exist."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_CLASSES: Final = ("aeiou", "bcdfghjklmnpqrstvwxz", "áéíóúàèêöüäãõ", "аеиоуыэюя", "бвгджзклмнпрст")


class _Town(NamedTuple):
    name: str
    lat: float
    lon: float


class Perturbed:
    """Variants of claims that come one by one; what is remembered of them is bounded."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._words: list[str] = []
        self._towns: defaultdict[str, list[_Town]] = defaultdict(list)
        self._number = 0

    def variants(self, claim: Claim, number: int) -> Iterator[Claim]:
        """So many variants of one more claim."""
        chance = random.Random(claim.ref)
        self._learn(claim.values, chance)
        for turn in range(1, number + 1):
            self._number += 1
            yield self._variant(claim, FRESH * ((turn + 1) ** HEAPS - turn**HEAPS), chance)

    def _learn(self, values: Mapping[str, Any], chance: random.Random) -> None:
        """Keep words and towns for the variants of the claims that follow."""
        for word in _WORD.findall(values.get("name", "")):
            _keep(self._words, word, _KEPT_WORDS, chance)
        if {"city", "lat", "country"} <= values.keys():
            town = _Town(values["city"], values["lat"], values["lon"])
            _keep(self._towns[values["country"]], town, _KEPT_TOWNS, chance)

    def _variant(self, claim: Claim, fresh: float, chance: random.Random) -> Claim:
        values = dict(claim.values)
        ref = made_id(self._number)
        values["id"] = f"ror-{ref[-9:]}"
        exchanged = self._exchanged(values, fresh, chance)
        values["name"] = _with(values["name"], exchanged)
        if "names" in values:
            values["names"] = {tag: _with(x, exchanged) for tag, x in values["names"].items()}
        if "acronym" in values:
            values["acronym"] = _altered(values["acronym"], chance)
        if "website" in values:
            values["website"] = _moved(values["website"], self._number)
        self._place(values, chance)
        if "identifiers" in values:
            values["identifiers"] = {
                scheme: _made_identifier(scheme, self._number, ref)
                for scheme in values["identifiers"]
            }
        evidence = tuple(replace(each, url=ref) for each in claim.evidence)
        return replace(claim, ref=ref, values=values, evidence=evidence)

    def _exchanged(
        self, values: Mapping[str, Any], fresh: float, chance: random.Random
    ) -> dict[str, str]:
        """Words of the names, and what stands in their places: so many that never were there."""
        found = dict.fromkeys(
            word
            for name in (values["name"], *values.get("names", {}).values())
            for word in _WORD.findall(name)
        )
        words = [*found]
        chance.shuffle(words)
        number = int(fresh) + (chance.random() < fresh % 1)
        long = [word for word in words if len(word) >= _SHORTEST][:number]
        exchanged = {word: _altered(word, chance) for word in long}
        # One more is exchanged for a word that others have, so that no name is there twice.
        if (other := next((w for w in words if w not in exchanged), "")) and self._words:
            exchanged[other] = chance.choice(self._words)
        return exchanged

    def _place(self, values: dict[str, Any], chance: random.Random) -> None:
        """Move it to another town of its country, or some kilometres away."""
        if not {"city", "lat", "country"} <= values.keys():
            return
        towns = self._towns[values["country"]]
        town = _Town(values["city"], values["lat"], values["lon"])
        if chance.random() < _OTHER_TOWN:
            town = chance.choice(towns)
        lat = min(90.0, max(-90.0, town.lat + chance.gauss(0, _DEGREES)))
        lon = min(180.0, max(-180.0, town.lon + chance.gauss(0, _DEGREES)))
        values.update(city=town.name, lat=round(lat, 5), lon=round(lon, 5))


def perturbed(claims: Iterable[Claim], variants: float) -> Iterator[Claim]:
    """Claims, each followed by its variants.

    Args:
        claims: Of a real registry, each with a ROR id.
        variants: For each of them, on average.
    """
    maker = Perturbed()
    for place, claim in enumerate(claims):
        yield claim
        number = int((place + 1) * variants) - int(place * variants)
        yield from maker.variants(claim, number)


def made_id(number: int) -> str:
    """A ROR id that the registry never gives: its check digits are ``00``, real ones begin at 02.

    Args:
        number: Different ids for all numbers below 32 to the power of 6.
    """
    spread = number * _ODD % _IDS
    digits = "".join(_DIGITS[spread >> shift & 31] for shift in range(25, -1, -5))
    return f"https://ror.org/0{digits}00"


def _made_identifier(scheme: str, number: int, ref: str) -> str:
    if scheme == "ror":
        return ref
    if scheme == "wikidata":
        return f"Q{_ITEMS + number}"
    if scheme == "grid":
        return f"grid.{1_000_000 + number}.{number % 16:x}"
    if scheme == "isni":
        return f"0000 0009 {number // 10_000:04d} {number % 10_000:04d}"
    return f"9{number:011d}"


def _altered(word: str, chance: random.Random) -> str:
    """A word that looks like it: two letters exchanged for others of their kind."""
    letters = list(word)
    for _ in range(2):
        at = chance.randrange(len(letters))
        letter = letters[at].casefold()
        kind = next((each for each in _CLASSES if letter in each), "")
        if kind:
            other = chance.choice(kind)
            letters[at] = other.upper() if letters[at].isupper() else other
    return "".join(letters)


def _with(name: str, exchanged: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: exchanged.get(found[0], found[0]), name)


def _moved(website: str, number: int) -> str:
    """The address at a host of its own."""
    scheme, _, rest = website.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.removeprefix('www.').partition('.')[0]}-{number}.example{slash}{path}"


def _keep(kept: list[Any], each: Any, most: int, chance: random.Random) -> None:
    """Add something, in the place of something else when there are enough."""
    if len(kept) < most:
        kept.append(each)
    else:
        kept[chance.randrange(most)] = each
