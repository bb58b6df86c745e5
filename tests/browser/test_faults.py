"""What can go wrong behind the gateway, clicked on and off again: the page tells how the bot copes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import in_chromium
from tests.browser.test_sandbox import say
from tests.browser.views import SANDBOX
from tests.browser.window import window
from tests.web.house import House, visited

pytestmark = in_chromium()

A_WHILE = 60_000
"""Milliseconds: a gateway that says nothing is given up after some twenty seconds, a journey takes a few."""


@asynccontextmanager
async def broken(browser: Browser, folder: Path, fault: str) -> AsyncIterator[tuple[House, Page]]:
    """The panel of a room whose gateway has just got this fault."""
    async with visited(folder) as house, window(browser, house.links[-1]) as page:
        await house.open_shop()
        await page.goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
        await page.locator("#side-switches summary").click()
        await page.locator(f"#fault-{fault}").click()
        yield house, page


async def travel(page: Page) -> None:
    """Let time pass until the next morning, with the evening's post on the way."""
    await page.locator("#go-tomorrow").click()
    await expect(page.locator("#side-result")).to_have_attribute("data-result", "arrived", timeout=A_WHILE)


async def resolve(page: Page, verdict: str) -> None:
    """Say what has become of every post that is in doubt."""
    doubts = page.locator("#side-coping .doubts li")
    await expect(doubts.first).to_be_visible()
    for _doubt in range(await doubts.count()):
        number = await doubts.first.get_attribute("data-delivery")
        await doubts.first.get_by_role("button", name=verdict, exact=True).click()
        await expect(page.locator(f"#side-coping [data-delivery='{number}']")).to_have_count(0)
    await expect(page.locator("#side-coping")).to_contain_text("发出去的都有着落")


async def test_a_slow_gateway_answers_later(browser: Browser, tmp_path: Path) -> None:
    async with broken(browser, tmp_path, "slow") as (_house, page):
        await expect(page.locator("#fault-slow")).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("#fault-slow-what")).to_contain_text("再点一下恢复")
        await say(page, "帮助")
        await expect(page.locator("#lines .robot").last).to_contain_text("群里的小帮手")
        await expect(page.locator("#side-coping .coping")).to_have_attribute("data-connected", "yes")
        await page.locator("#fault-slow").click()
        await expect(page.locator("#fault-slow")).to_have_attribute("aria-pressed", "false")


async def test_without_echoes_a_post_waits_for_somebody_who_looks(browser: Browser, tmp_path: Path) -> None:
    async with broken(browser, tmp_path, "echoless") as (_house, page):
        await expect(page.locator("#fault-echoless")).to_have_attribute("aria-pressed", "true")
        await travel(page)
        await expect(page.locator("#lines .robot .fate.unconfirmed").first).to_contain_text("没等到群里回声")
        await page.locator("#fault-echoless").click()
        await expect(page.locator("#fault-echoless")).to_have_attribute("aria-pressed", "false")
        await resolve(page, "发了")
        await expect(page.locator("#lines .robot .fate.sent").first).to_contain_text("有人看过，发出去了")


async def test_a_frozen_gateway_is_taken_for_lost_and_found_again(browser: Browser, tmp_path: Path) -> None:
    async with broken(browser, tmp_path, "frozen") as (_house, page):
        await expect(page.locator("#fault-frozen")).to_have_attribute("aria-pressed", "true")
        coping = page.locator("#side-coping .coping")
        await expect(coping).to_have_attribute("data-connected", "no", timeout=A_WHILE)
        await expect(page.locator("#side-coping")).to_contain_text("一遍遍重连")
        await page.locator("#fault-frozen").click()
        await expect(page.locator("#fault-frozen")).to_have_attribute("aria-pressed", "false")
        await expect(coping).to_have_attribute("data-connected", "yes")
        await expect(page.locator("#side-coping")).to_contain_text("上一次断线")
        await say(page, "帮助")
        await expect(page.locator("#lines .robot").last).to_contain_text("群里的小帮手")


async def test_a_post_without_an_answer_is_not_sent_again(browser: Browser, tmp_path: Path) -> None:
    """The panel went on saying that the fault was set up, long after it had struck."""
    async with broken(browser, tmp_path, "hang") as (house, page):
        await expect(page.locator("#fault-hang-what")).to_contain_text("还有 1 句会碰上")
        await travel(page)
        await expect(page.locator("#fault-hang-what")).not_to_contain_text("会碰上")
        await expect(page.locator("#side-coping .doubts li")).to_have_count(1)
        sent = len(house.demo.gateway.faults.wire_log)
        await resolve(page, "没发")
        assert len(house.demo.gateway.faults.wire_log) == sent


async def test_a_message_that_comes_twice_is_answered_once_and_the_page_says_which(
    browser: Browser, tmp_path: Path
) -> None:
    """Nothing at all was to be seen of the click."""
    async with broken(browser, tmp_path, "repeat") as (_house, page):
        await say(page, "帮助")
        robots = page.locator("#lines .robot")
        await expect(robots.last).to_contain_text("群里的小帮手")
        before = await robots.count()
        await page.locator("#fault-repeat").click()
        await expect(page.locator("#fault-repeat-what")).to_contain_text("又报了一遍")
        await say(page, "积分")
        await expect(robots).to_have_count(before + 1)
        await expect(robots.last).not_to_contain_text("群里的小帮手")
