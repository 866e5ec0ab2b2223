"""Match: where in a text stands what a query looks for.

The search finds records by an index of folded words; this shows, in the text as it is written,
which of its words they were. Both ask the same: a plain word stands at the beginning of a word,
a phrase is whole words in order, and ``name:``, ``host:`` and ``city:`` have their own text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from ritui.model.query import PHRASE, TEXT_KEYS, WORD, Condition, Query
from ritui.text import fold, traced, words

Range: TypeAlias = tuple[int, int]
"""A stretch of a text: where it begins, and the place after its end."""

# Signs are gaps in a traced text, so all that is not ASCII belongs to a word.
_GAP: Final = r"[\x00-/:-@\[-`{-\x7f]"


class Needle(NamedTuple):
    """Something to look for."""

    scope: str
    """One of `TEXT_KEYS`, or empty: in any text."""
    first: str
    """Its first word, or the beginning of it."""
    whole: re.Pattern[str] | None
    """What finds whole words in order; None where a beginning of a word will do."""
    choice: int
    """Needles of one choice are alternatives to each other."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a query looks for in texts, ready to be found in many of them."""

    needles: tuple[Needle, ...] = ()

    @classmethod
    def of(cls, query: Query) -> Match:
        """The words, phrases and text keys of a query that are not negated."""
        return cls(tuple(_needles(query.conditions)))

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.needles)

    def ranges(self, text: str, scope: str = "") -> tuple[Range, ...]:
        """Where it stands in a text.

        Args:
            text: As it is written.
            scope: What kind of text it is, if it is of one of `TEXT_KEYS`.

        Returns:
            Ranges of characters of the text, in order and apart from each other. A letter and
            its marks are in one together, and so are all letters that a character stands for.
        """
        needles = [each for each in self.needles if each.scope in {"", scope}]
        if not needles:
            return ()
        # Most texts have nothing of it, and to see that takes less than to trace them.
        folded = fold(text)
        needles = [each for each in needles if each.first in folded]
        if not needles:
            return ()
        flat, starts, ends = traced(text)
        found = (place for needle in needles for place in _places(needle, flat))
        return _apart(sorted((starts[first], ends[last - 1]) for first, last in found))

    def beyond(self, *texts: tuple[str, str]) -> Match:
        """What of it is in none of some texts.

        Args:
            texts: Each with its scope.
        """
        there = {
            needle.choice
            for text, scope in texts
            for needle in self.needles
            if needle.scope in {"", scope} and _is_in(needle, text)
        }
        return Match(tuple(each for each in self.needles if each.choice not in there))


NOTHING: Final = Match()
"""Looks for nothing."""


def moved(found: Iterable[Range], by: int) -> tuple[Range, ...]:
    """Ranges of a text, in another one in which it begins so much later."""
    return tuple((first + by, last + by) for first, last in found)


def cut(found: Iterable[Range], start: int, end: int) -> tuple[Range, ...]:
    """Ranges as far as they are in a part of the text; they still count from its beginning."""
    inside = ((max(first, start), min(last, end)) for first, last in found)
    return tuple((first, last) for first, last in inside if first < last)


def _is_in(needle: Needle, text: str) -> bool:
    if needle.first not in fold(text):
        return False
    return next(_places(needle, traced(text)[0]), None) is not None


def _needles(conditions: Iterable[Condition]) -> Iterator[Needle]:
    choice = 0
    for condition in conditions:
        key = condition.key
        if condition.negated or key not in {WORD, PHRASE, *TEXT_KEYS}:
            continue
        scope = key if key in TEXT_KEYS else ""
        for value in condition.values:
            asked = words(value)
            if key == WORD:
                for word in asked:
                    yield Needle(scope, word, None, choice := choice + 1)
            elif asked:
                whole = key == PHRASE or len(asked) > 1
                yield Needle(scope, asked[0], _phrase(asked) if whole else None, choice)
        choice += 1


def _phrase(asked: Iterable[str]) -> re.Pattern[str]:
    words_ = f"{_GAP}+".join(map(re.escape, asked))
    # Looked for from every place, since one may begin within another.
    return re.compile(rf"(?:^|(?<={_GAP}))(?=({words_})(?:{_GAP}|$))")


def _places(needle: Needle, flat: str) -> Iterator[Range]:
    """Where something stands in a traced text."""
    if needle.whole is not None:
        yield from (found.span(1) for found in needle.whole.finditer(flat))
        return
    size = len(needle.first)
    place = flat.find(needle.first)
    while place >= 0:
        before = flat[place - 1] if place else " "
        if before.isascii() and not before.isalnum():
            yield place, place + size
        place = flat.find(needle.first, place + size)


def _apart(found: Iterable[Range]) -> tuple[Range, ...]:
    """Ranges in order, those that touch made one."""
    apart: list[Range] = []
    for first, last in found:
        if apart and first <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(last, apart[-1][1]))
        else:
            apart.append((first, last))
    return tuple(apart)
