"""The bundled directory: the reviewed text files that come with the program.

``assets/directory/<region>/<kind>.toml`` holds one table a record; its README describes the
form. ``python -m ritui.sources.bundled [FOLDER]`` checks a directory and names every fault.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, slug, web_address
from ritui.model.record import KEYS, Provenance
from ritui.model.source import BUNDLED, Event
from ritui.model.vocab import KINDS, REGIONS
from ritui.resources import asset
from ritui.text import clean, clean_line

_BESIDES: Final = frozenset({"directory.toml", "timeline.toml", "sources.toml"})
_IMPLIED: Final = ("id", "kind", "region", "verified")
"""Keys that the files leave out of provenance: they are the directory's own order."""
_SUMMARY: Final = 200
"""Longest summary, in characters: two lines of a list."""
_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_REGIONS: Final = {region.lower(): region for region in REGIONS}


@dataclass(frozen=True, slots=True)
class Directory:
    """What the files of a directory say."""

    claims: tuple[Claim, ...]
    events: tuple[Event, ...]
    packaged: str
    """ISO date."""
    faults: tuple[str, ...]
    """What is wrong, each as ``file: [id] reason``; the values concerned are left out."""


def read_directory(folder: Path) -> Directory:
    """Read a directory; what is wrong in it is named and left out.

    Raises:
        OSError, tomllib.TOMLDecodeError: A file cannot be read at all.
    """
    faults: list[str] = []
    claims: dict[str, Claim] = {}
    for path in sorted(folder.glob("*/*.toml")):
        for id_, table in _table(path).items():
            where = f"{path.relative_to(folder).as_posix()}: [{id_}]"
            claim, wrong = _claim(id_, table, path)
            faults.extend(f"{where} {fault}" for fault in wrong)
            if id_ in claims:
                faults.append(f"{where} a second record of this id")
            claims.setdefault(id_, claim)
    events: list[Event] = []
    for table in _table(folder / "timeline.toml").get("event", ()):
        try:
            events.append(_event(table))
        except Unfit as fault:
            which = f"{table.get('date', '')} {table.get('title', '')}".strip()
            faults.append(f"timeline.toml: {clean_line(which)}: {fault}")
    packaged = clean_line(_table(folder / "directory.toml")["packaged"])
    return Directory(tuple(claims.values()), tuple(events), packaged, tuple(faults))


def check_directory(folder: Path) -> list[str]:
    """Everything that is wrong in a directory, each as ``file: [id] reason``.

    Beyond what reading finds: points outside their country's box, long summaries, related
    records and pilots that do not exist, facts that no provenance accounts for, records called
    verified on memory alone, and events whose dates cannot be.
    """
    directory = read_directory(folder)
    faults = list(directory.faults)
    ids = {claim.ref for claim in directory.claims}
    boxes: dict[str, list[float]] = json.loads(asset("vocab", "boxes.json").read_bytes())
    countries = json.loads(asset("vocab", "countries.json").read_bytes()).keys()
    for claim in directory.claims:
        values = claim.values
        wrong = [
            *_wrong_places(values, boxes, countries),
            *_wrong_references(claim.ref, values, ids),
            *_wrong_provenance(claim),
        ]
        if len(values.get("summary", "")) > _SUMMARY:
            wrong.append(f"summary: {len(values['summary'])} characters, more than {_SUMMARY}")
        faults.extend(f"[{claim.ref}] {fault}" for fault in wrong)
    for event in directory.events:
        faults.extend(f"timeline.toml: {fault}" for fault in _wrong_event(event, ids, countries))
    return faults


def main(arguments: Sequence[str]) -> int:
    """Check a directory from the command line; 1 when something is wrong."""
    folder = Path(arguments[0]) if arguments else asset("directory")
    faults = check_directory(folder)
    for fault in faults:
        sys.stderr.write(fault + "\n")
    if not faults:
        directory = read_directory(folder)
        sys.stdout.write(
            f"{len(directory.claims)} records and {len(directory.events)} events, no faults\n"
        )
    return 1 if faults else 0


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _claim(id_: str, table: Mapping[str, Any], path: Path) -> tuple[Claim, list[str]]:
    region = _REGIONS.get(path.parent.name, path.parent.name)
    stated = {**table, "id": id_, "kind": path.stem, "region": region}
    entries = stated.pop("provenance", [])
    values, faults = normalise(stated)
    if values.get("id") != id_:
        faults.append(f"id: would be written {slug(id_)}")
        values["id"] = slug(id_)
    faults.extend(f"{key}: missing" for key in ("name", "kind", "region") if key not in values)
    values.setdefault("name", id_)
    values.setdefault("kind", KINDS[0])
    evidence: list[Provenance] = []
    for entry in entries:
        try:
            evidence.append(_provenance(entry))
        except Unfit as fault:
            faults.append(f"provenance: {fault}")
    return Claim(BUNDLED, id_, values, _with_implied(evidence)), faults


def _with_implied(evidence: Sequence[Provenance]) -> tuple[Provenance, ...]:
    """Evidence in which what the files leave out is accounted for: by curation, or the first."""
    titles = [entry.title for entry in evidence]
    place = titles.index(_CURATION) if _CURATION in titles else 0
    return tuple(
        replace(entry, fields=tuple(sorted((*_IMPLIED, *entry.fields), key=_in_order)))
        if index == place
        else entry
        for index, entry in enumerate(evidence)
    )


def _in_order(key: str) -> int:
    return KEYS.index(key) if key in KEYS else len(KEYS)


def _provenance(entry: Mapping[str, Any]) -> Provenance:
    unknown = entry.keys() - {"title", "url", "retrieved", "licence", "fields"}
    if unknown:
        raise Unfit(f"unknown key {', '.join(sorted(unknown))}")
    return Provenance(
        BUNDLED,
        clean_line(entry.get("title", "")),
        web_address(entry["url"]) if "url" in entry else "",
        clean_line(entry.get("retrieved", "")),
        clean_line(entry.get("licence", "")),
        tuple(entry.get("fields", ())),
    )


def _event(table: Mapping[str, Any]) -> Event:
    texts = ("date", "title", "end", "place", "kind", "country")
    unknown = table.keys() - {*texts, "url", "note", "related"}
    if unknown:
        raise Unfit(f"unknown key {', '.join(sorted(unknown))}")
    for key in ("date", "title"):
        if not table.get(key):
            raise Unfit(f"{key}: missing")
    return Event(
        **{key: clean_line(table[key]) for key in texts if key in table},
        url=web_address(table["url"]) if "url" in table else "",
        note=clean(table.get("note", "")),
        related=tuple(table.get("related", ())),
    )


def _wrong_places(
    values: Mapping[str, Any], boxes: Mapping[str, Sequence[float]], known: Sequence[str]
) -> Iterator[str]:
    for code in (values.get("country", ""), *values.get("countries", ())):
        if code and code not in known:
            yield f"country: {code} is not an ISO 3166-1 code"
    box = boxes.get(values.get("country", ""))
    if "lat" in values and box:
        west, south, east, north = box
        if not (west <= values["lon"] <= east and south <= values["lat"] <= north):
            yield f"lat, lon: {values['lat']}, {values['lon']} is outside {values['country']}"


def _wrong_references(id_: str, values: Mapping[str, Any], ids: set[str]) -> Iterator[str]:
    for other in values.get("related", ()):
        if other["id"] not in ids:
            yield f"related: there is no record {other['id']}"
        if other["id"] == id_:
            yield "related: to itself"
    if values.get("pilot", id_) not in ids:
        yield f"pilot: there is no record {values['pilot']}"


def _wrong_provenance(claim: Claim) -> Iterator[str]:
    named = [key for entry in claim.evidence for key in entry.fields if key not in _IMPLIED]
    facts = [key for key in claim.values if key not in _IMPLIED]
    for key in facts:
        if named.count(key) != 1:
            yield f"provenance: {key} is named by {named.count(key)} entries instead of one"
    for key in named:
        if key not in facts:
            yield f"provenance: names {key}, which the record does not have"
    memory = all("memory" in each.title for each in claim.evidence if each.title != _CURATION)
    if claim.values.get("verified") and memory:
        yield "verified: says true, but rests on memory alone"
    if "verified" not in claim.values:
        yield "verified: missing"


_CURATION: Final = "ritui curation"
"""Title of what the directory's authors wrote or classified themselves."""


def _wrong_event(event: Event, ids: set[str], countries: Sequence[str]) -> Iterator[str]:
    for date in (event.date, event.end or event.date):
        if not _DATE.fullmatch(date):
            yield f"{event.date} {event.title}: {date} is not an ISO date"
    if event.end and event.end < event.date:
        yield f"{event.date} {event.title}: ends before it begins"
    if event.country and event.country not in countries:
        yield f"{event.date} {event.title}: {event.country} is not an ISO 3166-1 code"
    for other in event.related:
        if other not in ids:
            yield f"{event.date} {event.title}: there is no record {other}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
