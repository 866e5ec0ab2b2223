"""Objects: records as JSON, whole, by the line, or as features of a map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ritui import __version__
from ritui.services.export import Selection, attribution, licences


def write_json(selection: Selection) -> Iterator[str]:
    """One object: when, from which directory, under which licences, and the records."""
    head = {
        "generated": selection.generated,
        "generator": f"ritui {__version__}",
        "directory": selection.packaged,
        "query": selection.query,
        **({"title": selection.title} if selection.title else {}),
        "licences": _listed(selection),
    }
    return enveloped(head, "records", selection.noted())


def write_jsonl(selection: Selection) -> Iterator[str]:
    """One record a line; each names its sources and licences in ``provenance``."""
    for record in selection.noted():
        yield dumps(record) + "\n"


def write_geojson(selection: Selection) -> Iterator[str]:
    """A FeatureCollection as RFC 7946 has it; what has no point has a null geometry."""
    head = {
        "type": "FeatureCollection",
        "generated": selection.generated,
        "directory": selection.packaged,
        "attribution": attribution(selection),
        "licences": _listed(selection),
    }
    return enveloped(head, "features", map(_feature, selection.noted()))


def enveloped(head: Mapping[str, Any], key: str, items: Iterable[Any]) -> Iterator[str]:
    """An object whose last value is a list, written item by item, each on a line of its own."""
    yield f"{dumps(head)[:-1]},{dumps(key)}:["
    comma = ""
    for item in items:
        yield f"{comma}\n{dumps(item)}"
        comma = ","
    yield "\n]}\n"


def dumps(value: Any) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _feature(record: Mapping[str, Any]) -> dict[str, Any]:
    properties = {key: value for key, value in record.items() if key not in {"lat", "lon"}}
    point = None
    if "lat" in record and "lon" in record:
        point = {"type": "Point", "coordinates": [record["lon"], record["lat"]]}
    return {"type": "Feature", "id": record["id"], "geometry": point, "properties": properties}


def _listed(selection: Selection) -> list[dict[str, Any]]:
    return [
        {"licence": licence, "sources": sources} if licence else {"sources": sources}
        for licence, sources in licences(selection).items()
    ]
