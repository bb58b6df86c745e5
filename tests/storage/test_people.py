"""The list of everybody: in which order, on which page, and who is found by what."""

from datetime import date

import pytest

from storage import audit, day_counts, ledger, members, people, rooms, tags
from storage.people import Place, Sought
from storage.tables import ContactRow
from tests.storage.given import ACCOUNT, ANNA, BEN, CUSTOMER, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM

CARL, DORA, EVE = "wxid_carl", "wxid_dora", "wxid_eve"


def furnish(db):
    """Anna and Ben spoke, Ben in two rooms; Carl and Dora never did; Eve was imported and is in no room."""
    for room_id, topic in ((ROOM, "宝妈群"), (OTHER_ROOM, "猫群")):
        rooms.adopt(db, ACCOUNT, room_id, topic=topic, role=CUSTOMER, by=OPERATOR, now=NOW)
    members.present(db, ACCOUNT, ROOM, [ANNA, BEN, CARL, DORA], NOW - 5 * DAY)
    members.present(db, ACCOUNT, OTHER_ROOM, [BEN], NOW - 5 * DAY)
    spoke = {(ROOM, ANNA): (NOW, NOW), (ROOM, BEN): (NOW - DAY, NOW - DAY), (OTHER_ROOM, BEN): (NOW, NOW + HOUR)}
    members.seen(db, ACCOUNT, spoke)
    members.named(db, ACCOUNT, ROOM, ANNA, "Anna 安娜", "豆豆妈_100%", "")
    members.named(db, ACCOUNT, ROOM, BEN, "<script>", "", "")
    members.left(db, ACCOUNT, ROOM, [DORA], NOW)
    db.add(ContactRow(account_id=ACCOUNT, contact_id=EVE, name="夏娃", first_seen_at=NOW, member_no="VIP0042"))
    db.add(ContactRow(account_id="another", contact_id="wxid_far", name="Anna", first_seen_at=NOW))
    db.flush()


@pytest.fixture
async def furnished(store):
    await store.run(furnish)
    return store


async def listed(store, after=None, limit=50, **sought):
    found = await store.read(people.page, ACCOUNT, Sought(**sought), after, limit)
    return [place.contact_id for place in found]


async def test_who_spoke_last_comes_first_and_nobody_comes_twice(furnished):
    assert await listed(furnished) == [BEN, ANNA, EVE, DORA, CARL]


async def test_somebody_who_spoke_at_one_moment_in_two_rooms_comes_once(furnished):
    await furnished.run(members.seen, ACCOUNT, {(ROOM, BEN): (NOW, NOW + HOUR)})
    assert await listed(furnished) == [BEN, ANNA, EVE, DORA, CARL]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_follow_each_other_without_gap_or_repeat(furnished, limit):
    seen, after = [], None
    while found := await furnished.read(people.page, ACCOUNT, Sought(), after, limit):
        seen += [place.contact_id for place in found]
        after = found[-1]
    assert seen == [BEN, ANNA, EVE, DORA, CARL]


async def test_people_with_words_of_the_same_moment_are_not_lost_between_pages(store):
    await store.run(members.seen, ACCOUNT, {(ROOM, who): (NOW, NOW) for who in (ANNA, BEN, CARL)})
    first = await store.read(people.page, ACCOUNT, Sought(), None, 2)
    assert first == [Place(NOW, who) for who in (CARL, BEN)]
    assert await listed(store, first[-1]) == [ANNA]


async def test_a_room_lists_who_is_there_now_by_what_they_said_there(furnished):
    assert await listed(furnished, room_id=ROOM) == [ANNA, BEN, CARL]
    assert await listed(furnished, room_id=OTHER_ROOM) == [BEN]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("安", [ANNA]),
        ("ANNA", [ANNA]),
        ("豆豆妈", [ANNA]),
        ("wxid_c", [CARL]),
        ("vip00", [EVE]),
        ("0042", [EVE]),
        ("<SCRIPT", [BEN]),
        ("%", [ANNA]),
        ("_1", [ANNA]),
        ("没有这个人", []),
    ],
)
async def test_people_are_found_by_a_part_of_what_they_go_by(furnished, text, found):
    """A percent sign or a low line in it means itself."""
    assert await listed(furnished, text=text) == found
    assert await furnished.read(people.matching, ACCOUNT, text) == set(found)


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_what_is_found_comes_in_the_order_of_the_list_and_by_pages(furnished, limit):
    seen, after = [], None
    while found := await furnished.read(people.page, ACCOUNT, Sought("wxid_"), after, limit):
        seen += found
        after = found[-1]
    assert [place.contact_id for place in seen] == [BEN, ANNA, EVE, DORA, CARL]
    assert [place.last for place in seen] == [NOW + HOUR, NOW, None, None, None]


async def test_a_text_and_a_room_narrow_the_list_together(furnished):
    assert await listed(furnished, text="wxid", room_id=OTHER_ROOM) == [BEN]
    assert await listed(furnished, text="wxid", room_id=ROOM) == [ANNA, BEN, CARL]


async def test_a_line_says_where_they_are_and_what_they_said_lately(furnished):
    await furnished.run(day_counts.add, ACCOUNT, [(ROOM, ANNA, date(2026, 11, day)) for day in (1, 19, 20, 20)])
    await furnished.run(tags.add, ACCOUNT, ANNA, "养猫", by=OPERATOR, now=NOW)
    await furnished.run(tags.add, ACCOUNT, BEN, "养狗", by=OPERATOR, now=NOW)
    places = await furnished.read(people.page, ACCOUNT, Sought(), None, 50)
    lines = await furnished.read(people.lines, ACCOUNT, places, date(2026, 11, 10), NOW)
    ben, anna, eve, dora, _carl = lines
    assert (anna.name, anna.month, anna.tags, anna.last) == ("Anna 安娜", 3, ("养猫",), NOW)
    assert [(seen.room, seen.left) for seen in ben.rooms] == [("宝妈群", False), ("猫群", False)]
    assert [(seen.room, seen.left) for seen in dora.rooms] == [("宝妈群", True)]
    assert (eve.name, eve.number, eve.rooms, eve.last, eve.unsubscribed) == ("夏娃", "VIP0042", (), None, False)


async def test_names_are_those_the_house_knows(furnished):
    assert await furnished.read(people.names, ACCOUNT, [ANNA, CARL, "nobody"]) == {ANNA: "Anna 安娜"}
    assert await furnished.read(people.names, ACCOUNT, []) == {}


async def test_a_tag_is_counted_by_what_gave_it(furnished):
    for who in (ANNA, BEN):
        await furnished.run(tags.add, ACCOUNT, who, "养猫", by=OPERATOR, now=NOW)
    hit = tags.Evidence(CARL, "养猫", "pet.cat", ROOM, "m-1", "说起猫", NOW, NOW + DAY)
    await furnished.run(tags.met, ACCOUNT, [hit])
    assert await furnished.read(tags.sources, ACCOUNT, NOW) == {"养猫": {("operator", ""): 2, ("rule", "pet.cat"): 1}}
    assert await furnished.read(tags.sources, ACCOUNT, NOW + DAY) == {"养猫": {("operator", ""): 2}}


async def test_the_ledger_tells_where_a_post_was_last_said(furnished):
    for room_id, slug, at in (
        (ROOM, "value/a", NOW),
        (OTHER_ROOM, "value/a", NOW + HOUR),
        (ROOM, "value/a", NOW + 2 * HOUR),
        (ROOM, "value/b", NOW),
    ):
        await furnished.run(ledger.enter, ACCOUNT, room_id, kind="value", source="plan", content=slug, at=at)
    found = await furnished.read(ledger.last_posted, ACCOUNT, ["value/a", "value/none"])
    assert found == {"value/a": (ROOM, NOW + 2 * HOUR)}
    where = await furnished.read(ledger.posted_where, ACCOUNT, "value/a")
    assert where == {ROOM: NOW + 2 * HOUR, OTHER_ROOM: NOW + HOUR}


async def test_the_audit_is_read_by_pages_by_actor_and_by_outcome(store):
    outcomes = [audit.Outcome.DONE, audit.Outcome.REFUSED]
    for number in range(6):
        entry = audit.AuditEntry(
            NOW, (ANNA, BEN, OPERATOR)[number % 3], "owner", f"/{number}", "", outcomes[number % 2]
        )
        await store.run(audit.write, ACCOUNT, entry)
    first = await store.read(audit.page, ACCOUNT, limit=4)
    rest = await store.read(audit.page, ACCOUNT, before=first[-1][0], limit=4)
    assert [entry.command for _number, entry in (*first, *rest)] == ["/5", "/4", "/3", "/2", "/1", "/0"]
    refused = await store.read(audit.page, ACCOUNT, actors=[BEN, OPERATOR], outcome=outcomes[1], limit=4)
    assert [entry.command for _number, entry in refused] == ["/5", "/1"]
    assert await store.read(audit.page, ACCOUNT, actors=[], limit=4) == ()


@pytest.mark.parametrize("place", [Place(NOW, "wxid_a.b"), Place(None, "wxid_a.b")])
def test_a_place_survives_its_way_through_an_address(place):
    assert people.marked(place.mark) == place


@pytest.mark.parametrize("mark", ["", "x", ".", "999999999999999999.wxid", "-1.wxid", "１２.wxid"])
def test_what_is_no_place_means_the_beginning(mark):
    assert people.marked(mark) is None
