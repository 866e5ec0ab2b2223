"""What is known of links: kept one by one, whatever the sources do, and found again by record."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ritui.errors import CannotWrite
from ritui.model.link import Look, state_of
from ritui.model.source import Health
from ritui.store.catalog import Catalog
from ritui.store.links import LinkBook, dead_websites, looks_at
from ritui.store.schema import LINKS_CHECKED, MIGRATIONS, connect
from ritui.store.writer import Writer
from tests.store.conftest import Cache, say

URL = "https://www.lab.example/"


@pytest.fixture(params=["file", "memory"])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Catalog, LinkBook]]:
    """A directory in a file, or one that is in memory alone."""
    path = tmp_path / "cache.sqlite" if request.param == "file" else None
    with closing(Catalog(connect(path))) as catalog:
        writer = Writer(connect(path) if path else catalog._connection)
        claims = [
            say("a", "lab", website=URL),
            say("a", "same-lab", website=URL),
            say("a", "other-page", website=f"{URL}other"),
            say("a", "far", website="http://far.example:8080/x"),
            say("a", "none"),
        ]
        writer.replace("a", claims, (), Health("a"), now="2026")
        if path:
            writer.close()
        with closing(LinkBook(catalog, path)) as book:
            yield catalog, book


def look(url: str, code: str, day: str, moved: str = "") -> Look:
    return Look(url, state_of(code, moved), code, day, day, moved)


def test_since_when_is_kept_as_long_as_the_same_is_found(held: tuple[Catalog, LinkBook]) -> None:
    catalog, book = held
    assert looks_at(catalog, [URL]) == {}
    assert book.keep(look(URL, "404", "2026-01-01")).since == "2026-01-01"
    again = book.keep(look(URL, "dns", "2026-02-01"))
    assert again == Look(URL, "dead", "dns", "2026-02-01", "2026-01-01")
    assert looks_at(catalog, [URL, "https://never.example/"]) == {URL: again}
    moved = book.keep(look(URL, "200", "2026-03-01", "https://new.example/"))
    assert (moved.state, moved.since, moved.moved) == (
        "moved", "2026-03-01", "https://new.example/",
    )  # fmt: skip
    assert book.keep(look(URL, "404", "2026-04-01")) == Look(
        URL, "dead", "404", "2026-04-01", "2026-04-01"
    )
    assert catalog.fact(LINKS_CHECKED) == "2026-04-01"


def test_the_records_whose_website_is_dead(held: tuple[Catalog, LinkBook]) -> None:
    catalog, book = held
    assert dead_websites(catalog) == frozenset()
    far = "http://far.example:8080/x"
    for url, code in (
        (URL, "410"), (f"{URL}other", "500"), (far, "refused"), ("https://nobody.example/", "404")
    ):  # fmt: skip
        book.keep(look(url, code, "2026-01-01"))
    assert dead_websites(catalog) == {"lab", "same-lab", "far"}
    book.keep(look(URL, "200", "2026-01-02"))
    assert dead_websites(catalog) == {"far"}


def test_a_refresh_leaves_it_as_it_is(cache: Cache) -> None:
    cache.replace("a", [say("a", "lab", website=URL)])
    with closing(LinkBook(cache.catalog, cache.path)) as book:
        kept = book.keep(look(URL, "404", "2026-01-01"))
    cache.replace("a", [say("a", "lab", website=URL, city="Lima")])
    assert dead_websites(cache.catalog) == {"lab"}
    # Another website is another address: nothing is known of that.
    cache.replace("a", [say("a", "lab", website="https://new.example/")])
    assert dead_websites(cache.catalog) == frozenset()
    cache.replace("a", [])
    assert looks_at(cache.catalog, [URL]) == {URL: kept}


def test_an_older_cache_keeps_its_records(tmp_path: Path) -> None:
    path = tmp_path / "older.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        before = next(n for n, step in enumerate(MIGRATIONS) if "TABLE link" in step)
        for step in MIGRATIONS[:before]:
            connection.executescript(step)
        connection.execute(f"PRAGMA user_version = {before}")
        Writer(connection).replace("a", [say("a", "lab", website=URL)], (), Health("a"),
                                   now="2026")  # fmt: skip
    with closing(Catalog(connect(path))) as catalog:
        assert catalog.record("lab").website == URL
        with closing(LinkBook(catalog, path)) as book:
            book.keep(look(URL, "404", "2026-01-01"))
        assert dead_websites(catalog) == {"lab"}


def test_what_cannot_be_kept_is_an_error_and_nothing_is_half_there(cache: Cache) -> None:
    cache.replace("a", [say("a", "lab", website=URL)])
    with closing(LinkBook(cache.catalog, cache.path)) as book:
        book.keep(look(URL, "404", "2026-01-01"))
        assert book._own is not None
        book._own.execute("PRAGMA query_only = 1")
        with pytest.raises(CannotWrite):
            book.keep(look(URL, "200", "2026-01-02"))
        book._own.execute("PRAGMA query_only = 0")
        assert looks_at(cache.catalog, [URL])[URL].state == "dead"
        assert book.keep(look(URL, "200", "2026-01-03")).since == "2026-01-03"
