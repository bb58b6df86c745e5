"""A member's card: what it shows, what it exports, and how it is erased."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.core.audit import Outcome
from bot.core.operator import Role
from bot.policy.traces import STRUCK
from storage import audit, members, operators, tags
from tests.web.console.furnished import MEI, NAMELESS, NOW, ROB, begin_checkin, furnished
from tests.web.house import OWNER, visited


async def test_the_card_shows_what_is_remembered_and_what_it_rests_on(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        await house.app.store.run(begin_checkin, house.app.account)
        page = await house.see(f"/console/members/{MEI}")
        for part in (
            "梅子",
            "群里叫 豆豆妈",
            "周岚 请来的",
            "养猫",
            "pet.cat",
            "说起自家的猫",
            "摘掉过的 1 个",
            "夜猫子",
        ):
            assert part in page
        for part in ("宠物", "豆豆", "农历十月二十", "私下祝福", "早餐打卡", "连着 10 天", "中秋补发", "¥129", "NO-1"):
            assert part in page
        assert "1987" not in page


async def test_a_button_in_a_part_that_renews_itself_shows_its_own_answer(tmp_path: Path) -> None:
    """It inherited what the part selects, found none of it in the answer, and showed nothing."""
    async with furnished(tmp_path) as house:
        await house.app.store.run(begin_checkin, house.app.account)
        for path in (f"members/{MEI}", "checkins", f"content/post/{next(iter(house.app.charter.library))}"):
            page = await house.see(f"/console/{path}")
            renewed = re.findall(r"<div[^>]*hx-select=[^>]*>", page)
            assert renewed
            assert all('hx-disinherit="hx-select hx-swap"' in part for part in renewed)


async def test_the_chart_has_its_figures_in_words_too(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see(f"/console/members/{MEI}")
        assert page.count("<rect ") == 30
        assert "近 30 天每天说了几句" in page
        assert "style=" not in page


async def test_a_card_without_anything_says_so(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see(f"/console/members/{NAMELESS}")
        for part in ("还没开过口", "还没有标签", "还没记下心愿", "还没记下生日", "还没参加过打卡", "还没有积分记录"):
            assert part in page


async def test_somebody_unknown_is_no_page(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        for path in ("/console/members/wxid_nobody", "/console/members/%22%3E%3Cscript%3E"):
            answer = await house.browser.get(path)
            assert answer.status_code == 404
            assert "这里没有东西" in answer.text


async def test_a_tag_is_taken_off_by_the_command_of_the_chat(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        answer = await house.do("/console/order", text="/tag remove", word=[MEI, "养猫"])
        assert "data-refused" not in answer.text
        held = await house.app.store.read(tags.of, house.app.account, MEI, NOW)
        assert [tag.name for tag in held] == ["敏感肌"]
        (entry,) = await house.app.store.read(audit.latest, house.app.account, 1)
        assert (entry.command, entry.target, entry.reason) == ("/tag", f"remove {MEI} 养猫", "console")


async def test_the_export_is_a_download_that_is_audited(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        answer = await house.browser.get(f"/console/members/{MEI}/export")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["content-type"] == "application/json"
        assert json.loads(answer.content)["contact_id"] == MEI
        (entry,) = await house.app.store.read(audit.latest, house.app.account, 1)
        assert (entry.command, entry.target) == ("/member", f"export {MEI}")


async def test_an_export_of_nobody_is_refused_in_words(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        answer = await house.browser.get("/console/members/wxid_nobody/export")
        assert answer.status_code == 403
        assert "wxid_nobody" in answer.text


async def test_without_the_role_nothing_is_exported(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        await house.app.store.run(operators.remove, house.app.account, OWNER)
        answer = await house.browser.get(f"/console/members/{MEI}/export")
        assert answer.status_code == 403
        assert "content-disposition" not in answer.headers


async def test_one_click_forgets_nobody(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        path = f"/console/members/{MEI}/forget"
        for form in ({}, {"said": "嗯"}):
            answer = await house.do(path, **form)
            assert "要忘记的是「梅子」" in answer.text
            assert 'name="said"' in answer.text
            assert await house.app.store.read(members.known, house.app.account, MEI)
        assert "没有删" in answer.text


async def test_the_word_that_the_chat_asks_for_forgets_for_good(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        answer = await house.do(f"/console/members/{MEI}/forget", said="yes")
        assert "已经忘记了" in answer.text
        assert 'hx-swap-oob="true"' in answer.text
        assert (await house.browser.get(f"/console/members/{MEI}")).status_code == 404


async def test_a_page_that_stayed_open_brings_no_id_back_that_was_forgotten(tmp_path: Path) -> None:
    """Its buttons still command by the id, and the audit kept it for good."""
    async with furnished(tmp_path) as house:
        account = house.app.account
        await house.do(f"/console/members/{MEI}/forget", said="yes")
        await house.do(f"/console/members/{MEI}/forget", said="yes")
        await house.do("/console/order", text=f'/tag add "{MEI}" 爱猫')
        assert (await house.browser.get(f"/console/members/{MEI}/export")).status_code == 403
        late = await house.app.store.read(audit.latest, account, 3)
        assert [entry.outcome for entry in late] == [Outcome.FAILED] * 3
        assert all(MEI not in repr(entry) for entry in late), late
        assert all(STRUCK in entry.command for entry in late), late


async def test_staff_are_not_forgotten(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        account, role = house.app.account, Role.OPERATOR
        await house.app.store.run(operators.add, account, ROB, role, name="", by=OWNER, now=NOW)
        answer = await house.do(f"/console/members/{ROB}/forget", said="yes")
        assert "data-refused" in answer.text
        assert await house.app.store.read(members.known, account, ROB)


async def test_a_card_in_an_empty_house_is_no_page(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert (await house.browser.get(f"/console/members/{MEI}")).status_code == 404
