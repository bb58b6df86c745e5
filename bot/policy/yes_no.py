"""Whether a short answer means yes or no; anything longer is talk."""

from __future__ import annotations

from bot.policy.text import for_matching

LONGEST = 6
_YES = frozenset(
    {
        "对", "对的", "对呀", "对啊", "对哦", "对对", "对对对", "是", "是的", "是呀", "是啊", "是滴", "嗯", "嗯嗯",
        "嗯呢", "恩", "恩恩", "没错", "好", "好的", "好呀", "好啊", "好滴", "好嘞", "可以", "行", "行的", "确认",
        "确定", "要",
        "ok", "okay", "yes", "y",
    }
)  # fmt: skip
_NO = frozenset(
    {
        "不", "不是", "不对", "不是的", "不要", "不用", "不用了", "不了", "不行", "不好", "别", "算了", "取消", "没有",
        "错", "错了", "no", "n",
    }
)  # fmt: skip
_AROUND = " 。.!！~～,，?？👌👍🙏"


def yes_or_no(text: str) -> bool | None:
    """True or False for a plain yes or no as people type it; None for everything else."""
    said = for_matching(text).strip(_AROUND)
    if len(said) > LONGEST:
        return None
    return True if said in _YES else False if said in _NO else None
