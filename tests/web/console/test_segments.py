"""Tags and segments: counted live, tried out, saved and dropped by the commands of the chat."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from storage import saved_segments
from tests.web.console.furnished import MEI, NOW, ROB, furnished
from tests.web.house import OWNER, visited


async def test_an_expression_is_tried_with_its_people(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see("/console/segments?expression=tag:养猫")
        assert '<span class="number">2</span>' in page
        assert "其中 1 人已退订" in page
        assert f"/console/members/{MEI}" in page
        assert f"/console/members/{ROB}" in page
        assert "现在没有人符合" in await house.see("/console/segments?expression=tag:没有")


@pytest.mark.parametrize(
    ("expression", "marked"),
    [
        ("tag:养猫 and silnt>=7d", "<mark>s</mark>ilnt"),
        ("tag:养猫 and", "<mark>&nbsp;</mark>"),
        ("<script>", "<mark>&lt;</mark>"),
        ("all " * 60, "最多 200 个字"),
    ],
)
async def test_a_slip_points_at_its_character(tmp_path: Path, expression: str, marked: str) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see(f"/console/segments?expression={quote(expression)}")
        assert 'role="alert"' in page
        assert marked in page
        assert "<script>" not in page.replace('<script src="', "")


async def test_a_segment_is_saved_counted_and_dropped(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        saved = await house.do("/console/order", text="/segment save", word=["沉默的猫友", "tag:养猫 and silent<7d"])
        assert "data-refused" not in saved.text
        page = await house.see("/console/segments/saved")
        assert 'data-segment="沉默的猫友"' in page
        assert page.count("2 人") == 2
        dropped = await house.do("/console/order", text="/segment drop", word=["沉默的猫友"])
        assert "data-refused" not in dropped.text
        assert "沉默的猫友" not in await house.see("/console/segments/saved")


async def test_a_saved_segment_that_cannot_be_read_any_more_says_why(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        broken = {"by": OWNER, "now": NOW}
        await house.app.store.run(saved_segments.save, house.app.account, "坏的", "segment:没有这个", **broken)
        page = await house.see("/console/segments/saved")
        assert "没有存过" in page
        assert page.count("2 人") == 1


async def test_tags_are_counted_by_what_gave_them(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see("/console/segments/tags")
        cat = page[page.index('data-tag="养猫"') :]
        assert "听出来的" in cat[:900]
        assert "手动打的" in cat[:900]
        assert "pet.cat" in cat[:1200]
        assert "夜猫子" not in page


async def test_without_tags_and_segments_it_says_so(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "还没有存好的人群" in await house.see("/console/segments/saved")
        assert "还没有人有标签" in await house.see("/console/segments/tags")
