"""The bar of the mix: one for the conversation's plan and for the console's rooms."""

from __future__ import annotations

import re
from pathlib import Path

from bot.web.mix_bar import WIDTH, shares
from tests.web.house import CATS, House, visited

WANTED = re.compile(r'<path class="wanted" d="M(\d+) 0V12M(\d+) 0V12"/>')


def parts(text: str) -> list[tuple[str, int]]:
    """Each kind's stretch of the last bar of a text."""
    bar = text[text.rindex('<svg class="mix"') :]
    found = re.findall(r'<rect class="(\w+)" x="\d+" y="0" width="(\d+)"', bar[: bar.index("</svg>")])
    return [(kind, int(width)) for kind, width in found]


def test_a_bar_is_as_long_as_its_parts() -> None:
    assert shares([]) == shares([0, 0, 0]) == ()
    bar = shares([7, 2, 1])
    assert [(part.start, part.width, part.percent) for part in bar] == [(0, 700, 70), (700, 200, 20), (900, 100, 10)]
    assert sum(part.width for part in shares([1, 1, 1])) == WIDTH


async def test_the_console_draws_the_very_bar_of_the_sandbox(tmp_path: Path) -> None:
    """There were two, one computed here and one in a template."""
    async with visited(tmp_path) as house:
        await house.open_shop()
        await _posted(house)
        plan, overview = await house.see(f"/sandbox/plan?room={CATS}"), await house.see("/console")
        assert parts(plan) == parts(overview) == [("value", WIDTH)]
        assert set(WANTED.findall(overview)) == {("700", "900")}
        assert 'aria-label="最近 1 条：干货 1，互动 0，推广 0"' in overview


async def _posted(house: House) -> None:
    await house.at("19:05:00")
    await house.at("19:58:00")
    await house.until(lambda: house.demo.gateway.faults.wire_log != [])
