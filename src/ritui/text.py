"""Clean hostile text, fold it for search and order, measure it in terminal cells.

Everything that comes from outside passes `clean` once, when it enters. After that it holds no
character that a terminal obeys, and it is still shown as text, never read as markup.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

LIMIT: Final = 65_536
"""Longest text value kept, in characters."""

_MARKS: Final = 8
"""Most marks and joiners kept on one character; real scripts stack fewer."""
_JOINERS: Final = "\u200c\u200d"
"""ZWNJ and ZWJ: Persian, the scripts of India and emoji are written with them."""

# Most text needs no cleaning, and no start does, so these four are compiled when they are used.
# ECMA-48: strings (OSC, DCS, SOS, PM, APC) end with BEL or ST, control sequences with a final
# byte, and both have an 8-bit form. An unended string is taken to the end of its line; not so
# in the 8-bit form, whose introducers are also what wrongly decoded letters look like.
_SEQUENCES: Final = (
    "\x1b[\\]PX^_][^\x07\x1b\x9c\n]*+(?:\x07|\x1b\\\\|\x9c)?"
    "|[\x90\x98\x9d-\x9f][^\x07\x1b\x90\x98\x9c-\x9f\n]*+(?:\x07|\x1b\\\\|\x9c)"
    "|(?:\x1b\\[|\x9b)[0-?]*+[ -/]*+[@-~]?"
    "|\x1b[ -/]*+[0-~]?"
)
_BREAKS: Final = "\r\n?|\x85|\u2028|\u2029"
_FORBIDDEN: Final = (
    "["
    # C0 but tab and newline, DEL, C1, lone surrogates
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
    # every format character of Unicode (bidi controls, tags, soft hyphens) but the joiners
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001345f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
    # letters that look like nothing
    "\u3164\uffa0"
    "]"
)
_SUSPECT: Final = f"{_FORBIDDEN}|[\u2028\u2029]"
# The first character stands by itself: a search looks for a single one much faster.
_PILE = re.compile(rf"[^\w\s\x00-\x7f][^\w\s\x00-\x7f]{{{_MARKS},}}")
# A joiner changes the letter before it, also at the end of a Malayalam or Kannada word; after
# a space or an ASCII letter it only hides.
_STRAY = re.compile(rf"(?<![^\x00-\x7f\s])[{_JOINERS}]+")

# Letters that Unicode does not decompose, as catalogues of both regions fold them; and what
# changes how a letter is drawn but not which one it is.
_LETTERS: Final[dict[str, str]] = {
    "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ħ": "h", "ŧ": "t", "ŋ": "n",
} | dict.fromkeys([*_JOINERS, "\xad", "\u034f", *map(chr, range(0xFE00, 0xFE10))], "")  # fmt: skip
_LETTER = re.compile(f"[{''.join(_LETTERS)}]")
_CATALAN = re.compile(r"(?<=l)\u00b7(?=l)")
# Neither ASCII nor letter nor digit: a mark or a sign.
_ASIDE = re.compile(r"[^\w\x00-\x7f]")
# A run of anything but ASCII signs; `words` has taken out the others before.
_WORD = re.compile(r"[^\x00-/:-@\[-`{-\x7f]+")
_LEADING = re.compile(r"^[\W_]+")
# Vowels and finals of decomposed Hangul, and skin tones: drawn into what is before them.
_MODIFIER = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U0001f3fb-\U0001f3ff]")
# Emoji and rare Han characters, wide in whatever version they are assigned.
_PICTURE = re.compile("[\U0001f300-\U0001faff\U00020000-\U0003ffff]")


def clean(value: str, limit: int = LIMIT) -> str:
    """Text that a terminal shows and never obeys.

    Escape and control sequences go as a whole, then control and format characters and lone
    surrogates; odd line ends become newlines; the form is NFC. Joiners (ZWJ, ZWNJ) stay after
    the letters of scripts that need them, and so do brackets: a title like ``[draft]``
    survives. Cleaning clean text changes nothing.

    Args:
        value: Anything at all.
        limit: Characters kept; the rest is cut off.
    """
    if value.isprintable() and (value.isascii() or _is_settled(value)):
        return value[:limit]
    value = value[: limit * 4]
    if re.search(_SUSPECT, value):
        value = re.sub(_SEQUENCES, "", value)
        value = re.sub(_BREAKS, "\n", value)
        value = re.sub(_FORBIDDEN, "", value)
    # Normalising a pile of marks takes the square of its height, so it is cut before as well.
    value = unicodedata.normalize("NFC", _PILE.sub(_without_excess, value))
    value = _PILE.sub(_without_excess, value)
    value = unicodedata.normalize("NFC", _STRAY.sub("", value))
    return value[:limit]


def clean_line(value: str, limit: int = LIMIT) -> str:
    """`clean` on one line: white space of any kind is one space, none at the ends."""
    # Most of what comes needs no cleaning, and to see that here spares a call.
    plain = value.isascii() and value.isprintable()
    line = (value[:limit] if plain else clean(value, limit)).strip()
    # What is printable has no white space but the space.
    even = "  " not in line and (plain or line.isprintable())
    return line if even else " ".join(line.split())


def fold(value: str) -> str:
    """Text without regard to case, accents or Unicode form, for comparing and searching.

    Folding folded text changes nothing.
    """
    if value.isascii():
        return value.casefold()
    value = _LETTER.sub(_spelt, _PILE.sub(_without_excess, value).casefold())
    bare = _ASIDE.sub(_unmarked, unicodedata.normalize("NFKD", value))
    if bare.isascii():
        return bare.casefold()
    folded = _LETTER.sub(_spelt, unicodedata.normalize("NFKC", bare).casefold())
    return _CATALAN.sub("", folded)


def words(value: str) -> list[str]:
    """The folded words of a text, in order: runs of letters and digits."""
    folded = fold(value)
    if not folded.isascii():
        folded = _ASIDE.sub(_unsigned, folded)
    return _WORD.findall(folded)


def traced(value: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The form of a text in which `words` finds its words, and where all of it is from.

    Folding makes two letters of one and none of an accent. What stands together as one letter,
    with its marks, is never taken apart.

    Returns:
        The folded text with a gap for any sign; and of each of its characters the place in
        `value` at which what it is made from begins, and the place after its end.
    """
    if value.isascii():
        return value.casefold(), range(len(value)), range(1, len(value) + 1)
    edges = [0]
    for place in range(1, len(value)):
        character = value[place]
        if character.isascii() or not (value[place - 1] in _JOINERS or _is_joined(character)):
            edges.append(place)
    edges.append(len(value))
    pieces = [fold(value[start:end]) for start, end in pairwise(edges)]
    flat = "".join(pieces)
    origins = [edge for edge, piece in zip(pairwise(edges), pieces, strict=True) for _ in piece]
    # The one sign that goes only where it stands between two others.
    if dots := {dot.start() for dot in _CATALAN.finditer(flat)}:
        flat = _CATALAN.sub("", flat)
        origins = [edge for place, edge in enumerate(origins) if place not in dots]
    starts, ends = [start for start, _ in origins], [end for _, end in origins]
    return _ASIDE.sub(_unsigned, flat), starts, ends


def sort_key(value: str, language: str = "en") -> str:
    """A key that orders names as a reader of that language expects.

    Accents and case do not matter, leading punctuation is skipped, and in Spanish Ñ follows N.
    """
    if language == "es":
        value = unicodedata.normalize("NFC", value).casefold().replace("ñ", "n\U0010ffff")
    return _LEADING.sub("", fold(value))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word closest to a mistyped one, or empty when none is close."""
    candidates = {fold(each): each for each in known}
    found = difflib.get_close_matches(fold(word), candidates, n=1, cutoff=0.6)
    return candidates[found[0]] if found else ""


def width(value: str) -> int:
    """Cells that a text takes on a terminal."""
    return len(value) if value.isascii() else sum(_costs(value))


def fit(value: str, cells: int) -> str:
    """The text in exactly this many cells: padded, or cut with an ellipsis."""
    taken = width(value)
    if taken <= cells:
        return value + " " * (cells - taken)
    if cells <= 0:
        return ""
    if value.isascii():
        return value[: cells - 1] + "…"
    end, taken = 0, 0
    for cost in _costs(value):
        if taken + cost >= cells:
            break
        end, taken = end + 1, taken + cost
    return value[:end].rstrip(_JOINERS) + "…" + " " * (cells - 1 - taken)


def wrap(value: str, cells: int) -> list[str]:
    """The text in lines of at most this many cells, broken at spaces where there are any.

    A character that alone is wider than the line has a line of its own.
    """
    lines: list[str] = []
    for paragraph in value.split("\n"):
        line: list[str] = []
        taken = 0
        for word in paragraph.split():
            size = width(word)
            if line and taken + 1 + size > cells:
                lines.append(" ".join(line))
                line, taken = [], 0
            if size > cells:
                *heads, word = _broken(word, cells)
                lines += heads
                size = width(word)
            taken += size + bool(line)
            line.append(word)
        lines.append(" ".join(line))
    return lines


def _is_settled(value: str) -> bool:
    """Whether printable text has nothing to clean; two of what is forbidden are printable."""
    return (
        "\u3164" not in value
        and "\uffa0" not in value
        and not _PILE.search(value)
        and unicodedata.is_normalized("NFC", value)
    )


def _spelt(letter: re.Match[str]) -> str:
    """A letter that Unicode does not decompose, in those that stand for it."""
    return _LETTERS[letter[0]]


def _unmarked(aside: re.Match[str]) -> str:
    """A sign, without the accents."""
    return "" if unicodedata.combining(aside[0]) else aside[0]


def _unsigned(aside: re.Match[str]) -> str:
    """A mark as it is, since the vowel signs of many scripts are marks; a gap for any sign."""
    return aside[0] if unicodedata.category(aside[0])[0] == "M" else " "


@lru_cache(maxsize=4096)
def _is_joined(character: str) -> bool:
    """Whether a character, not ASCII, is one with what is before it when it is folded."""
    # A sound mark or a vowel of half width becomes one that is drawn into its letter.
    first = unicodedata.normalize("NFKD", character)[0]
    return not _cells(character) or not _cells(first) or not fold(character)


def _without_excess(pile: re.Match[str]) -> str:
    """A run of marks and symbols, with no more marks on a character than real text has."""
    kept: list[str] = []
    marks = 0
    for character in pile[0]:
        marks = 0 if _cells(character) else marks + 1
        if marks <= _MARKS:
            kept.append(character)
    return "".join(kept)


def _broken(word: str, cells: int) -> list[str]:
    """A word in pieces of at most this many cells; marks stay with what they mark."""
    pieces: list[str] = []
    start, taken = 0, 0
    for place, cost in enumerate(_costs(word)):
        if taken and taken + cost > cells:
            pieces.append(word[start:place])
            start, taken = place, 0
        taken += cost
    return [*pieces, word[start:]]


def _costs(value: str) -> Iterator[int]:
    """Cells of each character in turn, as Textual counts them: a joined emoji is one."""
    before, cost = "", 0
    for character in value:
        if character.isascii():
            cost = 1
        elif before == "\u200d":
            cost = 0
        elif character == "\ufe0f":  # asks for the wide form of the symbol before it
            cost = int(cost == 1 and not before.isalnum())
        else:
            cost = _cells(character)
        yield cost
        before = character


def _cells(character: str) -> int:
    """Cells of a character that is not ASCII, standing alone."""
    category = unicodedata.category(character)
    if category[0] == "M" or category == "Cf" or _MODIFIER.match(character):
        return 0
    if category == "Cn":  # younger than Python's tables, which call all of these wide
        return 2 if _PICTURE.match(character) else 1
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
