"""Events in groups of time, and what is counted of them."""

from __future__ import annotations

import pytest

from ritui.i18n import Messages
from ritui.model.source import Event
from ritui.services.timeline import UPCOMING, Asked, Timeline, grouped, is_upcoming, values

TODAY = "2026-06-15"


@pytest.mark.parametrize(
    ("event", "upcoming"),
    [
        (Event("2026-06-14", "yesterday"), False),
        (Event("2026-06-15", "today"), True),
        (Event("2026-06-01", "since the first", end="2026-06-15"), True),
        (Event("2026-06", "some day of this month"), True),
        (Event("2026-05", "last month"), False),
        (Event("2026", "some day of this year"), True),
        (Event("2026-06-15", "told today", kind="news"), False),
        (Event("2026-06-16", "dated ahead", kind="news"), True),
    ],
    ids=lambda each: each.title if isinstance(each, Event) else "",
)
def test_what_is_upcoming(event: Event, upcoming: bool) -> None:
    assert is_upcoming(event, TODAY) is upcoming


def test_groups_lose_nothing_and_are_in_order() -> None:
    dates = ("2010", "2010-02", "2025-12-31", "2026-01-01", "2026-07-01", "2027-01-01")
    events = [Event(date, date) for date in dates]
    newest = grouped(events, TODAY)
    assert [title for title, _ in newest] == [UPCOMING, "2026", "2025", "2010"]
    told = [event.date for _, within in newest for event in within]
    assert told == ["2026-07-01", "2027-01-01", "2026-01-01", "2025-12-31", "2010-02", "2010"]
    oldest = grouped(events, TODAY, oldest_first=True)
    assert [event.date for _, within in oldest for event in within] == [*dates]


def test_a_count_is_what_choosing_the_value_gives() -> None:
    kinds = ("news", "newsletter", "call", "")
    events = [
        Event(f"20{year}-01-0{day}", f"word{day} thing", kind=kinds[day % 4],
              country=("UY", "BR", "")[day % 3], source=("a", "b")[day % 2])
        for year in range(20, 24) for day in range(1, 9)
    ]  # fmt: skip
    timeline = Timeline(events, {}, Messages())
    for asked in (Asked(), Asked("thing", (("kind", "event"),)), Asked("", (("country", "UY"),))):
        for facet, pairs in timeline.counts(asked).items():
            for value, number in pairs:
                assert len(timeline.select(asked.only(facet, value))) == number, (facet, value)
    assert values(events[0], "kind") == ("news", "newsletter")
    assert [event.title for event in timeline.select(Asked("WORD3 thin"))] == ["word3 thing"] * 4
    assert timeline.select(Asked("hing")) == []
