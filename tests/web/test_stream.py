"""Open pages hear that something is new, and nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from bot.web import stream
from bot.web.stream import BEGIN, Stream
from tests.scenarios.stage import PATIENCE
from tests.web.access.test_guard import token_in
from tests.web.house import CATS, DOGS, visited


async def heard(listening, count: int) -> list[str]:
    """So many topics, as they come."""
    async with asyncio.timeout(PATIENCE):
        return [str((await anext(listening)).event) for _ in range(count)]


async def test_what_happens_often_is_told_once() -> None:
    news = Stream()
    listening = news.listen()
    assert not news.heard
    assert await heard(listening, 1) == [BEGIN]
    assert news.heard
    for topic in ("plan", "plan", "ledger", "plan"):
        news.tell(topic)
    assert await heard(listening, 2) == ["plan", "ledger"]
    await listening.aclose()
    assert not news.heard


async def test_a_conversation_is_told_to_those_who_show_it() -> None:
    news = Stream()
    cats, dogs = news.listen(CATS), news.listen(DOGS)
    await heard(cats, 1)
    await heard(dogs, 1)
    news.tell("talk", CATS)
    news.tell("plan")
    assert await heard(cats, 2) == ["talk", "plan"]
    assert await heard(dogs, 1) == ["plan"]


async def test_the_end_reaches_everybody_also_who_comes_later() -> None:
    news = Stream()
    listening = news.listen()
    await heard(listening, 1)
    news.close()
    assert [topic async for topic in listening] == []
    assert [topic.event async for topic in news.listen()] == []
    assert not news.heard


async def test_who_is_no_longer_welcome_hears_nothing_more() -> None:
    news, welcome = Stream(), [True]
    listening = news.listen("", lambda: welcome[0])
    await heard(listening, 1)
    welcome[0] = False
    news.tell("plan")
    assert [topic async for topic in listening] == []
    assert not news.heard


async def test_over_the_wire(tmp_path: Path) -> None:
    async with visited(tmp_path) as house, house.browser.stream("GET", f"/stream?room={CATS}") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        lines = answer.aiter_lines()
        async with asyncio.timeout(PATIENCE):
            assert "event: begin" in [await anext(lines) for _ in range(4)]
            house.application.state.site.stream.tell("talk", CATS)
            while await anext(lines) != "event: talk":
                pass


async def test_a_session_that_ends_hears_no_more(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        token = {"X-Qunzhu-Token": token_in(await house.see("/console"))}
        site = house.application.state.site
        async with house.browser.stream("GET", "/stream") as answer:
            await house.until(lambda: site.stream.heard)
            await house.browser.post("/logout", headers=token)
            site.stream.tell("plan")
            async with asyncio.timeout(PATIENCE):
                assert "event: plan" not in [line async for line in answer.aiter_lines()]
        assert (await house.browser.get("/stream")).status_code == 401


async def test_one_page_too_many_is_asked_to_wait(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(stream, "MOST", 1)
    async with visited(tmp_path) as house:
        site = house.application.state.site
        async with house.browser.stream("GET", "/stream"):
            await house.until(lambda: site.stream.full)
            late = await house.browser.get("/stream")
            assert late.status_code == 503
            assert "先关掉几个" in late.text
        await house.until(lambda: not site.stream.heard)


async def test_pages_that_come_at_the_same_moment_are_not_too_many(monkeypatch) -> None:
    """Each had been told that there is room before any of them listened."""
    monkeypatch.setattr(stream, "MOST", 2)
    news = stream.Stream()
    listening = [news.listen() for _ in range(5)]
    first = [await anext(one, None) for one in listening]
    assert [event is not None for event in first] == [True, True, False, False, False]
    for one in listening:
        await one.aclose()
    assert not news.heard


async def test_the_page_closes_at_once_with_a_stream_open(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        browser = httpx.AsyncClient(base_url=house.origin, headers={"Origin": house.origin}, timeout=PATIENCE)
        await house.come_in(browser)
        opened = await browser.send(browser.build_request("GET", "/stream"), stream=True)
        await house.until(lambda: house.application.state.site.stream.heard)
        house.application.state.site.stream.close()
        async with asyncio.timeout(PATIENCE):
            await opened.aread()
        await browser.aclose()
