"""What a message of the staff counts as: promotion, another post, or talk."""

import tomllib
from pathlib import Path

import pytest

from bot.core.message import MessageKind
from bot.core.post import PostKind
from bot.policy.staff_post import classify, sounds_like_promo

VALUE, INTERACTIVE, PROMO = PostKind.VALUE, PostKind.INTERACTIVE, PostKind.PROMO
WORLD = Path(__file__).parents[2] / "templates/demo/world.toml"

TABLE = [
    # Prices, in all the ways they are written.
    ("豆腐猫砂今天¥29.9", PROMO),
    ("猫砂￥２９", PROMO),
    ("冻干99元一桶", PROMO),
    ("冻干九十九元一桶", PROMO),
    ("冻干99块", PROMO),
    ("冻干99块一桶，要的说", PROMO),
    ("冻干99块钱", PROMO),
    ("洗澡十块钱", PROMO),
    ("猫粮8折", PROMO),
    ("猫粮八折啦", PROMO),
    ("猫粮8.5折", PROMO),
    ("猫粮 85 折", PROMO),
    ("全场对折", PROMO),
    ("满100减20", PROMO),
    ("满 200 元送 30", PROMO),
    ("原价和现在差不少呢", PROMO),
    ("现价很划算", PROMO),
    ("到手价问我", PROMO),
    ("驱虫药 RMB 68", PROMO),
    # Promo words, in full width, traditional script and with gaps as well.
    ("今晚有优惠", PROMO),
    ("今晚有優惠", PROMO),
    ("今晚有优 惠", PROMO),
    ("今晚有优\u200b惠", PROMO),
    ("明天促销", PROMO),
    ("特价猫条", PROMO),
    ("八点秒杀", PROMO),
    ("拼团还差两位", PROMO),
    ("團購開始了", PROMO),
    ("可以下单了", PROMO),
    ("限时两小时", PROMO),
    ("折扣看小程序", PROMO),
    ("买一送一", PROMO),
    ("買二贈一", PROMO),
    ("店里赠品还有", PROMO),
    ("领券更便宜", PROMO),
    ("会员包邮", PROMO),
    # Links and cards.
    ("看这里 https://shop.example.com/a", PROMO),
    ("WWW.EXAMPLE.COM/1", PROMO),
    ("#小程序://毛球家/abc", PROMO),
    ("复制打开￥AbCd1234￥", PROMO),
    ("@所有人 今晚猫砂8折", PROMO),
    ("@all 今晚猫砂8折", PROMO),
    # Talk: short, and without a mark.
    ("好的", None),
    ("晚上好呀", None),
    ("我问问店里，稍等", None),
    ("明天十点开门", None),
    ("", None),
    ("   ", None),
    ("2026元旦快乐", None),
    ("正月十五元宵节快乐", None),
    ("每次喂两块鸡胸肉就够", None),
    ("一天给2块冻干，别多", None),
    ("那只折耳猫别再繁育了", None),
    ("一波三折，总算退烧了", None),
    ("别折腾它了", None),
    ("邮箱是 zhou@maoqiu.com", None),
    # Replies, whatever they are about.
    ("@小满\u2005驱虫药99元，来店里拿", None),
    ("＠小满 8折给您", None),
    ("给您算8折 @小满", None),
    ("「小满：这个多少钱」\n- - - - - - - - - - - - - - -\n99元", None),
    ("「小满：这个多少钱」\n———————————\n今天优惠，八折", None),
    # Commands.
    ("/post promo/sand", None),
    ("／计划 7", None),
    # Posts of some length without a mark.
    (
        ("换季的时候很多猫咪会掉毛，每天梳五分钟比一周梳一次管用，"
        "先顺毛再逆毛，梳完给一小勺化毛膏，坚持两周就能看到变化。"),
        VALUE,
    ),
    (
        ("今天说说幼犬社会化：三到十四周是黄金期，每周让它认识三"
        "样新东西，声音、地面、陌生人都算，吓到了就退一步再来。"),
        VALUE,
    ),
    (
        ("換季的時候很多貓咪會掉毛，每天梳五分鐘比一週梳一次管用，"
        "先順毛再逆毛，梳完給一小勺化毛膏，堅持兩週就能看到變化。"),
        VALUE,
    ),
    (
        ("打卡第一天：今晚给毛孩子刷一次牙，刷完在群里说一声"
        "，哪怕只刷了门牙也算数，坚持七天的朋友我们一起夸它。"),
        INTERACTIVE,
    ),
    (
        ("周末想组织一次公园遛狗，地点在滨江步道，早上八点半集"
        "合，想来的请接龙，写上狗狗的名字和体型，我们好分组。"),
        INTERACTIVE,
    ),
    (
        ("给店里新来的小橘猫起名字，大家在下面投票：一号汤圆，"
        "二号柿子，三号板栗，明晚八点公布结果，票最多的就是它。"),
        INTERACTIVE,
    ),
    (
        ("换粮这件事大家都踩过坑吧，有的拉稀，有的干脆绝食，我"
        "家那只足足闹了三天，各位家里的毛孩子都是怎么换过来的？"),
        INTERACTIVE,
    ),
    (
        ("今天降温，家里的毛孩子都窝在哪里睡觉呢，来晒一张它"
        "的睡姿，越奇怪越好，明天我们挑一张做群里的封面照片。"),
        INTERACTIVE,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), TABLE)
def test_a_message_of_the_staff(text: str, kind: PostKind | None) -> None:
    assert classify(text, MessageKind.TEXT, mentions=False) is kind


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(TABLE) >= 60
    assert {kind for _, kind in TABLE} == {VALUE, INTERACTIVE, PROMO, None}


def test_what_the_owner_of_the_demo_says_to_customers_are_replies() -> None:
    world = tomllib.loads(WORLD.read_text(encoding="utf-8"))
    control = next(room["id"] for room in world["room"] if "运营" in room["topic"])
    lines = [
        line for line in said(world) if line.get("who") == "wxid_zhoulan" and line.get("room") not in {None, control}
    ]
    assert len(lines) >= 7
    for line in lines:
        assert classify(line["text"], MessageKind.TEXT, bool(line.get("mentions"))) is None, line["text"]
        assert classify(line["text"], MessageKind.TEXT, mentions=False) is None, line["text"]


def said(tree: object) -> list[dict[str, str]]:
    if isinstance(tree, dict):
        return [tree] if "text" in tree and "who" in tree else [line for part in tree.values() for line in said(part)]
    return [line for part in tree for line in said(part)] if isinstance(tree, list) else []


def test_a_mention_the_platform_reports_makes_a_reply_unless_everybody_is_meant() -> None:
    assert classify("猫粮8折，给您留了", MessageKind.TEXT, mentions=True) is None
    assert classify("@所有人 猫粮8折", MessageKind.TEXT, mentions=True) is PROMO
    assert classify("@所有人 @小满 猫粮8折", MessageKind.TEXT, mentions=True) is None


@pytest.mark.parametrize("kind", [MessageKind.LINK, MessageKind.MINI_PROGRAM])
def test_a_card_is_promotion(kind: MessageKind) -> None:
    assert classify("", kind, mentions=False) is PROMO


@pytest.mark.parametrize(
    "kind", [kind for kind in MessageKind if kind not in {MessageKind.LINK, MessageKind.MINI_PROGRAM}]
)
def test_what_has_no_words_is_no_post(kind: MessageKind) -> None:
    assert classify("", kind, mentions=False) is None


def test_a_pictures_own_description_is_no_text() -> None:
    xml = '<?xml version="1.0"?><msg><img cdnurl="http://example.com/1" length="99" /></msg>' * 2
    assert classify(xml, MessageKind.IMAGE, mentions=False) is None
    assert classify("今晚8折", MessageKind.IMAGE, mentions=False) is PROMO


@pytest.mark.parametrize("kind", [MessageKind.AUDIO, MessageKind.RED_ENVELOPE, MessageKind.CHAT_HISTORY])
def test_other_kinds_are_no_posts_whatever_they_carry(kind: MessageKind) -> None:
    assert classify("今晚8折 https://example.com", kind, mentions=False) is None


def test_forty_characters_make_a_post() -> None:
    assert classify("毛" * 39, MessageKind.TEXT, mentions=False) is None
    assert classify("毛" * 40, MessageKind.TEXT, mentions=False) is VALUE


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("今晚猫砂８折", "8折"),
        ("原价99元，现价68元", "原价"),
        ("滿100減20", "满100减"),
        ("上 HTTPS://Shop.cn/A 看", "https://shop.cn/a"),
        ("換季聊聊濕疹", ""),
        ("", ""),
    ],
)
def test_the_mark_that_was_found_is_named(text: str, mark: str) -> None:
    assert sounds_like_promo(text) == mark
