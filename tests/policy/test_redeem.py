"""What counts as asking for a reward, and which one is meant."""

import pytest

from bot.policy.customs import Reward
from bot.policy.redeem import is_apart, redemption_words, wanted

SAMPLE, NAILS = Reward("food-trial", "试吃包", 30), Reward("nail-trim", "剪指甲", 60)
LITTER, BATH = Reward("tofu-litter", "豆腐砂一袋", 120), Reward("basic-bath", "基础洗护", 240)
REWARDS = (SAMPLE, NAILS, LITTER, BATH)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("兑换 洗护", ("洗护",)),
        ("兑换洗护", ("洗护",)),
        ("兑换：试吃包", ("试吃包",)),
        ("兑换 试吃包！", ("试吃包",)),
        ("我想兑换试吃包", ("试吃包",)),
        ("我要兑换 2", ("2",)),
        ("想要兑换 豆腐砂 一袋", ("豆腐砂 一袋",)),
        ("兑换 取消", ("取消",)),
        ("兑换取消", ("取消",)),
        ("取消兑换", ("取消",)),
        ("取消兑换吧", ("取消",)),
        ("撤销兑换 试吃包", ("取消", "试吃包")),
        ("兑换 取消 12", ("取消", "12")),
        ("兑换", None),
        ("怎么兑换啊", None),
        ("积分能兑换什么", None),
        ("试吃包可以兑换吗", None),
        ("兑换 试吃包\n还有剪指甲", None),
        ("兑换 这个我从上个月就开始攒了，一直没舍得换，今天终于够了大家恭喜我吧", None),
        ("今天去银行兑换外币", None),
        ("", None),
    ],
)
def test_what_counts_as_asking(said, words):
    assert redemption_words(said) == words


@pytest.mark.parametrize(
    ("said", "apart"), [("兑换 洗护", True), ("兑换：洗护", True), ("兑换洗护", False), ("洗护", False)]
)
def test_a_wish_that_stands_apart_can_be_nothing_else(said, apart):
    assert is_apart(said) is apart


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("试吃包", (SAMPLE,)),
        ("試吃包", (SAMPLE,)),
        ("nail-trim", (NAILS,)),
        ("洗护", (BATH,)),
        ("基础洗护一次", (BATH,)),
        ("3", (LITTER,)),
        ("0", ()),
        ("5", ()),
        ("²", ()),
        ("包", (SAMPLE,)),
        ("码是多少", ()),
        ("一袋猫砂", ()),
        (" ", ()),
    ],
)
def test_which_reward_is_meant(said, found):
    assert wanted(REWARDS, said) == found


def test_a_whole_name_outranks_parts_of_others():
    bath, big = Reward("bath", "洗护", 1), Reward("big-bath", "大型犬洗护", 2)
    assert wanted((big, bath), "洗护") == (bath,)
    assert wanted((big, bath), "犬洗护") == (big, bath)
