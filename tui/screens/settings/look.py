"""What the rows of the settings screen say: values in words, own choices marked, faults. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from tui.alerts.plan import Channel
from tui.link.view import View
from tui.screens.command_table import BY_ID
from tui.screens.keymap import Keymap, key_label
from tui.screens.settings import values
from tui.screens.settings.catalogue import Kind, Row
from tui.screens.settings.row_list import OWN, ShownRow
from tui.screens.settings.values import Value
from tui.text import clean_line
from tui.widgets import glyphs


def shown_row(
    row: Row, view: View, value: Value | None, keys: Keymap, fault_of: Callable[[str], str]
) -> ShownRow:
    """A row with what it says now."""
    match row.kind:
        case Kind.KEYS:
            taken = ", ".join(map(key_label, keys.keys[row.command]))
            refused = value is not None and ",".join(keys.keys[row.command]) != _plain(str(value))
            words = f"{taken}  ! {clean_line(str(value))} is not possible" if refused else taken
            return ShownRow(row, words, value is not None, refused)
        case Kind.FIXED_KEYS:
            return ShownRow(row, _many(BY_ID[row.command].keys) + "  (fixed)")
        case Kind.TEST:
            return _test(row, view)
        case Kind.ENABLE:
            return ShownRow(row, "Enter asks the system")
        case Kind.RESET_ALL:
            return ShownRow(row, "Enter asks first")
    if row.setting is None:
        return ShownRow(row, fault=row.kind is Kind.NOTE and row.section == "Desktop")
    words = values.words_of(row, value)
    fault = fault_of(str(value)) if row.kind is Kind.TONE and value else ""
    return ShownRow(row, f"{words} ! {fault}" if fault else words, value != row.setting.default, bool(fault))


def _plain(keys: str) -> str:
    return ",".join(key.strip().lower() for key in keys.split(",") if key.strip())


def _many(keys: str) -> str:
    all_keys = keys.split(",")
    first, last = key_label(all_keys[0]), key_label(all_keys[-1])
    return f"{first} … {last}" if len(all_keys) > 2 else ", ".join(map(key_label, all_keys))


def _test(row: Row, view: View) -> ShownRow:
    test = view.test
    if test is None or (test.event, test.channel) != (row.event, row.channel):
        return ShownRow(row, "Enter plays it" if row.channel is Channel.AUDIO else "Enter raises it")
    fault = test.text.startswith(("not ", "lost"))
    sign = {Channel.AUDIO: glyphs.RINGING, Channel.DESKTOP: glyphs.POPUPS}[row.channel]
    return ShownRow(
        row, f"{sign} {clean_line(test.text)}" if test.running else clean_line(test.text), fault=fault
    )


def about(shown: ShownRow, value: Value | None) -> str:
    """The explanation of a row, then what it is by default and what it may be."""
    row, one = shown.row, shown.row.setting
    told = [row.explanation]
    own = f"  {OWN} your own choice." if shown.own else ""
    if row.kind is Kind.TEST:
        told.append(shown.value)
    elif row.kind is Kind.KEYS:
        told.append(f"[keys] {row.command}. Default: {_many(BY_ID[row.command].keys)}.{own}")
    elif one is not None:
        default = values.words_of(row, cast("Value | None", one.default)) or "none"
        limits = f" {one.allowed[:1].upper()}{one.allowed[1:]}." if row.kind is Kind.NUMBER else ""
        where = f" = {clean_line(str(value))}" if row.kind is Kind.TONE and value else ""
        told.append(f"{one.key}{where}. Default: {default}.{limits}{own}")
    return "\n".join(told)
