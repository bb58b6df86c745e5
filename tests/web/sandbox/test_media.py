"""Pictures are shown as pictures; whatever else a message brought is only to be saved."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.core.message import File
from bot.web.pages import LANGUAGE
from bot.web.sandbox.media import inside
from tests.web.house import CATS, XIAOMAN, visited
from tests.web.sandbox.browser import PNG, page


async def test_a_picture_is_served_as_what_its_bytes_are(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        message = house.demo.world.send_file(XIAOMAN, CATS, File("page.jpg", PNG))
        answer = await house.browser.get(f"/sandbox/media/{message.id}")
        assert (answer.status_code, answer.content) == (200, PNG)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store", "it may be taken back, or its sender forgotten"


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
async def test_what_is_no_picture_is_only_to_be_saved(tmp_path: Path, data: bytes) -> None:
    async with visited(tmp_path) as house:
        message = house.demo.world.send_file(XIAOMAN, CATS, File('汤圆"\r\n.png', data))
        answer = await house.browser.get(f"/sandbox/media/{message.id}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%B1%A4%E5%9C%86%22%0D%0A.png"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_nothing_is_served_that_was_taken_back_or_never_sent(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        message = house.demo.world.send_file(XIAOMAN, CATS, File("a.png", PNG))
        house.demo.world.recall(message.id)
        words = house.demo.world.say(XIAOMAN, CATS, "你好")
        for message_id in (message.id, words.id, "never", "../../qunzhu.db", "%2e%2e%2fqunzhu.db"):
            assert (await house.browser.get(f"/sandbox/media/{message_id}")).status_code == 404


async def test_a_picture_of_yesterday_is_served_from_where_the_bot_kept_it(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        message = house.demo.world.send_file(XIAOMAN, CATS, File("汤圆.png", PNG))
        await house.until(lambda: any((tmp_path / "media").rglob("*.png")))
        await house.app.media.idle()
    async with visited(tmp_path, at="19:30:00") as house:
        assert f'src="/sandbox/media/{message.id}"' in await house.see(page(CATS, XIAOMAN))
        answer = await house.browser.get(f"/sandbox/media/{message.id}")
        assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")


async def test_a_picture_that_nobody_keeps_any_more_says_so_in_its_place(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        world = house.demo.world
        first = world.send_file(XIAOMAN, CATS, File("a.png", PNG))
        second = world.send_file(XIAOMAN, CATS, File("b.zip", b"PK"))
        for message in (first, second):
            world.messages[message.id] = message.without_file
        kept = world.send_file(XIAOMAN, CATS, File("c.png", PNG))
        shown = await house.see(page(CATS, XIAOMAN))
        assert shown.count("图片已过期或已被清理") == shown.count("文件已过期或已被清理") == 1
        assert re.findall(r'src="/sandbox/media/([^"]+)"', shown) == [kept.id]
        assert (await house.browser.get(f"/sandbox/media/{first.id}")).status_code == 404
        house.browser.cookies.set(LANGUAGE, "en")
        assert "This picture is no longer kept" in await house.see(page(CATS, XIAOMAN))


async def test_what_the_world_has_forgotten_is_shown_from_where_the_bot_kept_it(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
        message = house.demo.world.send_file(XIAOMAN, CATS, File("汤圆.png", PNG))
        await house.until(lambda: any((tmp_path / "media").rglob("*.png")))
        await house.app.media.idle()
        house.demo.world.messages[message.id] = message.without_file
        assert f'src="/sandbox/media/{message.id}"' in await house.see(page(CATS, XIAOMAN))
        assert (await house.browser.get(f"/sandbox/media/{message.id}")).content == PNG


def test_no_path_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "a.png").write_bytes(PNG)
    secret = tmp_path / "secret"
    secret.write_bytes(b"key")
    (folder / "link").symlink_to(secret)
    assert inside(folder, "a.png") == PNG
    for path in ("../secret", str(secret), "link", "", ".", "missing", f"..{os.sep}media{os.sep}..{os.sep}secret"):
        assert inside(folder, path) is None
