"""Cuts what a terminal sends into characters, sequences and pastes. Pure: bytes and their time of arrival in,
tokens out; no clock, no thread.

ECMA-48 says where a sequence ends; the times say what belongs together where a slow line has torn it apart:

- ESC alone is the Escape key after ``ESCAPE_AFTER``.
- ESC with one of ``[ O ] P _ ^ X`` waits for the rest, up to ``REST_WITHIN`` from byte to byte.
- What comes within ``REST_WITHIN`` of an Escape given out that way, and would go on with it (``[12~``,
  ``OQ``), is read as if it had come at once, never as text; a letter is told apart (``SoonAfterEscape``).
- A paste ends with its bracket, or when nothing comes for ``PASTE_ENDS_AFTER``. What comes at once behind the
  bracket and ends with another is the same paste: text that holds such a bracket can end no paste.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from tui.terminal_input.tokens import (
    ControlSequence,
    Escaped,
    Pasted,
    PasteTail,
    SoonAfterEscape,
    Token,
    Typed,
    Unknown,
    WithAlt,
)

ESCAPE_AFTER = 0.08
"""Seconds after which an ESC to which nothing has come is the Escape key."""
REST_WITHIN = 0.5
"""Seconds within which the rest of a sequence must come."""
TOGETHER = 0.03
"""Seconds between bytes that came in one piece; no hand is that fast."""
PASTE_ENDS_AFTER = 0.5
"""Seconds of silence after which a paste without its end is over."""
HELD_AT_MOST = 1.0
"""Seconds for which characters are held back in the belief that they are an answer."""
LONGEST_SEQUENCE = 64
LONGEST_PASTE = 1 << 20
"""Bytes of a paste that are kept; the rest is dropped."""

ESC = 0x1B
_PASTE_BEGINS, _PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
_STRINGS = b"]P_^X"
"""What begins an answer in words, after ESC, and lasts until ST or BEL."""
_ANSWER = re.compile(rb"\x1b(?:P[>!]|P[01][$+]|Ptmux;|\]\d|_G)")
"""Beginnings of answers that terminals give; nobody types them."""
_FOR_KEYS_ALONE = re.compile(
    rb"\x1b\[<[\d;]*[Mm]|\x1b\[[IO]|\x1bO[PQRS]|\x1b\[(?!20[01]~)\d+~|[\x01-\x08\x0b\x0c\x0e-\x1a]\Z"
)
"""Mouse, focus and function keys, or one control key alone: never the next piece of a pasted text."""
_BROKEN_END = re.compile(rb"\x1b(?:\[(?:2(?:0(?:1)?)?)?)?\Z")
_SS3_TORN = frozenset(b"PQRSABCDFH")
"""Keys that are read from an O and a letter though these did not come at once."""
_HARMFUL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Reader:
    """Takes bytes, gives tokens. ``deadline`` says when ``expire`` has something to do."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._tokens: list[Token] = []
        self._state: Callable[[int], None] = self._ground
        self._sequence = bytearray()
        self._began = 0.0
        self._now = 0.0
        """When the bytes that are being read came."""
        self._torn = False
        """Whether the ESC of this sequence has been given out as the Escape key."""
        self._escaped_at: float | None = None
        self._held: list[tuple[int, float]] = []
        """Bytes behind the beginning of an answer, each with its time."""
        self._paste = bytearray()
        self._behind: list[tuple[bytes, float]] = []
        """What came at once behind a paste."""
        self._paste_ended = 0.0

    @property
    def half_a_character(self) -> bool:
        """Whether a character has begun and is not whole."""
        return self._state == self._ground and bool(self._decoder.getstate()[0])

    @property
    def deadline(self) -> float | None:
        """When something that is waited for is no longer waited for."""
        if self._state == self._ground:
            return None
        if self._state == self._after_escape:
            return self._began + ESCAPE_AFTER
        if self._state == self._pasting:
            return self._now + PASTE_ENDS_AFTER
        if self._state == self._behind_paste:
            return min(self._now + TOGETHER, self._paste_ended + REST_WITHIN)
        rest = self._now + REST_WITHIN
        if self._state == self._string and not self._is_answer():
            return min(rest, self._began + HELD_AT_MOST)
        return rest

    def feed(self, data: bytes, now: float) -> list[Token]:
        """What these bytes complete, and what was over before they came."""
        self._expire(now)
        self._read(data, now)
        return self._given()

    def expire(self, now: float) -> list[Token]:
        """What is over by now."""
        self._expire(now)
        return self._given()

    def _given(self) -> list[Token]:
        given, self._tokens = self._tokens, []
        return given

    def _read(self, data: bytes, now: float) -> None:
        since, self._now = now - self._now, now
        if self._state == self._pasting and since > ESCAPE_AFTER and _FOR_KEYS_ALONE.match(data):
            self._end_paste()
        at = 0
        while at < len(data):
            if self._state == self._pasting:
                self._read_paste(data[at:])
                return
            if self._state == self._behind_paste:
                self._read_behind_paste(data[at:])
                return
            self._state(data[at])
            at += 1

    def _expire(self, now: float) -> None:
        while self.deadline is not None and self.deadline < now:
            state = self._state
            if state == self._after_escape:
                self._escaped_at = self._began
                self._tokens.append(Escaped(self._began))
                self._state = self._ground
            elif state == self._pasting:
                self._end_paste()
            elif state == self._behind_paste:
                self._release_paste()
            elif state == self._string:
                self._end_string(whole=False)
            elif state == self._alt_character:
                self._decoder.reset()
                self._drop()
            elif state == self._csi and self._sequence.endswith(b"$"):
                self._complete()  # rxvt's keys with Shift
            else:
                self._drop()

    # Characters

    def _ground(self, byte: int) -> None:
        if byte == ESC:
            for char in self._flushed():
                self._typed(char)
            self._begin()
            return
        for char in self._decoder.decode(bytes((byte,))):
            self._typed(char)

    def _flushed(self) -> str:
        """What is left of half a character."""
        left = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        return left

    def _typed(self, char: str) -> None:
        soon = self._escaped_at is not None and self._now <= self._escaped_at + REST_WITHIN
        self._escaped_at = None
        if soon and char in "[O]P_^X":
            self._began, self._torn = self._now, True
            self._sequence = bytearray((ESC,))
            self._introduce(ord(char))
        elif soon and (char.isalnum() or char == "\r"):
            self._tokens.append(SoonAfterEscape(self._now, char))
        elif "\x80" <= char <= "\x9f":
            self._tokens.append(Unknown(self._now, repr(char)))
        else:
            self._tokens.append(Typed(self._now, char))

    # ESC

    def _begin(self) -> None:
        self._state = self._after_escape
        self._sequence = bytearray((ESC,))
        self._began, self._torn, self._escaped_at = self._now, False, None

    def _after_escape(self, byte: int) -> None:
        if byte == ESC:
            self._tokens.append(Escaped(self._began))
            self._begin()
        elif byte in b"[O" or byte in _STRINGS:
            self._introduce(byte)
        else:
            self._state = self._alt_character
            self._alt_character(byte)

    def _alt_character(self, byte: int) -> None:
        if byte == ESC:
            self._decoder.reset()
            self._drop()
            self._begin()
            return
        chars = self._decoder.decode(bytes((byte,)))
        if chars:
            self._state = self._ground
            self._tokens.append(WithAlt(self._now, chars[0]))
            for char in chars[1:]:
                self._typed(char)

    def _introduce(self, byte: int) -> None:
        self._sequence.append(byte)
        self._held.clear()
        self._state = self._csi if byte == ord("[") else self._ss3 if byte == ord("O") else self._string

    def _drop(self, *, quietly: bool = False) -> None:
        if not quietly:
            self._tokens.append(Unknown(self._now, repr(bytes(self._sequence[:24]))))
        self._state = self._ground

    def _drop_and_read(self, byte: int) -> None:
        """What was begun is broken off by a byte that cannot belong to it."""
        self._drop()
        self._ground(byte)

    def _complete(self) -> None:
        self._state = self._ground
        if self._sequence == _PASTE_BEGINS:
            self._paste.clear()
            self._state = self._pasting
        elif self._sequence == _PASTE_ENDS:
            self._tokens.append(PasteTail(self._now))
        elif len(self._sequence) > LONGEST_SEQUENCE:
            self._drop()
        else:
            self._tokens.append(ControlSequence(self._now, self._sequence.decode("latin-1")))

    def _csi(self, byte: int) -> None:
        after = self._sequence[2:]
        if not after and byte == ord("M"):
            self._sequence.append(byte)
            self._state = self._old_mouse
        elif after.endswith(b"$") and b"?" not in after and byte != ord("y"):
            self._complete()
            self._state(byte)
        elif 0x20 <= byte < 0x40 or (not after and byte == ord("[")):
            if len(self._sequence) <= LONGEST_SEQUENCE:
                self._sequence.append(byte)
        elif 0x40 <= byte < 0x7F:
            self._sequence.append(byte)
            self._complete()
        else:
            self._drop_and_read(byte)

    def _old_mouse(self, byte: int) -> None:
        """X10's mouse report: three bytes of any value behind ``ESC [ M``, no characters of any encoding."""
        if byte < 0x20:
            self._drop_and_read(byte)
            return
        self._sequence.append(byte)
        if len(self._sequence) == 6:
            self._complete()

    def _ss3(self, byte: int) -> None:
        torn = self._torn or self._now > self._began + TOGETHER
        if 0x30 <= byte < 0x3C and not torn and len(self._sequence) < 8:
            self._sequence.append(byte)
        elif 0x40 <= byte < 0x7F and (not torn or byte in _SS3_TORN):
            self._sequence.append(byte)
            self._complete()
        else:
            self._drop_and_read(byte)

    # Answers in words

    def _is_answer(self) -> bool:
        return len(self._held) > LONGEST_SEQUENCE or _ANSWER.match(self._sequence) is not None

    def _string(self, byte: int) -> None:
        ending = bool(self._held) and self._held[-1][0] == ESC
        if byte == 0x07 or (ending and byte == ord("\\")):
            self._end_string(whole=True)
        elif ending or (byte < 0x20 and byte != ESC):
            self._end_string(whole=False)
            self._state(byte)
        else:
            if len(self._held) < LONGEST_PASTE:
                self._held.append((byte, self._now))
            if len(self._sequence) < LONGEST_SEQUENCE:
                self._sequence.append(byte)

    def _end_string(self, *, whole: bool) -> None:
        """An answer is dropped. What was none was a key with Alt and then text, which is read now."""
        held = self._held.copy()
        self._held.clear()
        begun = self._sequence[1]
        if whole or (held and self._is_answer()):
            self._sequence = self._sequence[:8]
            self._drop()
            if held and held[-1][0] == ESC and not whole:
                self._begin()
            return
        self._state = self._ground
        self._begun_by(chr(begun))
        now = self._now
        for byte, self._now in held:
            self._state(byte)
        self._now = now

    def _begun_by(self, char: str) -> None:
        """The key that looked like the beginning of an answer: Alt+X with Caps Lock, or no command at all."""
        if char == "P":
            self._tokens.append(Unknown(self._began, repr(b"\x1bP")))
        elif not self._torn:
            self._tokens.append(WithAlt(self._began, char))
        elif char == "X":
            self._tokens.append(SoonAfterEscape(self._began, char))
        else:
            self._tokens.append(Typed(self._began, char))

    # Pastes

    def _pasting(self, byte: int) -> None:
        self._read_paste(bytes((byte,)))

    def _behind_paste(self, byte: int) -> None:
        self._read_behind_paste(bytes((byte,)))

    def _read_paste(self, data: bytes) -> None:
        search_from = max(0, len(self._paste) - len(_PASTE_ENDS) + 1)
        self._paste += data
        end = self._paste.find(_PASTE_ENDS, search_from)
        if end < 0:
            if len(self._paste) > LONGEST_PASTE:
                del self._paste[LONGEST_PASTE : -len(_PASTE_ENDS)]
            return
        behind = bytes(self._paste[end + len(_PASTE_ENDS) :])
        del self._paste[end:]
        self._paste_ended = self._now
        self._behind.clear()
        self._state = self._behind_paste
        if behind:
            self._read_behind_paste(behind)

    def _read_behind_paste(self, data: bytes) -> None:
        self._behind.append((data, self._now))
        behind = b"".join(piece for piece, _ in self._behind)
        end, again = behind.find(_PASTE_ENDS), behind.find(_PASTE_BEGINS)
        if again >= 0 and (end < 0 or again < end):
            self._release_paste()
        elif end >= 0:
            self._paste += behind[:end]
            self._behind.clear()
            if rest := behind[end + len(_PASTE_ENDS) :]:
                self._read_behind_paste(rest)

    def _release_paste(self) -> None:
        """Nothing that came behind it belongs to it; that is read now."""
        behind, self._behind = self._behind, []
        self._give_paste(self._paste_ended)
        for piece, at in behind:
            self._read(piece, at)

    def _end_paste(self) -> None:
        """It is over without its end."""
        if broken := _BROKEN_END.search(self._paste):
            del self._paste[broken.start() :]
        self._tokens.append(Unknown(self._now, "a paste without its end"))
        self._give_paste(self._now)

    def _give_paste(self, at: float) -> None:
        self._state = self._ground
        decoded = codecs.decode(bytes(self._paste), self._encoding, "replace")
        self._paste.clear()
        if text := _HARMFUL.sub("", decoded):
            self._tokens.append(Pasted(at, text))
