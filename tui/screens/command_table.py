"""The one table of commands: bindings, palette, footer, help, slash commands and ``[keys]`` of the TOML are
made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tui.typed.slash import by_slash_name


class Group(StrEnum):
    """Under which heading of the help a command stands."""

    QUEUE = "Pending queue"
    CHATS = "Chats"
    ALERTS = "Alerts"
    CONSOLE = "Console"


@dataclass(frozen=True, slots=True)
class ConsoleCommand:
    """Something the agent can have the console do."""

    id: str
    """Names it in the TOML's ``[keys]``, as in ``accept-longest = "f2,alt+a"``."""
    keys: str
    """Default keys, comma separated; the first is shown."""
    word: str
    """In the footer."""
    title: str
    """In the palette."""
    help: str
    """One sentence."""
    group: Group
    importance: int = 0
    """In the footer, those with the least go first where it is narrow; 0 is not shown there."""
    fixed: bool = False
    """Belongs to a widget (a row, the composer) and cannot be given another key."""
    slash: str = ""
    """What it is called after a slash in the composer, comma separated, the first is shown; empty: its id."""
    in_chat: bool = False
    """Is about the open chat: pressed while somebody is being accepted, it waits for their chat."""
    repeats: bool = False
    """Only goes somewhere: a key held down does it again and again. Of all others one press is one deed."""
    argument: str = ""
    """What may follow that name, in words, such as "[minutes or a time]": in brackets what need not be given,
    "…" at the end where it may have several lines; empty: nothing."""

    @property
    def slash_names(self) -> tuple[str, ...]:
        """Its names after a slash; none where it belongs to a widget and was given no name."""
        if self.slash:
            return tuple(self.slash.split(","))
        return () if self.fixed else (self.id,)


COMMANDS: tuple[ConsoleCommand, ...] = (
    ConsoleCommand(
        "accept-longest",
        "f2",
        "accept",
        "Accept the longest waiting",
        "Take the longest waiting of all, starred first, whether or not a filter hides it.",
        Group.QUEUE,
        90,
        slash="accept",
        argument="[name]",
    ),
    ConsoleCommand(
        "accept-chosen",
        "enter",
        "accept",
        "Accept the chosen contact",
        "On a row of the queue: take that contact.",
        Group.QUEUE,
        fixed=True,
    ),
    ConsoleCommand(
        "decline",
        "alt+r",
        "decline",
        "Decline what is addressed to me",
        "Say no, with a reason, to a contact addressed to you alone; it goes back to who passed it on.",
        Group.QUEUE,
        argument="[reason]",
    ),
    ConsoleCommand(
        "filter-queue",
        "alt+q",
        "filter",
        "Filter the queue",
        "Show only who has these words in name, service, page …; on the queue / does it, Esc shows all.",
        Group.QUEUE,
        slash="filter",
        argument="[words]",
    ),
    ConsoleCommand(
        "to-queue",
        "ctrl+t",
        "queue",
        "Go to the pending queue",
        "Put the cursor into the queue; again: into the list of your chats; again: back to writing.",
        Group.QUEUE,
        30,
        slash="queue",
        repeats=True,
    ),
    ConsoleCommand(
        "next-unread",
        "f3",
        "next unread",
        "Next chat with unread messages",
        "Open the next of your chats that holds something unread.",
        Group.CHATS,
        70,
        slash="next",
        repeats=True,
    ),
    ConsoleCommand(
        "next-chat",
        "ctrl+n",
        "next chat",
        "Next chat",
        "Go round your chats, one after another.",
        Group.CHATS,
        20,
        repeats=True,
    ),
    ConsoleCommand(
        "go-to-chat",
        "alt+1,alt+2,alt+3,alt+4,alt+5,alt+6,alt+7,alt+8,alt+9",
        "chat 1-9",
        "Go to chat 1 to 9",
        "Open the chat with that number.",
        Group.CHATS,
        fixed=True,
        slash="chat",
        argument="number or name",
        repeats=True,
    ),
    ConsoleCommand(
        "find-chat",
        "alt+g,alt+0",
        "go to",
        "Go to a chat by number or name",
        "Type its number, 10 and beyond too, or a part of the visitor's name.",
        Group.CHATS,
        slash="chats",
    ),
    ConsoleCommand(
        "longest-unanswered",
        "alt+u",
        "unanswered",
        "Go to the longest unanswered",
        "Open the chat whose visitor has waited longest for an answer.",
        Group.CHATS,
        55,
        slash="unanswered",
        repeats=True,
    ),
    ConsoleCommand(
        "panes",
        "alt+p",
        "panes",
        "Chats side by side",
        "One to four chats side by side, one more at each press; never more than there is room for.",
        Group.CHATS,
        argument="[1 to 4]",
    ),
    ConsoleCommand(
        "zoom",
        "alt+z",
        "zoom",
        "Zoom the open chat",
        "Give the open chat all the room; again gives it back.",
        Group.CHATS,
        in_chat=True,
    ),
    ConsoleCommand(
        "end",
        "ctrl+d",
        "end",
        "End the open chat",
        "End the contact, asking first, or put away one that has ended; in text Ctrl+D deletes.",
        Group.CHATS,
        60,
        in_chat=True,
    ),
    ConsoleCommand(
        "give-back",
        "ctrl+r",
        "give back",
        "Give the contact back",
        "Return the contact of the open chat to the pending queue, asking first; the visitor waits again.",
        Group.CHATS,
        in_chat=True,
    ),
    ConsoleCommand(
        "transfer",
        "alt+t",
        "pass on",
        "Pass the contact on",
        "To a colleague or a group, with a note; not accepted in time, it comes back to you.",
        Group.CHATS,
        slash="transfer,pass",
        argument="[name] [note …]",
        in_chat=True,
    ),
    ConsoleCommand(
        "note",
        "alt+n",
        "note",
        "Write a private note",
        "Only agents see it; the composer says so until it is written, and the same key goes back.",
        Group.CHATS,
        argument="[text …]",
        in_chat=True,
    ),
    ConsoleCommand(
        "tag",
        "alt+j",
        "tags",
        "Tags of the open chat",
        "Words by which it is found again; with a minus before it a tag is taken off.",
        Group.CHATS,
        argument="[words, -words]",
        in_chat=True,
    ),
    ConsoleCommand(
        "colour",
        "alt+o",
        "colour",
        "A colour for the open chat",
        "Marks it in the list, in its tab and above it, with the colour's name.",
        Group.CHATS,
        slash="colour,color",
        argument="[name]",
        in_chat=True,
    ),
    ConsoleCommand(
        "send-link",
        "alt+k",
        "send link",
        "Send a link",
        "Send one of the pages named under [links], or an address you type.",
        Group.CHATS,
        slash="link",
        argument="[name or address]",
        in_chat=True,
    ),
    ConsoleCommand(
        "copy-link",
        "ctrl+l",
        "copy link",
        "Copy the last link",
        "Copy the open chat's newest link, a letter's e-mail address, or with none open the visitor's page.",
        Group.CHATS,
        in_chat=True,
    ),
    ConsoleCommand(
        "find",
        "ctrl+f",
        "find",
        "Find in the open chat",
        "Mark and count what you look for in the open chat; Enter goes to the hit before.",
        Group.CHATS,
        argument="[words]",
        in_chat=True,
    ),
    ConsoleCommand(
        "search-past",
        "alt+s",
        "search",
        "Search all chats",
        "Find any contact by name or by what was said, as you type.",
        Group.CHATS,
        22,
        slash="search,past",
        argument="[words]",
    ),
    ConsoleCommand(
        "visitor",
        "alt+v",
        "visitor",
        "Visitor panel",
        "Who the visitor is, the pages they were on, what the site told of them, their earlier contacts.",
        Group.CHATS,
        in_chat=True,
    ),
    ConsoleCommand(
        "export",
        "alt+e",
        "export",
        "Export the transcript",
        "Write the open chat into a file: text, Markdown or JSON, private notes only on request.",
        Group.CHATS,
        argument="[text, md or json, and notes]",
        in_chat=True,
    ),
    ConsoleCommand(
        "copy-chat",
        "alt+c",
        "copy",
        "Copy the transcript",
        "Copy all that was said in the open chat to the clipboard, where the terminal can; without notes.",
        Group.CHATS,
        slash="copy",
        in_chat=True,
    ),
    ConsoleCommand(
        "abbreviations",
        "alt+i",
        "texts",
        "Abbreviations",
        "Find a canned text to insert or to send; write new ones. In the composer _wm and Tab expand.",
        Group.CHATS,
        28,
        slash="abbreviations,texts",
        argument="[words to find]",
        in_chat=True,
    ),
    ConsoleCommand(
        "send",
        "enter",
        "send",
        "Send",
        "In the composer: send. Alt+Enter or Ctrl+J begin a new line; Up brings back what you sent.",
        Group.CHATS,
        fixed=True,
    ),
    ConsoleCommand(
        "silence",
        "f5",
        "silence",
        "Silence what rings now",
        "Stop the ring for the contacts that ring now; a new contact rings again.",
        Group.ALERTS,
        80,
    ),
    ConsoleCommand(
        "mute",
        "ctrl+s,alt+m",
        "mute",
        "Mute for a time",
        "Nothing rings, chimes or pops up for 5, 15 or 60 minutes or until a time; here also unmute.",
        Group.ALERTS,
        25,
        argument="[minutes, a time, or off]",
    ),
    ConsoleCommand(
        "why",
        "alt+w",
        "why",
        "Why does this one not ring?",
        "For the contact under the cursor in the queue: why it rings, or why it does not.",
        Group.ALERTS,
    ),
    ConsoleCommand(
        "alert-log",
        "f11,alt+l",
        "alert log",
        "Alert log",
        "Why it sounds now, and the last thousand decisions; type to filter them.",
        Group.ALERTS,
    ),
    ConsoleCommand(
        "toggle-audio",
        "f6",
        "♪",
        "Audio on or off",
        "Master switch for every sound.",
        Group.ALERTS,
        65,
        slash="audio",
        argument="[on or off]",
    ),
    ConsoleCommand(
        "toggle-popups",
        "f7",
        "▣",
        "Popups on or off",
        "Master switch for desktop popups; the first time, the system is asked.",
        Group.ALERTS,
        64,
        slash="popups",
        argument="[on or off]",
    ),
    ConsoleCommand(
        "test-tone",
        "f4",
        "test",
        "Test the ring tone",
        "Play the ring tone as it is set, in a loop or once; again stops it.",
        Group.ALERTS,
        40,
    ),
    ConsoleCommand(
        "pause",
        "f8",
        "pause",
        "Ready or paused",
        "Paused, no pending contact rings or pops up for you; your chats still do.",
        Group.CONSOLE,
        50,
        argument="[reason, or off]",
    ),
    ConsoleCommand(
        "pause-because",
        "alt+h",
        "pause …",
        "Pause with a reason",
        "Pause and say why: colleagues see it, and the header counts.",
        Group.CONSOLE,
    ),
    ConsoleCommand(
        "settings",
        "f9",
        "settings",
        "Settings",
        "Every setting, with its explanation; changes act and are saved at once.",
        Group.CONSOLE,
        45,
    ),
    ConsoleCommand(
        "agent-menu",
        "f10,ctrl+o",
        "menu",
        "Agent menu",
        "Audio, popups, pause and more, at the top right.",
        Group.CONSOLE,
        44,
        slash="menu",
    ),
    ConsoleCommand(
        "doctor",
        "f12,alt+d",
        "doctor",
        "Doctor",
        "Examine sound, popups, terminal, data and door: what works, and what to do where it does not.",
        Group.CONSOLE,
    ),
    ConsoleCommand(
        "theme",
        "alt+y",
        "theme",
        "Choose a theme",
        "Colours: each is seen as the cursor comes to it; Esc leaves everything as it was.",
        Group.CONSOLE,
    ),
    ConsoleCommand(
        "density",
        "alt+x",
        "density",
        "Comfortable or compact",
        "How close together things stand: with room to breathe, or one line a row.",
        Group.CONSOLE,
    ),
    ConsoleCommand(
        "palette",
        "ctrl+p",
        "commands",
        "Command palette",
        "Find any command by its name.",
        Group.CONSOLE,
        35,
        slash="commands",
    ),
    ConsoleCommand(
        "help",
        "f1,ctrl+g",
        "help",
        "Help",
        "What the screen is for that you are on, its keys, all commands and signs; typing searches.",
        Group.CONSOLE,
        85,
        slash="help,?",
    ),
    ConsoleCommand(
        "quit",
        "ctrl+q",
        "quit",
        "Quit",
        "Leave the console; asks first when chats are open.",
        Group.CONSOLE,
        42,
    ),
)

BY_ID = {command.id: command for command in COMMANDS}

BY_SLASH = by_slash_name(COMMANDS)
"""By what is typed after a slash."""
