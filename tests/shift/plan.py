"""What is to happen in a shift, drawn from a seed: visitors, what agents do with each, and the mishaps."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

TYPIST = "Tina"
"""The agent who sits before the real program in a terminal."""

AGENTS = ("Maria", "Luca", "Paolo", TYPIST)
DOORKEEPER, VICTIM, LOOKING = "Maria", "Luca", "Paolo"
"""Whose console is started first and so has the door; whose is killed while a contact is on its way to him;
and who looks at his console for a part of the time."""

GROUPS = {"Maria": ("Billing",), "Luca": ("Billing", "Tech"), "Paolo": ("Tech",), TYPIST: ("Night",)}

NOBODY_HOME = "Closed"
"""The service whose visitors no agent of a plan accepts: they are dissuaded, or leave."""

DISSUASION = {"Sales": 90, "Support": 120, "Billing": 120, NOBODY_HOME: 15}
"""Dissuasion times by service, in seconds."""

TRANSFER_TIME = 5
"""Seconds a colleague has to accept: the least that the settings take."""

RELOAD_GRACE = 3
"""Seconds a page may be silent."""

WORDS = (
    *("invoice", "address", "tomorrow", "please", "thanks", "delivery", "broken", "red", "the", "a", "not"),
    *(
        "größe",
        "città",
        "niño",
        "日本語",
        "привет",
        "שלום",
        "🙂",
        "👩‍💻",
        "<b>",
        "[/x]",
        "100%",
        "it's",
        "\\n",
    ),
)


class Leaves(StrEnum):
    """How a visitor goes."""

    STAYS = "stays"
    """Until an agent ends it."""
    SOON = "soon"
    """Says good-bye before ten seconds of waiting."""
    LATE = "late"
    """Says good-bye after more than ten seconds of waiting."""
    CHAT = "chat"
    """Says good-bye in the chat, once all is said."""
    CLOSES_WAITING = "closes_waiting"
    """Closes the page while waiting."""
    CLOSES_LATE = "closes_late"
    """The same after more than ten seconds."""
    CLOSES_CHAT = "closes_chat"
    """Closes the page in the chat."""
    WAITS = "waits"
    """Until the dissuasion time has run out."""


class Then(StrEnum):
    """How an agent parts from a contact."""

    END = "end"
    GIVE_BACK = "give_back"
    AGENT = "agent"
    """Transferred to a colleague."""
    GROUP = "group"
    """Transferred to a group."""


class Reception(StrEnum):
    """What the colleague does with a contact passed to him; travels in the transfer's note."""

    ACCEPT = "accept"
    DECLINE = "decline"
    IGNORE = "ignore"
    """He does nothing, it comes back to the sender, who accepts."""
    ALL_IGNORE = "all_ignore"
    """Neither does the sender: then it is everybody's."""
    DIE = "die"
    """His console is killed while the contact is on its way to him."""


@dataclass(frozen=True)
class Stage:
    """What one holder of a contact does with it."""

    lines: int
    notes: int = 0
    then: Then = Then.END
    to: str = ""
    """The colleague or the group."""
    reception: Reception = Reception.ACCEPT
    hasty: bool = False
    """Writes the last line and parts at once, without waiting until it is stored."""


@dataclass(frozen=True)
class Visit:
    """One visitor."""

    number: int
    at: float
    """Seconds into the shift."""
    service: str
    leaves: Leaves
    lines: int
    """Messages beside the first."""
    pace: float
    """Seconds between two of them."""
    waits: float
    """For who leaves waiting: after how many seconds."""
    drops: tuple[int, ...] = ()
    """After which of his lines the connection breaks; after every second one while it is being sent."""
    plain: bool = False
    """Whether it is a script that uses HTTP alone, without a stream."""
    race: bool = False
    """Whether every agent grabs at him at once."""
    stages: tuple[Stage, ...] = ()
    tags: tuple[str, ...] = ()
    colour: str = ""
    resolution: str = ""
    """What the one who ends it labels it with; empty for nothing."""

    @property
    def nick(self) -> str:
        """Names him on screens and in journals."""
        return f"V{self.number:03}"


@dataclass(frozen=True)
class Pause:
    """An agent pauses."""

    agent: str
    at: float
    seconds: float
    reason: str


@dataclass(frozen=True)
class Plan:
    """A whole shift."""

    seed: int
    seconds: float
    visits: tuple[Visit, ...]
    pauses: tuple[Pause, ...]
    kill_at: float
    """From when the victim's console is killed, as soon as a contact is on its way to him."""
    lock_at: float
    """When another program locks the database,"""
    lock_for: float
    """and for how long."""
    door_at: float
    """When the console that has the door is killed."""
    away: float = 3.0
    """Seconds until a killed console is started again."""

    def visit(self, nick: str) -> Visit | None:
        """The visitor of this name."""
        number = nick[1:4]
        return self.visits[int(number)] if nick[:1] == "V" and number.isdigit() else None


def draw(seed: int, contacts: int, messages: int, seconds: float) -> Plan:
    """The shift of this seed: so many contacts with so many messages planned, arriving within the first part
    of so many seconds."""
    rng = random.Random(seed)
    arrivals = 0.78 * seconds
    lines = max(2.0, messages / contacts / 2)
    kill_at, lock_at, door_at = 0.25 * seconds, 0.45 * seconds, 0.8 * seconds
    times = sorted(rng.uniform(0.0, arrivals) for _ in range(contacts))
    visits = [_visit(rng, number, at, lines) for number, at in enumerate(times)]
    _have_some_of_each(rng, visits, kill_at)
    return Plan(
        seed=seed,
        seconds=seconds,
        visits=tuple(visits),
        pauses=_pauses(rng, seconds),
        kill_at=kill_at,
        lock_at=lock_at,
        lock_for=6.5,
        door_at=door_at,
    )


def _visit(rng: random.Random, number: int, at: float, lines: float) -> Visit:
    leaves = rng.choices(list(Leaves), weights=(62, 4, 3, 12, 2, 2, 6, 3))[0]
    alone = leaves in (Leaves.SOON, Leaves.LATE, Leaves.WAITS, Leaves.CLOSES_WAITING, Leaves.CLOSES_LATE)
    said = rng.randint(0, 3) if alone else rng.randint(round(lines * 0.6), round(lines * 1.5))
    late = leaves in (Leaves.LATE, Leaves.CLOSES_LATE)
    plain = (
        leaves not in (Leaves.CLOSES_CHAT, Leaves.CLOSES_WAITING, Leaves.CLOSES_LATE) and rng.random() < 0.08
    )
    return Visit(
        number=number,
        at=at,
        service=NOBODY_HOME if alone else rng.choice(("Sales", "Support", "Billing", "")),
        leaves=leaves,
        lines=said,
        pace=rng.uniform(0.5, 1.6),
        waits=rng.uniform(10.8, 13.0) if late else rng.uniform(0.3, 7.0),
        drops=tuple(line for line in range(said) if rng.random() < 0.06) if not plain else (),
        plain=plain,
        race=not alone and rng.random() < 0.15,
        stages=_stages(rng, lines),
        tags=tuple(rng.sample(("vip", "refund", "später", "bug"), rng.randint(0, 2))),
        colour=rng.choice(("", "red", "green")),
        resolution=rng.choice(("", "solved", "to be followed up")),
    )


def _stages(rng: random.Random, lines: float) -> tuple[Stage, ...]:
    """Two in three chats stay with who accepted them; the others go on, some of them twice."""
    holders = rng.choices((1, 2, 3), weights=(64, 27, 9))[0]
    shares = [max(1, round(rng.uniform(0.7, 1.4) * lines / holders)) for _ in range(holders)]
    stages = [_passes_on(rng, share) for share in shares[:-1]]
    return (*stages, Stage(shares[-1], rng.choice((0, 0, 1)), hasty=rng.random() < 0.15))


def _passes_on(rng: random.Random, lines: int) -> Stage:
    then = rng.choices((Then.AGENT, Then.GROUP, Then.GIVE_BACK), weights=(60, 20, 20))[0]
    to = {
        Then.AGENT: rng.choice(AGENTS),
        Then.GROUP: rng.choice(("Billing", "Tech")),
        Then.GIVE_BACK: "",
    }[then]
    reception = rng.choices(
        (Reception.ACCEPT, Reception.DECLINE, Reception.IGNORE, Reception.ALL_IGNORE), weights=(55, 25, 12, 8)
    )[0]
    if then is Then.GIVE_BACK or (to == TYPIST and reception is Reception.DECLINE):
        reception = Reception.ACCEPT
    return Stage(lines, rng.choice((0, 1)), then, to, reception)


def _have_some_of_each(rng: random.Random, visits: list[Visit], kill_at: float) -> None:
    """Even the shortest shift shows each thing once: those that must be there replace drawn ones."""
    wanted: list[dict[str, Any]] = [
        {"leaves": Leaves.SOON, "service": NOBODY_HOME, "waits": 3.0, "lines": 1},
        {"leaves": Leaves.LATE, "service": NOBODY_HOME, "waits": 11.5, "lines": 1},
        {"leaves": Leaves.CLOSES_WAITING, "service": NOBODY_HOME, "waits": 2.0, "lines": 0, "plain": False},
        {"leaves": Leaves.CLOSES_LATE, "service": NOBODY_HOME, "waits": 11.0, "lines": 0, "plain": False},
        {"leaves": Leaves.WAITS, "service": NOBODY_HOME, "lines": 1},
        {"leaves": Leaves.CHAT},
        {"leaves": Leaves.CLOSES_CHAT, "plain": False},
        _passing(Stage(2, 1, Then.AGENT, "Maria", Reception.ACCEPT)),
        _passing(Stage(1, 1, Then.AGENT, "Paolo", Reception.DECLINE)),
        _passing(Stage(1, 0, Then.AGENT, "Maria", Reception.DECLINE)),
        _passing(Stage(1, 0, Then.AGENT, "Paolo", Reception.ACCEPT)),
        _passing(Stage(1, 0, Then.AGENT, "Luca", Reception.IGNORE)),
        _passing(Stage(1, 0, Then.AGENT, "Maria", Reception.ALL_IGNORE)),
        _passing(Stage(1, 0, Then.GROUP, "Tech", Reception.ACCEPT)),
        _passing(Stage(1, 1, Then.GIVE_BACK)),
        _passing(Stage(1, 0, Then.AGENT, TYPIST, Reception.ACCEPT)),
        {"race": True, "leaves": Leaves.STAYS, "service": "Sales"},
        {"leaves": Leaves.STAYS, "service": "Sales", "lines": 0, "stages": (Stage(0),)},
    ]
    early = [visit.number for visit in visits if visit.at < visits[-1].at * 0.8]
    for number, changes in zip(rng.sample(early, len(wanted)), wanted, strict=True):
        visits[number] = _changed(visits[number], changes)
    soon = [v.number for v in visits if kill_at - 6.0 <= v.at <= kill_at and v.service != NOBODY_HOME]
    dying = _passing(Stage(1, 0, Then.AGENT, VICTIM, Reception.DIE))
    for number in soon[-3:] or [min(range(len(visits)), key=lambda n: abs(visits[n].at - kill_at + 2))]:
        visits[number] = _changed(visits[number], dying)


def _passing(stage: Stage) -> dict[str, Any]:
    return {"leaves": Leaves.STAYS, "service": "Sales", "stages": (stage, Stage(1))}


def _changed(visit: Visit, changes: dict[str, Any]) -> Visit:
    if changes.get("plain") is False and "drops" not in changes:
        changes = {**changes, "drops": ()}
    return Visit(**{**{name: getattr(visit, name) for name in visit.__dataclass_fields__}, **changes})


def _pauses(rng: random.Random, seconds: float) -> tuple[Pause, ...]:
    """One at a time, so that somebody is always there."""
    pauses: list[Pause] = []
    at = 0.12 * seconds
    while at < 0.9 * seconds:
        length = rng.uniform(0.03, 0.06) * seconds
        agent = rng.choice([name for name in AGENTS if name not in (VICTIM, TYPIST)])
        pauses.append(Pause(agent, at, length, rng.choice(("lunch", "meeting", "pausa caffè"))))
        at += length + rng.uniform(0.08, 0.15) * seconds
    return tuple(pauses)


def words(rng: random.Random, most: int = 4) -> str:
    """Something to say."""
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def save(plan: Plan, path: Path) -> None:
    """Write a plan down for the agents."""
    path.write_text(json.dumps(asdict(plan), ensure_ascii=False, indent=1))


def load(path: Path) -> Plan:
    """Read one."""
    data = json.loads(path.read_text())
    visits = tuple(
        Visit(
            **{
                **visit,
                "leaves": Leaves(visit["leaves"]),
                "drops": tuple(visit["drops"]),
                "tags": tuple(visit["tags"]),
                "stages": tuple(
                    Stage(
                        **{
                            **stage,
                            "then": Then(stage["then"]),
                            "reception": Reception(stage["reception"]),
                        }
                    )
                    for stage in visit["stages"]
                ),
            }
        )
        for visit in data["visits"]
    )
    pauses = tuple(Pause(**pause) for pause in data["pauses"])
    return Plan(**{**data, "visits": visits, "pauses": pauses})
