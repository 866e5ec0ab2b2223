"""Sources side by side into a cache that is a dictionary, with kinds made for the test."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ritui.errors import (
    CannotWrite,
    Offline,
    SourceRefused,
    SourceUnreachable,
    SourceUnusable,
    UnknownWord,
)
from ritui.i18n import Messages
from ritui.model.claim import Claim
from ritui.model.source import Counts, Event, Health, Source
from ritui.services import sync as service
from ritui.services.sync import Progress, Result, sync
from ritui.sources import KINDS
from ritui.sources.answer import Limits
from ritui.sources.base import Page
from ritui.sources.fetch import Door
from ritui.store.intake import Intake

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Shelf:
    """A cache in memory, which keeps an account of what was asked of it."""

    claims: dict[str, dict[str, Claim]] = field(default_factory=dict)
    told: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    notes: dict[str, Health] = field(default_factory=dict)
    refuses: Exception | None = None
    threads: set[int] = field(default_factory=set)
    writing: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event | None = None

    def health(self) -> Mapping[str, Health]:
        return dict(self.notes)

    def held(self, source: str) -> int:
        return len(self.claims.get(source, {}))

    def events(self, source: str) -> Sequence[Event]:
        return self.told.get(source, ())

    def intake(self) -> Intake:
        return Intake()

    def compare(self, source: str, claims: Intake, events: Sequence[Event]) -> Counts:
        old = self.claims.get(source, {})
        new = {claim.ref: claim for claim in claims.claims(source)}
        both = old.keys() & new.keys()
        same = sum(old[ref] == new[ref] for ref in both)
        before, after = {*self.told.get(source, ())}, {*events}
        return Counts(
            len(new) - len(both) + len(after - before),
            len(both) - same,
            len(old) - len(both) + len(before - after),
            same,
        )

    def replace(
        self, source: str, claims: Intake, events: Sequence[Event], health: Health
    ) -> Counts:
        self.threads.add(threading.get_ident())
        self.writing.set()
        if self.go_on:
            self.go_on.wait(5)
        if self.refuses:
            raise self.refuses
        counts = self.compare(source, claims, events)
        self.claims[source] = {claim.ref: claim for claim in claims.claims(source)}
        self.told[source] = tuple(events)
        self.notes[source] = health
        return counts

    def remember(self, health: Health) -> None:
        if self.refuses:
            raise self.refuses
        self.notes[health.source] = health


def said(source: str, *names: str) -> tuple[Claim, ...]:
    """Claims whose key is the first letter of their name."""
    return tuple(Claim(source, name[0], {"name": name}) for name in names)


def holding(source: str, *names: str) -> Shelf:
    claims = {claim.ref: claim for claim in said(source, *names)}
    old = "2026-01-01T00:00:00+00:00"
    return Shelf({source: claims}, notes={source: Health(source, "ok", old, old, len(claims))})


class Told:
    """A kind that yields what the test put in the options, and fails or waits where it says."""

    licence = "CC0-1.0"

    @staticmethod
    def check(source: Source) -> None:
        if "wrong" in source.options:
            raise UnknownWord("option", "wrong")

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        for step in source.options["steps"]:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Page):
                yield step
            elif isinstance(step, str):
                await door.get(source, step)
            else:
                await step()


@pytest.fixture(autouse=True)
def _told_is_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("dict[str, str]", KINDS), "told", f"{__name__}:Told")


def told(id_: str, *steps: object, **options: Any) -> Source:
    return Source(id_, "told", options={"steps": steps, **options})


def page(source: str, *names: str, **rest: Any) -> Page:
    return Page(said(source, *names), **rest)


async def run(shelf: Shelf, *sources: Source, **how: Any) -> list[Result]:
    async with Door(offline=how.pop("offline", False), limits=how.pop("limits", None)) as door:
        return await sync(shelf, sources, door=door, now=lambda: NOON, **how)


async def test_replaces_counts_and_tells() -> None:
    shelf = holding("a", "ab", "c", "d")
    seen: list[Progress] = []
    first = page("a", "ax", "c", expected=4, faults=("x: bad",), dropped=("c: city",))
    second = page("a", "e", "f", events=(Event("2026", "Workshop"),), moved="https://new.example")
    [result] = await run(shelf, told("a", first, second), report=seen.append)
    assert (result.id, result.state, result.error) == ("a", "ok", None)
    assert (result.added, result.changed, result.removed, result.unchanged) == (3, 1, 1, 1)
    assert (result.rejected, result.faults, result.dropped) == (1, ("x: bad",), ("c: city",))
    assert result.moved == "https://new.example"
    assert shelf.claims["a"]["a"].values["name"] == "ax"
    assert shelf.told["a"][0].title == "Workshop"
    time = "2026-11-24T12:00:00+00:00"
    noted = shelf.notes["a"]
    assert replace(noted, settings="") == Health("a", "ok", time, time, 4)
    assert len(noted.settings) == 32
    assert [(each.phase, each.done, each.expected) for each in seen] == [
        ("fetching", 0, None),
        ("fetching", 2, 4),
        ("fetching", 4, None),
        ("writing", 4, 4),
        ("done", 5, None),
    ]
    assert threading.get_ident() not in shelf.threads


async def test_nothing_new_and_nothing_there() -> None:
    shelf = holding("a", "ab", "c")
    [same, empty] = await run(shelf, told("a", page("a", "ab", "c")), told("b", Page()))
    assert (same.state, same.unchanged, shelf.notes["a"].state) == ("unchanged", 2, "unchanged")
    assert shelf.notes["a"].succeeded == "2026-11-24T12:00:00+00:00"
    assert (empty.state, shelf.notes["b"].records) == ("unchanged", 0)


async def test_a_dry_run_changes_nothing() -> None:
    shelf = holding("a", "ab", "c")
    before = dict(shelf.notes)
    good = told("a", page("a", "ab", "x"))
    bad = told("b", SourceRefused("b", "https://b.example", 404))
    lost = told("a", page("a"))
    results = [(await run(shelf, each, dry_run=True))[0] for each in (good, bad, lost)]
    assert [each.state for each in results] == ["ok", "failed", "held"]
    assert (results[0].added, results[0].removed) == (1, 1)
    assert shelf.notes == before
    assert shelf.claims["a"].keys() == {"a", "c"}


@pytest.mark.parametrize(
    ("every", "succeeded", "state"),
    [
        ("30d", "2026-11-01T00:00:00+00:00", "fresh"),
        ("12h", "2026-11-24T00:00:01+00:00", "fresh"),
        ("12h", "2026-11-24T00:00:00+00:00", "ok"),
        ("30d", "", "ok"),
        ("30d", "2027-01-01T00:00:00+00:00", "ok"),
        ("30d", "2026-11-23T00:00:00", "fresh"),
    ],
)
async def test_is_not_asked_before_its_time(every: str, succeeded: str, state: str) -> None:
    shelf = Shelf(notes={"a": Health("a", "ok", succeeded, succeeded, 7)})
    source = Source("a", "told", every=every, options={"steps": [page("a", "new")]})
    [result] = await run(shelf, source)
    assert result.state == state
    [result] = await run(shelf, source, force=True)
    assert result.state in {"ok", "unchanged"}


@pytest.mark.parametrize(
    ("found", "state"), [("", "held"), ("abcdef", "held"), ("abcdefg", "ok"), ("abcdexyz", "ok")]
)
async def test_much_lost_at_once_is_held_back(found: str, state: str) -> None:
    shelf = holding("a", *"abcdefghij")
    source = told("a", page("a", *found))
    [result] = await run(shelf, source)
    assert result.state == state
    if state == "ok":
        return
    assert result.removed == 10 - len(found)
    assert len(shelf.claims["a"]) == 10
    note = shelf.notes["a"]
    assert (note.state, note.records, note.succeeded[:10]) == ("failed", 10, "2026-01-01")
    key, facts = note.error["key"], {k: v for k, v in note.error.items() if k != "key"}
    assert f"{len(found)} records instead of 10" in Messages()(f"{key}.what", **facts)
    assert "--accept-loss" in Messages()(f"{key}.remedy", **facts)
    [result] = await run(shelf, source, accept_loss=True)
    assert (result.state, len(shelf.claims["a"])) == ("ok", len(found))
    assert shelf.notes["a"].error == {}


async def test_one_that_fails_harms_no_other() -> None:
    shelf = holding("bad", "ab")
    refused = SourceRefused("bad", "https://bad.example", 404, "gone")
    results = await run(
        shelf,
        told("bad", page("bad", "x"), refused),
        told("good", page("good", "b")),
        told("unset", wrong=True),
    )
    assert [each.state for each in results] == ["failed", "ok", "failed"]
    assert results[0].error is refused
    assert isinstance(results[2].error, UnknownWord)
    assert shelf.claims["bad"].keys() == {"a"}
    assert shelf.notes["bad"] == Health(
        "bad",
        "failed",
        "2026-11-24T12:00:00+00:00",
        "2026-01-01T00:00:00+00:00",
        1,
        {
            "key": "error.source-refused",
            "source": "bad",
            "url": "https://bad.example",
            "status": "404",
            "reason": "gone",
        },
    )
    facts = {name: value for name, value in shelf.notes["bad"].error.items() if name != "key"}
    assert "404" in Messages()(f"{shelf.notes['bad'].error['key']}.what", **facts)


async def test_a_fault_in_a_kind_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    shelf = Shelf()
    source = told("a", KeyError("hush"), url="https://me:hush@a.example/x?api_key=hush")
    with caplog.at_level(logging.ERROR):
        [result, other] = await run(shelf, source, told("b", page("b", "b")))
    assert isinstance(result.error, SourceUnusable)
    assert result.error.url == "https://a.example/x"
    assert result.error.reason.endswith("in the kind told: KeyError")
    assert "hush" not in str(result.error)
    assert "Traceback" in caplog.text
    assert other.state == "ok"


async def test_what_the_cache_cannot_write_is_a_failure_too(tmp_path: Any) -> None:
    shelf = holding("a", "ab")
    shelf.refuses = CannotWrite(tmp_path, "no space left")
    [result] = await run(shelf, told("a", page("a", "b")))
    assert (result.state, result.error) == ("failed", shelf.refuses)


async def test_offline_says_so_and_is_no_fault_of_the_source() -> None:
    shelf = holding("a", "ab")
    before = dict(shelf.notes)
    [result] = await run(shelf, told("a", "https://a.example/"), offline=True)
    assert isinstance(result.error, Offline)
    assert shelf.notes == before


async def test_a_source_that_takes_too_long() -> None:
    [result, other] = await run(
        Shelf(),
        told("a", page("a", "x"), asyncio.Event().wait),
        told("b", page("b", "b")),
        limits=Limits(source=0.06),
    )
    assert isinstance(result.error, SourceUnreachable)
    assert result.error.reason == "not done after 0.001 minutes"
    assert other.state == "ok"


async def test_too_many_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    [result] = await run(Shelf(), told("a", page("a", "a", "b"), page("a", "c")))
    assert isinstance(result.error, SourceUnusable)
    assert result.error.reason == "more than 2 records"


async def test_stopping_keeps_the_old_and_lets_the_others_be() -> None:
    shelf = holding("slow", "ab")
    stop, waits = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        waits.set()
        await asyncio.Event().wait()

    def ended(progress: Progress) -> None:
        if progress.phase == "done" and progress.source == "quick":
            done.set()

    done = asyncio.Event()
    slow, quick = told("slow", page("slow", "x"), wait), told("quick", page("quick", "b"))
    task = asyncio.create_task(run(shelf, slow, quick, stop=stop, report=ended))
    await waits.wait()
    await done.wait()
    stop.set()
    assert [each.state for each in await task] == ["cancelled", "ok"]
    assert shelf.claims["slow"].keys() == {"a"}
    assert shelf.notes["slow"].state == "ok"
    [late] = await run(shelf, quick, stop=stop, force=True)
    assert late.state == "cancelled"


async def test_cancelled_from_outside_it_keeps_the_old() -> None:
    shelf, waits = holding("a", "ab"), asyncio.Event()

    async def wait() -> None:
        waits.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(run(shelf, told("a", page("a", "x"), wait)))
    await waits.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shelf.claims["a"].keys() == {"a"}
    assert shelf.notes["a"].state == "ok"


@pytest.mark.parametrize("by_event", [True, False])
async def test_what_is_being_written_is_let_finish(by_event: bool) -> None:
    shelf = holding("a", "ab")
    shelf.go_on = threading.Event()
    stop = asyncio.Event()
    task = asyncio.create_task(run(shelf, told("a", page("a", "x", "y")), stop=stop))
    await asyncio.to_thread(shelf.writing.wait, 5)
    stop.set() if by_event else task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    shelf.go_on.set()
    if by_event:
        assert (await task)[0].state == "ok"
    else:
        with pytest.raises(asyncio.CancelledError):
            await task
    assert shelf.claims["a"].keys() == {"x", "y"}


async def test_a_real_source_from_address_to_cache(
    monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer
) -> None:
    monkeypatch.undo()
    record: dict[str, object] = {
        "id": "https://ror.org/02trn6p95",
        "names": [{"value": "CSIC", "types": ["ror_display", "label"], "lang": "es"}],
    }
    httpserver.expect_request("/v2").respond_with_json({"number_of_results": 1, "items": [record]})
    httpserver.expect_request("/gone").respond_with_data("moved out", 410)
    shelf = Shelf()

    def ror(id_: str, path: str) -> Source:
        return Source(id_, "ror", options={"url": httpserver.url_for(path)})

    good, gone = await run(shelf, ror("ror", "/v2"), ror("gone", "/gone"))
    assert (good.state, good.added) == ("ok", 1)
    assert good.bytes == len(httpserver.log[0][1].data)
    assert shelf.claims["ror"]["https://ror.org/02trn6p95"].values["names"] == {"es": "CSIC"}
    assert isinstance(gone.error, SourceRefused)
    assert (gone.error.status, gone.error.reason) == (410, "the text “moved out”")


def test_every_word_of_a_sync_is_there() -> None:
    messages = Messages()
    for state in ("ok", "unchanged", "failed", "held", "fresh", "cancelled"):
        assert messages(f"sync.state.{state}")
    for phase in ("fetching", "writing", "done"):
        assert messages(f"progress.{phase}", source="a", done=1, expected=2)


# --- what is asked again only if anything is new ---


def tagged(httpserver: HTTPServer, etag: str, asked: list[str]) -> str:
    """A file that says whether it is still the one that is known."""

    def answer(request: Request) -> Response:
        known = request.headers.get("If-None-Match", "")
        asked.append(known)
        return Response(status=304) if known == etag else Response("x", headers={"ETag": etag})

    httpserver.expect_request("/file").respond_with_handler(answer)
    return httpserver.url_for("/file")


class Asking:
    """A kind of one file, which is all there is of it."""

    licence = "CC0-1.0"

    @staticmethod
    def check(source: Source) -> None:
        pass

    @staticmethod
    async def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        await door.get(source, str(source.options["url"]), conditional=True)
        yield page(source.id, *source.options["names"])


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cast("dict[str, str]", KINDS), "asking", f"{__name__}:Asking")


@pytest.mark.usefixtures("asking")
async def test_what_has_not_changed_is_not_sent_again(httpserver: HTTPServer) -> None:
    asked: list[str] = []
    url = tagged(httpserver, '"1"', asked)
    source = Source("a", "asking", options={"url": url, "names": ["ab", "c"]})
    shelf = Shelf()
    assert (await run(shelf, source))[0].state == "ok"
    assert [*shelf.notes["a"].validators.values()] == [['"1"', ""]]
    before = shelf.claims["a"]
    [again] = await run(shelf, replace(source, every="1h"), force=False)
    assert again.state == "fresh"
    later = NOON + timedelta(days=40)
    async with Door() as door:
        [result] = await sync(shelf, [source], door=door, now=lambda: later)
    assert (result.state, result.unchanged, asked) == ("unchanged", 2, ["", '"1"'])
    assert shelf.claims["a"] is before
    assert shelf.notes["a"].succeeded == later.isoformat()
    # Forced, asked for something else, or told to take a loss: then all of it is wanted.
    await run(shelf, source, force=True)
    more = replace(source, options={**source.options, "names": ["ab", "c", "d"]})
    async with Door() as door:
        [result] = await sync(shelf, [more], door=door, now=lambda: later + timedelta(days=40))
    assert (result.state, asked[2:]) == ("ok", ["", ""])


@pytest.mark.usefixtures("asking")
async def test_what_was_held_back_is_asked_for_as_what_is_kept(httpserver: HTTPServer) -> None:
    asked: list[str] = []
    shelf = Shelf()
    kept = Source("a", "asking", options={"url": tagged(httpserver, '"1"', asked), "names": "abcd"})
    await run(shelf, kept)
    httpserver.clear()
    tagged(httpserver, '"2"', asked)
    less = replace(kept, options={**kept.options, "names": ["a"]})
    assert (await run(shelf, less, force=True))[0].state == "held"
    assert [*shelf.notes["a"].validators.values()] == [['"1"', ""]]
    assert shelf.notes["a"].state == "failed"
    [result] = await run(shelf, less, force=True, accept_loss=True)
    assert (result.state, result.removed) == ("ok", 3)
    assert [*shelf.notes["a"].validators.values()] == [['"2"', ""]]


async def test_a_look_keeps_nothing_of_what_was_given(httpserver: HTTPServer) -> None:
    shelf = holding("a", "ab")
    before = dict(shelf.notes)
    await run(shelf, told("a", page("a", "ab")), dry_run=True)
    assert shelf.notes == before


# --- events ---


def news(*days: int) -> tuple[Event, ...]:
    return tuple(Event(f"2026-05-{day:02}", f"News {day}", source="a") for day in days)


async def test_much_lost_of_the_events_is_held_back_as_well() -> None:
    shelf = holding("a")
    shelf.told["a"] = news(*range(1, 11))
    [result] = await run(shelf, told("a", Page(events=news(1, 2, 3))))
    assert result.state == "held"
    assert shelf.told["a"] == news(*range(1, 11))
    error = shelf.notes["a"].error
    assert (error["held"], error["found"]) == ("10", "3")
    [result] = await run(shelf, told("a", Page(events=news(*range(3, 12)))), force=True)
    assert (result.state, shelf.told["a"]) == ("ok", news(*range(3, 12)))


async def test_who_only_tells_the_newest_takes_nothing_away() -> None:
    shelf = holding("a")
    shelf.told["a"] = news(*range(1, 11))
    [result] = await run(shelf, told("a", Page(events=news(10, 11), partial=True)))
    assert result.state == "ok"
    assert {event.date for event in shelf.told["a"]} == {each.date for each in news(*range(1, 12))}
    assert len(shelf.told["a"]) == 11


async def test_plain_http_is_said() -> None:
    shelf = holding("a")
    sources = [
        told(id_, page(id_, "x"), url=url)
        for id_, url in (("a", "http://plain.example/x"), ("b", "https://safe.example/"),
                         ("c", "http://127.0.0.1/x"), ("d", "/a/path.csv"))
    ]  # fmt: skip
    assert [each.plain for each in await run(shelf, *sources)] == [True, False, False, False]
