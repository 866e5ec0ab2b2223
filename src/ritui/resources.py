"""Find the files the program carries, installed or in a checkout.

A wheel takes ``assets/`` in as ``ritui/assets``; an editable install leaves it where the
checkout has it. Nothing else in the program builds such a path.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def assets() -> Path:
    """The folder of carried files.

    Raises:
        FileNotFoundError: The installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "assets", package.parent.parent / "assets"):
        if (folder / "directory").is_dir():
            return folder
    raise FileNotFoundError(f"ritui is installed without its assets: looked beside {package}")


def asset(*parts: str) -> Path:
    """The path of one carried file, as in ``asset("i18n", "en.toml")``."""
    return assets().joinpath(*parts)
