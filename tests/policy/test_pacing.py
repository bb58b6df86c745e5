"""The pace: whatever is asked for, the account never speaks faster than its figures."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.pacing import Pace, advance, earliest, most_today, spread

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
PACE = Pace()
POST, ANSWER = True, False
OFF = Pace(timedelta(0), timedelta(0), timedelta(0), timedelta(0), 0, 0, 0, 0, (0, 0, 0), 0, timedelta(0))


def test_a_post_waits_for_its_room_and_its_jitter() -> None:
    last = {"a": NOW}
    assert earliest(PACE, None, last, ("a", NOW), "a", 0.0, POST, NOW) == NOW + 3 * SECOND
    assert earliest(PACE, None, last, ("a", NOW), "a", 0.5, POST, NOW) == NOW + 5 * SECOND


def test_an_answer_waits_for_its_room_only_and_without_jitter() -> None:
    last = {"a": NOW}
    assert earliest(PACE, None, last, ("a", NOW), "a", 0.5, ANSWER, NOW) == NOW + 3 * SECOND
    assert earliest(PACE, None, last, ("a", NOW), "b", 0.5, ANSWER, NOW) == NOW


def test_posts_in_different_rooms_are_three_to_eight_seconds_apart() -> None:
    last = {"a": NOW}
    assert earliest(PACE, None, last, ("a", NOW), "b", 0.0, POST, NOW) == NOW + 3 * SECOND
    assert earliest(PACE, None, last, ("a", NOW), "b", 0.8, POST, NOW) == NOW + 7 * SECOND
    assert earliest(PACE, None, {}, ("a", NOW), "b", 0.8, POST, NOW) == NOW + 7 * SECOND


def test_an_answer_in_between_does_not_shorten_the_gap_to_the_last_post_elsewhere() -> None:
    last = {"a": NOW + 2 * SECOND, "b": NOW}
    later = NOW + 2 * SECOND
    assert earliest(PACE, None, last, ("a", later), "b", 0.9, POST, later) >= later + 3 * SECOND


def test_what_has_waited_long_enough_goes_at_once() -> None:
    assert earliest(PACE, NOW - DAY, {"a": NOW - DAY}, ("a", NOW - DAY), "a", 0.9, POST, NOW) == NOW


def test_a_burst_of_twenty_and_then_one_in_three_seconds() -> None:
    state = None
    for _ in range(20):
        assert earliest(PACE, state, {}, None, "a", 0.0, ANSWER, NOW) == NOW
        state = advance(PACE, state, NOW)
    assert earliest(PACE, state, {}, None, "a", 0.0, ANSWER, NOW) == NOW + 3 * SECOND


def test_nought_switches_a_figure_off() -> None:
    state = None
    for _ in range(100):
        assert earliest(OFF, state, {"a": NOW}, ("a", NOW), "b", 0.9, POST, NOW) == NOW
        state = advance(OFF, state, NOW)
    assert most_today(OFF, timedelta(0)) is None
    assert {at for _, at in spread([str(number) for number in range(50)], NOW, OFF)} == {NOW}


def test_a_clock_that_was_set_back_by_a_year_does_not_silence_the_account_for_a_year() -> None:
    ahead = NOW + 365 * DAY
    assert earliest(PACE, ahead, {"a": ahead}, ("a", ahead), "a", 0.0, POST, NOW) == NOW
    assert advance(PACE, ahead, NOW) == NOW + 3 * SECOND


def test_a_clock_that_was_set_back_by_half_a_minute_is_waited_out() -> None:
    ahead = NOW + 30 * SECOND
    assert earliest(PACE, None, {"a": ahead}, ("a", ahead), "a", 0.0, POST, NOW) == ahead + 3 * SECOND


asked = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.booleans(),
        st.floats(0, 1, exclude_max=True),
        st.one_of(st.just(0.0), st.floats(0, 20)),
    ),
    min_size=1,
    max_size=120,
)
paces = st.one_of(
    st.just(PACE),
    st.builds(
        Pace,
        per_minute=st.sampled_from([1, 7, 20, 60]),
        burst=st.sampled_from([0, 1, 5, 20]),
        room_gap=st.sampled_from([timedelta(0), 3 * SECOND]),
    ),
)


def sent(pace: Pace, asked: list[tuple[str, bool, float, float]]) -> list[tuple[datetime, str, bool]]:
    """When each of them is said by somebody who obeys, asking `pause` seconds after the one before."""
    last: dict[str, datetime] = {}
    now, state, last_any, said = NOW, None, None, []
    for room, post, fraction, pause in asked:
        now += pause * SECOND
        now = earliest(pace, state, last, last_any, room, fraction, post, now)
        state = advance(pace, state, now)
        last[room], last_any = now, (room, now)
        said.append((now, room, post))
    return said


@given(paces, asked)
def test_no_sixty_seconds_see_more_than_rate_and_burst(pace: Pace, asked: list[tuple[str, bool, float, float]]) -> None:
    times = [at for at, _, _ in sent(pace, asked)]
    most = pace.per_minute + max(1, pace.burst)
    assert all(sum(start <= at <= start + 60 * SECOND for at in times) <= most for start in times)


def test_forty_answers_in_sixty_seconds_are_reached_and_not_passed() -> None:
    times = [at for at, _, _ in sent(PACE, [(f"room{number}", False, 0.0, 0.0) for number in range(100)])]
    assert max(sum(start <= at <= start + 60 * SECOND for at in times) for start in times) == 40


@given(paces, asked)
def test_rooms_and_posts_keep_their_distance(pace: Pace, asked: list[tuple[str, bool, float, float]]) -> None:
    said = sent(pace, asked)
    for number, (at, room, post) in enumerate(said):
        for earlier, other, posted in said[:number]:
            if other == room:
                assert at - earlier >= pace.room_gap
            elif post and posted:
                assert at - earlier >= pace.gap_min


@pytest.mark.parametrize(
    ("age", "most", "posts"),
    [
        (timedelta(0), 20, 16),
        (8 * DAY - SECOND, 20, 16),
        (8 * DAY, 60, 48),
        (15 * DAY - SECOND, 60, 48),
        (15 * DAY, 150, 120),
        (29 * DAY - SECOND, 150, 120),
        (29 * DAY, 300, 240),
        (None, 300, 240),
    ],
)
def test_a_young_account_says_little_and_leaves_room_for_answers(age: timedelta | None, most: int, posts: int) -> None:
    assert most_today(PACE, age, post=False) == most
    assert most_today(PACE, age) == posts


def test_warming_up_never_allows_more_than_a_warm_account_may() -> None:
    assert most_today(Pace(texts_a_day=50, reserve=0), 10 * DAY) == 50
    assert most_today(Pace(texts_a_day=0), 10 * DAY) == 60
    assert most_today(Pace(reserve=1000), None) == 0


def test_a_broadcast_goes_in_batches() -> None:
    rooms = [f"room{number}" for number in range(45)]
    dues = dict(spread(rooms, NOW, PACE))
    assert list(dues) == rooms
    assert dues["room1"] - NOW == timedelta(seconds=5.5)
    assert dues["room19"] - NOW == 19 * timedelta(seconds=5.5)
    assert dues["room20"] - dues["room19"] == timedelta(minutes=10)
    assert dues["room40"] - dues["room39"] == timedelta(minutes=10)
    assert dues["room21"] - dues["room20"] == timedelta(seconds=5.5)
    assert spread([], NOW, PACE) == ()
