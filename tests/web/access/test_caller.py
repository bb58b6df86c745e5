"""Whose guesses are counted together."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from bot.web.access.caller import caller


def asked(client: str, *passed_on: str) -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in passed_on]
    return Request({"type": "http", "client": (client, 1), "headers": headers})


@pytest.mark.parametrize(
    ("passed_on", "who"),
    [
        ((), "10.0.0.1"),
        (("203.0.113.7",), "203.0.113.7"),
        (("1.1.1.1, 203.0.113.7",), "203.0.113.7"),
        (("1.1.1.1", "203.0.113.7"), "203.0.113.7"),
        (("1.1.1.1, 203.0.113.7", "198.51.100.2"), "198.51.100.2"),
        (("2001:db8:1:2:aaaa::1",), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:bbbb::9",), "2001:db8:1:2::/64"),
        (("::ffff:203.0.113.7",), "203.0.113.7"),
        (("unknown",), "unknown"),
        (("x" * 1000,), "x" * 64),
        ((" ",), "10.0.0.1"),
    ],
)
def test_behind_a_proxy_it_is_whom_the_proxy_names(passed_on: tuple[str, ...], who: str) -> None:
    assert caller(asked("10.0.0.1", *passed_on), proxied=True) == who


def test_without_a_proxy_nobody_is_believed() -> None:
    assert caller(asked("203.0.113.9", "1.1.1.1"), proxied=False) == "203.0.113.9"
