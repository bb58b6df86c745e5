"""Members' files: kept once under their hash, noted when too large, tried again when the gateway fails."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest

from bot.core.errors import FileTooLargeError, GatewayError
from bot.core.message import File, MessageKind
from bot.inbound import media
from bot.inbound.media import MediaFetcher
from storage import messages
from storage.tables import Handling, MediaState
from tests.faults.look import look, until_shows
from tests.storage.databases import (
    adopted,
    database,
    long_lived,
    postgres,
    postgres_database,
    sqlite_database,
    store,
)
from tests.storage.given import NOW, said

__all__ = [
    "adopted",
    "database",
    "long_lived",
    "postgres",
    "postgres_database",
    "sqlite_database",
    "store",
]

KEPT = "SELECT message_id, media_state, media_name, media_bytes FROM message ORDER BY id"
PNG = b"\x89PNG" + b"cat" * 100


class Shelf:
    """A gateway's files, of which some fail a few times first."""

    def __init__(self, **files):
        self.files = {name: deque(answers) for name, answers in files.items()}
        self.asked = []

    async def fetch_file(self, message, limit):
        self.asked.append(message.message_id)
        answer = self.files[message.message_id].popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
async def fetching(adopted, tmp_path, monkeypatch):
    """Starts a fetcher over a shelf, with the messages recorded whose files are on it."""
    monkeypatch.setattr(media, "RETRY_SECONDS", 0.01)
    tasks = []

    async def start(connected=lambda: True, **files):
        shelf = Shelf(**files)
        fetcher = MediaFetcher(adopted, shelf, tmp_path, 1_000, connected)
        found = [said("", message_id=name, kind=MessageKind.IMAGE, filename="原名.png") for name in files]
        await adopted.run(messages.record, [(message, Handling.NONE) for message in found], NOW)
        tasks.append(asyncio.create_task(fetcher.run()))
        for message in found:
            fetcher.put(message)
        return shelf

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_same_picture_is_kept_once_under_a_name_that_no_member_chose(adopted, fetching, tmp_path):
    await fetching(a=[File("../../猫.P n/g", PNG)], b=[File("狗.png", PNG)], c=[File("猫.PNG", b"other")])
    await until_shows(adopted, KEPT, [("a", 2, "../../猫.P n/g", 304), ("b", 2, "狗.png", 304), ("c", 2, "猫.PNG", 5)])
    paths = [path for (path,) in await look(adopted, "SELECT media_path FROM message ORDER BY id")]
    assert all((tmp_path / "media" / path).resolve().is_relative_to(tmp_path / "media") for path in paths)
    assert (tmp_path / "media" / paths[1]).read_bytes() == PNG
    assert paths[2].endswith(".png")
    assert not list(tmp_path.rglob("*.part"))


async def test_a_file_above_the_limit_is_noted_and_not_asked_for_again(adopted, fetching):
    shelf = await fetching(a=[FileTooLargeError("2000 bytes")], b=[File("b.png", PNG)])
    await until_shows(adopted, KEPT, [("a", MediaState.TOO_LARGE, "原名.png", 0), ("b", 2, "b.png", 304)])
    assert shelf.asked == ["a", "b"]


async def test_a_file_is_tried_three_times_and_then_given_up(adopted, fetching):
    fault = GatewayError("timed out")
    shelf = await fetching(a=[fault, fault, File("a.png", PNG)], b=[fault] * 3)
    await until_shows(adopted, KEPT, [("a", 2, "a.png", 304), ("b", MediaState.LOST, "原名.png", 0)])
    assert sorted(shelf.asked) == ["a"] * 3 + ["b"] * 3


async def test_a_gateway_that_is_away_costs_no_try(adopted, fetching):
    """Everything that waited was given up for lost when the gateway was out of hearing for a quarter of a minute."""
    fault = GatewayError("there is no link")
    shelf = await fetching(connected=lambda: len(shelf_asked) > 8, a=(answers := [fault] * 8 + [File("a.png", PNG)]))
    shelf_asked = shelf.asked
    await until_shows(adopted, KEPT, [("a", 2, "a.png", 304)])
    assert len(shelf.asked) == len(answers) == 9
