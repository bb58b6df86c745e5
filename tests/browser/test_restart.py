"""The bot starts anew while somebody is typing: their session is gone with it, their words are not."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import in_chromium
from tests.browser.relay import relayed
from tests.browser.views import SANDBOX
from tests.browser.window import window
from tests.web.house import furnished, visited

pytestmark = in_chromium()

TYPED = "汤圆这两天一直打喷嚏，要不要"


async def test_what_was_being_typed_is_there_again_behind_the_new_link(browser: Browser, tmp_path: Path) -> None:
    """The page shows everybody out who has no session any more, and what stood in the box was lost."""
    async with AsyncExitStack() as stack, AsyncExitStack() as first:
        house = await first.enter_async_context(visited(tmp_path))
        await house.open_shop()
        page = await stack.enter_async_context(window(browser, house.links[-1], forgiven=("ERR_", "401", "[object")))
        await page.goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
        await page.locator("#words").fill(TYPED)
        await first.aclose()
        async with visited(tmp_path, config=furnished(tmp_path, port=house.port)) as house:
            await expect(page.get_by_role("heading", name="先开个门")).to_be_visible()
            other = await page.context.new_page()
            await other.goto(house.links[-1])
            await expect(other.locator("#words")).to_have_value("")
            await page.reload()
            await expect(page.locator("#words")).to_have_value(TYPED)
            await page.locator("#words").press("Enter")
            await expect(page.locator("#lines .own").last).to_contain_text(TYPED)
            await expect(page.locator("#words")).to_have_value("")
            await page.reload()
            await expect(page.locator("#lines .own").last).to_contain_text(TYPED)
            await expect(page.locator("#words")).to_have_value("")
            assert await page.evaluate("value => JSON.stringify(localStorage).includes(value)", TYPED) is False


async def test_what_was_being_typed_stays_while_the_line_is_cut(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, relayed(house) as relay:
        await house.open_shop()
        async with window(browser, house.links[-1], forgiven=("ERR_", "[object Event]")) as page:
            await page.goto(f"{relay.origin}{SANDBOX['sandbox-cats']}")
            await page.locator("#words").fill(TYPED)
            relay.cut()
            await house.until(lambda: house.application.state.site.stream.heard)
            await expect(page.locator("#words")).to_have_value(TYPED)
            await page.locator("#rooms [data-room]").last.click()
            await expect(page.locator("#words")).to_have_value("")
            await page.go_back()
            await expect(page.locator("#words")).to_have_value(TYPED)
