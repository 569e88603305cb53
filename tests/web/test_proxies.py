"""Behind a reverse proxy each visitor has his own limits, and nobody gets others' by a forged header."""

from __future__ import annotations

import pytest

from tests.web.desk import Desk
from tui.web.proxies import visitor_address

PROXY = "127.0.0.1"


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "address"),
    [
        ("192.0.2.7", ["203.0.113.1"], (), "192.0.2.7"),
        ("192.0.2.7", ["203.0.113.1"], (PROXY,), "192.0.2.7"),
        (PROXY, ["203.0.113.1"], (PROXY,), "203.0.113.1"),
        (PROXY, ["6.6.6.6, 203.0.113.1"], (PROXY,), "203.0.113.1"),
        (PROXY, ["6.6.6.6", "203.0.113.1"], (PROXY,), "203.0.113.1"),
        (PROXY, ["6.6.6.6, 203.0.113.1, 10.1.2.3"], (PROXY, "10.0.0.0/8"), "203.0.113.1"),
        (PROXY, ["127.0.0.1, 203.0.113.1"], (PROXY,), "203.0.113.1"),
        (PROXY, ["nonsense"], (PROXY,), PROXY),
        (PROXY, ["6.6.6.6, unknown"], (PROXY,), PROXY),
        (PROXY, [""], (PROXY,), PROXY),
        (PROXY, [], (PROXY,), PROXY),
        (PROXY, ["203.0.113.1:51111"], (PROXY,), "203.0.113.1"),
        (PROXY, ["[2001:db8::1]:443"], (PROXY,), "2001:db8::1"),
        ("::ffff:127.0.0.1", ["203.0.113.1"], (PROXY,), "203.0.113.1"),
        ("::1", ["2001:db8::1"], ("::1",), "2001:db8::1"),
        ("", ["203.0.113.1"], (PROXY,), ""),
    ],
)
def test_the_visitor_is_the_nearest_who_is_no_proxy_of_ours(
    remote: str, forwarded: list[str], trusted: tuple[str, ...], address: str
) -> None:
    assert visitor_address(remote, forwarded, trusted) == address


async def arrivals(desk: Desk, *forwarded: str) -> list[int]:
    """What each visitor with such a header is answered, where one contact a minute is allowed."""
    desk.set_web(contacts_per_minute=1)
    answers = []
    for header in forwarded:
        body, headers = {"nick": "Anna", "text": "hello"}, {"X-Forwarded-For": header}
        async with desk.client.post("/v1/contacts", json=body, headers=headers) as answer:
            answers.append(answer.status)
    return answers


async def test_behind_a_trusted_proxy_each_visitor_has_his_own_limit(desk: Desk) -> None:
    desk.set_web(trusted_proxies=(PROXY,))
    assert await arrivals(desk, "203.0.113.1", "203.0.113.2", "203.0.113.1") == [201, 201, 429]


async def test_a_forged_header_gives_nobody_a_limit_anew(desk: Desk) -> None:
    desk.set_web(trusted_proxies=(PROXY,))
    forged = ("6.6.6.1, 203.0.113.1", "6.6.6.2, 203.0.113.1", "6.6.6.3,203.0.113.1")
    assert await arrivals(desk, *forged) == [201, 429, 429]


async def test_without_a_trusted_proxy_the_header_is_not_believed(desk: Desk) -> None:
    assert await arrivals(desk, "203.0.113.1", "203.0.113.2") == [201, 429]
