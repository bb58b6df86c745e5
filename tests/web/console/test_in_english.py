"""The views about people speak English too, to whoever chose it, and to somebody who may only look."""

from __future__ import annotations

import re
from pathlib import Path

from tests.scenarios.stage import settings
from tests.web.console.furnished import MEI, begin_checkin, furnished
from tests.web.house import visited

VIEWS = ("members", "segments", "segments/saved", "segments/tags", "checkins", "birthdays", "content", "audit")


async def test_every_view_has_its_words_in_english(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        number = await house.app.store.run(begin_checkin, house.app.account)
        slug = next(iter(house.app.charter.library))
        await house.browser.get("/language?to=en")
        more = (f"members/{MEI}", f"checkins/{number}", f"content/post/{slug}", "segments?expression=tag:")
        for view in (*VIEWS, *more):
            page = await house.see(f"/console/{view}")
            assert 'lang="zh-CN">' not in page.partition("<body")[0]
            for title in re.findall(r"<(?:h[123]|th|label|button)[^>]*>([^<]+)<", page):
                assert not re.search("(?:成员|标签|打卡|生日|内容|操作|积分|名次|谁|查找|看看)$", title), (view, title)


async def test_while_there_is_no_owner_every_button_is_closed(tmp_path: Path) -> None:
    async with visited(tmp_path, config=settings(tmp_path, sandbox={"port": 0}, web={"port": 0})) as house:
        slug = next(iter(house.app.charter.library))
        for view in (*VIEWS, f"content/post/{slug}"):
            page = await house.see(f"/console/{view}")
            for form in re.findall(r'<form[^>]*hx-post="/console/order".*?</form>', page, re.DOTALL):
                assert re.search(r"<button[^>]* disabled", form), (view, form)
