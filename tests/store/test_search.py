"""Search: whatever is asked, the index gives what a slow reading of every record gives."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from ritui.errors import AmbiguousRecord, NoSuchRecord, UnknownWord
from ritui.i18n import LANGUAGES
from ritui.model.claim import group, merge
from ritui.model.facet import BY_KEY
from ritui.model.query import FLAGS, SORTS, Query, parse
from ritui.model.record import Record
from ritui.model.source import BUNDLED
from ritui.sources.bundled import Directory
from ritui.store.answer import Answer
from ritui.store.catalog import Catalog
from ritui.text import sort_key
from tests.store.conftest import Cache, say
from tests.store.reference import Reference, Stamps, UnknownValue
from tests.store.searcher import ROR_DUMP, Searcher, ror_claims, ror_of

MARKS = {
    "shelved": {"alma", "resinfra-pilot-hpc", "ror-0176yjw32", "is-not-there"},
    "noted": {"alma", "infra-dicyt"},
}
BATCHES, IN_A_BATCH = 25, 80


@dataclass(frozen=True)
class Library:
    """A directory in a cache, and the same as a list."""

    name: str
    records: Sequence[Record]
    catalogs: dict[str, Catalog]
    references: dict[str, Reference]
    searcher: Searcher


@pytest.fixture(scope="module")
def bundled(open_cache: Callable[[str], Cache], directory: Directory) -> Library:
    """The bundled directory, as if it had grown over three releases of the program."""
    claims = list(directory.claims)
    random.Random("which came when").shuffle(claims)
    early, later, corrected = claims[:350], claims[350:430], claims[40:90]
    old = {claim.ref: claim for claim in early}
    for claim in corrected:
        old[claim.ref] = replace(claim, values={**claim.values, "summary": "To be written."})
    times = [_ago(days) for days in (200, 25, 4)]
    cache = open_cache("bundled")
    cache.replace(BUNDLED, list(old.values()), now=times[0])
    cache.replace(BUNDLED, [*old.values(), *later], now=times[1])
    cache.replace(BUNDLED, claims, now=times[2])
    stamps = {claim.ref: Stamps(times[2], times[2]) for claim in claims}
    stamps |= {claim.ref: Stamps(times[1], times[1]) for claim in later}
    stamps |= {claim.ref: Stamps(times[0], times[0]) for claim in early}
    stamps |= {claim.ref: Stamps(times[0], times[2]) for claim in corrected}
    return _library("bundled", cache, [merge([claim]) for claim in claims], stamps)


@pytest.fixture(scope="module")
def registry(open_cache: Callable[[str], Cache], directory: Directory) -> Library:
    """Some 3,000 records of ROR beside the bundled directory, merged where they are the same."""
    if not ROR_DUMP.is_file():
        pytest.skip("the sample of ROR is not at hand")
    claims = list(ror_claims({ror_of(claim) for claim in directory.claims}))
    cache = open_cache("registry")
    cache.replace(BUNDLED, directory.claims, now=_ago(100))
    before = {claim.ref for claim in directory.claims}
    cache.replace("ror", claims, now=_ago(10))
    records = [merge(each) for each in group([*directory.claims, *claims])]
    assert len(records) > 3_000
    stamps = {
        each.id: Stamps(_ago(100 if each.id in before else 10), _changed(each)) for each in records
    }
    return _library("registry", cache, records, stamps)


def _changed(record: Record) -> str:
    """A record to which ROR added became different when that was read; others as they came."""
    added = any(each.source == "ror" and each.fields for each in record.provenance)
    return _ago(10 if added else 100)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_any_query_gives_what_every_record_says(bundled: Library, batch: int) -> None:
    seen = _compare(bundled, f"bundled {batch}", IN_A_BATCH)
    assert seen["found"] > IN_A_BATCH // 3
    assert seen["several"] > IN_A_BATCH // 5


@pytest.mark.parametrize("batch", range(6))
def test_any_query_of_a_registry_gives_what_every_record_says(
    registry: Library, batch: int
) -> None:
    seen = _compare(registry, f"registry {batch}", 40)
    assert seen["found"] > 12


def test_every_kind_of_condition_is_asked_and_finds(bundled: Library) -> None:
    """The generated queries leave out no key, no flag, no order and no facet.

    But the source, which is the same for all here; records of two are in the registry.
    """
    wanted = {*BY_KEY} - {"source"} | {
        "word", "phrase", "name", "host", "city", "id", "has", "is", "near", "established",
        "changed",
    }  # fmt: skip
    found: set[str] = set()
    refused: set[str] = set()
    flags: set[str] = set()
    orders: set[str] = set()
    searcher = bundled.searcher
    chance = random.Random("coverage")
    for key in wanted:
        for _ in range(200):
            condition = searcher.condition(key, chance)
            for negated in (False, True):
                query = Query((replace(condition, negated=negated),))
                if len(bundled.catalogs["en"].search(query)) not in {0, 506}:
                    (refused if negated else found).add(key)
                    flags.update(condition.values if key == "is" else ())
    for _ in range(500):
        orders.add(parse(searcher.query(chance)).order)
    assert found == refused == wanted
    assert flags == set(FLAGS)
    assert orders == {sign + key for key in SORTS for sign in ("", "-")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_in_the_order_of_each_language(bundled: Library, language: str) -> None:
    for asked in (
        "sort:name", "-sort:name", "country:BR,ES sort:name", "instituto sort:name", "instituto",
        "sort:-relevance laser", "sort:country", "sort:-country has:ror", "sort:established",
        "sort:-established instituto", "sort:changed", "sort:-changed region:LAC",
    ):  # fmt: skip
        _check(bundled, asked, language)
    catalog = bundled.catalogs[language]
    for asked in ("", "instituto", "sort:country", "sort:-name region:LAC"):
        answer = catalog.search(parse(asked))
        ids = _ids(catalog, answer)
        assert [catalog.row_of(answer, id_) for id_ in ids] == [*range(len(ids))]
        for start, stop in ((0, 3), (2, 9), (len(ids) - 2, len(ids) + 9), (7, 7)):
            assert [row.id for row in catalog.rows(answer, start, stop)] == ids[start:stop]
    whole = bundled.catalogs[language].search(parse("sort:name"))
    rows = bundled.catalogs[language].rows(whole, 0, 600)
    keys = [sort_key(row.called(language), language) for row in rows]
    assert keys == sorted(keys)
    assert len(keys) == 506


def test_a_page_is_a_part_of_the_answer(bundled: Library) -> None:
    catalog = bundled.catalogs["en"]
    for asked in ("", "-sort:name", "laser", "-sort:relevance laser", "sort:country", "has:ror"):
        answer = catalog.search(parse(asked))
        ids = _ids(catalog, answer)
        assert len(ids) == len(answer) > 5
        for start, stop in ((0, 3), (2, 9), (len(ids) - 2, len(ids) + 9), (-4, 2), (9, 9)):
            rows = catalog.rows(answer, start, stop)
            assert [row.id for row in rows] == ids[max(start, 0) : stop]
        assert [values["id"] for values in catalog.values(answer)] == ids
        for row in {0, len(ids) // 2, len(ids) - 1}:
            assert catalog.row_of(answer, ids[row]) == row
    assert catalog.row_of(catalog.search(parse("kind:pilot")), "alma") is None


def test_zero_results_say_what_to_leave_out(bundled: Library) -> None:
    catalog = bundled.catalogs["en"]
    query = parse("alma country:CL kind:pilot")
    assert len(catalog.search(query)) == 0
    drops = [(str(condition), count) for condition, count in catalog.drops(query)]
    assert drops == [("kind:pilot", len(catalog.search(parse("alma country:CL"))))]
    assert drops[0][1] > 0


def test_what_the_reader_marked_is_found_as_soon_as_it_is_marked(bundled: Library) -> None:
    catalog = bundled.catalogs["en"]
    try:
        catalog.marks = {"shelved": ["zenodo"]}
        assert _ids(catalog, catalog.search(parse("is:shelved"))) == ["zenodo"]
        catalog.marks = {"shelved": ["datacite", "zenodo"], "noted": ["zenodo"]}
        assert _ids(catalog, catalog.search(parse("is:shelved -is:noted"))) == ["datacite"]
    finally:
        catalog.marks = MARKS


def test_who_is_called_exactly_so_comes_first(bundled: Library) -> None:
    catalog = bundled.catalogs["en"]
    for typed, first in (
        ("alma", "alma"),
        ("ALMA", "alma"),
        ("RICAP", "ricap"),
        ("ctao south", "ctao-south"),
        ("LifEuLAC", "resinfra-pilot-biodiversity"),
        ("European Organization for Nuclear Research", "cern"),
        ("cambio climático y biodiversidad", "resinfra-pilot-biodiversity"),
        ("CAMBIO CLIMATICO Y BIODIV", "resinfra-pilot-biodiversity"),
        ("cambio clima\u0301tico y biodiversidad", "resinfra-pilot-biodiversity"),
    ):
        assert _ids(catalog, catalog.search(parse(typed)))[0] == first, typed


def test_phrases_do_not_run_from_one_text_into_the_next(cache: Cache) -> None:
    cache.replace("a", [
        say("a", "one", name="Sea Lab", host="Coast Guard", fields=["deep water", "ice"]),
        say("a", "two", name="Lab Coast", host="Deep Sea", city="Water Ice"),
        say("a", "three", name="Other", coordinator="Sea Lab of the Coast"),
    ])  # fmt: skip

    def ids(asked: str) -> list[str]:
        return _ids(cache.catalog, cache.catalog.search(parse(asked)))

    assert ids('"sea lab"') == ["one"]
    assert ids('"lab coast"') == ["two"]
    assert ids('"water ice"') == ["two"]
    assert ids('"coast"') == ["two", "one"]
    assert ids('"coas"') == []
    assert ids('name:"lab coast"') == ["two"]
    assert ids('name:"sea lab","lab coast"') == ["two", "one"]
    assert ids('name:"sea lab",lab') == ["two", "one"]
    assert ids('-name:"sea lab",oth') == ["two"]
    assert ids('host:"sea lab"') == []
    assert ids("sea lab") == ["one", "two"]


@pytest.mark.parametrize(
    ("near", "ids"),
    [
        ("0,179.9,50km", ["east", "line", "west"]),
        ("0,-179.9,50km", ["east", "line", "west"]),
        ("0,180,9km", ["line"]),
        ("0,-180,9km", ["line"]),
        ("0,179.85,9km", ["east"]),
        ("90,0,200km", ["pole"]),
        ("89.5,120,200km", ["pole"]),
        ("-90,0,20.5km", ["south"]),
        ("0,0,20040km", ["east", "line", "pole", "south", "west"]),
        ("0,90,20km", []),
    ],
)
def test_the_world_is_round(cache: Cache, near: str, ids: list[str]) -> None:
    points = {
        "east": (0, 179.85), "west": (0, -179.85), "line": (0, 180.0),
        "pole": (89.0, -60.0), "south": (-89.9, 100.0),
    }  # fmt: skip
    claims = [say("a", ref, lat=lat, lon=lon) for ref, (lat, lon) in points.items()]
    cache.replace("a", [*claims, say("a", "nowhere")])
    answer = cache.catalog.search(parse(f"near:{near}"))
    assert _ids(cache.catalog, answer) == ids


def test_equals_keep_the_order_of_names_both_ways(cache: Cache) -> None:
    cache.replace("a", [
        say("a", "b", country="BR", established=1990),
        say("a", "a", country="BR", established=1990),
        say("a", "d", country="CL", established=2001),
        say("a", "c"),
    ])  # fmt: skip
    for asked, ids in (
        ("sort:country", ["a", "b", "d", "c"]),
        ("sort:-country", ["d", "a", "b", "c"]),
        ("sort:established", ["a", "b", "d", "c"]),
        ("sort:-established", ["d", "a", "b", "c"]),
        ("sort:changed", ["a", "b", "c", "d"]),
        ("sort:-changed", ["a", "b", "c", "d"]),
        ("sort:-name", ["d", "c", "b", "a"]),
    ):
        assert _ids(cache.catalog, cache.catalog.search(parse(asked))) == ids, asked


def test_what_is_new_and_what_is_changed(cache: Cache) -> None:
    """The first load is no news; what came or became different after it is, for 30 days."""
    first = [say("a", ref) for ref in ("old", "stale", "fresh")]
    cache.replace("a", first, now=_ago(90))
    stale = say("a", "stale", city="Lima")
    cache.replace("a", [first[0], stale, first[2], say("a", "grown")], now=_ago(40))
    fresh = say("a", "fresh", city="Quito")
    now = [first[0], stale, fresh, say("a", "grown"), say("a", "young")]
    cache.replace("a", now, now=_ago(3))
    today = datetime.now(UTC)
    for asked, ids in (
        ("is:new", ["young"]),
        ("is:changed", ["fresh"]),
        ("changed:10d", ["fresh", "young"]),
        ("changed:50d", ["fresh", "grown", "stale", "young"]),
        (f"changed:{today - timedelta(days=50):%Y-%m-%d}", ["fresh", "grown", "stale", "young"]),
        ("-changed:50d", ["old"]),
        ("changed:100d -changed:10d sort:-changed", ["grown", "stale", "old"]),
        ("changed:0d", []),
    ):
        assert _ids(cache.catalog, cache.catalog.search(parse(asked))) == ids, asked


def test_what_came_with_the_first_start_is_not_new(cache: Cache) -> None:
    cache.replace("a", [say("a", "one"), say("a", "two")], now=_ago(4))
    for asked in ("is:new", "is:changed"):
        assert _ids(cache.catalog, cache.catalog.search(parse(asked))) == []
    cache.replace("b", [say("b", "three")], now=_ago(2))
    for asked, ids in (("is:new", ["three"]), ("is:changed", [])):
        assert _ids(cache.catalog, cache.catalog.search(parse(asked))) == ids
    assert len(cache.catalog.search(parse("-is:new"))) == 2


def test_an_empty_directory_answers_too(cache: Cache) -> None:
    for asked in ("", "solar", '"a b"', "is:new", "has:ror", "near:0,0,9km", "sort:-country",
                  "-solar", "established:..2000", "is:shelved"):  # fmt: skip
        answer = cache.catalog.search(parse(asked), None)
        assert (len(answer), answer.total, cache.catalog.rows(answer, 0, 9)) == (0, 0, [])
        assert set(answer.counts.values()) == {()}
        assert cache.catalog.drops(parse(asked)) == []


def test_a_value_that_no_record_has_names_the_nearest(bundled: Library) -> None:
    catalog = bundled.catalogs["en"]
    for asked, nearest in (
        ("pilot:resinfra-pilot-hpcc", "resinfra-pilot-hpc"),
        ("-source:bundeld", "bundled"),
        ("kind:pilot legal:eric,erc", "ERIC"),
        ("field:zzzzqq", ""),
    ):
        with pytest.raises(UnknownWord) as caught:
            catalog.search(parse(asked))
        assert caught.value.nearest == nearest


def test_open_values_are_found_without_regard_to_case_and_accents(cache: Cache) -> None:
    fields = {"one": ["Física", "fisica"], "two": ["fisica"], "three": ["química"]}
    cache.replace("a", [say("a", ref, fields=each) for ref, each in fields.items()])
    answer = cache.catalog.search(parse("field:FÍSICA"), ["field"])
    assert _ids(cache.catalog, answer) == ["one", "two"]
    assert answer.counts["field"] == (("fisica", 2), ("química", 1))


def test_a_record_is_called_by_id_identifier_or_acronym(bundled: Library) -> None:
    catalog = bundled.catalogs["en"]
    cern = catalog.record("cern").identifiers
    ror = cern["ror"]
    for word in ("cern", "CERN", "Cern", ror, ror.upper(), ror.removeprefix("https://"),
                 ror.rsplit("/", 1)[-1], f"{ror} "):  # fmt: skip
        assert catalog.resolve(word) == "cern", word
    wikidata = next(each for each in bundled.records if "wikidata" in each.identifiers)
    number = wikidata.identifiers["wikidata"]
    for word in (number, number.lower(), f"https://www.wikidata.org/wiki/{number}"):
        assert catalog.resolve(word) == wikidata.id
    assert catalog.resolve("lifeulac") == "resinfra-pilot-biodiversity"
    with pytest.raises(NoSuchRecord) as missing:
        catalog.resolve("zenodoo")
    assert missing.value.nearest.casefold() == "zenodo"


def test_an_acronym_of_several_is_asked_back(cache: Cache) -> None:
    cache.replace("a", [say("a", "one", acronym="INTA"), say("a", "two", acronym="Inta")])
    with pytest.raises(AmbiguousRecord) as caught:
        cache.catalog.resolve("inta")
    assert caught.value.ids == "one, two"
    with pytest.raises(NoSuchRecord):
        cache.catalog.record("inta")


# --- comparing ---


def _compare(library: Library, seed: str, queries: int) -> dict[str, int]:
    """Ask generated queries; how many found something, and something but not everything."""
    chance = random.Random(seed)
    seen = {"found": 0, "several": 0}
    for _ in range(queries):
        found = _check(library, library.searcher.query(chance), "en")
        seen["found"] += found > 0
        seen["several"] += 1 < found < len(library.records)
    return seen


def _check(library: Library, asked: str, language: str) -> int:
    """Compare one answer with the reference; how many records it has."""
    query = parse(asked)
    assert parse(str(query)) == query
    catalog, reference = library.catalogs[language], library.references[language]
    try:
        expected = reference.answer(query)
    except UnknownValue:
        with pytest.raises(UnknownWord):
            catalog.search(query, None)
        return 0
    answer = catalog.search(query, None)
    assert (answer.query, answer.total) == (query, len(library.records))
    assert len(answer) == len(expected.ids), asked
    assert _ids(catalog, answer) == expected.ids, asked
    counts = {key: [*map(tuple, counted)] for key, counted in answer.counts.items()}
    assert counts == expected.counts, asked
    return len(answer)


def _ids(catalog: Catalog, answer: Answer) -> list[str]:
    return [row.id for row in catalog.rows(answer, 0, len(answer))]


def _library(
    name: str, cache: Cache, records: Sequence[Record], stamps: dict[str, Stamps]
) -> Library:
    catalogs = {language: cache.another_reader(language) for language in LANGUAGES}
    references = {
        language: Reference(records, stamps, MARKS, language)
        for language in (LANGUAGES if name == "bundled" else ("en",))
    }
    for catalog in catalogs.values():
        catalog.marks = MARKS
    return Library(name, records, catalogs, references, Searcher(records))


def _ago(days: int) -> str:
    then = datetime.now(UTC) - timedelta(days=days)
    return then.replace(hour=12, minute=0, second=0, microsecond=0).isoformat()
