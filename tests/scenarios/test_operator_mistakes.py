"""What operators get wrong: nothing goes out that nobody meant, and every answer says what to do next.

The judge is the gateway's own log of what it was given to send.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from tests.faults.look import until_shows
from tests.scenarios.stage import (
    AT_ONCE,
    BOT,
    CATS,
    DOGS,
    OTHER,
    OWNER,
    SHOP,
    TEAM,
    XIAOMAN,
    ZONE,
    Stage,
    at_rest,
    playing,
    settings,
)

LIVE = "“今晚八点直播答疑，来聊聊换季掉毛”"
SALE = "平日白天洗护八折"
TEETH = "value/teeth"
QUIET: Mapping[str, object] = {"slots": 0}
"""No post of the plan: whatever goes out was commanded."""


@dataclass(frozen=True)
class Say:
    """Somebody types `words`; the answer holds all `parts`, and without any there must be no answer.

    `{id}` and `{code}` are the last ones an answer named; `{first}` is the first number of all.
    """

    words: str
    parts: tuple[str, ...] = ()
    who: str = OWNER
    where: str = TEAM
    answered_in: str = TEAM


@dataclass(frozen=True)
class At:
    """Time moves on, and the outbox is looked at; `parts` is what the team is told then."""

    when: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Again:
    """The gateway delivers the owner's last message once more."""


@dataclass(frozen=True)
class Case:
    """A mistake; `intended` is how many posts were really wanted in customer rooms."""

    name: str
    steps: tuple[Say | At | Again, ...]
    intended: int = 0
    plan: Mapping[str, object] = field(default_factory=lambda: QUIET)
    pacing: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def private(words: str, *parts: str) -> Say:
    """小满, the second operator, in a chat of her own with the bot."""
    return Say(words, parts, XIAOMAN, BOT, XIAOMAN)


def told(words: str, *parts: str) -> Say:
    return Say(words, parts)


SENT = (told(f"/post {LIVE} 互动 猫咪会客厅", "这就发到"), At("19:10:30"))

CASES = (
    Case("a promotion to all rooms", (told(f"/post {SALE} 所有群", "还没发", "要发 2 个群", "/confirm"),)),
    Case("a promotion to one room", (told(f"/post {SALE} 猫咪会客厅", "还没发", "/confirm", "/cancel"),)),
    Case("a wrong room name", (told(f"/post {TEETH} 猫米会客厅", "没找到", "猫咪会客厅"),)),
    Case("two rooms in one word", (told(f"/post {TEETH} 会客厅、散步", "还没发", "要发 2 个群", "/confirm"),)),
    Case("no room named", (told(f"/post {TEETH}", "是哪个群", "猫咪会客厅"),)),
    Case("a time that is over", (told(f"/post {TEETH} 猫咪会客厅 18:00", "已经过了", "明天 18:00"),)),
    Case("25 o'clock", (told(f"/post {TEETH} 猫咪会客厅 25:00", "25:00", "不是个时间", "20:15"),)),
    Case("a day without a time", (told(f"/post {TEETH} 猫咪会客厅 明天", "不是个时间", "明天 20:15"),)),
    Case("a window from 21:00 to 19:00", (told("/room set window 21:00-19:00 猫咪会客厅", "写反了", "次日"),)),
    Case("a window without length", (told("/room set window 21:00-21:00 猫咪会客厅", "19:00-21:00"),)),
    Case("a mix of promotion alone", (told("/room set mix 0:0:1 猫咪会客厅", "干货", "不能是 0", "7:2:1"),)),
    Case(
        "no slots, after today's was planned",
        (
            At("19:10:01"),
            told("/room set slots 0 猫咪会客厅", "不发计划里的内容", "照发", "/skip"),
            told("/skip {id}", "跳过了"),
            told("/room set slots 0 汪星人散步群", "不发计划里的内容", "照发", "/skip"),
            told("/skip {id}", "跳过了"),
        ),
        plan={},
    ),
    Case(
        "an edit after the approval",
        (
            told("/room set approval 全部 猫咪会客厅", "all"),
            told(f"/post {TEETH} 猫咪会客厅 20:00", "还没人批准", "/cancel"),
            At("19:10:10", ("等人批准",)),
            private("/approve {id}", "批准了"),
            told("/room set greeting 晚安 猫咪会客厅", "晚安"),
            At("20:00:30"),
            At("20:01:00", ("等人批准", "晚安")),
            told("/why {first}", "要重新批准", "/approve"),
        ),
    ),
    Case(
        "approving one's own post",
        (
            told("/room set approval 全部 猫咪会客厅", "all"),
            told(f"/post {TEETH} 猫咪会客厅", "还没人批准"),
            At("19:10:10", ("等人批准",)),
            told("/approve {id}", "你自己发起的", "请同事"),
            told("/approve all", "你自己发起的"),
        ),
    ),
    Case(
        "approving what needs no approval",
        (
            told(f"/post {TEETH} 猫咪会客厅 20:00", "排好了"),
            told("/approve {id}", "不用批准", "/why"),
            told("/cancel {id}", "取消"),
        ),
    ),
    Case(
        "a yes after eleven minutes",
        (told(f"/post {SALE} 所有群", "10 分钟内"), At("19:21:00"), told("/confirm {code}", "过了 10 分钟", "/post")),
    ),
    Case(
        "a yes twice",
        (
            told(f"/post {LIVE} 互动 所有群", "/confirm"),
            told("/confirm {code}", "开始发"),
            told("/confirm {code}", "已经确认过", "不会再发第二遍"),
        ),
        intended=2,
    ),
    Case("a code mistyped", (told(f"/post {SALE} 所有群", "/confirm"), told("/confirm ZZZZ", "没有 ZZZZ", "/post"))),
    Case(
        "a yes after the cancel",
        (
            told(f"/post {SALE} 所有群", "/cancel"),
            told("/cancel {code}", "都不发"),
            told("/confirm {code}", "可能已经取消", "/post"),
        ),
    ),
    Case(
        "the same person twice where two are needed",
        (
            told(f"/post {LIVE} 互动 所有群", "两个人"),
            told("/confirm {code}", "还差一个人"),
            told("/confirm {code}", "另一个人"),
        ),
        plan={**QUIET, "second_person_above": 1},
    ),
    Case(
        "a yes to what has changed since",
        (
            told(f"/post {TEETH} 所有群", "/confirm"),
            told("/room set greeting 嗨 猫咪会客厅", "嗨"),
            told("/confirm {code}", "有变化", "/post"),
        ),
    ),
    Case(
        "a yes to a post retired meanwhile",
        (
            told(f"/post {SALE} 所有群", "/confirm"),
            told(f"/content retire {SALE}", "下架了"),
            told("/confirm {code}", "已经下架", "/content restore"),
        ),
    ),
    Case(
        "a yes by somebody who may not",
        (told(f"/post {SALE} 所有群", "/confirm"), Say("/confirm {code}", (), "laoqin", CATS)),
    ),
    Case(
        "a pause during a broadcast",
        (
            told(f"/post {LIVE} 互动 所有群", "/confirm"),
            told("/confirm {code}", "开始发"),
            At("19:10:05"),
            told("/pause", "所有群停了", "1 条压着"),
            At("19:13:00"),
            told("/plan", "先压着"),
        ),
        intended=1,
        pacing={"batch_rooms": 1, "batch_minutes": 2},
    ),
    Case(
        "resuming what is too late",
        (
            told(f"/post {LIVE} 互动 猫咪会客厅 20:00", "排好了"),
            told("/pause 盘点一天", "没找到"),
            told("/pause 所有群 盘点一天", "盘点一天"),
            At("11-23 20:30:00"),
            told("/resume", "接着发"),
            told("/why {first}", "过时"),
        ),
    ),
    Case("resuming what is not paused", (told("/resume", "没有能恢复的暂停"), told("/resume breaker", "没有熔断"))),
    Case(
        "a retired post for all rooms",
        (
            told(f"/content retire {SALE}", "下架了"),
            told(f"/post {SALE} 所有群", "一个群都发不了", "强发也不行"),
            told(f"/post {SALE} 猫咪会客厅", "已经下架", "强发也不行"),
        ),
    ),
    Case("an override without a reason", (told(f"/post {TEETH} 猫咪会客厅 强发", "要写理由", "/post"),)),
    Case("an override by an operator", (private(f"/post {TEETH} 猫咪会客厅 强发 店庆", "负责人"),)),
    Case(
        "an override of a retired post",
        (
            told(f"/content retire {TEETH}", "下架了"),
            told(f"/post {TEETH} 猫咪会客厅 强发 店庆", "已经下架", "强发也不行"),
        ),
    ),
    Case(
        "a yes to an override by somebody who is no owner any more",
        (
            told("/op add 小满 owner", "小满"),
            private(f"/post {SALE} 猫咪会客厅 强发 店庆", "还没发", "强发，理由：店庆"),
            told("/op remove 小满", "小满"),
            told("/confirm {code}", "强发要负责人"),
        ),
    ),
    Case("unknown content", (told("/post value/teth 猫咪会客厅", "没有", "value/teeth"),)),
    Case("unknown content, nothing near", (told("/post 周末团建 猫咪会客厅", "没有", "/content list", "引号"),)),
    Case("ambiguous content", (told("/post 打卡 猫咪会客厅", "好几篇", "打卡：上秤"),)),
    Case("care to a room", (told("/post 会员生日 猫咪会客厅", "关怀", "不能当群内容"),)),
    Case("a promotion called value", (told(f"/post {SALE} 干货 猫咪会客厅", "是推广", "去掉类别"),)),
    Case(
        "a typed promotion called value",
        (told("/post “洗护八折，今天下单立减” 干货 猫咪会客厅", "按推广算", "还没发", "/confirm"),),
    ),
    Case("a typed text without a kind", (told(f"/post {LIVE} 猫咪会客厅", "哪一类", "互动"),)),
    Case("a text too long", (told(f"/post “{'长' * 1001}” 干货 猫咪会客厅", "1001", "1000", "删短"),)),
    Case("an empty text", (told("/post “” 干货 猫咪会客厅", "空的"),)),
    Case("half a pair of quotes", (told("/post “今晚八点 互动 猫咪会客厅", "引号", "”"),)),
    Case("skipping what was sent", (*SENT, told("/skip {id}", "动不了", "已发出", "/recall")), intended=1),
    Case("skipping a day that has no numbers yet", (told("/skip 明天", "不是编号", "/plan"),)),
    Case("skipping a number that does not exist", (told("/skip 999", "没有编号", "/plan"),)),
    Case(
        "moving into the past",
        (
            told(f"/post {TEETH} 猫咪会客厅 20:00", "排好了"),
            told("/move {id} 18:30", "已经过了", "明天 18:30"),
            told("/cancel {first}", "取消了"),
        ),
    ),
    Case(
        "moving to no time",
        (
            told(f"/post {TEETH} 猫咪会客厅 20:00", "排好了"),
            told("/move {id}", "要这样发：/move"),
            told("/cancel {first}", "取消了"),
        ),
    ),
    Case(
        "moving outside the window",
        (
            told(f"/post {TEETH} 猫咪会客厅 20:00", "排好了"),
            told("/move {id} 22:30", "不在发送时段", "11月23日 19:00"),
            told("/move {first} 21:00", "不在发送时段"),
            told("/cancel {first}", "取消了"),
        ),
    ),
    Case("resolving what is confirmed", (*SENT, told("/resolve {id} 没发", "不用核实", "/unknown")), intended=1),
    Case("resolving with another word", (*SENT, told("/resolve {id} 大概", "没听懂", "重发")), intended=1),
    Case(
        "taking back after three minutes",
        (*SENT, At("19:13:30"), told("/recall {id}", "过了两分钟", "说明")),
        intended=1,
    ),
    Case("taking back somebody else's words", (told("/recall 5", "没有编号", "/plan"),)),
    Case(
        "taking back what has not gone out",
        (
            told(f"/post {TEETH} 猫咪会客厅 20:00", "排好了"),
            told("/recall {id}", "没什么可撤", "/skip"),
            told("/skip {first}", "跳过了"),
        ),
    ),
    Case("posting in a room nobody adopted", (Say(f"/post {TEETH}", ("还没接管", "/adopt"), OWNER, OTHER),)),
    Case("naming a room nobody adopted", (told(f"/post {TEETH} 小区拼车", "还没接管", "/adopt"),)),
    Case("a member who commands", (Say(f"/post {TEETH}", (), "laoqin", CATS),)),
    Case(
        "a command quoted in an answer",
        (Say(f"「周岚：/post {TEETH}」\n- - - - - - - - - -\n是这样发吗", (), OWNER, CATS),),
    ),
    Case("the same message delivered twice", (*SENT, Again(), At("19:11:00")), intended=1),
    Case(
        "pausing a room that does not exist", (told("/pause 猫米会客厅 2小时", "没找到"), told("/status", "连接正常"))
    ),
    Case(
        "a second promotion on one day",
        (
            told(f"/post {SALE} 猫咪会客厅", "/confirm"),
            told("/confirm {code}", "开始发"),
            At("19:11:00"),
            told("/post 试吃装三种 猫咪会客厅", "推广已有 1 条", "上限 1 条", "强发"),
        ),
        intended=1,
    ),
    Case(
        "cancelling a post of the plan",
        (
            At("19:10:01"),
            told("/plan 猫咪会客厅", "等着发"),
            told("/cancel {id}", "是计划里的", "/skip"),
            told("/pause", "停了"),
        ),
        plan={},
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_mistake_costs_nothing_and_is_explained(tmp_path: Path, case: Case) -> None:
    config = settings(tmp_path, plan=case.plan, pacing={**AT_ONCE, **case.pacing})
    async with playing(tmp_path, at="19:10:00", config=config, opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "大家好")
        await stage.named(XIAOMAN)
        stage.say(OWNER, TEAM, "/op add 小满")
        await stage.hear(TEAM, "小满")
        opened = len(stage.gateway.faults.wire_log)
        known: dict[str, str] = {}
        for step in case.steps:
            await play(stage, step, known)
        await stage.settle()
        await move(stage, "11-22 20:58:00")
        await move(stage, "11-23 19:30:00" if case.plan else "11-22 20:59:00")
        sent = [send for send in stage.gateway.faults.wire_log[opened:] if send.conversation_id in {CATS, DOGS, OTHER}]
        assert len(sent) == case.intended, sent


async def play(stage: Stage, step: Say | At | Again, known: dict[str, str]) -> None:
    match step:
        case At(when, parts):
            await move(stage, when)
            if parts:
                await stage.hear(TEAM, *parts)
        case Again():
            last = [message for message in stage.world.messages.values() if message.talker_id == OWNER][-1]
            stage.gateway.faults.line.emit(2, {"messageId": last.id})
            stage.say(OWNER, TEAM, "/tags")
            await stage.hear(TEAM)
            posts = "SELECT count(*) FROM audit WHERE command = '/post'"
            await until_shows(stage.app.store, posts, [(1,)])
        case Say():
            await say(stage, step, known)


async def say(stage: Stage, step: Say, known: dict[str, str]) -> None:
    stage.say(step.who, step.where, step.words.format(**known) if "{" in step.words else step.words)
    if not step.parts:
        heard = len(stage.spoken)
        await stage.settle()
        assert len(stage.spoken) == heard
        return
    text = await stage.hear(step.answered_in, *step.parts)
    if number := re.search(r"#(\d+)", text):
        known["id"] = number[1]
        known.setdefault("first", number[1])
    if code := re.search(r"/confirm (\w{4})", text):
        known["code"] = code[1]


async def move(stage: Stage, when: str) -> None:
    """To a time of the evening, or of a day; what is being posted comes back first."""
    await at_rest(stage.app, stage.gateway.faults)
    day, _, clock = when.rpartition(" ")
    stage.app.clock.jump(datetime.fromisoformat(f"2026-{day or '11-22'}T{clock}").replace(tzinfo=ZONE))
    await stage.app.outbound.tick()


def test_thirty_mistakes_at_least() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 30
