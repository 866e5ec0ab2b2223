"""When a source is asked again, and how the sources stand together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ritui.model.source import LIMIT, Health, Source, due, standing

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def source(every: str = "30d", id_: str = "a", *, enabled: bool = True) -> Source:
    return Source(id_, "csv", every=every, enabled=enabled)


@pytest.mark.parametrize(
    ("every", "after"),
    [("30d", timedelta(days=30)), ("12h", timedelta(hours=12)), ("1d", timedelta(days=1))],
)
@pytest.mark.parametrize("state", ["ok", "unchanged", "failed"])
def test_it_rests_from_its_last_success(every: str, after: timedelta, state: str) -> None:
    health = Health("a", state, NOON.isoformat(), NOON.isoformat())
    assert due(source(every), health) == NOON + after


@pytest.mark.parametrize(
    ("every", "succeeded"),
    [("30d", ""), ("soon", NOON.isoformat()), ("", NOON.isoformat()), ("30d", "once"),
     ("9999999d", NOON.isoformat()), ("d", NOON.isoformat())],
)  # fmt: skip
def test_nothing_holds_it_back(every: str, succeeded: str) -> None:
    assert due(source(every), Health("a", "ok", succeeded, succeeded)) is None


def test_a_time_without_a_zone_is_utc() -> None:
    assert due(source("1d"), Health("a", "ok", "", "2026-11-24")) == datetime(
        2026, 11, 25, tzinfo=UTC
    )


def limited(again: str, succeeded: str = "", tried: datetime = NOON) -> Health:
    return Health("a", "failed", tried.isoformat(), succeeded, 3, {"key": LIMIT, "again": again})


def test_a_limit_without_a_date_is_of_the_day_it_was_met() -> None:
    local = NOON.astimezone()
    moment = due(source(), limited("23:58"))
    assert moment == local.replace(hour=23, minute=58)
    assert moment is not None
    assert moment.utcoffset() == timedelta(0)


def test_a_limit_with_a_date() -> None:
    expected = datetime(2026, 12, 1, 6, 30).astimezone()
    assert due(source(), limited("2026-12-01 06:30")) == expected


def test_the_later_of_both_holds() -> None:
    rested = NOON + timedelta(days=30)
    assert due(source(), limited("2026-11-25 06:30", NOON.isoformat())) == rested
    again = limited("2027-03-01 06:30", NOON.isoformat())
    assert due(source(), again) == datetime(2027, 3, 1, 6, 30).astimezone()


@pytest.mark.parametrize("again", ["", "soon", "25:00", "2026-13-01 06:30", " "])
def test_a_limit_that_cannot_be_read_is_none(again: str) -> None:
    assert due(source(), limited(again)) is None


def test_another_failure_holds_nothing_back() -> None:
    error = {"key": "error.source-refused", "again": "23:00"}
    assert due(source(), Health("a", "failed", NOON.isoformat(), "", 0, error)) is None


def test_how_the_enabled_sources_stand() -> None:
    sources = [source(id_=id_) for id_ in "abcd"] + [source(id_="e", enabled=False)]
    health = {
        "a": Health("a", "ok", "2026-11-24T00:00:00+00:00", "2026-11-24T00:00:00+00:00"),
        "b": Health("b", "unchanged", "2026-11-22T00:00:00+00:00", "2026-11-22T00:00:00+00:00"),
        "c": Health("c", "failed", "2026-11-24T00:00:00+00:00", "2026-11-20T00:00:00+00:00"),
        "e": Health("e", "ok", "2025-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"),
    }
    found = standing(sources, health)
    assert (found.good, found.enabled, found.tried) == (2, 4, True)
    assert found.oldest == "2026-11-20T00:00:00+00:00"


def test_sources_that_were_never_asked_have_no_age() -> None:
    found = standing([source(), source(id_="e", enabled=False)], {})
    assert (found.good, found.enabled, found.tried, found.oldest) == (0, 1, False, "")
    failed = standing([source()], {"a": Health("a", "failed", NOON.isoformat())})
    assert (failed.good, failed.tried, failed.oldest) == (0, True, "")
