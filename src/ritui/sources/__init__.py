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
    "jsonld": "ritui.sources.jsonld:JsonLd",
    "bundle": "ritui.sources.bundle:Bundle",
}
"""Kind to where its class is, as ``module:class``."""

GROUP: Final = "ritui.sources"
"""Entry points by which other installed packages bring kinds of their own."""


def kinds() -> Mapping[str, str]:
    """Every kind there is, with those of other packages; none of theirs is imported for it."""
    # Looking through what is installed takes longer than reading the settings.
    from importlib.metadata import entry_points

    others = {each.name: each.value for each in entry_points(group=GROUP)}
    return {**others, **KINDS}
