"""What counts as a check-in: words that state it, photos, both together, and on which local day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.checkin import Campaign, Counts
from bot.core.message import MessageKind
from bot.policy.punching import LONGEST, TOGETHER, Claim, Half, bare, claims, day_of, days_of, states

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAILY = frozenset(range(1, 8))
SUNDAY = date(2026, 11, 22)
WATER = Campaign(1, "room", "喝水打卡", "打卡", Counts.WORD, DAILY, SUNDAY - timedelta(days=30))
NOON = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)

DONE = (
    "打卡", "打卡！", "打卡了", "打卡啦～", "今天打卡", "今天也来打卡啦", "早起打卡", "豆豆打卡", "豆豆来打卡了",
    "早餐打卡，吃了半罐", "打卡第五天", "第5天打卡", "打卡 今天吃了罐头", "换好水了，打卡", "喝水打卡完成",
    "打卡成功", "打卡，大家吃了吗", "今天打卡，你们呢？", "我要打卡", "差点忘了，打卡", "差点忘了打卡",
    "今天没忘打卡", "不间断打卡第八天", "@毛毛\u2005打卡", "打卡打卡", "补水打卡", "忍不住又来打卡", "打卡一下",
    "打卡😺", "昨天打卡了今天也打卡", "下雨也打卡", "打咔？不对，打卡", "吃完饭打卡", "哪怕加班也打卡",
    "打卡~给它换了水", "遛了一会打卡", "每日打卡 21/21", "和豆豆一起打卡", "打卡：豆豆喝了两碗", "打卡點心時間到",
)  # fmt: skip
NOT_DONE = (
    "今天打卡了吗", "今天打卡了吗？", "打卡？", "打卡了没", "打卡了没有", "打卡了么", "怎么打卡", "怎么打卡啊",
    "在哪打卡", "什么时候打卡", "谁打卡了", "谁还没打卡", "几点打卡", "别打卡", "别 打卡", "不打卡", "今天不打卡了",
    "还没打卡", "没打卡", "忘打卡了", "忘了打卡", "忘记打卡", "别忘了打卡", "不想打卡", "没时间打卡", "懒得打卡",
    "明天打卡", "明天再打卡", "昨天打卡了", "前天的打卡", "等会打卡", "待会儿来打卡", "回头打卡", "准备打卡",
    "记得打卡", "大家记得打卡", "提醒大家打卡", "快来打卡", "大家快来打卡", "该打卡了", "打卡吧", "你打卡了",
    "打卡活动", "打卡活动什么时候结束", "打卡规则", "打卡有奖吗", "打卡时间过了", "网红打卡地", "打卡点", "去打卡",
    "周末去打卡", "打卡失败", "打卡不了", "打卡要发照片", "打卡有什么用", "打卡能换什么", "可不可以打卡",
    "是不是打卡就行", "先吃饭再打卡", "补打卡", "打卡 了吗", "今天打卡完成了吗", "能不能打卡", "今天还打卡吗",
    "打卡截止了", "打卡第几天了", "欢迎打卡", "暂停打卡", "取消打卡", "漏打卡了", "上次打卡", "想打卡",
    "「小满：打卡」\n- - - - - - - - - -\n真厉害", "卡打", "今天天气不错", "",
)  # fmt: skip


@pytest.mark.parametrize("text", DONE)
def test_what_states_that_it_is_done(text):
    assert states(text, "打卡")


@pytest.mark.parametrize("text", NOT_DONE)
def test_what_does_not(text):
    assert not states(text, "打卡")


@pytest.mark.parametrize("text", ["晒早餐", "曬早餐！", "今天晒早餐，鸡胸肉", "晒早餐咯"])
def test_a_campaign_has_a_word_of_its_own(text):
    assert states(text, "晒早餐")


@pytest.mark.parametrize("text", ["打卡", "打卡！", " 打卡😺", "@毛毛\u2005打卡", "签到", "我要打卡～"])
def test_a_plain_check_in(text):
    assert bare(text)


@pytest.mark.parametrize("text", ["打卡吗", "喝水打卡", "不打卡", "", "打" * 100])
def test_what_is_more_than_a_plain_check_in(text):
    assert not bare(text)


def claimed(campaigns, text="", kind=MessageKind.TEXT, at=NOON):
    return {claim.campaign.id for claim in claims(campaigns, kind, text, at, SHANGHAI)}


PHOTO = replace(WATER, id=2, counts=Counts.PHOTO)
BOTH = replace(WATER, id=3, counts=Counts.BOTH)


def test_a_word_a_photo_or_both():
    every = (WATER, PHOTO, BOTH)
    assert claimed(every, "打卡") == {1, 3}
    assert claimed(every, kind=MessageKind.IMAGE) == {2, 3}
    assert claimed(every, kind=MessageKind.VIDEO) == {2, 3}
    for kind in (MessageKind.EMOTICON, MessageKind.AUDIO, MessageKind.LINK, MessageKind.RECALLED):
        assert claimed(every, "打卡", kind) == set()


def test_a_long_text_is_a_story():
    assert claimed((WATER,), f"打卡，{'喵' * (LONGEST - 3)}") == {1}
    assert claimed((WATER,), f"打卡，{'喵' * (LONGEST - 2)}") == set()


def test_the_plain_word_means_the_only_campaign_of_the_day():
    water, brush = replace(WATER, word="喝水"), replace(WATER, id=4, word="梳毛")
    assert claimed((water,), "打卡") == {1}
    assert claimed((water, brush), "打卡") == set()
    assert claimed((water, brush), "梳毛") == {4}
    assert claimed((water, replace(brush, rhythm=frozenset({1}))), "打卡") == {1}


def test_a_word_inside_another_one_is_not_meant():
    brush = replace(WATER, id=4, word="梳毛打卡")
    assert claimed((WATER, brush), "梳毛打卡") == {4}
    assert claimed((WATER, brush), "打卡") == {1}


ZONES = [
    ("Asia/Shanghai", date(2026, 11, 22)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Pacific/Auckland", date(2026, 9, 27)),
    ("Asia/Kathmandu", date(2026, 11, 22)),
]
"""New York's and Auckland's days are those on which the clocks change."""


@pytest.mark.parametrize(("zone", "day"), ZONES, ids=str)
def test_the_last_and_the_first_second_of_a_day_land_on_their_days(zone, day):
    place, following = ZoneInfo(zone), day + timedelta(days=1)
    campaign = replace(WATER, starts_on=day - timedelta(days=400))
    last = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=place).astimezone(UTC)
    first = datetime(following.year, following.month, following.day, tzinfo=place).astimezone(UTC)
    assert first - last == timedelta(seconds=1)
    assert day_of(campaign, last, place) == day
    assert day_of(campaign, first, place) == following


def test_the_first_and_the_last_day_and_the_weekdays():
    campaign = replace(WATER, rhythm=frozenset({3}), starts_on=date(2026, 11, 11), ends_on=date(2026, 11, 18))
    days = [date(2026, 11, 4) + timedelta(days=number) for number in range(25)]
    found = {day_of(campaign, datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI), SHANGHAI) for day in days}
    assert found - {None} == {date(2026, 11, 11), date(2026, 11, 18)}


def test_the_span_of_the_day_is_half_open():
    campaign = replace(WATER, opens="06:00", closes="10:00")
    at = {clock: datetime.fromisoformat(f"2026-11-22T{clock}+08:00") for clock in ("05:59:59", "06:00:00", "09:59:59")}
    assert [day_of(campaign, moment, SHANGHAI) for moment in at.values()] == [None, SUNDAY, SUNDAY]
    assert day_of(campaign, datetime.fromisoformat("2026-11-22T10:00:00+08:00"), SHANGHAI) is None


def together(at, *others, photo=False, campaign=BOTH):
    return days_of(Claim(campaign, SHANGHAI, photo), at, [Half(*other) for other in others])


def test_a_word_and_a_photo_belong_together_in_either_order():
    second = timedelta(seconds=1)
    assert together(NOON) == frozenset()
    assert together(NOON, (NOON - TOGETHER, True)) == {SUNDAY}
    assert together(NOON, (NOON + TOGETHER, True)) == {SUNDAY}
    assert together(NOON, (NOON - TOGETHER - second, True)) == frozenset()
    assert together(NOON, (NOON - second, False)) == frozenset()
    assert together(NOON, (NOON - second, False), photo=True) == {SUNDAY}
    assert together(NOON, campaign=WATER) == {SUNDAY}


def test_around_midnight_it_is_the_day_of_the_first():
    before, after = (datetime.fromisoformat(f"2026-11-2{clock}+08:00") for clock in ("2T23:58:00", "3T00:03:00"))
    assert together(after, (before, True)) == {SUNDAY}
    assert together(before, (after, True)) == {SUNDAY}
    assert together(after, (before, True), (after, True)) == {SUNDAY, SUNDAY + timedelta(days=1)}


def test_the_second_half_may_come_after_the_span():
    campaign = replace(BOTH, closes="10:00")
    late = datetime.fromisoformat("2026-11-22T10:04:00+08:00")
    assert claimed((campaign,), "打卡", at=late) == {3}
    assert together(late, (late - timedelta(minutes=5), True), campaign=campaign) == {SUNDAY}
    assert together(late, (late - timedelta(minutes=3), True), campaign=campaign) == frozenset()
    assert claimed((campaign,), "打卡", at=late + TOGETHER) == set()
