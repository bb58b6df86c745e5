"""Once a day old words and files go, a good part at a time, and only by a clock that is trusted."""

from datetime import UTC, datetime, timedelta

import pytest
from loguru import logger

from bot.outbound.housekeeping import BATCHES, Housekeeping
from bot.policy.customs import Customs
from storage import accounts, messages, retention, rooms, sending
from storage.store import InlineStore
from storage.tables import Handling, MediaState
from tests.storage.blank import lay
from tests.storage.given import ACCOUNT, CUSTOMER, DAY, MINUTE, NOW, OPERATOR, ROOM, SECOND, said

OLD = NOW - 40 * DAY
MONTH = Customs(keep_messages=timedelta(days=30), keep_media=timedelta(days=7))


@pytest.fixture
async def store(tmp_path):
    file = tmp_path / "qunzhu.db"
    lay(file)
    opened = InlineStore(f"sqlite:///{file}")
    await opened.run(accounts.ensure, ACCOUNT, NOW)
    await opened.run(rooms.adopt, ACCOUNT, ROOM, topic="宝妈群", role=CUSTOMER, by=OPERATOR, now=NOW)
    yield opened
    await opened.close()


@pytest.fixture
def logged():
    lines = []
    number = logger.add(lambda line: lines.append(line.record), level="INFO")
    yield lambda action: [record["extra"] for record in lines if record["extra"].get("action") == action]
    logger.remove(number)


async def keep(store, *said_):
    await store.run(messages.record, [(message, Handling.NONE) for message in said_], NOW)


async def picture(store, folder, name, at):
    """A message with its file in the media folder."""
    file = folder / "media" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"meow")
    message = said(name, sent_at=at)
    await keep(store, message)
    await store.run(messages.media_kept, ACCOUNT, message.message_id, MediaState.STORED, path=name, size=4)
    return file


async def count(store):
    return await store.read(messages.count_since, ACCOUNT, None, datetime(2020, 1, 1, tzinfo=UTC))


async def test_old_words_and_files_go_and_it_is_told_with_counts(store, tmp_path, logged):
    await keep(store, said(sent_at=OLD), said(sent_at=NOW))
    old = await picture(store, tmp_path, "old.jpg", OLD)
    recent = await picture(store, tmp_path, "recent.jpg", NOW - 10 * DAY)
    fresh = await picture(store, tmp_path, "fresh.jpg", NOW)
    await Housekeeping(ACCOUNT, store, MONTH, tmp_path).tidy(NOW)
    assert (old.exists(), recent.exists(), fresh.exists()) == (False, False, True)
    assert await count(store) == 3, "a picture of ten days ago loses its file and keeps its words"
    assert logged("retention.done") == [{"action": "retention.done", "messages": 2, "files": 1}]


async def test_without_a_setting_nothing_ever_goes(store, tmp_path, logged):
    await keep(store, said(sent_at=OLD))
    await Housekeeping(ACCOUNT, store, Customs(), tmp_path).tidy(NOW)
    assert await count(store) == 1
    assert logged("retention.done") == []


async def test_it_is_done_once_a_day(store, tmp_path):
    house = Housekeeping(ACCOUNT, store, MONTH, tmp_path)
    await house.tidy(NOW)
    await keep(store, said(sent_at=OLD))
    await house.tidy(NOW + SECOND)
    assert await count(store) == 1
    await house.tidy(NOW + DAY)
    assert await count(store) == 0


async def test_nothing_goes_by_a_clock_that_jumped(store, tmp_path):
    """Set a year ahead by mistake, it would have made every word old."""
    await keep(store, said(sent_at=NOW))
    wrong = NOW + 365 * DAY
    await store.run(sending.freeze, ACCOUNT, wrong + MINUTE)
    house = Housekeeping(ACCOUNT, store, MONTH, tmp_path)
    await house.tidy(wrong)
    assert await count(store) == 1
    await house.tidy(wrong + 2 * MINUTE)
    assert await count(store) == 0, "after quiet minutes, or an operator's word, the clock is believed"


async def test_a_great_cleaning_goes_on_at_the_next_look(store, tmp_path, logged):
    many = BATCHES * retention.AT_ONCE + 3
    await keep(store, *(said(sent_at=OLD + number * SECOND) for number in range(many)))
    house = Housekeeping(ACCOUNT, store, MONTH, tmp_path)
    await house.tidy(NOW)
    assert await count(store) == 3
    assert logged("retention.done") == []
    await house.tidy(NOW + 5 * SECOND)
    assert await count(store) == 0
    assert logged("retention.done") == [{"action": "retention.done", "messages": many, "files": 0}]


async def test_a_file_that_cannot_be_deleted_keeps_no_words(store, tmp_path, logged):
    stuck = tmp_path / "media" / "stuck.jpg"
    (stuck / "inside").mkdir(parents=True)
    message = said(sent_at=OLD)
    await keep(store, message)
    await store.run(messages.media_kept, ACCOUNT, message.message_id, MediaState.STORED, path="stuck.jpg", size=4)
    await Housekeeping(ACCOUNT, store, MONTH, tmp_path).tidy(NOW)
    assert await count(store) == 0
    assert len(logged("retention.stuck")) == 1
