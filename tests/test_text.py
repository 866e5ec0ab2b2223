"""Text: whatever comes in, a terminal shows it, never obeys it, and knows how wide it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ritui import text
from ritui.text import (
    LIMIT,
    clean,
    clean_line,
    fit,
    fold,
    nearest,
    sort_key,
    traced,
    width,
    words,
    wrap,
)

CHARACTERS = st.characters(exclude_categories=[])
"""Any code point, lone surrogates included."""
NASTY = st.sampled_from(
    "\x00\t\n\r\x07\x1b\x7f\x85\x90\x9b\x9c\x9d\xa0\xad\u00b7\u0301\u0344\u094d\u0915\u0e33\u1100"
    "\u1160\u115f\u200b\u200c\u200d\u200e\u2028\u202e\u2066\u212a\u3000\u3099\u3164\ufb01\ufe0f"
    "\ufeff\ud83d\udc68\U0001f1e7\U0001f468\U0001f3fd\U000e0041\U00020000[]();\\aAeElñÑßıİ中e1-_ "
)
ANY = st.text(CHARACTERS | NASTY, max_size=60)
CLEAN = ANY.map(clean)
VARIED = [
    *range(0x3400),
    *range(0xD7A4, 0x18000),
    *range(0x1B000, 0x20000),
    *range(0xE0000, 0xE0200),
]
"""Every code point but those of the large uniform blocks: Han, Hangul, Tangut, private use."""
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"


# --- clean ---


@given(ANY)
def test_clean_text_holds_nothing_that_a_terminal_obeys(value: str) -> None:
    found = clean(value)
    assert not {c for c in found if unicodedata.category(c) in HIDDEN} - {"\t", "\n", *JOINERS}
    assert found.encode().decode() == found
    assert unicodedata.is_normalized("NFC", found)


@given(ANY, st.integers(1, 40))
def test_cleaning_twice_is_cleaning_once(value: str, limit: int) -> None:
    assert clean(clean(value)) == clean(value)
    assert clean(clean(value, limit), limit) == clean(value, limit)
    assert clean_line(clean_line(value)) == clean_line(value) == clean(clean_line(value))


@given(ANY, st.integers(0, 40))
def test_clean_text_is_no_longer_than_asked(value: str, limit: int) -> None:
    assert len(clean(value, limit)) <= limit
    assert len(clean_line(value, limit)) <= limit


@given(ANY)
def test_a_clean_line_is_one_line(value: str) -> None:
    found = clean_line(value)
    assert found == " ".join(found.split())
    assert "\n" not in found


def test_every_character_alone_and_between_others() -> None:
    for code in VARIED:
        for value in (chr(code), f"a{chr(code)}b", f"\u0915{chr(code)}\u0937"):
            found = clean(value)
            shown = {unicodedata.category(c) for c in found if c not in f"\t\n{JOINERS}"}
            assert not shown & HIDDEN, hex(code)
            assert clean(found) == found, hex(code)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", ""),
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("[red]", "[red]"),
        ("[/oops]", "[/oops]"),
        ("[draft] 100 % {x} <b>", "[draft] 100 % {x} <b>"),
        # sequences go as a whole, in both forms, ended or not
        ("a\x1b]52;c;aGk=\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\b\x1b]8;;\x1b\\c", "abc"),
        ("a\x1b]0;title", "a"),
        ("a\x1b]0;title\nb", "a\nb"),
        ("a\x1bPq#0\x1b\\b", "ab"),
        ("a\x1b_x\x9cb", "ab"),
        ("a\x9b2Jb", "ab"),
        ("a\x1b[2Jb", "ab"),
        ("a\x1b[38;5;1mb", "ab"),
        ("a\x1b[", "a"),
        ("a\x1b", "a"),
        ("a\x1b(Bb", "ab"),
        ("a\x1bcb", "ab"),
        ("a\x1b\x1b[2J[2Jb", "a[2Jb"),
        ("a\x9d52;c;aGk=\x07b", "ab"),
        ("a\x9d52;c;aGk=\x9cb", "ab"),
        # an unended 8-bit introducer is rather a letter that was decoded wrongly
        ("a\x9ebc d", "abc d"),
        ("a\x00b\x07c\x08d\x7fe", "abcde"),
        ("a\r\nb\rc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        # direction, tags, soft hyphens and fillers hide; lone surrogates cannot be written
        ("a\u202eb\u2066c\u200ed\ufeffe\xadf", "abcdef"),
        ("a\U000e0041\U000e007fb", "ab"),
        ("\u3164", ""),
        ("a\ud800b\udfff", "ab"),
        ("e\u0301", "é"),
        ("\u212b", "Å"),
        # joiners stay where they join
        ("क्\u200dष", "क्\u200dष"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("ad\u200dmin", "admin"),
        ("\u200dक \u200dष", "क ष"),
        ("നാഷണല്\u200d കാലിക്കറ്റ്\u200c", "നാഷണല്\u200d കാലിക്കറ്റ്\u200c"),
        ("e\u200d\u0301", "é"),
        ("z" + "\u0323" * 50 + "a", "ẓ" + "\u0323" * 7 + "a"),
    ],
)  # fmt: skip
def test_clean(value: str, found: str) -> None:
    assert clean(value) == found


PLAIN = st.text(
    st.sampled_from("aé中がй°\u0301\u0958\u2126\u3164\uffa0\u0915\u094d -"), max_size=14
)
"""Printable text, some of it not yet normal; with piles of marks and what only looks blank."""


@given(st.one_of(ANY, PLAIN, PLAIN.map(lambda value: value + "\u0323" * 9)), st.integers(1, 20))
@example("e" + "\u0358" * 9, 20)
def test_what_is_clean_at_a_glance_is_clean(value: str, limit: int) -> None:
    if value.isprintable():
        # A control character goes, and takes the text the long way.
        assert clean(value) == clean(value + "\0")
        assert clean(value, limit) == clean(value + "\0", limit)


@given(st.one_of(ANY, PLAIN), st.integers(1, 20))
@example("  a b", 3)
@example("a  b", 9)
@example("a\u3000b\xa0", 9)
def test_a_line_is_the_clean_text_with_single_spaces(value: str, limit: int) -> None:
    assert clean_line(value, limit) == " ".join(clean(value, limit).split())


def test_clean_line() -> None:
    assert clean_line("  a \t\n\xa0b\u3000 c\r\n") == "a b c"
    assert clean_line(" \n ") == ""


def test_a_value_is_cut_at_the_limit() -> None:
    assert clean("é" * (LIMIT + 1)) == "é" * LIMIT
    assert clean("a" * (LIMIT + 1)) == "a" * LIMIT
    assert clean("abc", 2) == "ab"
    assert clean("क\u200dष", 2) == "क\u200d"


@pytest.mark.parametrize(
    "value",
    [
        "\x1b" * 400_000,
        "\x1b[" * 200_000,
        "\x1b]" * 200_000,
        "\x9d" * 400_000,
        "\x9da" * 200_000,
        "a" + "\u0301\u0323" * 200_000,
        "क" + "\u200d" * 400_000 + "ष",
        "\u200d" * 400_000,
        "é" * 400_000,
    ],
    ids=["esc", "csi", "osc", "c1", "c1-a", "zalgo", "joiners", "stray", "word"],
)
def test_no_text_takes_long(value: str) -> None:
    """Each of these takes minutes where the work grows with the square of the length."""
    for found in (clean(value), clean_line(value)):
        fold(value), words(found), wrap(found, 7), fit(found, 7)


# --- fold, words, order ---


def folded_by_character(value: str) -> str:
    """What `fold` means, with a look at every character."""
    letters = str.maketrans(text._LETTERS)
    value = text._PILE.sub(text._without_excess, value).casefold().translate(letters)
    decomposed = unicodedata.normalize("NFKD", value)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    folded = unicodedata.normalize("NFKC", bare).casefold().translate(letters)
    return text._CATALAN.sub("", folded)


def words_by_character(value: str) -> list[str]:
    """What `words` means, with a look at every character."""
    parts = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in fold(value))
    return "".join(parts).split()


@given(st.one_of(ANY, PLAIN, st.text("lL·ŀßłØİıſéȩ\u0301\u0327\u0345º½™Kﬁ가ᄀ _'", max_size=12)))
def test_folding_and_words_character_by_character(value: str) -> None:
    assert fold(value) == folded_by_character(value)
    assert words(value) == words_by_character(value)


def test_every_character_folds_and_parts_words_as_its_kind_says() -> None:
    for code in VARIED:
        value = f"a{chr(code)}b \u0915{chr(code)}"
        assert fold(value) == folded_by_character(value), hex(code)
        assert words(value) == words_by_character(value), hex(code)


@given(ANY)
def test_folding_twice_is_folding_once(value: str) -> None:
    assert fold(fold(value)) == fold(value)


def test_every_character_folds_to_what_folds_to_itself() -> None:
    assert not [hex(code) for code in VARIED if fold(fold(chr(code))) != fold(chr(code))]


@given(st.text("aáàâãäåçéèñóôõøüúß ńłżßœæÁÑŁÖ中ж'·-1", max_size=20))
def test_folding_has_no_regard_for_case_or_form(value: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, value)) == fold(value)
    assert fold(value.upper()) == fold(value)
    assert fold(value.lower()) == fold(value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Gonçalves", "goncalves"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("ñandú", "nandu"),
        ("São José", "sao jose"),
        ("Ørsted Æsir Œuvre Đakovo", "orsted aesir oeuvre dakovo"),
        ("ılıca", "ilica"),
        ("İstanbul", "istanbul"),
        ("Ħal Għaxaq", "hal ghaxaq"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Йод", "иод"),
        ("CO₂ ﬁnance №", "co2 finance no"),
        ("Intel·ligència", "intelligencia"),
        ("a · b", "a · b"),
        ("क्\u200dष", fold("क्ष")),
    ],
)
def test_fold(value: str, found: str) -> None:
    assert fold(value) == found


@given(ANY)
def test_words_are_folded_and_hold_no_spaces(value: str) -> None:
    for word in words(value):
        assert word
        assert word == fold(word)
        assert words(word) == [word]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", []),
        ("...", []),
        ("Solar energía, d’Olí_2 (UY-1)", ["solar", "energia", "d", "oli", "2", "uy", "1"]),
        ("हिन्दी भाषा", ["हिनदी", "भाषा"]),
        ("中国科学院 CAS", ["中国科学院", "cas"]),
    ],
)
def test_words(value: str, found: list[str]) -> None:
    assert words(value) == found


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Ábaco", "“Bio” Lab", "[draft] Core", "Ñandú", "nave", "Óptica", "plasma"]),
        ("es", ["Ábaco", "¿Bio?", "nave", "nzz", "Ñandú", "Óptica"]),
        ("pt", ["Água", "Ñandú", "nave", "ótica"]),
    ],
)
def test_order(language: str, names: list[str]) -> None:
    shuffled = names[::2] + names[1::2]
    assert sorted(shuffled, key=lambda name: sort_key(name, language)) == names


def test_the_form_of_a_name_does_not_move_it() -> None:
    for language in ("en", "es", "pt"):
        assert sort_key("N\u0303andú", language) == sort_key("ñandu", language)


@pytest.mark.parametrize(
    ("word", "found"),
    [("countri", "country"), ("REGIÓN", "region"), ("xyz", ""), ("", ""), ("country", "country")],
)
def test_nearest(word: str, found: str) -> None:
    assert nearest(word, ("kind", "region", "country")) == found


# --- traced ---


def gapped(value: str) -> str:
    """The folded text, every sign a space: what words are looked for in."""
    return "".join(
        c if c.isascii() or c.isalnum() or unicodedata.category(c)[0] == "M" else " "
        for c in fold(value)
    )


@given(ANY)
def test_a_traced_text_is_the_folded_one(value: str) -> None:
    flat, starts, ends = traced(value)
    assert flat == gapped(value)
    assert len(flat) == len(starts) == len(ends)
    assert list(starts) == sorted(starts)
    assert list(ends) == sorted(ends)
    for character, start, end in zip(flat, starts, ends, strict=True):
        assert 0 <= start < end <= len(value)
        assert character in gapped(value[start:end])


def test_every_character_is_traced_beside_letters_that_take_it_in() -> None:
    for character in map(chr, VARIED):
        value = f"l{character}l·{character}·l \u1100{character}\u1161 \u09c7{character}\u09be"
        assert traced(value)[0] == gapped(value), ascii(character)


# --- cells ---


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("中国", 4),
        ("한글", 4),
        ("\u1112\u1161\u11ab", 2),
        ("ﾊﾟ", 2),
        ("…", 1),
        ("👍", 2),
        ("👍🏽", 2),
        ("👨\u200d👩\u200d👧", 2),
        ("❤", 1),
        ("❤\ufe0f", 2),
        ("🇧🇷", 2),
        ("\U0001fae8", 2),
        ("\u0378", 1),
        ("नमस्ते", 4),
    ],
)
def test_width(value: str, cells: int) -> None:
    assert width(value) == cells


@given(CLEAN.map(lambda t: " ".join(t.split())), st.integers(0, 30))
@example("中", 1)
@example("中中", 2)
@example("a\U0001f468\u200d\U0001f469", 3)
def test_fit_takes_exactly_the_cells(value: str, cells: int) -> None:
    found = fit(value, cells)
    assert width(found) == cells
    if width(value) <= cells:
        assert found.rstrip() == value
    elif cells:
        assert value.startswith(found.rstrip().removesuffix("…"))


@pytest.mark.parametrize(
    ("value", "cells", "found"),
    [
        ("abc", 5, "abc  "),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("abc", -1, ""),
        ("中国科学院", 5, "中国…"),
        ("中国科学院", 6, "中国… "),
        ("中", 1, "…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
    ],
)
def test_fit(value: str, cells: int, found: str) -> None:
    assert fit(value, cells) == found


@given(CLEAN, st.integers(2, 30))
def test_no_wrapped_line_is_wider_than_asked(value: str, cells: int) -> None:
    lines = wrap(value, cells)
    assert lines
    assert all(width(line) <= cells for line in lines)
    assert "".join("".join(lines).split()) == "".join(value.split())


@given(CLEAN)
def test_a_wide_page_wraps_nothing(value: str) -> None:
    assert wrap(value, 10_000) == [" ".join(line.split()) for line in value.split("\n")]


@pytest.mark.parametrize(
    ("value", "cells", "found"),
    [
        ("", 5, [""]),
        ("one two three", 7, ["one two", "three"]),
        ("one\n\ntwo", 7, ["one", "", "two"]),
        ("a abcdefgh b", 3, ["a", "abc", "def", "gh", "b"]),
        ("abcdefg hi", 5, ["abcde", "fg hi"]),
        ("中国科学院", 5, ["中国", "科学", "院"]),
        ("abc", 1, ["a", "b", "c"]),
        ("abc", 0, ["a", "b", "c"]),
        ("中国", 1, ["中", "国"]),
    ],
)
def test_wrap(value: str, cells: int, found: list[str]) -> None:
    assert wrap(value, cells) == found
