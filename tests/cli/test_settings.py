"""Wrong settings: named with file, line and the nearest right word; the rest still works."""

from __future__ import annotations

import pytest

from tests.conftest import Program


def write(ritui: Program, text: str) -> None:
    ritui.paths.config.mkdir(parents=True, exist_ok=True)
    ritui.paths.settings_file.write_text(text, encoding="utf-8")


def test_an_unknown_setting_is_only_noted(ritui: Program) -> None:
    write(ritui, '# mine\nthemee = "dark"\n')
    done = ritui("list", "--limit", "1")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert f"{ritui.paths.settings_file}, line 2" in done.stderr
    assert "“theme”" in done.stderr


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('\n\ntheme = "drak"\n', 3, "dark"),
        ("mouse = 3\n", 1, "true | false"),
        ('lang = "en"\nlang =\n', 2, ""),
        ("# a\n[[source]]\nid = 7\n", 3, ""),
    ],
)
def test_a_wrong_one_stops_commands_that_give_data(
    ritui: Program, text: str, line: int, said: str
) -> None:
    write(ritui, text)
    for command in (["list"], ["show", "risc2"], ["facets"], ["sync"], ["export"], ["timeline"]):
        done = ritui(*command)
        assert done.returncode == 2, command
        assert done.stdout == ""
        assert f"{ritui.paths.settings_file}, line {line}" in done.stderr
        assert said in done.stderr


def test_what_helps_to_correct_them_still_works(ritui: Program) -> None:
    write(ritui, "not toml at all\n")
    for command in (["paths"], ["doctor"], ["--help"], ["list", "--help"], ["--version"]):
        done = ritui(*command)
        assert done.returncode == 0, command
        assert done.stdout
    assert "line 1" in ritui("doctor").stdout


def test_the_language_of_the_settings(ritui: Program) -> None:
    write(ritui, 'lang = "en"\n')
    done = ritui("list", "--limit", "1", env={"LANG": "es_ES.UTF-8"})
    assert (done.returncode, done.stderr) == (0, "")
