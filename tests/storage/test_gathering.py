"""A gathering asked term by term means the same people as looking at one after the other."""

import asyncio
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.core.operator import Role
from bot.policy.segment import parse
from storage import operators, rooms, segments
from storage.gathering import Gathering
from storage.tables import BirthdayRow, CampaignRow, ContactRow, DayCountRow, MembershipRow, PunchRow, TagRow
from tests.storage.databases import begin_anew
from tests.storage.given import ACCOUNT, CUSTOMER, DAY, NOW, OPERATOR, OTHER_ROOM, ROOM
from tests.storage.test_segments import CHARTER, TODAY

PEOPLE = [f"wxid_{letter}" for letter in "abcde"] + [OPERATOR]
ROOMS = (ROOM, OTHER_ROOM)

# Around whole days, where it is decided who is still among them and who is not.
moments = st.builds(
    lambda days, ms: NOW - timedelta(days=days, milliseconds=ms),
    st.one_of(st.integers(-2, 5), st.integers(29, 32)),
    st.integers(-1, 1),
)
numbers = st.integers(0, 4)
signs = st.sampled_from(("<", "<=", ">", ">=", "="))
counted = st.builds(
    "{}{}{}".format,
    st.sampled_from(("words", "words30", "points", "orders", "spent", "streak", "silent", "joined", "birthday")),
    signs,
    st.one_of(numbers, st.sampled_from((30, 31, 99_999))),
)
PLAIN = [
    f"{term}{sign}{n}" for term in ("silent", "joined", "words30", "streak") for sign in ("<", "=") for n in (1, 2, 30)
]
"""Asked of every house, as few expressions by chance come near to anybody's own figures."""

terms = st.one_of(
    counted,
    st.sampled_from(
        ("all", "unsubscribed", "tag:猫", "tag:狗", "tier:VIP", "tier:普通", 'room:"狗狗 群"', f"room:{ROOM}")
    ),
)
expressions = st.recursive(
    terms,
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
    ),
    max_leaves=4,
)
contacts = st.fixed_dictionaries(
    {
        "name": st.sampled_from(("", "小满", "阿凯", "Zoe")),
        "points": numbers,
        "orders": numbers,
        "spent_cents": st.integers(0, 500),
        "tier": st.sampled_from(("", "VIP", "vip", "普通")),
        "unsubscribed_at": st.none() | moments,
    }
)
seats = st.fixed_dictionaries(
    {
        "first_seen_at": moments,
        "last_seen_at": st.none() | moments,
        "joined_at": st.none() | moments,
        "left_at": st.none() | moments,
    }
)
tagged = st.fixed_dictionaries(
    {"expires_at": st.none() | moments, "removed_at": st.none() | st.just(NOW), "assigned_at": st.just(NOW)}
)
houses = st.fixed_dictionaries(
    {
        ContactRow: st.dictionaries(st.sampled_from(PEOPLE), contacts),
        MembershipRow: st.dictionaries(st.tuples(st.sampled_from(ROOMS), st.sampled_from(PEOPLE)), seats),
        TagRow: st.dictionaries(st.tuples(st.sampled_from(PEOPLE), st.sampled_from("猫狗")), tagged),
        DayCountRow: st.dictionaries(
            st.tuples(st.sampled_from(ROOMS), st.sampled_from((0, 1, 29, 30, 31)), st.sampled_from(PEOPLE)),
            st.integers(1, 2),
        ),
        BirthdayRow: st.dictionaries(st.sampled_from(PEOPLE), numbers),
        PunchRow: st.sets(st.tuples(st.sampled_from(PEOPLE), numbers)),
    }
)


def build(db, house):
    """Everybody in a room has a contact, as the bot sees to it."""
    begin_anew(db)
    for room_id, topic in zip(ROOMS, ("猫群", "狗狗 群"), strict=True):
        rooms.adopt(db, ACCOUNT, room_id, topic=topic, role=CUSTOMER, by=OPERATOR, now=NOW)
    operators.add(db, ACCOUNT, OPERATOR, Role.OWNER, name="周岚", by="", now=NOW)
    plain = {"name": "", "points": 0, "orders": 0, "spent_cents": 0, "tier": "", "unsubscribed_at": None}
    known = dict.fromkeys((who for _room, who in house[MembershipRow]), plain) | house[ContactRow]
    put(db, ContactRow, ({"contact_id": who, "first_seen_at": NOW, **facts} for who, facts in known.items()))
    put(
        db,
        MembershipRow,
        ({"room_id": room, "contact_id": who, **seat} for (room, who), seat in house[MembershipRow].items()),
    )
    given_tags = ({"contact_id": who, "tag": tag, **facts} for (who, tag), facts in house[TagRow].items())
    put(db, TagRow, ({"source": "rule", "seen_at": NOW, **facts} for facts in given_tags))
    put(
        db,
        DayCountRow,
        (
            {"room_id": room, "day": (TODAY - back * DAY).isoformat(), "contact_id": who, "messages": said}
            for (room, back, who), said in house[DayCountRow].items()
        ),
    )
    told = {"whose": "self", "calendar": "solar", "source": "told", "by": "", "created_at": NOW, "changed_at": NOW}
    for who, ahead in house[BirthdayRow].items():
        on = TODAY + ahead * DAY
        put(db, BirthdayRow, [{"contact_id": who, "month": on.month, "day": on.day, **told}])
    began = (TODAY - 9 * DAY).isoformat()
    campaign = {"id": 1, "room_id": ROOM, "title": "打卡", "word": "打卡", "starts_on": began, "started_by": OPERATOR}
    put(db, CampaignRow, [{**campaign, "created_at": NOW}])
    for who, back in house[PunchRow]:
        day = (TODAY - back * DAY).isoformat()
        put(
            db, PunchRow, [{"campaign_id": 1, "contact_id": who, "room_id": ROOM, "day": day, "how": "said", "at": NOW}]
        )


def put(db, table, rows):
    for row in rows:
        db.execute(insert(table), {"account_id": ACCOUNT, **row})


@given(house=houses, texts=st.lists(expressions, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_it_means_whom_looking_at_one_after_the_other_means(long_lived, house, texts):
    def compare(db):
        thrown_away = db.begin_nested()
        build(db, house)
        asked = rooms.managed(db, ACCOUNT)
        there = Gathering(db, ACCOUNT, CHARTER, asked, NOW)
        asks = frozenset().union(*(parse(text).asks() for text in [*texts, *PLAIN]))
        crowd = segments.crowd(db, ACCOUNT, CHARTER, asked, asks, NOW)
        for text in [*texts, *PLAIN]:
            segment = parse(text)
            meant = {person.contact_id for person in crowd.everybody() if segment.includes(person)}
            assert segment.among(there) == meant, text
            by_room = {room_id: len(meant & here.keys()) for room_id, here in crowd.present.items()}
            assert there.by_room(meant) == {room_id: count for room_id, count in by_room.items() if count}
        thrown_away.rollback()

    asyncio.run(long_lived.run(compare))
