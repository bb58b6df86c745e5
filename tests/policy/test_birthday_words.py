"""What people type about birthdays, and what they type that is about something else."""

from datetime import date

import pytest

from bot.core.birthday import Calendar, Whose, YearlyDate
from bot.policy.birthday_words import LONGEST, Cancel, Choose, Show, Stranger, Told, Undated, hears, read
from bot.policy.yearly_date import Impossible

SELF, PET, CHILD = Whose


def solar(month, day):
    return YearlyDate(Calendar.SOLAR, month, day)


def lunar(month, day, *, leap=False):
    return YearlyDate(Calendar.LUNAR, month, day, leap)


MAY_20, MARCH_5, MID_AUTUMN = solar(5, 20), solar(3, 5), lunar(8, 15)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("生日 5-20", MAY_20),
        ("生日 5月20日", MAY_20),
        ("生日5.20", MAY_20),
        ("生日5/20", MAY_20),
        ("生日：5月20号！", MAY_20),
        ("生日　５月２０日", MAY_20),
        ("生日是5月20日哦", MAY_20),
        ("生日 0520", MAY_20),
        ("生日 五月二十号", MAY_20),
        ("生日 公历5月20", MAY_20),
        ("生日 改成5月20日", MAY_20),
        ("生日 我 5-20", MAY_20),
        ("生日 2月29日", solar(2, 29)),
        ("生日 12月31日", solar(12, 31)),
        ("生日 农历八月十五", MID_AUTUMN),
        ("生日 阴历八月十五", MID_AUTUMN),
        ("生日 旧历8月15", MID_AUTUMN),
        ("生日 農曆八月十五", MID_AUTUMN),
        ("生日 農曆 8-15", MID_AUTUMN),
        ("生日 八月十五", MID_AUTUMN),
        ("生日 正月初一", lunar(1, 1)),
        ("生日 闰六月初八", lunar(6, 8, leap=True)),
        ("生日 閏六月初八", lunar(6, 8, leap=True)),
        ("生日 腊月二十三", lunar(12, 23)),
        ("生日 臘月廿三", lunar(12, 23)),
        ("生日 冬月三十", lunar(11, 30)),
        ("生日 十一月初十", lunar(11, 10)),
        ("生日 5月初三", lunar(5, 3)),
        ("生日 阳历十月一日", solar(10, 1)),
    ],
)
def test_what_is_told_to_the_bot(text, when):
    assert read(text) == Told(SELF, "", when)
    assert hears(text) is not None


@pytest.mark.parametrize(
    ("text", "when", "year"),
    [
        ("生日 1990-5-20", MAY_20, 1990),
        ("生日 1990年5月20日", MAY_20, 1990),
        ("生日 90年5月20日", MAY_20, 1990),
        ("生日 19900520", MAY_20, 1990),
        ("生日 23.5.20", MAY_20, 2023),
        ("生日 1992-2-29", solar(2, 29), 1992),
        ("生日 农历1990年闰五月初一", lunar(5, 1, leap=True), 1990),
        ("生日 一九九〇年农历八月十五", MID_AUTUMN, 1990),
    ],
)
def test_a_year_may_be_told(text, when, year):
    assert read(text) == Told(SELF, "", when, year)


@pytest.mark.parametrize(
    ("text", "whose", "name", "when"),
    [
        ("生日 宠物 豆豆 3月5日", PET, "豆豆", MARCH_5),
        ("生日宠物豆豆3月5日", PET, "豆豆", MARCH_5),
        ("生日 狗 豆豆 3.5", PET, "豆豆", MARCH_5),
        ("生日 毛孩子 豆豆 3-5", PET, "豆豆", MARCH_5),
        ("生日 寵物 圓圓 3月5號", PET, "圓圓", MARCH_5),
        ("生日 宠物 3月5日", PET, "", MARCH_5),
        ("生日 猫小妹 3月5日", PET, "猫小妹", MARCH_5),
        ("生日 3月5日 宠物 豆豆", PET, "豆豆", MARCH_5),
        ("生日 宠物 蛋糕 3月5日", PET, "蛋糕", MARCH_5),
        ("生日 孩子 米粒 农历正月初一", CHILD, "米粒", lunar(1, 1)),
        ("生日 女儿 3月5日", CHILD, "", MARCH_5),
        ("生日 豆豆 3月5日", None, "豆豆", MARCH_5),
        ("生日 我家豆豆 3月5日", None, "豆豆", MARCH_5),
        ("生日 豆豆 改成3月5日", None, "豆豆", MARCH_5),
        ("生日 Lucky Boy 3月5日", None, "Lucky Boy", MARCH_5),
    ],
)
def test_pets_and_children(text, whose, name, when):
    assert read(text) == Told(whose, name, when)


@pytest.mark.parametrize(
    ("text", "whose", "name", "when"),
    [
        ("我生日是5月20号", SELF, "", MAY_20),
        ("我的生日农历八月十五", SELF, "", MID_AUTUMN),
        ("我的生日：农历 8月15", SELF, "", MID_AUTUMN),
        ("我5月20号生日", SELF, "", MAY_20),
        ("我是5月20日过生日", SELF, "", MAY_20),
        ("我是5月20号生日的", SELF, "", MAY_20),
        ("5月20号是我的生日呀~", SELF, "", MAY_20),
        ("我家豆豆3月5日生日", None, "豆豆", MARCH_5),
        ("豆豆的生日是3月5号", None, "豆豆", MARCH_5),
        ("3月5日是豆豆的生日", None, "豆豆", MARCH_5),
        ("我家狗豆豆3月5日生日", PET, "豆豆", MARCH_5),
        ("我家猫叫咪咪，生日是3月5日", PET, "咪咪", MARCH_5),
        ("我女儿米粒生日是10月1日", CHILD, "米粒", solar(10, 1)),
        ("我兒子生日是10月1日", CHILD, "", solar(10, 1)),
        ("狗狗的生日是6月1日", PET, "", solar(6, 1)),
    ],
)
def test_what_is_said_in_passing_is_not_sure(text, whose, name, when):
    assert read(text) == Told(whose, name, when, sure=False)
    # The command is given the sentence as its words, and reads it again behind its own.
    assert read(" ".join(("生日", *hears(text)))) == Told(whose, name, when, sure=False)


@pytest.mark.parametrize(
    ("text", "whose", "ahead"),
    [
        ("今天我生日", SELF, 0),
        ("我明天生日", SELF, 1),
        ("后天是我女儿生日", CHILD, 2),
        ("今天是我家豆豆的生日", None, 0),
    ],
)
def test_a_day_near_by_is_counted_from_the_day_it_is_said(text, whose, ahead):
    told = read(text)
    assert (told.whose, told.ahead, told.sure) == (whose, ahead, False)
    assert told.on(date(2026, 12, 31)) == [solar(12, 31), solar(1, 1), solar(1, 2)][ahead]


@pytest.mark.parametrize(
    ("text", "whose", "name", "ahead"),
    [
        ("生日 明天", SELF, "", 1),
        ("生日是今天", SELF, "", 0),
        ("生日 宠物 年糕 后天", PET, "年糕", 2),
        ("生日 寵物 年糕 後天", PET, "年糕", 2),
        ("生日 孩子 小宝 明天过", CHILD, "小宝", 1),
    ],
)
def test_a_day_near_by_may_be_told_to_the_bot_too(text, whose, name, ahead):
    """Such words were passed over in silence."""
    assert read(" ".join(("生日", *hears(text)))) == Told(whose, name, None, ahead=ahead)


@pytest.mark.parametrize("text", ["生日 宠物 汤圆", "生日 宠物", "生日 孩子 小宝"])
def test_who_forgets_the_day_is_told_how_it_is_done(text):
    assert read(" ".join(("生日", *hears(text)))) == Undated()


@pytest.mark.parametrize(
    ("text", "what", "month", "most"),
    [
        ("生日 2-30", "day", 2, 29),
        ("生日 4月31日", "day", 4, 30),
        ("生日 5月0日", "day", 5, 31),
        ("生日 13-1", "month", 13, 0),
        ("生日 0-5", "month", 0, 0),
        ("生日 农历七月三十一", "day", 7, 30),
        ("生日 农历十三月初一", "month", 13, 0),
        ("生日 1990-2-29", "leap_day", 2, 29),
        ("生日 宠物 豆豆 2月30日", "day", 2, 29),
        ("我生日2月30号", "day", 2, 29),
    ],
)
def test_impossible_dates_say_what_is_wrong(text, what, month, most):
    found = read(text)
    assert isinstance(found, Impossible)
    assert (found.what, found.month, found.most) == (what, month, most)
    assert hears(text) is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("生日", Show()),
        ("生日 取消", Cancel()),
        ("生日 删除 豆豆", Cancel(None, "豆豆")),
        ("生日 取消 宠物 豆豆", Cancel(PET, "豆豆")),
        ("生日 取消 我的", Cancel(SELF)),
        ("生日 取消 孩子", Cancel(CHILD)),
        ("生日 取消 全部", Cancel(everything=True)),
        ("取消豆豆的生日", Cancel(None, "豆豆")),
        ("生日 私聊", Choose(private=True)),
        ("生日 改成私聊祝福", Choose(private=True)),
        ("生日 群里", Choose(private=False)),
        ("生日 老公 5-20", Stranger("老公")),
        ("生日 我妈 5-20", Stranger("我妈")),
    ],
)
def test_other_orders(text, said):
    assert read(text) == said
    assert hears(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "生日快乐",
        "祝你生日快乐",
        "祝豆豆生日快乐🎂",
        "豆豆生日快乐",
        "豆豆今天生日快乐",
        "今天谁生日",
        "今天群主生日",
        "明天是小明的生日",
        "10月1日是祖国的生日",
        "生日蛋糕多少钱",
        "生日蛋糕5月20日能取吗",
        "生日派对 5月20日",
        "生日 5月20日 聚餐",
        "生日 5-20 有活动",
        "5月20日店里生日会有优惠",
        "我们店5月20日生日",
        "豆豆的生日是3月5号吗",
        "豆豆的生日是3月5号？",
        "我老公生日5-20",
        "我妈生日3月5日",
        "你生日是5月20吧",
        "我儿子5月1日生日，女儿6月1日生日",
        "生日 520",
        "生日 2026",
        "生日提醒",
        "生日聚餐明天",
        "生日 小明 明天",
        "生日宠物蛋糕",
        "生日月有什么福利",
        "我生日那天你在哪",
        "5月20日",
        "",
        "生日" + "好" * LONGEST,
    ],
)
def test_talk_is_not_heard(text):
    assert hears(text) is None
