"""Tags from what members do and say, and the operators' last word on them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.scenarios.stage import BOT, CATS, OWNER, SHOP, XIAOMAN, ZONE, Stage, playing


async def at(stage: Stage, moment: str) -> None:
    stage.app.clock.jump(datetime.fromisoformat(f"2026-11-{moment}").replace(tzinfo=ZONE))
    await stage.app.outbound.tick()


async def tags_of(stage: Stage, who: str) -> str:
    stage.say(OWNER, BOT, f"/tags @{who}")
    return await stage.hear(OWNER, who)


async def post_and_reply(stage: Stage, day: int, slug: str, *replies: str) -> None:
    """A post at seven, and what somebody says to it."""
    await at(stage, f"{day}T18:00:00")
    stage.say(OWNER, BOT, f"/post {slug} 猫咪会客厅 19:05")
    await stage.hear(OWNER)
    await at(stage, f"{day}T19:05:30")
    await stage.hear(CATS)
    for text in replies:
        stage.say(XIAOMAN, CATS, text)
    await stage.settle()


async def test_who_answers_to_three_posts_about_a_topic_cares_about_it(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(OWNER, BOT, "/room set slots 0 猫咪会客厅")
        await stage.hear(OWNER)
        await post_and_reply(stage, 22, "value/brushing", "学到了", "收藏了", "[强]")
        await post_and_reply(stage, 23, "value/nail-trim", "谢谢分享")
        assert "关注" not in await tags_of(stage, "小满")
        await post_and_reply(stage, 24, "interactive/live-qa-groomer", "想问问多久修一次毛")
        told = await tags_of(stage, "小满")
        assert "关注洗护，好几次在群里发这个话题之后接了话（3 次）" in told
        assert "关注互动" not in told
        stage.say(OWNER, BOT, "/tag remove 小满 关注洗护")
        await stage.hear(OWNER, "关注洗护")
        told = await tags_of(stage, "小满")
        assert "「关注洗护」" in told
        assert "被周岚摘掉了，不会自动加回来" in told


async def test_a_tag_of_a_full_width_keyboard_is_the_tag_that_segments_look_for(tmp_path: Path) -> None:
    async with playing(tmp_path) as stage:
        await stage.open_shop()
        stage.say(OWNER, BOT, "/tag add 小满 ＶＩＰ２")
        await stage.hear(OWNER, "「VIP2」")
        stage.say(OWNER, BOT, "/segment tag:VIP2")
        await stage.hear(OWNER, "小满")
        stage.say(OWNER, BOT, "/tag remove 小满 ＶＩＰ２")
        await stage.hear(OWNER, "摘掉了")


async def test_an_operator_reads_where_a_tag_comes_from(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "我家布偶最近老掉毛")
        stage.say(XIAOMAN, CATS, "朋友家的金毛不掉毛，羡慕")
        await stage.settle()
        told = await tags_of(stage, "小满")
        assert "布偶，说到自家的布偶猫：“我家布偶最近老掉毛”" in told
        assert "金毛" not in told.split("羡慕")[-1]


async def test_the_topic_of_a_post_counts_once_a_post_and_not_for_words_long_after(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(OWNER, BOT, "/room set slots 0 猫咪会客厅")
        await stage.hear(OWNER)
        await post_and_reply(stage, 22, "value/brushing", "一", "二", "三", "四")
        await at(stage, "22T20:00:00")
        stage.say(XIAOMAN, CATS, "梳子在哪买")
        await stage.settle()
        assert "关注" not in await tags_of(stage, "小满")


async def test_the_word_of_an_operator_outlives_any_number_of_mentions(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "我家英短又掉毛了")
        await stage.settle()
        stage.say(OWNER, BOT, "/tag remove 小满 掉毛")
        await stage.hear(OWNER, "以后也不会自动加回来")
        for day in (23, 24):
            await at(stage, f"{day}T18:00:00")
            stage.say(XIAOMAN, CATS, "掉毛掉得没法看")
            await stage.settle()
        told = await tags_of(stage, "小满")
        assert "· 掉毛" not in told
        assert "「掉毛」" in told


async def test_a_tag_that_nothing_renews_fades(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "软便好几天了")
        await stage.settle()
        assert "肠胃敏感" in await tags_of(stage, "小满")
        stage.app.clock.jump(datetime(2027, 5, 1, 18, tzinfo=ZONE))
        assert "还没有标签" in await tags_of(stage, "小满")


async def test_tags_of_a_person_without_the_at_sign_and_of_nobody(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(XIAOMAN, CATS, "第一次养猫")
        await stage.named(XIAOMAN)
        stage.say(OWNER, BOT, "/标签 小满")
        await stage.hear(OWNER, "小满的标签", "新手")
        stage.say(OWNER, BOT, "/tags @没这人")
        await stage.hear(OWNER, "没这人")
        stage.say(OWNER, BOT, "/tags 猫咪")
        await stage.hear(OWNER, "「猫咪会客厅」里最多的标签", "新手 1 人")


async def test_who_checks_in_early_on_five_mornings_is_an_early_bird(tmp_path: Path) -> None:
    async with playing(tmp_path, at="18:00:00", opened=SHOP) as stage:
        stage.say(OWNER, BOT, "/checkin start 早安打卡 猫咪会客厅 口令=早安打卡")
        await stage.hear(OWNER)
        for day in (23, 24, 25, 26, 27):
            assert "早起打卡" not in await tags_of(stage, "小满")
            await at(stage, f"{day}T07:30:00")
            stage.say(XIAOMAN, CATS, "早安打卡")
            await stage.settle()
        assert "早起打卡，常在早上九点前打卡" in await tags_of(stage, "小满")
