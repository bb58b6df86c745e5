"""The demo's tag rules, against what members of a pet shop's groups say."""

from pathlib import Path

import pytest

from bot.content.rules import read_tag_rules
from bot.policy.text import for_matching

RULES = read_tag_rules(Path("templates/tag_rules.toml"))
SAID = {
    # who lives at home
    "我家布偶最近掉毛掉得厉害": "养猫 布偶 掉毛",
    "第一次养猫，什么都不懂": "新手 养猫",
    "我家不养猫": "",
    "没养猫，养了只兔子": "养兔",
    "我不养狗了": "",
    "朋友家的猫好可爱": "",
    "邻居养了金毛": "",
    "你家猫真好看": "",
    "小区里有流浪猫": "",
    "大熊猫太可爱了": "",
    "我是只夜猫子": "",
    "今天吃了热狗": "",
    "单身狗一只": "",
    "天猫上买的": "",
    "泰迪熊玩偶": "",
    "暹罗湾旅游": "",
    "刚换了新手机": "",
    "我们家一猫一狗": "养猫 养狗 多宠家庭",
    "三只猫，一个月两袋猫砂": "养猫 多宠家庭 猫砂",
    "我家不是布偶，是英短": "养猫 英短",
    "不是英短": "",
    "我家娃和狗玩": "有孩子 养狗",
    "毛孩子真乖": "",
    "孩子上幼儿园了": "有孩子",
    # how they write
    "我們家貓咪不愛喝水": "养猫 喝水少",
    "我家 猫 咪 不爱喝水": "养猫 喝水少",
    "猫\u200b咪": "养猫",
    "布*偶": "养猫 布偶",
    "比\u3000熊": "养狗 比熊",
    "没有\n猫砂怎么选": "养猫 猫砂",
    # age and health
    "布偶猫三个月大，换猫粮拉稀了": "养猫 布偶 幼宠 换粮 肠胃敏感",
    "老狗起身慢": "养狗 老年宠 关节养护",
    "岁数大了，老口臭": "老年宠 口腔护理",
    "我年纪大了": "",
    "边牧换牙了": "养狗 边牧 幼宠",
    "孩子换牙": "有孩子",
    "特别掉毛": "掉毛",
    "掉毛掉得受不了": "掉毛",
    "我家狗不掉毛": "养狗",
    "狗狗一直挠，是不是过敏": "养狗 皮肤敏感",
    "孩子对猫毛过敏": "有孩子",
    "老挠门怎么办": "",
    "软便三天了": "肠胃敏感",
    "挑食得很": "挑食",
    "不挑食": "",
    "泰迪有泪痕": "养狗 泰迪 泪痕",
    "我多喝水": "",
    "柯基太胖了要减肥": "养狗 柯基 体重管理",
    "我要减肥": "",
    "我也胖了": "",
    "下周搬家，猫会应激吗": "应激 养猫",
    "绝育多少钱": "绝育",
    "驱虫药多久一次": "驱虫",
    "跳蚤市场": "",
    "还没打疫苗": "疫苗",
    "我要去打针": "",
    "孩子打疫苗去了": "有孩子",
    # goods, services, moods
    "有没有猫砂？": "养猫 猫砂",
    "豆腐砂多少钱": "猫砂",
    "只吃冻干不吃粮": "挑食 冻干",
    "冻干咖啡": "",
    "处方粮有货吗": "处方粮",
    "想约个洗澡": "洗护",
    "我先去洗澡了": "",
    "不用洗澡": "",
    "出差三天，能上门喂吗": "寄养",
    "我不出差": "",
    "能送货吗": "送货上门",
    "送到家长手里": "",
    "太贵了，有优惠吗": "价格敏感",
    "不图便宜，成分要好": "品质优先",
    "便宜没好货": "品质优先",
    "打电话没人接，太失望了": "不满意",
    "没失望": "",
    "再也不来了": "不满意",
}


@pytest.mark.parametrize(("said", "expected"), SAID.items())
def test_what_a_member_says_earns_these_tags(said: str, expected: str) -> None:
    assert {hit.tag for hit in RULES.match(said)} == set(expected.split())


def test_every_rule_can_be_met_by_each_of_its_words() -> None:
    unmet = [
        (rule.id, word)
        for rule in RULES.rules
        for word in rule.words
        if rule.tag not in {hit.tag for hit in RULES.match(word)}
    ]
    assert unmet == []


def test_no_exclusion_earns_its_own_rules_tag() -> None:
    # A phrase may be excluded from one rule and still hold a word of another.
    met = [
        (rule.id, phrase)
        for rule in RULES.rules
        for phrase in rule.excludes
        if any(hit.rule is rule for hit in RULES.match(phrase))
    ]
    assert met == []


def test_a_longer_word_never_hides_a_rules_shorter_one_unawares() -> None:
    hidden = [
        (rule.id, word, longer)
        for rule in RULES.rules
        for word in rule.words
        for other in RULES.rules
        for longer in other.words
        if word in longer and longer not in (*rule.words, *rule.excludes)
    ]
    assert hidden == []


def test_words_are_written_in_the_form_that_is_matched() -> None:
    odd = [
        (rule.id, word)
        for rule in RULES.rules
        for word in (*rule.words, *rule.excludes, *rule.negations)
        if for_matching(word) != word
    ]
    assert odd == []


def test_every_rule_tells_the_operator_why() -> None:
    assert all(rule.why and rule.tag for rule in RULES.rules)
