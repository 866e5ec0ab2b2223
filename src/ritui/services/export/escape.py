"""Escape: text of records that other programs show, and neither compute nor obey."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# What spreadsheets take for the beginning of a formula. Source:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# The dollar sign begins a formula in some dialects, and a line of = makes a title of the one above.
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|~$])|&(?=#?\w+;)|^([#+=-])|^(\d+)([.)])(?=\s|$)")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ADDRESS: Final = re.compile(r"^https?://\S+$")
_UNSAFE: Final = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", "`": "%60"})
_WEB: Final = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x20\x7f]+")


def spreadsheet_cell(text: str) -> str:
    """Text that a spreadsheet shows and never computes."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def markdown_text(text: str) -> str:
    """Text that Markdown shows as it is, on one line; an address becomes a link."""
    if _ADDRESS.match(text):
        return f"<{text.translate(_UNSAFE)}>"
    return _MARKUP.sub(_escaped, " ".join(text.split()))


def markdown_row(cells: Sequence[str], *, escape: bool = True) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(markdown_text(cell) if escape else cell for cell in cells)} |"


def web(text: str) -> str:
    """An http or https address that can stand anywhere as it is; empty for anything else."""
    return text if _WEB.fullmatch(text) else ""


def _escaped(match: re.Match[str]) -> str:
    if match[3]:
        return f"{match[3]}\\{match[4]}"
    return _ENTITIES.get(match[0]) or f"\\{match[0]}"
