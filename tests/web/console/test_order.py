"""Commands typed or clicked in the console: the same words, gate, audit and answers as in the chat."""

from __future__ import annotations

from pathlib import Path

from storage import audit
from tests.web.house import CATS, OWNER, visited


async def test_an_order_is_answered_in_full_and_audited_as_the_consoles(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
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
    async with visited(tmp_path) as house:
        await house.open_shop()
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
