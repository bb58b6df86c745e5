"""How long the gateway was within hearing: over several stretches, and only from a moment on."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock
from bot.inbound.hearing import Hearing

START = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return Clock(START, 1.0, monotonic=lambda: 0.0)


def at(clock, seconds):
    clock.jump(START + timedelta(seconds=seconds))


def test_before_the_gateway_is_there_nothing_is_heard(clock):
    hearing = Hearing(clock)
    at(clock, 100)
    assert not hearing.open
    assert hearing.since(START) == timedelta()


def test_stretches_add_up_and_gaps_do_not_count(clock):
    hearing = Hearing(clock)
    for begin, end in ((0, 20), (30, 45)):
        at(clock, begin)
        hearing.begin()
        at(clock, end)
        hearing.end()
    at(clock, 100)
    assert hearing.since(START) == timedelta(seconds=35)
    hearing.begin()
    at(clock, 110)
    assert hearing.open
    assert hearing.since(START) == timedelta(seconds=45)


def test_only_what_was_heard_since_the_moment_counts(clock):
    hearing = Hearing(clock)
    hearing.begin()
    at(clock, 60)
    assert hearing.since(START + timedelta(seconds=45)) == timedelta(seconds=15)
    assert hearing.since(START + timedelta(seconds=90)) == timedelta()


def test_a_second_beginning_or_end_changes_nothing(clock):
    hearing = Hearing(clock)
    hearing.begin()
    at(clock, 10)
    hearing.begin()
    at(clock, 20)
    hearing.end()
    hearing.end()
    at(clock, 30)
    assert hearing.since(START) == timedelta(seconds=20)


def test_it_is_known_since_when_and_how_long_the_last_gap_was(clock):
    hearing = Hearing(clock)
    assert (hearing.changed_at, hearing.last_gap) == (None, None)
    hearing.begin()
    assert (hearing.changed_at, hearing.last_gap) == (START, None)
    at(clock, 20)
    hearing.end()
    assert (hearing.changed_at, hearing.last_gap) == (START + timedelta(seconds=20), None)
    at(clock, 30)
    hearing.begin()
    gap = (START + timedelta(seconds=20), START + timedelta(seconds=30))
    assert (hearing.changed_at, hearing.last_gap) == (gap[1], gap)
    at(clock, 40)
    hearing.end()
    assert hearing.last_gap == gap, "a gap that is not over is no last one"
