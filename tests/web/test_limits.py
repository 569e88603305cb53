"""Token buckets: what they let through, and that strangers cannot fill the memory with them."""

from __future__ import annotations

import pytest

from tui.web.limits import Buckets, address_key


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_lets_the_burst_through_and_then_the_rate() -> None:
    clock = Hand()
    buckets = Buckets(clock)
    assert [buckets.take("a", 2.0, 3.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert buckets.take("a", 2.0, 3.0) == pytest.approx(0.5)
    clock.now = 0.5
    assert buckets.take("a", 2.0, 3.0) == 0.0
    assert buckets.take("a", 2.0, 3.0) > 0


def test_being_refused_costs_nothing() -> None:
    clock = Hand()
    buckets = Buckets(clock)
    buckets.take("a", 1.0, 1.0)
    for _ in range(100):
        assert buckets.take("a", 1.0, 1.0) == pytest.approx(1.0)
    clock.now = 1.0
    assert buckets.take("a", 1.0, 1.0) == 0.0


def test_one_strangers_bucket_does_not_empty_anothers() -> None:
    buckets = Buckets(Hand())
    assert buckets.take("a", 1.0, 1.0) == 0.0
    assert buckets.take("b", 1.0, 1.0) == 0.0


def test_buckets_stay_bounded_and_forget_the_longest_unused() -> None:
    buckets = Buckets(Hand(), most=100)
    for number in range(1_000):
        buckets.take(str(number), 1.0, 1.0)
    assert len(buckets) == 100
    assert buckets.take("999", 1.0, 1.0) > 0
    assert buckets.take("0", 1.0, 1.0) == 0.0


@pytest.mark.parametrize(
    ("remote", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, ""),
        ("a.sock", "a.sock"),
    ],
)
def test_an_ipv6_network_counts_as_one_address(remote: str | None, key: str) -> None:
    assert address_key(remote) == key
