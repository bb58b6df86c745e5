"""The audit on a page: who, what, through which door, and what came of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.audit import AuditEntry, Outcome
from bot.web.pages import LANGUAGE
from storage import audit
from storage.store import Db
from tests.web.console.furnished import NOW, SCRIPT
from tests.web.house import CATS, OWNER, visited


def commands(page: str) -> list[str]:
    return re.findall(r'<code class="order-text"><bdi>(.*?)</bdi>', page)


def entry(number: int, actor: str = OWNER, outcome: Outcome = Outcome.DONE, reason: str = "") -> AuditEntry:
    return AuditEntry(NOW, actor, "owner", f"/{number}", "", outcome, reason, "")


async def test_what_came_from_the_console_and_from_the_chat_is_told_apart(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
        await house.do("/console/order", text="/pause", word=[CATS, "2小时"])
        await house.do("/console/order", text="/move 999 19:30")
        page = await house.see("/console/audit")
        moved, paused, *_chat = re.findall(r"<tr data-number.*?</tr>", page, re.DOTALL)
        assert "没办成" in moved
        assert "运营台" in moved
        assert "console" not in re.sub(r'href="[^"]*"', "", moved)
        assert "办好了" in paused
        assert "运营台" in paused
        assert "猫咪会客厅" in paused
        adopted = next(row for row in _chat if "/adopt" in row)
        assert "猫咪会客厅" in adopted or "汪星人" in adopted
        assert "运营台" not in adopted
        assert "周岚" in adopted
        assert OWNER in adopted


async def test_a_command_without_words_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await house.open_shop()
        assert commands(await house.see("/console/audit")) == ["/adopt", "/adopt", "/control"]


@pytest.mark.parametrize(
    ("locale", "told", "forbidden"),
    [("zh", "没有这个编号的内容", "没有这个权限"), ("en", "no post with that number", "their role does not allow it")],
)
async def test_why_nothing_came_of_it_is_told_in_words(tmp_path: Path, locale: str, told: str, forbidden: str) -> None:
    async with visited(tmp_path) as house:
        house.browser.cookies.set(LANGUAGE, locale)
        await house.open_shop()
        await house.do("/console/order", text="/move 999 19:30")
        for reason in ("of_old: id=3", "not_allowed: command=pause, needed=operator"):
            await house.app.store.run(audit.write, house.app.account, entry(1, reason=reason))
        page = await house.see("/console/audit")
        assert f'<span class="block" title="delivery_unknown: id=999">{told}</span>' in page
        assert "<code><bdi>delivery_unknown: id=999</bdi></code>" in page
        assert "<code><bdi>of_old: id=3</bdi></code>" in page
        assert forbidden in page


async def test_it_is_narrowed_to_an_actor_and_an_outcome(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:

        def write(db: Db) -> None:
            for number, outcome in enumerate((Outcome.DONE, Outcome.REFUSED, Outcome.FAILED)):
                audit.write(db, house.app.account, entry(number, "wxid_gone" if number == 1 else OWNER, outcome))

        await house.app.store.run(write)
        assert commands(await house.see("/console/audit?outcome=refused")) == ["/1"]
        assert commands(await house.see("/console/audit?who=wxid_gone")) == ["/1"]
        assert commands(await house.see(f"/console/audit?who={OWNER}&outcome=failed")) == ["/2"]
        assert "没有这样的记录" in await house.see("/console/audit?who=没有这个人")
        assert len(commands(await house.see("/console/audit?outcome=nonsense"))) == 3


async def test_pages_follow_each_other_and_nothing_is_more_than_text(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:

        def write(db: Db) -> None:
            for number in range(70):
                audit.write(db, house.app.account, entry(number, reason=SCRIPT))

        await house.app.store.run(write)
        first = await house.see("/console/audit")
        assert SCRIPT not in first
        found = re.search(r'rel="next" href="([^"]+)"', first)
        assert found is not None
        rest = await house.see(found[1].replace("&amp;", "&"))
        assert commands(first) + commands(rest) == [f"/{number}" for number in reversed(range(70))]


async def test_an_empty_one_says_so(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        assert "还没有人下过指令" in await house.see("/console/audit")
