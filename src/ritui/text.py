"""Clean hostile text, fold it for search and order, measure it in terminal cells.

Everything that comes from outside passes `clean` once, when it enters. After that it holds no
character that a terminal obeys, and it is still shown as text, never read as markup.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LIMIT: Final = 65_536
"""Longest text value kept, in characters."""

_MARKS: Final = 8
"""Most combining marks kept on one character; real scripts stack fewer."""

# ECMA-48: strings (OSC, DCS, SOS, PM, APC) end with BEL or ST, control sequences with a final
# byte, and both have an 8-bit form. An unended string is taken to the end of its line.
_SEQUENCES = re.compile(
    "(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c|$|(?=\n))"
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"
    "|\x1b[ -/]*[0-~]?",
    re.MULTILINE,
)
_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029")
# C0 but tab and newline, DEL, C1, bidi controls, byte-order mark, tags, lone surrogates, and
# the invisible operators that only hide text.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_STACK = re.compile("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0]{%d})"
                    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0]+" % _MARKS)
_SPACES = re.compile(r"\s+")

# Letters that Unicode does not decompose, as catalogues of both regions fold them.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_WORD = re.compile(r"[^\W_]+")
_LEADING = re.compile(r"^[\W_]+")


def clean(value: str, limit: int = LIMIT) -> str:
    """Text that a terminal shows and never obeys.

    Escape and control sequences go as a whole, then control characters, bidi controls, tags
    and lone surrogates; odd line ends become newlines; the form is NFC. Joiners (ZWJ, ZWNJ)
    stay, since scripts need them, and so do brackets: a title like ``[draft]`` survives.

    Args:
        value: Anything at all.
        limit: Characters kept; the rest is cut off.
    """
    if value.isascii() and value.isprintable():
        return value[:limit]
    value = value[: limit * 4]
    if _SUSPECT.search(value):
        value = _SEQUENCES.sub("", value)
        value = _BREAKS.sub("\n", value)
        value = _FORBIDDEN.sub("", value)
    value = unicodedata.normalize("NFC", value)
    value = _STACK.sub(r"\1", value)
    return value[:limit]


def clean_line(value: str, limit: int = LIMIT) -> str:
    """`clean` on one line: white space of any kind is one space, none at the ends."""
    return _SPACES.sub(" ", clean(value, limit)).strip()


def fold(value: str) -> str:
    """Text without regard to case, accents or Unicode form, for comparing and searching.

    Folding folded text changes nothing.
    """
    if value.isascii():
        return value.casefold()
    decomposed = unicodedata.normalize("NFKD", value.casefold().translate(_LETTERS))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", bare).casefold().translate(_LETTERS)


def words(value: str) -> list[str]:
    """The folded words of a text, in order: runs of letters and digits."""
    return _WORD.findall(fold(value))


def sort_key(value: str, language: str = "en") -> str:
    """A key that orders names as a reader of that language expects.

    Accents and case do not matter, leading punctuation is skipped, and in Spanish Ñ follows N.
    """
    value = value.casefold()
    if language == "es":
        value = unicodedata.normalize("NFC", value).replace("ñ", "n\U0010ffff")
    return _LEADING.sub("", fold(value))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to a mistyped one, or empty when none is close."""
    candidates = {fold(each): each for each in known}
    found = difflib.get_close_matches(fold(word), candidates, n=1, cutoff=0.6)
    return candidates[found[0]] if found else ""


def width(value: str) -> int:
    """Cells that a text takes on a terminal."""
    if value.isascii():
        return len(value)
    return sum(_cells(character) for character in value)


def fit(value: str, cells: int) -> str:
    """The text in exactly this many cells: padded, or cut with an ellipsis."""
    if value.isascii() and len(value) <= cells:
        return value.ljust(cells)
    taken = width(value)
    if taken <= cells:
        return value + " " * (cells - taken)
    if cells <= 0:
        return ""
    kept, taken = [], 0
    for character in value:
        cost = _cells(character)
        if taken + cost > cells - 1:
            break
        kept.append(character)
        taken += cost
    return "".join(kept) + "…" + " " * (cells - 1 - taken)


def wrap(value: str, cells: int) -> list[str]:
    """The text in lines of at most this many cells, broken at spaces where there are any."""
    lines: list[str] = []
    for paragraph in value.split("\n"):
        line, taken = "", 0
        for word in paragraph.split():
            size = width(word)
            if line and taken + 1 + size <= cells:
                line, taken = f"{line} {word}", taken + 1 + size
                continue
            if line:
                lines.append(line)
            while size > cells > 1:
                head = fit(word, cells + 1).rstrip()[:-1] if size > cells else word
                head = head or word[0]
                lines.append(head)
                word = word[len(head) :]
                size = width(word)
            line, taken = word, size
        if line or not paragraph.split():
            lines.append(line)
    return lines or [""]


def _cells(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
