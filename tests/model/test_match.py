"""Where in a text a query matches: what the search found, as it is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ritui.model.match import NOTHING, Match, cut, moved
from ritui.model.query import PHRASE, WORD, Condition, Query, parse
from ritui.text import clean, fold, width, words

NASTY = st.sampled_from(
    "\t\n\xa0\u00b7\u0140\u0301\u0308\u0344\u093f\u094d\u0915\u0937\u0e33\u1100\u1161\u11a8\u200c"
    "\u200d\u3000\u3099\u314f\u3131\ufb01\ufb03\uff76\uff9e\ufe0f\U0001f468\U0001f3fd½㏂ﬆ[]();aAbBlLñÑ"
    "ßıİæœłøÞ中가1-_  "
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | NASTY, max_size=40).map(clean)


def word(value: str, *, negated: bool = False) -> Match:
    return Match.of(Query((Condition(WORD, (value,), negated),)))


def phrase(value: str) -> Match:
    return Match.of(Query((Condition(PHRASE, (value,)),)))


def shown(match: Match, text: str, scope: str = "") -> str:
    """A text with what is found in brackets."""
    for first, last in reversed(match.ranges(text, scope)):
        text = f"{text[:first]}[{text[first:last]}]{text[last:]}"
    return text


def masked(text: str, ranges: Sequence[tuple[int, int]], asked: str) -> str:
    """A text with a letter, not of what is asked, for each range; it joins what is beside it."""
    mask = next(letter for letter in map(chr, range(0x4E00, 0x9FFF)) if letter not in asked)
    for first, last in reversed(ranges):
        text = text[:first] + mask + text[last:]
    return text


@st.composite
def beginnings(draw: st.DrawFn) -> tuple[str, str]:
    """A text and the beginning of one of its words."""
    text = draw(TEXTS)
    found = words(text)
    assume(found)
    chosen = draw(st.sampled_from(found))
    return text, chosen[: draw(st.integers(1, len(chosen)))]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("sol", "Solar energy, parasol, SOLARIS", "[Sol]ar energy, parasol, [SOL]ARIS"),
        ("energia", "Investigación en ENERGÍA", "Investigación en [ENERGÍA]"),
        ("ENERGÍA", "energia energi\u0301a", "[energia] [energi\u0301a]"),
        ("energi", "energi\u0301a", "[energi\u0301]a"),
        ("gross", "Große Größe", "[Groß]e [Größ]e"),
        ("gros", "Große", "[Groß]e"),
        ("strass", "STRASSE, Straße", "[STRASS]E, [Straß]e"),
        ("fi", "ﬁnding ﬃ xﬁ", "[ﬁ]nding ﬃ xﬁ"),
        ("f", "ﬁnding", "[ﬁ]nding"),
        ("paral", "Paral·lel", "[Paral]·lel"),
        ("parall", "Paral·lel", "[Paral·l]el"),
        ("tubitak", "TÜBİTAK", "[TÜBİTAK]"),
        ("lodz", "Łódź", "[Łódź]"),
        ("क", "क्\u200dष", "[क्\u200dष]"),
        ("중", "중앙", "[중]앙"),
        ("2", "½ 2", "[½] [2]"),
        ("co-op", "Co-operation, operator, cop", "[Co]-[op]eration, [op]erator, [co]p"),
        ("sol solar", "solar sol", "[solar] [sol]"),
        ("energy -solar", "solar energy", "solar [energy]"),
        ('-"solar energy"', "solar energy", "solar energy"),
        ('"solar energy"', "Solar  ENERGY; solar-energy", "[Solar  ENERGY]; [solar-energy]"),
        ('"solar energy"', "solar energyx, parasolar energy", "solar energyx, parasolar energy"),
        ('"solar"', "solaris solar", "solaris [solar]"),
        ('"a b a"', "a b a b a", "[a b a b a]"),
        ('"a a"', "xa a a", "xa [a a]"),
        ('"data eu" eu', "data eu, eur", "[data eu], [eu]r"),
        ("country:AR energy", "AR Argentina energy", "AR Argentina [energy]"),
        ("id:sol has:ror is:new lang:es", "sol ror new es", "sol ror new es"),
        (".*", ".* a", ".* a"),
        ("", "anything", "anything"),
        ("é", "", ""),
    ],
)
def test_what_is_found(query: str, text: str, found: str) -> None:
    assert shown(Match.of(parse(query)), text) == found


@pytest.mark.parametrize("scope", ["", "name", "host", "city"])
@pytest.mark.parametrize("key", ["name", "host", "city"])
def test_a_text_key_has_its_own_text(key: str, scope: str) -> None:
    match = Match.of(parse(f'{key}:insti,"de la" -{key}:plata'))
    found = "[Insti]tuto [de la] Plata" if scope == key else "Instituto de la Plata"
    assert shown(match, "Instituto de la Plata", scope) == found
    assert shown(word("plata"), "Instituto de la Plata", scope) == "Instituto de la [Plata]"


def test_many_values_of_a_text_key_are_each_found() -> None:
    assert shown(Match.of(parse("city:bern,bas")), "Basel, Bern", "city") == "[Bas]el, [Bern]"


@given(beginnings())
@example(("l·l", "ll"))
@example(("½", "2"))
@example(("ﬁ", "f"))
@example(("\u0301a", "a"))
def test_every_range_begins_with_the_word_and_nothing_outside_does(case: tuple[str, str]) -> None:
    text, begun = case
    ranges = word(begun).ranges(text)
    assert ranges
    for first, last in ranges:
        assert any(each.startswith(begun) for each in words(text[first:last]))
    assert not any(each.startswith(begun) for each in words(masked(text, ranges, begun)))


@given(TEXTS, TEXTS)
def test_there_is_a_range_where_the_search_finds_something(text: str, asked: str) -> None:
    assume(len(words(asked)) == 1)
    (begun,) = words(asked)
    assert bool(word(asked).ranges(text)) == any(each.startswith(begun) for each in words(text))


@given(TEXTS, st.data())
def test_a_phrase_is_found_where_its_words_stand_in_order(text: str, data: st.DataObject) -> None:
    held = words(text)
    assume(held)
    start = data.draw(st.integers(0, len(held) - 1))
    asked = held[start : start + data.draw(st.integers(1, 3))]
    ranges = phrase(" ".join(asked)).ranges(text)
    assert ranges
    for first, last in ranges:
        inside = words(text[first:last])
        runs = [inside[i : i + len(asked)] for i in range(len(inside))]
        assert asked in runs
    left = words(masked(text, ranges, "".join(asked)))
    assert asked not in [left[i : i + len(asked)] for i in range(len(left))]


@given(beginnings())
def test_ranges_are_in_order_and_take_no_letter_apart(case: tuple[str, str]) -> None:
    text, begun = case
    ranges = word(begun).ranges(text)
    edges = [edge for found in ranges for edge in found]
    assert edges == sorted(set(edges))
    assert edges[0] >= 0
    assert edges[-1] <= len(text)
    for edge in set(edges) - {0}:
        before, after = text[:edge], text[edge:]
        assert not after or unicodedata.category(after[0])[0] != "M"
        assert width(before) + width(after) == width(text)
        for form in ("NFC", "NFKC"):
            whole = unicodedata.normalize(form, text)
            parts = [unicodedata.normalize(form, part) for part in (before, after)]
            assert "".join(parts) == whole


@given(beginnings())
def test_the_form_of_a_text_and_its_case_do_not_matter(case: tuple[str, str]) -> None:
    text, begun = case
    other = unicodedata.normalize("NFD", text)
    assert [fold(text[slice(*found)]) for found in word(begun).ranges(text)] == [
        fold(other[slice(*found)]) for found in word(begun).ranges(other)
    ]
    assert word(begun) == word(fold(begun))


@given(TEXTS, TEXTS)
def test_nothing_is_found_of_nothing_and_of_what_is_unwanted(text: str, asked: str) -> None:
    assert not NOTHING
    assert NOTHING.ranges(text) == ()
    assert Match.of(Query()) == NOTHING
    assert word(asked, negated=True) == NOTHING


def test_beyond_some_texts_is_what_none_of_them_has() -> None:
    match = Match.of(parse('solar energy "de la" city:bern,basel name:alba'))
    assert match.beyond(("Solar de la plata", "name"), ("ALBA", "name")) == Match(
        tuple(each for each in match.needles if each.first in {"energy", "bern", "basel"})
    )
    assert match.beyond(("energy", ""), ("Basel", "city")).ranges("Bern alba", "city") == ()
    assert match.beyond() == match


def test_ranges_are_moved_and_cut() -> None:
    assert moved([(1, 3)], 2) == ((3, 5),)
    assert cut([(0, 2), (3, 9), (9, 12)], 1, 8) == ((1, 2), (3, 8))
