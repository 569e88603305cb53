"""Why does this one ring, or why does it not: for any pending contact, put into words when it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui.alerts.memory import AlertMemory, PopupUp, Ringing
from tui.alerts.stages import Stage
from tui.desk.contact import ContactId


class Standing(Mapping[ContactId, str]):
    """For each pending contact how its alerts stand, in plain words.

    It holds what the policy remembered at one moment, which is never changed, and puts an answer into words
    only when someone looks: ten thousand contacts cost nothing.
    """

    def __init__(self, memory: AlertMemory) -> None:
        self._rings = memory.rings
        self._popups = memory.popups
        self._escalated = memory.escalated

    def __getitem__(self, id: ContactId) -> str:
        ring = _ring_words(self._rings[id], id in self._escalated)
        popup = self._popups.get(id)
        return f"{ring} {_popup_words(popup)}".rstrip() if popup is not None else ring

    def __iter__(self) -> Iterator[ContactId]:
        return iter(self._rings)

    def __len__(self) -> int:
        return len(self._rings)


def _ring_words(ring: Ringing, escalated: bool) -> str:
    match ring.stage:
        case Stage.ACTIVE:
            return f"It rings{', louder' if escalated else ''} (it began: {ring.reason})."
        case Stage.ONCE:
            return f"It has sounded once: {ring.reason}."
        case _:
            return f"It does not ring: {ring.reason}."


def _popup_words(popup: PopupUp) -> str:
    if popup.stage is Stage.ACTIVE:
        return "Its popup is up." if popup.shown_at is not None else "A popup is asked for."
    if popup.stage is Stage.HELD:
        return f"No popup: {popup.reason}."
    return f"Its popup is gone: {popup.reason}."
