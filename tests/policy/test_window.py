"""Posting windows: how they are read, and when they are open, on ordinary days and on days that clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.window import WEEKDAYS, Hours, Window, instant

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)


def utc(text: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("19:00-21:00", "19:00-21:00"),
        (" 9:00 - 9:05 ", "09:00-09:05"),
        ("19：00－21：00", "19:00-21:00"),
        ("19:00–21:00", "19:00-21:00"),
        ("19:00—21:00", "19:00-21:00"),
        ("19:00~21:00", "19:00-21:00"),
        ("19:00～21:00", "19:00-21:00"),
        ("19:00至21:00", "19:00-21:00"),
        ("19:00到21:00", "19:00-21:00"),
        ("22:30-00:30", "22:30-00:30"),
    ],
)
def test_a_window_is_read_as_people_write_it(text: str, shown: str) -> None:
    window = Window.parse(text)
    assert str(window) == shown
    assert Window.parse(str(window)) == window


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not a window"),
        ("19:00", "is not a window"),
        ("19:00-20:00-21:00", "is not a window"),
        ("19:00-", "is not a time of day"),
        ("19-21", "'19' is not a time of day"),
        ("24:00-25:00", "'24:00' is not a time of day"),
        ("19:60-21:00", "'19:60' is not a time of day"),
        ("19:0-21:00", "'19:0' is not a time of day"),
        ("1_9:00-21:00", "is not a time of day"),
        ("+9:00-21:00", "is not a time of day"),
        ("evening-night", "'evening' is not a time of day"),
        ("19:00:00-21:00", "is not a time of day"),
        ("19:00-19:00", "starts and ends at the same time"),
    ],
)
def test_what_is_no_window_is_refused_with_a_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Window.parse(text)


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-22T18:59:59.999999", False),
        ("2026-11-22T19:00:00", True),
        ("2026-11-22T20:59:59.999999", True),
        ("2026-11-22T21:00:00", False),
    ],
)
def test_a_window_includes_its_start_and_not_its_end(now: str, is_open: bool) -> None:
    hours = Hours.of("Asia/Shanghai", ["19:00-21:00"])
    assert (hours.current(utc(now)) is not None) is is_open


def test_a_window_that_crosses_midnight_belongs_to_the_evening_it_began_on() -> None:
    hours = Hours.of("Asia/Shanghai", ["22:00-01:00"])
    opening = hours.current(utc("2026-11-23T00:59:59"))
    assert opening is not None
    assert (opening.day, opening.end) == (date(2026, 11, 22), utc("2026-11-23T01:00:00"))
    assert hours.current(utc("2026-11-23T01:00:00")) is None


def test_weekdays_have_windows_of_their_own_and_may_be_closed() -> None:
    hours = Hours.of("Asia/Shanghai", ["19:00-21:00"], {"saturday": ["10:00-11:00", "20:00-22:00"], "sunday": []})
    friday = utc("2026-11-20T21:00:00")
    seen = []
    for _ in range(3):
        opening = hours.next_opening(friday)
        assert opening is not None
        seen.append((WEEKDAYS[opening.day.weekday()], f"{opening.start.astimezone(SHANGHAI):%H:%M}"))
        friday = opening.start
    assert seen == [("saturday", "10:00"), ("saturday", "20:00"), ("monday", "19:00")]


def test_without_any_window_nothing_ever_opens() -> None:
    hours = Hours.of("Asia/Shanghai", [])
    assert hours.current(utc("2026-11-22T20:00:00")) is None
    assert hours.next_opening(utc("2026-11-22T20:00:00")) is None


def test_the_next_opening_is_never_the_one_that_is_open() -> None:
    opening = Hours.of("Asia/Shanghai", ["19:00-21:00"]).next_opening(utc("2026-11-22T19:00:00"))
    assert opening is not None
    assert opening.day == date(2026, 11, 23)


def test_of_overlapping_windows_the_one_that_lasts_longest_counts() -> None:
    """Once the first one found counted: a post was held until tomorrow while the second window was open."""
    opening = Hours.of("Asia/Shanghai", ["19:00-21:00", "20:00-22:00"]).current(utc("2026-11-22T20:30:00"))
    assert opening is not None
    assert opening.end == utc("2026-11-22T22:00:00")


def test_a_weekly_window_in_the_skipped_hour_opens_a_week_later() -> None:
    """Once the search gave up after eight days, and the gate held the post for ever."""
    hours = Hours.of("America/New_York", [], {"sunday": ["02:10-02:50"]})
    opening = hours.next_opening(utc("2026-03-01T12:00:00", NEW_YORK))
    assert opening is not None
    assert opening.day == date(2026, 3, 15)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00+00:00"),
        ("America/New_York", "2026-03-08", "02:00", "2026-03-08T07:00:00+00:00"),
        ("America/New_York", "2026-03-08", "03:00", "2026-03-08T07:00:00+00:00"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00+00:00"),
        ("Europe/London", "2026-03-29", "01:15", "2026-03-29T01:00:00+00:00"),
        ("Europe/London", "2026-10-25", "01:15", "2026-10-25T00:15:00+00:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00+00:00"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45:00+00:00"),
        ("Asia/Shanghai", "2026-11-22", "19:00", "2026-11-22T11:00:00+00:00"),
    ],
)
def test_skipped_times_move_to_the_first_valid_one_and_repeated_times_happen_once(
    zone: str, day: str, at: str, expected: str
) -> None:
    found = instant(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))
    assert found == datetime.fromisoformat(expected)
    assert found.tzinfo is UTC


def test_a_repeated_window_opens_once() -> None:
    hours = Hours.of("America/New_York", ["01:15-01:45"])
    assert hours.current(utc("2026-11-01T01:30", NEW_YORK, fold=0)) is not None
    assert hours.current(utc("2026-11-01T01:30", NEW_YORK, fold=1)) is None


# An oracle that knows no time-zone arithmetic: it watches a wall clock minute by minute, and a local time has come
# in the first minute in which the clock shows it or a later one.


@cache
def wall(zone: str, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """The minutes around a local day, each with what the wall clock shows."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
    minutes = (noon + step * MINUTE for step in range(-15 * 60, 40 * 60))
    return tuple((minute, minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None)) for minute in minutes)


def comes(zone: str, day: date, local_day: date, at: time) -> datetime:
    wanted = datetime.combine(local_day, at)
    return next(minute for minute, shown in wall(zone, day) if shown >= wanted)


def stretches(zone: str, day: date, window: Window) -> tuple[datetime, datetime]:
    end_day = day + timedelta(days=window.end < window.start)
    return comes(zone, day, day, window.start), comes(zone, day, end_day, window.end)


DAYS = [
    ("Asia/Shanghai", date(2026, 11, 22)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    # Where clocks change at midnight, a day begins at one o'clock, or an hour of its evening comes twice.
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/Santiago", date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 6)),
    ("Asia/Kathmandu", date(2026, 3, 29)),
]
# Half of the times lie in the small hours, where clocks change.
times = st.one_of(
    st.builds(time, st.integers(0, 23), st.integers(0, 59)), st.builds(time, st.integers(0, 3), st.integers(0, 59))
)
windows = st.builds(Window, times, times).filter(lambda window: window.start != window.end)


@given(
    place=st.sampled_from(DAYS),
    days=st.lists(st.lists(windows, max_size=2), min_size=7, max_size=7),
    minutes=st.lists(st.integers(-12 * 60, 30 * 60), min_size=6, max_size=6),
    seconds=st.integers(0, 59),
)
def test_hours_agree_with_somebody_who_watches_the_wall_clock(
    place: tuple[str, date], days: list[list[Window]], minutes: list[int], seconds: int
) -> None:
    zone, day = place
    hours = Hours(ZoneInfo(zone), tuple(map(tuple, days)))
    around = [day + timedelta(days=offset) for offset in range(-3, 4)]
    truth = [stretches(zone, local, window) for local in around for window in days[local.weekday()]]
    noon = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
    for minute in minutes:
        now = noon + minute * MINUTE + timedelta(seconds=seconds)
        ends = [end for start, end in truth if start <= now < end]
        opening = hours.current(now)
        assert (opening.end if opening else None) == max(ends, default=None)
        later = min((start for start, end in truth if start > now and start < end), default=None)
        following = hours.next_opening(now)
        if later is not None:
            assert following is not None
            assert following.start == later
