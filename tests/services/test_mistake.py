"""A mistake: the patch puts right what is wrong, and whoever said it is whom the mail is for."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ritui.i18n import Messages
from ritui.model.normal import Unfit
from ritui.model.record import Record, from_json, to_json
from ritui.model.source import Source
from ritui.services.mistake import FIELDS, accountable, is_field, report, typed

SAY = Messages()
ROR: dict[str, Any] = {"source": "ror-celac", "title": "ROR v2", "url": "https://ror.org/05xx77y52",
       "retrieved": "2026-01-02", "licence": "CC0-1.0", "fields": ["name", "city", "names.es"],
       }  # fmt: skip
VALUES: dict[str, Any] = {
    "id": "sol",
    "kind": "infrastructure",
    "name": "Plataforma Solar",
    "names": {"es": "Plataforma Solar"},
    "country": "ES",
    "city": "Tabernas",
    "lat": 37.09,
    "lon": -2.36,
    "partners": ["A", "B"],
    "established": 1981,
    "website": "https://sol.example/",
    "links": [{"rel": "news", "url": "https://sol.example/n"}],
    "identifiers": {"ror": "https://ror.org/05xx77y52", "a/b~c": "7"},
    "verified": False,
    "provenance": [
        ROR,
        {"source": "wikidata-known", "url": "https://www.wikidata.org/wiki/Q42",
         "fields": ["lat", "lon"]},
        {"source": "bundled", "title": "ritui curation",
         "fields": ["country", "partners", "established", "website", "links", "verified"]},
        {"source": "own", "title": "Own list", "url": "https://own.example/list",
         "fields": ["identifiers"]},
    ],
}  # fmt: skip
RECORD = from_json(VALUES)


def applied(patch: Sequence[Any], document: dict[str, Any]) -> dict[str, Any]:
    """A document after a patch, as RFC 6902 has it; as far as our patches go."""
    found = copy.deepcopy(document)
    for each in patch:
        *way, last = (
            part.replace("~1", "/").replace("~0", "~") for part in each["path"].split("/")[1:]
        )
        place = found
        for part in way:
            place = place[part]
        if each["op"] == "test":
            assert place[last] == each["value"]
        elif each["op"] == "remove":
            del place[last]
        else:
            assert each["op"] == ("replace" if last in place else "add")
            place[last] = each["value"]
    return found


@pytest.mark.parametrize(
    ("key", "value", "changed"),
    [
        ("city", "Almería", {"city": "Almería"}),
        ("city", "", {"city": None}),
        ("country", "pt", {"country": "PT"}),
        ("host", "CIEMAT", {"host": "CIEMAT"}),
        ("established", "1980", {"established": 1980}),
        ("point", "37.1, -2.4", {"lat": 37.1, "lon": -2.4}),
        ("point", "37.1 -2.36", {"lat": 37.1}),
        ("point", "", {"lat": None, "lon": None}),
        ("partners", "A; B ; C", {"partners": ["A", "B", "C"]}),
        ("partners", '["A", "B; C"]', {"partners": ["A", "B; C"]}),
        ("areas", "energy", {"areas": ["energy"]}),
        ("verified", "true", {"verified": True}),
        ("names.es", "Sol", {"names": {"es": "Sol"}}),
        ("names.pt", "Sol", {"names": {"es": "Plataforma Solar", "pt": "Sol"}}),
        ("names.es", "", {"names": {}}),
        ("identifiers.a/b~c", "8", {"identifiers": {**VALUES["identifiers"], "a/b~c": "8"}}),
        ("links", '[{"rel": "call", "url": "https://sol.example/c"}]',
         {"links": [{"rel": "call", "url": "https://sol.example/c"}]}),
        ("grant", '{"number": "7"}', {"grant": {"number": "7"}}),
        ("city", " Tabernas ", {}),
    ],
)  # fmt: skip
def test_the_patch_puts_it_right(key: str, value: str, changed: dict[str, Any]) -> None:
    found = report(RECORD, SAY, key=key, value=value)
    wanted = {name: each for name, each in {**VALUES, **changed}.items() if each is not None}
    assert applied(json.loads(found.patch_text), to_json(RECORD)) == wanted
    assert found.has_patch == bool(changed)


def test_a_table_that_is_not_there_is_made() -> None:
    bare = from_json({"id": "x", "kind": "network", "name": "X"})
    found = report(bare, SAY, key="names.es", value="Equis")
    assert applied(found.patch, to_json(bare))["names"] == {"es": "Equis"}


def test_a_patch_fails_on_another_record_and_on_another_value() -> None:
    patch = report(RECORD, SAY, key="city", value="Almería").patch
    assert patch[1]["provenance"]["url"] == ROR["url"]
    for other in ({"id": "luna"}, {"city": "Faro"}):
        with pytest.raises(AssertionError):
            applied(patch, {**VALUES, **other})


@pytest.mark.parametrize(
    ("key", "value"),
    [("country", "Spain"), ("established", "long ago"), ("point", "37.1"), ("point", "99, 0"),
     ("areas", "energie"), ("links", "https://sol.example"), ("website", "javascript:x"),
     ("identifiers.ror", "7"), ("verified", "perhaps")],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(key: str, value: str) -> None:
    with pytest.raises(Unfit):
        report(RECORD, SAY, key=key, value=value)


def test_what_is_typed_is_what_is_stated() -> None:
    for key in (*FIELDS, "names.es", "identifiers.ror"):
        assert is_field(key)
        held = typed(RECORD, key)
        # To type what is there changes nothing.
        assert not report(RECORD, SAY, key=key, value=held).has_patch, key
    assert not any(map(is_field, ("id", "lat", "provenance", "nothing", "names.", "city.es")))


@pytest.mark.parametrize(
    ("key", "to", "page"),
    [
        ("", "support@ror.org", "https://curation-request.ror.org"),
        ("city", "support@ror.org", "https://curation-request.ror.org"),
        ("names.es", "support@ror.org", "https://curation-request.ror.org"),
        ("point", "", "https://www.wikidata.org/wiki/Q42"),
        ("country", "", "https://sol.example/"),
        ("identifiers.ror", "list@own.example", "https://own.example/list"),
        ("host", "", "https://sol.example/"),
    ],
)
def test_whom_it_is_for(key: str, to: str, page: str) -> None:
    sources = [Source("own", "csv", options={"contact": "list@own.example"})]
    found = report(RECORD, SAY, key=key, text="Wrong.", sources=sources)
    assert (found.mail.to, found.page) == (to, page)
    assert found.entry == accountable(RECORD, key)


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_the_mail_says_all_and_its_address_too(language: str) -> None:
    say = Messages(language)
    text = "& the “town” is another?\n100 % sure #1"
    found = report(RECORD, say, key="city", value="Almería", text=text)
    for part in ("Plataforma Solar (sol)", "Tabernas", "Almería", text, "ROR v2", ROR["url"]):
        assert part in found.mail.body
    parts = urlsplit(found.mail.url)
    assert (parts.scheme, parts.path, parts.fragment) == ("mailto", "support@ror.org", "")
    asked = parse_qs(parts.query, strict_parsing=True)
    assert asked["subject"] == [found.mail.subject]
    assert asked["body"] == [found.mail.body.replace("\n", "\r\n")]
    assert str(found.mail).startswith("To: support@ror.org\nSubject: ")


def test_a_long_text_is_cut_in_the_mail_alone() -> None:
    found = report(RECORD, SAY, text="word " * 2000)
    assert len(found.mail.url) < 4000
    assert found.text == "word " * 2000


def test_a_name_cannot_add_a_header_to_the_mail() -> None:
    record: Record = from_json({**VALUES, "name": "X?bcc=a@b.example&cc=c", "names": {}})
    parts = urlsplit(report(record, SAY, text="Wrong.").mail.url)
    assert parse_qs(parts.query).keys() == {"subject", "body"}
