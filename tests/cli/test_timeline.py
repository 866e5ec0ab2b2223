"""``ritui timeline``: events between two dates."""

from __future__ import annotations

import csv
import io
import json

import pytest

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


def test_a_time_without_events(ritui: Program) -> None:
    done = ritui("timeline", "--until", "1900", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"total": 0, "events": []}
    assert done.stderr
