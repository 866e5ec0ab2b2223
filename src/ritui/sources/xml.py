"""XML from outside: read by expat, without document types, entities or deep nesting.

A document type is refused where it begins, so that no entity is ever declared, let alone
expanded or fetched; see ``docs/sources.md``.
"""

from __future__ import annotations

import re
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ritui.text import clean_line

DEPTH: Final = 64
"""Elements inside one another, at most."""
MOST: Final = 1_000_000
"""Elements in a document, at most: they take more memory than the bytes they are made of."""

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_BOM: Final = b"\xef\xbb\xbf"
_DECLARED = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=", re.DOTALL)
_UNFINISHED: Final = frozenset({3, 5, 6, 20})
"""Codes of expat for a document that ends before its end: no element, token, character, CDATA."""


class XmlUnfit(ValueError):
    """Bytes that are no XML which may be read; the text says why, in a sentence."""


def read_xml(body: bytes) -> Element:
    """The root of a document, names as ``{uri}name``.

    The encoding is the declared one. Without a declaration it is UTF-8, or else Windows-1252:
    older programs write Latin-1 and do not say so.

    Args:
        body: A whole document, in bytes.

    Raises:
        XmlUnfit: It has a document type, is cut or damaged, nests too deeply, or says that it
            is in an encoding that is not known.
    """
    if not body.startswith(_UTF16):
        body = body.removeprefix(_BOM).lstrip()  # a blank line before the declaration is common
    encoding = None if _DECLARED.match(body) else _guess(body)
    try:
        parser = expat.ParserCreate(encoding, "}")
        tree = _Tree(parser)
        parser.Parse(body, True)
        return tree.builder.close()
    except expat.ExpatError as error:
        raise XmlUnfit(_sentence(error, tree)) from error
    except (LookupError, UnicodeError) as error:
        raise XmlUnfit(f"XML in an encoding that is not known: {_words(error)}") from error
    except XmlUnfit:
        raise
    except ValueError as error:  # what Python says of encodings with several bytes a character
        raise XmlUnfit(f"XML that cannot be decoded: {_words(error)}") from error


class _Tree:
    """Builds elements from what a parser finds, within the limits."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.builder = TreeBuilder()
        self.open: list[tuple[str, int]] = []
        """Names of the elements that are not closed yet, each with its line."""
        self._parser = parser
        self._count = 0
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.builder.data

    def _doctype(self, *_: object) -> None:
        raise XmlUnfit("XML with a document type, which is not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self.open) >= DEPTH:
            raise XmlUnfit(f"XML with more than {DEPTH} elements inside one another")
        if self._count > MOST:
            raise XmlUnfit(f"XML with more than {MOST:,} elements")
        self.open.append((name.rpartition("}")[2], self._parser.CurrentLineNumber))
        self.builder.start(_full(name), {_full(key): each for key, each in attributes.items()})

    def _end(self, name: str) -> None:
        self.open.pop()
        self.builder.end(_full(name))


def _full(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _guess(body: bytes) -> str | None:
    """The encoding of a document that does not state it; None leaves the choice to expat."""
    if body.startswith(_UTF16):
        return None
    try:
        body.decode()
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _sentence(error: expat.ExpatError, tree: _Tree) -> str:
    if error.code in _UNFINISHED:
        if not tree.open:
            return "XML that ends before its first element"
        name, line = tree.open[-1]
        return (
            f"XML that stops in the middle: <{clean_line(name, 60)}> of line {line} is not closed"
        )
    said = _words(expat.ErrorString(error.code) or "damaged")
    return f"XML that is damaged in line {error.lineno}: {said}"


def _words(said: object) -> str:
    return clean_line(str(said), 100)
