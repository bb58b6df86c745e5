"""Reads out of a few words whose birthday is meant: the speaker's own, a pet's, a child's, or none that is kept."""

from __future__ import annotations

import re

from bot.core.birthday import Whose

SIMPLE = str.maketrans(
    "農曆陰舊陽國臘閏號寵貓兒寶孫刪裡裏單獨後們個過這隻爺媽", "农历阴旧阳国腊闰号宠猫儿宝孙删里里单独后们个过这只爷妈"
)
"""The traditional characters in words about birthdays; names keep theirs."""

LONGEST_NAME = 16

_CHILD = (
    "小朋友",
    "小孩子",
    "小孩",
    "孩子",
    "女儿",
    "儿子",
    "闺女",
    "宝宝",
    "宝贝",
    "丫头",
    "女宝",
    "男宝",
    "娃娃",
    "娃",
)
_PET = (
    "毛孩子",
    "毛孩",
    "宠物",
    "狗狗",
    "狗子",
    "小狗",
    "猫咪",
    "猫猫",
    "小猫",
    "主子",
    "兔子",
    "兔兔",
    "仓鼠",
    "鹦鹉",
    "狗",
    "猫",
)
KINDS = {**dict.fromkeys(_CHILD, Whose.CHILD), **dict.fromkeys(_PET, Whose.PET)}
"""The words for a pet or a child; longer ones come before those they begin with."""

_SELF = frozenset({"", "我", "我的", "我自己", "我自己的", "自己", "俺", "本人", "我本人"})
_WHO = re.compile(
    r"(?:(?P<owner>我们家|咱们家|我家|咱家|俺家|家里|我们|我|俺)(?P<of>里?的|里|那只|这只)?\s*)?"
    rf"(?:(?P<kind>{'|'.join(KINDS)})(?P<gap>\s*(?:名字?叫|叫|[:,])\s*|\s*))?(?P<name>.*)"
)
_NAME = re.compile(r"[^\W\d_](?:[\w'’·&-]|(?<=[a-zA-Z]) (?=[a-zA-Z]))*")
_RELATIVES = re.compile(
    "老公|老婆|先生|太太|爱人|对象|男友|女友|爸|妈|爷|奶|姥|外婆|外公|公公|婆婆|岳|哥|姐|弟|妹|叔|姑|姨|舅|婶|嫂|侄"
    "|朋友|闺蜜|同事|同学|老师|老板|店长|店主|群主|客户"
)
_TALK = re.compile(
    "谁|什么|啥|哪|几|他|她|它|你|您|我|自己|别人|人家|大家|会员|顾客|蛋糕|礼物|快乐|优惠|活动|派对|聚会|祝|庆|公司|品牌|店里"
    "|祖国|中国|国家|建党|学校|医院|医生|没有|不|是|在|有|要|去|吃|买|送|了|吗|呢|今天|今日|明天|后天|每年|提醒|登记|取消|删"
)
"""Words of which a sentence is made rather than a name; with the kind said (宠物 蛋糕) they may be one all the same."""


def whose(said: str) -> tuple[Whose | None, str] | None:
    """Whose, and by which name; the first is None where the words leave open what sort of being that is.

    None in all for people for whom no birthdays are kept, and for what is no name.
    """
    said = said.strip(" ,:").removesuffix("的").strip(" ,:")
    simple = said.translate(SIMPLE)
    if simple in _SELF:
        return Whose.SELF, ""
    found = _WHO.fullmatch(simple)
    if found is None:
        return None
    kind, name = found["kind"], said[found.start("name") :].strip(" ,:")
    if kind:
        part_of_name = len(kind) == 1 and not found["gap"] and not found["owner"]
        name = said if part_of_name else name  # 猫小妹 is called so.
        return (KINDS[kind], name) if not name or _named(name) else None
    if not _named(name) or _TALK.search(simple[found.start("name") :]) or stranger(name):
        return None
    # 我家豆豆 and 我的豆豆 are theirs, 我豆豆 is the beginning of something else.
    if found["owner"] in {"我", "俺", "我们"} and not found["of"]:
        return None
    return None, name


def stranger(said: str) -> bool:
    """Whether the words name somebody for whom no birthday is kept, such as a friend or a husband."""
    return len(said) <= LONGEST_NAME and _RELATIVES.search(said.translate(SIMPLE)) is not None


def _named(name: str) -> bool:
    return len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None
