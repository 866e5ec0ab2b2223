"""Linked data in pages: every way in which it is written, and ways in which it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ritui.sources.answer import Answer
from ritui.sources.linked import DEPTH, Linked, absolute, blocks_of, read_linked, texts, types

PAYLOADS = Path(__file__).parents[1] / "payloads" / "jsonld"
PAGE = "https://x.example/a/page.html"


def linked(body: str | bytes, content_type: str = "text/html") -> Linked:
    content = body if isinstance(body, bytes) else body.encode()
    return read_linked(Answer(200, PAGE, {"content-type": content_type}, content))


def script(block: Any, attributes: str = 'type="application/ld+json"') -> str:
    said = block if isinstance(block, str) else json.dumps(block)
    return f"<!doctype html><html><head><script {attributes}>{said}</script></head></html>"


def names(found: Linked) -> list[Any]:
    return [each.get("name") for each in found.tops]


@pytest.mark.parametrize(
    "attributes",
    [
        'type="application/ld+json"',
        "type='application/ld+json'",
        "type=application/ld+json",
        'class="x" TYPE = " Application/LD+JSON ; charset=utf-8" id="y"',
        'data-type="text/plain" type="application/ld&#43;json"',
        'type="application/ld&#x2B;json"\n',
    ],
)
def test_every_spelling_of_the_type(attributes: str) -> None:
    assert names(linked(script({"name": "A"}, attributes))) == ["A"]
    assert names(linked(script({"name": "A"}, attributes).replace("script", "SCRIPT"))) == ["A"]


@pytest.mark.parametrize(
    "attributes",
    ["", 'type="text/javascript"', 'data-type="application/ld+json"', 'type="application/json"'],
)
def test_other_scripts(attributes: str) -> None:
    assert linked(script({"name": "A"}, attributes)).blocks == 0


def test_where_scripts_are() -> None:
    own = script({"name": "A"})
    assert list(blocks_of(f"<!-- {own} --><!--><p>{own}")) == ['{"name": "A"}']
    assert list(blocks_of(f"<!-- never closed {own}")) == []
    text = "<script>document.write('<script type=\"application/ld+json\">{}')</script>"
    assert list(blocks_of(text + own)) == ['{"name": "A"}']
    assert list(blocks_of("<scripture type=application/ld+json>{}</scripture>")) == []
    assert list(blocks_of('<script type="application/ld+json"')) == []


@pytest.mark.parametrize(
    "block",
    [
        '{"name": "A"}',
        '[{"name": "A"}]',
        '{"@graph": [{"name": "A"}]}',
        '\ufeff\n<!-- {"name": "A"} -->\n',
        '<![CDATA[{"name": "A"}]]>',
        '// <![CDATA[\n{"name": "A"}\n// ]]>',
        '/*<![CDATA[*/{"name": "A"}/*]]>*/',
        '{"name": "A" // the name, with "quotes"\n}',
        '{\n// "name": "B",\n"name": "A",\n}',
        '{"name": "A", "url": "https://x.example//a", "x": [1, 2, ],}',
        '{"name": "A", "x": "a\nb\tc\x01"};',
        '{"https://schema.org/name": "A"}',
        '{"schema:name": {"@value": "A"}}',
    ],
)
def test_every_way_of_writing_one_block(block: str) -> None:
    found = linked(script(block))
    assert found.faults == []
    assert [texts(each) for each in names(found)] == [[("A", "")]]


def test_what_repairs_leave_alone() -> None:
    said = {"name": 'A // b, } "c" \\', "url": "https://x.example//"}
    mended = linked(script("// first\n" + json.dumps(said)))
    assert mended.faults == []
    assert mended.tops == [said]


def test_several_values_in_one_block() -> None:
    found = linked(script('{"name": "A"} {"name": "B"},\n[{"name": "C"}, {"name": "D"}]'))
    assert names(found) == ["A", "B", "C", "D"]
    half = linked(script('{"name": "A"} {"name": '))
    assert names(half) == ["A"]
    assert len(half.faults) == 1


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("", "it is empty"),
        ("var x = 1;", "Expecting value"),
        ('{"name": "A"', "delimiter"),
        ('{"name": NaN}', "NaN is no JSON"),
        ('{"name": ' + "9" * 5_000 + "}", "digit"),
        ("[" * 100_000, "recursion"),
        ('{"a":' * (DEPTH + 2) + "1" + "}" * (DEPTH + 2), "more than 64 values inside"),
    ],
)
def test_blocks_that_cannot_be_read(block: str, words: str) -> None:
    found = linked(script(block) + script({"name": "B"}))
    [fault] = found.faults
    assert fault.startswith("block 1 of its JSON-LD cannot be read: ")
    assert words in fault
    assert names(found)[-1] == "B"


def test_depth_that_is_still_read() -> None:
    assert linked(script('{"a":' * DEPTH + "1" + "}" * DEPTH)).faults == []


def test_a_cut_page() -> None:
    whole = (PAYLOADS / "r2r-organization.html").read_bytes()
    found = linked(whole[:9_000])
    assert (found.blocks, found.tops) == (1, [])
    assert len(found.faults) == 1


def test_a_document_as_it_stands() -> None:
    body = (PAYLOADS / "place-geo.jsonld").read_bytes()
    for content_type in ("application/ld+json", "text/plain", ""):
        [node] = linked(body, content_type).tops
        assert types(node) == ["Dataset"]


def test_ids_are_one_node() -> None:
    blocks = [
        {
            "@graph": [
                {"@id": "#org", "@type": "Organization", "name": "A", "parent": {"@id": "#b"}}
            ]
        },
        [{"@id": PAGE + "#b", "name": "B", "part": {"@id": "#org", "name": "no", "url": "/u"}}],
    ]
    found = linked("".join(map(script, blocks)))
    a, b = found.tops
    assert (a["name"], b["name"]) == ("A", "B")
    assert a["parent"] is b
    assert b["part"] is a
    assert a["url"] == "/u"
    assert found.objects("#b") == [b]
    assert found.objects([a, ["#b"], "other"]) == [a, b]
    assert sum(each is a or each is b for each in found.every) == 2


def test_blank_ids_hold_in_their_block_only() -> None:
    found = linked(script({"@id": "_:b0", "name": "A"}) + script({"@id": "_:b0", "name": "B"}))
    assert names(found) == ["A", "B"]


def test_types_are_put_together() -> None:
    one = {"@id": "#a", "@type": "schema:WebSite"}
    other = {"@id": "#a", "@type": ["http://schema.org/NGO", 3, "WebSite"]}
    node = linked(script([one, other])).tops[0]
    assert types(node) == ["WebSite", "NGO"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("A", [("A", "")]),
        (7, [("7", "")]),
        (True, []),
        (None, []),
        ({}, []),
        (["A", ["B", None]], [("A", ""), ("B", "")]),
        ({"@value": "A", "@language": "es"}, [("A", "es")]),
        ({"es": "A", "pt-BR": "B"}, [("A", "es"), ("B", "pt-BR")]),
        ({"name": ["A", {"@value": "B", "@language": "en"}]}, [("A", ""), ("B", "en")]),
        ({"url": "https://x.example/"}, []),
        ({"@id": "x"}, []),
        ({"@value": {"@value": "A"}}, []),
    ],
)
def test_texts_of_any_form(value: Any, said: list[tuple[str, str]]) -> None:
    assert texts(value) == said


def test_things_that_name_themselves_come_to_an_end() -> None:
    found = linked(script({"@id": "#a", "name": [{"@id": "#a"}, "A"], "@list": 1, "x": 2}))
    assert found.tops == []
    [node] = linked(script({"@id": "#a", "name": [{"@id": "#a"}, "A"]})).tops
    assert texts(node["name"]) == [("A", ""), ("A", "")]


def test_the_language_of_a_context() -> None:
    context = ["https://schema.org", {"@language": "pt"}]
    [node] = linked(script({"@context": context, "name": {"@value": "A"}})).tops
    assert texts(node["name"]) == [("A", "pt")]
    assert node["@language"] == "pt"


@pytest.mark.parametrize(
    ("head", "content_type", "encoding"),
    [
        ("", "text/html; charset=utf-8", "latin-1"),
        ("", "text/html; charset=iso-8859-1", "utf-8"),
        ('<meta charset="windows-1250">', "text/html", "windows-1250"),
        ('<meta http-equiv=content-type content="text/html; charset=utf-8">', "", "latin-1"),
        ('<meta charset="unicode-escape">', "text/html", "latin-1"),
    ],
)
def test_the_encoding_of_a_page(head: str, content_type: str, encoding: str) -> None:
    body = (head + script('{"name": "Müllerová é"}')).encode(encoding)
    assert names(linked(body, content_type)) == ["Müllerová é"]


def test_no_text_obeys_anybody() -> None:
    block = {"@id": "#\x1b[31ma", "name": "a\u202eb\x1b]0;x\x07c\x9b2J", "x\u202e": ["\u2066d"]}
    [node] = linked(script(block)).tops
    assert node == {"@id": PAGE + "#a", "name": "abc", "x": ["d"]}


@pytest.mark.parametrize(
    ("address", "whole"),
    [
        ("b", "https://x.example/a/b"),
        ("/b", "https://x.example/b"),
        ("//y.example/", "https://y.example/"),
        ("#c", PAGE + "#c"),
        ("https:/one.slash/x", "https:/one.slash/x"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("//[bad", "//[bad"),
    ],
)
def test_addresses_in_full(address: str, whole: str) -> None:
    assert absolute(PAGE, address) == whole


def test_pages_made_to_take_long_are_read_to_the_end() -> None:
    """No part of a page is looked at again and again; a tree would take minutes for these."""
    tail = script({"name": "A"})
    for piece in ("<div>", "<script ", "<!--><", "<script>", '<script "', "</script ", "/*", '"\\'):
        linked(piece * 200_000 + tail)
    assert names(linked("<div>" * 200_000 + tail)) == ["A"]
    assert linked(script('"\\"' * 100_000)).tops == []
