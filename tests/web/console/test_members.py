"""The list of members: searched, narrowed, turned page by page."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from storage import members
from tests.web.console.furnished import LEFT, MEI, NAMELESS, NOW, ROB, furnished
from tests.web.house import CATS, DOGS, OWNER, visited


def listed(page: str) -> list[str]:
    """The people of a page in their order."""
    return re.findall(r'<tr data-contact="([^"]+)"', page)


def next_page(page: str) -> str | None:
    """Where the link to the next page leads."""
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else None


async def test_who_spoke_last_stands_first_and_who_left_is_marked(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see("/console/members")
        assert listed(page)[:2] == [MEI, ROB]
        assert OWNER in listed(page)
        assert "已离开" in page
        assert "已退订" in page
        assert "还没开过口" in page
        assert "（没有名字）" in page


async def test_names_that_want_to_do_harm_are_only_text(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        for path in ("/console/members", f"/console/members/{ROB}", "/console/segments/tags", "/console/birthdays"):
            page = await house.see(path)
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert "\u202e" not in page
        assert "&lt;script&gt;alert" in await house.see("/console/members")


async def test_a_search_finds_names_aliases_ids_and_rooms(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        assert listed(await house.see("/console/members?q=梅")) == [MEI]
        assert listed(await house.see("/console/members?q=@豆豆妈")) == [MEI]
        assert listed(await house.see("/console/members?q=WXID_ROB")) == [ROB]
        assert MEI not in listed(await house.see(f"/console/members?room={quote(DOGS)}"))
        here = listed(await house.see(f"/console/members?room={quote(CATS)}"))
        assert LEFT not in here
        assert {MEI, NAMELESS} <= set(here)
        nobody = await house.see("/console/members?q=没有这个人")
        assert "没有找到这样的人" in nobody


async def test_an_expression_narrows_the_list_and_a_saved_one_by_its_name(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        for among in ("tag:养猫", "segment:养猫的"):
            page = await house.see(f"/console/members?among={quote(among)}")
            assert listed(page) == [MEI, ROB]
            assert "这个人群里有 2 人" in page
        assert listed(await house.see("/console/members?among=tag:养猫&q=梅")) == [MEI]
        assert listed(await house.see(f"/console/members?among=tag:养猫&room={quote(DOGS)}")) == []


async def test_a_slip_in_the_expression_points_at_its_character(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see(f"/console/members?among={quote('tag:养猫 and silnt>=7d')}")
        assert "tag:养猫 and <mark>s</mark>ilnt" in page
        assert "第 12 个字" in page
        assert listed(page) == []
        cut = await house.see(f"/console/members?among={quote('tag:养猫 and')}")
        assert 'role="alert"' in cut


async def test_pages_follow_each_other_without_gap(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        more = {f"wxid_{number:03}": NOW - timedelta(minutes=number) for number in range(120)}
        words = {(CATS, contact_id): (at, at) for contact_id, at in more.items()}
        await house.app.store.run(members.seen, house.app.account, words)
        for first in ("/console/members", "/console/members?q=wxid_", "/console/members?among=not+tag:没有"):
            seen: list[str] = []
            following: str | None = first
            while following:
                page = await house.see(following)
                seen += listed(page)
                following = next_page(page)
            assert len(seen) == len(set(seen))
            assert more.keys() <= set(seen)


async def test_a_page_that_makes_no_sense_is_the_first(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        assert listed(await house.see("/console/members?page=%00x.'--"))[:1] == [MEI]


async def test_an_empty_house_says_what_to_do(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "接管一个群以后" in await house.see("/console/members")
