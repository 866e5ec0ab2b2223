"""What every kind of source shares: bodies, addresses, and what an answer looks like."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritui.sources.address import is_web, nearness, proxy_for, shown, stays
from ritui.sources.answer import Answer, Body, text_of, what_is


@given(st.lists(st.binary(max_size=200)), st.integers(1, 64))
def test_inflating_is_the_same_in_pieces_of_any_size(members: list[bytes], size: int) -> None:
    packed = b"".join(gzip.compress(each) for each in members or [b""])
    with Body(100_000, gzipped=True) as body:
        for start in range(0, len(packed), size):
            body.feed(packed[start : start + size])
        body.finish()
        assert body.content() == b"".join(members)


@given(st.text())
def test_any_text_can_be_asked_whether_it_is_an_address(text: str) -> None:
    assert shown(text) is not None
    if is_web(text):
        assert stays(text, text)


@pytest.mark.parametrize(
    ("address", "way"),
    [("127.0.0.1", "loopback"), ("::1", "loopback"), ("0.0.0.0", "loopback"),
     ("::ffff:10.0.0.1", "private"), ("192.168.1.1", "private"), ("100.64.0.1", "private"),
     ("fc00::1", "private"), ("169.254.169.254", "link-local"), ("fe80::1%eth0", "link-local"),
     ("224.0.0.1", "private"), ("8.8.8.8", ""), ("2606:4700::1111", ""), ("ror.org", "")],
)  # fmt: skip
def test_which_addresses_are_not_public(address: str, way: str) -> None:
    assert nearness(address) == way


@pytest.mark.parametrize(
    ("body", "name"),
    [(b"", "an empty answer"),
     (b"\xef\xbb\xbf <!-- x --><!DOCTYPE HTML><p>", "HTML page without a title"),
     (b"<?xml version='1.0'?><rss><title>News</title></rss>", "XML"),
     (b"<html><TITLE lang=es>\nP&aacute;gina \x1b[2Jde error</TITLE>", "titled “Página de error”"),
     (b"Rate\nlimit", "the text “Rate limit”"), (b"<!--" * 4000, "XML")],
)  # fmt: skip
def test_names_what_it_got(body: bytes, name: str) -> None:
    assert name in what_is(body)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [("año".encode(), "iso-8859-1", "año"), ("año".encode("cp1252"), "", "año"),
     ("łódź".encode("iso-8859-2"), "ISO-8859-2", "łódź"), ("año".encode("utf-16"), "", "año"),
     ("año".encode("utf-8-sig"), "", "año"), (b"a\xf1o\x81", "nonsense", "año\ufffd")],
)  # fmt: skip
def test_decodes_by_content_first(body: bytes, charset: str, text: str) -> None:
    headers = {"content-type": f"text/csv; charset={charset}"} if charset else {}
    assert text_of(Answer(200, "", headers, body)) == text


@pytest.mark.parametrize(
    ("spared", "straight"),
    [
        ("", ""),
        ("*", "ror a.example b.a.example:81 127.0.0.1 10.9.8.7 [fd00::1]"),
        ("a.example", "a.example b.a.example:81"),
        (".a.example", "a.example b.a.example:81"),
        ("*.A.example", "a.example b.a.example:81"),
        ("a.example:81, x.example", "b.a.example:81"),
        ("a.example:80", "a.example"),
        ("xa.example example.a", ""),
        ("10.0.0.0/8,127.0.0.1", "127.0.0.1 10.9.8.7"),
        ("127.0.0.1:80 10.9.8.7:81", "127.0.0.1"),
        ("fd00::/8", "[fd00::1]"),
        ("[fd00::1]", "[fd00::1]"),
        ("[fd00::1]:80, nonsense://[, /, .", "[fd00::1]"),
        ("http://ror", "ror"),
    ],
)
def test_what_a_proxy_is_not_for(
    monkeypatch: pytest.MonkeyPatch, spared: str, straight: str
) -> None:
    for name in ("all_proxy", "no_proxy", "https_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HTTP_PROXY", "proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", spared)
    hosts = "ror a.example b.a.example:81 127.0.0.1 10.9.8.7 [fd00::1]".split()
    found = {host: proxy_for(f"http://{host}/x") for host in hosts}
    assert {*found.values()} <= {"", "http://proxy.example:3128"}
    assert [host for host, proxy in found.items() if not proxy] == straight.split()
    assert proxy_for("https://a.example/") == ""
    monkeypatch.setenv("ALL_PROXY", "socks5://all.example")
    assert (proxy_for("https://c.example/") == "") is (spared == "*")
