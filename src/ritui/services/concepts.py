"""Concepts: what a text is about, in whatever of the three languages it says so.

``assets/vocab/research.json`` lists the commonest things of research, each with the ways in
which people write it and the wider ones it belongs to, and the words that say nothing about
what a thing does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from ritui.i18n import LANGUAGES
from ritui.model.vocab import region_of
from ritui.resources import asset
from ritui.text import words

_SHORTEST: Final = 4
"""Letters that a word has which is no concept and yet says something."""
_LONGEST: Final = 6
"""Words of the longest way to write a concept."""


ITSELF: Final = ""
"""Why a concept is in a text that says it."""
_SAID: Final = frozenset({ITSELF})


class Concepts(NamedTuple):
    """The table of concepts, ready to be looked for in folded words."""

    labels: Mapping[str, Sequence[str]]
    """Key to what it is called, in the order of `ritui.i18n.LANGUAGES`."""
    ways: Mapping[str, tuple[tuple[str, ...], ...]]
    """Key to the folded words of every way to write it, or one that is narrower."""
    keys: Mapping[tuple[str, ...], tuple[str, ...]]
    """Folded words to the keys of the concepts that are written so."""
    broader: Mapping[str, frozenset[str]]
    """Key to the keys of all wider concepts."""
    first: frozenset[str]
    """Words that a way to write a concept begins with."""
    ignored: frozenset[str]
    """Words that tell nothing apart: little words, what everybody is called, places."""

    def label(self, key: str, language: str) -> str:
        """What a concept is called in a language; any other word is itself."""
        names = self.labels.get(key)
        return names[LANGUAGES.index(language)] if names else key

    def found(self, tokens: Sequence[str]) -> dict[str, frozenset[str]]:
        """The concepts in some folded words, and the wider ones these belong to.

        A concept within the words of a longer one is not looked at: dark matter is no matter.

        Returns:
            Key to why it is there: to `ITSELF` where it is said, and to the keys of those that
            are said and are kinds of it.
        """
        found = {key: _SAID for _, _, keys in self._spans(tokens) for key in keys}
        for key in tuple(found):
            for wider in self.broader.get(key, ()):
                join(found, wider, frozenset({key}))
        return found

    def others(self, tokens: Sequence[str]) -> set[str]:
        """The words that are in no concept and yet may tell something apart, in the singular."""
        taken = {place for start, end, _ in self._spans(tokens) for place in range(start, end)}
        words = {
            singular(word)
            for place, word in enumerate(tokens)
            if place not in taken
            and len(word) >= _SHORTEST
            and word.isalpha()
            and word not in self.ignored
        }
        return words - self.labels.keys()

    def spelt(self, key: str) -> tuple[tuple[str, ...], ...]:
        """How the index may have a concept or another word: its ways to be written."""
        if " " in key:
            return (tuple(key.split()),)
        return self.ways.get(key) or ((key,), (f"{key}s",), (f"{key}es",))

    def _spans(self, tokens: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Where concepts stand, the longest from every word on: from, to, and which."""
        after = 0
        for start, token in enumerate(tokens):
            if start < after or token not in self.first:
                continue
            for end in range(min(start + _LONGEST, len(tokens)), start, -1):
                keys = self.keys.get(tuple(tokens[start:end]))
                if keys:
                    yield start, end, keys
                    after = end
                    break


@cache
def concepts() -> Concepts:
    """The table, read once."""
    table = json.loads(asset("vocab", "research.json").read_bytes())
    ways: dict[str, tuple[tuple[str, ...], ...]] = {}
    keys: dict[tuple[str, ...], dict[str, None]] = {}
    for key, columns in table["concepts"].items():
        written = dict.fromkeys(
            way
            for language, forms in zip(LANGUAGES, columns, strict=True)
            for form in forms
            for way in _numbers(tuple(words(form)), language)
        )
        ways[key] = tuple(written)
        for way in written:
            keys.setdefault(way, {})[key] = None
    broader = {key: _wider(key, table["broader"]) for key in table["broader"]}
    own = dict(ways)
    for key, wider in broader.items():
        for each in wider:
            ways[each] = tuple(dict.fromkeys((*ways[each], *own[key])))
    labels = {key: [forms[0] for forms in each] for key, each in table["concepts"].items()}
    ignored = {word for each in table["ignored"].values() for word in each.split()}
    ignored |= {*_countries()}
    first = frozenset(way[0] for way in keys)
    written_so = {way: tuple(each) for way, each in keys.items()}
    return Concepts(labels, ways, written_so, broader, first, frozenset(ignored))


def join(found: dict[str, frozenset[str]], key: str, reasons: frozenset[str]) -> None:
    """Add a concept to others, with why it is there."""
    found[key] = found[key] | reasons if key in found else reasons


def _wider(key: str, table: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """All concepts that are wider than one, however far."""
    found: dict[str, None] = {}
    open_ = [key]
    while open_:
        for each in table.get(open_.pop(), ()):
            if each not in found:
                found[each] = None
                open_.append(each)
    return frozenset(found)


def singular(word: str) -> str:
    """A folded word without the sign of many, where that is an ``s`` alone."""
    endings = ("ss", "us", "is", "ics")
    plural = len(word) > _SHORTEST and word.endswith("s") and not word.endswith(endings)
    return word[:-1] if plural else word


def _numbers(way: tuple[str, ...], language: str) -> Iterator[tuple[str, ...]]:
    """A way to write a concept for one thing, and for many."""
    yield way
    if language == LANGUAGES[0]:
        yield (*way[:-1], _many(way[-1], language))
    else:
        # The thing alone, as in bancos de germoplasma, or what is said of it too.
        yield (_many(way[0], language), *way[1:])
        if 1 < len(way) <= 2:
            yield from product(*([_many(word, language)] for word in way))


def _many(word: str, language: str) -> str:
    """The folded plural of a folded word, as far as a rule gives it."""
    if word.endswith("s") or not word.isalpha() or len(word) < _SHORTEST:
        return word
    if language == LANGUAGES[0]:
        return f"{word[:-1]}ies" if word[-1] == "y" and word[-2] not in "aeiou" else f"{word}s"
    if word[-1] in "aeiou":
        return f"{word[:-2]}oes" if word.endswith("ao") else f"{word}s"
    if language == "pt" and word[-1] in "lm":
        return f"{word[:-1]}{'is' if word[-1] == 'l' else 'ns'}"
    return f"{word[:-1]}ces" if word[-1] == "z" else f"{word}es"


def _countries() -> Iterator[str]:
    """The words of the names of the countries of both regions."""
    names = json.loads(asset("vocab", "countries.json").read_bytes())
    return (word for code, each in names.items() if region_of(code)
            for name in each for word in words(name))  # fmt: skip
