"""The themes one can choose from."""

from __future__ import annotations

from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

THEMES: Final = {
    "dark": Theme(
        name="ritui-dark",
        primary="#6ea8fe",
        secondary="#7fd1b9",
        accent="#f2c14e",
        foreground="#d8dee9",
        background="#11151c",
        surface="#11151c",
        panel="#1b222d",
        warning="#f2a65a",
        error="#ef6f6c",
        success="#7fd1b9",
        dark=True,
        variables={
            "faint": "#8b97a8",
            "line": "#33404f",
            "cursor-text": "#0b0e13",
            "cursor-back": "#6ea8fe",
            "cursor-idle": "#2b3a4f",
        },
    ),
    "light": Theme(
        name="ritui-light",
        primary="#1f5fbf",
        secondary="#11705a",
        accent="#8a5a00",
        foreground="#1d232b",
        background="#fbfbf8",
        surface="#fbfbf8",
        panel="#ecece6",
        warning="#9a4b00",
        error="#b3261e",
        success="#11705a",
        dark=False,
        variables={
            "faint": "#5c6670",
            "line": "#c4c7c0",
            "cursor-text": "#ffffff",
            "cursor-back": "#1f5fbf",
            "cursor-idle": "#d5e0f2",
        },
    ),
    "high-contrast": Theme(
        name="ritui-high-contrast",
        primary="#00ffff",
        secondary="#00ff00",
        accent="#ffff00",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#000000",
        warning="#ffff00",
        error="#ff8080",
        success="#00ff00",
        dark=True,
        variables={
            "faint": "#ffffff",
            "line": "#ffffff",
            "cursor-text": "#000000",
            "cursor-back": "#ffff00",
            "cursor-idle": "#404040",
        },
    ),
    "terminal": Theme(
        name="ritui-terminal",
        # On a dark and on a light background: of all, only these two can be read on either.
        primary="ansi_magenta",
        secondary="ansi_default",
        accent="ansi_magenta",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        warning="ansi_red",
        error="ansi_red",
        success="ansi_default",
        dark=True,
        ansi=True,
        variables={
            **BUILTIN_THEMES["ansi-dark"].variables,
            "faint": "ansi_default",
            "line": "ansi_bright_black",
            "cursor-text": "ansi_default",
            "cursor-back": "ansi_default",
            "cursor-idle": "ansi_default",
        },
    ),
}
"""Name in the settings to theme. The colours beyond Textual's own are variables of ours:
``faint`` for what is secondary, ``line`` for borders, ``cursor-*`` for the row one is on."""
