"""What operators write about a campaign."""

import pytest

from bot.core.errors import SpeakerError
from bot.policy.campaign_words import change, read_rhythm, read_span
from bot.policy.customs import Declared

PLAIN = Declared("", "早起", "打卡")


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("daily", "1234567"), ("每天", "1234567"), ("wednesday", "3"), ("Wed", "3"), ("周三", "3"), ("三", "3"),
        ("一三五", "135"), ("周一、周三", None), ("mon, fri", "15"), ("星期日", "7"), ("周天", "7"), ("六日", "67"),
        ("每周三", "3"), ("每周一和五", "15"), ("mon,mon", "1"),
    ],
)  # fmt: skip
def test_a_rhythm(said, days):
    assert read_rhythm(said) == (days or "13")


@pytest.mark.parametrize("said", ["偶尔", "周八", "monday and", ",", "123"])
def test_what_is_no_rhythm(said):
    with pytest.raises(ValueError, match="names no weekdays"):
        read_rhythm(said)


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("06:00-10:00", ("06:00", "10:00")), ("6:00－9:30", ("06:00", "09:30")),
        ("６：００至９：００", ("06:00", "09:00")),
        ("00:00-24:00", ("", "")), ("18:00-24:00", ("18:00", "")), ("0:00-8:00", ("", "08:00")),
    ],
)  # fmt: skip
def test_a_span_of_the_day(said, span):
    assert read_span(said) == span


@pytest.mark.parametrize("said", ["22:00-02:00", "10:00-10:00", "早上", "06:00", "24:30-25:00", "6-10"])
def test_what_is_no_span(said):
    with pytest.raises(ValueError, match=r"day"):
        read_span(said)


def test_settings_over_what_is_declared():
    settings = [
        ("口令", "早起"), ("方式", "都要"), ("节奏", "周三"), ("时间", "06:00-10:00"), ("天数", "21天"), ("目标", "7"),
        ("礼物", "一包冻干"), ("积分", "5"), ("补卡", "2次"), ("内容", "interactive/x"),
    ]  # fmt: skip
    changed = change(PLAIN, settings)
    assert (changed.word, changed.counts, changed.rhythm, changed.days) == ("早起", "both", "3", 21)
    assert (changed.opens, changed.closes, changed.goal, changed.gift) == ("06:00", "10:00", 7, "一包冻干")
    assert (changed.points, changed.makeups, changed.content) == (5, 2, "interactive/x")
    assert change(changed, [("span", "全天"), ("days", "不限")]).closes == ""


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("颜色", "红", "颜色"), ("天数", "很久", "days"), ("天数", "1001", "days"), ("口令", "", "word"),
        ("口令", "十三个字的口令实在太长了吧", "word"), ("方式", "跳舞", "counts"), ("节奏", "周八", "rhythm"),
        ("时间", "22:00-02:00", "span"), ("礼物", "冻干", "goal"),
    ],
)  # fmt: skip
def test_what_cannot_be_set(key, value, named):
    with pytest.raises(SpeakerError) as slip:
        change(PLAIN, [(key, value)])
    assert (slip.value.template, slip.value.data["key"]) == ("errors/checkin_setting", named)
