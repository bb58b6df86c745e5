"""A month in the life of one room with 30 members, day by day, and what the house remembers of it in the end."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.chat.sandbox.world import World
from tests.scenarios.stage import BOT, OWNER, PATIENCE, TEAM, ZONE, Stage, playing

ROOM, TOPIC = "life@room", "毛球家一群"
FIRST = date(2026, 11, 22)
DAYS = 30
NAMES = (
    "阿月", "木木妈", "大刘", "朵朵家", "阿辛", "何叔", "静静", "老范",
    "南瓜", "西西", "可可妈", "小顾", "阿牛", "橙子", "豆包", "麦麦",
    "圆圆", "阿原", "石头", "青青", "海哥", "米米", "阿德", "晴天",
    "丸子", "阿珊", "老葛", "果果", "阿凯", "团子",
)  # fmt: skip
PEOPLE = {f"m{number:02}": name for number, name in enumerate(NAMES)}
NEWCOMERS = {"n1": "新来的阿福", "n2": "新来的小鹿", "n3": "新来的大壮"}
TALK = ("今天天气真好", "我家那位又把沙发挠了", "哈哈哈哈", "下班了", "有人周末去公园吗", "刚洗完澡香香的", "谢谢大家")
AYUE, MUMU, DALIU, DUODUO, AXIN, HESHU, JINGJING, LAOFAN, NANGUA = list(PEOPLE)[:9]


class Month:
    """Lives the days, and keeps a diary of what people did that knows nothing of the bot's books."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.rng = stage, random.Random(7)
        self.words: Counter[tuple[str, str]] = Counter()
        self.punched: dict[str, set[date]] = {who: set() for who in PEOPLE}
        self.here = set(PEOPLE)
        self.posts: dict[date, list[str]] = {}

    async def at(self, day: date, clock: str) -> None:
        self.stage.app.clock.jump(datetime.combine(day, time.fromisoformat(clock), ZONE))
        await self.stage.app.outbound.tick()

    def say(self, who: str, day: date, words: str) -> None:
        self.stage.say(who, ROOM, words)
        self.words[who, day.isoformat()] += 1

    async def unkept(self, words: str, answer: str) -> None:
        """Words of the one who wants to be forgotten: they cannot be waited for in the books, only their answer."""
        seen = len(self.stage.spoken)
        self.stage._owed.discard(self.stage.say(NANGUA, ROOM, words).id)
        async with asyncio.timeout(PATIENCE):
            while not any(answer in message.content.text for message in self.stage.spoken[seen:]):
                await asyncio.sleep(0.02)
        self.stage._owed.clear()

    async def live(self, day: date, number: int) -> None:
        """A morning of check-ins, a noon, an evening with its post, and talk in between."""
        heard = len(self.stage.spoken)
        await self.at(day, "08:10:00")
        for who in sorted(self.here & set(PEOPLE)):
            if number < 21 and self.rng.random() < 0.55:
                self.say(who, day, "打卡")
                self.punched[who].add(day)
        await self.stage.settle()
        await self.at(day, "08:12:00")
        await self.happen(day, number)
        await self.stage.settle()
        await self.at(day, "14:30:00")
        for who in self.rng.sample(sorted(self.here), 6):
            self.say(who, day, self.rng.choice(TALK))
        await self.stage.settle()
        for clock in ("19:58:00", "20:30:00", "21:10:00"):
            await self.at(day, clock)
            await self.stage.settle()
        said = self.stage.spoken[heard:]
        self.posts[day] = [message.content.text for message in said if message.conversation_id == ROOM]

    async def happen(self, day: date, number: int) -> None:
        """What is particular about some days."""
        match number:
            case 1:
                self.say(AYUE, day, "生日 12-05")
                self.say(MUMU, day, "生日 宠物 豆豆 12月5日")
                self.say(DALIU, day, "生日 农历十月二十")
                self.say(JINGJING, day, "生日 12-10")
                self.say(LAOFAN, day, "生日 12-15")
            case 3 | 5:
                self.say(AXIN, day, "我不要鸡肉味的")
            case 8:
                self.say(AXIN, day, "我不要鸡肉味的")
                await self.stage.settle()
                await self.at(day, "08:16:00")
                self.say(AXIN, day, "对的")
            case 4:
                for who, name in NEWCOMERS.items():
                    self.stage.world.add_person(who, name)
                    self.stage.world.join(ROOM, [who], HESHU)
                self.here |= set(NEWCOMERS)
                await self.stage.named(*NEWCOMERS)
                await self.at(day, "08:14:00")
            case 10:
                self.say(JINGJING, day, "退订")
            case 12:
                self.stage.world.leave(ROOM, [LAOFAN])
                self.here.discard(LAOFAN)
            case 15:
                await self.unkept("忘记我", "想好了吗")
                await self.unkept("是的", "删")
                self.here.discard(NANGUA)
            case 16:
                self.stage._owed.discard(self.stage.say(NANGUA, ROOM, "今天天气不错").id)
            case _:
                pass


def town() -> World:
    world = World(BOT, "毛毛", run="month", memory=20_000)
    for who, name in {OWNER: "周岚", **PEOPLE}.items():
        world.add_person(who, name)
    world.add_room(ROOM, TOPIC, (OWNER, BOT, *PEOPLE), owner_id=OWNER)
    world.add_room(TEAM, "运营群", (OWNER, BOT), owner_id=OWNER)
    return world


async def open_shop(stage: Stage) -> None:
    for order, answer in ((f"/claim {stage.app.claim_code}", "认领成功"), ("/control", "运营群")):
        stage.say(OWNER, TEAM, order)
        await stage.hear(TEAM, answer)
    stage.say(OWNER, ROOM, "/adopt")
    await stage.hear(TEAM, "接过来了")
    await stage.named(*PEOPLE)
    stage.say(OWNER, TEAM, f"/checkin start water {TOPIC}")
    await stage.settle()


def longest(days: set[date]) -> int:
    """The longest row of days, counted naively."""
    return max((sum(1 for _ in _row(day, days)) for day in days), default=0)


def _row(day: date, days: set[date]):
    while day in days:
        yield day
        day += timedelta(days=1)


async def ask(stage: Stage, question: str) -> list[tuple]:
    return await stage.app.store.read(lambda db: [tuple(row) for row in db.execute(text(question))])


@pytest.mark.long
async def test_a_month_in_the_life_of_a_room(tmp_path: Path) -> None:
    async with playing(tmp_path, at="07:30:00", world=town()) as stage:
        await open_shop(stage)
        month = Month(stage)
        for number in range(DAYS):
            await month.live(FIRST + timedelta(days=number), number)
        check_evenings(month, await stage.export("deliveries"))
        check_birthdays(month)
        check_manners(month)
        await check_books(stage, month)


def check_evenings(month: Month, deliveries: list[dict[str, object]]) -> None:
    """One post an evening, and every one of them was seen in the room."""
    planned = [row for row in deliveries if row["kind"] != "care"]
    assert Counter(row["state"] for row in planned) == {"confirmed": DAYS}
    assert {row["state"] for row in deliveries} <= {"confirmed", "skipped"}


def check_birthdays(month: Month) -> None:
    """Whoever is here and wants to hear of it is greeted once, on the day; two on one day in one message."""
    greeted = {
        day: [words for words in said if "🎂" in words and "记下" not in words] for day, said in month.posts.items()
    }
    cakes = {day: words for day, words in greeted.items() if words}
    assert set(cakes) == {date(2026, 11, 28), date(2026, 12, 5)}
    assert all(len(words) == 1 for words in cakes.values())
    assert PEOPLE[DALIU] in cakes[date(2026, 11, 28)][0]
    assert all(part in cakes[date(2026, 12, 5)][0] for part in (PEOPLE[AYUE], PEOPLE[MUMU], "豆豆"))


def check_manners(month: Month) -> None:
    """Three newcomers in one welcome; who unsubscribed, left or is forgotten is not spoken of any more."""
    everything = {day: "\n".join(said) for day, said in month.posts.items()}
    welcomes = [words for said in month.posts.values() for words in said if "欢迎" in words and "新来的阿福" in words]
    assert len(welcomes) == 1
    assert all(name in welcomes[0] for name in NEWCOMERS.values())
    wishes = [words for said in month.posts.values() for words in said if "鸡肉" in words and "对吧" in words]
    assert len(wishes) == 1
    for day, words in everything.items():
        answered = sum(line.count(PEOPLE[JINGJING]) for line in words.splitlines() if "打卡" in line or "🏅" in line)
        if day > FIRST + timedelta(days=10):
            assert words.count(PEOPLE[JINGJING]) <= answered + words.count(f"@{PEOPLE[JINGJING]}")
        if day > FIRST + timedelta(days=12):
            assert PEOPLE[LAOFAN] not in words
        if day > FIRST + timedelta(days=15):
            assert PEOPLE[NANGUA] not in words


async def check_books(stage: Stage, month: Month) -> None:
    """Counts equal the diary, rows of days the naive count, points their ledger; the forgotten one is nowhere."""
    kept = {(who, day): said for (who, day), said in month.words.items() if who != NANGUA}
    counted = await ask(stage, "SELECT contact_id, day, messages FROM day_count")
    assert {(who, day): said for who, day, said in counted} == kept
    raw = Counter(
        (row["talker_id"], datetime.fromisoformat(str(row["sent_at"])).astimezone(ZONE).date().isoformat())
        for row in await stage.export("messages")
        if row["room_id"] == ROOM and row["talker_id"] not in {BOT, OWNER, ""} and not row["from_self"]
        if row["type"] == "text"
    )
    assert raw == kept

    punched = await ask(stage, "SELECT contact_id, day FROM punch WHERE removed_at IS NULL")
    days: dict[str, set[date]] = {}
    for who, day in punched:
        days.setdefault(who, set()).add(date.fromisoformat(day))
    assert days == {who: found for who, found in month.punched.items() if found and who != NANGUA}
    badges = await ask(stage, "SELECT contact_id FROM badge WHERE badge = '七日有恒'")
    earned = {who for who, found in month.punched.items() if longest(found) >= 7 and who != NANGUA}
    assert {who for (who,) in badges} == earned

    balances = dict(await ask(stage, "SELECT contact_id, points FROM contact WHERE points <> 0"))
    sums = dict(await ask(stage, "SELECT contact_id, sum(amount) FROM point GROUP BY contact_id"))
    assert balances == sums
    spoke = Counter(who for who, _day in kept)
    for who in set(PEOPLE) - {NANGUA}:
        invited = 20 * len(NEWCOMERS) if who == HESHU else 0
        assert sums.get(who, 0) == spoke[who] + 2 * len(month.punched[who]) + invited, PEOPLE[who]

    assert (
        await ask(stage, f"SELECT 1 FROM message WHERE talker_id = '{NANGUA}' OR text LIKE '%{PEOPLE[NANGUA]}%'") == []
    )
    assert await ask(stage, f"SELECT 1 FROM contact WHERE contact_id = '{NANGUA}'") == []
    ((wish,),) = await ask(stage, "SELECT state FROM wish")
    assert wish == "kept"
