"""What a row of the pending queue says in words: where it comes from, first words or note, page."""

from __future__ import annotations

from rich.cells import cell_len

from tui.widgets import glyphs
from tui.widgets.lines import fit, fit_middle
from tui.widgets.rows import Arrival, QueueRow

QUOTE_MIN = 12
"""Cells that the visitor's words, or the note, have before the page gets any."""
PAGE_MIN, PAGE_MAX = 12, 40


def origin_sign(row: QueueRow) -> str:
    """The sign for how it came here; empty when a visitor has just asked."""
    if row.arrived_by is Arrival.TRANSFER:
        return glyphs.TRANSFERRED
    if row.offline:
        return glyphs.OFFLINE
    return glyphs.GIVEN_BACK if row.arrived_by is Arrival.BACK else ""


def origin_words(row: QueueRow) -> str:
    """The same in words."""
    told = []
    if row.away is not None:
        told.append(row.away.words)
    if row.offline:
        told.append("letter")
    if row.arrived_by is Arrival.TRANSFER:
        told.append(f"from {row.sender}" + (f" to {row.group}" if row.group else ""))
    elif row.arrived_by is Arrival.BACK:
        told.append(str(row.back) or "given back")
    elif row.returning:
        told.append("returning")
    elif not row.offline:
        told.append("new")
    return " · ".join(told)


def second_line(row: QueueRow, lang: str, width: int) -> str:
    """The second line of a row in at most ``width`` cells: words at the left, the page at the right."""
    told = " · ".join(filter(None, (lang, origin_words(row))))
    told = fit(told, width) if cell_len(told) > width else told
    room = width - cell_len(told) - 1
    quoted = str(row.note) if row.note else str(row.first_words)
    page = ""
    if row.page and room >= QUOTE_MIN + 1 + PAGE_MIN:
        wanted = min(cell_len(row.page), PAGE_MAX)
        spare = room - 1 - (min(cell_len(quoted) + 2, room) if quoted else 0)
        page = fit_middle(row.page, max(min(PAGE_MIN, wanted), min(wanted, max(spare, (room - 1) * 2 // 5))))
    room -= cell_len(page) + 1 if page else 0
    if quoted and room > 4:
        told += " " + glyphs.QUOTE_OPEN
        told += fit(quoted, min(room - 2, cell_len(quoted))).rstrip() + glyphs.QUOTE_CLOSE
    return told + " " * (width - cell_len(told) - cell_len(page)) + page
