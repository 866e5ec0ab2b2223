"""``ics``: read by a library for calendars."""

from __future__ import annotations

from datetime import date
from typing import Any

from icalendar import Calendar

from ritui.model.source import Event as Happening
from ritui.services.export.ics import concerning
from tests.services.selections import ENEMY, EVENTS, hostile_selection, selection, written


def days(text: str) -> list[Any]:
    """The events of a calendar, in their order."""
    found = Calendar.from_ical(text).walk("VEVENT")
    assert not any(each.errors for each in found)
    return list(found)


def test_days_months_and_years() -> None:
    workshop, visit, call = days(written("ics", selection(events=EVENTS[:3])))
    assert workshop.decoded("dtstart") == date(2026, 3, 2)
    assert workshop.decoded("dtend") == date(2026, 3, 5)
    assert workshop["location"] == "Quito, Ecuador"
    assert workshop["description"] == "Bring paper; and ink,\nboth.\nConcerns: The sol"
    assert workshop["url"] == "https://example.org/w?a=%C3%B1%20b"
    assert workshop["categories"].cats == ["workshop"]
    assert "CC-BY-4.0" in workshop["comment"]
    assert f"{workshop.decoded('dtstamp'):%Y-%m-%dT%H:%M:%S%z}" == "2026-11-24T12:00:00+0000"
    assert (visit.decoded("dtstart"), visit.decoded("dtend")) == (
        date(2024, 2, 1),
        date(2024, 3, 1),
    )
    assert "2024-02" in visit["description"]
    assert (call.decoded("dtstart"), call.decoded("dtend")) == (date(2023, 1, 1), date(2024, 1, 1))
    assert "2023" in call["description"]


def test_an_event_keeps_its_uid_and_no_two_share_one() -> None:
    first, second = (
        [str(each["uid"]) for each in days(written("ics", selection(events=events)))]
        for events in (EVENTS[:3], (EVENTS[2], EVENTS[0], EVENTS[1], EVENTS[1]))
    )
    assert first == [second[1], second[2], second[0]]
    assert len({*second}) == 4


def test_lines_are_folded_between_letters() -> None:
    title = "Año de la cooperación científica y tecnológica — 年年年 " * 5
    text = written("ics", selection(events=(Happening("2026-01-01", title),), title=title))
    assert text.count("\n") == text.count("\r\n")
    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])
    [event] = days(text)
    assert event["summary"] == title.strip()


def test_hostile_text_opens_no_event() -> None:
    text = written("ics", hostile_selection())
    found = days(text)
    assert len(found) == len(EVENTS)
    for expected, event in zip(ENEMY, found[4:], strict=True):
        plain = expected.replace("\r\n", "\n").strip()
        assert event["summary"] == event["location"] == event["description"] == plain
        assert "url" not in event
    assert str(Calendar.from_ical(text)["x-wr-calname"]).startswith("one")


def test_which_events_concern_records() -> None:
    assert concerning(EVENTS, {"net"}) == [EVENTS[1]]
    assert concerning(EVENTS, {"sol"}) == [EVENTS[0], EVENTS[1]]
    assert concerning(EVENTS[:4], None) == [*EVENTS[:3]]
    assert concerning(EVENTS, ()) == []
