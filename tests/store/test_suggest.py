"""Suggest: what a mistyped query may have meant, compared with a slow reading of every word."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritui.errors import StoreDamaged
from ritui.model.query import Query, parse
from ritui.sources.bundled import Directory
from ritui.store.catalog import Catalog
from ritui.store.suggest import BETTER, LITTLE, distance, neighbours
from ritui.text import words
from tests.store.conftest import Cache, say

MISTYPED, SHARE = 500, 0.94
"""Words with a mistake, and how many of them at least are understood; 98 % were when written."""
NAMES = (
    "Observatorio Astronómico Nacional", "Observatorio Nacional de Chile",
    "Observatório do Valongo", "Observatory of the South", "Instituto de Investigación Pesquera",
    "Instituto de Energía Solar", "Institute of Physics", "Instituição de Pesquisa em Educação",
    "Laboratório de Computação",
    "Laboratorio Nacional de Computación", "Laboratory of Oceanography", "Centro de Oceanografía",
    "Center for Polar Research", "Centre for Marine Biodiversity", "Rede de Biodiversidade Marinha",
    "Red de Estaciones Costeras", "Universidad Nacional", "Universidade Federal",
    "University of the Sea", "Sincrotrón del Sur", "Sirius Synchrotron", "Alba Synchrotron",
    "Covid19 Platform", "Horizon2020 Office", "Plataforma Solar", "Planta Piloto de Biomasa",
)  # fmt: skip
letter = st.sampled_from("aeioubcdrstñ")


@pytest.fixture(scope="module")
def small(open_cache: Callable[[str], Cache]) -> Catalog:
    """A few records, some of them so often that their words are commoner."""
    cache = open_cache("suggest")
    claims = [
        say("a", f"r{number}-{copy}", name=f"{name} {'' if copy else 'Madre'}".strip())
        for number, name in enumerate(NAMES)
        for copy in range(1 + number % 4)
    ]
    cache.replace("a", claims)
    return cache.catalog


@pytest.fixture(scope="module")
def counts() -> Mapping[str, int]:
    """How many of those records have each word."""
    found: Counter[str] = Counter()
    for number, name in enumerate(NAMES):
        for copy in range(1 + number % 4):
            found.update({*words(f"{name} {'' if copy else 'Madre'}")})
    return found


@pytest.fixture(scope="module")
def bundled(open_cache: Callable[[str], Cache], directory: Directory) -> Catalog:
    """The directory that comes with the program."""
    cache = open_cache("suggest-bundled")
    cache.replace("bundled", directory.claims)
    return cache.catalog


def meant(catalog: Catalog, asked: str) -> str | None:
    """What is suggested for a query, as one would type it."""
    found = catalog.suggest(parse(asked))
    return None if found is None else str(found)


# --- how far apart words are ---


def mistakes(one: str, other: str) -> int:
    """Optimal string alignment as it is written in textbooks, without a thought of time."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i, j] = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


@st.composite
def misspelt(draw: st.DrawFn, source: st.SearchStrategy[str], most: int) -> tuple[str, str]:
    """A word, and what becomes of it by some mistakes."""
    word = typed = draw(source)
    for _ in range(draw(st.integers(0, most))):
        place = draw(st.integers(0, len(typed)))
        before, after = typed[:place], typed[place:]
        typed = draw(
            st.sampled_from([
                before + draw(letter) + after,
                before + after[1:],
                before + draw(letter) + after[1:],
                before + after[1:2] + after[:1] + after[2:],
            ])
        )  # fmt: skip
    return word, typed


@given(misspelt(st.text(letter, max_size=12), 4), st.sampled_from([1, 2, 3]))
def test_the_distance_is_that_of_the_textbook(pair: tuple[str, str], most: int) -> None:
    one, other = pair
    expected = mistakes(one, other)
    found = distance(one, other, most)
    assert found == expected or min(found, expected) > most
    assert distance(other, one, most) == found or min(found, expected) > most


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0), ("", "ab", 2), ("abc", "abc", 0), ("abc", "acb", 1), ("ca", "abc", 3),
        ("observtorio", "observatorio", 1), ("bosrevatorio", "observatorio", 2),
        ("aab", "aba", 1), ("aaaa", "aaa", 1),
    ],
)  # fmt: skip
def test_distances_worked_out_by_hand(one: str, other: str, expected: int) -> None:
    assert distance(one, other, 3) == distance(other, one, 3) == expected


@settings(max_examples=300)
@given(misspelt(st.text(letter, min_size=6, max_size=13), 3),
       st.lists(st.text(letter, min_size=4, max_size=13), max_size=20))  # fmt: skip
def test_all_neighbours_are_found_and_nothing_else(
    pair: tuple[str, str], others: list[str]
) -> None:
    word, typed = pair
    if len(typed) < 6:
        typed = word
    shelves: dict[int, str] = dict.fromkeys(range(len(typed) - 2, len(typed) + 3), "")
    held = {word, *others}
    for other in sorted(held):
        if len(other) in shelves:
            shelves[len(other)] += other
    expected = {other: mistakes(typed, other) for other in held}
    expected = {other: number for other, number in expected.items() if 0 < number <= 2}
    assert neighbours(typed, shelves) == expected


# --- one word ---


def likeliest(typed: str, counts: Mapping[str, int]) -> str | None:
    """The word that is suggested for one that nothing begins with, by the rules as told."""
    if len(typed) < 3 or any(map(str.isdigit, typed)):
        return None
    near = [
        (number, -count, word)
        for word, count in counts.items()
        if len(word) >= 3 and not any(map(str.isdigit, word))
        for number in [mistakes(typed, word)]
        if number == 1 or (number == 2 and len(typed) >= 6 and word[0] in typed[:2])
    ]
    return min(near)[2] if near else None


def test_a_word_is_understood_as_a_slow_reading_of_all_words_understands_it(
    small: Catalog, counts: Mapping[str, int]
) -> None:
    seen: Counter[bool] = Counter()

    @settings(max_examples=400, deadline=None)
    @given(misspelt(st.sampled_from(sorted(counts)), 3))
    def check(pair: tuple[str, str]) -> None:
        typed = "".join(words(pair[1]))
        if not typed or any(word.startswith(typed) for word in counts):
            return
        expected = likeliest(typed, counts)
        seen[expected is not None] += 1
        assert meant(small, typed) == expected, typed

    check()
    assert min(seen[True], seen[False]) > 20, seen


def test_every_single_mistake_in_a_word_is_understood(small: Catalog) -> None:
    word = "sincrotron"
    typed = {word[:i] + each + word[j:] for i in range(len(word) + 1)
             for j in (i, i + 1) for each in ("", *ascii_lowercase)}  # fmt: skip
    typed |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    wrong = {each for each in typed if not word.startswith(each)}
    assert len(wrong) > 500
    assert {meant(small, each) for each in wrong} == {word}


def test_real_words_with_one_mistake_are_understood(bundled: Catalog, directory: Directory) -> None:
    known = {
        word
        for claim in directory.claims
        for text in (claim.values["name"], *claim.values.get("names", {}).values())
        for word in words(text)
        if len(word) >= 5 and word.isascii() and word.isalpha()
    }
    chance = random.Random("slips of many fingers")
    pool = sorted(known)
    understood = asked = 0
    while asked < MISTYPED:
        word = chance.choice(pool)
        typed = _slipped(word, chance)
        # What something else begins with is no mistake to anybody.
        if not len(bundled.search(parse(typed))):
            asked += 1
            understood += meant(bundled, typed) == word
    assert understood / asked >= SHARE


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("observtorio", "observatorio"),
        ("OBSERVTORIO", "observatorio"),
        ("Obsérvtorio", "observatorio"),
        ("Obse\u0301rvtorio", "observatorio"),
        ("astronmico", "astronomico"),
        ("investigaicón", "investigacion"),
        ("educçaão", "educacao"),
        ("computçaao", "computacao"),
        ("pesqusia", "pesquisa"),
        ("oceanogarfia", "oceanografia"),
        ("biodiversidda", "biodiversidad"),
        ("uinvresity", "university"),
        ("ybiomasa", "biomasa"),
    ],
)
def test_accents_case_and_languages(small: Catalog, typed: str, expected: str) -> None:
    found = meant(small, typed)
    assert found is not None
    assert found.startswith(expected), found


def test_the_nearest_word_comes_first_and_of_equals_the_commonest(cache: Cache) -> None:
    cache.replace("a", [
        say("a", "one", name="Marina"), say("a", "two", name="Martina"),
        say("a", "three", name="Martina"), say("a", "four", name="Marítima"),
    ])  # fmt: skip
    assert meant(cache.catalog, "marsina") == "martina"
    assert meant(cache.catalog, "marinna") == "marina"
    assert meant(cache.catalog, "maritinna") == "martina"


@pytest.mark.parametrize(
    "typed",
    [
        "a", "xa", "re", "so", "mar", "polxx", "slxar", "redx0", "2021", "horizon2021", "c0vid19",
        "zzzzzz", "x" * 41, "seay-1x", "observtorio laboratorioo biodiversityx universityx",
    ],
)  # fmt: skip
def test_what_is_too_short_a_number_or_like_nothing_is_left_alone(
    small: Catalog, typed: str
) -> None:
    assert meant(small, typed) is None


def test_short_words_may_have_one_mistake(small: Catalog) -> None:
    assert meant(small, "slar") == "solar"
    assert meant(small, "rde") in {"red", "rede"}
    assert meant(small, "pollar") == "polar"


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("Институт астрономии", "астрономми", "астрономии"),
        ("Институт астрономии", "инсттут", "институт"),
        ("Ινστιτούτο Φυσικής", "ινστιτοτυο", "ινστιτουτο"),
        ("Ινστιτούτο Φυσικής", "ινστxτουτο", "ινστιτουτο"),
        ("국립천문대연구소", "국립천문대영구소", None),
        ("国立天文台", "国立天文", None),
    ],
)
def test_other_scripts_do_no_harm(
    cache: Cache, name: str, typed: str, expected: str | None
) -> None:
    cache.replace("a", [say("a", "one", name=name)])
    found = meant(cache.catalog, typed)
    assert found is None if expected is None else found == expected


# --- whole queries ---


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("observtorio nacoinal", "observatorio nacional"),
        ("observatorio nacoinal", "observatorio nacional"),
        ("nacoinal kind:infrastructure sort:-name",
         "nacional kind:infrastructure sort:-name"),
        ('"observatorio nacional" chlie', '"observatorio nacional" chile'),
        ("-laboratroio observtorio", "-laboratroio observatorio"),
        ("name:observatorio nacoinal", "name:observatorio nacional"),
        ("Nacional OBSERVTORIO", "Nacional observatorio"),
        ("instituto-energai", "instituto energia"),
    ],
)  # fmt: skip
def test_everything_else_is_kept(small: Catalog, asked: str, expected: str) -> None:
    found = small.suggest(parse(asked))
    assert found is not None
    assert str(found) == expected
    assert parse(str(found)) == found
    assert len(small.search(found)) > len(small.search(parse(asked))) == 0


@pytest.mark.parametrize("asked", ['"observtorio"', "name:observtorio", "city:limma",
                                   '"observatorio nacoinal"', "-observtorio kind:pilot", "",
                                   "sort:name", "kind:pilot", "observtorio kind:pilot",
                                   "-nacional nacoinal"])  # fmt: skip
def test_phrases_negations_and_keys_are_no_mistyped_words(small: Catalog, asked: str) -> None:
    assert meant(small, asked) is None


def test_a_word_is_chosen_that_finds_something_with_all_the_rest(small: Catalog) -> None:
    assert meant(small, "observator9 chile") is None
    assert meant(small, "observatorz") == "observatory"
    assert meant(small, "observatorz chile") == "observatorio chile"


def test_what_finds_enough_needs_no_other(small: Catalog) -> None:
    for asked in ("nacional", "nac", "solar", "instituto"):
        assert len(small.search(parse(asked))) > LITTLE
        assert meant(small, asked) is None


def test_a_word_that_something_begins_with_is_doubted_only_where_another_is_far_commoner(
    cache: Cache,
) -> None:
    many = [say("a", f"m{number}", name="Marine Station") for number in range(BETTER * 2)]
    rare = [say("a", "r1", name="Marone Base"), say("a", "r2", name="Marone House")]
    cache.replace("a", [*many, rare[0], say("a", "x", name="Polar Base"), say("a", "y", name="X")])
    assert meant(cache.catalog, "marone") == "marine"
    assert meant(cache.catalog, "polar") is None
    # Nothing is both, though each word is known.
    assert meant(cache.catalog, "marone station") == "marine station"
    assert meant(cache.catalog, "polar station") is None
    # Two records, and five times as many are just not there.
    cache.replace("a", [*many[1:], *rare])
    assert len(cache.catalog.search(parse("marone"))) == 2
    assert meant(cache.catalog, "marone") is None


def test_what_is_called_exactly_so_was_meant(cache: Cache) -> None:
    many = [say("a", f"m{number}", name="Marine Station") for number in range(BETTER)]
    cache.replace("a", [*many, say("a", "one", name="Something", acronym="MARONE")])
    assert meant(cache.catalog, "marone") is None


def test_the_words_are_those_of_now(cache: Cache) -> None:
    cache.replace("a", [say("a", "one", name="Observatorio Sur")])
    reader = cache.another_reader()
    for catalog in (cache.catalog, reader):
        assert meant(catalog, "obzervatoriox") == "observatorio"
    cache.replace("a", [say("a", "one", name="Oceanografia Norte")])
    for catalog in (cache.catalog, reader):
        assert meant(catalog, "obzervatoriox") is None
        assert meant(catalog, "ozeanografiax") == "oceanografia"


def test_many_may_ask_at_once(small: Catalog) -> None:
    asked = ["obzervatoriox", "oceanogarfiax", "biodiversitxyz", "zyncrotron", "labaratorios"] * 8
    expected = [meant(small, each) for each in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda each: meant(small, each), asked)) == expected


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE term SET term = term || x'00' || 'x' WHERE scope = 'word' AND term LIKE 'ob%'",
        "UPDATE term SET term = CAST(x'6f62ff7365727661746f72696f' AS TEXT)"
        " WHERE scope = 'word' AND term = 'observatorio'",
        "UPDATE term SET places = x'00ff00ff' WHERE scope = 'word' OR scope = 'word*'",
        "UPDATE term SET places = x'00' WHERE scope = 'every'",
        "DROP TABLE term",
    ],
)
def test_a_damaged_index_is_said_to_be_damaged(cache: Cache, harm: str) -> None:
    cache.replace("a", [say("a", "one", name="Observatorio"), say("a", "two", name="Observatory")])
    with closing(sqlite3.connect(cache.path)) as connection:
        connection.execute(harm)
        connection.commit()
    with pytest.raises(StoreDamaged):
        cache.catalog.suggest(parse("obzervatoriox"))


@pytest.mark.parametrize("count", ["'many'", "x'00'", "9e999", "-1"])
def test_a_wrong_count_only_misleads(cache: Cache, count: str) -> None:
    cache.replace("a", [say("a", "one", name="Observatorio"), say("a", "two", name="Observatory")])
    with closing(sqlite3.connect(cache.path)) as connection:
        connection.execute(f"UPDATE term SET count = {count} WHERE scope = 'word'")
        connection.commit()
    assert meant(cache.catalog, "obzervatorio") == "observatorio"


def test_a_directory_without_records(cache: Cache) -> None:
    assert cache.catalog.suggest(Query()) is None
    assert meant(cache.catalog, "observtorio") is None


# --- mistyping ---


def _slipped(word: str, chance: random.Random) -> str:
    """A word with one mistake, of any kind and anywhere."""
    return chance.choice([each for each in _slips(word, chance) if each != word])


def _slips(word: str, chance: random.Random) -> Iterator[str]:
    place = chance.randrange(len(word))
    letter = chance.choice(ascii_lowercase)
    yield word[:place] + word[place + 1 :]
    yield word[:place] + letter + word[place:]
    yield word[:place] + letter + word[place + 1 :]
    if place:
        yield word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
    else:
        yield word[1] + word[0] + word[2:]
