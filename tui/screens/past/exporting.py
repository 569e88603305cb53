"""What may stand behind ``/export``, and the wish it becomes. Pure."""

from __future__ import annotations

from tui.desk.contact import Contact
from tui.link.archive import Export, ExportFormat
from tui.link.port import DeskPort
from tui.typed.slash import WrongArgument

NAMES = {"txt": ExportFormat.TEXT, "text": ExportFormat.TEXT, "md": ExportFormat.MARKDOWN}
NAMES |= {"markdown": ExportFormat.MARKDOWN, "json": ExportFormat.JSON}
NOTES = "notes"


def export_typed(port: DeskPort, contact: Contact, words: str) -> None:
    """As in ``/export md notes``. Raises WrongArgument."""
    name, *more = words.casefold().split()
    if name not in NAMES or more not in ([], [NOTES]):
        raise WrongArgument('Say text, md or json, and "notes" behind it for the private notes too.')
    port.send(Export(contact.id, NAMES[name], notes=bool(more)))
