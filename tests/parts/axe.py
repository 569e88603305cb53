"""Asks axe-core, in the browser itself, what of a page shuts people out.

axe-core comes inside a test dependency; it is run by the debugger's door, which no content security policy
closes. Frames of another origin are asked one by one.
"""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Frame

_RUN = """
async (part) => {
  const told = await axe.run(part || document, { iframes: false, preload: false });
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  const say = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.flat().join(" ")}: ${why(node)}`);
  const unsure = told.incomplete.filter((rule) => rule.id === "color-contrast");
  return [...told.violations, ...unsure].flatMap(say);
}
"""


def faults(frame: Frame, part: str = "") -> list[str]:
    """What axe finds wrong in this frame, or in the part of it that a selector names.

    By all its rules: WCAG A and AA, and good practice. A text whose contrast it could not measure counts.
    """
    frame.evaluate(AXE_SCRIPT + "\n;0")
    found: list[str] = frame.evaluate(_RUN, part)
    return found
