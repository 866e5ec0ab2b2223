"""Killed at any moment, the program leaves a directory of one piece, and a start mends the rest."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.model.query import parse
from ritui.model.source import BUNDLED, Health
from ritui.resources import asset
from ritui.services.library import Library, open_library
from ritui.sources.bundled import read_directory
from ritui.store.answer import Answer
from ritui.store.catalog import Catalog
from ritui.store.schema import connect
from tests.conftest import PATIENCE, Program

BUNDLED_RECORDS: Final = 506
PARTS, ROUNDS, KILLS = 4, 5, 10
"""Syncs: in every round of a part, one is let end and timed, and so many are killed after it."""
STARTS: Final = 20
"""Starts without a cache, or with an older one, that are killed."""
LATEST: Final = 1.2
"""The latest moment of a kill, as a share of the time of a whole run: some come too late."""
FEWER: Final = 446
"""Records of an older edition."""
SIZES: Final = {"Alpha": 400, "Beta": 390}
"""What a generation is recognised by, and how many records it has."""
NEWS: Final = 20
SYNC: Final = ("sync", "list", "news", "--force")
SETTINGS: Final = """
[[source]]
id = "list"
kind = "json"
enabled = true
url = "{list}"
defaults = {{ kind = "infrastructure", country = "UY" }}
map = {{ id = "id", name = "name", city = "city", fields = "city", lat = "lat", lon = "lon" }}

[[source]]
id = "news"
kind = "feed"
enabled = true
url = "{news}"
"""


@dataclass
class Service:
    """A list and its news on this machine, in one of two generations."""

    server: HTTPServer
    word: str = "Alpha"
    asked: list[str] = field(default_factory=list)
    """Paths that were asked for, each with what its answer was asked to be newer than."""

    def __post_init__(self) -> None:
        self.server.expect_request(re.compile("/(list|news)")).respond_with_handler(self._answer)

    @property
    def settings(self) -> str:
        """The settings of somebody who reads both."""
        return SETTINGS.format(list=self.server.url_for("/list"), news=self.server.url_for("/news"))

    def offers_other_than(self, word: str) -> str:
        """Offer the other generation from now on; says which that is."""
        self.word = "Beta" if word == "Alpha" else "Alpha"
        return self.word

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        tag = f'"{self.word}"'
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304)
        is_list = request.path == "/list"
        body = json.dumps(records(self.word)) if is_list else feed(self.word)
        form = "application/json" if is_list else "application/rss+xml"
        return Response(body, content_type=form, headers={"ETag": tag})


def ids(word: str) -> range:
    """Numbers of the records of a generation: most are of both, some of one alone."""
    first = 0 if word == "Alpha" else 60
    return range(first, first + SIZES[word])


def records(word: str) -> list[dict[str, Any]]:
    """All that the list says in a generation. Every third name moves elsewhere in the order."""
    return [
        {
            "id": f"list-{number}",
            "name": f"{'Zeta' if word == 'Beta' and number % 3 == 0 else 'Instituto'} {number}",
            "city": word,
            "lat": -30 - number / 64 - (word == "Beta"),
            "lon": -56.5,
        }
        for number in ids(word)
    ]


def feed(word: str) -> str:
    """The same news in the words of a generation."""
    items = "".join(
        f"<item><title>{word} {number}</title><link>https://news.example/{number}</link>"
        f"<pubDate>Tue, {1 + number % 28:02} Sep 2026 10:00:00 GMT</pubDate></item>"
        for number in range(NEWS)
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


@pytest.fixture
def service(httpserver: HTTPServer) -> Service:
    """A list and its news."""
    httpserver.clear()
    return Service(httpserver)


def reads_both(ritui: Program, service: Service) -> None:
    """Let the settings name the two sources."""
    ritui.paths.config.mkdir(parents=True, exist_ok=True)
    ritui.paths.settings_file.write_text(service.settings, encoding="utf-8")


def killed_after(ritui: Program, seconds: float, *arguments: str) -> bool:
    """Run the program and kill it after a while; whether that was before its end."""
    with subprocess.Popen(
        [*ritui.command, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=ritui.surroundings(),
    ) as process:
        threading.Event().wait(seconds)
        process.kill()
        _, told = process.communicate(timeout=PATIENCE)
    assert told == ""
    return process.returncode != 0


def timed(ritui: Program, *arguments: str) -> float:
    """Let the program come to its end; how many seconds that took."""
    begun = time.perf_counter()
    done = ritui(*arguments)
    assert done.returncode == 0, done.stderr
    return time.perf_counter() - begun


def has_log(ritui: Program) -> bool:
    """Whether something was being written: a run that ends takes its log away."""
    log = ritui.paths.store_file.with_name("directory.sqlite-wal")
    return log.exists() and log.stat().st_size > 0


def copied(ritui: Program, home: Path) -> Path:
    """Another home with all that is in this one."""
    return Path(shutil.copytree(ritui.home, home))


def opened(ritui: Program) -> Library:
    """The directory, in which a start finds nothing to mend or to say."""
    library, notices = open_library(ritui.paths)
    assert notices == []
    beside = {path.name.removeprefix("directory.sqlite") for path in ritui.paths.cache.iterdir()}
    assert beside <= {"", "-wal", "-shm", ".lock"}
    assert library.path == ritui.paths.store_file
    assert library.catalog.check() == []
    return library


def held_generation(ritui: Program) -> str:
    """Check that all that can be read is of one generation; which one that is."""
    with closing(opened(ritui)) as library:
        answer = library.catalog.search(parse("source:list"), None)
        [word] = {values["city"] for values in library.catalog.values(answer)}
        _check_records(library, answer, word)
        _check_answers(library, answer, word)
        _check_health(library, "list", word)
        # Each source has its own transaction: the news may be of the other generation.
        news = library.events("news")
        [word_of_news] = {event.title.split()[0] for event in news}
        assert len(news) == NEWS
        _check_health(library, "news", word_of_news)
    return str(word)


def _check_records(library: Library, answer: Answer, word: str) -> None:
    """The list is there as it was given, and so is the bundled directory."""
    rows = library.catalog.rows(answer, 0, 1_000)
    assert {row.id for row in rows} == {f"list-{number}" for number in ids(word)}
    assert len(rows) == library.held("list") == SIZES[word]
    for said in records(word)[::57]:
        record = library.catalog.record(said["id"])
        assert (record.name, record.city, record.lat) == (said["name"], word, said["lat"])
    assert library.health()[BUNDLED].records == library.held(BUNDLED) == BUNDLED_RECORDS
    assert library.catalog.total == BUNDLED_RECORDS + SIZES[word]


def _check_answers(library: Library, answer: Answer, word: str) -> None:
    """What is found by words, by place and in other orders, and what is counted, is the list."""
    catalog, size = library.catalog, SIZES[word]
    counts = dict(catalog.search(parse(""), ["source"]).counts["source"])
    assert counts == {BUNDLED: BUNDLED_RECORDS, "list": size}
    assert {value: n for value, n in answer.counts["field"] if n} == {word: size}
    for each in SIZES:
        for asked in (f"city:{each}", each, f"{each[:3]} near:-34,-56.5,900km"):
            found = catalog.search(parse(f"{asked} source:list"))
            assert len(found) == (size if each == word else 0), asked
    for catalog.language in ("es", "en"):
        ordered = catalog.search(parse("source:list sort:-name"))
        assert len(catalog.rows(ordered, 0, 1_000)) == size


def _check_health(library: Library, source: str, word: str) -> None:
    """How a source fared, and what news it is asked for next, belong to what is held of it."""
    health = library.health()[source]
    # The news may have come in a run that was killed before the list was written.
    assert health.state in ({"ok", "unchanged"} if source == "news" else {"ok"})
    assert (health.records, health.error) == (library.held(source), {})
    assert [tag for tag, _ in health.validators.values()] == [f'"{word}"']


def told_generation(ritui: Program, word: str) -> None:
    """Check that another run of the program says the same."""
    found = json.loads(ritui("list", "source:list", "--json").stdout)
    assert found["total"] == len(found["records"]) == SIZES[word]
    assert {each["city"] for each in found["records"]} == {word}
    facets = json.loads(ritui("facets", "source:list", "--json").stdout)
    assert facets["total"] == SIZES[word]
    assert [each["value"] for each in facets["facets"]["field"] if each["count"]] == [word]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_sync_killed_at_any_moment_leaves_one_generation(
    ritui: Program, service: Service, part: int
) -> None:
    reads_both(ritui, service)
    timed(ritui, *SYNC)
    held = held_generation(ritui)
    assert held == service.word
    chance = random.Random(f"kill {part}")
    ends: Counter[str] = Counter()
    for _ in range(ROUNDS):
        # Timed anew now and then, since other things go on as well.
        held = service.offers_other_than(held)
        whole = timed(ritui, *SYNC)
        assert held_generation(ritui) == held
        for _ in range(KILLS):
            before, after = held, service.offers_other_than(held)
            is_killed = killed_after(ritui, chance.uniform(0, LATEST * whole), *SYNC)
            is_writing = has_log(ritui)
            held = held_generation(ritui)
            assert held in ({before, after} if is_killed else {after})
            ends["new" if held == after else "writing" if is_writing else "old"] += 1
        told_generation(ritui, held)
    # Some runs were killed before they wrote anything, some while they did, and some too late.
    assert ends.keys() == {"old", "writing", "new"}
    # What is left keeps the next run neither from its work nor from hearing what is new.
    held = service.offers_other_than(held)
    timed(ritui, *SYNC)
    assert held_generation(ritui) == held


def test_a_first_start_killed_at_any_moment_is_made_up_for(
    tmp_path: Path, fresh_ritui: Program
) -> None:
    whole = timed(fresh_ritui, "list", "--limit", "1")
    chance = random.Random("first")
    is_killed: Counter[bool] = Counter()
    for number in range(STARTS):
        ritui = Program(tmp_path / f"fresh-{number}")
        is_killed[killed_after(ritui, chance.uniform(0, LATEST * whole), "list")] += 1
        library, notices = open_library(ritui.paths)
        library.close()
        assert not notices
        assert not [*ritui.paths.cache.glob("*.damaged-*")]
        with closing(opened(ritui)) as library:
            found = len(library.catalog.search(parse("source:bundled")))
            assert found == library.catalog.total == library.held(BUNDLED) == BUNDLED_RECORDS
    assert is_killed[True]


def test_a_start_with_another_edition_killed_at_any_moment_has_one_of_both(
    tmp_path: Path, ritui: Program, service: Service
) -> None:
    reads_both(ritui, service)
    timed(ritui, *SYNC)
    directory = read_directory(asset("directory"))
    with closing(opened(ritui)) as library:
        due = library.catalog.fact("bundled")
        facts = {"bundled": "older", "packaged": "2020-01-01"}
        fared = Health(BUNDLED, "ok", "2020-01-01", "2020-01-01", FEWER)
        library.replace(BUNDLED, directory.claims[:FEWER], directory.events[:5], fared, facts)
    whole = timed(Program(copied(ritui, tmp_path / "timed")), "list", "--limit", "1")
    chance = random.Random("edition")
    ends: Counter[str] = Counter()
    for number in range(STARTS):
        later = Program(copied(ritui, tmp_path / f"later-{number}"))
        killed_after(later, chance.uniform(0, LATEST * whole), "list")
        is_writing = has_log(later)
        # What is there before the next start makes up for it.
        with closing(Catalog(connect(later.paths.store_file))) as catalog:
            assert catalog.check() == []
            is_old = catalog.fact("bundled") == "older"
            assert catalog.fact("bundled") in {"older", due}
            records = FEWER if is_old else BUNDLED_RECORDS
            assert catalog.health()[BUNDLED].records == catalog.held(BUNDLED) == records
            assert len(catalog.search(parse("source:bundled"))) == records
            assert catalog.total == records + SIZES[service.word]
            told = [event for event in catalog.events() if event.source == BUNDLED]
            assert (len(told) == 5) == is_old
        assert held_generation(later) == service.word
        ends["new" if not is_old else "writing" if is_writing else "old"] += 1
    assert ends.keys() >= {"old", "new"}
