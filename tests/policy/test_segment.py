"""Segments: what an expression means, and what is said about one that means nothing."""

import re
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.profile import Profile
from bot.policy.segment import LIMIT, MOST_TERMS, Known, parse, read
from bot.policy.segment_term import SegmentError

CAT, DOG, BOTH, NOBODY = {"养猫"}, {"养狗"}, {"养猫", "养狗"}, frozenset[str]()


def tagged(tags: Collection[str]) -> Profile:
    return Profile(tags=frozenset(tags))


@pytest.mark.parametrize(
    ("text", "included", "left_out"),
    [
        ("all", [CAT, DOG, BOTH, NOBODY], []),
        ("tag:养猫", [CAT, BOTH], [DOG, NOBODY]),
        ("not tag:养狗", [CAT, NOBODY], [DOG, BOTH]),
        ("not not tag:养狗", [DOG, BOTH], [CAT, NOBODY]),
        ("tag:养猫 and tag:养狗", [BOTH], [CAT, DOG, NOBODY]),
        ("tag:养猫 or tag:养狗", [CAT, DOG, BOTH], [NOBODY]),
        ("not (tag:养猫 or tag:养狗)", [NOBODY], [CAT, DOG, BOTH]),
        ("(tag:养猫)", [CAT, BOTH], [DOG, NOBODY]),
        ("  tag:养猫  and(not tag:养狗)", [CAT], [DOG, BOTH, NOBODY]),
        ("tag:C++ or tag:a:b", [{"C++"}, {"a:b"}], [{"c++"}, {"a"}, NOBODY]),
        # `not` binds closest, then `and`, then `or`.
        ("not tag:养猫 and tag:养狗", [DOG], [CAT, BOTH, NOBODY]),
        ("tag:x or tag:养猫 and tag:养狗", [BOTH, {"x"}], [CAT, DOG]),
        ("tag:养狗 and tag:养猫 or tag:x", [BOTH, {"x"}], [CAT, DOG]),
        ("(tag:x or tag:养猫) and tag:养狗", [BOTH], [{"x"}, CAT, DOG]),
        # As people type it in Chinese: other words, other punctuation, no gaps.
        ("tag：养猫 且 非 tag：养狗", [CAT], [DOG, BOTH, NOBODY]),
        ("标签:养猫且标签:养狗", [BOTH], [CAT, DOG, NOBODY]),
        ("非（tag:养猫或tag:养狗）", [NOBODY], [CAT, DOG, BOTH]),
        ("TAG:养猫 AND NOT TAG:养狗", [CAT], [DOG, BOTH]),
        # In the middle of a name the same characters are letters.
        ("tag:而且养猫", [{"而且养猫"}], [CAT]),
        ("tag:养猫或养狗", [{"养猫或养狗"}], [CAT, DOG]),
        ("tag:非会员 or tag:非卖品", [{"非会员"}, {"非卖品"}], [{"会员"}]),
        ('tag:"爱 猫" and tag:「或 许」', [{"爱 猫", "或 许"}], [{"爱 猫"}]),
    ],
)
def test_who_belongs_to_it_by_tags(text: str, included: list[Collection[str]], left_out: list[Collection[str]]) -> None:
    segment = parse(text)
    assert [tags for tags in included if not segment.includes(tagged(tags))] == []
    assert [tags for tags in left_out if segment.includes(tagged(tags))] == []


@pytest.mark.parametrize(
    ("text", "included", "left_out"),
    [
        ("silent>=7d", [Profile(silent=7), Profile(silent=90)], [Profile(silent=6), Profile()]),
        ("silent >= 1w", [Profile(silent=7)], [Profile(silent=6)]),
        ("沉默≥７天", [Profile(silent=7)], [Profile(silent=6)]),
        ("silent<2周", [Profile(silent=13)], [Profile(silent=14)]),
        ("silent=3", [Profile(silent=3)], [Profile(silent=2), Profile(silent=4)]),
        ("joined<30d", [Profile(joined=29)], [Profile(joined=30)]),
        ("words>=100", [Profile(words=100)], [Profile(words=99)]),
        ("words30 > 9", [Profile(words30=10)], [Profile(words30=9, words=10)]),
        ("积分=>100", [Profile(points=100)], [Profile(points=99)]),
        ("spent>=500", [Profile(spent=50_000)], [Profile(spent=49_999)]),
        ("消费>=99.50元", [Profile(spent=9_950)], [Profile(spent=9_949)]),
        ("spent<=¥10", [Profile(spent=1_000)], [Profile(spent=1_001)]),
        ("下单==3次", [Profile(orders=3)], [Profile(orders=2)]),
        ("streak>=7", [Profile(streak=7)], [Profile(streak=6)]),
        ("birthday<=7d", [Profile(birthday=0), Profile(birthday=7)], [Profile(birthday=8), Profile(birthday=None)]),
        ("birthday>7d", [Profile(birthday=8)], [Profile(birthday=7), Profile(birthday=None)]),
        ("not birthday<=7d", [Profile(birthday=8), Profile(birthday=None)], [Profile(birthday=7)]),
        ("tier:VIP", [Profile(tier="vip")], [Profile(tier="超级vip"), Profile()]),
        ("tier:超级vip or 等级：普通", [Profile(tier="超级vip"), Profile(tier="普通")], [Profile(tier="vip")]),
        ("room:猫咪会客厅", [Profile(rooms=frozenset({"猫咪会客厅", "r1"}))], [Profile(rooms=frozenset({"r1"}))]),
        ("unsubscribed", [Profile(unsubscribed=True)], [Profile()]),
        ("已退订", [Profile(unsubscribed=True)], [Profile()]),
        ("非已退订", [Profile()], [Profile(unsubscribed=True)]),
        # Nobody has to set a tag for what is a state.
        ("tag:已退订", [Profile(unsubscribed=True)], [Profile()]),
        (
            "tag:敏感肌 and tier:vip and silent>=7d and not tag:已退订",
            [Profile(tags=frozenset({"敏感肌"}), tier="vip", silent=7)],
            [
                Profile(tags=frozenset({"敏感肌"}), tier="vip", silent=7, unsubscribed=True),
                Profile(tags=frozenset({"敏感肌"}), tier="vip", silent=6),
                Profile(tags=frozenset({"敏感肌"}), tier="普通", silent=7),
            ],
        ),
    ],
)
def test_who_belongs_to_it_by_facts(text: str, included: list[Profile], left_out: list[Profile]) -> None:
    segment = parse(text)
    assert [person for person in included if not segment.includes(person)] == []
    assert [person for person in left_out if segment.includes(person)] == []


def test_the_tags_it_mentions_and_the_facts_it_asks_for() -> None:
    assert parse("all").tags() == parse("all").asks() == frozenset()
    assert parse("not (tag:养猫 or tag:养狗) and tag:新手").tags() == {"养猫", "养狗", "新手"}
    assert parse("not (tag:养猫 or silent>=7d) and tier:vip and 已退订").asks() == {
        "tag",
        "silent",
        "tier",
        "unsubscribed",
    }


TERM = "all, tag:<name>, tier:<name>, silent>=7d or another term, not or ("


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"character 1: expected {TERM}"),
        ("   ", f"character 4: expected {TERM}"),
        ("everybody", f"character 1: expected {TERM}, found 'everybody'"),
        ("all:养猫", f"character 1: expected {TERM}, found 'all:养猫'"),
        ("养猫", f"character 1: expected {TERM}, found '养猫'"),
        ("tag:", "character 1: expected a tag's name after 'tag:', found 'tag:'"),
        ("tag: 养猫", "character 1: expected a tag's name after 'tag:', found 'tag:'"),
        ("not tag", f"character 5: expected {TERM}, found 'tag'; did you mean 'tag:'?"),
        ("tag:养猫 tag:养狗", "character 8: expected 'and', 'or' or the end, found 'tag:养狗'"),
        ("tag:养猫 not tag:养狗", "character 8: expected 'and', 'or' or the end, found 'not'"),
        ("tag:养猫 和 tag:养狗", "character 8: expected 'and', 'or' or the end, found '和'"),
        ("tag:养猫 and", f"character 11: expected {TERM}"),
        ("tag:养猫 and or tag:养狗", f"character 12: expected {TERM}, found 'or'"),
        ("or tag:养猫", f"character 1: expected {TERM}, found 'or'"),
        ("(tag:养猫", "character 8: expected ')', 'and' or 'or'"),
        ("(tag:养猫 tag:养狗)", "character 9: expected ')', 'and' or 'or', found 'tag:养狗'"),
        ("（tag:养猫", "character 8: expected ')', 'and' or 'or'"),
        ("tag:养猫)", "character 7: expected 'and', 'or' or the end, found ')'"),
        ("()", f"character 2: expected {TERM}, found ')'"),
        ("(" * (LIMIT + 1), f"character {LIMIT + 1}: expected at most {LIMIT} characters"),
        ("silnt>=7d", f"character 1: expected {TERM}, found 'silnt>=7d'; did you mean 'silent'?"),
        ("tga:养猫", f"character 1: expected {TERM}, found 'tga:养猫'; did you mean 'tag'?"),
        ("silent", f"character 1: expected {TERM}, found 'silent'; did you mean 'silent>=7'?"),
        ("tier>=3", f"character 1: expected {TERM}, found 'tier>=3'; did you mean 'tier:'?"),
        ("silent>=seven", "character 9: expected a number of days such as 7d or 2w, found 'seven'"),
        ("silent>=7m", "character 9: expected a number of days such as 7d or 2w, found '7m'"),
        ("silent>=", "character 9: expected a number of days such as 7d or 2w"),
        ("tag:猫 and points>=many", "character 19: expected a whole number, found 'many'"),
        ("points>=-1", "character 9: expected a whole number, found '-1'"),
        ("spent>=1.234", "character 8: expected an amount in yuan such as 500, found '1.234'"),
        ("segment:vip", "character 1: expected an expression written out, found 'segment:vip'"),
    ],
)
def test_a_fault_says_where_and_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        parse(text)


def test_names_that_do_not_exist_are_told_with_the_nearest_one() -> None:
    known = Known(tiers=("超级VIP", "VIP", "普通"), rooms=("猫咪会客厅", "r1@chatroom"), saved={"老客": "orders>=3"})
    assert read("tier:vip and room:猫咪会客厅 and segment:老客", known).includes(
        Profile(tier="vip", rooms=frozenset({"猫咪会客厅"}), orders=3)
    )
    for text, at, found, near in (
        ("tier:vpi", 6, "vpi", "VIP"),
        ("tier:金牌", 6, "金牌", ""),
        ("all and room:猫咪会客听", 14, "猫咪会客听", "猫咪会客厅"),
        ("segment:老课", 9, "老课", "老客"),
    ):
        with pytest.raises(SegmentError) as error:
            read(text, known)
        assert (error.value.at, error.value.found, error.value.near) == (at, found, near)


def test_saved_segments_stand_for_what_they_were_saved_as() -> None:
    saved = {"老客": "orders>=3 or tier:vip", "冷下来": "segment:老客 and silent>=7d"}
    segment = read("not segment:冷下来", Known(saved=saved))
    assert not segment.includes(Profile(orders=3, silent=7))
    # What was saved keeps together, whatever binds closer in it.
    assert segment.includes(Profile(orders=3, silent=6))
    assert segment.asks() == {"orders", "tier", "silent"}


def test_a_segment_that_contains_itself_is_refused() -> None:
    saved = {"甲": "segment:乙", "乙": "not segment:甲"}
    with pytest.raises(SegmentError, match="does not contain itself"):
        read("segment:甲", Known(saved=saved))


def test_segments_that_multiply_are_refused() -> None:
    saved = {f"s{n}": f"segment:s{n + 1} or segment:s{n + 1}" for n in range(60)} | {"s60": "all"}
    with pytest.raises(SegmentError, match=f"at most {MOST_TERMS} terms"):
        read("segment:s0", Known(saved=saved))
    assert read("segment:s54", Known(saved=saved)).includes(Profile())


def test_the_deepest_expression_can_be_read() -> None:
    depth = (LIMIT - len("all")) // 2
    assert parse("(" * depth + "all" + ")" * depth).includes(Profile())
    assert parse("not " * 48 + "tag:x").includes(tagged({"x"}))


WORDS = st.sampled_from(["all", "tag:a", "tag:b", "tag:", "not", "and", "or", "(", ")", "x"])


@given(st.lists(WORDS, max_size=12), st.sets(st.sampled_from(["a", "b"])))
def test_it_means_what_the_same_words_mean_in_python(words: list[str], tags: set[str]) -> None:
    """Python's own grammar is the oracle, for what is refused as for what is included."""
    python = {"all": "True", "tag:a": str("a" in tags), "tag:b": str("b" in tags), "tag:": "?", "x": "?"}
    source = " ".join(python.get(word, word) for word in words)
    try:
        meant = eval(source) if "( )" not in source else None  # the empty tuple is Python's alone
    except (SyntaxError, TypeError):
        meant = None
    try:
        said = parse(" ".join(words)).includes(tagged(tags))
    except ValueError:
        said = None
    assert said == meant


@given(st.text(st.sampled_from('tag:且或非()（）>=≥<7d天积分silent已退订"「」 　and养猫'), max_size=40))
def test_whatever_is_typed_is_read_or_told_by_its_place(text: str) -> None:
    at = 1
    try:
        parse(text)
    except SegmentError as error:
        at = error.at
    assert 1 <= at <= len(text) + 1
