"""How much the widgets cost: ``python -m tests.bench_widgets``. Prints figures; asserts nothing.

Each figure is the median of the processor time from a call to the drawn lines of the whole widget, and what
that is in proportion to the same with few rows: a virtualised widget stays near 1.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console

from tests.widgets import feed
from tests.widgets.stage import staged
from tui.widgets.lines import LineWidget
from tui.widgets.queue_list import QueueList
from tui.widgets.rows import Delivery
from tui.widgets.transcript import Transcript

FEW, MANY = 100, 10_000
TIMES = 25
SIZE = (120, 40)
Figures = dict[str, float]


def _timed(widget: LineWidget, deed: Callable[[int], object]) -> float:
    """Median milliseconds of a deed and of drawing every line after it."""
    taken = []
    for number in range(TIMES):
        start = time.process_time()
        deed(number)
        for _strip in widget.all_strips():
            pass
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


async def _transcript(count: int) -> Figures:
    rows = feed.long_transcript(count + TIMES)
    widget = Transcript()
    figures: Figures = {}
    async with staged(widget, SIZE) as (_app, pilot):
        start = time.process_time()
        widget.set_rows(rows[:count])
        list(widget.all_strips())
        figures["load, first frame"] = (time.process_time() - start) * 1000
        figures["append one"] = _timed(widget, lambda number: widget.set_rows(rows[: count + number + 1]))
        whole = list(rows)

        def deliver(number: int) -> None:
            whole[-2] = replace(whole[-2], delivery=(Delivery.SENT, Delivery.SEEN)[number % 2])
            widget.set_rows(tuple(whole))

        figures["delivery state"] = _timed(widget, deliver)
        figures["page up"] = _timed(widget, lambda _number: widget.action_page(-1))
        figures["one line down"] = _timed(widget, lambda _number: widget.action_lines(1))
        start = time.process_time()
        widget._layout_of.resize(70)
        widget._redraw()
        list(widget.all_strips())
        figures["resize, first frame"] = (time.process_time() - start) * 1000
        start, chunks = time.process_time(), 1
        while widget._layout_of.measure(100):
            chunks += 1
        figures["resize, each chunk after it"] = (time.process_time() - start) * 1000 / chunks
        await pilot.pause()
    return figures


async def _queue(count: int) -> Figures:
    rows = feed.long_queue(count)
    widget = QueueList(title="WAITING")
    figures: Figures = {}
    async with staged(widget, SIZE):
        start = time.process_time()
        widget.set_rows(rows)
        list(widget.all_strips())
        figures["load, first frame"] = (time.process_time() - start) * 1000
        figures["tick"] = _timed(widget, lambda number: widget.tick(feed.NOW + number))
        figures["cursor down"] = _timed(widget, lambda _number: widget.action_cursor(1))
        figures["remove the first"] = _timed(widget, lambda number: widget.set_rows(rows[number + 1 :]))
        figures["page down"] = _timed(widget, lambda _number: widget.action_page(1))
    return figures


async def main() -> None:
    """Measure and print."""
    out = Console()
    for name, measure in (("transcript", _transcript), ("queue", _queue)):
        few, many = await measure(FEW), await measure(MANY)
        out.print(f"{name}: ms with {MANY:,} rows (times the cost with {FEW})")
        for what, cost in many.items():
            out.print(f"  {what:30}{cost:8.2f}   (x {cost / max(few[what], 0.001):.1f})")


if __name__ == "__main__":
    asyncio.run(main())
