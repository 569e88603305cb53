"""The one question that may stand in plain mode, and what is an answer to it.

A question is asked once and stands until it is answered or something else is typed; then nothing has been
done, and that is said. What answers questions is never words for a visitor, even when the question has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

YES = ("y", "yes")
NO = ("n", "no")
LINGERS = 60.0
"""Seconds after a question for which "yes" and "no" are taken for a late answer, not for words."""
TOO_SOON = 0.4
"""Seconds after a question in which nobody can have read it: what answers it then was typed before."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is done only if the agent says so."""

    text: str
    """As it is said, with what may be answered."""
    answers: Mapping[str, Callable[[], None]]
    """What each answer does, by the answer in small letters."""
    undone: str = ""
    """Said when it is answered by no, or by none: what has not been done. Empty: nothing was to be done."""
    leave: bool = False
    """Whether it is about leaving: the key that asked it answers it too."""


def yes_or_no(text: str, yes: Callable[[], None], undone: str, *, leave: bool = False) -> Question:
    """A question of yes or no."""
    return Question(f"{text} y or n", dict.fromkeys(YES, yes), undone, leave)


class Questions:
    """Which question stands, and since when."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float], too_soon: float) -> None:
        """``clock`` is steady, in seconds; ``too_soon`` as in ``TOO_SOON``, 0 where nobody types."""
        self._say, self._clock, self._too_soon = say, clock, too_soon
        self.standing: Question | None = None
        self._since = self._until = float("-inf")

    def ask(self, question: Question) -> None:
        """Ask this; an older one has lapsed."""
        self.lapse()
        self.standing, self._since = question, self._clock()
        self._say(question.text)

    def expect(self, text: str) -> None:
        """Say what the agent may want to type now, as after a mistake: words that follow may be that, typed
        without its command, and are asked about."""
        self.ask(Question(text, {}))

    def lapse(self) -> bool:
        """The question that stands is not answered any more. Returns whether there was one."""
        question, self.standing = self.standing, None
        if question is None:
            return False
        self._until = self._clock()
        if question.undone:
            self._say(question.undone)
        return True

    def answered(self, line: str) -> bool:
        """Whether this line answers the question that stands, or repeats it; then it is dealt with."""
        question, answer = self.standing, line.strip().casefold()
        if question is None:
            return False
        if not answer:
            if self._clock() - self._since >= self._too_soon:  # not at each Enter of a key that is held
                self._since = self._clock()
                self._say(question.text)
            return True
        if answer not in question.answers and answer not in (*YES, *NO):
            return False
        if self._clock() - self._since < self._too_soon:
            self._say(f"That came before the question could be read. {question.text}")
            return True
        if answer in NO:
            self.lapse()
            if not question.undone:
                self._say("Left out.")
        elif answer in question.answers:
            self.standing, self._until = None, self._clock()
            question.answers[answer]()
        else:
            self._say(question.text)
        return True

    def late(self, line: str) -> bool:
        """Whether this line can only be the answer to a question that no longer stands."""
        answer = line.strip().casefold()
        soon = self._clock() - self._until < LINGERS
        return answer in ("y", "n") or (soon and answer in (*YES, *NO))
