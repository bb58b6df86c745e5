"""What scrolls by on the terminal of `run`."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.chat.sandbox.world import World
from bot.render import Renderer
from bot.terminal.transcript import Transcript
from tests.scenarios.stage import ROOT

NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


def shown_by(world: World) -> tuple[Transcript, io.StringIO]:
    """A transcript of this world, and what it has printed."""
    out, zone = io.StringIO(), ZoneInfo("Asia/Shanghai")
    texts = Renderer(ROOT / "templates", "zh", "Asia/Shanghai")
    transcript = Transcript(Console(file=out, width=200), world, lambda: NOW, zone, texts)
    world.subscribe(transcript.show)
    return transcript, out


def test_the_last_remark_is_the_last() -> None:
    """An answer that was still on its way stood below the farewell."""
    world = World("bot", "毛毛")
    world.add_person("anna", "安娜")
    transcript, out = shown_by(world)
    world.say("anna", "bot", "在吗")
    transcript.end("terminal/bye")
    world.say("bot", "anna", "在的")
    assert "在吗" in out.getvalue()
    assert out.getvalue().rstrip().endswith("数据都在，下次启动接着来。")


def test_nobodys_words_steer_the_terminal() -> None:
    """An escape in a message coloured, cleared or renamed the window of whoever ran the demo."""
    world = World("bot", "毛毛")
    world.add_person("anna", "安\x1b[2J娜")
    world.add_room("cats", "猫\x1b]0;坏\x07窝", ("anna", "bot"), owner_id="anna")
    _transcript, out = shown_by(world)
    world.say("anna", "cats", "晚上\x1b[31m好\r\n猫\x9b31m咪\x00")
    world.rename("cats", "新\x1b[2J名", "anna")
    shown = out.getvalue()
    assert "晚上[31m好" in shown
    assert "新" in shown
    assert not {"\x1b", "\x9b", "\x07", "\x00"} & set(shown)
