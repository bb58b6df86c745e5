"""A past written straight into a database: rooms, members, words and posts; the same size, the same past."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, create_engine, insert
from sqlmodel import SQLModel

from bot.core.delivery import DeliveryState
from bot.core.room import RoomRole
from storage.schema import migrate
from storage.tables import (
    AuditRow,
    BirthdayRow,
    CampaignRow,
    ContactRow,
    DayCountRow,
    DeliveryRow,
    LedgerRow,
    MembershipRow,
    MessageRow,
    PunchRow,
    RoomRow,
    SegmentRow,
    StepRow,
    TagRow,
)

ACCOUNT = "main"
SURNAMES, NAMES = "赵钱孙李周吴郑王冯陈", "小满阿凯琪琪大刘豆豆糯米铁蛋团子年糕汤圆"
CALLED, NAMESAKES = "豆花", 40
"""What so many people are called, however many there are: a search has as much to show."""

SAYINGS = (
    "我家布偶最近有点软便",
    "今天天气不错，遛狗去了",
    "英短四个月大，疫苗打了两针",
    "哈哈哈哈",
    "晚上好",
    "求推荐猫砂",
)
TAGS = ("养猫", "养狗", "英短", "布偶", "敏感肌", "幼猫", "新客", "关注疫苗", "早起打卡", "价格敏感", "爱分享", "多猫")
SEGMENTS = {
    "养猫的": "tag:养猫",
    "沉默的老客": "silent>=30d and orders>=3",
    "爱说话的": "words30>=5 and not unsubscribed",
    "快过生日": "birthday<=7d",
    "坚持打卡": "streak>=3 or tier:vip",
}
CHECKIN_DAYS = 21
KINDS = ("value",) * 7 + ("interactive",) * 2 + ("promo",)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there was; every room has one post a day."""

    rooms: int
    members: int
    messages: int
    days: int


def fill(url: str, size: Size, now: datetime, known: Sequence[str], slugs: Sequence[str]) -> None:
    """Make the database and its past, until `now`. `known` are ids of rooms that are to be among them."""
    from storage.engine import parse_url

    migrate(parse_url(url))
    engine = create_engine(url)
    dice = random.Random(f"{size}")
    rooms = [*known, *(f"3{number:04}@chatroom" for number in range(size.rooms))][: size.rooms]
    people = [f"wxid_bench{number:06}" for number in range(size.members)]
    began = now - timedelta(days=size.days)
    try:
        _put(engine, RoomRow, (_room(room, number, began) for number, room in enumerate(rooms)))
        found = set(people[:: max(1, size.members // NAMESAKES)])
        _put(engine, ContactRow, (_contact(person, person in found, began, dice) for person in people))
        _put(engine, MembershipRow, _memberships(people, rooms, began, now, dice))
        _put(engine, TagRow, _tags(people, rooms, now, dice))
        _put(engine, BirthdayRow, _birthdays(people, now))
        _put(engine, SegmentRow, _segments(now))
        _put(engine, CampaignRow, _campaigns(rooms, now))
        _put(engine, PunchRow, _punches(people, rooms, now, dice))
        counts: Counter[tuple[str, str, str]] = Counter()
        _put(engine, MessageRow, _messages(size, people, rooms, began, counts, dice))
        _put(engine, DayCountRow, _day_counts(counts))
        _posts(engine, size, rooms, began, slugs)
        _put(engine, AuditRow, _audit(size, rooms, began))
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    finally:
        engine.dispose()


def _put(engine: Engine, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA synchronous = OFF")
        while page := list(islice(waiting, 20_000)):
            connection.execute(insert(table), page)


def _room(room: str, number: int, began: datetime) -> dict[str, Any]:
    role = RoomRole.CONTROL if number == 2 else RoomRole.CUSTOMER
    return {
        "account_id": ACCOUNT,
        "room_id": room,
        "topic": f"毛球家·{number + 1}号群",
        "role": role,
        "settings": {},
        "adopted_at": began,
        "adopted_by": "wxid_zhoulan",
        "active": True,
    }


def _contact(person: str, found: bool, began: datetime, dice: random.Random) -> dict[str, Any]:
    orders = dice.randrange(12)
    return {
        "account_id": ACCOUNT,
        "contact_id": person,
        "name": dice.choice(SURNAMES) + (CALLED if found else "".join(dice.sample(NAMES, 2))),
        "first_seen_at": began,
        "member_no": person[-6:],
        "points": dice.randrange(400),
        "tier": ("普通", "VIP", "超级VIP")[min(orders // 5, 2)],
        "tier_rule": "orders",
        "orders": orders,
        "spent_cents": orders * 9_900,
    }


def _memberships(
    people: Sequence[str], rooms: Sequence[str], began: datetime, now: datetime, dice: random.Random
) -> Iterator[dict[str, Any]]:
    for number, person in enumerate(people):
        for room in {rooms[number % len(rooms)], rooms[dice.randrange(len(rooms))]}:
            yield {
                "account_id": ACCOUNT,
                "room_id": room,
                "contact_id": person,
                "alias": "",
                "joined_at": began,
                "first_seen_at": began,
                "first_words_at": began,
                "last_seen_at": now - timedelta(hours=dice.randrange(2_000)),
            }


def _tags(people: Sequence[str], rooms: Sequence[str], now: datetime, dice: random.Random) -> Iterator[dict[str, Any]]:
    for person in people:
        for tag in dice.sample(TAGS, 3):
            at = now - timedelta(days=dice.randrange(150))
            yield {
                "account_id": ACCOUNT,
                "contact_id": person,
                "tag": tag,
                "source": "rule",
                "rule": "bench",
                "room_id": dice.choice(rooms),
                "message_id": "",
                "why": SAYINGS[0],
                "times": 1,
                "assigned_at": at,
                "seen_at": at,
            }


def _birthdays(people: Sequence[str], now: datetime) -> Iterator[dict[str, Any]]:
    for number, person in enumerate(people[::4]):
        yield {
            "account_id": ACCOUNT,
            "contact_id": person,
            "whose": "self",
            "calendar": "solar",
            "month": 1 + number % 12,
            "day": 1 + number // 12 % 28,
            "source": "told",
            "by": person,
            "created_at": now,
            "changed_at": now,
        }


def _segments(now: datetime) -> Iterator[dict[str, Any]]:
    for name, expression in SEGMENTS.items():
        yield {"account_id": ACCOUNT, "name": name, "expression": expression, "by": "wxid_zhoulan", "at": now}


def _campaigns(rooms: Sequence[str], now: datetime) -> Iterator[dict[str, Any]]:
    """One a room, running since three weeks ago."""
    began = now - timedelta(days=CHECKIN_DAYS)
    for number, room in enumerate(rooms, 1):
        yield {
            "id": number,
            "account_id": ACCOUNT,
            "room_id": room,
            "title": "早餐打卡",
            "word": "打卡",
            "starts_on": f"{began:%Y-%m-%d}",
            "started_by": "wxid_zhoulan",
            "created_at": began,
            "told_at": began,
        }


def _punches(
    people: Sequence[str], rooms: Sequence[str], now: datetime, dice: random.Random
) -> Iterator[dict[str, Any]]:
    """A tenth of a room takes part in its check-in, twenty at least, on four days of five."""
    for place, person in enumerate(people[: max(len(people) // 10, 20 * len(rooms))]):
        for back in range(CHECKIN_DAYS):
            if dice.random() < 0.8:
                at = now - timedelta(days=back)
                yield {
                    "account_id": ACCOUNT,
                    "campaign_id": place % len(rooms) + 1,
                    "contact_id": person,
                    "room_id": rooms[place % len(rooms)],
                    "day": f"{at:%Y-%m-%d}",
                    "how": "said",
                    "at": at,
                    "told_at": at,
                }


def _messages(
    size: Size,
    people: Sequence[str],
    rooms: Sequence[str],
    began: datetime,
    counts: Counter[tuple[str, str, str]],
    dice: random.Random,
) -> Iterator[dict[str, Any]]:
    gap = timedelta(days=size.days) / size.messages
    for number in range(size.messages):
        # A few say much: the square of an even draw.
        who = int(len(people) * dice.random() ** 2)
        person, room, at = people[who], rooms[who % len(rooms)], began + gap * number
        counts[room, f"{at:%Y-%m-%d}", person] += 1
        yield {
            "account_id": ACCOUNT,
            "message_id": f"bench-{number}",
            "room_id": room,
            "talker_id": person,
            "listener_id": "",
            "raw_type": 7,
            "text": SAYINGS[number % len(SAYINGS)],
            "from_self": False,
            "sent_at": at,
            "recorded_at": at,
            "handling": 0,
        }


def _day_counts(counts: Counter[tuple[str, str, str]]) -> Iterator[dict[str, Any]]:
    for (room, day, person), messages in counts.items():
        yield {"account_id": ACCOUNT, "room_id": room, "day": day, "contact_id": person, "messages": messages}


def _posts(engine: Engine, size: Size, rooms: Sequence[str], began: datetime, slugs: Sequence[str]) -> None:
    """One confirmed post a day and room, with its steps and its line in the ledger; every fiftieth is unknown."""
    deliveries, steps, ledger = [], [], []
    for number, (day, room) in enumerate((day, room) for day in range(size.days) for room in rooms):
        at = began + timedelta(days=day, minutes=number % 90)
        kind = KINDS[(day + number) % len(KINDS)]
        of_kind = [slug for slug in slugs if slug.startswith(kind)] or list(slugs)
        slug = of_kind[number % len(of_kind)]
        state = DeliveryState.AMBIGUOUS if number % 50 == 49 else DeliveryState.CONFIRMED
        common = {"account_id": ACCOUNT, "room_id": room, "kind": kind, "content": slug, "source": "plan"}
        deliveries.append(
            common
            | {
                "id": number + 1,
                "attempt_id": f"bench-{number}",
                "plan": "value",
                "slot_day": f"{at:%Y-%m-%d}",
                "slot_number": 1,
                "text": SAYINGS[0],
                "state": state,
                "due_at": at,
                "attempts": 1,
                "created_at": at,
                "dispatched_at": at,
                "confirmed_at": at,
                "echo_message_id": f"echo-{number}",
            }
        )
        steps += [
            {"account_id": ACCOUNT, "delivery_id": number + 1, "at": at, "state": step}
            for step in (DeliveryState.PLANNED, DeliveryState.DISPATCHING, state)
        ]
        ledger.append(common | {"posted_at": at, "delivery_id": number + 1, "message_id": f"echo-{number}"})
    for table, rows in ((DeliveryRow, deliveries), (StepRow, steps), (LedgerRow, ledger)):
        _put(engine, table, rows)


def _audit(size: Size, rooms: Sequence[str], began: datetime) -> Iterator[dict[str, Any]]:
    count = max(size.messages // 100, 20)
    for number in range(count):
        yield {
            "account_id": ACCOUNT,
            "at": began + timedelta(days=size.days) * (number / count),
            "actor_id": "wxid_zhoulan",
            "role": "OWNER",
            "command": "/plan",
            "target": "",
            "outcome": "done",
            "room_id": rooms[number % len(rooms)],
        }
