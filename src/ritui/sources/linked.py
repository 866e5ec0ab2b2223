"""Linked data inside web pages: the JSON-LD of a page as nodes that know one another.

JSON-LD: https://www.w3.org/TR/json-ld11/ . Contexts are never fetched: what is read here is
schema.org, whose words mean the same whatever a context says. Pages are searched for their
scripts without being built into a tree, which costs the square of its depth.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeAlias
from urllib.parse import urljoin

from ritui.model.normal import Unfit
from ritui.sources.answer import Answer, text_of
from ritui.text import clean, clean_line

DEPTH: Final = 64
"""Values inside one another, at most."""
MANY: Final = 200
"""Values of one field that are looked at."""

Node: TypeAlias = dict[str, Any]
"""What a page says of one thing: schema.org's words, without prefix, to values."""

_TYPE: Final = "application/ld+json"
_TYPED: Final = frozenset({_TYPE, "application/json"})
_MARK = re.compile(r"<!--|<script(?=[\s/>])", re.IGNORECASE)
_CLOSE = re.compile(r"</script(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w-])type\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,20})", re.IGNORECASE)
_CHARSETS = re.compile(r"iso-8859-\d{1,2}|windows-\d{3,4}|koi8-[ru]|shift_jis|euc-jp|gb\w+|big5")

# Wrappings that hid scripts from browsers of another age.
_HEAD = re.compile(r"(?:\s|\ufeff|(?://|/\*)?\s*+(?:<!\[CDATA\[|<!--)(?:\s*+\*/)?)*+")
_TAIL = re.compile(r"\s*(?:(?://|/\*)?\s*(?:\]\]>|-->)(?:\s*\*/)?\s*)+\Z")
_BETWEEN = re.compile(r"[\s,;]*")
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*+"?)|//[^\n]*+', re.DOTALL)
_SPARE_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+"?)|,(?=\s*+[\]}])', re.DOTALL)

_PREFIX = re.compile(r"(?:https?://schema\.org/|schema:|sdo:)")
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")
_LANGUAGE = re.compile(r"(?!id$)[a-z]{2}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


@dataclass(slots=True)
class Linked:
    """The linked data of one page."""

    url: str
    """The address of the page, from which relative ones start."""
    tops: list[Node] = field(default_factory=list)
    """What stands at the beginning of a block, or in its graph, in order."""
    every: list[Node] = field(default_factory=list)
    """Every node once, however deep."""
    known: dict[str, Node] = field(default_factory=dict)
    """Nodes by their id in full. What several places say of one id is one node."""
    blocks: int = 0
    faults: list[str] = field(default_factory=list)
    """Blocks that could not be read, and why."""

    def objects(self, value: Any, most: int | None = MANY) -> list[Node]:
        """The nodes of a field, those that it names by a bare id too; None is all of them."""
        found: list[Node] = []
        for each in islice(flat(value), most):
            if isinstance(each, str) and each:
                each = self.known.get(absolute(self.url, each))
            if isinstance(each, dict):
                found.append(each)
        return found


def read_linked(answer: Answer) -> Linked:
    """The linked data of an answer: a page, or JSON-LD as it stands."""
    linked = Linked(answer.url)
    page = page_text(answer)
    bare = answer.media_type in _TYPED or page.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}
    for number, block in enumerate([page] if bare else blocks_of(page), 1):
        linked.blocks += 1
        values, fault = _values(block)
        for value in values:
            try:
                _add(linked, value)
            except Unfit as error:
                fault = fault or str(error)
        if fault:
            linked.faults.append(f"block {number} of its JSON-LD cannot be read: {fault}")
    return linked


def page_text(answer: Answer) -> str:
    """The text of a page, which may say itself how it is written."""
    if "charset" not in answer.headers.get("content-type", "").lower():
        found = _CHARSET.search(answer.body[:2_048])
        name = found[1].decode("ascii").lower() if found else ""
        if _CHARSETS.fullmatch(name):
            told = {**answer.headers, "content-type": f"text/html; charset={name}"}
            return text_of(Answer(answer.status, answer.url, told, answer.body))
    return text_of(answer)


def blocks_of(page: str) -> Iterator[str]:
    """What the scripts of a page hold that say they are JSON-LD, in order.

    What is commented out is left out, and a script that is cut ends with the page.
    """
    place = 0
    while mark := _MARK.search(page, place):
        if mark[0] == "<!--":
            place = page.find("-->", mark.end() - 2) + 3
            if place == 2:
                return
            continue
        start = page.find(">", mark.end()) + 1
        if not start:
            return
        close = _CLOSE.search(page, start)
        end = close.start() if close else len(page)
        kind = _ATTRIBUTE.search(page, mark.end(), min(start, mark.end() + 2_000))
        said = html.unescape(next(filter(None, kind.groups()), "")) if kind else ""
        if said.partition(";")[0].strip().lower() == _TYPE:
            yield page[start:end]
        place = end


def flat(value: Any) -> Iterator[Any]:
    """A value, or the values of a list with the lists in it."""
    if isinstance(value, list):
        for each in value:
            yield from flat(each)
    elif value is not None:
        yield value


def texts(value: Any) -> list[tuple[str, str]]:
    """The texts of a field with their languages, where they state them; objects by their name."""
    found: list[tuple[str, str]] = []
    for each in islice(flat(value), MANY):
        if isinstance(each, dict) and "@value" not in each and "name" in each:
            for inner in islice(flat(each["name"]), MANY):
                found += _said(inner)
        else:
            found += _said(each)
    return found[:MANY]


def text(value: Any) -> str:
    """The first text of a field, or empty."""
    return next((said for said, _ in texts(value)), "")


def types(node: Node) -> list[str]:
    """The types of a node, without prefix, each once."""
    said = (each for each in flat(node.get("@type")) if _is_text(each))
    return list(dict.fromkeys(_PREFIX.sub("", each, count=1) for each in said))


def absolute(base: str, address: str) -> str:
    """An address in full. One that has a scheme is left as it is, however strange."""
    if _SCHEME.match(address):
        return address
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def _said(value: Any) -> list[tuple[str, str]]:
    """The texts of one value, which is not looked at any deeper."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return [(str(value), "")] if value != "" else []
    if not isinstance(value, dict):
        return []
    if "@value" in value:
        inner, language = value["@value"], value.get("@language")
        said = [] if isinstance(inner, dict) else _said(inner)
        return [(each, language if isinstance(language, str) else "") for each, _ in said]
    tagged = {key: each for key, each in value.items() if not key.startswith("@")}
    is_map = all(_LANGUAGE.fullmatch(key) and _is_text(each) for key, each in tagged.items())
    return [(each, key) for key, each in tagged.items()] if is_map else []


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _values(block: str) -> tuple[list[Any], str]:
    """The JSON values of a block, and why one of them could not be read."""
    start = _HEAD.match(block)
    block = block[start.end() if start else 0 :]
    tail = _TAIL.search(block, max(len(block) - 200, 0))
    block = block[: tail.start()] if tail else block
    values, fault = _decoded(block)
    if fault:
        without = _COMMENT.sub(lambda found: found[1] or " ", block)
        mended, again = _decoded(_SPARE_COMMA.sub(lambda found: found[1] or "", without))
        if not again:
            return mended, ""
    return values, fault


def _decoded(block: str) -> tuple[list[Any], str]:
    values: list[Any] = []
    place = 0
    try:
        while place < len(block):
            gap = _BETWEEN.match(block, place)
            place = gap.end() if gap else place
            if place == len(block):
                break
            value, place = _JSON.raw_decode(block, place)
            values.append(value)
    except (ValueError, RecursionError) as error:
        return values, clean_line(str(error), 120)
    return values, "" if values else "it is empty"


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


# Control characters in strings are wrong, but common where people write in a form.
_JSON: Final = json.JSONDecoder(strict=False, parse_constant=_refuse)


def _add(linked: Linked, value: Any) -> None:
    """Add a value of a block: an object, a list of them, or one that has a graph of them.

    Raises:
        Unfit: It is nested too deeply.
    """
    context = value.get("@context") if isinstance(value, Mapping) else None
    stated = [each["@language"] for each in flat(context)
              if isinstance(each, Mapping) and _is_text(each.get("@language"))]  # fmt: skip
    tidy = _tidy(linked, value, clean_line(stated[-1], 20) if stated else "", 0)
    for each in flat(tidy):
        if isinstance(each, dict):
            graph = [inner for inner in flat(each.get("@graph")) if isinstance(inner, dict)]
            linked.tops += [*graph, each] if "@type" in each else graph or [each]


def _tidy(linked: Linked, value: Any, language: str, depth: int) -> Any:
    """A value with clean texts, schema.org's words without prefix, and one node an id."""
    if depth > DEPTH:
        raise Unfit(f"more than {DEPTH} values inside one another")
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, list):
        return [_tidy(linked, each, language, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    said = {
        _PREFIX.sub("", clean_line(key, 200), count=1): _tidy(linked, each, language, depth + 1)
        for key, each in value.items()
        if key != "@context"
    }
    if "@value" in said:
        return {"@language": language, **said} if language else said
    for key in ("@list", "@set"):
        if key in said:
            return said[key]
    node: Node = {}
    id_ = said.get("@id")
    if _is_text(id_):
        # A blank node's id holds in its own block only.
        blank = str(id_).startswith("_:")
        said["@id"] = f"_:{linked.blocks}{id_}" if blank else absolute(linked.url, str(id_))
        node = linked.known.setdefault(said["@id"], node)
    if not node:
        linked.every.append(node)
    for key, each in said.items():
        if key == "@type":
            node[key] = list(dict.fromkeys(filter(_is_text, flat([node.get(key), each]))))
        elif key not in node or node[key] in ("", None, []):
            node[key] = each
    if language and len(said) > ("@id" in said):
        node.setdefault("@language", language)
    return node
