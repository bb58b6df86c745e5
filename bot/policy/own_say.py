"""The few sentences with which members say that they want to hear nothing more, be forgotten, or come back."""

from __future__ import annotations

from functools import lru_cache

from bot.policy.text import for_matching

LONGEST = 14
"""Longer ones are talk about something else. With their punctuation, so that most words need no closer look."""

_AROUND = " 。.!！~～,，、…?？🙏"
_ENDINGS = ("谢谢", "吧", "了", "啦", "哈", "呢", "哦", "啊", "呀", "好吗", "行吗")
_QUIET = frozenset(
    {
        "退订", "我要退订", "我想退订", "td", "tuiding", "取消订阅", "我要取消订阅", "不订阅", "我不想收到", "不想收到",
        "不想再收到", "我不想再收到", "不要再发给我", "别再发给我", "别给我发", "别再给我发", "不要给我发",
        "不要再给我发", "别再@我", "别@我", "不要@我", "不要再@我", "以后别@我", "以后不要@我", "别艾特我",
        "别再艾特我", "不要艾特我", "不要再艾特我", "别再打扰我", "不要打扰我", "不要再打扰我", "别打扰我",
        "unsubscribe",
    }
)  # fmt: skip
_AGAIN = frozenset(
    {
        "订阅", "我要订阅", "我想订阅", "恢复订阅", "重新订阅", "我要恢复订阅", "取消退订", "不退订", "继续订阅",
        "subscribe",
    }
)  # fmt: skip
_FORGET = frozenset(
    {
        "忘记我", "忘了我", "忘掉我", "请忘记我", "请忘了我", "把我忘", "删除我的记录", "删掉我的记录", "删除我的信息",
        "删掉我的信息", "删除我的资料", "删掉我的资料", "删除我的数据", "清除我的记录", "清除我的信息",
        "forgetme",
    }
)  # fmt: skip
_KNOW = frozenset({"记住我", "重新认识我", "重新记住我", "请记住我", "rememberme"})
_BEGINNINGS = {forms: frozenset(form[0] for form in forms) for forms in (_QUIET, _AGAIN, _FORGET, _KNOW)}
_FIRM = frozenset({"是", "是的", "是呀", "是啊", "是滴", "对", "对的", "确认", "确定", "没错", "yes", "y"})


def wants_quiet(text: str) -> tuple[str, ...] | None:
    """The words of /unsubscribe, of which there are none; None when it is not what they say."""
    return _means(text, _QUIET)


def wants_news(text: str) -> tuple[str, ...] | None:
    """The same for /subscribe."""
    return _means(text, _AGAIN)


def wants_oblivion(text: str) -> tuple[str, ...] | None:
    """The same for /forget."""
    return _means(text, _FORGET)


def wants_to_be_known(text: str) -> tuple[str, ...] | None:
    """The same for /remember."""
    return _means(text, _KNOW)


def firmly(text: str) -> bool:
    """Whether a yes is one that cannot be meant for somebody else: "好的" in a busy room may be."""
    return for_matching(text).strip(_AROUND) in _FIRM


def _means(text: str, forms: frozenset[str]) -> tuple[()] | None:
    if not 0 < len(text) <= LONGEST or _simple(text[0]) not in _BEGINNINGS[forms]:
        return None
    said = "".join(for_matching(text).split()).strip(_AROUND)
    while said not in forms:
        shorter = _shortened(said)
        if shorter == said:
            return None
        said = shorter
    return ()


def _shortened(said: str) -> str:
    """Without one polite or final word at its end."""
    for ending in _ENDINGS:
        if said.endswith(ending) and len(said) > len(ending):
            return said.removesuffix(ending).rstrip(_AROUND)
    return said


@lru_cache(maxsize=4096)
def _simple(character: str) -> str:
    """A look at the first character spares nearly every message the rest: this is asked about all of them."""
    return for_matching(character)[:1]
