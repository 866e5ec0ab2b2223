"""The reader of XML: what it takes, and what it refuses before it does anything."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ritui.sources.xml import DEPTH, XmlUnfit, read_xml

FEEDS = Path(__file__).parents[1] / "payloads" / "feeds"
LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (number, b"&l%d;" % (number - 1) * 10) for number in range(1, 12)
)


def test_names_carry_their_namespace() -> None:
    root = read_xml(b'<x:a xmlns:x="u:v" xmlns="w" x:y="1" z="2"><b>t</b>u</x:a>')
    assert (root.tag, dict(root.attrib)) == ("{u:v}a", {"{u:v}y": "1", "z": "2"})
    [inner] = root
    assert (inner.tag, inner.text, inner.tail) == ("{w}b", "t", "u")
    assert read_xml(b"<a xml:base='q'/>").attrib == {
        "{http://www.w3.org/XML/1998/namespace}base": "q"
    }


@pytest.mark.parametrize(
    "body",
    [
        "<a>ñ€</a>".encode(),
        "\ufeff<a>ñ€</a>".encode(),
        '\r\n <?xml version="1.0"?><a>ñ€</a>'.encode(),
        '<?xml version="1.0" encoding="utf-16"?><a>ñ€</a>'.encode("utf-16"),
        "<a>ñ€</a>".encode("utf-16"),
        '<?xml version="1.0" encoding="windows-1252"?><a>ñ€</a>'.encode("cp1252"),
        "<?xml version='1.0' encoding = 'iso-8859-15'?><a>ñ€</a>".encode("iso-8859-15"),
        '<?xml version="1.0"?><a>ñ€</a>'.encode("cp1252"),
        "<a>ñ€</a>".encode("cp1252"),
    ],
)
def test_encoding_as_declared_or_found_out(body: bytes) -> None:
    assert read_xml(body).text == "ñ€"


@pytest.mark.parametrize(
    "bomb",
    [
        b'<!DOCTYPE a [<!ENTITY l0 "lol">' + LAUGHS + b"]><a>&l11;</a>",
        b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100_000 + b'">]><a>' + b"&b;" * 50_000 + b"</a>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a []><a/>'.encode("utf-16"),
    ],
)
def test_document_types_are_refused_before_they_do_anything(bomb: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(XmlUnfit, match="document type, which is not read"):
        read_xml(bomb)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "ends before its first element"),
        (b"<!-- only this -->", "ends before its first element"),
        (b"<a>\n<b>x", "stops in the middle: <b> of line 2 is not closed"),
        (b"<a>\n<b>x</b", "stops in the middle: <b> of line 2 is not closed"),
        (b"<a><![CDATA[x", "stops in the middle: <a> of line 1 is not closed"),
        (b"<a>\n</b>", "damaged in line 2: mismatched tag"),
        (b"<a>fish & chips</a>", "damaged in line 1: not well-formed"),
        (b"<a>&nbsp;</a>", "damaged in line 1: undefined entity"),
        (b"<a/>more", "damaged in line 1: junk after document element"),
        (b"<x:a/>", "damaged in line 1: unbound prefix"),
        (b"<a>\x00</a>", "damaged in line 1"),
        (b'<?xml version="1.0" encoding="utf-8"?><a>\xf1</a>', "damaged in line 1: not well-form"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "encoding that is not known: .*klingon"),
        (b'<?xml version="1.0" encoding="base64"?><a/>', "encoding that is not known: .*base64"),
        (b'<?xml version="1.0" encoding="shift_jis"?><a/>', "cannot be decoded: multi-byte"),
        (b"<a>" * (DEPTH + 1), "more than 64 elements inside one another"),
    ],
)
def test_what_is_no_xml_is_named(body: bytes, words: str) -> None:
    with pytest.raises(XmlUnfit, match=words) as caught:
        read_xml(body)
    assert isinstance(caught.value, ValueError)
    assert "\n" not in str(caught.value)


def test_as_deep_as_allowed_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_xml(b"<a>" * DEPTH + b"</a>" * DEPTH).tag == "a"
    monkeypatch.setattr("ritui.sources.xml.MOST", 100)
    with pytest.raises(XmlUnfit, match="more than 100 elements"):
        read_xml(b"<a>" + b"<b/>" * 100 + b"</a>")


def test_every_cut_of_a_real_feed_is_noticed() -> None:
    body = (FEEDS / "wordpress-es.rss").read_bytes().rstrip()
    assert read_xml(body).tag == "rss"
    for end in range(0, len(body), 7):
        with pytest.raises(XmlUnfit):
            read_xml(body[:end])
