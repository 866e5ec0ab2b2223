"""The query language: what is typed, what it means, and that it prints as it parses."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ritui.errors import QueryUnreadable, UnknownWord
from ritui.model.facet import BY_KEY, FACETS
from ritui.model.query import (
    FLAGS,
    PHRASE,
    QUERY_KEYS,
    SORTS,
    TEXT_KEYS,
    WORD,
    Condition,
    Query,
    country_codes,
    parse,
    possessions,
)


def word(value: str, *, negated: bool = False) -> Condition:
    return Condition(WORD, (value,), negated)


def phrase(value: str, *, negated: bool = False) -> Condition:
    return Condition(PHRASE, (value,), negated)


EXAMPLE = (
    'solar energia country:AR,UY area:energy -status:ended region:LAC name:"instituto de" '
    "has:ror near:-34.9,-56.2,500km changed:30d is:shelved sort:-established"
)


def test_the_example_of_the_contract() -> None:
    query = parse(EXAMPLE)
    assert str(query) == EXAMPLE
    assert query == Query(
        (
            word("solar"),
            word("energia"),
            Condition("country", ("AR", "UY")),
            Condition("area", ("energy",)),
            Condition("status", ("ended",), negated=True),
            Condition("region", ("LAC",)),
            Condition("name", ("instituto de",)),
            Condition("has", ("ror",)),
            Condition("near", ("-34.9", "-56.2", "500km")),
            Condition("changed", ("30d",)),
            Condition("is", ("shelved",)),
        ),
        "-established",
    )


def test_the_keys_of_the_contract() -> None:
    facets = "kind region country area domain field type status legal pilot source lang"
    others = "name host city id has is near established changed sort"
    assert set(BY_KEY) == set(facets.split())
    assert sorted(QUERY_KEYS) == sorted(f"{facets} {others}".split())
    assert len(FACETS) == len(BY_KEY)
    assert set(FLAGS) == {"shelved", "noted", "new", "changed", "verified"}
    assert set(SORTS) == {"name", "country", "established", "changed", "relevance"}


@pytest.mark.parametrize(
    ("typed", "conditions"),
    [
        ("", ()),
        ("   ", ()),
        ("- -- : \" \"\" -\"\" . ,", ()),
        ("Solar  ENERGÍA", (word("Solar"), word("ENERGÍA"))),
        ("solar solar", (word("solar"),)),
        ('"energía solar"', (phrase("energía solar"),)),
        ('"  energía   solar "', (phrase("energía solar"),)),
        ('"solar"', (phrase("solar"),)),
        ("-solar", (word("solar", negated=True),)),
        ("--solar", (word("solar", negated=True),)),
        ('-"energía solar"', (phrase("energía solar", negated=True),)),
        ("data-driven C++", (word("data-driven"), word("C++"))),
        # a quote that is still being typed is no phrase yet
        ('"energía sol', (word("energía"), word("sol"))),
        ('"country:A', (word("country"), word("A"))),
        ('"-a', (word("a"),)),
        ('foo"bar baz"', (word("foobar"), word("baz"))),
        ('a"":b', (word("a"), word("b"))),
        (":foo", (word("foo"),)),
        ('"a:b"', (phrase("a:b"),)),
        ("e\"\"\u0301", (word("é"),)),
        ("[red] \x1b[2J\u202ex", (word("[red]"), word("x"))),
    ],
)  # fmt: skip
def test_words_and_phrases(typed: str, conditions: tuple[Condition, ...]) -> None:
    assert parse(typed) == Query(conditions)


@pytest.mark.parametrize(
    ("typed", "key", "values"),
    [
        ("country:AR", "country", ("AR",)),
        ("country:ar,uy,AR", "country", ("AR", "UY")),
        ("COUNTRY:argentina", "country", ("AR",)),
        ('country:"costa rica",México', "country", ("CR", "MX")),
        ("country:Brésil,brasil,Brazil", "country", ()),
        ("country:brasil,Brazil,BR", "country", ("BR",)),
        ("region:lac,Eu,BI-REGIONAL", "region", ("LAC", "EU", "bi-regional")),
        ("kind:working-group", "kind", ("working-group",)),
        ("area:food-security", "area", ("food-security",)),
        ("type:Mobile", "type", ("mobile",)),
        ("status:,ended,,planned,", "status", ("ended", "planned")),
        ('field:"solar energy, wind",ocean', "field", ("solar energy, wind", "ocean")),
        ("legal:ERIC", "legal", ("ERIC",)),
        ("pilot:pilot-1", "pilot", ("pilot-1",)),
        ("source:bundled", "source", ("bundled",)),
        ("lang:es", "lang", ("es",)),
        ('name:"instituto de"', "name", ("instituto de",)),
        ("host:csic", "host", ("csic",)),
        ("city:São", "city", ("São",)),
        ("id:alma", "id", ("alma",)),
        ("id:https://ror.org/03wmf1y16", "id", ("https://ror.org/03wmf1y16",)),
        ("has:ror,website,point", "has", ("ror", "website", "point")),
        ("is:New", "is", ("new",)),
        ("established:1990", "established", ("1990",)),
        ("established:1990..2010", "established", ("1990..2010",)),
        ("established:1990..", "established", ("1990..",)),
        ("established:..2010,2020", "established", ("..2010", "2020")),
        ("changed:30d", "changed", ("30d",)),
        ("changed:2026-01-31", "changed", ("2026-01-31",)),
        ("near:-34.9,-56.2,500km", "near", ("-34.9", "-56.2", "500km")),
        ("near:-34.90,+56,500", "near", ("-34.9", "56", "500km")),
        ("near:-0.0,0.00000001,0km", "near", ("0", "0", "0km")),
        ("near:5,5,5km", "near", ("5", "5", "5km")),
    ],
)
def test_keys_and_values(typed: str, key: str, values: tuple[str, ...]) -> None:
    if not values:
        with pytest.raises(UnknownWord):
            parse(typed)
        return
    assert parse(typed) == Query((Condition(key, values),))
    assert parse(f"-{typed}") == Query((Condition(key, values, negated=True),))
    assert parse(str(parse(typed))) == parse(typed)


@pytest.mark.parametrize(
    ("typed", "what", "nearest"),
    [
        ("countri:AR", "query key", "country"),
        ("https://example.org", "query key", ""),
        ("-statuss:ended", "query key", "status"),
        ("status:endet", "status", "ended"),
        ("status:ended,operationel", "status", "operational"),
        ("region:LAX", "region", "LAC"),
        ("area:enrgy", "area", "energy"),
        ("country:Argentinna", "country", "argentina"),
        ("has:webste", "has", "website"),
        ("has:provenance", "has", ""),
        ("is:shelfed", "is", "shelved"),
        ("sort:naem", "sort", "name"),
        ("sort:", "sort", ""),
        ("sort:--name", "sort", "name"),
    ],
)
def test_an_unknown_word_names_the_nearest(typed: str, what: str, nearest: str) -> None:
    with pytest.raises(UnknownWord) as told:
        parse(typed)
    assert told.value.what == what
    assert told.value.nearest == nearest or not nearest
    assert told.value.exit_code == 2


@pytest.mark.parametrize(
    "typed",
    [
        "country:",
        'country:""',
        "name:-",
        "name:...",
        "established:..",
        "established:19902010",
        "established:90",
        "established:1990...2010",
        "established:١٩٩٠",
        "changed:30",
        "changed:soon",
        "changed:2026-02-30",
        "changed:2026-1-1",
        "near:1,2",
        "near:1,2,3,4",
        "near:91,0,5km",
        "near:0,181,5km",
        "near:0,0,-5km",
        "near:0,0,5mi",
        "near:nan,0,5km",
        "near:1e1,0,5km",
        "near:1_0,0,5km",
        f"near:0,0,{'9' * 400}km",
        "near:0,0,20041km",
    ],
)
def test_a_form_that_is_not_understood(typed: str) -> None:
    with pytest.raises(QueryUnreadable) as told:
        parse(typed)
    assert told.value.exit_code == 2
    assert ":" in told.value.expected


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("", "name"),
        ("country:AR", "name"),
        ("solar", "relevance"),
        ('"solar energy" country:AR', "relevance"),
        ("-solar", "name"),
        ("solar sort:country", "country"),
        ("sort:-Name", "-name"),
        ("-sort:name", "-name"),
        ("sort:name sort:country", "country"),
    ],
)
def test_order(typed: str, order: str) -> None:
    assert parse(typed).order == order


PARTS = st.sampled_from(
    [
        *(f"{key}:" for key in QUERY_KEYS),
        *(*FLAGS, *SORTS, *possessions()[:6]),
        *("AR", "Brasil", "LAC", "energy", "ended", "..", "1990", "30d", "2026-01-31", "-34.9"),
        *("500km", '"', ",", "-", ":", " ", "\u0301", "\u200d", "क", "İ", "[red]", "\x1b["),
    ]
)
TYPED = st.lists(PARTS | st.text(max_size=3), max_size=12).map("".join) | st.text(max_size=40)


@given(TYPED)
@example('"a b"c -"d:e')
@example("near:9e1,0,1")
def test_a_query_printed_and_parsed_is_the_same_query(typed: str) -> None:
    try:
        query = parse(typed)
    except (UnknownWord, QueryUnreadable):
        assume(False)
    assert parse(str(query)) == query
    assert str(parse(str(query))) == str(query)


KEYS = st.sampled_from(["country", "field", "status"])
VALUES = st.sampled_from(["a", "b", "c"])
NARROWINGS = st.builds(
    Condition, KEYS, st.lists(VALUES, min_size=1, unique=True).map(tuple), st.booleans()
)
WORDS = st.builds(word, VALUES, negated=st.booleans())
QUERIES = st.builds(
    Query,
    st.lists(NARROWINGS | WORDS, unique=True, max_size=5).map(tuple),
    st.sampled_from(["", "name", "-established"]),
)


@given(QUERIES, KEYS, VALUES, st.booleans())
def test_narrowing_adds_a_value_and_widening_takes_it_away(
    query: Query, key: str, value: str, negated: bool
) -> None:
    narrowed = query.narrowed(key, value, negated=negated)
    assert value in narrowed.values(key, negated=negated)
    assert value not in narrowed.values(key, negated=not negated)
    assert sum(c.key == key and c.negated == negated for c in narrowed.conditions) == 1
    assert narrowed.narrowed(key, value, negated=negated) == narrowed
    widened = narrowed.widened(key, value)
    assert widened == query.narrowed(key, value, negated=negated).widened(key, value)
    assert value not in widened.values(key) + widened.values(key, negated=True)
    for found in (narrowed, widened):
        assert all(condition.values for condition in found.conditions)
        assert found.sort == query.sort
        others = [c for c in query.conditions if c.key != key]
        assert [c for c in found.conditions if c.key != key] == others


def test_narrowing_stays_in_place() -> None:
    query = parse("solar country:AR -status:ended sort:name")
    assert str(query.narrowed("country", "UY")) == (
        "solar country:AR,UY -status:ended sort:name"
    )  # fmt: skip
    assert str(query.narrowed("area", "energy")) == (
        "solar country:AR -status:ended area:energy sort:name"
    )
    assert str(query.narrowed("status", "ended")) == "solar country:AR status:ended sort:name"
    assert str(query.widened("country", "AR")) == "solar -status:ended sort:name"
    assert query.widened("country", "UY") == query


def test_words_typed_anew_keep_the_narrowings() -> None:
    query = parse('solar "sun" country:AR sort:name')
    assert query.text == 'solar "sun"'
    assert query.narrows == (Condition("country", ("AR",)),)
    assert str(query.with_text(parse("wind -cold"))) == "wind -cold country:AR sort:name"
    assert str(query.with_text(parse(""))) == "country:AR sort:name"
    assert str(query.with_text(parse("wind area:energy sort:country"))) == (
        "wind area:energy country:AR sort:country"
    )
    assert str(query.with_text(parse("country:AR"))) == "country:AR sort:name"


@given(QUERIES)
def test_dropping_conditions_keeps_the_others(query: Query) -> None:
    for size in range(len(query.conditions) + 1):
        for dropped in combinations(query.conditions, size):
            left = query.without(*dropped)
            assert left.sort == query.sort
            assert left.conditions == tuple(c for c in query.conditions if c not in dropped)


def test_every_country_goes_by_its_code_and_its_names() -> None:
    codes = country_codes()
    assert codes["ar"] == codes["argentina"] == "AR"
    assert codes["brasil"] == codes["brazil"] == "BR"
    assert all(code.lower() in codes for code in codes.values())
    assert all(codes[code.lower()] == code for code in codes.values())


def test_text_keys_are_no_facets() -> None:
    assert not set(TEXT_KEYS) & set(BY_KEY)
