"""A yearly date in words: what the bot says, it also reads."""

import pytest

from bot.core.birthday import Calendar, Whose, YearlyDate
from bot.policy.birthday_words import Told, read
from bot.policy.date_words import say

EVERY = [
    *(YearlyDate(Calendar.SOLAR, month, day) for month in range(1, 13) for day in (1, 9, 10, 28)),
    YearlyDate(Calendar.SOLAR, 2, 29),
    *(
        YearlyDate(Calendar.LUNAR, month, day, leap)
        for month in range(1, 13)
        for day in range(1, 31)
        for leap in (False, True)
    ),
]


@pytest.mark.parametrize(
    ("date", "zh", "en"),
    [
        (YearlyDate(Calendar.SOLAR, 5, 20), "5月20日", "May 20"),
        (YearlyDate(Calendar.SOLAR, 2, 29), "2月29日", "Feb 29"),
        (YearlyDate(Calendar.LUNAR, 1, 1), "农历正月初一", "lunar month 1 day 1"),
        (YearlyDate(Calendar.LUNAR, 6, 10, leap=True), "农历闰六月初十", "leap lunar month 6 day 10"),
        (YearlyDate(Calendar.LUNAR, 8, 15), "农历八月十五", "lunar month 8 day 15"),
        (YearlyDate(Calendar.LUNAR, 11, 20), "农历冬月二十", "lunar month 11 day 20"),
        (YearlyDate(Calendar.LUNAR, 12, 23), "农历腊月廿三", "lunar month 12 day 23"),
        (YearlyDate(Calendar.LUNAR, 12, 30), "农历腊月三十", "lunar month 12 day 30"),
    ],
)
def test_in_both_languages(date, zh, en):
    assert (say(date, "zh"), say(date, "en")) == (zh, en)


def test_what_is_said_is_read_as_the_same_date():
    assert [date for date in EVERY if read(f"生日 {say(date, 'zh')}") != Told(Whose.SELF, "", date)] == []
    assert len({say(date, "zh") for date in EVERY}) == len({say(date, "en") for date in EVERY}) == len(EVERY)
