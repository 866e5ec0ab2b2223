"""HTML made into plain text, and nothing else of it kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritui.sources.markup import brief, line, link_of, page_title, prose
from ritui.text import clean, clean_line

PAYLOADS = Path(__file__).parents[1] / "payloads"


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("", ""),
        (" plain  text ", "plain  text"),
        ("<p>One\n  two</p><p>three</p>", "One two\n\nthree"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<h2>Head</h2>Body", "Head\n\nBody"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<b>bo</b>ld <i>and</i> <a href='x'>link</a>", "bold and link"),
        ("<ul><li>a</li><li><p>b</p></li><li></li></ul>c", "- a\n- b\n\nc"),
        ("<ul><li><div>a</div></li><li>b<ol><li>c</ol></ul>", "- a\n- b\n\n- c"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td></td><td>c</td></tr></table>", "a | b\nc"),
        ("&#8220;A&#8221; &amp; &lt;b&gt; &#038;&nbsp;&eacute;&hellip;", "“A” & <b> & é…"),
        ("x<script>alert(1)</script><style>p{}</style><!-- c -->y", "xy"),
        ("x<iframe src=y>z</iframe><noscript>n</noscript><svg><title>t</title></svg>", "x"),
        ("unclosed <p>a <b", "unclosed\n\na"),
        ("<frameset>", ""),
    ],
)
def test_prose(fragment: str, text: str) -> None:
    assert prose(fragment) == text


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("[et_pb_row a=&#8221;1&#8243;]<p>in</p>[/et_pb_row] <b>out</b>", "in\n\nout"),
        ("[gallery] [gallery ids='1,2'] after", "after"),
        ("[box]kept[/box] [box]", "kept"),
        ('[vc_row][vc_column width="1/2"]x[/vc_column][/vc_row]', "x"),
        ("he said [sic] so [en línea] [1] [draft] [&hellip;]", None),
    ],
)
def test_codes_of_wordpress_go_and_brackets_stay(fragment: str, text: str | None) -> None:
    assert prose(fragment) == (fragment.replace("&hellip;", "…") if text is None else text)


def test_page_builder_leaves_only_what_is_read() -> None:
    blog, home = json.loads((PAYLOADS / "wordpress" / "pages.json").read_bytes())
    assert prose(blog["content"]["rendered"]) == ""
    text = prose(home["content"]["rendered"])
    assert text.startswith("Your content goes here. Edit or remove this text inline")
    assert "우리가 하는일" in text.split("\n")
    assert "et_pb" not in text
    assert "[" not in text
    assert brief(home["excerpt"]["rendered"]) == (
        "Your content goes here. Edit or remove this text […]"
    )


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("[red]Alert[/red]", "[red]Alert[/red]"),
        ("a &lt; b &#038; c", "a < b & c"),
        ("H<sub>2</sub>O\n day", "H2O day"),
        ("&#27;[31mred&#x1b;]8;;http://x\x07 \x1b[2Jend", "red end"),
        ("\x1b[31mred\x1b]8;;http://x\x07 \x9b2Jend", "red end"),
        ("abc&#x202e;fed&#8203;\u2066g", "abcfedg"),
        ("5 < 6", "5 < 6"),
        ("<table><td>a<td>b</table>", "a b"),
    ],
)
def test_titles_are_one_clean_line(title: str, text: str) -> None:
    assert line(title) == text
    assert line(line(title).replace("&", "&amp;").replace("<", "&lt;")) == text


def test_brief_ends_between_words() -> None:
    assert brief("<p>one two, three</p>", 12) == "one two…"
    assert brief("<p>one</p><p>two</p>", 7) == "one two"
    assert brief("x" * 50, 10) == "x" * 9 + "…"
    assert len(brief("word " * 1_000)) <= 500


def test_what_a_page_says_of_itself() -> None:
    listing = (PAYLOADS / "wordpress" / "not-json.html").read_text("utf-8")
    assert page_title(listing) == "Index of /wordpress_github/wp-json/wp/v2/posts"
    assert page_title("<title>\n A &amp; B\x1b[2J </title>") == "A & B"
    assert page_title('<meta property="og:title" content="Shared"><h1>H</h1>') == "Shared"
    assert page_title("<svg><title>no</title></svg><h1>He<b>ad</b></h1>") == "Head"
    assert page_title("") == ""
    page = '<link href="/a" rel="alternate"><link rel="x https://api.w.org/" href=" /wp-json/ ">'
    assert link_of(page, "https://api.w.org/") == "/wp-json/"
    assert link_of(page, "next") == ""


@pytest.mark.parametrize(
    "hostile",
    ["<div>", "<b><p>", "<table><td>", "[a ", "[a =", "[/a", "<ul><li>", "&#27;", "<a href='"],
)
def test_nesting_without_end_costs_little(hostile: str) -> None:
    started = time.perf_counter()
    assert len(brief(hostile * 20_000)) <= 500
    prose(hostile * 20_000)
    assert time.perf_counter() - started < 5


@given(
    st.lists(
        st.sampled_from(
            "<p> </p> <li> <ul> </ul> <td> <table> <br> [a=1] [/x] [x] &#27; [31m &#x202e; "
            "<script> </script> <!-- <template> <select> word \x9b \ud800 a\u0301".split()
        )
        | st.sampled_from("\x0c\x1c\x1d\x1e\x1f")
        | st.text(max_size=4),
        max_size=14,
    ).map("".join)
)
def test_whatever_comes_out_is_clean(fragment: str) -> None:
    text = prose(fragment)
    assert clean(text) == text
    for each in (line(fragment), brief(fragment, 20), page_title(fragment)):
        assert clean_line(each) == each
    assert len(brief(fragment, 20)) <= 20
