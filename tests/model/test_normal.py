"""Normalising: what a source says becomes fit values and named faults, and never an exception."""

from __future__ import annotations

import inspect
import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritui.model import normal
from ritui.model.normal import Unfit, normalise, ror_id, slug, web_address, wikidata_id
from ritui.model.record import KEYS, from_json, to_json


@pytest.mark.parametrize(
    ("key", "raw", "fit"),
    [
        ("id", "Observatorio Ñandú (UY)", "observatorio-nandu-uy"),
        ("name", "  Two \n words\u202e ", "Two words"),
        ("name", "[draft] Łab", "[draft] Łab"),
        ("city", 42, "42"),
        ("country", "uy", "UY"),
        ("countries", ["ar", "UY", "AR"], ["AR", "UY"]),
        ("countries", "uy", ["UY"]),
        ("names", {"ES": " A ", "pt": "", "": "B"}, {"es": "A"}),
        ("lat", "-34.9", None),
        ("areas", ["energy", "energy"], ["energy"]),
        ("established", "1990", 1990),
        ("established", 1990.0, 1990),
        ("established", 1000, 1000),
        ("established", datetime.now(UTC).year + 5, datetime.now(UTC).year + 5),
        ("fields", ("b", "a", "b "), ["b", "a"]),
        ("related", [{"id": "a", "rel": "member"}, {"rel": "member", "id": " a"}],
         [{"id": "a", "rel": "member"}]),
        ("names", {"EN": [1], "es": "A", "en": "B"}, {"en": "B", "es": "A"}),
        ("summary", "a\r\nb  ", "a\nb"),
        ("website", " https://example.org/ä?x=[1] ", "https://example.org/ä?x=[1]"),
        ("links", [{"rel": "", "url": "http://a.example"}], [{"rel": "page", "url": "http://a.example"}]),
        ("links", [{"url": "http://a.example"}], [{"rel": "page", "url": "http://a.example"}]),
        ("identifiers", {"ROR": "ror.org/03WMF1Y16", "wikidata": "q42", "isni": 1, "x": None},
         {"ror": "https://ror.org/03wmf1y16", "wikidata": "Q42", "isni": "1"}),
        ("contacts", [{"email": "a@b.c", "role": " "}, {}], [{"email": "a@b.c"}]),
        ("grant", {"number": 101, "start": "2024-01", "budget_eur": 5},
         {"number": "101", "start": "2024-01", "budget_eur": 5}),
        ("related", [{"id": "a", "rel": "part-of"}], [{"id": "a", "rel": "part-of"}]),
        ("verified", False, False),
    ],
)  # fmt: skip
def test_fit_values(key: str, raw: Any, fit: Any) -> None:
    found, faults = normalise({key: raw})
    if fit is None:
        assert key not in found
        return
    assert (found, faults) == ({key: fit}, [])


@pytest.mark.parametrize("raw", [None, "", "  \n", [], {}, "\x1b[2J"])
def test_what_is_empty_is_unknown_and_no_fault(raw: Any) -> None:
    for key in ("name", "summary"):
        if not isinstance(raw, list | dict):
            assert normalise({key: raw}) == ({}, [])
    for key in ("partners", "fields"):
        if not isinstance(raw, dict):
            assert normalise({key: raw}) == ({}, [])
    assert normalise({"names": {"en": raw if isinstance(raw, str) else ""}}) == ({}, [])


@pytest.mark.parametrize(
    ("key", "raw", "fault"),
    [
        ("naam", "x", "naam: unknown key"),
        ("provenance", [], "provenance: unknown key"),
        ("a\x1b[2Jb\n" + "c" * 99, 1, f"ab {'c' * 57}: unknown key"),
        ("name", ["x"], "name: not a text"),
        ("name", True, "name: not a text"),
        ("kind", "lab", "kind: lab is not one of infrastructure, pilot, platform, project, "
         "network, working-group"),
        ("country", "Uruguay", "country: URUGUAY is not an ISO 3166-1 alpha-2 code"),
        ("names", ["x"], "names: not a table"),
        ("lat", "north", "lat: could not convert string to float: 'north'"),
        ("lat", True, "lat: not a number"),
        ("lat", float("nan"), "lat: nan is outside ±90 degrees"),
        ("lon", 180.5, "lon: 180.5 is outside ±180 degrees"),
        ("lat", 10**400, "lat: int too large to convert to float"),
        ("established", 999, "established: 999 is no year of a founding or an end"),
        ("established", 2500, "established: 2500 is no year of a founding or an end"),
        ("established", 9999, "established: 9999 is no year of a founding or an end"),
        ("established", 1990.5, "established: 1990.5 is no whole number"),
        ("established", float("inf"), "established: cannot convert float infinity to integer"),
        ("established", "soon", "established: invalid literal for int() with base 10: 'soon'"),
        ("website", "ftp://a.example", "website: not a web address: ftp://a.example"),
        ("website", 5, "website: not a text"),
        ("partners", 5, "partners: not a list"),
        ("partners", {"a": 1}, "partners: not a list"),
        ("links", [{"rel": "x"}], "links: url is missing"),
        ("links", ["http://a.example"], "links: not a table"),
        ("related", [{"id": " ", "rel": "part-of"}], "related: id is missing"),
        ("contacts", ["me"], "contacts: not a table"),
        ("grant", {"start": "May"}, "grant: start May is not an ISO date"),
        ("verified", 1, "verified: not true or false"),
        ("identifiers", {"ror": "042"}, "identifiers: ror: not a ROR id: 042"),
        ("identifiers", {"ror": 42}, "identifiers: ror: not a ROR id: 42"),
    ],
)  # fmt: skip
def test_an_unfit_value_is_dropped_and_named(key: str, raw: Any, fault: str) -> None:
    found, faults = normalise({"city": "Rocha", key: raw})
    assert found == {"city": "Rocha"}
    assert fault in faults


@pytest.mark.parametrize(
    ("key", "raw", "fit", "faults"),
    [
        ("links", [{"url": "mailto:a@b.c"}, {"url": "http://a.example"}],
         [{"rel": "page", "url": "http://a.example"}],
         ["links: not a web address: mailto:a@b.c"]),
        ("countries", ["AR", "Chile", 5], ["AR"],
         ["countries: CHILE is not an ISO 3166-1 alpha-2 code",
          "countries: 5 is not an ISO 3166-1 alpha-2 code"]),
        ("identifiers", {"ror": "?", "wikidata": "Q1"}, {"wikidata": "Q1"},
         ["identifiers: ror: not a ROR id: ?"]),
        ("names", {"en": "A", "es": []}, {"en": "A"}, []),
        ("names", {"en": "A", "es": [1]}, {"en": "A"}, ["names: es: not a text"]),
    ],
)  # fmt: skip
def test_one_unfit_part_leaves_the_others(key: str, raw: Any, fit: Any, faults: list[str]) -> None:
    assert normalise({key: raw}) == ({key: fit}, faults)


@pytest.mark.parametrize(
    ("point", "fit"),
    [
        ({"lat": "-34.9", "lon": -56.16666666}, {"lat": -34.9, "lon": -56.166667}),
        ({"lat": 0, "lon": 10}, {"lat": 0.0, "lon": 10.0}),
        ({"lat": -90, "lon": 180}, {"lat": -90.0, "lon": 180.0}),
        ({"lat": 0, "lon": 0}, {}),
        ({"lat": 5}, {}),
        ({"lat": 95, "lon": 5}, {}),
    ],
)
def test_a_point_is_whole_or_left_out(point: dict[str, Any], fit: dict[str, float]) -> None:
    found, faults = normalise(point)
    assert found == fit
    assert bool(faults) == (not fit)


@pytest.mark.parametrize(
    "value",
    ["https://ror.org/03wmf1y16", "http://ror.org/03WMF1Y16", "ror.org/03wmf1y16", " 03wmf1y16\n"],
)
def test_ror_ids_are_written_in_full(value: str) -> None:
    assert ror_id(value) == "https://ror.org/03wmf1y16"


@pytest.mark.parametrize(
    "value",
    ["", "03wmf1y1", "3wmf1y160", "03wmi1y16", "03wmf1y1\u0661", "0\u017fwmf1y16", "x 03wmf1y16"],
)
def test_what_is_no_ror_id(value: str) -> None:
    with pytest.raises(Unfit):
        ror_id(value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Q42", "Q42"),
        ("q42", "Q42"),
        ("http://www.wikidata.org/entity/Q42", "Q42"),
        ("https://wikidata.org/wiki/Q42", "Q42"),
        ("Q0", ""),
        ("P31", ""),
        ("Q4\u0662", ""),
    ],
)
def test_wikidata_items(value: str, found: str) -> None:
    if found:
        assert wikidata_id(value) == found
        return
    with pytest.raises(Unfit):
        wikidata_id(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "example.org",
        "ftp://example.org",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://[::1",
        "https://example.org/a b",
        "https://bank.example@evil.example",
        "https://me:hush@example.org",
        "https://example.org\\@evil.example",
        'https://example.org/"onclick="',
        "https://example.org/<script>",
    ],
)
def test_what_is_no_web_address(value: str) -> None:
    with pytest.raises(Unfit):
        web_address(value)


def test_a_web_address_is_clean() -> None:
    assert web_address("https://example.org/\x1b]8;;\x07x\u202e") == "https://example.org/x"
    assert web_address("HTTPS://Example.org") == "HTTPS://Example.org"


def outcome(rule: Callable[[Any], str], value: Any) -> str:
    try:
        return rule(value)
    except Unfit as error:
        return f"unfit: {error}"


ADDRESSES = st.lists(
    st.sampled_from(
        ["http", "https", "HTTPS", "ftp", "://", "//", "/", ":", "@", "?", "#", "[", "]", "::1",
         "a.example", "A.example", "-", ".", "..", "80", "%2f", "~", "&=", "\\", "^", "`", '"', "<",
         " ", "  ", "\t", "\n", "\0", "\x7f", "é", "\uff0f", "\u2100", "\u202e"]
    ),
    max_size=9,
).map("".join)  # fmt: skip
PLAIN_ADDRESSES = st.text([*map(chr, range(0x20, 0x7F))], max_size=20).map("https://a.b/".__add__)


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        (web_address, st.one_of(ADDRESSES, PLAIN_ADDRESSES, ADDRESSES.map("https://a.b".__add__))),
        (ror_id, st.from_regex(normal._ROR)),
        (wikidata_id, st.from_regex(normal._WIKIDATA)),
        (normal._country, st.text("AZazßŉ4 \n", max_size=4)),
        (normal._id, st.text("ab0-é_A ", max_size=12)),
        (normal._id, st.text("ab0-", min_size=78, max_size=82)),
    ],
)
def test_what_is_left_alone_is_what_the_rule_would_write(
    rule: Callable[[Any], str], texts: st.SearchStrategy[str]
) -> None:
    whole = inspect.unwrap(rule)
    assert whole is not rule

    @given(st.one_of(texts, st.text()))
    def same(value: str) -> None:
        assert outcome(rule, value) == outcome(whole, value)

    same()


@pytest.mark.parametrize("long", ["https://a.example/" + "x" * 2_100, "Q" + "1" * 600, "a" * 81])
def test_what_is_too_long_is_never_left_alone(long: str) -> None:
    for rule in (web_address, wikidata_id, normal._id):
        assert outcome(rule, long) == outcome(inspect.unwrap(rule), long) != long


@given(st.text())
def test_a_slug_is_plain_and_stable(value: str) -> None:
    found = slug(value)
    assert slug(found) == found
    assert len(found) <= 80
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not found.startswith("-")
    assert not found.endswith("-")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["rel", "url", "id", "ror", "email", "start"]) | st.text(max_size=4),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), JSON, max_size=8))
def test_anything_at_all_gives_values_of_a_record(values: dict[str, Any]) -> None:
    found, faults = normalise(values)
    assert list(found) == [key for key in KEYS if key in found]
    assert normalise(found) == (found, [])
    for fault in faults:
        assert not {c for c in fault if unicodedata.category(c) in {"Cc", "Cs"}}
    record = from_json({"id": "a", "kind": "pilot", "name": "A", **found})
    assert from_json(json.loads(json.dumps(to_json(record)))) == record
