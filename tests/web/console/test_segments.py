"""Tags and segments: counted live, tried out, saved and dropped by the commands of the chat."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from bot.web import kept
from storage import erasure, saved_segments, tags
from tests.web.console.furnished import MEI, NAMELESS, NOW, ROB, furnished
from tests.web.house import OWNER, visited


async def test_an_expression_is_tried_with_its_people(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        page = await house.see("/console/segments?expression=tag:养猫")
        assert '<span class="number">2 人符合</span>' in page
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


async def test_a_tag_without_its_colon_is_understood(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        assert "是不是 tag:养猫？" in await house.see("/console/segments?expression=养猫")
        assert "是不是 tag:养猫？" in await house.see("/console/members?among=养猫")
        assert "是不是 tag:养猫？" in (await house.do("/console/order", text="/segment 养猫")).text


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


async def test_what_took_long_to_count_is_kept_with_its_time_until_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "TIMES", 1_000_000)
    places = ("segments?expression=tag:养猫", "segments/saved", "segments/tags", "members?among=tag:养猫")
    async with furnished(tmp_path) as house:
        assert not [place for place in places[:3] if "数的" in await house.see(f"/console/{place}")]
        await house.app.store.run(tags.add, house.app.account, NAMELESS, "养猫", by=OWNER, now=NOW)
        for place in places:
            page = await house.see(f"/console/{place}")
            assert "18:55 数的" in page
            assert NAMELESS not in page
        given = await house.do("/console/order", text=f"/tag add {NAMELESS} 养猫")
        assert given.status_code == 200
        page = await house.see("/console/members?among=tag:养猫")
        assert f'data-contact="{NAMELESS}"' in page
        assert "数的" not in page


async def test_whoever_was_forgotten_meanwhile_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "TIMES", 1_000_000)
    async with furnished(tmp_path) as house:
        for place in ("segments?expression=tag:养猫", "members?among=tag:养猫"):
            assert MEI in await house.see(f"/console/{place}")
        await house.app.store.run(erasure.remove, house.app.account, MEI)
        for place in ("segments?expression=tag:养猫", "members?among=tag:养猫"):
            page = await house.see(f"/console/{place}")
            assert MEI not in page
            assert ROB in page
