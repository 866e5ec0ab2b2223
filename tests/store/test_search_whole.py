"""Search in a whole registry: thousands of questions, and every record has its say.

Each condition is held against every record once; a question is several of them together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ritui.errors import UnknownWord
from ritui.model.claim import group, merge
from ritui.model.facet import BY_KEY, FACETS
from ritui.model.query import SORTS, Condition, Query, parse
from ritui.model.source import BUNDLED
from ritui.sources.bundled import Directory
from tests.store.conftest import Cache
from tests.store.reference import Read, Reference, Stamps, UnknownValue
from tests.store.searcher import ROR_DUMP, Searcher, ror_claims

QUESTIONS = 2_000
CONDITIONS = 80
"""Different ones that the questions are made of."""
MANY = 400
"""Results from which the values of one facet are counted, not of all, and not every row is read."""


class Remembering(Reference):
    """A directory that is a list, and that remembers what each record said to a condition."""

    def _select(self, conditions: Collection[Condition]) -> list[Read]:
        if not hasattr(self, "said"):
            self.said: dict[Condition, frozenset[int]] = {}
        found = frozenset(range(len(self.reads)))
        for each in conditions:
            plain = replace(each, negated=False)
            if plain not in self.said:
                numbered = enumerate(self.reads)
                self.said[plain] = frozenset(n for n, read in numbered if self._is(read, plain))
            found = found - self.said[plain] if each.negated else found & self.said[plain]
        return [self.reads[number] for number in sorted(found)]


@pytest.mark.skipif(not ROR_DUMP.is_file(), reason="the sample of ROR is not at hand")
def test_thousands_of_questions_to_a_whole_registry(
    open_cache: Callable[[str], Cache], directory: Directory
) -> None:
    claims = list(ror_claims(set(), every=1))
    now = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    cache = open_cache("whole")
    cache.replace(BUNDLED, directory.claims, now=now)
    cache.replace("ror", claims, now=now)
    records = [merge(each) for each in group([*directory.claims, *claims])]
    assert len(records) > 34_000
    reference = Remembering(records, {each.id: Stamps(now, now) for each in records}, {})
    searcher, chance = Searcher(records), random.Random("a whole registry")
    pool = [_condition(searcher, chance) for _ in range(CONDITIONS)]
    seen = {"found": 0, "many": 0, "refused": 0}
    for _ in range(QUESTIONS):
        some = chance.sample(pool, chance.choice((1, 1, 2, 2, 3, 4)))
        sort = f" sort:{chance.choice(('', '-'))}{chance.choice(SORTS)}" * (chance.random() < 0.3)
        signs = (replace(each, negated=chance.random() < 0.3) for each in some)
        query = parse(" ".join(map(str, signs)) + sort)
        facets = [chance.choice(FACETS)]
        try:
            # How many there are says how much can be counted.
            many = len(reference._select(query.conditions)) > MANY
            facets = facets if many else [*FACETS]
            expected = reference.answer(query, facets)
        except UnknownValue:
            with pytest.raises(UnknownWord):
                cache.catalog.search(query, None)
            seen["refused"] += 1
            continue
        answer = cache.catalog.search(query, [facet.key for facet in facets])
        assert len(answer) == len(expected.ids), query
        for start in (0, chance.randrange(len(answer)), len(answer) - MANY) if many else (0,):
            rows = cache.catalog.rows(answer, start, start + MANY)
            assert [row.id for row in rows] == expected.ids[start : start + MANY], query
        counts = {key: [*map(tuple, counted)] for key, counted in answer.counts.items()}
        assert counts == expected.counts, query
        seen["found"] += len(answer) > 0
        seen["many"] += many
    assert seen["found"] > QUESTIONS // 3
    assert seen["many"] > QUESTIONS // 20


def _condition(searcher: Searcher, chance: random.Random) -> Condition:
    """Something that is asked: often what many records are, so that several are still some."""
    keys = [key for key in searcher.keys if key not in {"changed", "is"}]
    condition = searcher.condition(chance.choice(keys), chance)
    if condition.key in BY_KEY and chance.random() < 0.5:
        common = [value for value in searcher.values[condition.key] if '"' not in value]
        return Condition(condition.key, (chance.choice(common[:40]),))
    return parse(str(Query((condition,)))).conditions[0]
