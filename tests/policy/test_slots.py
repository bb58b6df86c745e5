"""The evening's minutes: inside the window, never on the minute, the same for a seed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.policy.reopening import LAST_START
from bot.policy.slots import moments
from bot.policy.window import Hours, Window

DAY = date(2026, 11, 22)
# Nothing here may depend on Python's own hash of strings, which differs from process to process.
KNOWN_MINUTE = "2026-11-22T11:35:53+00:00"

times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def openings(*windows: str, days: int = 1):
    return list(Hours.of("Asia/Shanghai", windows or ["19:00-21:00"]).openings(DAY, days))


@given(
    start=times,
    minutes=st.integers(5, 23 * 60),
    count=st.integers(1, 6),
    seed=st.text(max_size=8),
    room=st.text(max_size=8),
)
def test_every_minute_lies_in_the_window_before_the_last_start_and_in_order(start, minutes, count, seed, room):
    end = (datetime.combine(DAY, start) + timedelta(minutes=minutes)).time()
    opening = next(Hours(ZoneInfo("Asia/Shanghai"), ((Window(start, end),),) * 7).openings(DAY, 1))
    due = moments([opening], count, seed, room)
    assert len(due) == count
    assert list(due) == sorted(set(due))
    assert opening.start <= due[0]
    assert due[-1] <= opening.end - LAST_START
    assert all(at.microsecond == 0 for at in due)
    assert moments([opening], count, seed, room) == due


def test_several_posts_keep_their_distance():
    first, second, third = moments(openings(), 3, "seed", "room")
    assert min(second - first, third - second) >= timedelta(minutes=14)


def test_a_day_with_two_windows_uses_both_and_nothing_between():
    due = moments(openings("10:00-12:00", "19:00-21:00"), 4, "seed", "room")
    hours = [at.astimezone(ZoneInfo("Asia/Shanghai")).hour for at in due]
    assert set(hours) <= {10, 11, 19, 20}
    assert min(hours) < 12 < max(hours)


def test_no_minute_falls_into_the_last_half_minute_of_any_window():
    for room in range(300):
        windows = openings("12:00-12:02", "19:00-19:03", "20:00-20:02")
        for due in moments(windows, 3, "seed", str(room)):
            assert any(opening.start <= due <= opening.end - LAST_START for opening in windows)


def test_no_slots_and_no_windows_give_no_minutes():
    assert moments(openings(), 0, "seed") == ()
    assert moments([], 3, "seed") == ()


def test_the_minute_is_the_same_in_every_process():
    assert moments(openings(), 1, "qunzhu", "19201@chatroom")[0].isoformat() == KNOWN_MINUTE


def test_rooms_and_evenings_differ():
    evenings = openings(days=10)
    assert len({moments(evenings[:1], 1, "seed", str(room)) for room in range(10)}) > 5
    assert len({moments([opening], 1, "seed", "room")[0] - opening.start for opening in evenings}) > 5


def test_parts_of_a_seed_do_not_run_together():
    assert moments(openings(), 1, "ab", "c") != moments(openings(), 1, "a", "bc")


def test_the_minute_is_aware_utc():
    assert moments(openings(), 1, "seed")[0].tzinfo is UTC
