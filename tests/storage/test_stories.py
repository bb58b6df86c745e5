"""Stories: the longest thing somebody said lately is what an operator means, unless they say more."""

from bot.core.message import MessageKind
from storage import messages, stories
from storage.tables import Handling
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, HOUR, NOW, OTHER_ROOM, ROOM, said

LONG = "年糕刚来的那天晚上躲在冰箱后面，叫了一宿，我就坐在地上陪它到天亮"
WEEK = NOW - 7 * DAY


async def told(store, contact_id=ANNA, room_id="", since=WEEK, words=""):
    return await store.read(stories.told, ACCOUNT, contact_id, room_id, since, words)


async def record(store, *said_messages):
    await store.run(messages.record, [(message, Handling.NONE) for message in said_messages], NOW)


async def test_the_longest_of_their_words_is_the_story(store):
    story, thanks = said(LONG), said("谢谢大家", sent_at=NOW + HOUR)
    await record(store, story, thanks, said(LONG * 2, talker_id=BEN))
    found = await told(store)
    assert (found.message_id, found.room_id, found.text, found.sent_at) == (story.message_id, ROOM, LONG, NOW)
    assert await told(store, room_id=OTHER_ROOM) is None


async def test_words_of_it_choose_another(store):
    short = said("豆豆100%会握手_了")
    await record(store, said(LONG), short)
    assert (await told(store, words="握手")).message_id == short.message_id
    assert (await told(store, words="100%会")).message_id == short.message_id
    assert (await told(store, words="手_")).message_id == short.message_id
    assert await told(store, words="1%会") is None


async def test_old_words_private_words_pictures_and_what_was_taken_back_are_none(store):
    recalled = said(LONG)
    await record(
        store,
        recalled,
        said(LONG, sent_at=WEEK - HOUR),
        said(LONG, room_id=None),
        said(LONG, kind=MessageKind.IMAGE),
    )
    await store.run(messages.recalled, ACCOUNT, [recalled.message_id], NOW)
    assert await told(store) is None
