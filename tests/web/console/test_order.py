"""Commands typed or clicked in the console: the same words, gate, audit and answers as in the chat."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from bot.core.message import File
from bot.web.console.parcel import attached
from storage import audit, operators
from tests.web.console.furnished import MEI, furnished
from tests.web.house import CATS, OWNER, visited


async def test_an_order_is_answered_in_full_and_audited_as_the_consoles(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        answer = await house.do("/console/order", text="/pause", word=["猫咪会客厅", "2小时", "等店长回来"])
        assert "data-refused" not in answer.text
        assert "猫咪会客厅" in answer.text
        (entry, *_rest) = await house.app.store.read(audit.latest, house.app.account, 1)
        assert (entry.actor_id, entry.command, entry.reason) == (OWNER, "/pause", "console")
        assert "等店长回来" in entry.target


async def test_a_slip_is_explained_and_marked(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        answer = await house.do("/console/order", text="/move 999 19:30")
        assert 'role="status"' in answer.text
        assert "data-refused" in answer.text
        assert "999" in answer.text


async def test_a_word_stays_one_word_whatever_it_holds(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        hostile = '" 所有群 <script>'
        answer = await house.do("/console/order", text="/room set greeting", word=[hostile, "猫咪会客厅"])
        assert "<script>" not in answer.text
        assert house.app.directory.rooms[CATS].settings["greeting"] == hostile


async def test_a_command_may_be_typed_without_its_slash_and_is_heard_in_a_room(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        answer = await house.do("/console/order", text="adopt", room=CATS)
        assert "data-refused" not in answer.text
        assert house.app.directory.manages(CATS)


async def test_the_box_offers_the_commands_of_the_role(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        page = await house.see("/console")
        assert '<option value="/pause">' in page
        assert '<option value="/op">' in page


async def test_a_file_that_a_command_answers_with_is_a_download_for_this_session_once(tmp_path: Path) -> None:
    """It was dropped: /member export said that everything is in this file, and there was none."""
    async with furnished(tmp_path) as house:
        answer = await house.do("/console/order", text=f"/member export {MEI}")
        link = re.search(r'href="(/console/file/[^"]+)" data-file>下载 ([^<]+)</a>', answer.text)
        assert link is not None, answer.text
        async with httpx.AsyncClient(base_url=house.origin, headers={"Origin": house.origin}) as other:
            assert (await other.get(link[1])).status_code == 401
            house.application.state.site.keys.mint()
            await house.come_in(other)
            assert (await other.get(link[1])).status_code == 404
        assert (await house.browser.head(link[1])).status_code == 404
        file = await house.browser.get(link[1])
        assert file.status_code == 200
        assert file.headers["content-type"] == "application/json"
        assert file.headers["cache-control"] == "no-store"
        assert file.headers["content-disposition"].startswith("attachment; filename=file.json; filename*=UTF-8''")
        assert quote(link[2], safe="") in file.headers["content-disposition"]
        assert json.loads(file.content)["contact_id"] == MEI
        again = await house.browser.get(link[1])
        assert again.status_code == 404
        assert "把指令再发一次" in again.text
        exports = [
            entry for entry in await house.app.store.read(audit.latest, house.app.account, 9) if MEI in entry.target
        ]
        assert [(entry.actor_id, entry.target, entry.reason) for entry in exports] == [
            (OWNER, f"export {MEI}", "console")
        ]


async def test_who_is_no_operator_any_more_does_not_fetch_what_was_put_aside(tmp_path: Path) -> None:
    async with furnished(tmp_path) as house:
        answer = await house.do("/console/order", text=f"/member export {MEI}")
        path = answer.text.partition('href="')[2].partition('"')[0]
        await house.app.store.run(operators.remove, house.app.account, OWNER)
        refused = await house.browser.get(path)
        assert refused.status_code == 403
        assert MEI not in refused.text


async def test_the_file_of_somebody_who_is_forgotten_is_not_handed_out_any_more(tmp_path: Path) -> None:
    """All that was kept of them could be downloaded for ten minutes after the house had said that it was gone."""
    async with furnished(tmp_path) as house:
        answer = await house.do("/console/order", text=f"/member export {MEI}")
        path = answer.text.partition('href="')[2].partition('"')[0]
        await house.do("/console/order", text=f"/member forget {MEI} yes")
        await house.app.forgetting.look()
        await house.until(lambda: house.app.forgetting.done)
        gone = await house.browser.get(path)
        assert gone.status_code == 404
        assert MEI not in gone.text


@pytest.mark.parametrize(
    ("name", "kind", "header"),
    [
        ("a\r\nset-cookie: x=1.json", "application/json", "a%0D%0Aset-cookie%3A%20x%3D1.json"),
        ('"; filename=evil.html', "application/octet-stream", "%22%3B%20filename%3Devil.html"),
        ("../小满.CSV", "text/csv; charset=utf-8", "..%2F%E5%B0%8F%E6%BB%A1.CSV"),
    ],
)
def test_a_name_says_no_more_than_a_name(name: str, kind: str, header: str) -> None:
    answer = attached(File(name, b"x"))
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].endswith(f"; filename*=UTF-8''{header}")
    assert answer.headers["content-disposition"].startswith("attachment; filename=file")


async def test_a_proposal_is_confirmed_or_called_off_where_it_is_read(tmp_path: Path) -> None:
    async with visited(tmp_path, at="19:05:00") as house:
        await house.open_shop()
        asked = await house.do("/console/order", text="/post promo/checkup-senior 猫咪会客厅")
        (confirm, cancel) = re.findall(r'name="text" value="([^"]+)"', asked.text)
        assert confirm.replace("/confirm", "/cancel") == cancel
        confirmed = await house.do("/console/order", text=confirm)
        assert "data-refused" not in confirmed.text
        assert "<form" not in confirmed.text
