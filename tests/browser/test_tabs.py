"""Many tabs of one browser: it holds six connections to a house, and each stream of news takes one."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import in_chromium
from tests.browser.views import SANDBOX
from tests.browser.window import window
from tests.web.house import CATS, XIAOMAN, House, visited

pytestmark = in_chromium()

TABS = 8
OUT_OF_SIGHT = """() => {
    let hidden = false;
    Object.defineProperty(Document.prototype, "hidden", { get: () => hidden });
    window.hide = (now) => { hidden = now; document.dispatchEvent(new Event("visibilitychange")); };
}"""
"""A browser without windows shows every tab: which of them somebody looks at has to be played."""


async def look_at(page: Page, tabs: list[Page]) -> None:
    """Bring one tab to the front."""
    for tab in tabs:
        await tab.evaluate("hidden => window.hide(hidden)", tab is not page)


def listening(house: House) -> int:
    return len(house.application.state.site.stream._listeners)


async def test_the_eighth_tab_answers_and_the_first_catches_up(browser: Browser, tmp_path: Path) -> None:
    """With six streams open, no further page of the house could be loaded."""
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as first:
        await house.open_shop()
        await first.context.add_init_script(f"({OUT_OF_SIGHT})()")
        await first.goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
        tabs = [first]
        for number in range(2, TABS + 1):
            tabs.append(await first.context.new_page())
            await look_at(tabs[-1], tabs)
            await tabs[-1].goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
            await tabs[-1].locator("#words").fill(f"第{number}个窗口")
            await tabs[-1].locator("#words").press("Enter")
            await expect(tabs[-1].locator("#lines")).to_contain_text(f"第{number}个窗口")
        await house.until(lambda: listening(house) == 1)
        house.demo.world.say(XIAOMAN, CATS, "没人看的时候说的")
        await expect(tabs[-1].locator("#lines")).to_contain_text("没人看的时候说的")
        await expect(first.locator("#lines")).not_to_contain_text("没人看的时候说的")
        await look_at(first, tabs)
        await expect(first.locator("#lines")).to_contain_text("没人看的时候说的")
        await expect(first.locator("#lines")).to_contain_text(f"第{TABS}个窗口")
        await house.until(lambda: listening(house) == 1)
