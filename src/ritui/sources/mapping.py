"""From any table or document to claims, by the ``[source.map]`` of the settings.

What the kinds of files have in common: where a body comes from, how a key of a record finds
its value in what was read, and what a record without an id is called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ritui.errors import SourceUnusable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.normal import Unfit, normalise, ror_id, slug, wikidata_id
from ritui.model.record import KEYS, Provenance
from ritui.model.source import Source
from ritui.model.vocab import KINDS, RELATIONS, region_of
from ritui.sources.address import host_of, is_web, shown
from ritui.sources.answer import Answer, what_is
from ritui.sources.base import Page, check_word
from ritui.sources.shape import ROWS, country_codes, plain, shaped, split, web
from ritui.text import clean_line, fold

if TYPE_CHECKING:
    pass

OPTIONS: Final = ("url", "map", "defaults", "decimal", "updated", "max_bytes", "max_records")
"""What every kind that maps understands."""

MOST: Final = 200_000
"""Records of one document, good or bad; no sync takes more."""

_MAPPED: Final = tuple(key for key in KEYS if key != "provenance")
_TABLES: Final = frozenset({"names", "identifiers", "grant"})
"""Keys whose values are tables, filled entry by entry: ``names.es``."""
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")

_MIDDLE: Final = "The point is the middle of a shape that the source draws, not a place it names."

Steps: TypeAlias = tuple[str | int, ...]


def look(answer: Answer, source: str, due: str) -> bytes:
    """The body of an answer that may be of any form but plainly another one.

    Raises:
        SourceUnusable: It is empty, a page for people, or in a container.
    """
    found = what_is(answer.body)
    if not found.startswith("the text"):
        raise SourceUnusable(source, answer.url, f"{found} where {due} was due")
    return answer.body


def check_mapping(source: Source, options: Iterable[str] = ()) -> None:
    """Look at the options that all these kinds share.

    Args:
        source: Whose options.
        options: Those of its kind besides.

    Raises:
        UnknownWord: An option or value that is not understood.
    """
    for option in source.options:
        check_word(f"option of {source.kind}", option, (*OPTIONS, *options))
    url = str(source.options.get("url", ""))
    if not is_web(url) and ("://" in url or not Path(url).is_absolute()):
        raise UnknownWord("web address or path", clean_line(shown(url), 100))
    check_word("decimal", str(source.options.get("decimal", ".")), (".", ","))
    wanted = source.options.get("map", {})
    if not isinstance(wanted, Mapping) or "name" not in wanted:
        raise UnknownWord("map with a name", clean_line(str(wanted), 60))
    for key, path in wanted.items():
        head, _, rest = key.partition(".")
        check_word("key of map", head, _MAPPED)
        if head == "related" and rest:
            check_word("relation", rest, RELATIONS)
        if (rest and head not in _TABLES | ROWS) or not isinstance(path, str) or not path:
            raise UnknownWord("key of map", clean_line(f"{key} = {path}", 60), head)
    defaults = source.options.get("defaults", {})
    if not isinstance(defaults, Mapping):
        raise UnknownWord("table of defaults", clean_line(str(defaults), 60))
    for key in defaults:
        check_word("default", key, (*_MAPPED, "licence"))
    _, faults = normalise({key: value for key, value in defaults.items() if key != "licence"})
    if faults:
        raise UnknownWord("default", faults[0])


def parse_path(path: str) -> Steps:
    """The steps of a dotted path: ``a.b[0]`` is ``("a", "b", 0)``."""
    return tuple(name or int(place) for name, place in _STEP.findall(path))


def find(record: Any, path: str) -> Any:
    """What is at a dotted path; None when there is nothing.

    A key that is spelt like the whole path comes first. A name asked of a list is asked of
    each of its items.
    """
    if isinstance(record, Mapping) and path in record:
        return record[path]
    return _walk(record, parse_path(path))


def _walk(value: Any, steps: Steps) -> Any:
    for place, step in enumerate(steps):
        if isinstance(value, list) and isinstance(step, str):
            found = [_walk(each, steps[place:]) for each in value]
            return [each for each in found if each is not None] or None
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


@dataclass(slots=True)
class Mapper:
    """Makes claims of records of one run, and knows which came before."""

    source: Source
    point: Callable[[Mapping[str, Any]], tuple[dict[str, float], str]] | None = None
    """Finds the point of a record that has no ``lat`` and ``lon``, and a caveat about it."""
    seen: set[str] = field(default_factory=set)
    """Ids of the records that were taken."""
    codes: Mapping[str, str] = field(default_factory=country_codes)
    """Codes of countries by their names."""
    faults: int = 0
    first: str = ""
    """The first fault, for when nothing else came of it."""

    def page(self, records: Iterable[tuple[str, Any]], moved: str = "") -> Page:
        """The claims of labelled records; what cannot be read is a fault under its label.

        Args:
            records: Label and record; a record that is an `Unfit` is a fault already.
            moved: The new address, where the old one has moved for good.

        Raises:
            SourceUnusable: There are more than a source may have.
        """
        claims: list[Claim] = []
        faults: list[str] = []
        dropped: list[str] = []
        for label, record in records:
            if self.full:
                break
            if len(claims) + len(faults) == MOST:
                url = str(self.source.options["url"])
                reason = f"more than {MOST:,} records"
                raise SourceUnusable(self.source.id, shown(url) if is_web(url) else url, reason)
            try:
                claim, unfit = self._claim(record)
            except Unfit as error:
                faults.append(f"{label}: {error}")
                continue
            self.seen.add(claim.values["id"])
            claims.append(claim)
            dropped += (f"{label} ({claim.ref}): {each}" for each in unfit)
        self.first = self.first or next(iter(faults), "")
        self.faults += len(faults)
        return Page(tuple(claims), (), tuple(faults), tuple(dropped), None, moved)

    @property
    def full(self) -> bool:
        """Whether as many records were taken as the settings want."""
        return bool(len(self.seen) >= self.source.options.get("max_records", float("inf")))

    def finish(self, url: str) -> None:
        """Raises SourceUnusable when there were records and not one could be read."""
        if self.faults and not self.seen:
            reason = f"none of {self.faults:,} records could be read: {self.first}"
            raise SourceUnusable(self.source.id, url, clean_line(reason, 300))

    def _claim(self, record: Any) -> tuple[Claim, list[str]]:
        if isinstance(record, Unfit):
            raise record
        if not isinstance(record, Mapping):
            raise Unfit("not a table of values")
        options = self.source.options
        values = _mapped(record, options["map"], str(options.get("decimal", ".")), self.codes)
        cautions: dict[str, str] = {}
        faults: list[str] = []
        if self.point and not {"lat", "lon"} & values.keys():
            try:
                point, caution = self.point(record)
            except Unfit as error:
                faults.append(f"lat, lon: {error}")
            else:
                values |= point
                cautions = {"lat": caution} if caution else {}
        defaults = dict(options.get("defaults", {}))
        licence = self.source.licence or str(defaults.get("licence", ""))
        defaults.pop("licence", None)
        values = {"kind": KINDS[0], **defaults, **values}
        own = values.pop("id", None)
        fit, unfit = normalise(values)
        faults += unfit
        if "name" not in fit:
            raise Unfit("it has no name")
        if "region" not in fit and (region := region_of(fit.get("country", ""))):
            fit["region"] = region
        fit.setdefault("kind", defaults.get("kind", KINDS[0]))
        ref, id_ = _identity(own, fit, self.source.id)
        if id_ in self.seen:
            raise Unfit(f"a second record of {clean_line(ref, 100)}")
        fit = {"id": id_, **fit}
        said = _text_of(find(record, options["updated"]))[:10] if "updated" in options else ""
        url = str(options.get("url", ""))
        title = self.source.title or host_of(url) or Path(url).name
        evidence = Provenance(
            self.source.id,
            title,
            shown(url) if is_web(url) else "",
            said if _ISO.fullmatch(said) else "",
            licence,
            tuple(fit),
        )
        if "lat" not in fit:
            cautions = {}
        return Claim(self.source.id, ref, fit, (evidence,), cautions), faults


def _mapped(
    record: Mapping[str, Any], wanted: Mapping[str, str], decimal: str, codes: Mapping[str, str]
) -> dict[str, Any]:
    """The values of a record by the keys of ours, without the empty ones."""
    values: dict[str, Any] = {}
    for key, path in wanted.items():
        head, _, rest = key.partition(".")
        found = plain(find(record, path))
        if found is None or found in ("", [], {}):
            continue
        if not rest:
            value = shaped(head, found, decimal, codes)
            if head in _TABLES and isinstance(value, Mapping):
                value = {**value, **values.get(head, {})}
            elif head in ROWS and isinstance(value, list):
                value = [*values.get(head, []), *value]
            values[head] = value
        elif head in _TABLES:
            entry = found[0] if isinstance(found, list) and len(found) == 1 else found
            table = values.setdefault(head, {})
            if isinstance(table, dict):
                table[rest] = entry
        else:
            _add_rows(values.setdefault(head, []), head, rest, found)
    return values


def _add_rows(rows: Any, head: str, rest: str, found: Any) -> None:
    """Add what ``links.REL``, ``related.REL`` or ``contacts.FIELD`` found."""
    if not isinstance(rows, list):
        return
    if head == "contacts":
        if not rows:
            rows.append({})
        rows[0][rest] = web(found) if rest == "url" else found
        return
    for each in found if isinstance(found, list) else split(found):
        rows.append(
            {"rel": rest, "url": web(each)} if head == "links" else {"rel": rest, "id": each}
        )


def _text_of(value: Any) -> str:
    value = plain(value)
    return clean_line(str(value), 500) if isinstance(value, str | int) else ""


def _identity(own: Any, fit: Mapping[str, Any], source: str) -> tuple[str, str]:
    """The source's key of a record, and the id it goes by."""
    identifiers = fit.get("identifiers", {})
    stated = _text_of(own)
    for scheme, rule in (("ror", ror_id), ("wikidata", wikidata_id)):
        try:
            whole = rule(stated or identifiers.get(scheme, ""))
        except Unfit:
            continue
        return whole, f"{scheme}-{whole.rpartition('/')[2].lower()}"
    word = slug(stated)
    if word:
        # A bare number is a row of this table only, and never the same as another's.
        word = f"{source}-{word}" if word.isdecimal() else word
        return stated, word if len(word) < 79 else f"{word[:70]}-{_digest(stated)}"
    name, country = fit["name"], fit.get("country", "")
    folded, word = fold(name), slug(name)
    id_ = "-".join(filter(None, (word, country.lower(), source)))
    if len(id_) > 80 or any(each.isalnum() and not each.isascii() for each in folded):
        id_ = f"{word[:70].strip('-')}-{_digest(folded, country, source)}".strip("-")
    return id_, id_


def _digest(*words: str) -> str:
    """What tells two ids apart that would be the same when they are cut."""
    return sha256("\n".join(words).encode()).hexdigest()[:8]


def centre(geometry: Any) -> tuple[dict[str, float], str]:
    """The point of a GeoJSON geometry, and a caveat where it is not the source's own.

    RFC 7946: positions are longitude first, and a geometry may be null.

    Raises:
        Unfit: It is not a geometry.
    """
    positions = [] if geometry is None else list(_positions(geometry))
    if not positions:
        return {}, ""
    lats, lons = [lat for _, lat in positions], [lon for lon, _ in positions]
    if max(lons) - min(lons) > 180:  # it is drawn across the antimeridian
        lons = [lon + 360 if lon < 0 else lon for lon in lons]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    lon = lon - 360 if lon > 180 >= min(lons) else lon
    return {"lat": lat, "lon": lon}, _MIDDLE if len(positions) > 1 else ""


def _positions(geometry: Any) -> Iterable[tuple[float, float]]:
    """Every position of a geometry, however deep."""
    left: list[Any] = [geometry]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            left.append(each.get("coordinates", each.get("geometries")))
        elif not isinstance(each, list):
            raise Unfit("a geometry that cannot be read")
        elif each and all(isinstance(part, int | float) for part in each):
            if len(each) < 2 or max(map(abs, each)) > 1e9:
                raise Unfit("a position that is none")
            yield float(each[0]), float(each[1])
        else:
            left += each
