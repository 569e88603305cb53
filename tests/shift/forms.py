"""The two lengths of a shift."""

from __future__ import annotations

from dataclasses import dataclass

from tests.shift.plan import Plan, draw


@dataclass(frozen=True)
class Form:
    """How much happens in how long."""

    contacts: int
    messages: int
    """As planned; who leaves early says less."""
    seconds: float


FORMS = {
    "short": Form(contacts=40, messages=520, seconds=26.0),
    "long": Form(contacts=300, messages=7_600, seconds=680.0),
}


def drawn(form: str, seed: int) -> Plan:
    """The plan of this form and seed."""
    size = FORMS[form]
    return draw(seed, size.contacts, size.messages, size.seconds)
