"""From the world to records: one kind of source a file, imported on first use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "ror": "ritui.sources.ror:Ror",
}
"""Kind to where its class is, as ``module:class``."""
