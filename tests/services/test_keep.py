"""What the shelf remembers of records, and how what is on it stands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ritui.errors import UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.shelf import Kept, Search, Shelf
from ritui.model.source import Health
from ritui.paths import Paths
from ritui.services.keep import held, kept_of, refreshed, remembered, standings
from ritui.services.library import Library, now, open_library
from ritui.store.shelf import ShelfFile


@pytest.fixture
def library(home: Paths) -> Iterator[Library]:
    opened, _ = open_library(home)
    yield opened
    opened.close()


def give(library: Library, *names: str) -> None:
    """A source of the reader's own gives these records, and no others."""
    claims = []
    for name in names:
        values, _ = normalise({"id": name.lower(), "kind": "network", "name": name, "city": "Oz"})
        claims.append(Claim("mine", name, values))
    library.replace("mine", claims, [], Health("mine"))


def test_a_record_stays_known_when_its_source_lets_it_go(library: Library, home: Paths) -> None:
    give(library, "Wizardry", "Emerald")
    file, catalog = ShelfFile(home.shelf_file), library.catalog
    shelf = file.put(kept_of(catalog, ["wizardry", "nobody"]), "visit", now())
    assert [kept.known for kept in shelf.records] == [{"kind": "network", "city": "Oz"}]
    assert not held(catalog, shelf)["wizardry"].gone
    give(library, "Emerald")
    shelf = refreshed(catalog, file)
    each = held(catalog, shelf)["wizardry"]
    assert each.gone
    assert each.called("es") == "Wizardry"
    assert kept_of(catalog, ["wizardry"]) == []
    assert kept_of(catalog, ["wizardry"], shelf) == [each.kept]
    record = remembered(each.kept, "no more")
    assert (record.id, record.name, record.city) == ("wizardry", "Wizardry", "Oz")
    assert record.summary == "no more"


def test_what_is_remembered_follows_the_directory(library: Library, home: Paths) -> None:
    file = ShelfFile(home.shelf_file)
    file.put([Kept("alba", "as it was called", known={"city": "elsewhere"})], "visit", now())
    [kept] = refreshed(library.catalog, file).records
    assert (kept.name, kept.known["country"]) == ("ALBA Synchrotron", "ES")
    state = home.shelf_file.stat()
    refreshed(library.catalog, file)
    assert home.shelf_file.stat() == state


def test_how_searches_stand(library: Library) -> None:
    give(library, "Wizardry")
    searches = (
        Search("never looked", "wizardry"),
        Search("looked long ago", "wizardry", "2001-01-01T00:00:00+00:00"),
        Search("looked now", "wizardry", "2999-01-01T00:00:00+00:00"),
        Search("nonsense", "country:ZZ"),
        Search("none", "xyzzyxyzzy"),
    )
    found = standings(library.catalog, searches)
    assert [(each.total, each.new) for each in found] == [(1, 0), (1, 1), (1, 0), (0, 0), (0, 0)]
    assert isinstance(found[3].error, UnknownWord)
    assert str(found[0].query) == "wizardry"
    assert standings(library.catalog, Shelf().searches) == []
