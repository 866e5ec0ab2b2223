"""Citations: in the order one expects, in the reader's language, and nothing made up."""

from __future__ import annotations

import re

import pytest

from ritui.i18n import Messages
from ritui.model.claim import merge
from ritui.model.record import Record, from_json
from ritui.resources import asset
from ritui.services.cite import cite
from ritui.sources.bundled import read_directory
from tests.services.selections import QUIET

PACKAGED = "2026-11-24"


@pytest.mark.parametrize(
    ("language", "citation"),
    [
        ("en", "Solar Platform (PS) (1981). Infrastructure. CIEMAT, Tabernas, Spain. "
         "https://example.org/sol?a=1&b=2#c_d, ROR https://ror.org/05xx77y52, Wikidata Q42, "
         "re3data r3d100000001, house 7 b. "
         "Sources: ROR, CC0-1.0, retrieved 2026-01-02."),
        ("es", "Plataforma Solar (PS) (1981). Infraestructura. CIEMAT, Tabernas, España. "
         "https://example.org/sol?a=1&b=2#c_d, ROR https://ror.org/05xx77y52, Wikidata Q42, "
         "re3data r3d100000001, house 7 b. "
         "Fuentes: ROR, CC0-1.0, consultado el 2026-01-02."),
        ("pt", "Plataforma Solar (PS) (1981). Infraestrutura. CIEMAT, Tabernas, Espanha. "
         "https://example.org/sol?a=1&b=2#c_d, ROR https://ror.org/05xx77y52, Wikidata Q42, "
         "re3data r3d100000001, house 7 b. "
         "Fontes: ROR, CC0-1.0, consultado em 2026-01-02."),
    ],
)  # fmt: skip
def test_a_citation_in_each_language(language: str, citation: str) -> None:
    assert cite(from_json(QUIET), Messages(language), PACKAGED) == citation


@pytest.mark.parametrize(
    ("values", "citation"),
    [
        ({}, "X (n.d.). Network."),
        ({"kind": ""}, "X (n.d.)."),
        ({"name": "The X Network", "acronym": "X"}, "The X Network (n.d.). Network."),
        ({"website": "https://x.example"}, "X (n.d.). Network. https://x.example"),
        ({"links": [{"rel": "call", "url": "https://x.example/c"}]},
         "X (n.d.). Network. https://x.example/c"),
        ({"host": "Faro", "city": "Faro", "country": "PT"}, "X (n.d.). Network. Faro, Portugal."),
        ({"host": "Y Inc."}, "X (n.d.). Network. Y Inc."),
        ({"provenance": [{"source": "bundled", "title": "ritui curation", "fields": ["name"]}]},
         "X (n.d.). Network. Sources: ritui curation, licence not stated, retrieved 2026-11-24."),
        ({"provenance": [{"source": "bundled", "title": "a page", "url": "https://p.example",
                          "fields": ["name"]}]},
         "X (n.d.). Network. Sources: a page, licence not stated."),
        ({"provenance": [{"source": "ror-celac", "licence": "CC0-1.0", "fields": ["name"]}] * 2},
         "X (n.d.). Network. Sources: ror-celac, CC0-1.0."),
    ],
)  # fmt: skip
def test_what_is_not_stated_is_left_out(values: dict[str, object], citation: str) -> None:
    record = from_json({"id": "x", "kind": "network", "name": "X", **values})
    assert cite(record, Messages(), PACKAGED) == citation


def test_every_record_of_the_directory_can_be_cited() -> None:
    say = Messages()
    for claim in read_directory(asset("directory")).claims:
        record: Record = merge([claim])
        citation = cite(record, say, PACKAGED)
        assert citation.startswith(record.called("en"))
        assert record.website in citation
        assert "\n" not in citation
        assert "  " not in citation
        # No stop runs into an address.
        assert not re.search(r"://\S+\.(\s|$)", citation), citation
