"""What an account's sending remembers across restarts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.sending import Sending
from storage import sending
from tests.storage.given import ACCOUNT, DAY, HOUR, MINUTE, NOW, SECOND

FIRST, CALM = 30 * MINUTE, DAY


async def load(store, account=ACCOUNT):
    return await store.read(sending.load, account)


async def trip(store, now=NOW, why="操作过于频繁"):
    return await store.run(sending.trip, ACCOUNT, why, now, FIRST, CALM)


async def test_an_account_that_never_sent_is_at_ease(store):
    assert await load(store) == Sending()


async def test_the_pace_is_kept_and_no_word_on_it_changes_nothing(store):
    await store.run(sending.pace, ACCOUNT, NOW)
    await store.run(sending.pace, ACCOUNT, None)
    assert await load(store) == Sending(paced_until=NOW)
    await store.run(sending.pace, ACCOUNT, NOW + SECOND)
    assert (await load(store)).paced_until == NOW + SECOND
    assert await load(store, "another") == Sending()


async def test_no_word_on_the_pace_leaves_no_row(store):
    await store.run(sending.pace, ACCOUNT, None)
    assert await load(store) == Sending()


async def test_the_breaker_opens_for_half_an_hour_with_its_reason(store):
    state = await trip(store)
    expected = Sending(breaker_until=NOW + FIRST, breaker_times=1, breaker_why="操作过于频繁")
    assert state == await load(store) == expected


async def test_while_it_is_open_further_faults_change_nothing(store):
    state = await trip(store)
    assert await trip(store, NOW + SECOND, "again") == state
    assert await trip(store, NOW + FIRST - SECOND, "again") == state


async def test_it_stays_open_twice_as_long_each_time_until_there_was_calm(store):
    now, lasted = NOW, []
    for _ in range(4):
        state = await trip(store, now)
        lasted.append(state.breaker_until - now)
        now = state.breaker_until + CALM - SECOND
    assert lasted == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    after_calm = await trip(store, now + SECOND)
    assert (after_calm.breaker_times, after_calm.breaker_until) == (1, now + SECOND + FIRST)


async def test_it_trips_anew_the_moment_it_has_closed(store):
    await trip(store)
    state = await trip(store, NOW + FIRST)
    assert (state.breaker_times, state.breaker_until) == (2, NOW + FIRST + 2 * FIRST)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pauses=st.lists(st.integers(0, 30 * 3600), min_size=1, max_size=25))
async def test_it_never_opens_for_longer_than_it_should(store, pauses):
    def play(db):
        sending.reset(db, ACCOUNT)
        now, before = NOW, None
        for seconds in pauses:
            state = sending.trip(db, ACCOUNT, "x", now, FIRST, CALM)
            lasts = state.breaker_until - now
            assert FIRST <= lasts <= FIRST * 2**10
            assert before is None or lasts in {FIRST, 2 * before, FIRST * 2**10}
            now, before = state.breaker_until + seconds * SECOND, lasts

    await store.run(play)


async def test_the_first_reason_for_a_full_stop_stays(store):
    await store.run(sending.stop, ACCOUNT, "misrouted: 17", NOW)
    await store.run(sending.stop, ACCOUNT, "misrouted: 18", NOW + HOUR)
    assert await load(store) == Sending(stopped_at=NOW, stopped_why="misrouted: 17")


async def test_a_frozen_clock_thaws_when_it_is_told_to(store):
    for until in (NOW + HOUR, NOW + MINUTE):
        await store.run(sending.freeze, ACCOUNT, until)
        assert await load(store) == Sending(frozen_until=until)


@pytest.mark.parametrize("told", [True, False])
async def test_a_person_ends_everything_but_the_pace(store, told):
    if told:
        await trip(store)
        await store.run(sending.freeze, ACCOUNT, NOW + HOUR)
        await store.run(sending.stop, ACCOUNT, "misrouted: 17", NOW)
        await store.run(sending.pace, ACCOUNT, NOW)
    for end in (sending.thaw, sending.reset, sending.restart):
        await store.run(end, ACCOUNT)
    assert await load(store) == Sending(paced_until=NOW if told else None)
    assert (await trip(store, NOW + SECOND)).breaker_times == 1


async def test_each_of_them_ends_alone(store):
    await trip(store, NOW)
    await store.run(sending.freeze, ACCOUNT, NOW + HOUR)
    await store.run(sending.stop, ACCOUNT, "misrouted: 17", NOW)
    await store.run(sending.thaw, ACCOUNT)
    state = await load(store)
    assert (state.frozen_until, state.breaker_until is None, state.stopped_at is None) == (None, False, False)
    await store.run(sending.reset, ACCOUNT)
    state = await load(store)
    assert (state.breaker_until, state.stopped_at) == (None, NOW)
    await store.run(sending.restart, ACCOUNT)
    assert (await load(store)).stopped_at is None
