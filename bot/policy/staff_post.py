"""What a message of the staff counts as in a customer room: promotion, another post, or plain talk."""

from __future__ import annotations

import re

from bot.core.message import MessageKind
from bot.core.post import PostKind
from bot.policy.mention import is_command
from bot.policy.text import for_matching, visible

SHORT = 40
"""Characters below which a message without any mark of promotion is talk, not a post."""

_CARDS = frozenset({MessageKind.LINK, MessageKind.MINI_PROGRAM})
_WORDED = frozenset({MessageKind.TEXT, MessageKind.POST, MessageKind.IMAGE, MessageKind.VIDEO})
_MARKUP = re.compile(r"\s*<(\?xml|msg\b)")
"""Some gateways put a picture's own description where its words would be."""

_EVERYBODY = re.compile(r"@(所有人|全体成员|全体|大家|all\b|everyone\b)")
_MENTION = re.compile(r"(?<![a-z0-9._%+-])@[^\s@]")
_QUOTE = re.compile(r"\s*「.*」\s*[-—–_\s]{5,}", re.DOTALL)

_DIGIT = "一二两三四五六七八九十百千"
_LINK = re.compile(r"https?://\S+|\bwww\.\S+|#?小程序://\S+|\b[a-z0-9-]+\.(?:com|cn|shop|top|net)(?:/\S*)?|¥\w{6,}¥")
_MAIL = re.compile(r"[\w.%+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
_PRICES = (
    re.compile(r"(?:[¥$]|rmb|cny)\s*\d+(?:\.\d+)?"),
    re.compile(rf"(?:\d+(?:\.\d+)?|[{_DIGIT}]+)\s*元(?![旦宵素月])"),
    re.compile(rf"(?:\d+(?:\.\d+)?|[{_DIGIT}]+)\s*块\s*钱"),
    # "每次两块鸡肉" is no price: after a price comes an end, or what one gets for it.
    re.compile(r"\d+(?:\.\d+)?\s*块(?=$|[^\w\s]|\s|[一两二三]|\d|[包就起到带拿能的/]|每|以)"),
    re.compile(r"(?<![波百\d.])(?:[1-9](?:\.?\d)?|[一二三四五六七八九]{1,2}|对)\s*折(?![腾叠耳断回返射磨痕])"),
    re.compile(r"满\s*\d+\s*(?:元|块)?\s*(?:立?减|送|赠|返|打)"),
    re.compile(r"买\s*[\d一二两三四五六七八九十]+\s*[送赠]"),
    re.compile(r"[送赠][\d一二两三][次份袋包罐瓶张条件个]"),
)
_WORDS = re.compile(
    "优惠|促销|大促|特价|特惠|秒杀|拼团|团购|开团|下单|抢购|开抢|限时|限量|折扣|打折|折后|满减|立减|直降|赠|券"
    "|原价|现价|到手价|活动价|会员价|福利价|团购价|内购价|半价|包邮|清仓|甩卖|预售|定金|粉丝福利|群福利|捡漏|返现|尾货"
)
_CALL = re.compile(
    "打卡|接龙|投票|扣[1一个]|报名|举手|留言|评论区|猜一?猜|有奖竞猜|晒(?:一?晒|出|图|照|娃|单|猫|狗|你|自家|家里|毛孩子)"
    "|来晒|[说讲聊][说讲聊](?:你|它|看|怎么)|也说说|报上来|发[出上]来|接一下|发(?:到|在)群里|回复(?:数字|关键词)?[\\d一二三abc]"
)
_QUESTION = re.compile(r"(?:\?|吗)[\s!~。.…]*(?:[^\w\s]|\s)*$")


def classify(text: str, kind: MessageKind, mentions: bool) -> PostKind | None:
    """The kind of post it is, None for a reply, a command, short talk, or a picture without words.

    `mentions` says that the platform reports somebody mentioned; calling everybody is no mention.
    """
    if kind in _CARDS:
        return PostKind.PROMO
    said = visible(text).strip()
    if kind not in _WORDED or not said or _MARKUP.match(said) or _is_reply(said, mentions) or is_command(said):
        return None
    if sounds_like_promo(said):
        return PostKind.PROMO
    if len(said) < SHORT:
        return None
    folded = for_matching(said)
    return PostKind.INTERACTIVE if _CALL.search(folded) or _QUESTION.search(folded) else PostKind.VALUE


def sounds_like_promo(text: str) -> str:
    """The first price, purchase link or promo word in the text, in folded form; "" if there is none."""
    folded = for_matching(text)
    found = _LINK.search(_MAIL.sub(" ", folded))
    if found is None:
        hits = [hit for pattern in (*_PRICES, _WORDS) if (hit := pattern.search(folded))]
        found = min(hits, key=lambda hit: hit.start(), default=None)
    return found.group() if found else ""


def _is_reply(said: str, mentions: bool) -> bool:
    folded = for_matching(said)
    to_all = _EVERYBODY.search(folded) is not None
    named = _MENTION.search(_EVERYBODY.sub("", folded)) is not None
    return named or (mentions and not to_all) or _QUOTE.match(said) is not None
