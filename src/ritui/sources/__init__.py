"""From the world to records: one kind of source a file, imported on first use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "ror": "ritui.sources.ror:Ror",
    "ror-dump": "ritui.sources.rordump:RorDump",
    "csv": "ritui.sources.table:Csv",
    "json": "ritui.sources.document:Json",
    "jsonl": "ritui.sources.document:JsonLines",
    "geojson": "ritui.sources.document:GeoJson",
    "toml": "ritui.sources.document:Toml",
    "wordpress": "ritui.sources.wordpress:WordPress",
    "feed": "ritui.sources.feed:Feed",
    "re3data": "ritui.sources.re3data:Re3data",
    "wikidata": "ritui.sources.wikidata:Wikidata",
    "ckan": "ritui.sources.ckan:Ckan",
}
"""Kind to where its class is, as ``module:class``."""
