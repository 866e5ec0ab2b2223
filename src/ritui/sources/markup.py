"""HTML from outside, as plain text: nothing of it is ever shown as markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ritui.text import LIMIT, clean, clean_line

_LOOK: Final = 16_384
"""Characters of HTML that a short text is made from; deep nesting costs the square of them."""
_DROPPED: Final = frozenset(
    "head script style template noscript iframe object svg math audio video canvas select "
    "textarea button".split()
)
_PARAGRAPHS: Final = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl table blockquote pre figure article section".split()
)
_LINES: Final = frozenset(
    "address aside br caption dd details div dt fieldset figcaption footer form header hr main "
    "nav summary tbody thead tfoot tr".split()
)
_CELLS: Final = frozenset({"td", "th"})
_SPACE = re.compile(r"\s+")
# Breaks, until the text is put together: white space, which no text of a node still has.
_PARAGRAPH: Final = "\x1d"
_NEWLINE: Final = "\x1e"
_CELL: Final = "\x1f"
_ITEM: Final = "\x1c"
_ITEM_END: Final = "\x0c"
_MARKED = re.compile(f"{_ITEM}[{_PARAGRAPH}{_NEWLINE} ]*+(?![{_ITEM}{_ITEM_END}]|\\Z)")
"""The start of a list item that has text, however deep that is inside it."""
_ON_ONE_LINE: Final = dict.fromkeys(map(ord, "\x0c\x1c\x1d\x1e\x1f"), " ")
_GAP = re.compile(f" *+[{_PARAGRAPH}{_NEWLINE}][{_PARAGRAPH}{_NEWLINE} ]*+")

# WordPress leaves the codes of plugins that are gone in the text. Words in brackets are common
# in prose ("[sic]"), so a code is what has values, an underscore, a closing form, or is known.
_CODE = re.compile(r"\[(/?)([a-zA-Z][\w-]*+)((?:\s[^\[\]]*+)?)\]")
_KNOWN: Final = frozenset({"gallery", "caption", "audio", "video", "playlist", "embed"})


def prose(fragment: str, limit: int = LIMIT) -> str:
    """The text of a piece of HTML: paragraphs, list items and rows on lines of their own.

    Cells are parted by bars. What is not for readers is left out, and so are the shortcodes
    of WordPress.

    Args:
        fragment: HTML, however broken; cut off where it is very long.
        limit: Characters kept.
    """
    if "<" not in fragment and "&" not in fragment and "[" not in fragment:
        return clean(fragment, limit).strip()
    text = _without_codes("".join(_pieces(fragment[:LIMIT])))
    text = _MARKED.sub("- ", text).replace(_ITEM, "").replace(_ITEM_END, _NEWLINE)
    text = _GAP.sub(lambda gap: "\n\n" if _PARAGRAPH in gap[0] else "\n", text)
    text = "\n".join(_cells(each) for each in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:limit].rstrip()


def line(fragment: str, limit: int = 500) -> str:
    """The text of a title that may hold HTML, on one line; what stands in brackets stays."""
    if "<" not in fragment and "&" not in fragment:
        return clean_line(fragment, limit)
    text = "".join(_pieces(fragment[:_LOOK]))
    return clean_line(text.translate(_ON_ONE_LINE))[:limit].strip()


def brief(fragment: str, limit: int = 500) -> str:
    """The beginning of a piece of HTML on one line, cut between words with an ellipsis."""
    text = clean_line(prose(fragment[:_LOOK]))
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    whole = head.rpartition(" ")[0]
    return (whole if len(whole) > limit // 2 else head).rstrip(" ,;:–-") + "…"


def page_title(page: str) -> str:
    """What a page calls itself, or empty: its title, else what it tells others to call it."""
    tree = LexborHTMLParser(page[:LIMIT])
    if (node := tree.css_first("head > title")) and (title := clean_line(node.text(), 500)):
        return title
    for place in ('meta[property="og:title"]', 'meta[name="twitter:title"]'):
        node = tree.css_first(place)
        if node and (title := clean_line(node.attributes.get("content") or "", 500)):
            return title
    heading = tree.css_first("h1")
    return clean_line(heading.text(), 500) if heading else ""


def link_of(page: str, rel: str) -> str:
    """The address that a page gives in its first ``<link>`` of a relation, as it stands there."""
    for node in LexborHTMLParser(page[: 4 * LIMIT]).css("link[rel][href]"):
        if rel in (node.attributes.get("rel") or "").split():
            return (node.attributes.get("href") or "").strip()
    return ""


def _pieces(fragment: str) -> Iterator[str]:
    """Texts and breaks in order, by a walk that needs no stack: HTML nests without end."""
    root = LexborHTMLParser(fragment).body
    node: LexborNode | None = root.first_child if root else None
    while root is not None and node is not None:
        tag = node.tag or ""
        if node.is_text_node:
            yield _SPACE.sub(" ", node.text_content or "")
        yield _opening(tag)
        child = None if tag in _DROPPED else node.first_child
        if child is not None:
            node = child
            continue
        while True:
            yield _break(node.tag or "")
            if node.next is not None:
                node = node.next
                break
            node = node.parent
            if node is None or node.mem_id == root.mem_id:
                return


def _opening(tag: str) -> str:
    if tag == "li":
        return _NEWLINE + _ITEM
    return "" if tag in _CELLS or tag == "br" else _break(tag)


def _break(tag: str) -> str:
    if tag in _PARAGRAPHS:
        return _PARAGRAPH
    if tag == "li":
        return _ITEM_END
    if tag in _LINES:
        return _NEWLINE
    return _CELL if tag in _CELLS else ""


def _cells(text: str) -> str:
    """A line with single spaces, and bars between its cells if it has any."""
    cells = (clean_line(each) for each in text.split(_CELL))
    return " | ".join(each for each in cells if each)


def _without_codes(text: str) -> str:
    """Text without what WordPress would have put something else in the place of."""
    closed = {found[2] for found in _CODE.finditer(text) if found[1]}

    def keep(found: re.Match[str]) -> str:
        _, name, values = found.groups()
        is_code = "=" in values or "_" in name or name in closed or name in _KNOWN
        return "" if is_code else found[0]

    return _CODE.sub(keep, text)
