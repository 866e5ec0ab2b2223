"""What belongs to a record: the claims it is made of, and records that may be the same thing."""

from __future__ import annotations

import json
import sqlite3
from typing import Final

from ritui.errors import NoSuchRecord
from ritui.model.claim import Claim
from ritui.model.record import Record, from_json
from ritui.store.index import site_of
from ritui.store.search import Finder
from ritui.text import words

_MOST: Final = 6
"""A website that more records share is a portal, and says nothing about them."""
_IDENTIFYING: Final = ("ror", "wikidata", "re3data")


def claims_of(connection: sqlite3.Connection, id_: str) -> list[Claim]:
    """What each source says about a record, the most trusted first.

    Raises:
        NoSuchRecord: There is none with this id.
    """
    # Only who asks where a fact is from pays for what reads claims.
    from ritui.store.intake import unpack

    row = connection.execute("SELECT claims FROM record WHERE id = ?", (id_,)).fetchone()
    if row is None:
        raise NoSuchRecord(id_)
    claims = []
    for source, ref in json.loads(row[0]):
        (body,) = connection.execute(
            "SELECT body FROM claim WHERE source = ? AND ref = ?", (source, ref)
        ).fetchone()
        claims.append(unpack(source, ref, body))
    return claims


def alike(connection: sqlite3.Connection, finder: Finder, id_: str) -> list[str]:
    """The rows of records that may be the same thing as one, as the cache holds them.

    Raises:
        NoSuchRecord: There is none with this id.
    """
    found = connection.execute("SELECT place, body FROM record WHERE id = ?", (id_,)).fetchone()
    if found is None:
        raise NoSuchRecord(id_)
    place, record = found[0], from_json(json.loads(found[1]))
    names = {" ".join(words(name)) for name in (record.name, *record.names.values())} - {""}
    named = {other for name in names for other in finder.exactly("title", name)} - {place}
    site = site_of(record)
    hosted = {*finder.exactly("site", site)} - {place} if site else set()
    hosted = hosted if len(hosted) < _MOST else set()
    rows = []
    for other_place in sorted(named | hosted):
        row, body = connection.execute(
            "SELECT row, body FROM record WHERE place = ?", (other_place,)
        ).fetchone()
        other = from_json(json.loads(body))
        near = other_place in hosted or {*record.all_countries} & {*other.all_countries}
        if near and not _known_apart(record, other):
            rows.append(row)
    return rows


def _known_apart(one: Record, other: Record) -> bool:
    """Whether somebody knows that two records are two, or says how they belong together."""
    related = {each.id for each in one.related} | {each.id for each in other.related}
    shared = (scheme for scheme in _IDENTIFYING if scheme in one.identifiers)
    return bool(related & {one.id, other.id}) or any(
        scheme in other.identifiers and one.identifiers[scheme] != other.identifiers[scheme]
        for scheme in shared
    )
