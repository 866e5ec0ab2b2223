"""Changes taken together, asked by queries, and told in words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ritui.i18n import LANGUAGES, Messages
from ritui.model.claim import Claim
from ritui.model.query import parse
from ritui.model.record import KEYS, from_json
from ritui.model.source import Change, Health
from ritui.paths import find_paths
from ritui.services.changed import labels, others, told
from ritui.services.changes import (
    ADDED,
    CHANGED,
    REMOVED,
    SYNC,
    VISIT,
    all_in_all,
    answering,
    changes_since,
    grouped,
    last_known,
)
from ritui.services.library import Library, open_library
from ritui.services.visit import keep_visit, last_visit
from ritui.store.schema import connect


def change(day: int, id_: str, what: str, **fields: tuple[Any, Any]) -> Change:
    """What became of a record on a day; a side that is None is not stated."""
    sides = {
        key: {when: value for when, value in zip(("before", "after"), pair, strict=True)
              if value is not None}
        for key, pair in fields.items()
    }  # fmt: skip
    return Change(f"2026-11-{day:02}T10:00:00+00:00", "lab", id_, id_.title(), what, sides)


@pytest.fixture
def library(warm: Path, tmp_path: Path) -> Iterator[Library]:
    """A directory as it comes with the program."""
    opened, _ = open_library(find_paths(str(shutil.copytree(warm, tmp_path / "home"))))
    yield opened
    opened.close()


def test_what_came_of_several_refreshes() -> None:
    steps = {
        "new": [change(1, "new", ADDED), change(2, "new", CHANGED, city=("Lima", "Cusco"))],
        "gone": [change(1, "gone", CHANGED, city=("Lima", "Cusco")), change(2, "gone", REMOVED)],
        "short": [change(1, "short", ADDED), change(3, "short", REMOVED)],
        "back": [change(1, "back", CHANGED, city=("Lima", "Cusco")),
                 change(2, "back", CHANGED, city=("Cusco", "Lima"))],
        "moved": [change(1, "moved", CHANGED, city=("Lima", "Cusco"), host=(None, "UNI")),
                  change(2, "moved", CHANGED, city=("Cusco", "Ica"), ended=(2000, None)),
                  change(3, "moved", CHANGED, host=("UNI", None))],
        "away": [change(1, "away", REMOVED, city=("Lima", None)), change(2, "away", ADDED)],
    }  # fmt: skip
    log = sorted((each for of in steps.values() for each in of), key=lambda each: each.time)[::-1]
    found = {each.id: each for each in all_in_all(log)}
    assert {id_: each.what for id_, each in found.items()} == {
        "new": ADDED, "gone": REMOVED, "moved": CHANGED, "away": CHANGED,
    }  # fmt: skip
    assert found["moved"].fields == {
        "city": {"before": "Lima", "after": "Ica"}, "ended": {"before": 2000},
    }  # fmt: skip
    assert found["moved"].changes == tuple(reversed(steps["moved"]))
    assert [each.what for each in all_in_all(log)] == [ADDED, CHANGED, CHANGED, REMOVED]


def test_groups_lose_nothing_and_the_last_visit_is_one_of_them() -> None:
    log = [
        change(5, "a", CHANGED, city=("x", "y")), change(4, "b", ADDED),
        replace(change(4, "c", ADDED), source="other"), change(2, "a", ADDED),
    ]  # fmt: skip
    by_refresh = grouped(log)
    assert [(each.time[8:10], each.source) for each in by_refresh] == [
        ("05", "lab"), ("04", "other"), ("04", "lab"), ("02", "lab"),
    ]  # fmt: skip
    assert sum(len(each.outcomes) for each in by_refresh) == len(log)
    visited = "2026-11-04T00:00:00+00:00"
    first, *rest = grouped(log, visited)
    assert (first.time, first.source) == (visited, "")
    assert {each.id for each in first.outcomes} == {"a", "b", "c"}
    assert first.counts == {ADDED: 2, CHANGED: 1, REMOVED: 0}
    assert [(each.time[8:10], each.source) for each in rest] == [("02", "lab")]
    assert grouped(log, "2027-01-01") == by_refresh


def test_a_query_asks_what_records_are_now_and_what_was_known_of_those_gone(
    library: Library,
) -> None:
    gone = "Estación Biológica"
    log = [
        change(3, "alma", CHANGED, city=("x", "y")), change(2, "lapa", REMOVED),
        replace(change(2, "forest", REMOVED, country=("BR", None)), name=gone),
        change(1, "forest", CHANGED, fields=(None, ["ecology"]), city=(None, "Manaus")),
    ]  # fmt: skip
    assert library.catalog.record("alma").country == "CL"

    def found(query: str) -> set[str]:
        return answering(library.catalog, parse(query), log)

    assert found("") == {"alma", "lapa", "forest"}
    assert found("country:CL") == {"alma"}
    assert found("country:BR") == found("estacion") == found('"BIOLOGICA"') == {"forest"}
    assert found("manaus") == found("city:man") == found("field:Ecology") == {"forest"}
    assert found("-country:CL") == found("-alma") == {"lapa", "forest"}
    assert found("name:lap") == {"lapa"}
    assert found("country:AR") == found('"biol"') == found("is:verified -alma") == set()
    known = last_known([each for each in log if each.id == "forest"], {"region": "LAC"})
    assert (known.name, known.country, known.city, known.region) == (gone, "BR", "Manaus", "LAC")


def test_since_the_last_visit_and_since_the_last_refresh(library: Library) -> None:
    def refresh(source: str, *ids: str) -> None:
        claims = [
            Claim(source, id_, {"id": id_, "kind": "infrastructure", "name": id_}) for id_ in ids
        ]
        library.replace(source, claims, [], Health(source, "ok", "", "2000-01-01T00:00:00+00:00"))

    catalog = library.catalog
    assert last_visit(catalog) == ""
    refresh("lab", "one")
    assert [each.id for each in changes_since(catalog, VISIT)] == ["one"]
    library.keep_fact("visited", "2999-01-01T00:00:00+00:00")
    assert changes_since(catalog, VISIT) == []
    refresh("other", "two")
    assert {each.id for each in changes_since(catalog, SYNC)} == {"one", "two"}
    # Nothing came of the last refresh that went well, whatever the ones before it did.
    library.remember(Health("lab", "unchanged", "", "2999-01-01T00:00:00+00:00"))
    assert [each.id for each in changes_since(catalog, SYNC)] == ["two"]
    assert changes_since(catalog, SYNC, "lab") == []


def test_a_visit_is_kept_unless_somebody_writes(library: Library) -> None:
    keep_visit(library)
    kept = last_visit(library.catalog)
    assert kept
    library.keep_fact("visited", "2000")
    writer = connect(library.path)
    writer.execute("BEGIN IMMEDIATE")
    keep_visit(library)
    writer.execute("ROLLBACK")
    writer.close()
    assert last_visit(library.catalog) == "2000"
    library.close()
    keep_visit(library)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_in_words(language: str) -> None:
    say = Messages(language)
    fields = change(
        1, "x", CHANGED,
        country=("AR", "UY"), lat=(-34.6, -34.9), lon=(-58.4, -56.2),
        areas=(["energy", "health"], ["health"]), names=({"es": "Uno", "en": "One"}, {"es": "Uno"}),
        partners=(["A", "B"], ["B", "A"]), verified=(None, True), pilot=(None, "resinfra-hpc"),
        related=([], [{"id": "alma", "rel": "part-of"}]),
        grant=({"number": "1", "budget_eur": 5000}, {"number": "1", "budget_eur": 6000}),
    ).fields  # fmt: skip
    names = {"alma": "ALMA [b]", "resinfra-hpc": "HPC"}
    assert others(fields) == {"alma", "resinfra-hpc"}
    found = {each.label: (each.gone, each.come) for each in told(fields, names, say)}
    assert found[say("field.country")] == ((say.country("AR"),), (say.country("UY"),))
    assert found[say("field.point")] == (("-34.60000, -58.40000",), ("-34.90000, -56.20000",))
    assert found[say("field.areas")] == ((say.label("area", "energy"),), ())
    assert found[say("field.names")] == (("One (en)",), ())
    assert found[say("field.partners")] == (("A, B",), ("B, A",))
    assert found[say("field.verified")] == ((), (say("doctor.yes"),))
    assert found[say("field.pilot")] == ((), ("HPC",))
    [relation] = found[say("field.related")][1]
    assert relation == f"{say.label('relation', 'part-of')}: ALMA [b]"
    budgets = (say("card.budget-eur", amount=f"{n}\u2009000") for n in (5, 6))
    assert found[say("field.grant")] == tuple((each,) for each in budgets)
    assert say("field.point").lower() in labels(fields, say)
    assert say("field.lat").lower() not in labels(fields, say)


def test_every_key_of_a_record_can_be_told(library: Library) -> None:
    say = Messages()
    seen: set[str] = set()
    for values in library.catalog.values(library.catalog.search(parse(""))):
        fields = {key: {"after": value} for key, value in values.items()}
        for each in told(fields, {}, say):
            assert each.label
            assert all(part.strip() for part in each.come), (values["id"], each)
        seen |= fields.keys()
        known = last_known([Change("", "", values["id"], values["name"], CHANGED, fields)])
        assert known == from_json({k: v for k, v in values.items() if k != "provenance"})
    assert len(seen & {*KEYS}) > 25
