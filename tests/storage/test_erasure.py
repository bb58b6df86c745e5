"""Somebody is forgotten: no row is about them, and nothing that others wrote names them."""

import random

import pytest
from sqlalchemy import func, select

from bot.core.listed import placeholder
from bot.policy.traces import Traces
from storage import accounts, erasure, forgotten, members, messages, redemptions, striking
from storage.compaction import compact, holds
from storage.engine import sqlite_file
from storage.footprints import FOOTPRINTS
from storage.store import Store
from storage.tables import (
    AuditRow,
    BadgeRow,
    CareRow,
    ContactRow,
    DeliveryRow,
    Handling,
    MembershipRow,
    MessageRow,
    RedemptionRow,
    TagRow,
)
from tests.storage.filled import everything, fill
from tests.storage.given import ACCOUNT, ANNA, BEN, NOW, OPERATOR, OTHER_ROOM, ROOM, said

RARE, NAME = "wxid_zq7rare", "稀奇古怪名"


async def forget(store, contact_id=RARE, spared=()):
    """Both halves, as the bot does them."""
    await store.run(erasure.begin, ACCOUNT, contact_id, spared, NOW)
    for waiting in await store.read(erasure.waiting, ACCOUNT):
        traces = await store.read(striking.widened, ACCOUNT, waiting.traces, waiting.spared)
        for table in FOOTPRINTS:
            keys = await store.read(striking.find, ACCOUNT, table, traces)
            await store.run(striking.mend, table, keys, traces, NOW)
        await store.run(erasure.carried_out, waiting.id)
        await store.run(erasure.close, waiting.id)


def person(db, contact_id=RARE, name=NAME, room_id=ROOM, alias=""):
    """Somebody in a room whose name is known."""
    members.joined(db, ACCOUNT, room_id, (contact_id,), "", NOW)
    members.named(db, ACCOUNT, room_id, contact_id, name, alias, "")
    db.flush()


def record(db, *heard):
    messages.record(db, [(message, Handling.NONE) for message in heard], NOW)


def texts(db):
    return list(db.scalars(select(MessageRow.text).order_by(MessageRow.id)))


async def test_nothing_names_them_in_any_table(store):
    """Every table there is, filled from its columns: a table that erasure does not know would show here."""
    await store.run(fill, ACCOUNT, RARE, NAME, NOW)
    await store.run(lambda db: _call(db, RARE, NAME))
    before = await store.read(everything)
    assert before.count(RARE) > 50
    await forget(store)
    left = await store.read(everything)
    assert [line for line in left.splitlines() if RARE in line or NAME in line] == []
    assert left.count("somebody-else") == before.count("somebody-else")


def _call(db, contact_id, name):
    """Their own row bears their name; the other's must not, for what others are called is not erased."""
    for row in db.scalars(select(ContactRow)):
        row.name = name if row.contact_id == contact_id else "别人"
    for row in db.scalars(select(MembershipRow)):
        row.alias = ""


async def test_forgetting_twice_is_the_same(store):
    await store.run(person)
    await forget(store)
    await forget(store)
    assert await store.read(forgotten.holds, ACCOUNT, RARE)
    assert len((await store.read(forgotten.every, ACCOUNT)).digests) == 1


async def test_only_the_digest_is_kept_and_it_tells_nothing(store):
    await store.run(person)
    await forget(store)
    known = await store.read(forgotten.every, ACCOUNT)
    assert RARE in known
    assert ANNA not in known
    assert len(known.salt) == 32
    assert await store.run(forgotten.remove, ACCOUNT, RARE)
    assert not await store.run(forgotten.remove, ACCOUNT, RARE)
    assert RARE not in await store.read(forgotten.every, ACCOUNT)


async def test_who_comes_back_brings_their_customer_number_back(store):
    def given(db):
        person(db)
        db.get_one(ContactRow, (ACCOUNT, RARE)).member_no = "88001"

    await store.run(given)
    await forget(store)
    assert placeholder("88001") in await store.read(forgotten.every, ACCOUNT)
    await store.run(forgotten.remove, ACCOUNT, RARE)
    assert (await store.read(forgotten.every, ACCOUNT)).digests == frozenset()


async def test_other_people_keep_what_is_theirs(store):
    def given(db):
        person(db)
        person(db, ANNA, "安娜")
        person(db, BEN, NAME, OTHER_ROOM)
        record(db, said("我很好"), said(f"{NAME}怎么样", mention_ids=(RARE, BEN)), said("走了", talker_id=RARE))

    await store.run(given)
    await forget(store)
    assert await store.read(texts) == ["我很好", f"{NAME}怎么样"]
    assert await store.read(lambda db: db.scalars(select(MessageRow.mention_ids)).all()) == [None, [BEN]]
    assert await store.read(members.name_of, ACCOUNT, "", BEN) == NAME


async def test_a_former_name_is_found_where_they_alone_were_mentioned(store):
    def given(db):
        person(db)
        record(
            db,
            said("@旧日花名\u2005在吗", mention_ids=(RARE,)),
            said("旧日花名去哪了"),
            said("@安娜\u2005@旧日花名二\u2005", mention_ids=(ANNA, RARE)),
        )

    await store.run(given)
    await forget(store)
    assert await store.read(texts) == ["@•••\u2005在吗", "•••去哪了", "@安娜\u2005@•••二\u2005"]


async def test_words_of_the_house_are_nobodys_traces(store):
    """Whoever calls themselves like a command must not take that word out of every room."""

    def given(db):
        person(db, RARE, "打卡", alias="老客")
        db.add(TagRow(account_id=ACCOUNT, contact_id=ANNA, tag="老客", source="rule", assigned_at=NOW, seen_at=NOW))
        record(db, said("打卡"), said("老客都来了"))

    await store.run(given)
    await forget(store, spared={"打卡"})
    assert await store.read(texts) == ["打卡", "老客都来了"]


async def test_private_words_go_in_both_directions(store):
    def given(db):
        person(db)
        record(
            db,
            said("悄悄说", room_id=None, talker_id=RARE, listener_id="wxid_bot"),
            said("好的", room_id=None, talker_id="wxid_bot", listener_id=RARE, from_self=True),
            said("大家好"),
        )

    await store.run(given)
    await forget(store)
    assert await store.read(texts) == ["大家好"]


async def test_what_they_bought_with_points_stays_sold(store):
    def given(db):
        person(db)
        for number, state in enumerate(("granted", "asked")):
            db.add(
                RedemptionRow(
                    account_id=ACCOUNT, contact_id=RARE, reward="cup", title="杯子", cost=5, state=state, room_id=ROOM,
                    asked_at=NOW, decided_at=NOW if number == 0 else None,
                )
            )  # fmt: skip

    await store.run(given)
    await forget(store)
    rows = await store.read(lambda db: [(r.contact_id, r.room_id, r.state) for r in db.scalars(select(RedemptionRow))])
    assert rows == [("", "", "granted")]
    assert await store.read(redemptions.untold, ACCOUNT) == ()


async def test_a_greeting_of_theirs_alone_is_emptied_and_a_shared_one_loses_their_part(store):
    def given(db):
        person(db)
        for number, people in ((1, [RARE]), (2, [RARE, ANNA])):
            delivery = DeliveryRow(
                attempt_id=f"a{number}", account_id=ACCOUNT, room_id=ROOM, plan=f"birthday:{number}",
                slot_day="2026-11-20", slot_number=1, kind="care", content="care/x", state="CONFIRMED",
                text=f"祝{NAME}家的豆豆生日快乐", due_at=NOW, created_at=NOW, echo_message_id=f"echo-{number}",
            )  # fmt: skip
            db.add(delivery)
            db.flush()
            record(db, said(delivery.text, message_id=f"echo-{number}", talker_id="wxid_bot", from_self=True))
            for contact_id in people:
                db.add(
                    CareRow(
                        account_id=ACCOUNT, occasion="birthday", subject=f"{number}{contact_id}", turn="2026",
                        contact_id=contact_id, room_id=ROOM, delivery_id=delivery.id,
                        about={"pet": "豆豆" if contact_id == RARE else "毛毛"}, created_at=NOW,
                    )
                )  # fmt: skip

    await store.run(given)
    await forget(store)
    said_in_posts = await store.read(lambda db: db.scalars(select(DeliveryRow.text).order_by(DeliveryRow.id)).all())
    assert said_in_posts == ["", "祝•••家的•••生日快乐"]
    assert await store.read(texts) == ["", "祝•••家的•••生日快乐"]


async def test_an_operator_who_was_one_stays_in_the_audit_without_a_name(store):
    def given(db):
        person(db)
        for actor, role in ((RARE, "member"), (RARE, "operator"), (OPERATOR, "owner")):
            db.add(
                AuditRow(
                    account_id=ACCOUNT, at=NOW, actor_id=actor, role=role, command="/member", target=f"{NAME} {RARE}",
                    outcome="done",
                )
            )  # fmt: skip

    await store.run(given)
    await forget(store)
    rows = await store.read(lambda db: [(r.actor_id, r.role, r.target) for r in db.scalars(select(AuditRow))])
    assert rows == [("", "operator", "••• •••"), (OPERATOR, "owner", "••• •••")]


async def test_two_keys_that_named_them_stay_two(store):
    def given(db):
        person(db)
        for badge in (f"{NAME}的朋友", f"{RARE}的朋友"):
            db.add(BadgeRow(account_id=ACCOUNT, contact_id=ANNA, badge=badge, at=NOW))

    await store.run(given)
    await forget(store)
    badges = await store.read(lambda db: set(db.scalars(select(BadgeRow.badge))))
    assert len(badges) == 2
    assert all(badge.startswith("•••") and badge.endswith("的朋友") for badge in badges)


async def test_another_account_in_the_same_database_is_left_alone(store):
    def given(db):
        person(db)
        db.add(ContactRow(account_id="other", contact_id=RARE, name=NAME, first_seen_at=NOW))

    await store.run(given)
    await forget(store)
    assert await store.read(lambda db: db.scalar(select(func.count()).select_from(ContactRow))) == 1


async def test_what_came_in_meanwhile_goes_the_second_time(store):
    await store.run(person)
    await store.run(erasure.begin, ACCOUNT, RARE, (), NOW)
    await store.run(lambda db: record(db, said("还在路上", talker_id=RARE)))
    await store.run(erasure.remove, ACCOUNT, RARE)
    assert await store.read(texts) == []


async def test_a_file_that_somebody_else_sent_too_is_still_in_use(store):
    def given(db):
        record(db, said(), said(talker_id=BEN))
        for row, path in zip(db.scalars(select(MessageRow)), ("aa/1.png", "aa/2.png"), strict=True):
            row.media_path = path

    await store.run(given)
    assert await store.read(erasure.files_in_use, ["aa/1.png", "bb/9.png"]) == {"aa/1.png"}
    assert await store.read(erasure.files_in_use, []) == set()


async def test_the_census_counts_what_there_is(store):
    def given(db):
        person(db)
        record(db, said(talker_id=RARE), said(talker_id=RARE), said())

    await store.run(given)
    assert await store.read(erasure.census, ACCOUNT, RARE) == erasure.Census(words=2, files=0, other=2)


@pytest.mark.parametrize("rows", [30, 5000])
async def test_the_file_itself_holds_nothing(sqlite_database, rows):
    """Rows and index entries in random order: pages are split and leave copies behind that no deletion overwrites."""
    store = Store(str(sqlite_database))
    try:
        await store.run(accounts.ensure, ACCOUNT, NOW)
        await store.run(person)
        chance = random.Random(3)
        for _batch in range(0, rows, 500):
            await store.run(_scatter, min(rows, 500), chance)
        await forget(store)
        words = Traces(RARE, (NAME,)).forms()
        assert compact(store.url, words)
        files = [file for file in sqlite_database_files(store.url) if file.stat().st_size]
        assert files
        assert [file.name for file in files if holds(file, words)] == []
    finally:
        await store.close()


def _scatter(db, rows, chance):
    for number in range(rows):
        who = RARE if chance.random() < 0.2 else f"wxid_{chance.randrange(10**6):06}"
        text = f"{number} {NAME if chance.random() < 0.3 else '别人'}来了 {'长' * chance.randrange(300)}"
        record(db, said(text, talker_id=who, room_id=f"room-{chance.randrange(50)}"))
        tag = f"标签{chance.randrange(10**9)}"
        db.add(TagRow(account_id=ACCOUNT, contact_id=who, tag=tag, source="rule", assigned_at=NOW, seen_at=NOW))
    db.flush()


def sqlite_database_files(url):
    file = sqlite_file(url)
    return sorted(file.parent.glob(f"{file.name}*"))
