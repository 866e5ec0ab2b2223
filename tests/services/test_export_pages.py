"""``md`` and ``bibtex``: what was written by others is text, to readers of either."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ritui.services.export.bibtex import tex
from ritui.services.export.escape import markdown_text
from ritui.text import clean, clean_line
from tests.services.selections import ENEMY, QUIET, flat, hostile_selection, selection, written

MARKUP = frozenset({"html_block", "html_inline", "image", "fence", "code_block", "hr", "s_open"})
SIGNS = {
    "backslash": "\\",
    "braceleft": "{",
    "braceright": "}",
    "asciitilde": "~",
    "asciicircum": "^",
    "less": "<",
    "greater": ">",
    "bar": "|",
}
"""What LaTeX sets for a name that begins with ``text``."""
TEXTS = st.text(st.sampled_from("\\`*_[]<>()#+-=.!|~$&;:@{}%^\"' \n1axñ/")).map(clean)


def parsed(text: str) -> list[Token]:
    """The tokens of a page, those of its lines too."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = reader.parse(text)
    return [each for token in tokens for each in (token, *(token.children or ()))]


def plain(tokens: Iterable[Token]) -> str:
    """What one reads of some tokens."""
    return "".join(each.content for each in tokens if each.type in {"text", "text_special"})


def titles(tokens: list[Token], tag: str) -> list[str]:
    """The titles of a level."""
    places = [i for i, each in enumerate(tokens) if each.type == "heading_open" and each.tag == tag]
    return [plain(tokens[place + 1].children or ()) for place in places]


def test_a_briefing_has_its_parts() -> None:
    text = written("md", selection(QUIET, notes={"sol": "First line\n\nsecond"}, title="For Lima"))
    tokens = parsed(text)
    assert titles(tokens, "h1") == ["For Lima"]
    assert titles(tokens, "h2") == ["Solar Platform", "Sources and licences"]
    assert titles(tokens, "h3")[0] == "Note"
    assert {"Where", "Who", "Reach", "Ties", "Caveats", "From"} <= {*titles(tokens, "h3")}
    assert len([each for each in tokens if each.type == "tr_open"]) == 2
    assert len([each for each in tokens if each.type == "blockquote_open"]) == 1
    assert "2026-11-24" in text
    assert '`area:energy "a  b "`' in text
    assert "CC-BY-4.0, CC0-1.0, public domain" in text
    links = {str(each.attrGet("href")) for each in tokens if each.type == "link_open"}
    assert {"https://example.org/news", "https://example.org/sol?a=1&b=2#c_d"} <= links
    assert "Ana · access office · ana@example.org\n" in text
    # A record that is not among those selected is called by its name all the same.
    assert "**part of:** The net (`net`)" in text


def test_a_hostile_page_is_text() -> None:
    tokens = parsed(written("md", hostile_selection()))
    assert not {each.type for each in tokens} & MARKUP
    assert titles(tokens, "h1") == [flat(ENEMY[5])]
    assert titles(tokens, "h2")[:-1] == [flat(text) for text in ENEMY]
    assert len([each for each in tokens if each.type == "tr_open"]) == 1 + len(ENEMY)
    links = [str(each.attrGet("href")) for each in tokens if each.type == "link_open"]
    assert all(each.startswith(("http://", "https://")) for each in links)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text_is_what_one_reads(text: str) -> None:
    read = parsed(f"- x\n- {markdown_text(text)}")
    assert plain(read) == "x" + flat(text)
    assert not {each.type for each in read} & {*MARKUP, "link_open", "em_open", "code_inline"}


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_tex_sets_any_text_as_it_is(text: str) -> None:
    escaped = tex(text)
    assert escaped.count("{") == escaped.count("}")
    assert typeset(escaped) == clean_line(text)


def typeset(text: str) -> str:
    """What one reads of TeX, if nothing in it has a meaning but the names of signs."""

    def read(found: re.Match[str]) -> str:
        assert not found[3], found.string
        return SIGNS[found[1]] if found[1] else found[2]

    return re.sub(r"\\text(\w+)\{\}|\\([$&#%_])|([\\{}$&#%_~^])", read, text)


def entries(text: str) -> dict[str, dict[str, str]]:
    """The entries of a bibliography by their keys."""
    library = parse_string(text)
    assert not library.failed_blocks
    return {
        entry.key: {name: field.value for name, field in entry.fields_dict.items()}
        for entry in library.entries
        if entry.entry_type == "misc"
    }


def test_an_entry_cites_a_record() -> None:
    [(key, entry)] = entries(written("bibtex", selection(QUIET, notes={"sol": "Mine"}))).items()
    assert key == "sol"
    note = entry.pop("note")
    assert entry == {
        "author": "{CIEMAT}",
        "title": "{Solar Platform}",
        "organization": r"Ministry of Science \& Energy",
        "year": "1981",
        "url": "https://example.org/sol?a=1&b=2#c_d",
        "urldate": "2026-11-24",
        "annote": "Mine",
    }
    for part in ("ROR: https://ror.org/05xx77y52", "accessed 2026-11-24", "ROR (CC0-1.0)"):
        assert part in note


def test_hostile_entries_stay_closed() -> None:
    text = written("bibtex", hostile_selection())
    found = entries(text)
    assert [*found] == [f"enemy-{number}" for number in range(len(ENEMY))]
    for expected, entry in zip(ENEMY, found.values(), strict=True):
        assert typeset(entry["title"][1:-1]) == flat(expected)
        assert not {*entry.get("url", "")} & {*'\\{}<>" '}
    # Outside of entries, an at-sign would begin one.
    outside = [line for line in text.splitlines() if not line.startswith(("@misc{", " ", "}"))]
    assert not any("@" in line for line in outside)


@pytest.mark.parametrize("form", ["md", "bibtex"])
def test_words_are_the_readers(form: str) -> None:
    text = written(form, selection(QUIET, language="es"))
    assert "Plataforma Solar" in text
    assert "Exportado el 2026-11-24" in text
