"""How far the alert for one pending contact has got, as one table for both media.

The rules of section 3 of the design: it waits while it may not start, it starts when the console is not
focused (or ``when_focused`` is on), and coming back to the console does not stop it.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """How far an alert has got."""

    HELD = "held"
    """Not alerting: it waits for leave to start."""
    ACTIVE = "active"
    """Alerting: the contact is in the ringing set, or its popup is up."""
    ONCE = "once"
    """Without loop: its tone has been asked for, once."""
    OVER = "over"
    """Done with: silenced by the agent; or its popup was closed or clicked."""


class Leave(StrEnum):
    """Whether an alert may sound now."""

    BARRED = "barred"
    """Switched off: by a master, by its block, or because the agent is paused."""
    WATCHED = "watched"
    """The agent is looking and did not ask to be alerted while he looks: nothing starts."""
    FREE = "free"
    """It may start."""


class Medium(StrEnum):
    """By which rule an alert goes on."""

    LOOP = "loop"
    """A ring tone in loop mode."""
    ONCE = "once"
    """A ring tone without loop."""
    POPUP = "popup"


NEXT: dict[Medium, dict[tuple[Stage, Leave], Stage]] = {
    Medium.LOOP: {
        (Stage.HELD, Leave.BARRED): Stage.HELD,
        (Stage.HELD, Leave.WATCHED): Stage.HELD,
        (Stage.HELD, Leave.FREE): Stage.ACTIVE,
        (Stage.ACTIVE, Leave.BARRED): Stage.HELD,
        (Stage.ACTIVE, Leave.WATCHED): Stage.ACTIVE,
        (Stage.ACTIVE, Leave.FREE): Stage.ACTIVE,
        (Stage.ONCE, Leave.BARRED): Stage.HELD,
        (Stage.ONCE, Leave.WATCHED): Stage.HELD,
        (Stage.ONCE, Leave.FREE): Stage.ACTIVE,
        (Stage.OVER, Leave.BARRED): Stage.OVER,
        (Stage.OVER, Leave.WATCHED): Stage.OVER,
        (Stage.OVER, Leave.FREE): Stage.OVER,
    },
    Medium.ONCE: {
        (Stage.HELD, Leave.BARRED): Stage.HELD,
        (Stage.HELD, Leave.WATCHED): Stage.HELD,
        (Stage.HELD, Leave.FREE): Stage.ONCE,
        (Stage.ACTIVE, Leave.BARRED): Stage.HELD,
        (Stage.ACTIVE, Leave.WATCHED): Stage.ONCE,
        (Stage.ACTIVE, Leave.FREE): Stage.ONCE,
        (Stage.ONCE, Leave.BARRED): Stage.ONCE,
        (Stage.ONCE, Leave.WATCHED): Stage.ONCE,
        (Stage.ONCE, Leave.FREE): Stage.ONCE,
        (Stage.OVER, Leave.BARRED): Stage.OVER,
        (Stage.OVER, Leave.WATCHED): Stage.OVER,
        (Stage.OVER, Leave.FREE): Stage.OVER,
    },
    Medium.POPUP: {
        (Stage.HELD, Leave.BARRED): Stage.HELD,
        (Stage.HELD, Leave.WATCHED): Stage.HELD,
        (Stage.HELD, Leave.FREE): Stage.ACTIVE,
        (Stage.ACTIVE, Leave.BARRED): Stage.HELD,
        (Stage.ACTIVE, Leave.WATCHED): Stage.ACTIVE,
        (Stage.ACTIVE, Leave.FREE): Stage.ACTIVE,
        (Stage.ONCE, Leave.BARRED): Stage.OVER,
        (Stage.ONCE, Leave.WATCHED): Stage.OVER,
        (Stage.ONCE, Leave.FREE): Stage.OVER,
        (Stage.OVER, Leave.BARRED): Stage.OVER,
        (Stage.OVER, Leave.WATCHED): Stage.OVER,
        (Stage.OVER, Leave.FREE): Stage.OVER,
    },
}
"""What becomes of an alert when the world is looked at again. Who leaves the queue has no stage."""
