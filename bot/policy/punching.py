"""What counts as a check-in: the word said as a statement, a photo, or both close together, on the room's own day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from bot.core.checkin import Campaign, Counts
from bot.core.message import MessageKind
from bot.policy.text import for_matching, visible

LONGEST = 60
"""In a longer text the word is part of a story."""
TOGETHER = timedelta(minutes=10)
"""A word and a photo belong together when they are no further apart than this."""
PHOTOS = frozenset({MessageKind.IMAGE, MessageKind.VIDEO})

_BARE = frozenset(
    {"打卡", "打卡打卡", "打卡了", "打卡啦", "打个卡", "来打卡", "来打卡了", "我来打卡", "我要打卡", "签到"}
)
_LONGEST_BARE = 40
"""With the bot's name before it, and flowers after it."""
_AROUND = re.compile(r"^(?:@\S+\s)?[\W_]*|[\W_]+$")

_QUOTED = "- - - - -"
_CLAUSE = re.compile(r"([^\s,，。.!！?？;；:：、…~～]+)([\s,，。.!！?？;；:：、…~～]*)")
# A gap before a particle, or after a short "no", ends no clause.
_NO_GAP = re.compile(r"\s+(?=(?:了|过)?(?:吗|么|没|呢|[?？]))|(?<=[别不没未])\s+")
_HARMLESS = re.compile(r"不间断|不断|不停|不落|不错|不久|不缺席|不见不散|忍不住|差点忘了?|没有?忘[了记]?|哪怕")
_ASKS = re.compile(
    r"怎么|怎样|咋|如何|什么|啥|哪|谁|几点|几号|几天|几次|多少|为何|能不能|可不可以|是不是|要不要|有没有"
)
_DENIES = re.compile(r"(?:别|不|没|未|勿|甭|忘|漏|错过|懒得|取消|停止|暂停|缺).{0,4}$|补$")
_ELSEWHEN = re.compile(
    r"(?:明天|明早|明晚|明儿|后天|下周|下次|下回|改天|回头|待会|等会|等下|等我|晚点|(?<!了)一会儿?|准备|打算|计划"
    r"|记得|提醒|催|昨天|昨日|昨晚|前天|上周|上次|上回|那天|你|他们).{0,6}$"
)
_CALLS = re.compile(
    r"(?:再|该|想|去|叫|喊|请|欢迎|快|(?:大家|各位)(?:快|都|要|可以|一起|记得)?)(?:来|去|我|大家|各位|一起)?$"
)
_DANGLES = re.compile(r"(?:了|过|啦|完|成功|完成)?(?:吗|么|没|没有|不|否|呢|吧|呗|嘛)$|.{0,5}(?:吗|么|了没|了没有)$")
_NAMES = re.compile(
    r"活动|群|表|规则|规矩|时间|奖|礼|有奖|有礼|有用|记录|日历|排行|榜|机|点(?!心)|地|圣地|胜地|的人|的时候|的话"
    r"|失败|不了|不上|截止|要(?:发|晒|拍|求)|就能|就有|才能|才有|需要|算|来得及|还来得及|前|系统|功能|赛|第几"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that may be a check-in: its campaign, the zone of the room's days, and whether it is a photo."""

    campaign: Campaign
    zone: ZoneInfo
    photo: bool


@dataclass(frozen=True, slots=True)
class Half:
    """One half of a check-in that takes a word and a photo."""

    at: datetime
    photo: bool


def claims(
    campaigns: Iterable[Campaign], kind: MessageKind, text: str, sent_at: datetime, zone: ZoneInfo
) -> tuple[Claim, ...]:
    """To which of a room's campaigns a message may be a check-in."""
    photo = kind in PHOTOS
    if not photo and (kind is not MessageKind.TEXT or len(text) > LONGEST):
        return ()
    able = [campaign for campaign in campaigns if _open(campaign, sent_at, zone)]
    if not able:
        return ()
    if photo:
        meant: Iterable[Campaign] = (campaign for campaign in able if campaign.counts is not Counts.WORD)
    else:
        meant = _called([campaign for campaign in able if campaign.counts is not Counts.PHOTO], text)
    return tuple(Claim(campaign, zone, photo) for campaign in meant)


def day_of(campaign: Campaign, at: datetime, zone: ZoneInfo) -> date | None:
    """The room's local day for which something done at that instant counts; None outside rhythm and span."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    late = campaign.closes != "" and clock >= campaign.closes
    if late or clock < campaign.opens or not campaign.counts_on(local.date()):
        return None
    return local.date()


def days_of(claim: Claim, at: datetime, others: Iterable[Half] = ()) -> frozenset[date]:
    """The days that a claim counts for. A word with a photo counts for the day of the first of the two."""
    campaign, zone = claim.campaign, claim.zone
    if campaign.counts is not Counts.BOTH:
        firsts = {at}
    else:
        firsts = {
            min(at, half.at) for half in others if half.photo is not claim.photo and abs(half.at - at) <= TOGETHER
        }
    return frozenset(day for day in (day_of(campaign, first, zone) for first in firsts) if day is not None)


def states(text: str, word: str) -> bool:
    """Whether a text says the word of something done now: no question, no denial, no plan, no call to others."""
    folded = _folded(word)
    if sum(char in text for char in word) * 2 < len(word):
        return False
    # Only a message's own words count, not those it answers to.
    own = visible(text).rpartition(_QUOTED)[2].strip("- \n")
    for found in _CLAUSE.finditer(_NO_GAP.sub("", own)):
        clause, end = for_matching(found[1]), found[2]
        before, said, after = clause.partition(folded)
        while said:
            if _stated(_HARMLESS.sub("", before), after, asked="?" in end or "？" in end):
                return True
            before, said, after = after.partition(folded)
    return False


def bare(text: str) -> bool:
    """Whether a text is nothing but a plain check-in, whatever the campaign's own word is."""
    if len(text) > _LONGEST_BARE:
        return False
    return _AROUND.sub("", visible(text)) in _BARE


def _open(campaign: Campaign, at: datetime, zone: ZoneInfo) -> bool:
    """Whether something said now may count; the first half of two may have been sent shortly before."""
    if day_of(campaign, at, zone) is not None:
        return True
    return campaign.counts is Counts.BOTH and day_of(campaign, at - TOGETHER, zone) is not None


def _called(campaigns: Sequence[Campaign], text: str) -> Iterable[Campaign]:
    """Whose word is said. A word inside another one that is said is not meant; a plain one means the only campaign."""
    said = [campaign for campaign in campaigns if states(text, campaign.word)]
    if not said and len(campaigns) == 1 and bare(text):
        return campaigns
    words = [campaign.word for campaign in said]
    return [campaign for campaign in said if not any(campaign.word in word and campaign.word != word for word in words)]


def _stated(before: str, after: str, *, asked: bool) -> bool:
    if _ASKS.search(before) or _ASKS.search(after[:6]) or (asked and len(after) <= 6):
        return False
    if _DENIES.search(before) or _ELSEWHEN.search(before) or _CALLS.search(before):
        return False
    return not (_DANGLES.match(after) or _NAMES.match(after))


@cache
def _folded(word: str) -> str:
    return for_matching(word)
