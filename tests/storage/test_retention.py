"""Letting go: old words and files in small batches; what was counted, tagged and earned stays."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage import day_counts, members, messages, retention, tags
from storage.engine import open_writer
from storage.tables import FailureRow, Handling, MediaState, MessageRow
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, NOW, ROOM, SECOND, said

OLD = NOW - 30 * DAY


async def keep(store, *said_, handling=Handling.NONE):
    await store.run(messages.record, [(message, handling) for message in said_], NOW)


async def texts(store):
    return await store.read(lambda db: sorted(row.text for row in db.exec(select(MessageRow))))


async def clear_words(store, before=NOW - DAY):
    """Everything there is to let go of; returns how many messages each batch took."""
    counts = []
    while (old := await store.read(retention.old_words, ACCOUNT, before)).ids:
        counts.append(await store.run(retention.drop_words, ACCOUNT, old.ids))
    return counts


async def test_what_is_older_goes_wherever_it_was_said_and_the_rest_stays(adopted):
    await keep(
        adopted,
        said("旧的", sent_at=OLD),
        said("旧的私聊", sent_at=OLD, room_id=None),
        said("新的", sent_at=NOW - DAY),
        said("别家的", sent_at=OLD, account_id="another"),
    )
    assert await clear_words(adopted) == [2]
    assert await texts(adopted) == ["别家的", "新的"]


async def test_what_still_waits_for_an_answer_is_left_alone(adopted):
    await keep(adopted, said("旧的", sent_at=OLD), handling=Handling.PENDING)
    assert await clear_words(adopted) == []


async def test_no_batch_is_large(adopted):
    many = retention.AT_ONCE + 7
    await keep(adopted, *(said(sent_at=OLD + number * SECOND) for number in range(many)))
    assert await clear_words(adopted) == [retention.AT_ONCE, 7]


async def test_counts_tags_and_who_was_there_stay(adopted):
    words = said("我家的猫", sent_at=OLD)
    await keep(adopted, words)

    def notice(db):
        members.seen(db, ACCOUNT, {(ROOM, ANNA): (OLD, OLD)})
        day_counts.add(db, ACCOUNT, [(ROOM, ANNA, OLD.date())])
        tags.met(db, ACCOUNT, [tags.Evidence(ANNA, "养猫", "cats", ROOM, words.message_id, "说到猫", OLD, None)])

    await adopted.run(notice)
    assert await clear_words(adopted) == [1]
    found = await adopted.read(members.person, ACCOUNT, ANNA, "Asia/Shanghai", NOW)
    assert (found.messages, found.first_words_at, [tag.name for tag in found.tags]) == (1, OLD, ["养猫"])
    assert await adopted.read(messages.text_of, ACCOUNT, words.message_id) == ""


async def test_what_is_known_of_a_failed_answer_goes_with_its_message(adopted):
    words = said("/status", sent_at=OLD)
    await keep(adopted, words)
    failure = {"attempt": 3, "limit": 3, "error": "ValueError('豆豆')", "traceback": "…", "now": OLD}
    await adopted.run(messages.failed, ACCOUNT, words.message_id, **failure)
    assert await clear_words(adopted) == [1]
    assert await adopted.read(lambda db: db.exec(select(FailureRow)).all()) == []


@pytest.fixture
async def pictures(adopted):
    """An old picture of Anna's, an old one that Ben sent again yesterday, and a new one."""
    sent = {
        "a/anna.jpg": (OLD,),
        "b/both.jpg": (OLD, NOW - DAY),
        "c/new.jpg": (NOW - DAY,),
    }
    for path, times in sent.items():
        for at in times:
            message = said(path, sent_at=at, talker_id=ANNA if at == OLD else BEN)
            await keep(adopted, message)
            await adopted.run(
                messages.media_kept, ACCOUNT, message.message_id, MediaState.STORED, path=path, name="猫.jpg", size=9
            )
    return adopted


async def test_a_file_that_was_sent_again_is_not_the_old_messages_alone(pictures):
    old = await pictures.read(retention.old_files, ACCOUNT, NOW - 2 * DAY)
    assert (len(old.ids), old.files) == (2, ("a/anna.jpg",))
    assert await pictures.run(retention.drop_files, ACCOUNT, old.ids) == 2
    assert (await pictures.read(retention.old_files, ACCOUNT, NOW - 2 * DAY)).ids == ()
    assert len(await texts(pictures)) == 4, "what was said with a picture stays"


async def test_words_take_their_files_along(pictures):
    old = await pictures.read(retention.old_words, ACCOUNT, NOW - 2 * DAY)
    assert old.files == ("a/anna.jpg",)
    await pictures.run(retention.drop_words, ACCOUNT, old.ids)
    later = await pictures.read(retention.old_words, ACCOUNT, NOW)
    assert later.files == ("b/both.jpg", "c/new.jpg")


async def test_files_are_looked_for_by_an_index(sqlite_database):
    """Every message would have to be read otherwise, every day."""
    engine = open_writer(sqlite_database)
    query = "EXPLAIN QUERY PLAN SELECT id FROM message WHERE media_path <> '' AND {}"
    with engine.begin() as connection:
        plans = [
            str(connection.execute(text(query.format(where))).all())
            for where in ("account_id = 'a' AND sent_at < 5", "media_path IN ('a', 'b')")
        ]
    engine.dispose()
    assert "ix_message_file_sent" in plans[0]
    assert "ix_message_file" in plans[1]
