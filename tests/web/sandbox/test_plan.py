"""The chosen room's plan beside the conversation: slots, verdicts, mix, and why."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.web.pages import LANGUAGE
from bot.web.words import LOCALES, read_words
from storage import deliveries
from tests.scenarios.stage import ROOT
from tests.web.house import CATS, OWNER, TEAM, House, furnished, visited


async def first_id(house: House) -> int:
    waiting = await house.app.store.read(deliveries.waiting, house.app.account, CATS)
    return waiting[0].id


async def test_rooms_without_a_plan_say_so_kindly(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "在左边选一个群" in await house.see("/sandbox/plan?room=")
        assert "/adopt" in await house.see(f"/sandbox/plan?room={CATS}")
        assert "/adopt" in await house.see("/sandbox/plan?room=nobody")
        await house.open_shop()
        assert "只报事、听命令" in await house.see(f"/sandbox/plan?room={TEAM}")


async def test_todays_slot_its_chance_and_the_mix_are_shown(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.at("19:05:00")
        shown = await house.see(f"/sandbox/plan?room={CATS}")
        assert shown.count('class="slot"') == 1
        assert "等着发" in shown
        assert "看看要发什么" in shown
        assert "下一条：11月23日" in shown, "tonight's stands above already"
        assert "七天内推广 0/2 条" in shown
        assert 'data-allowed="yes"' in shown
        assert "还没发过" in shown
        await house.at("19:58:00")
        await house.until(lambda: house.demo.gateway.faults.wire_log != [])
        shown = await house.see(f"/sandbox/plan?room={CATS}")
        assert "发的是什么" in shown
        assert '<rect class="value" x="0" y="0" width="1000" height="12">' in shown


async def test_why_a_promotion_may_not_go_out_is_said_once(tmp_path: Path) -> None:
    config = furnished(tmp_path)
    config = config.model_copy(update={"plan": config.plan.model_copy(update={"quiet": ("11-22",)})})
    async with visited(tmp_path, config=config) as house:
        await house.open_shop()
        await house.at("19:05:00")
        shown = await house.see(f"/sandbox/plan?room={CATS}")
        chance = shown[shown.index('id="side-chance"') : shown.index('id="try-promo"')]
        assert 'class="no"' in chance
        assert chance.count("不发推广") == 1, chance


async def test_the_promotion_that_was_tried_is_confirmed_with_a_click_and_the_next_is_marked_as_refused(
    tmp_path: Path,
) -> None:
    async with visited(tmp_path, at="19:05:00") as house:
        await house.open_shop()
        tried = await house.do("/sandbox/promotion", room=CATS)
        assert "refused" not in tried.text
        code = tried.text.partition('value="/confirm ')[2][:4]
        confirmed = await house.do("/console/order", text=f"/confirm {code}")
        assert "data-refused" not in confirmed.text
        await house.app.outbound.tick()
        again = await house.do("/sandbox/promotion", room=CATS)
        assert 'class="said-box refused"' in again.text


async def test_a_held_post_says_why_and_so_does_its_story(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.at("19:01:00")
        number = await first_id(house)
        await house.app.desk.order(OWNER, "/pause 太吵了", CATS)
        await house.at("19:58:00")
        shown = await house.see(f"/sandbox/plan?room={CATS}")
        assert 'data-state="held"' in shown
        assert "太吵了" in shown
        story = await house.see(f"/sandbox/why/{number}")
        assert 'class="no"' in story
        assert story.count("太吵了") == 1
        assert "七天内" not in story
        coping = await house.see("/sandbox/coping")
        assert "压着 1 条" in coping


async def test_a_post_that_was_kept_back_for_days_says_of_which_day_it_is(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.at("19:01:00")
        await house.app.desk.order(OWNER, "/pause", CATS)
        await house.at("19:58:00")
        assert ">11月22日 19:" not in await house.see(f"/sandbox/plan?room={CATS}")
        house.app.clock.jump(house.app.clock() + timedelta(hours=13))
        shown = await house.see(f"/sandbox/plan?room={CATS}")
        assert 'data-state="held"' in shown
        assert ">11月22日 19:" in shown


async def test_the_text_is_shown_as_it_will_be_said(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.at("19:01:00")
        number = await first_id(house)
        text = await house.see(f"/sandbox/text/{number}")
        assert len(re.findall(r'class="said bubble-text"', text)) == 1
        assert "{{" not in text
        unknown = await house.see("/sandbox/why/99999")
        assert "99999" in unknown
        assert (await house.browser.get("/sandbox/why/1%3Cscript%3E")).status_code == 404


async def test_hostile_topics_are_text(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        house.demo.world.rename(CATS, "<img src=x>")
        await house.until(lambda: house.app.directory.topics[CATS] == "<img src=x>")
        await house.open_shop()
        shown = await house.see(f"/sandbox/side?room={CATS}")
        assert "<img" not in shown
        assert "&lt;img src=x&gt;" in shown
        assert "<script" not in await house.see("/sandbox/side?room=%22%3E%3Cscript%3E")


def gaps(words: dict[str, Any], prefix: str = "") -> dict[str, set[str]]:
    """Each sentence by its name, with the gaps it has."""
    found: dict[str, set[str]] = {}
    for key, value in words.items():
        if isinstance(value, dict):
            found |= gaps(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = set(re.findall(r"{(\w+)[:}]", value))
    return found


def test_both_languages_say_the_same_things() -> None:
    zh, en = (gaps(dict(read_words(ROOT / "templates/web/words", locale)["side"])) for locale in LOCALES)
    assert zh == en


async def test_the_panel_is_there_in_english(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        house.browser.cookies.set(LANGUAGE, "en")
        await house.open_shop()
        await house.at("19:01:00")
        shown = await house.see(f"/sandbox/side?room={CATS}")
        assert "Next refused promotion" in shown
        assert "promotions in seven days: 0, at most 2" in shown
        assert not re.search(r"{\w+}", re.sub(r"hx-vals='[^']*'", "", shown)), "every gap is filled"
        refused = await house.do("/sandbox/time", do="speed", speed=7)
        assert refused.text == "There is no such speed, only 1×, 60× and 600×."
