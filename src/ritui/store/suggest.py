"""Suggest: another query, for one whose words seem to be mistyped.

A mistake is a letter too many, one missing, a wrong one, or two neighbours in the other order.
The words to choose from are those of the index. What is one mistake away is looked up there: a
word has some hundreds of such neighbours, however many words there are. What is two away is
looked for among the words that begin alike. Those are kept by their length, one after the other
in one string: this takes a fraction of the room and the time that as many strings would, and a
word is found there by a piece of it in which there is no mistake.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import reduce
from itertools import islice, product
from typing import TYPE_CHECKING, Final, TypeAlias

from ritui.model.query import WORD, Condition, Query
from ritui.store.index import WORDS
from ritui.text import words

if TYPE_CHECKING:
    from pyroaring import BitMap

    from ritui.store.search import Finder

LITTLE: Final = 2
"""Records of an answer up to which there may be something better."""
BETTER: Final = 5
"""Times as many that the better one then has."""

_SHORTEST: Final = 3
"""Letters of a word that may be wrong, and of one that it may stand for."""
_TWICE: Final = 6
"""Letters from which a word may have two mistakes: short ones would be like too many others."""
_LONGEST: Final = 40
_MISTYPED: Final = 3
"""Words of one query that may be wrong."""
_CHOICES: Final = 8
"""Words that each of them may stand for."""
_TRIALS: Final = 24
"""Queries that are tried, the likeliest first."""
_BLOCK: Final = 128
"""Code points among which an alphabet is, as Unicode lays them out."""
_END: Final = "\U0010ffff"


_Choice: TypeAlias = tuple[int, int, str]
"""How many mistakes away, minus how many records have it, and the word: the likeliest first."""


class Speller:
    """Knows the words of one cache, those that were needed so far."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Nothing is read yet.

        Args:
            connection: Only used within the ``reading`` of a call.
        """
        self._connection = connection
        self._finder: Finder | None = None
        self._shelves: dict[tuple[str, int], str] = {}

    def suggest(
        self, query: Query, reading: Callable[[], AbstractContextManager[Finder]]
    ) -> Query | None:
        """A query in which mistyped words are replaced, everything else is kept.

        It finds something, and `BETTER` times as much if the query itself finds a record or two.
        A word with which something begins is not mistyped; only where all words are so, and
        still there is little, the rarest may be: for a word that is `BETTER` times as common.

        Args:
            query: What was asked.
            reading: Gives a moment of the directory. Others may read while words are compared.

        Returns:
            The query, or None when it finds enough or there is nothing better.

        Raises:
            UnknownWord: A value of an open facet that no record has.
            ValueError: The index holds what nobody wrote there.
        """
        with reading() as finder:
            found = len(finder.matching(query)) if query.conditions else LITTLE + 1
            doubtful = _doubtful(finder, query) if found <= LITTLE else {}
            if not doubtful:
                return None
            choices = {word: self._counted(_slips(word), 1) for word in doubtful}
            if better := _better(finder, query, found, doubtful, choices):
                return better
            shelves = {
                word: self._read(finder, word)
                for word, count in doubtful.items()
                if not count and len(word) >= _TWICE
            }
        near = {word: neighbours(word, own) for word, own in shelves.items()}
        with reading() as finder:
            for word, found_there in near.items():
                twice = [other for other, mistakes in found_there.items() if mistakes == 2]
                choices[word] += self._counted(filter(_is_word, twice), 2)
            return _better(finder, query, found, doubtful, choices) if near else None

    def _counted(self, words: Iterable[str], mistakes: int) -> list[_Choice]:
        """Those of some words that there are, with how many records have each."""
        find = self._connection.execute
        asked = "SELECT CAST(count AS INTEGER) FROM term WHERE scope = ? AND term = ?"
        return [
            (mistakes, -row[0], word)
            for word in words
            if (row := find(asked, (WORDS, word)).fetchone())
        ]

    def _read(self, finder: Finder, word: str) -> dict[int, str]:
        """The words that may be two mistakes away.

        They begin with its first letter, or with its second, as when the first is one too many
        or the two have changed places.

        Returns:
            For each length one string, as `neighbours` wants it.
        """
        if finder is not self._finder:
            self._finder, self._shelves = finder, {}
        lengths = range(len(word) - 2, len(word) + 3)
        for first in dict.fromkeys(word[:2]):
            missing = [length for length in lengths if (first, length) not in self._shelves]
            if not missing:
                continue
            # All in one pass, and without a value of Python's own for each.
            columns = ", ".join(
                f"group_concat(CASE length(term) WHEN {length} THEN term END, '')"
                for length in missing
            )
            row = self._connection.execute(
                f"SELECT {columns} FROM term WHERE scope = ? AND term >= ? AND term < ?"
                " AND length(term) BETWEEN ? AND ?",
                (WORDS, first, first + _END, missing[0], missing[-1]),
            ).fetchone()
            for length, shelf in zip(missing, row, strict=True):
                if len(shelf or "") % length:
                    raise ValueError(f"the words of {length} letters have others")
                self._shelves[first, length] = shelf or ""
        return {
            length: "".join(self._shelves[first, length] for first in dict.fromkeys(word[:2]))
            for length in lengths
        }


def neighbours(word: str, shelves: Mapping[int, str]) -> dict[str, int]:
    """The words that are one or two mistakes away, each with their number.

    Args:
        word: Of `_TWICE` letters at least.
        shelves: By length, the words of that length, one after the other in one string.
    """
    found: dict[str, int] = {}
    letters = set(word)
    for length, shelf in shelves.items():
        longer = length - len(word)
        seen: set[str] = set()
        for start, piece in _pieces(word):
            # What comes before the piece, and what comes after, may be longer or shorter.
            starts = {start + by for by in range(-2, 3) if abs(by) + abs(longer - by) <= 2}
            at = shelf.find(piece)
            while at >= 0:
                offset = at % length
                if offset in starts and offset + len(piece) <= length:
                    other = shelf[at - offset : at - offset + length]
                    # A mistake changes two letters at most, and most words differ in more.
                    if other not in seen and len(letters.symmetric_difference(other)) <= 4:
                        seen.add(other)
                        mistakes = distance(word, other, 2)
                        if 0 < mistakes <= 2:
                            found[other] = mistakes
                at = shelf.find(piece, at + 1)
    return found


def distance(one: str, other: str, most: int) -> int:
    """How many mistakes lie between two words; any number above ``most`` if more than that.

    Optimal string alignment: no letter takes part in two mistakes.
    """
    # What both begin and end with has no part in it.
    start, end = 0, min(len(one), len(other))
    while start < end and one[start] == other[start]:
        start += 1
    last, ends = -1, end - start
    while -last <= ends and one[last] == other[last]:
        last -= 1
    one, other = one[start : len(one) + last + 1], other[start : len(other) + last + 1]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, facing in enumerate(other, 1):
            cost = min(before[j - 1] + (letter != facing), before[j] + 1, row[j - 1] + 1)
            if i > 1 < j and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _pieces(word: str) -> Iterator[tuple[int, str]]:
    """Where pieces begin, of which a word with two mistakes has one as it is.

    Of three parts one stays whole, but for two neighbours that change places where two parts
    meet: that is one mistake, and spoils both.
    """
    one, two = len(word) // 3, len(word) * 2 // 3
    yield 0, word[:one]
    yield one, word[one:two]
    yield two, word[two:]
    yield 0, _swapped(word, one)[:two]
    yield one, _swapped(word, two)[one:]
    yield 0, _swapped(_swapped(word, one), two)


def _slips(word: str) -> set[str]:
    """Everything that is one mistake away from a word, and might be one as well."""
    blocks = sorted({ord(letter) // _BLOCK for letter in word})
    # A word is of one alphabet, or of that and the first; what has more is none.
    letters = [
        letter
        for block in blocks[:2]
        for letter in map(chr, range(block * _BLOCK, (block + 1) * _BLOCK))
        if letter.isalpha() and letter == letter.casefold()
    ]
    slips = {_swapped(word, place) for place in range(1, len(word))}
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        slips.update([before + letter + after for letter in letters])
        if after:
            slips.update([before + letter + after[1:] for letter in letters])
            slips.add(before + after[1:])
    slips.discard(word)
    return slips if len(word) > _SHORTEST else {slip for slip in slips if len(slip) >= _SHORTEST}


def _swapped(word: str, place: int) -> str:
    """A word whose letters before and after a place are in the other order."""
    return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


def _doubtful(finder: Finder, query: Query) -> dict[str, int]:
    """The words of a query that may be mistyped, with how many records have them."""
    typed = dict.fromkeys(
        word
        for condition in query.conditions
        if condition.key == WORD and not condition.negated
        for word in words(condition.values[0])
    )
    own = {word: len(_having(finder, word)) for word in typed}
    unknown = {word: 0 for word, count in own.items() if not count}
    if unknown:
        correctable = len(unknown) <= _MISTYPED and all(map(_is_word, unknown))
        return unknown if correctable else {}
    known = sorted((count, word) for word, count in own.items() if _is_word(word))
    # A short one is like many others, and what is called exactly so was meant.
    if not known or len(known[0][1]) < _TWICE or finder.named(known[0][1]):
        return {}
    return {word: count for count, word in known[:1]}


def _is_word(word: str) -> bool:
    """Whether a word can be mistyped: another number would be another thing."""
    return _SHORTEST <= len(word) <= _LONGEST and not any(map(str.isdigit, word))


def _better(
    finder: Finder,
    query: Query,
    found: int,
    doubtful: Mapping[str, int],
    choices: Mapping[str, Iterable[_Choice]],
) -> Query | None:
    """The query with the likeliest choices that find enough."""
    likely = {
        word: [
            (rank, other, having)
            for rank, (_, _, other) in enumerate(sorted(choices[word])[:_CHOICES])
            if len(having := _having(finder, other)) >= BETTER * count
        ]
        for word, count in doubtful.items()
    }
    kept = finder.matching(_replaced(query, dict.fromkeys(doubtful, "")))
    trials = sorted(product(*likely.values()), key=lambda trial: sum(each[0] for each in trial))
    for trial in islice(trials, _TRIALS):
        matching = reduce(lambda a, b: a & b, (having for _, _, having in trial), kept)
        if len(matching) >= max(1, BETTER * found):
            chosen = (other for _, other, _ in trial)
            return _replaced(query, dict(zip(likely, chosen, strict=True)))
    return None


def _having(finder: Finder, word: str) -> BitMap:
    """The places of the records that a word finds."""
    return finder.matching(Query((Condition(WORD, (word,)),)))


def _replaced(query: Query, chosen: Mapping[str, str]) -> Query:
    """A query with other words, or without those for which there is nothing."""
    conditions: dict[Condition, None] = {}
    for condition in query.conditions:
        found = words(condition.values[0]) if condition.key == WORD else []
        if condition.negated or chosen.keys().isdisjoint(found):
            conditions[condition] = None
            continue
        for word in found:
            if other := chosen.get(word, word):
                conditions[Condition(WORD, (other,))] = None
    return replace(query, conditions=tuple(conditions))
