"""Export: records in another program's format, with their sources and licences inside.

A format is a row of `FORMATS`, and what writes it is loaded when it is asked for. Whatever a
record holds, no spreadsheet takes it for a formula, and no reader of Markdown, TeX or calendars
for something to obey. The same selection gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from ritui.errors import CannotWrite
from ritui.files import replace_file
from ritui.services.export.escape import markdown_row, markdown_text, spreadsheet_cell

if TYPE_CHECKING:
    from ritui.i18n import Messages
    from ritui.model.source import Event
    from ritui.services.origin import Origin

__all__ = [
    "DIRECTORY_LICENCE",
    "FORMATS",
    "NOTE",
    "FileExists",
    "Format",
    "Selection",
    "attribution",
    "byte_order_mark",
    "format_of",
    "licences",
    "markdown_row",
    "markdown_text",
    "spreadsheet_cell",
    "write_file",
]

DIRECTORY_LICENCE: Final = "CC-BY-4.0"
"""Licence of the bundled directory as a whole."""
NOTE: Final = "note"
"""Key and column of the reader's note on a record."""


@dataclass(eq=False)
class FileExists(CannotWrite):
    """A file is there already, and nobody said that it may be replaced."""

    key: ClassVar[str] = "error.file-exists"


def _nobody(ids: Iterable[str]) -> Mapping[str, str]:
    return {}


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
    title: str = ""
    """What the reader calls the selection."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """Id to the reader's note on that record; only those that are to leave with the records."""
    events: Callable[[], Iterable[Event]] = tuple
    """Reads the dated events that belong to the selection, in the order of their dates."""
    names: Callable[[Iterable[str]], Mapping[str, str]] = _nobody
    """Names of records of the directory by their ids, also of those that are not selected."""
    origin: Callable[[str], Origin] | None = None
    """Names the source of an event by its id, see `ritui.services.origin.Origins.of`."""

    def noted(self) -> Iterator[Mapping[str, Any]]:
        """The records, each with the reader's note on it as its last key, where there is one."""
        for record in self.records():
            note = self.notes.get(record["id"])
            yield {**record, NOTE: note} if note else record

    @property
    def named(self) -> str:
        """The title, or what such selections are called."""
        return self.title or self.say("export.title")


class Format(NamedTuple):
    """One format: what writes it, and how files of it end."""

    writer: str
    """``module.function`` in this package."""
    endings: tuple[str, ...]
    """Lower case, the usual one first."""

    def __call__(self, selection: Selection) -> Iterator[str]:
        """Write a selection, piece by piece."""
        module, function = self.writer.split(".")
        write: Callable[[Selection], Iterator[str]] = getattr(
            import_module(f"{__name__}.{module}"), function
        )
        return write(selection)


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format("tables.write_csv", (".csv",)),
    "json": Format("objects.write_json", (".json",)),
    "jsonl": Format("objects.write_jsonl", (".jsonl", ".ndjson")),
    "geojson": Format("objects.write_geojson", (".geojson",)),
    "jsonld": Format("jsonld.write_jsonld", (".jsonld",)),
    "md": Format("briefing.write_markdown", (".md", ".markdown")),
    "bibtex": Format("bibtex.write_bibtex", (".bib", ".bibtex")),
    "ics": Format("ics.write_ics", (".ics",)),
}
"""Format to what writes it."""


def format_of(file: str) -> str:
    """The format that the ending of a file's name says; empty where it says none."""
    ending = Path(file).suffix.lower()
    return next((name for name, form in FORMATS.items() if ending in form.endings), "")


def licences(selection: Selection) -> dict[str, list[str]]:
    """Licence to the sources that are under it; under ``""`` those that state none."""
    found: dict[str, dict[str, None]] = {DIRECTORY_LICENCE: {"ritui directory": None}}
    for record in selection.records():
        for entry in record.get("provenance", ()):
            named = entry.get("title") or entry.get("url") or entry["source"]
            found.setdefault(entry.get("licence", ""), {})[named] = None
    return {licence: list(found[licence]) for licence in sorted(found)}


def attribution(selection: Selection, under: Mapping[str, Iterable[str]] | None = None) -> str:
    """The sources and licences in one line of text.

    Args:
        selection: What is exported.
        under: Licence to sources, as `licences` gives them; without, those of the records.
    """
    unknown = selection.say("export.no-licence")
    found = licences(selection) if under is None else under
    parts = (f"{', '.join(sources)}: {licence or unknown}" for licence, sources in found.items())
    return f"ritui {selection.packaged}. {'; '.join(parts)}"


def byte_order_mark(path: Path) -> str:
    """What a file begins with: ``.csv`` with a mark, without which Excel mistakes UTF-8."""
    return "\ufeff" if path.suffix.lower() == ".csv" else ""


def write_file(path: Path, pieces: Iterable[str], *, replace: bool = False) -> None:
    """Write a file whole or not at all.

    Args:
        path: Where; a device or a pipe is written to as it is.
        pieces: The text. Before it comes what `byte_order_mark` says.
        replace: Whether a file that is there may be replaced.

    Raises:
        FileExists: There is a file, and it may not be replaced.
        CannotWrite: The file system refuses.
    """
    data = (piece.encode() for piece in chain((byte_order_mark(path),), pieces))
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
