"""What members say about their check-ins, and the days they name."""

from datetime import date

import pytest

from bot.policy.checkin_words import hear_leave, hear_makeup, hear_punch
from bot.policy.day_said import read_day

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("补卡", ()), ("补卡！", ()), ("我要补卡", ()), ("补打卡", ()), ("@毛毛\u2005补卡", ()), ("补个卡", ()),
        ("补卡 昨天", ("昨天",)), ("补卡昨天", ("昨天",)), ("昨天补卡", ("昨天",)), ("补昨天的卡", ("昨天",)),
        ("补卡 11-18", ("11-18",)), ("补卡：周三", ("周三",)), ("能补卡吗", None), ("怎么补卡", None),
        ("补卡规则", None),
        ("我补卡了", None), ("补卡 一下", None), ("打卡", None), ("这个月的卡怎么补", None), ("", None),
    ],
)  # fmt: skip
def test_a_make_up(said, words):
    assert hear_makeup(said) == words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("请假", ()), ("请假。", ()), ("我要请假", ()), ("请个假", ()), ("请假一天", ()), ("请假 明天", ("明天",)),
        ("明天请假", ("明天",)), ("周三请假", ("周三",)), ("请假11-25", ("11-25",)), ("25号请假", ("25号",)),
        ("请假条", None), ("老板不让请假", None), ("他请假了", None), ("今天请假去打疫苗", None),
        ("放假", None), ("", None),
    ],
)  # fmt: skip
def test_a_leave(said, words):
    assert hear_leave(said) == words


def test_a_plain_check_in():
    assert hear_punch("打卡！") == ()
    assert hear_punch("喝水打卡") is None


@pytest.mark.parametrize(
    ("said", "back", "ahead"),
    [
        ("今天", SUNDAY, SUNDAY), ("昨天", date(2026, 11, 21), date(2026, 11, 21)),
        ("前天", date(2026, 11, 20), date(2026, 11, 20)), ("后天", date(2026, 11, 24), date(2026, 11, 24)),
        ("周日", SUNDAY, SUNDAY), ("周三", date(2026, 11, 18), date(2026, 11, 25)),
        ("上周三", date(2026, 11, 11), date(2026, 11, 11)), ("下周一", date(2026, 11, 23), date(2026, 11, 23)),
        ("11-18", date(2026, 11, 18), date(2027, 11, 18)), ("11月30日", date(2025, 11, 30), date(2026, 11, 30)),
        ("2026.11.3", date(2026, 11, 3), date(2026, 11, 3)), ("18号", date(2026, 11, 18), date(2026, 12, 18)),
        ("３０号", date(2026, 10, 30), date(2026, 11, 30)), ("31号", None, None), ("2-30", None, None),
        ("上上周", None, None), ("", None, None), ("明年", None, None),
        ("yesterday", date(2026, 11, 21), date(2026, 11, 21)),
    ],
)  # fmt: skip
def test_a_day(said, back, ahead):
    assert read_day(said, SUNDAY, back=True) == back
    assert read_day(said, SUNDAY, back=False) == ahead


def test_a_day_of_the_last_month():
    assert read_day("31号", date(2026, 12, 5), back=True) is None
    assert read_day("30号", date(2026, 12, 5), back=True) == date(2026, 11, 30)
    assert read_day("2-29", date(2026, 3, 5), back=True) is None
