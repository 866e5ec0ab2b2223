"""``ritui sources add``, ``remove``, ``enable``, ``disable`` and ``test``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ritui.cli.misuse import ValueUnfit
from ritui.cli.source_changes import settings_of
from tests.conftest import Program

API = "https://api.ror.org/v2/organizations"
HELD = '# mine\nlang = "en"  # kept\n\n[network]\ncontact = "a@example.org"\n'


def settings(ritui: Program) -> dict[str, Any]:
    return tomllib.loads(ritui.paths.settings_file.read_text("utf-8"))


def write(ritui: Program, text: str) -> Path:
    path = ritui.paths.settings_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_source_is_added_and_the_rest_stays(ritui: Program) -> None:
    path = write(ritui, HELD)
    done = ritui(
        "sources", "add", "ror", API, "--id", "ror-uy", "--json",
        "--set", 'countries=["UY"]', "--set", "title=ROR: Uruguay", "--set", "all_status=true",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"ror-uy is written in {path}" in done.stderr
    assert path.read_text("utf-8").startswith(HELD)
    assert settings(ritui)["source"] == [
        {
            "id": "ror-uy", "kind": "ror", "url": API, "countries": ["UY"],
            "title": "ROR: Uruguay", "all_status": True,
        }
    ]  # fmt: skip
    shown = json.loads(ritui("sources", "show", "ror-uy", "--json").stdout)
    assert shown == json.loads(done.stdout)
    assert (shown["enabled"], shown["options"]["countries"]) == (True, ["UY"])


def test_a_source_is_added_where_there_is_no_file(fresh_ritui: Program) -> None:
    assert not fresh_ritui.paths.settings_file.exists()
    done = fresh_ritui("sources", "add", "ror", API)
    assert (done.returncode, done.stdout) == (0, "")
    assert settings(fresh_ritui)["source"] == [{"id": "ror-api-ror-org", "kind": "ror", "url": API}]
    again = fresh_ritui("sources", "add", "ror", API)
    assert again.returncode == 2
    assert "ror-api-ror-org" in again.stderr
    assert "--id" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rorr", API), "“ror”"),
        (("ror",), "KIND URL"),
        (("ror", API, "more"), "“more”"),
        (("ror", API, "--id", "Not an id"), "[a-z0-9-]{1,40}"),
        (("ror", API, "--id", "ror-celac"), "“ror-celac”"),
        (("ror", API, "--id", "bundled"), "“bundled”"),
        (("ror", API, "--set", "countries"), "KEY=VALUE"),
        (("ror", API, "--set", "id=other"), "KEY=VALUE"),
        (("ror", API, "--set", "country=UY"), "“countries”"),
        (("ror", API, "--set", 'types=["facilities"]'), "“facility”"),
        (("ror", API, "--set", "every=soon"), "Nothing was written."),
        (("ror", API, "--set", "title=7"), "Nothing was written."),
        (("ror", "ftp://example.org/"), "Nothing was written."),
        (("ror", "https://me:secret@example.org/"), "Nothing was written."),
        (("ror", "some/file.json"), "some/file.json"),
        (("ror", ""), "Nothing was written."),
        (("ror", API, "--format", "csv"), "table | json"),
    ],
)
def test_nothing_is_written_when_something_is_wrong(
    ritui: Program, arguments: tuple[str, ...], said: str
) -> None:
    path = write(ritui, HELD)
    done = ritui("sources", "add", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert path.read_text("utf-8") == HELD


def test_what_is_stated_is_toml_or_else_text() -> None:
    assert settings_of(
        [
            "map.name=Nombre", "map.identifiers.ror=ROR", "map.city=Ciudad de = hoy",
            'defaults.country="AR"', "rows=100", "decimal=,", 'types=["a", "b"]', "query=",
            "as=news\nurl = 'x'", "defaults.region=LAC", 'page={ style = "offset" }',
        ]
    ) == {
        "map": {"name": "Nombre", "identifiers.ror": "ROR", "city": "Ciudad de = hoy"},
        "defaults": {"country": "AR", "region": "LAC"},
        "rows": 100,
        "decimal": ",",
        "types": ["a", "b"],
        "query": "",
        "as": "news\nurl = 'x'",
        "page": {"style": "offset"},
    }  # fmt: skip


@pytest.mark.parametrize("stated", ["", "=", "=7", "a b=7", ".a=7", "kind=ror", "url.x=1"])
def test_what_cannot_be_stated(stated: str) -> None:
    with pytest.raises(ValueUnfit):
        settings_of([stated])
    with pytest.raises(ValueUnfit):
        settings_of(["map=7", "map.name=Nombre"])


def test_tables_inside_a_source_and_its_removal(ritui: Program) -> None:
    held = HELD + '\n# of ours\n[[source]]\nid = "first"\nkind = "ror"\n'
    path = write(ritui, held)
    # The kind does not know the table, but everything before that has been done with it.
    refused = ritui("sources", "add", "ror", API, "--id", "b", "--set", "map.name=Nombre")
    assert refused.returncode == 2
    assert ritui("sources", "add", "ror", API, "--id", "second").returncode == 0
    done = ritui("sources", "remove", "second", "--json")
    assert json.loads(done.stdout) == {"id": "second"}
    assert path.read_text("utf-8").strip() == held.strip()
    assert ritui("sources", "remove", "first").returncode == 0
    assert "source" not in settings(ritui)
    assert path.read_text("utf-8").startswith(HELD)
    gone = ritui("sources", "remove", "second")
    assert gone.returncode == 2
    assert "“second”" in gone.stderr


def test_a_shipped_source_is_disabled_and_not_removed(fresh_ritui: Program) -> None:
    ritui = fresh_ritui
    refused = ritui("sources", "remove", "ror-celac")
    assert refused.returncode == 2
    assert "ritui sources disable ror-celac" in refused.stderr
    assert not ritui.paths.settings_file.exists()
    # They are so as shipped.
    assert ritui("sources", "disable", "ror-all").returncode == 0
    assert ritui("sources", "enable", "ror-celac").returncode == 0
    assert not ritui.paths.settings_file.exists()
    done = ritui("sources", "disable", "ror-celac", "--json")
    assert json.loads(done.stdout)["enabled"] is False
    assert settings(ritui) == {"source": [{"id": "ror-celac", "enabled": False}]}

    path = write(ritui, HELD)
    done = ritui("sources", "enable", "ror-all", "--json")
    assert json.loads(done.stdout)["enabled"] is True
    assert settings(ritui)["source"] == [{"id": "ror-all", "enabled": True}]
    assert ritui("sources", "disable", "ror-all").returncode == 0
    assert settings(ritui)["source"] == [{"id": "ror-all", "enabled": False}]
    assert path.read_text("utf-8").startswith(HELD)


def test_a_shipped_source_is_enabled_again(ritui: Program) -> None:
    path = write(ritui, HELD + '\n[[source]]\nid = "ror-celac"\nenabled = false\n')
    done = ritui("sources", "enable", "ror-celac", "--json")
    assert json.loads(done.stdout)["enabled"] is True
    assert settings(ritui)["source"] == [{"id": "ror-celac", "enabled": True}]
    assert ritui("sources", "disable", "ror-celac").returncode == 0
    assert settings(ritui)["source"] == [{"id": "ror-celac", "enabled": False}]
    assert path.read_text("utf-8").startswith(HELD)


@pytest.mark.parametrize("verb", ["remove", "enable", "disable", "test"])
def test_a_source_that_is_not_there(ritui: Program, verb: str) -> None:
    done = ritui("sources", verb, "ror-celak")
    assert done.returncode == 2
    assert "“ror-celac”" in done.stderr
    assert ritui("sources", verb).returncode == 2
    assert ritui("sources", verb, "ror-celac", "--id", "x").returncode == 2


def test_a_source_is_tried_and_nothing_kept(ritui: Program, replay: Callable[[str], str]) -> None:
    url = replay("ror") + "/v2/organizations"
    done = ritui("sources", "add", "ror", url, "--id", "uy", "--set", "countries=UY")
    assert done.returncode == 0, done.stderr
    found = json.loads(ritui("sources", "test", "uy", "--json").stdout)
    assert list(found) == ["id", "records", "expected", "names", "faults", "dropped"]
    assert (found["id"], found["records"], found["expected"]) == ("uy", 20, 23)
    assert len(found["names"]) == 3
    assert found["faults"] == found["dropped"] == []
    lines = ritui("sources", "test", "uy").stdout.splitlines()
    assert lines[:4] == ["id\tuy", "records\t20", "expected\t23", f"name\t{found['names'][0]}"]
    assert json.loads(ritui("sources", "show", "uy", "--json").stdout)["state"] == "never"


def test_a_source_that_fails(ritui: Program, replay: Callable[[str], str]) -> None:
    url = replay("ror") + "/nowhere"
    ritui("sources", "add", "ror", url, "--id", "uy")
    done = ritui("sources", "test", "uy", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert "404" in done.stderr
    offline = ritui("sources", "test", "uy", "--offline")
    assert (offline.returncode, offline.stdout) == (3, "")
