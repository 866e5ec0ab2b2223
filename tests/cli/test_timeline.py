"""``ritui timeline``: events between two dates."""

from __future__ import annotations

import csv
import io
import json

import pytest
from icalendar import Calendar

from ritui.cli.timeline import COLUMNS
from tests.conftest import Program


def test_every_event_in_order(ritui: Program) -> None:
    found = json.loads(ritui("timeline", "--json").stdout)
    assert found["total"] == len(found["events"]) == 61
    dates = [event["date"] for event in found["events"]]
    assert dates == sorted(dates)
    for event in found["events"]:
        assert list(event) == [key for key in COLUMNS if key in event]
        assert "" not in event.values()


@pytest.mark.parametrize(
    ("since", "until"), [("2021", ""), ("", "2021"), ("2021-03", "2022-06"), ("2019-11-27", "2019")]
)
def test_between_dates(ritui: Program, since: str, until: str) -> None:
    asked = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
    events = json.loads(ritui("timeline", "--json", *asked).stdout)["events"]
    assert events
    for event in events:
        # Of what is only known by its year, any day of it may be meant.
        assert event.get("end", event["date"]) + "~" >= since
        assert event["date"][: len(until)] <= until or not until
    everything = json.loads(ritui("timeline", "--json").stdout)["events"]
    left_out = [event for event in everything if event not in events]
    assert all(
        event.get("end", event["date"]) + "~" < since
        or (until and event["date"][: len(until)] > until)
        for event in left_out
    )


def test_the_forms_say_the_same(ritui: Program) -> None:
    events = json.loads(ritui("timeline", "--json").stdout)["events"]
    lines = ritui("timeline", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == events
    assert len(ritui("timeline").stdout.splitlines()) == len(events)
    text = ritui("timeline", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["title"] for row in rows] == [event["title"] for event in events]


def events(ritui: Program, *arguments: str) -> list[dict[str, str]]:
    """The events that a run prints."""
    done = ritui("timeline", "--json", *arguments)
    found: list[dict[str, str]] = json.loads(done.stdout)["events"]
    return found


def test_narrowed_by_kind_country_and_source(ritui: Program) -> None:
    everything = events(ritui)
    called = events(ritui, "--kind", "call,workshop")
    assert called == [each for each in everything if each.get("kind") in {"call", "workshop"}]
    assert called
    news, others = events(ritui, "--kind", "news"), events(ritui, "--kind", "event")
    assert {each["kind"] for each in news} == {"news", "newsletter"}
    assert len(news) + len(others) == len(everything)
    there = events(ritui, "--country", "uy,BR", "--since", "2019")
    assert {each["country"] for each in there} == {"UY", "BR"}
    assert there == [each for each in there if each["date"] >= "2019"]
    assert events(ritui, "--source", "bundled") == everything
    assert ritui("timeline", "--source", "nobody").returncode == 1


def test_words_are_looked_for_without_accents(ritui: Program) -> None:
    [found] = events(ritui, "BINATIONAL", "montevid")
    assert found["date"] == "2026-01-28"
    assert {each["country"] for each in events(ritui, "argent")} == {"AR"}
    done = ritui("timeline", "nowhere-at-all")
    assert done.returncode == 1
    assert not done.stdout


@pytest.mark.parametrize(
    ("asked", "nearest"), [(("--kind", "wrkshop"), "“workshop”"), (("--country", "ZZ"), "“ZZ”")]
)
def test_a_wrong_value_is_named(ritui: Program, asked: tuple[str, str], nearest: str) -> None:
    done = ritui("timeline", *asked)
    assert done.returncode == 2
    assert nearest in done.stderr


def test_a_calendar_of_what_was_found(ritui: Program) -> None:
    asked = ("--kind", "call,news", "--since", "2015")
    done = ritui("timeline", "--format", "ics", *asked)
    assert (done.returncode, done.stderr) == (0, "")
    found = Calendar.from_ical(done.stdout).walk("VEVENT")
    assert [str(each["summary"]) for each in found] == [
        each["title"] for each in events(ritui, *asked)
    ]
    done = ritui("timeline", "--format", "ics", "--until", "1900")
    assert (done.returncode, done.stdout) == (1, "")


def test_a_time_without_events(ritui: Program) -> None:
    done = ritui("timeline", "--until", "1900", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"total": 0, "events": []}
    assert done.stderr
