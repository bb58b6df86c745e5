"""How members say that they want to be left alone, forgotten, or known again."""

import pytest

from bot.policy.own_say import firmly, wants_news, wants_oblivion, wants_quiet, wants_to_be_known

READERS = (wants_quiet, wants_news, wants_oblivion, wants_to_be_known)


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (wants_quiet, "退订"),
        (wants_quiet, "TD"),
        (wants_quiet, "ｔｄ"),
        (wants_quiet, "我要退订！"),
        (wants_quiet, "不想收到了"),
        (wants_quiet, "不想再收到了"),
        (wants_quiet, "别再@我"),
        (wants_quiet, "别 再 @ 我 了"),
        (wants_quiet, "別再@我了，謝謝"),
        (wants_quiet, "不要再艾特我了"),
        (wants_quiet, "别再打扰我了"),
        (wants_quiet, "Unsubscribe"),
        (wants_news, "订阅"),
        (wants_news, "恢復訂閱"),
        (wants_news, "恢复订阅吧"),
        (wants_oblivion, "忘记我"),
        (wants_oblivion, "忘了我吧"),
        (wants_oblivion, "删除我的记录"),
        (wants_oblivion, "Forget me"),
        (wants_to_be_known, "记住我"),
        (wants_to_be_known, "記住我吧"),
    ],
)
def test_what_is_understood(reader, said):
    assert [item(said) for item in READERS] == [() if item is reader else None for item in READERS]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "怎么退订啊",
        "退订短信好烦",
        "快递不想收到了",
        "别忘记我的生日",
        "你忘记我说的话了",
        "忘记我的密码了",
        "记住我家狗的名字",
        "别再@她了",
        "不要再发了",
        "可以@我",
        "记得我吗",
        "打扰了",
        "吧",
        "谢谢",
        "td" * 10,
    ],
)
def test_what_is_only_talk(said):
    assert [item(said) for item in READERS] == [None] * 4


@pytest.mark.parametrize("said", ["是的", "是的。", "确定", "對的", "YES"])
def test_a_firm_yes(said):
    assert firmly(said)


@pytest.mark.parametrize("said", ["好的", "嗯嗯", "可以", "ok", "行"])
def test_a_yes_that_may_be_meant_for_somebody_else(said):
    assert not firmly(said)
