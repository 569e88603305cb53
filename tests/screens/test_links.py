"""Which words are links that can be sent."""

from __future__ import annotations

import pytest

from tui.screens.choose import Refused
from tui.screens.links import checked_link


@pytest.mark.parametrize(
    "link", ["https://shop.example", "http://shop.example:8080/a?b=c#d", "https://ü.example/ä"]
)
def test_addresses_of_pages_are_sent_as_they_are(link: str) -> None:
    assert checked_link(link) == link


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("", "such as"),
        ("shop.example", "begins with"),
        ("docz", "did you mean docs?"),
        ("javascript:alert(1)", "only http and https"),
        ("ftp://shop.example/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("https://", "name of the site is missing"),
        ("https://[::1", "no address"),
        ("https://x.example:99999999", "no address"),
        ("https://x.example/a b", "no spaces"),
        ("https://x.example/" + "a" * 2000, "characters"),
    ],
)
def test_others_are_refused_with_the_reason(link: str, why: str) -> None:
    answer = checked_link(link, {"docs": "https://shop.example/help"})
    assert isinstance(answer, Refused)
    assert why in answer.why
