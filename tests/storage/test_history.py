"""A room's past, turned page by page."""

import time

from bot.core.message import MessageKind
from storage import history, messages
from storage.tables import Handling, MediaState, MessageRow
from tests.storage.given import ACCOUNT, ANNA, BOT, NOW, OTHER_ROOM, ROOM, SECOND, echoed, said
from tests.storage.queries import plans_of


async def keep(store, *spoken):
    await store.run(messages.record, [(message, Handling.NONE) for message in spoken], NOW)


async def pages(store, most):
    """Every page of the room, the newest first, as ids."""
    place, found = None, []
    while page := await store.read(history.before, ACCOUNT, ROOM, place, most):
        found.append([told.message_id for told in page])
        place = page[-1].place
    return found


async def test_pages_hold_everything_once_though_many_things_were_said_in_one_moment(store):
    spoken = [said(str(number), sent_at=NOW + (number // 4) * SECOND) for number in range(23)]
    await keep(store, *spoken, said("elsewhere", room_id=OTHER_ROOM), said("another", account_id="another"))
    found = await pages(store, 5)
    assert [len(page) for page in found] == [5, 5, 5, 5, 3]
    assert [message_id for page in found for message_id in page] == [message.message_id for message in spoken][::-1]


async def test_what_was_recorded_late_stands_where_it_was_said(store):
    late, early = said("second", sent_at=NOW + SECOND), said("first", sent_at=NOW)
    await keep(store, late, early)
    assert await pages(store, 1) == [[late.message_id], [early.message_id]]


async def test_a_page_tells_what_a_message_was(store):
    picture = said("", kind=MessageKind.IMAGE, filename="汤圆.png", mention_ids=(BOT, ANNA))
    await keep(store, picture, echoed("晚上好"))
    await store.run(
        messages.media_kept, ACCOUNT, picture.message_id, MediaState.STORED, path="ab/cd.png", name="汤圆.png", size=3
    )
    await store.run(messages.recalled, ACCOUNT, [picture.message_id], NOW)
    bot, told = await store.read(history.before, ACCOUNT, ROOM, None, 5)
    assert (bot.talker_id, bot.text, bot.recalled) == (BOT, "晚上好", False)
    assert (told.kind, told.media_name, told.media_path) == (MessageKind.IMAGE, "汤圆.png", "ab/cd.png")
    assert (told.mention_ids, told.recalled) == ((BOT, ANNA), True)
    assert await store.read(history.find, ACCOUNT, picture.message_id) == told
    assert await store.read(history.find, ACCOUNT, "never said") is None


async def test_a_place_is_found_by_the_earliest_of_some_messages_and_only_in_its_room(store):
    first, second = said("1"), said("2", sent_at=NOW + SECOND)
    await keep(store, second, first)
    ids = [second.message_id, "unknown", first.message_id]
    place = await store.read(history.place_of, ACCOUNT, ROOM, ids)
    assert place is not None
    assert place.sent_at == NOW
    assert await store.read(history.place_of, ACCOUNT, OTHER_ROOM, ids) is None
    assert await store.read(history.place_of, ACCOUNT, ROOM, []) is None


async def test_a_page_deep_in_a_hundred_thousand_messages_comes_as_fast_as_the_first(store):
    rows = [
        {
            "account_id": ACCOUNT,
            "message_id": f"deep-{number}",
            "room_id": ROOM,
            "talker_id": ANNA,
            "listener_id": "",
            "raw_type": int(MessageKind.TEXT),
            "text": "又下雨了",
            "from_self": False,
            "sent_at": NOW + number * SECOND,
            "recorded_at": NOW,
            "handling": 0,
            "tries": 0,
            "media_state": 0,
            "media_name": "",
            "media_path": "",
            "media_bytes": 0,
        }
        for number in range(100_000)
    ]
    await store.run(lambda db: db.execute(MessageRow.__table__.insert(), rows))

    async def took(place):
        began = time.perf_counter()
        page = await store.read(history.before, ACCOUNT, ROOM, place, 50)
        assert len(page) == 50
        return time.perf_counter() - began

    deep = await store.read(history.place_of, ACCOUNT, ROOM, ["deep-100"])
    first = min([await took(None) for _ in range(5)])
    assert min([await took(deep) for _ in range(5)]) < 5 * first + 0.01


def test_a_page_is_read_from_the_index_and_never_sorted(sqlite_database):
    for place in (None, history.Place(1_800_000_000_000, 7)):
        ((plan, *rest),) = plans_of(sqlite_database, lambda db, at=place: history.before(db, ACCOUNT, ROOM, at, 50))
        assert plan.startswith("SEARCH message USING INDEX ix_message_room (account_id=? AND room_id=?")
        assert rest == []
