"""`qunzhu password`: asks twice without showing anything, and prints what config.toml keeps."""

from __future__ import annotations

import re

import pytest

from bot.config_web import HASH
from bot.web.access.password import Passwords
from tests.shell.running import Running
from tests.shell.workshop import QUNZHU, Workshop

TYPED = (str(QUNZHU), "password")
GOOD = "傍晚在河边遛狗真好"


async def test_at_a_terminal(workshop: Workshop) -> None:
    async with Running(workshop, terminal=True, program=TYPED) as shell:
        await shell.sees("password: ")
        shell.type(f"{GOOD}！")
        await shell.sees("once more: ")
        shell.type(f"{GOOD}！")
        stored = (await shell.sees(r"(\$argon2id\$\S+)\s")).group(1)
        assert await shell.ends() == 0
    assert re.fullmatch(HASH, stored)
    assert GOOD not in shell.text, "the password was shown"
    assert await Passwords({"an": stored}).fits("an", f"{GOOD}！")


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [("kurz", None, "shorter than 10 characters"), (f"{GOOD}。。", f"{GOOD}，，", "differently the second time")],
    ids=["short", "another"],
)
async def test_what_it_does_not_take(workshop: Workshop, first: str, second: str | None, says: str) -> None:
    async with Running(workshop, terminal=True, program=TYPED) as shell:
        await shell.sees("password: ")
        shell.type(first)
        if second is not None:
            await shell.sees("once more: ")
            shell.type(second)
        await shell.sees(says)
        assert await shell.ends() == 2
        assert "$argon2" not in shell.text
        assert shell.sound, shell


async def test_ctrl_c_leaves_quietly(workshop: Workshop) -> None:
    async with Running(workshop, terminal=True, program=TYPED) as shell:
        await shell.sees("password: ")
        shell.type("\x03", end="")
        assert await shell.ends() == 130
        assert shell.sound, shell


async def test_from_a_pipe_it_is_refused(workshop: Workshop) -> None:
    """It could not be hidden there, and would stand in the history of a shell."""
    ended = await workshop.call("password")
    assert (ended.code, ended.out) == (2, "")
    assert "needs a terminal" in ended.err
    assert "Traceback" not in ended.err
