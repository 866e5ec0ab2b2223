"""Reporting a mistake: what would be sent is seen, and the reader does with it what they like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Input

from ritui.model.query import parse
from ritui.ui.messages import Ask
from ritui.ui.screens.detail import DetailScreen
from ritui.ui.screens.mistake import MistakeScreen
from ritui.ui.widgets.choices import Choices
from ritui.ui.widgets.lines import Text
from tests.scenarios.reader import Reader, reading


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of one's own to write into, nobody's clipboard, and no browser."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SSH_CONNECTION", "somewhere")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


async def answers(reader: Reader, text: str, *keys: str) -> None:
    """Press keys that have a line asked for, and answer with a text."""
    await reader.presses(*keys)
    reader.app.screen.query_one(Input).value = text
    await reader.presses("enter")


async def reports(reader: Reader, key: str) -> None:
    """Report a mistake in one record, with the cursor on a field."""
    if not reader.on(MistakeScreen):
        reader.app.post_message(Ask(parse("id:alma"), show=True))
        await reader.waits()
        await reader.presses("enter", "exclamation_mark")
    choices = reader.app.screen.query_one(Choices)
    [choices.cursor] = [
        place for place, choice in enumerate(choices._choices) if choice.value == key
    ]
    await reader.presses()


def sent(reader: Reader) -> str:
    """What would be sent, in sight or not."""
    content = reader.app.screen.query_one("#sent", Text).content
    return "\n".join("".join(span.text for span in line) for line in content)


async def test_a_field_is_put_right(reader: Reader, tmp_path: Path) -> None:
    await reports(reader, "country")
    reader.sees("Report a mistake", "nothing is sent by itself", "Chile  (ROR v1.62)")
    await reader.presses("enter")
    assert reader.line == "CL"
    await answers(reader, "PE")
    reader.sees("→ PE")
    assert "Country is: CL" in sent(reader)
    assert "It should be: PE" in sent(reader)
    await reader.presses("c")
    assert reader.app.clipboard.startswith("To: \nSubject: Correction for Atacama")
    await reader.presses("tab")
    assert sent(reader) == "https://curation-request.ror.org"
    await reader.presses("tab", "s")
    assert reader.line == str(tmp_path / "alma-country.patch.json")
    await reader.presses("enter")
    patch = json.loads((tmp_path / "alma-country.patch.json").read_text("utf-8"))
    assert patch[-1] == {"op": "replace", "path": "/country", "value": "PE"}
    await reader.presses("s")
    assert reader.line == str(tmp_path / "alma-country-2.patch.json")
    await reader.presses("escape", "escape")
    assert reader.on(DetailScreen)


async def test_what_is_typed_where_it_goes_and_that_nothing_is_sent(home: Path) -> None:
    async with reading(home, (80, 24), language="es") as reader:
        await reports(reader, "country")
        say = reader.app.say
        reader.sees(say("mistake.title"), say("mistake.which"), say("mistake.mail"))
        await answers(reader, "Chile", "enter")
        reader.sees("«Chile»")
        assert "Chile»" not in sent(reader)
        # The same as it is: no change.
        await reader.presses("enter", "enter", "tab", "tab")
        assert say("mistake.no-patch")[:16] in sent(reader)
        await reader.presses("s")
        assert not reader.app.screen.query("#name")
        await reports(reader, "established")
        await answers(reader, "Es [1].", "t")
        await answers(reader, "2011", "enter")
        await reader.presses("c")
        patch = json.loads(reader.app.clipboard)
        assert patch[-1] == {"op": "add", "path": "/established", "value": 2011}
        await reader.presses("tab")
        assert "Es [1]." in sent(reader)
        assert say("mistake.should", value="2011") in sent(reader)
        # There is no browser, so that an address is shown and copied.
        await reader.presses("o")
        assert reader.app.clipboard.startswith("mailto:?subject=Correcci%C3%B3n%20para%20")
        await reports(reader, "country")
        await reader.presses("tab", "o")
        assert reader.app.clipboard == "https://curation-request.ror.org"
