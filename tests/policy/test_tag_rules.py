"""The tag matcher, on rules made for the test."""

from datetime import timedelta

import pytest

from bot.policy.tag_rules import TagRule, TagRules, Voices, duplicated

NO = ("不是", "没有", "邻居")
CAT = TagRule("cat", "养猫", ("猫", "布偶"), "说到猫", NO, excludes=("熊猫", "猫腻"))
DOLL = TagRule("doll", "布偶", ("布偶",), "说到布偶", (), implies=("长毛",))
FOOD = TagRule("food", "猫粮", ("猫粮",), "说到猫粮", (), expires=timedelta(days=9))
RULES = TagRules([CAT, DOLL, FOOD], negation_window=3)


def tags(text: str, rules: TagRules = RULES) -> list[str]:
    return [hit.tag for hit in rules.match(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我有猫", ["养猫"]),
        ("布偶很乖", ["养猫", "布偶", "长毛"]),
        ("猫和布偶和猫", ["养猫", "布偶", "长毛"]),
        ("我不是养猫的", []),
        ("不是猫", []),
        ("不是，猫是我的", ["养猫"]),
        ("没有。猫是我的", ["养猫"]),
        ("没有！猫是我的", ["养猫"]),
        ("没有\n猫是我的", ["养猫"]),
        ("没有啊啊啊猫是我的", ["养猫"]),
        ("邻居的猫", []),
        ("猫不是我的", ["养猫"]),
        ("大熊猫", []),
        ("有猫腻", []),
        ("熊猫和猫", ["养猫"]),
        ("不是布偶", ["布偶", "长毛"]),
        ("猫粮", ["猫粮"]),
        ("貓", ["养猫"]),
        ("佈偶", ["养猫", "布偶", "长毛"]),
        ("没有貓", []),
        ("沒有貓", []),
        ("布\u200b偶", ["养猫", "布偶", "长毛"]),
        ("布 偶", ["养猫", "布偶", "长毛"]),
        ("布*偶", ["养猫", "布偶", "长毛"]),
        ("布\n偶", []),
        ("没 有 猫", []),
        ("", []),
        ("\u200b", []),
    ],
)
def test_which_tags_a_text_earns(text: str, expected: list[str]) -> None:
    assert tags(text) == expected


def test_a_line_end_ends_a_clause() -> None:
    """A line end between Chinese characters was once removed, and the line above negated the one below."""
    assert tags("没有\n猫") == ["养猫"]


def test_a_hit_carries_its_rule_and_the_word_that_met_it() -> None:
    hit = RULES.match("我家有貓")[0]
    assert (hit.rule, hit.word) == (CAT, "猫")
    implied = RULES.match("布偶")[-1]
    assert (implied.tag, implied.rule, implied.word) == ("长毛", DOLL, "布偶")


def test_words_exclusions_and_negations_may_be_written_in_any_form() -> None:
    """Negations were once compared as written, so traditional or full-width ones never met anything."""
    rules = TagRules([TagRule("a", "猫", ("貓", "ＣＡＴ"), "", ("沒有", "ＮＯ"), excludes=("熊貓",))])
    assert tags("猫", rules) == ["猫"]
    assert tags("cat", rules) == ["猫"]
    assert tags("熊猫", rules) == []
    assert tags("没有猫", rules) == []
    assert tags("no cat", rules) == []


def test_the_window_counts_characters_before_the_word() -> None:
    rule = TagRule("a", "猫", ("猫",), "", ("没有",))
    assert tags("没有甲猫", TagRules([rule], negation_window=3)) == []
    assert tags("没有甲乙猫", TagRules([rule], negation_window=3)) == ["猫"]
    assert tags("没有猫", TagRules([rule], negation_window=0)) == ["猫"]


def test_without_rules_nothing_is_earned() -> None:
    assert TagRules([]).match("猫") == ()


def test_ids_that_stand_on_several_rules_are_named() -> None:
    assert list(duplicated([CAT, DOLL, CAT])) == ["cat"]
    assert list(duplicated([CAT, DOLL])) == []


VOICES = Voices(
    others=("鄰居", "朋友"), ours=("我家", "送我", "小朋友"), relayed=("朋友托我问",), myself=("我都", "我自己")
)
FUR = TagRule("fur", "掉毛", ("掉毛",), "", ("没",), of_animals=True)
TALK = TagRules([CAT, FUR], negation_window=4, voices=VOICES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("邻居养了一只很大很大的猫", []),
        ("邻居来了，猫躲起来", ["养猫"]),
        ("邻居送我一只猫", ["养猫"]),
        ("我家邻居有猫", []),
        ("小朋友喜欢猫", ["养猫"]),
        ("朋友托我问，猫掉毛怎么办", []),
        ("猫掉毛，朋友托我问", ["养猫", "掉毛"]),
        ("這兩天朋友的貓", []),
        ("我都掉毛了", []),
        ("我掉毛", []),
        ("我都给它梳了还掉毛", ["掉毛"]),
        ("我都看它掉毛", ["掉毛"]),
        ("我自己的猫", ["养猫"]),
        ("有没有掉毛的", ["掉毛"]),
        ("有沒有掉毛的", ["掉毛"]),
        ("没掉毛", []),
        ("没有没掉毛", []),
    ],
)
def test_words_about_others_and_about_oneself_count_for_nothing(text: str, expected: list[str]) -> None:
    assert tags(text, TALK) == expected


def test_somebody_named_far_back_in_the_clause_is_found() -> None:
    assert tags("邻居" + "很" * 15 + "猫", TALK) == []
    assert tags("邻居" + "很" * 30 + "猫", TALK) == ["养猫"]
