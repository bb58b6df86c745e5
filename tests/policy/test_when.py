"""Times and spans as operators type them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import SpeakerError
from bot.policy.when import read_span, read_time, read_until

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 18, 10, 30, 30, tzinfo=UTC)
"""A Wednesday, 18:30:30 in Shanghai."""


def local(text: str, zone: ZoneInfo = ZONE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("20:15", "2026-11-18T20:15"),
        ("20：15", "2026-11-18T20:15"),
        ("２０：１５", "2026-11-18T20:15"),
        (" 20:15 ", "2026-11-18T20:15"),
        ("今晚20:15", "2026-11-18T20:15"),
        ("今天 20:15", "2026-11-18T20:15"),
        ("今晚8点半", "2026-11-18T20:30"),
        ("今晚八点半", "2026-11-18T20:30"),
        ("今晚8:15", "2026-11-18T20:15"),
        ("晚上8点", "2026-11-18T20:00"),
        ("晚上 8点15分", "2026-11-18T20:15"),
        ("晚8点一刻", "2026-11-18T20:15"),
        ("晚上十一点三刻", "2026-11-18T23:45"),
        ("20点", "2026-11-18T20:00"),
        ("20点整", "2026-11-18T20:00"),
        ("20时05分", "2026-11-18T20:05"),
        ("二十点零五分", "2026-11-18T20:05"),
        ("今晚12点", "2026-11-19T00:00"),
        ("今晚0:30", "2026-11-19T00:30"),
        ("明天 20:15", "2026-11-19T20:15"),
        ("明天8点半", "2026-11-19T08:30"),
        ("明晚8点半", "2026-11-19T20:30"),
        ("明早9点", "2026-11-19T09:00"),
        ("明天下午3点", "2026-11-19T15:00"),
        ("明天中午12点", "2026-11-19T12:00"),
        ("明天中午1点", "2026-11-19T13:00"),
        ("明天中午11点半", "2026-11-19T11:30"),
        ("明天凌晨12点", "2026-11-19T00:00"),
        ("明天上午10:00", "2026-11-19T10:00"),
        ("tomorrow 20:15", "2026-11-19T20:15"),
        ("后天20:15", "2026-11-20T20:15"),
        ("大后天20:15", "2026-11-21T20:15"),
        ("11-25 20:15", "2026-11-25T20:15"),
        ("11/25 20:15", "2026-11-25T20:15"),
        ("11月25日20:15", "2026-11-25T20:15"),
        ("11月25号晚上8点", "2026-11-25T20:00"),
        ("2026-11-25 20:15", "2026-11-25T20:15"),
        ("2026-11-25T20:15", "2026-11-25T20:15"),
        ("2026年11月25日 20:15", "2026-11-25T20:15"),
        ("2027.1.5 9:00", "2027-01-05T09:00"),
        ("1-5 20:15", "2027-01-05T20:15"),
        ("2028-02-29 20:15", "2028-02-29T20:15"),
        ("周三 20:15", "2026-11-18T20:15"),
        ("周三 18:00", "2026-11-25T18:00"),
        ("周二20:15", "2026-11-24T20:15"),
        ("星期五晚上8点", "2026-11-20T20:00"),
        ("礼拜天 20:15", "2026-11-22T20:15"),
        ("周日 20:15", "2026-11-22T20:15"),
        ("这周五20:15", "2026-11-20T20:15"),
        ("下周三20:15", "2026-11-25T20:15"),
        ("下周一 9:00", "2026-11-23T09:00"),
        ("下下周一 9:00", "2026-11-30T09:00"),
    ],
)
def test_a_time_is_read_as_people_type_it(said: str, meant: str) -> None:
    found = read_time(said, NOW, ZONE)
    assert found == local(meant)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("said", ["now", "NOW", "现在", "马上", " 立即 ", "18:30", "今天18:30"])
def test_now_is_now_also_for_those_who_read_it_off_a_clock(said: str) -> None:
    assert read_time(said, NOW, ZONE) == NOW


@pytest.mark.parametrize(
    "said",
    [
        "", "25:00", "24:00", "20:60", "20:1", "8:5", "20", "晚上", "明天", "周三", "周八 20:15", "13-01 20:15",
        "2-30 20:15", "2027-02-29 20:15", "11-2520:15", "上午15点", "晚上2点", "今晚2点", "20:15 左右",
        "等会儿", "30分钟",
        "20:15:00", "99999-01-01 20:15", "9999-01-01 20:15", "0000-01-01 20:15", "-1:30", "二三点", "十十点",
        "二十五点", "/post", "20:15\n21:15", "٢٠:١٥", "今晚25:00", "后天 24点",
    ],
)  # fmt: skip
def test_what_is_no_time_is_unreadable(said: str) -> None:
    with pytest.raises(SpeakerError) as caught:
        read_time(said, NOW, ZONE)
    assert (caught.value.template, caught.value.data) == ("errors/time_unreadable", {"said": said})


def test_a_bare_time_that_has_passed_suggests_tomorrow() -> None:
    with pytest.raises(SpeakerError) as caught:
        read_time("18:29", NOW, ZONE)
    assert caught.value.template == "errors/time_past"
    assert caught.value.data == {
        "said": "18:29",
        "now": NOW,
        "at": local("2026-11-18T18:29"),
        "tomorrow": local("2026-11-19T18:29"),
    }


@pytest.mark.parametrize("said", ["今天8:00", "11-17 20:15", "2025-11-25 20:15", "本周一20:15", "6-1 20:15"])
def test_a_day_that_has_passed_suggests_nothing(said: str) -> None:
    with pytest.raises(SpeakerError) as caught:
        read_time(said, NOW, ZONE)
    assert caught.value.template == "errors/time_past"
    assert caught.value.data["tomorrow"] is None


def test_a_time_that_clocks_skip_moves_to_the_first_valid_one() -> None:
    zone = ZoneInfo("America/New_York")
    now = datetime(2026, 3, 7, 17, tzinfo=UTC)
    assert read_time("3-8 2:30", now, zone) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_the_day_is_that_of_the_room() -> None:
    """At this instant it is Wednesday in Shanghai and Tuesday in Honolulu."""
    now = datetime(2026, 11, 17, 23, tzinfo=UTC)
    assert read_time("明天 20:15", now, ZONE) == local("2026-11-19T20:15")
    honolulu = ZoneInfo("Pacific/Honolulu")
    assert read_time("明天 20:15", now, honolulu) == local("2026-11-18T20:15", honolulu)


@given(st.integers(1, 2 * 365 * 24 * 60), st.sampled_from(["Asia/Shanghai", "Europe/London"]))
def test_a_time_written_out_is_read_back(minutes: int, name: str) -> None:
    zone = ZoneInfo(name)
    now = datetime(2025, 12, 31, tzinfo=UTC)
    meant = now + timedelta(minutes=minutes)
    shown = meant.astimezone(zone)
    found = read_time(f"{shown:%Y-%m-%d %H:%M}", now, zone)
    assert found.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None)
    chinese = f"{shown.year}年{shown.month}月{shown.day}日{shown.hour}点{shown.minute}分"
    assert read_time(chinese, now, zone) == found


@given(st.text(max_size=12) | st.text("0123456789:点半今明晚周一-月日 十", max_size=12))
def test_whatever_is_typed_is_a_time_to_come_or_a_slip(said: str) -> None:
    try:
        assert read_time(said, NOW, ZONE) >= NOW
    except SpeakerError as slip:
        assert slip.template in {"errors/time_unreadable", "errors/time_past"}  # noqa: PT017 - both ways are fine


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("2h", 120),
        ("90m", 90),
        ("1d", 1440),
        ("1 day", 1440),
        ("2 hours", 120),
        ("30min", 30),
        ("30分钟", 30),
        ("３０分钟", 30),
        ("3天", 4320),
        ("2小时", 120),
        ("2小時", 120),
        ("两个小时", 120),
        ("半小时", 30),
        ("半个小时", 30),
        ("一个半小时", 90),
        ("2个半小时", 150),
        ("1小时30分", 90),
        ("1d12h", 2160),
        ("1.5小时", 90),
        ("半天", 720),
        ("十五分钟", 15),
        ("1周", 10080),
        ("2个星期", 20160),
        ("三日", 4320),
    ],
)
def test_a_span_is_read_as_people_type_it(said: str, minutes: int) -> None:
    assert read_span(said) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "said", ["", "2", "h", "0h", "-2h", "2x", "一会儿", "2h 左右", "367天", "9999周", "小时", "20:15", "周三", "2h3"]
)
def test_what_is_no_span_is_unreadable(said: str) -> None:
    with pytest.raises(SpeakerError) as caught:
        read_span(said)
    assert (caught.value.template, caught.value.data) == ("errors/span_unreadable", {"said": said})


def test_an_end_is_a_span_or_a_time() -> None:
    assert read_until("2小时", NOW, ZONE) == NOW + timedelta(hours=2)
    assert read_until("明天9:00", NOW, ZONE) == local("2026-11-19T09:00")
    with pytest.raises(SpeakerError) as caught:
        read_until("过几天", NOW, ZONE)
    assert caught.value.template == "errors/time_unreadable"
