"""``ritui report``: what could be sent, and that nothing is."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Program


def test_every_form_says_the_same(ritui: Program) -> None:
    asked = ("report", "ALMA", "--field", "country", "--value", "ar", "--text", "It moved.")
    told = json.loads(ritui(*asked, "--json").stdout)
    assert list(told) == ["id", "field", "text", "mail", "mailto", "url", "provenance", "patch"]
    assert told["provenance"]["title"] == "ROR v1.62"
    mail = ritui(*asked)
    assert mail.returncode == 0
    assert told["mail"]["body"] in mail.stdout
    assert f"Subject: {told['mail']['subject']}\n" in mail.stdout
    assert "No mail address is known" in mail.stderr
    assert ritui(*asked, "--format", "url").stdout == "https://curation-request.ror.org\n"
    patch = json.loads(ritui(*asked, "--format", "patch").stdout)
    assert patch == told["patch"]
    assert patch[-1] == {"op": "replace", "path": "/country", "value": "AR"}


def test_a_sentence_is_enough(ritui: Program) -> None:
    done = ritui("report", "risc2", "--text", "It has ended.", "--lang", "es")
    assert done.returncode == 0
    assert "Corrección para" in done.stdout
    assert "It has ended." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["almma", "--text", "x"], 1, "“alma”"),
        (["alma"], 2, "--text"),
        (["alma", "eso", "--text", "x"], 2, "“eso”"),
        (["alma", "--value", "x"], 2, "--field KEY"),
        (["alma", "--field", "citi"], 2, "“city”"),
        (["alma", "--field", "country", "--value", "Chile"], 2, "CL"),
        (["alma", "--field", "established", "--value", "long ago"], 2, "--value"),
        (["eulac-4th-joint-call", "--field", "host", "--format", "url"], 0, ""),
    ],
)
def test_what_cannot_be_understood(
    ritui: Program, arguments: list[str], code: int, said: str
) -> None:
    done = ritui("report", *arguments)
    assert done.returncode == code
    assert said in done.stderr


def test_a_record_that_is_nowhere_on_the_web_has_no_page(ritui: Program) -> None:
    records = json.loads(ritui("list", "--json").stdout)["records"]
    nowhere = [each for each in records if not each.get("website") and not each.get("links")]
    own = [each["id"] for each in nowhere if not each.get("coordinator")]
    done = ritui("report", own[0], "--field", "coordinator", "--format", "url")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No page is known" in done.stderr


def test_neither_screen_nor_network_is_loaded(ritui: Program) -> None:
    from tests.cli.test_imports import HEAVY, loaded

    assert not loaded(ritui, "report", "alma", "--text", "x") & set(HEAVY)
    assert not loaded(ritui, "compare", "alma", "eso") & set(HEAVY)
