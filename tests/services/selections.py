"""Selections to export: a quiet one, and one in which everything was written by an enemy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ritui.i18n import Messages
from ritui.model.source import Event
from ritui.services.export import FORMATS, Selection

ENEMY: Final = (
    "=cmd|' /C calc'!A0",
    "[x](javascript:alert(1))",
    "<script>alert(1)</script>",
    "\\input{/etc/passwd} } @misc{x, title={y}}",
    '$x$ & 100 % #1 _a_ ^b ~c `d` **e** "f"',
    "one\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:owned",
    "two\n\n# title\n===\n---\n1. item\n| a | b |\n> quote\n@comment{x}",
    "&lt;b&gt; \\; \\, \\n ;,:",
)
"""What must come out of every format as text, in whatever field it went in."""

QUIET: Final[Mapping[str, Any]] = {
    "id": "sol",
    "kind": "infrastructure",
    "name": "Plataforma Solar",
    "acronym": "PS",
    "names": {"es": "Plataforma Solar", "en": "Solar Platform", "not a tag": "Nobody's"},
    "country": "ES",
    "city": "Tabernas",
    "lat": 37.09,
    "lon": -2.36,
    "host": "CIEMAT",
    "coordinator": "Ministry of Science & Energy",
    "members": ["Energía 2000"],
    "areas": ["energy"],
    "fields": ["solar power"],
    "status": "operational",
    "established": 1981,
    "contacts": [{"name": "Ana", "role": "access office", "email": "ana@example.org"}],
    "website": "https://example.org/sol?a=1&b=2#c_d",
    "links": [{"rel": "news", "url": "https://example.org/news"}],
    "identifiers": {
        "ror": "https://ror.org/05xx77y52",
        "wikidata": "Q42",
        "re3data": "r3d100000001",
        "house": "7 b",
    },
    "grant": {"programme": "Horizon 2020", "number": "1010", "ec_contribution_eur": 1500},
    "summary": "Tests of solar heat.",
    "caveats": ["the point is that of the town"],
    "related": [{"id": "net", "rel": "part-of"}, {"id": "uni", "rel": "host"}],
    "provenance": [
        {"source": "bundled", "title": "ROR", "url": "https://ror.org/05xx77y52",
         "retrieved": "2026-01-02", "licence": "CC0-1.0", "fields": ["name"]},
        {"source": "bundled", "title": "a leaflet", "licence": "public domain"},
    ],
}  # fmt: skip


def hostile(number: int) -> dict[str, Any]:
    """A record each of whose texts is one of an enemy's."""
    text = ENEMY[number]
    return {
        "id": f"enemy-{number}",
        "kind": "project",
        "name": text,
        "acronym": text,
        "names": {"es": text},
        "city": text,
        "host": text,
        "coordinator": text,
        "partners": [text],
        "fields": [text],
        "contacts": [{"name": text, "role": text, "phone": text}],
        "website": f"https://example.org/{text}",
        "links": [{"rel": text, "url": f"javascript:{text}"}],
        "identifiers": {"house": text},
        "grant": {"programme": text},
        "summary": text,
        "details": [text],
        "caveats": [text],
        "provenance": [{"source": "enemy", "title": text, "licence": text}],
    }


EVENTS: Final = (
    Event("2026-03-02", "Workshop", end="2026-03-04", place="Quito", country="EC", kind="workshop",
          url="https://example.org/w?a=ñ b", note="Bring paper; and ink,\nboth.", related=("sol",)),
    Event("2024-02", "Study visit", kind="study-visit", related=("sol", "net")),
    Event("2023", "Call", kind="call"),
    Event("2025-12-31", "A post", kind="news", related=("sol",), source="feed"),
    *(Event("2026-05-06", text, place=text, note=text, kind=text, url=text) for text in ENEMY),
)  # fmt: skip


def selection(
    *records: Mapping[str, Any],
    notes: Mapping[str, str] | None = None,
    events: Iterable[Event] = (),
    title: str = "",
    language: str = "en",
) -> Selection:
    """Records as if a query had found them."""
    dated = tuple(events)
    return Selection(
        lambda: records,
        Messages(language),
        generated="2026-11-24T12:00:00+00:00",
        packaged="2026-11-23",
        query='area:energy "a `b`"',
        title=title,
        notes=notes or {},
        events=lambda: dated,
        names=lambda ids: {id_: f"The {id_}" for id_ in ids if id_ in {"sol", "net"}},
    )


def hostile_selection() -> Selection:
    """Everything that an enemy wrote, and a note that he would have written."""
    records = [hostile(number) for number in range(len(ENEMY))]
    notes = {record["id"]: record["name"] for record in records}
    return selection(*records, notes=notes, events=EVENTS, title=ENEMY[5])


def written(form: str, of: Selection) -> str:
    """A selection in a format."""
    return "".join(FORMATS[form](of))


def flat(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield key
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
