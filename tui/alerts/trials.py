"""What the agent tries out on the settings screen: a tone, the ring as set, a popup as set. Pure.

A trial is heard and seen whatever the switches say, and never counts as an alert: no contact rings by it,
nothing is decided by it. It is kept apart from the real ring, which goes first on the speaker.
"""

from __future__ import annotations

from dataclasses import replace

from tui.alerts.memory import AlertMemory, PopupTrial
from tui.alerts.plan import AlertEvent, Popup, Ring
from tui.alerts.tones import ask_tone
from tui.config.schema import OnClick, Settings
from tui.desk.events import Event, PopupEnded, PopupLost, PopupShown, PopupTested, TonePreviewed, ToneTested
from tui.desk.events import RingSilenced as Silenced
from tui.text import clean_line

LOOP_AT_MOST = 60.0
"""Seconds after which a ring tone tested in loop mode stops by itself."""

ONCE_AT_MOST = 15.0
"""Seconds a tone played once lasts at most; the device cuts it then."""


def heed_trials(memory: AlertMemory, settings: Settings, event: Event, now: float) -> AlertMemory:
    """Take in what the agent tries out, and what ends it."""
    trials = memory.trials
    if trials.ring_until and (now >= trials.ring_until or not settings.audio.pending.loop):
        trials = replace(trials, ring_until=0.0)
    popup = trials.popup
    if popup is not None and _run_out(popup, settings, now):
        trials = replace(trials, popup=None)
    switched_off = trials.audio_on and not settings.audio.enabled
    trials = replace(trials, audio_on=settings.audio.enabled)
    if trials != memory.trials:
        memory = replace(memory, trials=trials)
    if switched_off or isinstance(event, Silenced):
        memory = hush(memory)
    match event:
        case ToneTested(chime):
            return _test_tone(memory, settings, chime, now)
        case TonePreviewed(tone, chime):
            return _preview(memory, settings, tone, chime, now)
        case PopupTested(message):
            return _test_popup(memory, message)
        case PopupShown() | PopupEnded() | PopupLost():
            return _follow_popup(memory, event, now)
        case _:
            return memory


def hush(memory: AlertMemory) -> AlertMemory:
    """Cut every tone asked for until now, and what is being tried out."""
    trials = replace(memory.trials, hushed=memory.tone_number, ring_until=0.0, tone_until=0.0)
    return replace(memory, trials=trials, tones=())


def trial_ring(memory: AlertMemory, settings: Settings) -> Ring | None:
    """The ring tone while it is tested in loop mode, as it is set at this moment."""
    return _ring(settings) if memory.trials.ring_until else None


def trial_popups(memory: AlertMemory, settings: Settings) -> tuple[Popup, ...]:
    """The popup that is being tried out."""
    trial = memory.trials.popup
    if trial is None:
        return ()
    own = settings.desktop.message if trial.message else settings.desktop.pending
    words = "The invoice shows the wrong address."
    without = "A new message." if trial.message else "A visitor asks for help."
    on_click = OnClick.SHOW if trial.message and own.on_click is OnClick.ACCEPT else own.on_click
    popup = Popup(
        key=trial.key,
        number=trial.number,
        event=AlertEvent.MESSAGE if trial.message else AlertEvent.PENDING,
        contact=None,
        title=clean_line("Anna (test) wrote" if trial.message else "Anna (test) is waiting"),
        body=clean_line(words if own.show_text else without),
        on_click=on_click,
        can_accept=not trial.message,
        close_after=own.close_after,
    )
    return (popup,)


def _test_tone(memory: AlertMemory, settings: Settings, chime: bool, now: float) -> AlertMemory:
    """Play it as set; the same test again stops it, another takes its place."""
    trials = memory.trials
    sounding = bool(trials.ring_until) or now < trials.tone_until
    again = sounding and not trials.previewed and trials.chime == chime
    memory = _stop(memory, now)
    if again:
        return memory
    if not chime and settings.audio.pending.loop:
        trials = replace(memory.trials, ring_until=now + LOOP_AT_MOST, chime=False, previewed=False)
        return replace(memory, trials=trials)
    own = settings.audio.message if chime else settings.audio.pending
    return _ask(memory, own.ring_tone, settings.audio.volume * own.volume, chime, False, now)


def _preview(
    memory: AlertMemory, settings: Settings, tone: str | None, chime: bool, now: float
) -> AlertMemory:
    """Play this one instead of the one before; None only ends it."""
    memory = _stop(memory, now)
    if tone is None:
        return memory
    own = settings.audio.message if chime else settings.audio.pending
    return _ask(memory, tone, settings.audio.volume * own.volume, chime, True, now)


def _ask(
    memory: AlertMemory, tone: str, volume: float, chime: bool, previewed: bool, now: float
) -> AlertMemory:
    memory = ask_tone(memory, tone, volume, now)
    trials = replace(
        memory.trials,
        tone=memory.tone_number,
        tone_until=now + ONCE_AT_MOST,
        chime=chime,
        previewed=previewed,
    )
    return replace(memory, trials=trials)


def _stop(memory: AlertMemory, now: float) -> AlertMemory:
    """End what is being tried out; a tone that sounds for a visitor since then goes on."""
    trials = memory.trials
    if now < trials.tone_until:
        trials = replace(trials, hushed=max(trials.hushed, trials.tone))
        memory = replace(memory, tones=tuple(tone for tone in memory.tones if tone.number > trials.hushed))
    return replace(memory, trials=replace(trials, ring_until=0.0, tone_until=0.0))


def _test_popup(memory: AlertMemory, message: bool) -> AlertMemory:
    """Raise it; the same test again takes it away."""
    before = memory.trials.popup
    if before is not None and before.message == message:
        return replace(memory, trials=replace(memory.trials, popup=None))
    number = memory.popup_number + 1
    trials = replace(memory.trials, popup=PopupTrial(message, number))
    return replace(memory, popup_number=number, trials=trials)


def _follow_popup(memory: AlertMemory, event: PopupShown | PopupEnded | PopupLost, now: float) -> AlertMemory:
    popup = memory.trials.popup
    if popup is None or popup.number != event.number:
        return memory
    after = replace(popup, shown_at=popup.shown_at or now) if isinstance(event, PopupShown) else None
    return replace(memory, trials=replace(memory.trials, popup=after))


def _run_out(popup: PopupTrial, settings: Settings, now: float) -> bool:
    own = settings.desktop.message if popup.message else settings.desktop.pending
    return own.close_after > 0 and popup.shown_at is not None and now >= popup.shown_at + own.close_after


def _ring(settings: Settings) -> Ring:
    audio = settings.audio
    return Ring(audio.pending.ring_tone, audio.volume * audio.pending.volume)
