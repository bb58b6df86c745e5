"""Guessing becomes slow, and being right forgives only what it should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.web.access import attempts
from bot.web.access.attempts import FORGET_AFTER, FREE, LONGEST_WAIT, Attempts

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


class Watch:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_waits_double_up_to_a_quarter_of_an_hour_and_are_forgotten() -> None:
    watch = Watch()
    tried = Attempts(watch)
    waits = []
    for _ in range(FREE + 8):
        tried.made("a")
        waits.append(int(tried.wait("a").total_seconds()))
    assert waits == [0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900, 900, 900]
    watch.now += LONGEST_WAIT
    assert not tried.wait("a")
    tried.made("a")
    assert tried.wait("a") == LONGEST_WAIT
    watch.now += FORGET_AFTER + timedelta(seconds=1)
    tried.made("a")
    assert not tried.wait("a")


def test_the_longest_wait_of_any_counts() -> None:
    tried = Attempts(Watch())
    for _ in range(FREE):
        tried.made("contact")
    assert tried.wait("address", "contact") > timedelta()
    assert not tried.wait("address")


def test_who_knows_one_password_guesses_others_no_faster() -> None:
    tried = Attempts(Watch())
    for contact in ("victim", "victim", "victim", "victim", "own", "victim"):
        tried.made(contact, "address")
        if contact == "own":
            tried.passed("own", "address")
    assert tried.wait("address") > timedelta()


def test_somebody_who_is_always_right_never_waits() -> None:
    tried = Attempts(Watch())
    for _ in range(50):
        assert not tried.wait("own", "address")
        tried.made("own", "address")
        tried.passed("own", "address")


def test_memory_is_bounded_and_the_busiest_stay(monkeypatch) -> None:
    monkeypatch.setattr(attempts, "MOST", 10)
    tried = Attempts(Watch())
    for number in range(100):
        tried.made(f"made up {number}", "address")
    assert len(tried._wrong) == 10
    assert tried.wait("address") == LONGEST_WAIT
