"""Where from: who said each fact, what others say; links and hints followed by keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.record import Provenance
from ritui.model.source import Health
from ritui.paths import find_paths
from ritui.services.library import open_library
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.screens.where import WhereScreen
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.facts import Facts
from tests.scenarios.reader import Reader, reading

ALMA = "https://ror.org/01adx8c71"


def claim(**values: object) -> Claim:
    """What a source that is not in the settings says."""
    fit, faults = normalise(values)
    assert not faults
    evidence = Provenance("test", "Test pages", "https://test.example/a", "2026-01-02", "CC0-1.0",
                          tuple(fit))  # fmt: skip
    return Claim("test", str(values.get("id", "ref")), fit, (evidence,))


def keep(home: Path, *claims: Claim) -> None:
    library, _ = open_library(find_paths(str(home)))
    library.replace("test", claims, [], Health("test", "ok"))
    library.close()


def text_of(panel: Facts | Card) -> str:
    """All that a panel says, in sight or not."""
    return "\n".join("".join(span.text for span in line).rstrip() for line in panel.content)


async def test_every_field_of_a_record_has_its_source(reader: Reader) -> None:
    await reader.types("id:alma").presses("enter", "enter", "i")
    assert reader.on(WhereScreen)
    text = text_of(reader.app.screen.query_one(Facts))
    record = reader.library.catalog.record("alma")
    said = {key.partition(".")[0] for entry in record.provenance for key in entry.fields}
    for key in said - {"lat", "lon"}:
        assert reader.app.say(f"field.{key}") in text, key
    for part in ("Point", "-23.02900, -67.75500", "2024-10-14", "BSD-3-Clause", ALMA,
                 "ROR v1.62 · bundled directory"):  # fmt: skip
        assert part in " ".join(text.split()), part
    assert "≠" not in text
    await reader.presses("escape")
    assert reader.on(DetailScreen)
    await reader.presses("escape", "i")
    assert reader.on(WhereScreen)
    await reader.presses("i")
    assert reader.on(DirectoryScreen)


async def test_what_another_source_says_differently(home: Path, size: tuple[int, int]) -> None:
    keep(home, claim(
        id="other-alma", kind="infrastructure", name="ATACAMA large millimeter submillimeter array",
        city="Vitacura [red]", lat=-33.39, lon=-70.6, identifiers={"ror": ALMA}, legal="consortium",
    ))  # fmt: skip
    async with reading(home, size) as reader:
        await reader.types("id:alma").presses("enter", "i")
        facts = reader.app.screen.query_one(Facts)
        text = " ".join(text_of(facts).split())
        for part in ("≠ Vitacura [red]", "≠ -33.39000, -70.60000 (11", "km away)", "Test pages",
                     "https://test.example/a", "2026-01-02", "The same in: test"):  # fmt: skip
            assert part in text, text
        assert "≠ ATACAMA" not in text
        reader.sees("3 facts on which sources differ" if "≠ infra" in text else "2 facts on which")
        await reader.presses("n")
        reader.sees("≠ Vitacura [red]")


async def test_a_record_of_one_source_only_has_its_claim(home: Path) -> None:
    keep(home, claim(id="lonely", kind="network", name="Lonely network", country="UY"))
    async with reading(home) as reader:
        assert [each.source for each in reader.library.catalog.claims("lonely")] == ["test"]
        assert [each.source for each in reader.library.catalog.claims("alma")] == ["bundled"]
        await reader.types("id:lonely").presses("enter", "i")
        reader.sees("Lonely network", "Test pages · test · 2026-01-02 · CC0-1.0", "Uruguay")


async def test_a_claim_is_found_through_another_claims_identifier(home: Path) -> None:
    library, _ = open_library(find_paths(str(home)))
    item = {"wikidata": "Q999999"}
    first = claim(id="one", kind="network", name="One", identifiers={"ror": ALMA, **item})
    second = claim(id="two", kind="network", name="Two", identifiers=item)
    library.replace("test", [first], [], Health("test"))
    library.replace("zest", [Claim("zest", "two", second.values)], [], Health("zest"))
    found = library.catalog.claims("alma")
    assert [each.source for each in found] == ["bundled", "test", "zest"]
    library.close()


async def test_finding_within(reader: Reader) -> None:
    await reader.types("id:alma").presses("enter", "i", "slash").writes("bsd")
    facts = reader.app.screen.query_one(Facts)
    assert [span for line in facts.content for span in line if span.look == "match"]
    reader.sees("BSD-3-Clause")
    await reader.presses("enter", "escape")
    assert not [span for line in facts.content for span in line if span.look == "match"]
    assert reader.on(WhereScreen)


async def test_an_address_is_followed_by_keys(reader: Reader) -> None:
    await reader.types("id:alma").presses("enter", "i", "tab", "enter")
    reader.sees("There is no graphical browser here.", ALMA)


async def test_links_and_relations_are_walked_and_followed(reader: Reader) -> None:
    await reader.types("id:alma").presses("enter", "enter")
    card = reader.app.screen.query_one(Card)
    walked = []
    for _ in range(30):
        await reader.presses("tab")
        assert card.stop is not None
        walked.append((card.stop.url, card.stop.action))
        assert any(
            span.look == "cursor" for y in range(card.stop.first, card.stop.last + 1)
            for span in card.line(y)
        )  # fmt: skip
        if card.stop.action == "screen.go('eso')":
            break
    assert walked[0][0] == "http://www.almaobservatory.org/"
    await reader.presses("enter")
    reader.sees("European Southern Observatory")
    assert card.record == reader.library.catalog.record("eso")
    assert card.stop is None
    await reader.presses("escape")
    assert card.record == reader.library.catalog.record("alma")
    await reader.presses("shift+tab")
    assert card.stop is not None


async def test_a_record_that_may_be_the_same_is_named_and_followed(
    home: Path, size: tuple[int, int]
) -> None:
    keep(home, claim(id="alma-again", kind="infrastructure", country="CL", name="Some other name",
                     website="https://www.almaobservatory.org/en/"))  # fmt: skip
    async with reading(home, size) as reader:
        await reader.types("id:alma").presses("enter", "enter")
        card = reader.app.screen.query_one(Card)
        assert "May be the same as Some other name" in " ".join(text_of(card).split())
        for _ in range(30):
            await reader.presses("tab")
            if card.stop and "alma-again" in card.stop.action:
                break
        await reader.presses("enter")
        assert card.record == reader.library.catalog.record("alma-again")


@pytest.mark.parametrize(("language", "title"), [("es", "Origen"), ("pt", "Origem")])
async def test_in_the_readers_language(
    home: Path, size: tuple[int, int], language: str, title: str
) -> None:
    async with reading(home, size, language=language) as reader:
        await reader.types("id:alma").presses("enter", "i")
        reader.sees(title, reader.app.say("origin.bundled"), reader.app.say("field.acronym"))
