"""Every sign the widgets draw, in one place. Each is one cell wide; none stands for a colour alone."""

from __future__ import annotations

CURSOR = "▸"
STARRED = "★"
"""Addressed to this agent alone."""
GIVEN_BACK = "↩"
"""An agent gave the contact back."""
RINGING = "♪"
AUDIO = "♪"
POPUPS = "▣"
RETURNING = "↻"
"""The visitor was here before (one-line rows; two-line rows say it in words)."""
UNREAD = "●"
READY = "●"
PAUSED = "○"
CURRENT = "◆"
"""The chat the agent writes in."""
OPEN = "◇"
"""A chat that a pane shows."""
MENU = "▾"
MORE_BELOW = "▼"
ELLIPSIS = "…"
SENDING = "…"
SENT = "✓"
SEEN = "✓✓"
FAILED = "!"
SYSTEM = "·"
RULE = "─"
THUMB = "▐"
BAR_FULL = "▇"
BAR_EMPTY = "▁"
BAR_STEPS = "▁▂▃▄▅▆▇"
QUOTE_OPEN, QUOTE_CLOSE = "“", "”"

LEGEND: tuple[tuple[str, str], ...] = (
    (STARRED, "addressed to you alone"),
    (GIVEN_BACK, "given back by an agent"),
    (RINGING, "rings now"),
    (RETURNING, "the visitor was here before"),
    (f"{UNREAD}2", "two messages not yet read"),
    (CURRENT, "the chat you write in"),
    (OPEN, "a chat on the screen"),
    (SENDING, "on its way to the desk"),
    (SENT, "at the desk"),
    (SEEN, "shown to the visitor"),
    (FAILED, "not sent"),
)
"""What the signs mean, for the help screen."""
