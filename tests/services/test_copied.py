"""What is copied of records: one or several, and of the shelf when the directory lost them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ritui.i18n import Messages
from ritui.model.record import from_json, to_json
from ritui.model.shelf import Kept, Shelf
from ritui.paths import find_paths
from ritui.services.copied import WHAT, Chosen, chosen, plain, text_of
from ritui.services.library import Library, open_library
from tests.services.selections import ENEMY, QUIET

SAY = Messages()
QUIET_RECORD = from_json(QUIET)
BARE = from_json({"id": "bare", "kind": "network", "name": "Bare"})


def of(*records: object) -> Chosen:
    return Chosen(records, {"net": "The Net"}, "2026-11-24")  # type: ignore[arg-type]  # records


@pytest.fixture(scope="module")
def library(warm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = shutil.copytree(warm, tmp_path_factory.mktemp("copied") / "home")
    opened, _ = open_library(find_paths(str(home)))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("what", "one", "two"),
    [
        ("link", "https://example.org/sol?a=1&b=2#c_d", "https://example.org/sol?a=1&b=2#c_d"),
        ("name", "Solar Platform", "Solar Platform\nBare"),
        ("contact", "Ana · access office · ana@example.org",
         "Solar Platform: Ana · access office · ana@example.org"),
        ("id", "sol", "sol\nbare"),
    ],
)  # fmt: skip
def test_a_line_for_each(what: str, one: str, two: str) -> None:
    assert text_of(what, of(QUIET_RECORD), SAY) == one
    assert text_of(what, of(QUIET_RECORD, BARE), SAY) == two


def test_nothing_is_copied_where_nothing_is_stated() -> None:
    assert {what for what in WHAT if not text_of(what, of(BARE), SAY)} == {"link", "contact"}


def test_json_is_the_record_or_a_list() -> None:
    assert json.loads(text_of("json", of(QUIET_RECORD), SAY)) == to_json(QUIET_RECORD)
    both = json.loads(text_of("json", of(QUIET_RECORD, BARE), SAY))
    assert both == [to_json(QUIET_RECORD), to_json(BARE)]


def test_markdown_and_plain_text_say_the_same() -> None:
    page, text = text_of("markdown", of(QUIET_RECORD), SAY), plain(of(QUIET_RECORD), SAY)
    assert page.startswith("## Solar Platform\n\nPS · Plataforma Solar (es)")
    assert text.startswith("Solar Platform\nPS · Plataforma Solar (es)")
    for section in ("Where", "Who", "Reach", "Ties", "Identifiers", "From"):
        assert f"\n\n### {section}\n\n- " in page
        assert f"\n\n{section}\n" in text
    assert "- **part of:** The Net" in page
    assert "\npart of: The Net\n" in text
    assert "Ana · access office · ana@example.org\n" in text
    assert "mailto:" not in page + text
    assert "<https://www.wikidata.org/wiki/Q42>" in page
    assert "\nhttps://www.wikidata.org/wiki/Q42\n" in text


def test_plain_text_breaks_no_line_and_has_no_frame() -> None:
    long = from_json({**to_json(BARE), "summary": "word " * 200 + "end"})
    text = plain(of(long, BARE), SAY)
    assert f"\n{long.summary}\n" in text
    assert "\n\n\nBare\n" in text
    assert not set("│─╭╮╰╯|") & set(text)


@pytest.mark.parametrize("text", ENEMY)
def test_what_an_enemy_wrote_is_no_markup(text: str) -> None:
    record = from_json({**to_json(BARE), "name": text, "host": text, "details": [text]})
    lines = text_of("markdown", of(record), SAY).split("\n")
    assert [line for line in lines if line.startswith("#")] == [
        lines[0], "### Where", "### Who", "### Reach", "### Facts", "### Identifiers"
    ]  # fmt: skip
    assert "<script>" not in "".join(lines)
    assert "[x](" not in "".join(lines)


def test_records_come_from_the_directory_and_from_the_shelf(library: Library) -> None:
    shelf = Shelf((Kept("gone", "Gone Lab", known={"country": "UY"}),))
    found = chosen(library.catalog, ["alma", "gone", "nobody", "alma"], SAY, lambda: shelf)
    assert [record.id for record in found.records] == ["alma", "gone"]
    assert found.names["eso"] == "European Southern Observatory"
    assert found.packaged == library.catalog.fact("packaged")
    text = plain(found, SAY)
    assert "host: European Southern Observatory" in text
    assert SAY("shelf.gone") in text
    assert "Gone Lab (n.d.). Uruguay." in text_of("citation", found, SAY)
    assert [record.id for record in chosen(library.catalog, ["gone"], SAY).records] == []
