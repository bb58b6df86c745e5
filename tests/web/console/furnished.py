"""People for the console's views to show: ordinary ones, and some whose names want to do harm."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.core.birthday import Birthday, Calendar, Whose
from bot.core.checkin import Campaign, Counts, How
from bot.core.points import CORRECT, Payment
from bot.core.purchase import Purchase
from bot.policy.customs import Customs
from storage import (
    birthdays,
    checkins,
    consent,
    day_counts,
    members,
    points,
    punches,
    purchases,
    saved_segments,
    tags,
    tiers,
)
from storage.store import Db
from tests.web.house import CATS, DOGS, OWNER, House, day, visited

NOW = day("2026-11-22 18:55")
TODAY = date(2026, 11, 22)
BIDI, LONG, EMOJI = "\u202e反着写\u202c", "很长的名字" * 40, "👩‍👧🐱"
SCRIPT = "<script>alert('hi')</script>"
"""What people call themselves who want to see what happens."""

MEI, ROB, LEFT, NAMELESS = "wxid_mei", "wxid_rob", "wxid_left", "wxid_nameless"
NAMES = {MEI: "梅子", ROB: SCRIPT, "wxid_bidi": BIDI, "wxid_long": LONG, "wxid_emoji": EMOJI, LEFT: "走了的人"}
EVIL_TAG = '"><img src=x onerror=alert(1)>'


def furnish(db: Db, account_id: str) -> None:
    """A room of people with words, tags, birthdays, check-ins, points and orders."""
    there = [*NAMES, NAMELESS]
    at = NOW - timedelta(days=20)
    members.joined(db, account_id, CATS, there, OWNER, at)
    for number, (contact_id, name) in enumerate(NAMES.items()):
        members.named(db, account_id, CATS, contact_id, name, "豆豆妈" if contact_id == MEI else "", "")
        last = NOW - timedelta(hours=number)
        members.seen(db, account_id, {(CATS, contact_id): (at, last)})
        said = [(CATS, contact_id, TODAY - timedelta(days=ago)) for ago in range(0, 30, 3) for _ in range(ago % 5 + 1)]
        day_counts.add(db, account_id, said)
    members.left(db, account_id, CATS, [LEFT], NOW)
    consent.unsubscribe(db, account_id, ROB, NOW)
    _tag(db, account_id)
    _celebrate(db, account_id)
    _pay(db, account_id)
    saved_segments.save(db, account_id, "养猫的", "tag:养猫", by=OWNER, now=NOW)


def _tag(db: Db, account_id: str) -> None:
    heard = tags.Evidence(MEI, "养猫", "pet.cat", CATS, "m-none", "说起自家的猫", NOW, NOW + timedelta(days=90))
    tags.met(db, account_id, [heard])
    for contact_id, tag in ((MEI, "敏感肌"), (ROB, "养猫"), (ROB, EVIL_TAG[:20]), (MEI, "夜猫子")):
        tags.add(db, account_id, contact_id, tag, by=OWNER, now=NOW)
    tags.remove(db, account_id, MEI, "夜猫子", by=OWNER, now=NOW)


def _celebrate(db: Db, account_id: str) -> None:
    told = (
        (MEI, Whose.SELF, "", Calendar.SOLAR, 11, 22, False),
        (MEI, Whose.PET, "豆豆", Calendar.LUNAR, 10, 20, True),
        (ROB, Whose.CHILD, SCRIPT, Calendar.SOLAR, 12, 1, False),
    )
    for contact_id, whose, name, calendar, month, on, private in told:
        facts = Birthday(0, contact_id, whose, name, calendar, month, on, year=1987, private=private, room_id=CATS)
        birthdays.add(db, account_id, facts, source=birthdays.CHAT, by=contact_id, now=NOW)


def _pay(db: Db, account_id: str) -> None:
    gift = Payment(MEI, CORRECT, "correct:1", 12, CATS, TODAY, "中秋补发", OWNER)
    points.take(db, account_id, gift, NOW)
    order = Purchase("NO-1", MEI, 12_900, datetime.fromisoformat("2026-11-01T12:00+08:00"))
    purchases.add(db, account_id, [order], NOW)
    tiers.reckon(db, account_id, tiers.Terms(Customs()), [MEI], NOW)


def begin_checkin(db: Db, account_id: str, title: str = "早餐打卡", room_id: str = CATS) -> int:
    """A check-in that runs for ten days already; Mei keeps it up, Rob is on leave today."""
    campaign = Campaign(0, room_id, title, "早", Counts.WORD, frozenset(range(1, 8)), TODAY - timedelta(days=9), goal=7)
    started = checkins.start(db, account_id, campaign, OWNER, NOW - timedelta(days=9))
    kept = [(MEI, ago, How.OPERATOR) for ago in range(10)]
    kept += [(ROB, ago, How.MAKEUP) for ago in (1, 2, 5)] + [(ROB, 0, How.LEAVE)]
    for contact_id, ago, how in kept:
        on, at = TODAY - timedelta(days=ago), NOW - timedelta(days=ago)
        punches.enter(db, account_id, started, contact_id, on, how, Customs(), at, by=OWNER)
    return started.id


@asynccontextmanager
async def furnished(folder: Path) -> AsyncIterator[House]:
    """The open shop with these people in its cat room; `DOGS` has those of the demo."""
    async with visited(folder, opened=True) as house:
        assert house.app.directory.manages(DOGS)
        await house.app.store.run(furnish, house.app.account)
        yield house
