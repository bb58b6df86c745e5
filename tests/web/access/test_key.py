"""One key at a time, good once."""

from __future__ import annotations

from bot.web.access.key import Keys


def test_a_key_opens_once_and_the_next_one_is_announced() -> None:
    told: list[str] = []
    keys = Keys(told.append)
    assert not keys.open
    assert not keys.use("")
    keys.mint()
    assert keys.open
    assert not keys.use("x" * 32)
    assert keys.use(told[0])
    assert not keys.use(told[0])
    assert len(told) == 2
    assert keys.use(told[1])


def test_a_new_key_makes_the_one_before_void() -> None:
    told: list[str] = []
    keys = Keys(told.append)
    keys.mint()
    keys.mint()
    assert not keys.use(told[0])


def test_keys_are_long_and_half_a_character_is_no_key() -> None:
    told: list[str] = []
    keys = Keys(told.append)
    keys.mint()
    assert len(told[0]) >= 32
    assert not keys.use("\ud800")
