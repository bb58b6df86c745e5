"""Somebody's id and names are struck out of texts, and nobody else's words with them."""

import pytest

from bot.policy.traces import Traces, mentioned_as

AJIAO = Traces("wxid_ajiao").called(["阿椒", "Li"])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("@阿椒\u2005你好", "@•••\u2005你好"),
        ("问问阿椒吧", "问问•••吧"),
        ("li, Li 和 LI", "•••, ••• 和 •••"),
        ("Life is long, Ali", "Life is long, Ali"),
        ("/member forget wxid_ajiao yes", "/member forget ••• yes"),
        ("birthday:wxid_ajiao:2026", "birthday:•••:2026"),
        ("wxid_ajiao2 是别人", "wxid_ajiao2 是别人"),
        ("什么都没有", "什么都没有"),
    ],
)
def test_what_is_struck(said, left):
    assert AJIAO.strike(said) == left


def test_a_name_of_one_character_is_struck_only_where_it_is_mentioned():
    traces = Traces("wxid_x").called(["花"])
    assert traces.strike("@花 这朵花\u2005@花\u2005真好 @花花") == "@••• 这朵花\u2005@•••\u2005真好 @花花"


def test_the_longest_name_is_struck_first():
    assert Traces("x1").called(["小满", "小满妈"]).strike("小满妈来了，小满也来了") == "•••来了，•••也来了"


def test_a_name_is_struck_as_it_is_shown_too():
    """Invisible characters and what is beyond 24 characters are not shown."""
    long = "长" * 30
    traces = Traces("x1").called(["阿\u200b椒", long])
    assert traces.strike(f"阿椒和{'长' * 24}…") == "•••和•••…"


def test_json_is_struck_in_keys_and_values_and_lists_lose_the_id():
    held = {"wxid_ajiao": 1, "items": [{"who": "阿椒", "n": 2}], "ids": ["wxid_ajiao", "wxid_b"], "at": None}
    left = {"•••": 1, "items": [{"who": "•••", "n": 2}], "ids": ["wxid_b"], "at": None}
    assert AJIAO.strike_in(held) == left


def test_words_that_are_everybodys_are_no_traces():
    assert AJIAO.without({"阿椒", "li"}).names == ()


def test_files_are_searched_for_what_json_makes_of_a_name():
    assert "阿椒".encode() in AJIAO.forms()
    assert b"\\u963f\\u6912" in AJIAO.forms()


@pytest.mark.parametrize(
    ("text", "name"),
    [("@阿 椒\u2005你好", "阿 椒"), ("@阿椒 你好", ""), ("@a\u2005@b\u2005", ""), ("你好", "")],
)
def test_what_a_mentioned_person_is_called(text, name):
    assert mentioned_as(text) == name
