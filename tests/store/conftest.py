"""Caches of a test's own, and the claims that fill them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest

from ritui.model.claim import Claim
from ritui.model.record import Provenance
from ritui.model.source import Counts, Event, Health
from ritui.resources import asset
from ritui.sources.bundled import Directory, read_directory
from ritui.store.catalog import Catalog
from ritui.store.schema import connect
from ritui.store.writer import Writer


def say(source: str, ref: str, **values: Any) -> Claim:
    """What a source says about one thing: all of it in one piece of evidence."""
    values = {"id": ref, "kind": "infrastructure", "name": ref.title(), **values}
    evidence = Provenance(source, source.upper(), f"https://{source}.example/", "", "", (*values,))
    return Claim(source, ref, values, (evidence,))


class Cache:
    """One cache file, with the one who writes it and one who reads it."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.path = path
        self._stack = stack
        self.catalog = self.another_reader()

    def another_reader(self, language: str = "en") -> Catalog:
        """Someone else who reads, through a connection of their own."""
        return self._stack.enter_context(closing(Catalog(connect(self.path), language)))

    def writer(self, *precedence: str) -> Writer:
        """Someone who writes, trusting some sources more than others."""
        return self._stack.enter_context(closing(Writer(connect(self.path), precedence)))

    def replace(
        self,
        source: str,
        claims: Sequence[Claim],
        events: Sequence[Event] = (),
        *,
        now: str = "2026-01-01T00:00:00+00:00",
        health: Health | None = None,
        facts: Mapping[str, str] | None = None,
        precedence: Sequence[str] = (),
    ) -> Counts:
        """What a sync of one source does at the end."""
        fared = health or Health(source, "ok", now, now, len(claims))
        with closing(Writer(connect(self.path), precedence)) as writer:
            return writer.replace(source, claims, events, fared, now=now, facts=facts)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    """A new cache."""
    with ExitStack() as stack:
        yield Cache(tmp_path / "cache.sqlite", stack)


@pytest.fixture(scope="session")
def open_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Cache]]:
    """What makes caches that several tests read."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("caches")
        yield lambda name: Cache(folder / f"{name}.sqlite", stack)


@pytest.fixture(scope="session")
def directory() -> Directory:
    """The directory that comes with the program."""
    return read_directory(asset("directory"))
