"""A database of the first version, with a life in it, becomes today's without losing a row or a word."""

from datetime import date

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bot.core.delivery import DeliveryState
from bot.core.post import PostKind
from bot.core.posted import Posted, Source
from bot.core.reason import Reason
from storage import day_counts, deliveries, ledger, outbox
from storage.engine import open_writer, sqlite_file
from storage.schema import migrate, migrations
from storage.tables import MembershipRow
from storage.types import to_ms
from tests.storage.given import ACCOUNT, ANNA, HOUR, MINUTE, NOW, OPERATOR, ROOM

S = DeliveryState
FIRST = "0001"
KEPT = "SELECT * FROM {table} ORDER BY 1, 2"
OLD_STATES = [S.PLANNED, S.HELD, S.SKIPPED, S.DISPATCHING, S.ACCEPTED, S.CONFIRMED, S.UNKNOWN, S.FAILED]


def begin(url):
    """The tables of the first version."""
    if file := sqlite_file(url):
        file.parent.mkdir(exist_ok=True)
    engine = open_writer(url)
    config = migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
    engine.dispose()


def insert(connection, table, **row):
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def live(connection):
    """One delivery in each state there was, those that may have gone out in the ledger, and a room with words in it."""
    now = to_ms(NOW)
    insert(connection, "account", account_id=ACCOUNT, self_id="bot", name="群助", first_seen_at=now)
    room = {"topic": "宝妈群", "role": "customer", "settings": '{"window": "20:00-21:00"}'}
    insert(connection, "room", account_id=ACCOUNT, room_id=ROOM, **room, adopted_at=now, adopted_by="op", active=True)
    for number, state in enumerate(OLD_STATES, 1):
        insert(connection, "delivery", **delivery(number, state, now))
        if state not in {S.PLANNED, S.HELD, S.SKIPPED, S.FAILED}:
            entry = {"kind": "value", "source": "plan", "content": f"value/{number}", "message_id": ""}
            where = {"account_id": ACCOUNT, "room_id": ROOM}
            insert(connection, "ledger", **where, posted_at=now + number, **entry, delivery_id=number)
    talk(connection, now)


def talk(connection, now):
    """Anna speaks before and after midnight in China and is told something; an operator speaks, somebody takes back."""
    insert(connection, "operator", account_id=ACCOUNT, contact_id=OPERATOR, role=1, name="", added_by="", added_at=now)
    member = {"account_id": ACCOUNT, "room_id": ROOM, "alias": "", "inviter_id": "", "first_seen_at": now}
    for person in (ANNA, OPERATOR):
        insert(connection, "membership", **member, contact_id=person)
    blank = {"listener_id": "", "recorded_at": now, "handling": 0, "tries": 0, "media_state": 0, "media_name": ""}
    blank |= {"media_path": "", "media_bytes": 0, "text": "你好", "account_id": ACCOUNT, "room_id": ROOM}
    hour = 3_600_000
    for number, (person, kind, later) in enumerate(
        ((ANNA, 7, 0), (ANNA, 7, 4 * hour), (ANNA, 6, 5 * hour), (ANNA, 13, 0), (OPERATOR, 7, 0))
    ):
        said = {"message_id": f"old-{number}", "talker_id": person, "raw_type": kind, "from_self": False}
        insert(connection, "message", **blank, **said, sent_at=now + later)


def delivery(number, state, now):
    sent = state in {S.DISPATCHING, S.ACCEPTED, S.CONFIRMED, S.UNKNOWN}
    return {
        "attempt_id": f"attempt-{number}",
        "account_id": ACCOUNT,
        "room_id": ROOM,
        "plan": "daily",
        "slot_day": "2026-11-20",
        "slot_number": number,
        "kind": "value",
        "content": f"value/{number}",
        "text": "晚上好\x1f🎉" if sent else "",
        "text_hash": "hash" if sent else "",
        "state": state.value,
        "reason": "outside the window" if state in {S.HELD, S.SKIPPED} else "",
        "source": "plan",
        "due_at": now,
        "next_at": to_ms(NOW + HOUR) if state is S.HELD else None,
        "attempts": int(sent),
        "epoch": 3,
        "created_at": now,
        "dispatched_at": now if sent else None,
        "confirmed_at": now if state is S.CONFIRMED else None,
        "sent_message_id": "sent" if state is S.ACCEPTED else "",
        "echo_message_id": "echo" if state is S.CONFIRMED else "",
    }


def ask(url, question):
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            return question(connection)
    finally:
        engine.dispose()


def rows(connection, table):
    return [dict(row) for row in connection.execute(text(KEPT.format(table=table))).mappings()]


@pytest.fixture
def upgraded(empty_database):
    """The URL, and what stood in each table before the upgrade."""
    begin(empty_database)
    ask(empty_database, live)
    before = {table: ask(empty_database, lambda db, t=table: rows(db, t)) for table in ("room", "delivery", "ledger")}
    migrate(empty_database)
    return empty_database, before


def test_every_row_keeps_every_value(upgraded):
    url, before = upgraded
    for table, old in before.items():
        new = ask(url, lambda connection, table=table: rows(connection, table))
        assert len(old) == len(new) > 0
        assert [{**row, **kept} for row, kept in zip(new, old, strict=True)] == new


def test_old_deliveries_are_read_and_go_on(upgraded):
    engine = create_engine(upgraded[0])
    with Session(engine) as db, db.begin():
        found = {delivery.state: delivery for delivery in deliveries.of_date(db, ACCOUNT, "2026-11-20")}
        assert list(found) == OLD_STATES
        assert {delivery.reason.rule for delivery in found.values()} == {""}
        assert (found[S.HELD].reason, found[S.HELD].next_at) == (Reason("", {}, NOW + HOUR), NOW + HOUR)
        assert [item.state for item in deliveries.due(db, ACCOUNT, NOW)] == [S.PLANNED]
        assert outbox.orphaned(db, ACCOUNT, (), Reason("crash"), NOW) == (found[S.DISPATCHING].id,)
        changed = outbox.overdue(db, ACCOUNT, lambda _since: HOUR, MINUTE, NOW)
        assert [item.state for item in changed] == [S.AMBIGUOUS, S.UNCONFIRMED, S.AMBIGUOUS]
        history = ledger.history(db, ACCOUNT, ROOM)
        assert [post.content for post in history] == ["value/4", "value/5", "value/6", "value/7"]
        assert history[0] == Posted(PostKind.VALUE, history[0].at, "value/4", Source.PLAN)
        assert ledger.said_since(db, ACCOUNT, NOW) == 4, "an old post was one message"
    engine.dispose()


@pytest.mark.parametrize("table", ["delivery", "ledger"])
def test_what_was_unique_still_is(upgraded, table):
    again = {name: value for name, value in upgraded[1][table][-1].items() if name != "id"}
    today = {
        "delivery": {
            "via_room_id": "",
            "rule": "",
            "numbers": "{}",
            "body": "",
            "by": "",
            "override": "",
            "approved": "",
        },
        "ledger": {"talker_id": "", "text_hash": "", "pieces": 1},
    }
    fresh = {"delivery": {"attempt_id": "new"}, "ledger": {}}
    row = again | today[table] | fresh[table]
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        ask(upgraded[0], lambda connection: insert(connection, table, **row))


def test_a_row_of_today_must_say_everything_itself(upgraded):
    """The values given to old rows are no defaults: a forgotten column is a fault, not an empty word."""
    row = delivery(99, S.PLANNED, 0)
    with pytest.raises(IntegrityError, match=r"(?i)not.null"):
        ask(upgraded[0], lambda connection: insert(connection, "delivery", **row))


def test_what_was_said_before_is_counted_by_the_calendar_of_its_room(upgraded):
    """19:30 in China is one day, 23:30 the same and 00:30 the next; operators and what was taken back do not count."""
    engine = create_engine(upgraded[0])
    with Session(engine) as db, db.begin():
        assert day_counts.daily(db, ACCOUNT, ANNA, NOW.date()) == (
            (ROOM, date(2026, 11, 20), 2),
            (ROOM, date(2026, 11, 21), 1),
        )
        assert day_counts.of(db, ACCOUNT, OPERATOR) == {}
        heard = {row.contact_id: row.first_words_at for row in db.exec(select(MembershipRow))}
        assert heard == {ANNA: NOW, OPERATOR: NOW}
    engine.dispose()


def test_new_rows_follow_the_old_ones(upgraded):
    highest = max(row["id"] for row in upgraded[1]["ledger"])
    engine = create_engine(upgraded[0])
    with Session(engine) as db, db.begin():
        entry = ledger.enter(db, ACCOUNT, ROOM, kind="reply", source=Source.REPLY, at=NOW)
    engine.dispose()
    assert entry == highest + 1
