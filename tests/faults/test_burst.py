"""A burst of thousands of messages from the JavaScript gateway: all recorded once, in order, in little memory."""

from __future__ import annotations

import pytest

from tests.bench import burst
from tests.gateway.js import JsGateway, available

NO_JS = available()
pytestmark = [
    pytest.mark.gateway,
    pytest.mark.skipif(NO_JS is not None, reason=f"the JavaScript gateway: {NO_JS}"),
    pytest.mark.xdist_group("load"),
]

MEMORY_MB = 150
COUNTS = [pytest.param(4_000), pytest.param(burst.COUNT, marks=pytest.mark.lab)]


@pytest.mark.parametrize("count", COUNTS)
async def test_a_burst_is_recorded_whole_and_in_order(tmp_path, count):
    async with JsGateway() as gateway:
        await burst.world(gateway)
        seconds, report = await burst.through_the_bot(gateway, tmp_path, count)
    rows = burst.ChildBot("", "", tmp_path, []).query("SELECT room_id, message_id, text FROM message ORDER BY id")
    assert sorted(message for _, message, _ in rows) == sorted(f"bench-{number}" for number in range(count))
    last = dict.fromkeys(burst.ROOMS, -1)
    for room, message, text in rows:
        number = int(message.removeprefix("bench-"))
        assert number > last[room]
        assert text == burst.TEMPLATES[number % len(burst.TEMPLATES)]
        last[room] = number
    print(f"{count / seconds:,.0f} messages/s, {report['rss_mb']} MB, blocked {report['blocked_ms']} ms")
    assert report["recorded"] == count
    assert report["rss_mb"] < MEMORY_MB
