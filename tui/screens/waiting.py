"""Who waits under a name that was typed."""

from __future__ import annotations

from tui.desk.contact import ContactId
from tui.link.view import View
from tui.text import clean_line
from tui.typed.slash import WrongArgument, near


def waiting_of(view: View, name: str) -> ContactId:
    """The pending contact of this name, or of the only one that begins so. Raises WrongArgument."""
    names = {id: clean_line(contact.nick).casefold() for id, contact in view.desk.pending.items()}
    wanted = name.casefold()
    found = [id for id, nick in names.items() if nick == wanted]
    found = found or [id for id, nick in names.items() if nick.startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongArgument(f'Several of those who wait are called "{name}": choose in the queue.')
    nicks = [clean_line(contact.nick) for contact in view.desk.pending.values()]
    alike = " or ".join(near(name, nicks))
    raise WrongArgument(f'Nobody called "{name}" is waiting.' + (f" Did you mean {alike}?" if alike else ""))
