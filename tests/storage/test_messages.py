"""Messages: kept once, in order, byte for byte, with what became of each."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from bot.core.errors import StoreError
from bot.core.message import MessageKind
from storage import messages
from storage.tables import FailureRow, Handling, MediaState, MessageRow
from tests.storage.given import ACCOUNT, ANNA, BOT, HOUR, NOW, OTHER_ROOM, ROOM, SECOND, said

HOSTILE = {
    "nul": "a\x00b",
    "zero-width": "赚\u200b钱\u2060\ufeff",
    "bidi": "\u202e反\u2066过\u2069来",
    "emoji": "🧑‍🍼👩🏽‍🚀🇨🇳",
    "quotes": """'; DROP TABLE message;-- " \\ %s :name ? {{ 7*7 }}""",
    "line ends": "一\r\n二\r三\u2028四\x85",
    "spaces": "  \t前后\u3000 ",
    "empty": "",
    "long": "水" * 19_998 + "🎉!",
    "rare": "\ufffe\U0010ffff\ue000𠮷",
}


async def keep(store, *spoken, handling=Handling.NONE, now=NOW):
    await store.run(messages.record, [(message, handling) for message in spoken], now)


async def row_of(store, message):
    return await store.read(
        lambda db: db.exec(select(MessageRow).where(MessageRow.message_id == message.message_id)).one()
    )


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_is_kept_byte_for_byte(store, name):
    text = HOSTILE[name]
    message = said(text)
    await keep(store, message)
    kept = text.replace("\x00", "\u2400") if store.url.drivername != "sqlite" else text
    assert await store.read(messages.text_of, ACCOUNT, message.message_id) == kept


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
async def test_any_text_is_kept_byte_for_byte(store, text):
    message = said(text)
    await keep(store, message)
    assert await store.read(messages.text_of, ACCOUNT, message.message_id) == text


async def test_everything_about_a_message_is_kept(store):
    message = said(
        "看", kind=MessageKind.UNKNOWN, raw_type=99, mention_ids=(BOT, ANNA), listener_id="x", from_self=True
    )
    await keep(store, message, now=NOW + SECOND)
    row = await row_of(store, message)
    assert (row.raw_type, row.mention_ids, row.listener_id, row.from_self) == (99, [BOT, ANNA], "x", True)
    assert (row.room_id, row.talker_id, row.sent_at, row.recorded_at) == (ROOM, ANNA, NOW, NOW + SECOND)
    assert (row.recalled_at, row.handling, row.media_state) == (None, Handling.NONE, MediaState.NONE)


async def test_new_ids_are_those_never_recorded_by_this_account(store):
    await keep(store, said(message_id="a"), said(message_id="b", account_id="another"))
    assert await store.read(messages.new_ids, ACCOUNT, ["a", "b", "c", "c"]) == {"b", "c"}
    assert await store.read(messages.new_ids, ACCOUNT, []) == set()


async def test_the_database_itself_refuses_a_message_twice(store):
    await keep(store, said(message_id="a"))
    with pytest.raises(StoreError, match=r"(?i)unique"):
        await keep(store, said(message_id="fresh"), said(message_id="a"))
    assert await store.read(messages.new_ids, ACCOUNT, ["fresh"]) == {"fresh"}
    await keep(store, said(message_id="a", account_id="another"))


async def test_what_waits_for_an_answer_comes_back_in_the_order_it_was_recorded(store):
    asked = [said(f"/{number}", sent_at=NOW - number * SECOND, mention_ids=(BOT,)) for number in range(5)]
    await keep(store, *asked, handling=Handling.PENDING)
    await keep(store, said("随便聊聊"))
    assert [waiting.message for waiting in await store.read(messages.pending, ACCOUNT)] == asked
    assert await store.read(messages.pending, "another") == ()


@pytest.mark.parametrize("end", [Handling.DONE, Handling.TOO_OLD, Handling.SET_ASIDE])
async def test_what_was_answered_waits_no_more(store, end):
    message = said()
    await keep(store, message, handling=Handling.PENDING)
    await store.run(messages.set_handling, ACCOUNT, message.message_id, end)
    await store.run(messages.set_handling, ACCOUNT, "never stored", end)
    assert await store.read(messages.pending, ACCOUNT) == ()


async def test_a_message_that_keeps_failing_is_set_aside_with_every_traceback(store):
    message = said()
    await keep(store, message, handling=Handling.PENDING)
    ends, tries = [], []
    for attempt in (1, 2, 3):
        tries += [waiting.tries for waiting in await store.read(messages.pending, ACCOUNT)]
        ends.append(
            await store.run(
                messages.failed,
                ACCOUNT,
                message.message_id,
                attempt=attempt,
                limit=3,
                error="ValueError",
                traceback=f"try {attempt}",
                now=NOW,
            )
        )
    assert ends == [Handling.PENDING, Handling.PENDING, Handling.SET_ASIDE]
    assert tries == [0, 1, 2]
    assert await store.read(messages.pending, ACCOUNT) == ()
    assert await store.read(messages.set_aside, ACCOUNT) == 1
    failures = await store.read(lambda db: [(row.attempt, row.traceback) for row in db.exec(select(FailureRow))])
    assert sorted(failures) == [(1, "try 1"), (2, "try 2"), (3, "try 3")]


async def test_a_recalled_message_is_marked_and_keeps_its_words(store):
    message, other = said("说错了"), said("没说错")
    await keep(store, message, other)
    await store.run(messages.recalled, ACCOUNT, [message.message_id, "unknown"], NOW + HOUR)
    assert [(await row_of(store, each)).recalled_at for each in (message, other)] == [NOW + HOUR, None]
    assert await store.read(messages.text_of, ACCOUNT, message.message_id) == "说错了"


async def test_files_to_fetch_come_newest_first(store):
    kinds = (MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO, MessageKind.ATTACHMENT, MessageKind.TEXT)
    sent = [said("", kind=kind, filename=f"{kind.name}.bin") for kind in kinds]
    await keep(store, *sent)
    waiting = await store.read(messages.awaiting_media, ACCOUNT, 3)
    assert list(waiting) == [sent[3], sent[2], sent[1]]


@pytest.mark.parametrize("state", [MediaState.STORED, MediaState.TOO_LARGE, MediaState.LOST])
async def test_a_file_that_was_dealt_with_is_not_fetched_again(store, state):
    message = said("", kind=MessageKind.IMAGE)
    await keep(store, message)
    size = 3_000_000_000
    await store.run(
        messages.media_kept, ACCOUNT, message.message_id, state, path="media/a.png", name="图.png", size=size
    )
    assert await store.read(messages.awaiting_media, ACCOUNT, 10) == ()
    row = await row_of(store, message)
    assert (row.media_path, row.media_name, row.media_bytes) == ("media/a.png", "图.png", size)


async def test_counting_leaves_the_bot_and_the_past_out(store):
    await keep(store, said(), said(sent_at=NOW - SECOND), said(from_self=True), said(room_id=OTHER_ROOM))
    assert await store.read(messages.count_since, ACCOUNT, ROOM, NOW) == 1
    assert await store.read(messages.count_since, ACCOUNT, None, NOW) == 2
    assert await store.read(messages.count_since, "another", None, NOW) == 0


async def test_the_bot_spoke_to_somebody_only_if_it_did_so_privately_and_since(store):
    await keep(store, said(from_self=True, talker_id=BOT, room_id=None, listener_id=ANNA))
    await keep(store, said(from_self=True, talker_id=BOT, listener_id="ben"))
    assert await store.read(messages.spoke_to, ACCOUNT, ANNA, NOW)
    assert not await store.read(messages.spoke_to, ACCOUNT, ANNA, NOW + SECOND)
    assert not await store.read(messages.spoke_to, ACCOUNT, "ben", NOW)


async def test_a_message_that_was_never_stored_said_nothing(store):
    assert await store.read(messages.text_of, ACCOUNT, "never") == ""


async def test_recording_nothing_is_harmless(store):
    await keep(store)
    assert await store.read(messages.count_since, ACCOUNT, None, NOW - HOUR) == 0


async def test_a_message_asks_until_somebody_has_dealt_with_it(store):
    await store.run(messages.record, [(said(message_id="m-1"), Handling.PENDING)], NOW)
    assert await store.read(messages.still_asks, ACCOUNT, "m-1")
    assert await store.read(messages.still_asks, ACCOUNT, "never stored")
    await store.run(messages.set_handling, ACCOUNT, "m-1", Handling.DONE)
    assert not await store.read(messages.still_asks, ACCOUNT, "m-1")
