"""``ritui changes``: what refreshes did."""

from __future__ import annotations

import json
from typing import Any

from ritui.model.claim import Claim
from ritui.model.normal import normalise
from ritui.model.source import Health
from ritui.services.library import open_library
from tests.conftest import Program


def claim(id_: str, **values: Any) -> Claim:
    fit, faults = normalise({"id": id_, "kind": "infrastructure", "name": id_.title(), **values})
    assert not faults
    return Claim("lab", id_, fit)


def refresh(ritui: Program, *claims: Claim) -> None:
    library, _ = open_library(ritui.paths)
    library.replace("lab", claims, [], Health("lab", "ok"))
    library.close()


def changes(ritui: Program, *arguments: str) -> list[dict[str, Any]]:
    done = ritui("changes", "--json", *arguments)
    found: list[dict[str, Any]] = json.loads(done.stdout)["changes"]
    assert done.returncode == (0 if found else 1)
    return found


def test_filling_the_cache_is_no_change(ritui: Program) -> None:
    assert changes(ritui) == []
    assert "Nothing has changed" in ritui("changes").stderr


def test_what_was_added_changed_and_removed(ritui: Program) -> None:
    refresh(ritui, claim("one", city="Lima"), claim("two"))
    refresh(ritui, claim("one", city="Cusco", established=1990), claim("three"))
    found = changes(ritui)
    assert sorted((each["what"], each["id"]) for each in found) == [
        ("added", "one"), ("added", "three"), ("added", "two"), ("changed", "one"),
        ("removed", "two"),
    ]  # fmt: skip
    (changed,) = (each for each in found if each["what"] == "changed")
    assert changed["fields"] == {
        "city": {"before": "Lima", "after": "Cusco"},
        "established": {"after": 1990},
    }
    assert {each["source"] for each in found} == {"lab"}
    assert found[0]["time"] >= found[-1]["time"]
    lines = ritui("changes").stdout.splitlines()
    assert any(line.split("\t")[5:] == ["city", "Lima", "Cusco"] for line in lines)


def test_since_and_source(ritui: Program) -> None:
    refresh(ritui, claim("one"))
    assert [each["id"] for each in changes(ritui, "--source", "lab")] == ["one"]
    assert changes(ritui, "--source", "other") == []
    assert [each["id"] for each in changes(ritui, "--since", "2020")] == ["one"]
    assert changes(ritui, "--since", "2999-01-01") == []
    assert ritui("changes", "--since", "soon").returncode == 2


def test_the_same_again_is_no_change(ritui: Program) -> None:
    refresh(ritui, claim("one"))
    refresh(ritui, claim("one"))
    assert [each["what"] for each in changes(ritui)] == ["added"]


def test_a_query_keeps_to_the_records_that_answer_it_now(ritui: Program) -> None:
    refresh(ritui, claim("one", country="UY", areas=["energy"]), claim("fotonica-lab"))
    refresh(ritui, claim("one", country="UY", areas=["health"]))
    assert {each["what"] for each in changes(ritui, "country:UY", "area:health")} == {
        "added", "changed",
    }  # fmt: skip
    assert changes(ritui, "area:energy") == []
    assert "No change is so" in ritui("changes", "area:energy").stderr
    assert {each["what"] for each in changes(ritui, "fotonica")} == {"added", "removed"}
    assert {each["id"] for each in changes(ritui, "-country:UY")} == {"fotonica-lab"}
    assert ritui("changes", "contry:UY").returncode == 2


def test_since_the_last_visit_and_the_last_refresh(ritui: Program) -> None:
    refresh(ritui, claim("one"))
    done = ritui("changes", "--since", "visit", "--format", "ids")
    assert done.stdout == "one\n"
    assert "not used here yet" in done.stderr
    library, _ = open_library(ritui.paths)
    library.keep_fact("visited", "2999-01-01T00:00:00+00:00")
    library.close()
    assert changes(ritui, "--since", "visit") == []
    assert [each["id"] for each in changes(ritui, "--since", "sync")] == []
    library, _ = open_library(ritui.paths)
    library.remember(Health("lab", "ok", "", "2000-01-01T00:00:00+00:00"))
    library.close()
    assert [each["id"] for each in changes(ritui, "--since", "sync")] == ["one"]
    wrong = ritui("changes", "--since", "vist")
    assert wrong.returncode == 2
    assert "visit | sync | YYYY" in wrong.stderr
