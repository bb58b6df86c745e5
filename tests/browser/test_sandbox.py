"""The sandbox in a browser: a group chat in which one can be anybody."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import in_chromium
from tests.browser.photo import photographed
from tests.browser.relay import relayed
from tests.browser.views import SANDBOX
from tests.browser.window import window
from tests.scenarios.stage import PATIENCE
from tests.web.house import CATS, OWNER, TEAM, XIAOMAN, House, visited

pytestmark = in_chromium()


async def be(page: Page, house: House, who: str, room_id: str) -> None:
    """Look at a room as somebody, by the links of the page."""
    if page.url.partition("?")[0] != f"{house.origin}/sandbox":
        await page.goto(f"{house.origin}/sandbox")
    await page.locator(f'#rooms [data-room="{room_id}"]').click()
    await expect(page.locator(f'#rooms [data-room="{room_id}"]')).to_have_attribute("aria-current", "page")
    await page.locator(f'#people [data-person="{who}"]').click()
    await expect(page.locator(f'#people [data-person="{who}"]')).to_have_attribute("aria-current", "true")


async def say(page: Page, text: str) -> None:
    """Type it, and press Enter."""
    await page.locator("#words").fill(text)
    await page.locator("#words").press("Enter")
    await expect(page.locator("#lines .own").last).to_contain_text(text)


async def test_what_a_member_says_becomes_a_tag_on_their_card(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await be(page, house, XIAOMAN, CATS)
        await say(page, "汤圆这两天一直打喷嚏，还掉毛")
        async with asyncio.timeout(PATIENCE):
            while "掉毛" not in (await house.browser.get(f"/console/members/{XIAOMAN}")).text:
                await asyncio.sleep(0.05)
        await page.goto(f"{house.origin}/console/members/{XIAOMAN}")
        await expect(page.locator("#main")).to_contain_text("掉毛")


async def test_a_check_in_with_a_picture(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await be(page, house, OWNER, TEAM)
        await say(page, "/checkin start 梳毛打卡 猫咪会客厅 节奏=每天")
        await expect(page.locator("#lines .robot").last).to_contain_text("梳毛打卡")
        await be(page, house, XIAOMAN, CATS)
        photo = {"name": "汤圆.png", "mimeType": "image/png", "buffer": await photographed(browser)}
        await page.locator("#picture").set_input_files(files=[photo])
        await expect(page.locator("#lines .own img")).to_have_js_property("naturalWidth", 480)
        await say(page, "梳毛")
        await expect(page.locator("#lines .robot").last).to_contain_text("打卡成功")


AT_END = """() => {
  const box = document.getElementById("talk");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 2;
}"""


async def test_beside_the_welcome_and_a_keyboard_the_conversation_stays_at_its_end(
    browser: Browser, tmp_path: Path
) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await house.open_shop()
        await be(page, house, XIAOMAN, CATS)
        await expect(page.locator("#words")).to_be_focused()
        for number in range(12):
            await say(page, f"汤圆第 {number} 次扒窗帘")
        await page.reload()
        await expect(page.locator("#welcome")).to_be_visible()
        await page.wait_for_function(AT_END)
        await page.set_viewport_size({"width": 1440, "height": 600})
        await page.wait_for_function(AT_END)
        photo = {"name": "汤圆.png", "mimeType": "image/png", "buffer": await photographed(browser)}
        await page.locator("#picture").set_input_files(files=[photo])
        await expect(page.locator("#lines .own img")).to_have_js_property("naturalWidth", 480)
        await page.wait_for_function(AT_END)
        await expect(page.locator("#newer")).to_be_hidden()
        await page.locator("#talk").evaluate("box => { box.scrollTop = 0; }")
        await page.set_viewport_size({"width": 1440, "height": 900})
        assert await page.locator("#talk").evaluate("box => box.scrollTop") == 0


async def test_the_operator_asks_for_the_plan_in_the_control_room(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await house.open_shop()
        await be(page, house, OWNER, TEAM)
        await page.get_by_role("button", name="/plan").click()
        await expect(page.locator("#words")).to_have_value("/plan")
        await page.get_by_role("button", name="发送").click()
        answer = page.locator("#lines .robot").last
        await expect(answer).to_contain_text("猫咪会客厅")
        await expect(answer).to_contain_text("汪星人散步群")


async def test_talking_and_changing_the_room_without_a_mouse(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}{SANDBOX['sandbox-cats']}")
        await expect(page.locator("#words")).to_be_focused()
        await page.keyboard.type("晚上好")
        await page.keyboard.press("Enter")
        await expect(page.locator("#lines .own").last).to_contain_text("晚上好")
        for _step in range(60):
            await page.keyboard.press("Shift+Tab")
            if await page.evaluate("() => document.activeElement.matches('a[data-room]:not([aria-current])')"):
                break
        await page.keyboard.press("Enter")
        await expect(page.locator("#talk-title")).not_to_contain_text("猫咪会客厅")
        await expect(page.locator("#words")).to_be_focused()
        await page.keyboard.type("换个群说")
        await page.keyboard.press("Enter")
        await expect(page.locator("#lines .own").last).to_contain_text("换个群说")


async def test_after_a_cut_the_conversation_goes_on(browser: Browser, tmp_path: Path) -> None:
    async with (
        visited(tmp_path, opened=True) as house,
        relayed(house) as relay,
        window(browser, house.links[-1], forgiven=("ERR_", "[object")) as page,
    ):
        await page.goto(f"{relay.origin}{SANDBOX['sandbox-cats']}")
        house.demo.world.say(XIAOMAN, CATS, "线还通的时候")
        await expect(page.locator("#lines")).to_contain_text("线还通的时候")
        relay.cut()
        house.demo.world.say(XIAOMAN, CATS, "线断了以后")
        await expect(page.locator("#lines")).to_contain_text("线断了以后")
        house.demo.world.say(XIAOMAN, CATS, "又接上了")
        await expect(page.locator("#lines")).to_contain_text("又接上了")
        await expect(page.get_by_text("线断了以后")).to_have_count(1)
