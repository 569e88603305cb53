"""Every sign the widgets draw, in one place. Each is one cell wide; none stands for a colour alone."""

from __future__ import annotations

CURSOR = "▸"
STARRED = "★"
"""Addressed to this agent alone."""
GIVEN_BACK = "↩"
"""An agent gave the contact back."""
TRANSFERRED = "↪"
"""A colleague hands the contact on."""
OFFLINE = "✉"
"""A letter: left while nobody was there."""
SERVICE = "■"
"""Before the name of a service, in its colour."""
HURRY = "!"
"""Beside the bar of the dissuasion time: half of it has gone; on both sides, nearly all of it."""
RINGING = "♪"
AUDIO = "♪"
POPUPS = "▣"
RETURNING = "↻"
"""The visitor was here before (one-line rows; two-line rows say it in words)."""
UNREAD = "●"
READY = "●"
PAUSED = "○"
FULL = "◉"
"""As many chats as there may be."""
LOST = "✕"
"""No connection to the desk."""
GROUP = "◫"
"""Several agents."""
CURRENT = "◆"
"""The chat the agent writes in."""
OPEN = "◇"
"""A chat that a pane shows."""
IDLE = "z"
"""A chat without words for a while."""
AWAY = "~"
"""The visitor's page is silent, or was left."""
ENDED = "✕"
WAITS = "?"
"""The visitor waits for an answer; then for long, then for too long."""
WAITS_LONG = "!"
WAITS_TOO_LONG = "!!"
MORE_LEFT, MORE_RIGHT = "‹", "›"
MENU = "▾"
MORE_BELOW = "▼"
ELLIPSIS = "…"
SENDING = "…"
SENT = "✓"
SEEN = "✓✓"
UNRECEIVED = "△"
"""The visitor's page has not got it."""
FAILED = "▲"
"""The desk has not got it."""
NOTE = "✎"
"""Private: never shown to the visitor."""
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
    (TRANSFERRED, "transferred by a colleague, with a note"),
    (OFFLINE, "a letter, left while nobody was there: nothing can be sent to the visitor"),
    (SERVICE, "in the colour of the service"),
    (RINGING, "rings now"),
    (RETURNING, "the visitor was here before"),
    (
        f"{HURRY}{BAR_FULL}{BAR_STEPS[1]}",
        "half of the time is over; with ! on both sides, nearly all",
    ),
    (f"{UNREAD}2", "two messages not yet read"),
    (CURRENT, "the chat you write in"),
    (OPEN, "a chat on the screen"),
    (WAITS, "the visitor waits for your answer"),
    (WAITS_LONG, "for long: yellow from [chats] answer_yellow on"),
    (WAITS_TOO_LONG, "for too long: red from [chats] answer_red on"),
    (IDLE, "a chat without words for a while"),
    (AWAY, "the visitor is away: without connection, or off the page"),
    (ENDED, "a chat that has ended"),
    (SENDING, "just sent, on its way"),
    (FAILED, "not received by the desk (red): kept, and sent again by itself"),
    (UNRECEIVED, "at the desk, not received by the visitor (yellow)"),
    (SENT, "received by the visitor's page"),
    (SEEN, "seen by the visitor"),
    (NOTE, "a private note among agents: the visitor never sees it"),
    (READY, "ready"),
    (PAUSED, "paused"),
    (FULL, "as many chats as there may be"),
    (LOST, "disconnected"),
    (GROUP, "a group of agents"),
)
"""What the signs mean, for the help screen."""
