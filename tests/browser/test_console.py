"""The console in a browser: what operators do there without a chat."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chromium import in_chromium
from tests.browser.evenings import lose_a_post
from tests.browser.window import window
from tests.web.house import CATS, DOGS, OWNER, TEAM, XIAOMAN, House, visited

pytestmark = in_chromium()


@asynccontextmanager
async def planned(folder: Path) -> AsyncIterator[House]:
    """A shop that is open and has today's plan, so that nothing changes by itself while somebody looks."""
    async with visited(folder, opened=True) as house:
        await house.app.outbound.tick()
        yield house


async def test_a_command_is_typed_without_a_mouse(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console")
        await page.keyboard.press("/")
        await expect(page.locator("#command-text")).to_be_focused()
        await page.keyboard.type("status")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status").filter(has_text="/status")).to_contain_text("连接正常")
        await page.keyboard.press("Escape")
        await expect(page.locator("#command-text")).to_be_hidden()


async def test_the_language_is_switched_and_stays(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console")
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await page.get_by_role("link", name="English").click()
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await expect(page).to_have_url(f"{house.origin}/console")
        await page.goto(f"{house.origin}/console")
        await expect(page.get_by_role("link", name="中文")).to_be_visible()


async def test_a_slot_moved_to_a_forbidden_time_stays_and_says_why(browser: Browser, tmp_path: Path) -> None:
    async with planned(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console/calendar?room={CATS}")
        slot = page.locator(".day.today .slot[draggable]").first
        before = await slot.locator("time").inner_text()
        await slot.locator("summary").click()
        await slot.get_by_label("改到").fill("23:30")
        await slot.get_by_role("button", name="改时间").click()
        await expect(slot.get_by_role("status")).to_contain_text("时段")
        await expect(slot.locator("time").first).to_have_text(before)
        await slot.get_by_label("改到").fill("20:15")
        await slot.get_by_role("button", name="改时间").click()
        await expect(slot.locator("time").first).to_have_text("20:15")


async def test_a_move_makes_the_calendar_be_fetched_once(browser: Browser, tmp_path: Path) -> None:
    async with planned(tmp_path) as house, window(browser, house.links[-1]) as page:
        # The first look takes everything for new: on a slow machine it came between the move and the count.
        await house.application.state.site.pulse.feel()
        await page.goto(f"{house.origin}/console/calendar?room={CATS}")
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(urlsplit(request.url).path))
        slot = page.locator(".day.today .slot[draggable]").first
        await slot.locator("summary").click()
        await slot.get_by_label("改到").fill("20:15")
        await slot.get_by_role("button", name="改时间").click()
        await expect(slot.locator("time").first).to_have_text("20:15")
        async with page.expect_response(lambda answer: urlsplit(answer.url).path == "/console/calendar"):
            house.application.state.site.stream.tell("time")
        assert fetched.count("/console/calendar") == 2, fetched


async def test_what_a_room_says_does_not_hide_what_a_command_changes(browser: Browser, tmp_path: Path) -> None:
    """Words in a room are shown now and then, but a pause that follows them at once."""
    async with planned(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console")
        async with page.expect_response(lambda answer: urlsplit(answer.url).path == "/console"):
            house.demo.world.say(XIAOMAN, CATS, "大家好")
        house.demo.world.say(OWNER, TEAM, "/pause 猫咪会客厅 盘点")
        await expect(page.locator("#overview a[href='/console/outbox#pauses']")).to_have_text("1", timeout=6_000)


async def test_a_slot_is_dragged_to_another_time(browser: Browser, tmp_path: Path) -> None:
    async with planned(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console/calendar?room={CATS}")
        slot, times = page.locator(".day.today .slot[draggable]").first, page.locator(".day.today .day-times")
        box = await slot.bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 8)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 70, box["y"] + 40, steps=6)
        await expect(times).to_be_visible()
        await times.locator("[data-at='20:00']").hover()
        await times.locator("[data-at='20:00']").hover()
        await page.mouse.up()
        await expect(page.locator(".day.today .slot time").first).to_have_text("20:00")


async def test_an_ambiguous_post_is_resolved(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, at="19:55:00", opened=True) as house, window(browser, house.links[-1]) as page:
        await lose_a_post(house, DOGS)
        await page.goto(f"{house.origin}/console/outbox")
        await expect(page.locator("#count-outbox")).to_contain_text("1")
        item = page.locator("#open .open-item")
        await expect(item).to_contain_text("带毛孩子来店里称个重吧")
        await item.get_by_role("button", name="没发", exact=True).click()
        await expect(page.locator("#open")).to_have_count(0)
        await expect(page.locator("#count-outbox")).to_have_text("")
        await expect(page.locator(".delivery").filter(has_text="带毛孩子来店里称个重吧")).to_have_attribute(
            "data-state", "unsent"
        )


async def test_a_slot_that_was_moved_offers_its_new_time_and_the_keyboard_stays_on_its_button(
    browser: Browser, tmp_path: Path
) -> None:
    async with planned(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console/calendar?room={CATS}")
        slot = page.locator(".day.today .slot[draggable]").first
        await slot.locator("summary").click()
        await slot.get_by_label("改到").fill("20:15")
        await slot.get_by_role("button", name="改时间").press("Enter")
        await expect(slot.locator("time").first).to_have_text("20:15")
        await expect(slot.get_by_label("改到")).to_have_value("20:15")
        await expect(slot.get_by_role("button", name="改时间")).to_be_focused()


@pytest.mark.parametrize("view", ["calendar", "outbox"])
async def test_an_answer_stays_while_the_piece_around_it_is_fetched_anew(
    browser: Browser, tmp_path: Path, view: str
) -> None:
    async with planned(tmp_path) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console/{view}?room={CATS}")
        item = page.locator("[data-delivery]").filter(has=page.locator("details")).first
        await item.locator("summary").click()
        await item.get_by_label("改到").fill("20:15")
        piece = await page.locator(f"#{view} > *").first.element_handle()
        await item.get_by_role("button", name="改时间").click()
        await expect(item.locator("time").first).to_contain_text("20:15")
        assert piece is not None
        assert not await piece.evaluate("one => one.isConnected"), "it was not fetched anew"
        await expect(item.locator(".answers")).to_contain_text("20:15")
        for _time in range(3):
            async with page.expect_response(lambda answer: f"/console/{view}?" in answer.url):
                house.application.state.site.stream.tell("plan")
        await expect(item.locator(".answers")).to_contain_text("20:15")
        await expect(page.locator(".answers").filter(has_text="20:15")).to_have_count(1)


async def test_after_one_post_is_resolved_the_keyboard_is_at_the_next(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, at="19:55:00", opened=True) as house, window(browser, house.links[-1]) as page:
        await lose_a_post(house, DOGS)
        await lose_a_post(house, CATS)
        await page.goto(f"{house.origin}/console/outbox")
        items = page.locator("#open .open-item")
        await expect(items).to_have_count(2)
        await items.first.get_by_role("button", name="发了", exact=True).press("Enter")
        await expect(items).to_have_count(1)
        await expect(page.locator("#open-title")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(items.get_by_role("button", name="发了", exact=True)).to_be_focused()


async def test_a_double_click_is_one_order(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, at="19:55:00") as house, window(browser, house.links[-1]) as page:
        await house.open_shop()
        await page.goto(f"{house.origin}/console/members/{XIAOMAN}")
        await page.get_by_label("加减积分").fill("+10")
        await page.get_by_role("button", name="改积分").dblclick(delay=60)
        await expect(page.locator("#member-answer")).to_contain_text("加了 10 分，现在 10 分")
        await expect(page.get_by_label("加减积分")).to_have_value("")
        await lose_a_post(house, DOGS)
        await lose_a_post(house, CATS)
        await page.goto(f"{house.origin}/console/outbox")
        items = page.locator("#open .open-item")
        await expect(items).to_have_count(2)
        await items.first.get_by_role("button", name="发了", exact=True).dblclick(delay=60)
        await expect(items).to_have_count(1)
        await page.goto(f"{house.origin}/console/audit")
        await expect(page.locator("#audit tbody tr").filter(has_text="/points")).to_have_count(1)
        await expect(page.locator("#audit tbody tr").filter(has_text="/resolve")).to_have_count(1)


async def test_what_was_refused_stays_in_its_form(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path) as house, window(browser, house.links[-1]) as page:
        await house.open_shop()
        await page.goto(f"{house.origin}/console/members/{XIAOMAN}")
        await page.get_by_label("加减积分").fill("-10")
        await page.get_by_role("button", name="改积分").click()
        await expect(page.locator("#member-answer")).to_contain_text("减不了")
        await expect(page.get_by_label("加减积分")).to_have_value("-10")


async def test_a_member_is_found_and_their_card_opened(browser: Browser, tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house, window(browser, house.links[-1]) as page:
        await page.goto(f"{house.origin}/console/members")
        await expect(page.locator("[data-contact]")).to_have_count(13)
        await page.get_by_label("找人").fill("小满")
        await expect(page.locator("[data-contact]")).to_have_count(1)
        await page.get_by_role("link", name="小满").click()
        await expect(page).to_have_url(f"{house.origin}/console/members/{XIAOMAN}")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("小满")
