"""Where the embedded default begins."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.evening import evening_number, sandbox_start

ZONE = ZoneInfo("Asia/Shanghai")
REAL = datetime(2026, 11, 22, 3, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("heard", "begins"),
    [
        (None, "2026-11-22T18:55"),
        ("2026-11-22T18:55", "2026-11-22T18:55:01"),
        ("2026-11-22T20:10:05", "2026-11-22T20:10:06"),
        ("2026-11-22T21:29:59", "2026-11-22T21:30:00"),
        ("2026-11-22T21:30", "2026-11-23T18:55"),
        ("2026-11-23T02:00", "2026-11-23T18:55"),
        ("2026-12-01T18:54:59", "2026-12-01T18:55"),
    ],
)
def test_an_evening_goes_on_where_it_stopped_or_the_next_one_begins(heard: str | None, begins: str) -> None:
    assert sandbox_start(REAL, local(heard) if heard else None, ZONE) == local(begins)


moments = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda span: REAL + span)


@given(moments, moments, st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]))
def test_time_never_runs_backwards(real: datetime, heard: datetime, zone: str) -> None:
    begins = sandbox_start(real, heard, ZoneInfo(zone))
    assert heard < begins <= heard + timedelta(hours=25)


def test_the_evenings_are_played_in_turn() -> None:
    first = date(2026, 11, 22)
    assert [evening_number(first, first + timedelta(days=day), 3) for day in range(-1, 5)] == [3, 1, 2, 3, 1, 2]
