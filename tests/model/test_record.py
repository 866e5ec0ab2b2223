"""Records: as JSON and back, keys in the order of the contract, what is unknown left out."""

from __future__ import annotations

import dataclasses
import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritui.model.record import (
    KEYS,
    OBJECTS,
    Contact,
    Link,
    Provenance,
    Record,
    Related,
    from_json,
    to_json,
)

CONTRACT = """
id kind name acronym names region country countries city lat lon host coordinator partners members
areas domains fields type status legal esfri established ended access contacts website links
identifiers pilot grant summary details caveats verified related provenance
"""

TEXT = st.text(max_size=8)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
TABLES = st.dictionaries(TEXT, TEXT, max_size=3)
VALUES: dict[str, st.SearchStrategy[object]] = {
    "str": TEXT,
    "tuple[str, ...]": TEXTS,
    "int | None": st.none() | st.integers(),
    "float | None": st.none() | st.floats(-90, 90),
    "bool | None": st.none() | st.booleans(),
    "Mapping[str, str]": TABLES,
    "Mapping[str, str | int]": TABLES,
    "tuple[Contact, ...]": st.lists(st.builds(Contact, TEXT, TEXT), max_size=2).map(tuple),
    "tuple[Link, ...]": st.lists(st.builds(Link, TEXT, TEXT), max_size=2).map(tuple),
    "tuple[Related, ...]": st.lists(st.builds(Related, TEXT, TEXT), max_size=2).map(tuple),
    "tuple[Provenance, ...]": st.lists(
        st.builds(Provenance, TEXT, TEXT, url=TEXT, fields=TEXTS), max_size=2
    ).map(tuple),
}
RECORDS = st.builds(
    Record,
    **{
        each.name: st.text(min_size=1, max_size=8)
        if each.default is each.default_factory
        else VALUES[str(each.type)]
        for each in dataclasses.fields(Record)
    },
)


def test_the_keys_are_those_of_the_contract_in_order() -> None:
    assert list(KEYS) == CONTRACT.split()
    assert set(OBJECTS) < set(KEYS)


@given(RECORDS)
def test_a_record_goes_to_json_and_back(record: Record) -> None:
    values = json.loads(json.dumps(to_json(record)))
    assert from_json(values) == record


@given(RECORDS)
def test_json_keeps_the_order_and_leaves_out_what_is_unknown(record: Record) -> None:
    values = to_json(record)
    assert list(values) == [key for key in KEYS if key in values]
    assert not [key for key, value in values.items() if value in ("", None, [], {})]
    assert {key for key in KEYS if getattr(record, key) not in ("", None, (), {})} == set(values)


def test_what_is_false_or_zero_is_known() -> None:
    values = to_json(Record("a", "pilot", "A", lat=0.0, lon=0.0, verified=False))
    assert values == {
        "id": "a",
        "kind": "pilot",
        "name": "A",
        "lat": 0.0,
        "lon": 0.0,
        "verified": False,
    }


def test_a_table_of_any_kind_becomes_a_dict() -> None:
    names: MappingProxyType[str, str] = MappingProxyType({"es": "A"})
    values = to_json(Record("a", "pilot", "A", names=names, identifiers=MappingProxyType({})))
    assert values == {"id": "a", "kind": "pilot", "name": "A", "names": {"es": "A"}}
    assert json.loads(json.dumps(values)) == values


def test_what_json_makes_is_its_own() -> None:
    record = Record("a", "pilot", "A", names={"es": "A"}, areas=("energy",))
    values = to_json(record)
    values["names"]["es"] = values["areas"][0] = "changed"
    assert record.names == {"es": "A"}
    assert record.areas == ("energy",)


@pytest.mark.parametrize(
    ("country", "countries", "found"),
    [
        ("", (), ()),
        ("CL", (), ("CL",)),
        ("", ("CL", "US"), ("CL", "US")),
        ("CL", ("US", "CL", "JP"), ("CL", "US", "JP")),
    ],
)
def test_the_seat_comes_first(
    country: str, countries: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert Record("a", "pilot", "A", country=country, countries=countries).all_countries == found


def test_a_record_is_called_by_its_name_in_a_language() -> None:
    record = Record("a", "pilot", "Observatory", names={"es": "Observatorio", "pt": ""})
    assert record.called("es") == "Observatorio"
    assert record.called("pt") == record.called("en") == "Observatory"
