"""Across the Atlantic: in the detail, and on its own screen for one record or for several."""

from __future__ import annotations

from pathlib import Path

from ritui.services.match import counterparts
from ritui.ui.screens.across import AcrossScreen, Fits
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.directory import DirectoryScreen
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.linked import Linked
from ritui.ui.widgets.reasons import Reasons
from tests.scenarios.reader import Reader, reading
from tests.scenarios.test_where import claim, keep


def told(panel: Linked) -> str:
    """All that a panel says, in sight or not."""
    return "\n".join("".join(span.text for span in line) for line in panel.content)


def best(reader: Reader, id_: str) -> list[str]:
    return [each.id for each in counterparts(reader.library.catalog, id_, 5)]


async def test_the_detail_names_the_best_and_leads_to_them(reader: Reader) -> None:
    await reader.types("id:sirius").presses("enter", "enter")
    assert reader.on(DetailScreen)
    card = reader.app.screen.query_one(Card)
    text = told(card)
    assert "Across the Atlantic" in text
    assert "ALBA Synchrotron — Same fields: synchrotron" in " ".join(text.split())
    links = [stop.action for stop in card._stops if "screen.go" in stop.action]
    assert links[-5:] == [f"screen.go({id_!r})" for id_ in best(reader, "sirius")]
    place = next(n for n, stop in enumerate(card._stops) if stop.action == links[-5])
    await reader.presses(*["tab"] * (place + 1), "enter")
    assert reader.sees("ALBA")
    assert list(reader.app.screen.chosen) == [best(reader, "sirius")[0]]  # type: ignore[attr-defined]  # the detail
    await reader.presses("escape")
    assert list(reader.app.screen.chosen) == ["sirius"]  # type: ignore[attr-defined]  # the detail


async def test_one_record_its_candidates_and_why(reader: Reader) -> None:
    await reader.types("lancic").presses("enter", "a")
    assert reader.on(AcrossScreen)
    assert reader.sees("Across the Atlantic", "E-RIHS", "of 100", "Same fields", "heritage science")
    screen = reader.app.screen
    assert isinstance(screen, AcrossScreen)
    assert list(screen.chosen) == ["e-rihs-eric"]
    text = " ".join(told(screen.query_one(Reasons)).split())
    for part in ("mobile laboratories", "Cultural heritage", "Access: neither states it",
                 "Side by side"):  # fmt: skip
        assert part in text, part
    await reader.presses("down")
    second = screen.chosen
    assert list(second) == best(reader, "lancic")[1:2]
    await reader.presses("enter")
    assert reader.on(DetailScreen)
    assert list(reader.app.screen.chosen) == list(second)  # type: ignore[attr-defined]  # the detail
    await reader.presses("escape")
    assert screen.chosen == second
    await reader.presses("a")
    assert reader.on(AcrossScreen)
    assert reader.app.screen is not screen
    await reader.presses("escape", "escape")
    assert reader.on(DirectoryScreen)


async def test_several_are_paired(reader: Reader) -> None:
    for id_ in ("sirius", "lnls", "alba"):
        reader.app.desk.keeping.toggle(id_)
    await reader.presses("a")
    assert reader.sees("Pairs across the Atlantic", "2 pairs", "↔")
    screen = reader.app.screen
    assert isinstance(screen, AcrossScreen)
    assert list(screen.chosen) == ["sirius", "alba"]
    await reader.presses("down")
    assert list(screen.chosen) == ["lnls", "alba"]
    # The panel beside the list leads to either of the two.
    await reader.presses("tab", "tab", "enter")
    assert list(reader.app.screen.chosen) == ["alba"]  # type: ignore[attr-defined]  # the detail
    await reader.presses("escape", "escape")
    assert screen.query_one(Fits).has_focus
    await reader.presses("m")
    assert {each.id for each in reader.app.desk.keeping.shelf.records} == {"lnls", "alba"}


async def test_nothing_across_is_said(home: Path) -> None:
    keep(
        home,
        claim(id="alone", kind="infrastructure", region="LAC", name="[b]Xylotherm[/] [draft]"),
        claim(id="elsewhere", kind="infrastructure", name="Quite elsewhere"),
    )
    async with reading(home, (80, 24), language="pt") as reader:
        say = reader.app.say
        await reader.types("id:alone").presses("enter", "a")
        assert reader.sees(say("across.none"), "[b]Xylotherm[/] [draft]")
        await reader.presses("enter", "o", "tab", "escape", "escape")
        reader.app.desk.keeping.toggle("elsewhere")
        await reader.presses("a")
        assert reader.sees(say("across.no-region", name="Quite elsewhere")[:60])
