"""Three themes of our own, made for eight hours: dark, light, and one of high contrast.

Text reaches the contrast of WCAG AA on every ground it stands on, AAA in the third; a test works it out from
what is drawn. Few colours, each with one meaning: amber waits, red is wrong, green is well, blue is ours.
"""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme


def _theme(
    name: str, *, dark: bool, ground: tuple[str, str, str, str], text: dict[str, str], fill: dict[str, str]
) -> Theme:
    """``ground``: background, surface, panel, the ground of the current chat's title; ``text``: colours of
    words; ``fill``: colours of cursors, buttons and borders."""
    background, surface, panel, current = ground
    words = {f"text-{role}": colour for role, colour in text.items() if role != "plain"}
    return Theme(
        name,
        primary=fill["primary"],
        secondary=fill["secondary"],
        accent=fill["accent"],
        warning=fill["warning"],
        error=fill["error"],
        success=fill["success"],
        foreground=text["plain"],
        background=background,
        surface=surface,
        panel=panel,
        dark=dark,
        variables={
            **words,
            "text": text["plain"],
            "foreground-muted": text["muted"],
            "foreground-disabled": text["disabled"],
            "primary-muted": current,
            "block-cursor-foreground": fill["on-cursor"],
            "block-cursor-background": fill["cursor"],
            "block-cursor-blurred-foreground": text["plain"],
            "block-cursor-blurred-background": current,
            "block-hover-background": panel,
            "screen-selection-background": fill["selection"],
            "screen-selection-foreground": fill["on-selection"],
            "input-selection-background": fill["selection"],
            "input-selection-foreground": fill["on-selection"],
            "input-cursor-background": text["plain"],
            "input-cursor-foreground": background,
            "border": fill["border"],
            "border-blurred": fill["scrollbar"],
            "scrollbar": fill["scrollbar"],
            "scrollbar-hover": fill["border"],
            "scrollbar-active": fill["border"],
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
            "scrollbar-corner-color": background,
            "button-foreground": text["plain"],
            "button-color-foreground": fill["on-cursor"],
            "footer-key-foreground": text["primary"],
            "footer-description-foreground": text["plain"],
            "footer-background": panel,
        },
    )


DARK = _theme(
    "deskbell-dark",
    dark=True,
    ground=("#14181d", "#1a1f25", "#20262d", "#25384a"),
    text={
        "plain": "#d5dae0",
        "muted": "#98a2ad",
        "disabled": "#88929d",
        "primary": "#8cbbe6",
        "secondary": "#a9b8c8",
        "accent": "#8fd0c3",
        "warning": "#e2b55f",
        "error": "#f08b83",
        "success": "#8fc68a",
    },
    fill={
        "primary": "#5f9bd0",
        "secondary": "#6f8296",
        "accent": "#5fb3a3",
        "warning": "#d9a441",
        "error": "#e06c64",
        "success": "#6fb069",
        "cursor": "#9cc4ea",
        "on-cursor": "#0f1418",
        "selection": "#3d5a75",
        "on-selection": "#f2f5f8",
        "border": "#5f9bd0",
        "scrollbar": "#4a5663",
    },
)

LIGHT = _theme(
    "deskbell-light",
    dark=False,
    ground=("#f6f4ef", "#fdfcf9", "#e9e6de", "#d3e2f0"),
    text={
        "plain": "#23282d",
        "muted": "#515962",
        "disabled": "#59616a",
        "primary": "#15548c",
        "secondary": "#43525f",
        "accent": "#0d5c50",
        "warning": "#7a4a00",
        "error": "#a3231a",
        "success": "#1f5c22",
    },
    fill={
        "primary": "#2a6cab",
        "secondary": "#66788a",
        "accent": "#1f7f70",
        "warning": "#a86c06",
        "error": "#b93a30",
        "success": "#3a7d3c",
        "cursor": "#1f5f9c",
        "on-cursor": "#ffffff",
        "selection": "#b5d2ee",
        "on-selection": "#14202b",
        "border": "#2a6cab",
        "scrollbar": "#a9a79f",
    },
)

HIGH_CONTRAST = _theme(
    "deskbell-high-contrast",
    dark=True,
    ground=("#000000", "#000000", "#161616", "#00305e"),
    text={
        "plain": "#ffffff",
        "muted": "#d6d6d6",
        "disabled": "#c2c2c2",
        "primary": "#9ad2ff",
        "secondary": "#e0e0e0",
        "accent": "#7dffe5",
        "warning": "#ffd75f",
        "error": "#ffb0a8",
        "success": "#9dff9d",
    },
    fill={
        "primary": "#9ad2ff",
        "secondary": "#e0e0e0",
        "accent": "#7dffe5",
        "warning": "#ffd75f",
        "error": "#ffb0a8",
        "success": "#9dff9d",
        "cursor": "#ffff5f",
        "on-cursor": "#000000",
        "selection": "#ffffff",
        "on-selection": "#000000",
        "border": "#ffffff",
        "scrollbar": "#d6d6d6",
    },
)

SIXTEEN_DARK = replace(
    BUILTIN_THEMES["ansi-dark"],
    name="deskbell-16-dark",
    primary="ansi_cyan",
    error="ansi_bright_red",
    variables={**BUILTIN_THEMES["ansi-dark"].variables, "primary-muted": "ansi_blue"},
)
"""For terminals of sixteen colours: the terminal's own, but blue words, which few can read on black."""

OWN_THEMES = (DARK, LIGHT, HIGH_CONTRAST)


def in_order(names: list[str]) -> list[str]:
    """Theme names as they are offered: our own first, then Textual's by the alphabet."""
    own = [theme.name for theme in OWN_THEMES]
    return [*(name for name in own if name in names), *sorted({*names} - {*own, SIXTEEN_DARK.name})]
