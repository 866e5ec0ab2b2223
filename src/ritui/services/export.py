"""Export: records in another program's format, with their sources and licences inside.

A format is one function in `FORMATS`. Whatever a record holds, no spreadsheet takes it for a
formula and no reader of Markdown for markup.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Final

from ritui import __version__
from ritui.errors import CannotWrite
from ritui.files import replace_file
from ritui.i18n import Messages
from ritui.model.record import KEYS

DIRECTORY_LICENCE: Final = "CC-BY-4.0"
"""Licence of the bundled directory as a whole."""

_COLUMNS: Final = tuple(key for key in KEYS if key != "provenance")
_BRIEF: Final = ("name", "acronym", "country", "city", "host", "status", "website", "id")
"""Columns of a table that people read."""
_NUMBERS: Final = (int, float)
# What spreadsheets take for the beginning of a formula. Source:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|~])|&(?=#?\w+;)|^([#+-])|^(\d+)([.)])")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ADDRESS: Final = re.compile(r"^https?://\S+$")
_UNSAFE: Final = str.maketrans({"<": "%3C", ">": "%3E", "|": "%7C", "`": "%60"})


@dataclass(eq=False)
class FileExists(CannotWrite):
    """A file is there already, and nobody said that it may be replaced."""

    key: ClassVar[str] = "error.file-exists"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be exported. The records can be read more than once."""

    records: Callable[[], Iterable[Mapping[str, Any]]]
    """Reads the records as JSON values, from the first one on."""
    say: Messages
    """The words for what people read."""
    generated: str
    """ISO time, UTC."""
    packaged: str
    """ISO date of the bundled directory."""
    query: str = ""
    """What selected them, as one would type it."""


def licences(selection: Selection) -> dict[str, list[str]]:
    """Licence to the sources that are under it; under ``""`` those that state none."""
    found: dict[str, dict[str, None]] = {DIRECTORY_LICENCE: {"ritui directory": None}}
    for record in selection.records():
        for entry in record.get("provenance", ()):
            named = entry.get("title") or entry.get("url") or entry["source"]
            found.setdefault(entry.get("licence", ""), {})[named] = None
    return {licence: list(found[licence]) for licence in sorted(found)}


def attribution(selection: Selection) -> str:
    """The sources and licences in one line of text."""
    unknown = selection.say("export.no-licence")
    parts = (
        f"{', '.join(sources)}: {licence or unknown}"
        for licence, sources in licences(selection).items()
    )
    return f"ritui {selection.packaged}. {'; '.join(parts)}"


def _csv(selection: Selection) -> Iterator[str]:
    """One row a record; the columns ``licence`` and ``sources`` at its end say where from."""
    yield _csv_line((*_COLUMNS, "licence", "sources"))
    for record in selection.records():
        provenance = record.get("provenance", ())
        under = dict.fromkeys(entry.get("licence", "") for entry in provenance)
        said = dict.fromkeys(
            " ".join(part for part in (entry.get("title", ""), entry.get("url", "")) if part)
            or entry["source"]
            for entry in provenance
        )
        cells = [_flat(record.get(column, "")) for column in _COLUMNS]
        yield _csv_line((*cells, _flat([name for name in under if name]), _flat(list(said))))


def _json(selection: Selection) -> Iterator[str]:
    """One object: when, from which directory, under which licences, and the records."""
    head = {
        "generated": selection.generated,
        "generator": f"ritui {__version__}",
        "directory": selection.packaged,
        "query": selection.query,
        "licences": _listed_licences(selection),
    }
    yield _dumps(head)[:-1] + ',"records":['
    comma = ""
    for record in selection.records():
        yield f"{comma}\n{_dumps(record)}"
        comma = ","
    yield "\n]}\n"


def _jsonl(selection: Selection) -> Iterator[str]:
    """One record a line; each names its sources and licences in ``provenance``."""
    for record in selection.records():
        yield _dumps(record) + "\n"


def _geojson(selection: Selection) -> Iterator[str]:
    """A FeatureCollection as RFC 7946 has it; what has no point has a null geometry."""
    head = {
        "type": "FeatureCollection",
        "generated": selection.generated,
        "directory": selection.packaged,
        "attribution": attribution(selection),
        "licences": _listed_licences(selection),
    }
    yield _dumps(head)[:-1] + ',"features":['
    comma = ""
    for record in selection.records():
        yield f"{comma}\n{_dumps(_feature(record))}"
        comma = ","
    yield "\n]}\n"


def _markdown(selection: Selection) -> Iterator[str]:
    """A page: what was selected, a table, and where it is from."""
    say = selection.say
    yield f"# {say('export.title')}\n\n"
    if selection.query:
        yield f"{say('export.query')}: `{selection.query.replace('`', ' ')}`\n\n"
    yield say("export.dates", generated=selection.generated[:10], packaged=selection.packaged)
    yield "\n\n"
    yield markdown_row([say(f"field.{column}") for column in _BRIEF]) + "\n"
    yield markdown_row(["---"] * len(_BRIEF), escape=False) + "\n"
    for record in selection.records():
        yield markdown_row([_word(record, column, say) for column in _BRIEF]) + "\n"
    yield f"\n## {say('export.sources')}\n\n"
    for licence, sources in licences(selection).items():
        named = ", ".join(markdown_text(source) for source in sources)
        yield f"- {markdown_text(licence or say('export.no-licence'))}: {named}\n"


FORMATS: Final[Mapping[str, Callable[[Selection], Iterator[str]]]] = {
    "csv": _csv,
    "json": _json,
    "jsonl": _jsonl,
    "geojson": _geojson,
    "md": _markdown,
}
"""Format to what writes it, piece by piece."""


def write_file(path: Path, pieces: Iterable[str], *, replace: bool = False) -> None:
    """Write a file whole or not at all.

    Args:
        path: Where; a device or a pipe is written to as it is.
        pieces: The text. A file whose name ends in ``.csv`` begins with a byte-order mark,
            without which Excel takes UTF-8 for something else.
        replace: Whether a file that is there may be replaced.

    Raises:
        FileExists: There is a file, and it may not be replaced.
        CannotWrite: The file system refuses.
    """
    mark = "\ufeff" if path.suffix.lower() == ".csv" else ""
    data = (piece.encode() for piece in chain((mark,), pieces))
    try:
        target = path.resolve()
        if target.exists() and not target.is_file() and not target.is_dir():
            with target.open("wb") as file:
                file.writelines(data)
            return
        if target.exists() and not replace:
            raise FileExists(path, "")
        replace_file(target, data)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error


def spreadsheet_cell(text: str) -> str:
    """Text that a spreadsheet shows and never computes."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def markdown_text(text: str) -> str:
    """Text that Markdown shows as it is, on one line; an address becomes a link."""
    if _ADDRESS.match(text):
        return f"<{text.translate(_UNSAFE)}>"
    return _MARKUP.sub(_escaped, " ".join(text.split()))


def markdown_row(cells: Sequence[str], *, escape: bool = True) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(markdown_text(cell) if escape else cell for cell in cells)} |"


def _csv_line(cells: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(
        [cell if isinstance(cell, _NUMBERS) else spreadsheet_cell(cell) for cell in cells]
    )
    return buffer.getvalue()


def _flat(value: Any) -> str | int | float:
    """A value of a record in one cell: parts joined by ``; ``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _NUMBERS):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_flat(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "; ".join(
            " ".join(str(part) for part in each.values()) if isinstance(each, Mapping) else each
            for each in value
        )
    return str(value)


def _feature(record: Mapping[str, Any]) -> dict[str, Any]:
    properties = {key: value for key, value in record.items() if key not in {"lat", "lon"}}
    point = None
    if "lat" in record and "lon" in record:
        point = {"type": "Point", "coordinates": [record["lon"], record["lat"]]}
    return {"type": "Feature", "id": record["id"], "geometry": point, "properties": properties}


def _listed_licences(selection: Selection) -> list[dict[str, Any]]:
    return [
        {"licence": licence, "sources": sources} if licence else {"sources": sources}
        for licence, sources in licences(selection).items()
    ]


def _word(record: Mapping[str, Any], column: str, say: Messages) -> str:
    value = str(record.get(column, ""))
    if column == "name":
        return str(record.get("names", {}).get(say.language) or value)
    return say.label(column, value) if value and column in {"country", "status"} else value


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _escaped(match: re.Match[str]) -> str:
    if match[3]:
        return f"{match[3]}\\{match[4]}"
    return _ENTITIES.get(match[0]) or f"\\{match[0]}"
