"""BibTeX: an entry a record, for citing it. UTF-8, for biblatex and for BibTeX of today.

BibTeX counts braces whether or not a backslash is before them, and takes an at-sign outside of
an entry for the beginning of one; so neither is ever written as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ritui.i18n import Messages
from ritui.services.export import DIRECTORY_LICENCE, NOTE, Selection, attribution
from ritui.services.export.escape import web
from ritui.services.export.shelved import SOURCE
from ritui.text import clean_line

_KEY: Final = re.compile(r"[^A-Za-z0-9-]+")
_SPECIAL: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{sign: f"\\{sign}" for sign in "$&#%_"},
    }
)


def write_bibtex(selection: Selection) -> Iterator[str]:
    """Comments that say what was selected and where it is from, then an entry a record."""
    say = selection.say
    yield _comment(selection.named)
    yield _comment(
        say("export.dates", generated=selection.generated[:10], packaged=selection.packaged)
    )
    if selection.query:
        yield _comment(f"{say('export.query')}: {selection.query}")
    yield _comment(f"{say('export.sources')}: {attribution(selection)}")
    for record in selection.noted():
        yield "\n"
        yield from _entry(record, selection)


def tex(text: str) -> str:
    """Text, on one line, that TeX sets as it is."""
    return clean_line(text).translate(_SPECIAL)


def _entry(record: Mapping[str, Any], selection: Selection) -> Iterator[str]:
    say = selection.say
    name = str(record.get("names", {}).get(say.language) or record.get("name", record["id"]))
    host, coordinator = record.get("host", ""), record.get("coordinator", "")
    author = host or coordinator
    # A second pair of braces keeps capitals, and keeps an institution from being two people.
    fields = {
        "author": f"{{{tex(author)}}}" if author else "",
        "title": f"{{{tex(name)}}}",
        "organization": tex(coordinator) if coordinator != author else "",
        "year": str(record.get("established", "")),
        "url": web(record.get("website", "")),
        "urldate": selection.generated[:10],
        "note": "; ".join(tex(part) for part in _facts(record, selection)),
        "key": "" if author else tex(name),
        "annote": tex(record.get(NOTE, "")),
    }
    if not fields["url"]:
        del fields["urldate"]
    yield f"@misc{{{_KEY.sub('-', record['id'])},\n"
    for field, value in fields.items():
        if value:
            yield f"  {field} = {{{value}}},\n"
    yield "}\n"


def _facts(record: Mapping[str, Any], selection: Selection) -> Iterator[str]:
    """What a reference has to say besides: identifiers, the date, licences and sources."""
    say = selection.say
    for scheme, identifier in record.get("identifiers", {}).items():
        yield f"{say.get(f'scheme.{scheme}', scheme)}: {identifier}"
    yield say("export.accessed", date=selection.generated[:10])
    yield f"ritui directory {selection.packaged} ({DIRECTORY_LICENCE})"
    yield from _told(record, say)
    if any(entry["source"] == SOURCE for entry in record.get("provenance", ())):
        yield from record["caveats"]


def _told(record: Mapping[str, Any], say: Messages) -> Iterator[str]:
    """Each source of a record once, with its licence."""
    told = (
        (
            entry.get("title") or entry.get("url") or entry["source"],
            entry.get("licence") or say("export.no-licence"),
        )
        for entry in record.get("provenance", ())
    )
    for source, licence in dict.fromkeys(told):
        yield f"{source} ({licence})"


def _comment(text: str) -> str:
    return f"% {clean_line(text).replace('@', '(at)')}\n"
