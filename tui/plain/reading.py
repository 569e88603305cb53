"""What is done with a line that was typed in plain mode, and with several that came at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.plain.deeds import Deeds
from tui.plain.fits import fit
from tui.plain.questions import Question, yes_or_no
from tui.plain.sending import Sending
from tui.plain.table import BY_ID, BY_NAME
from tui.plain.words import excerpt
from tui.text import clean_line
from tui.typed.bare import Unclear, holds_controls, read_line
from tui.typed.slash import Order, Refusal, Words, WrongArgument

if TYPE_CHECKING:
    from tui.plain.console import PlainConsole


class Reading:
    """Tells answers, orders and words apart, and asks where a line may be either."""

    def __init__(self, console: PlainConsole, sending: Sending, deeds: Deeds) -> None:
        self._console, self._sending, self._deeds = console, sending, deeds

    def take(self, line: str) -> None:
        """One line: an answer, an order, or words."""
        if holds_controls(line):
            self._console.say(
                f"Not taken, a key was pressed that is no text: {clean_line(line, max_chars=60)}"
            )
            return
        if self._console.questions.answered(line) or not line.strip():
            return
        lapsed = self._console.questions.lapse()
        if self._console.questions.late(line):
            word = clean_line(line.strip())
            self._console.say(f"Not sent, {word} answers no question now. /say {word} sends it.")
            return
        match self._meaning(line):
            case Words(text) if lapsed:
                self._sending.ask(text)  # what was typed while a question stood may be a slip in its answer
            case Words(text):
                self._sending.send(text)
            case Unclear() as unclear:
                self._ask_which(unclear)
            case Order(id, argument):
                self._order(id, argument)
            case Refusal(reason):
                self._console.questions.expect(reason)

    def together(self, text: str, why: str) -> None:
        """Several lines at once: nothing is done or sent before the agent says so."""
        if holds_controls(text):
            self._console.say(f"{why} Not taken, there is a key among them that is no text.")
            return
        if self._begins_with_a_command_of_one_line(text):
            self._ask_one_by_one(text, why)
            return
        match self._meaning(text):
            case Unclear() as unclear:
                self._ask_which(unclear, f"{why} ")
            case Order(id, argument):
                self._console.questions.ask(
                    yes_or_no(
                        f"{why} Do all this? {excerpt(text)}:",
                        lambda: self._order(id, argument),
                        f"Not done: {excerpt(text)}",
                    )
                )
            case Refusal(reason):
                self._console.questions.expect(f"{why} Nothing was done. {reason}")
            case Words(words):
                self._sending.ask(words, why, "them as one message")

    def _begins_with_a_command_of_one_line(self, text: str) -> bool:
        first = self._meaning(text.partition("\n")[0])
        return isinstance(first, Order) and not BY_ID[first.id].argument.rstrip("]").endswith("…")

    def _ask_one_by_one(self, text: str, why: str) -> None:
        """Typed on a line that stalled, or pasted: who typed them knows."""
        typed = text.split("\n")

        def go_on() -> None:
            for line in typed:
                self._console.typed(line)

        question = f"{why} Do them one after another? {excerpt(text)}:"
        self._console.questions.ask(yes_or_no(question, go_on, f"Not done: {excerpt(text)}"))

    def _ask_which(self, unclear: Unclear, why: str = "") -> None:
        """A command, or words for the visitor?"""
        names = BY_NAME[unclear.name].slash_names
        takes = unclear.argument if BY_NAME[unclear.name].argument else ""
        console = self._console
        current = console.current()

        def order() -> None:
            console.addressee.turned_since(current)
            self._order(unclear.id, takes)

        def say() -> None:
            console.addressee.turned_since(current)
            self._sending.send(unclear.text)

        answers: Mapping[str, Callable[[], None]] = {
            **dict.fromkeys([*names, *(f"/{name}" for name in names)], order),
            **dict.fromkeys(("say", "/say"), say),
        }
        undone = f"Neither done nor sent: {excerpt(unclear.text)}"
        question = (
            f"{why}/{unclear.name} or say? /{unclear.name} is the command, say sends it, n does neither."
        )
        console.questions.ask(Question(question, answers, undone))

    def _order(self, id: str, argument: str) -> None:
        try:
            self._deeds.do(id, argument)
        except WrongArgument as wrong:
            if argument:
                self._console.questions.expect(wrong.reason)  # what was meant may be typed next, by itself
            else:
                self._console.say(wrong.reason)

    def _meaning(self, text: str) -> Words | Order | Refusal | Unclear:
        view = self._console.view
        return read_line(text, BY_NAME, lambda command, rest: fit(view, command, rest))
