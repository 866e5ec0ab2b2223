"""``ritui pilots``: the pages, in every form."""

from __future__ import annotations

import json

from ritui.cli.pilots import COLUMNS
from tests.conftest import Program


def test_which_pages_there_are(ritui: Program) -> None:
    found = json.loads(ritui("pilots", "--json").stdout)
    assert found["total"] == len(found["pages"]) == 8
    ids = [each["id"] for each in found["pages"]]
    assert ritui("pilots", "--format", "ids").stdout.split() == ids
    lines = [line.split("\t") for line in ritui("pilots").stdout.splitlines()]
    assert [line[0] for line in lines] == ids
    assert {len(line) for line in lines} == {len(COLUMNS)}
    assert lines[0][3] == "Instruct-ERIC"


def test_a_page_says_the_same_in_every_form(ritui: Program) -> None:
    done = ritui("pilots", "heritage", "--json", "--query", "country:MX")
    found = json.loads(done.stdout)
    assert found["id"] == "resinfra-pilot-heritage"
    text = " ".join(ritui("pilots", "heritage").stdout.split())
    page = ritui("pilots", "heritage", "--format", "md").stdout
    for part in found["parts"]:
        assert part["title"] in text
        assert f"### {part['title']}" in page
        for fact in part["facts"]:
            assert "" not in fact.values()
            assert fact["text"] in text
            assert fact.get("url", "") in text
    field = next(part["facts"] for part in found["parts"] if part["key"] == "field")
    lac = next(fact for fact in field if fact["label"] == "LAC")
    assert (lac["total"], lac["matching"]) == (1, 1)
    total = json.loads(ritui("list", lac["query"], "--json").stdout)["total"]
    assert total == lac["total"]


def test_a_page_is_named_by_its_id_its_end_or_an_acronym(ritui: Program) -> None:
    done = ritui("pilots", "hpc", "LifEuLAC", "areas", "eu-celac-wg-ri", "--format", "ids")
    assert done.stdout.split() == [
        "resinfra-pilot-hpc", "resinfra-pilot-biodiversity", "areas", "eu-celac-wg-ri",
    ]  # fmt: skip
    several = json.loads(ritui("pilots", "hpc", "platforms", "--json").stdout)
    assert [each["id"] for each in several] == ["resinfra-pilot-hpc", "platforms"]


def test_what_is_no_page_is_named_with_the_nearest(ritui: Program) -> None:
    for word, said in (("heritag", "“heritage”"), ("alba", "“alba”")):
        done = ritui("pilots", word)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in done.stderr
        assert "ritui pilots" in done.stderr
    wrong = ritui("pilots", "hpc", "--query", "contry:BR")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "country" in wrong.stderr


def test_in_another_language(ritui: Program) -> None:
    text = ritui("pilots", "hpc", "--lang", "pt").stdout
    assert "Parceiros por região" in text
    assert text.startswith("Piloto de computação")
