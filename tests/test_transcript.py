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


def test_nobodys_words_steer_the_terminal() -> None:
    """An escape in a message coloured, cleared or renamed the window of whoever ran the demo."""
    out, zone = io.StringIO(), ZoneInfo("Asia/Shanghai")
    world = World("bot", "毛毛")
    world.add_person("anna", "安\x1b[2J娜")
    world.add_room("cats", "猫\x1b]0;坏\x07窝", ("anna", "bot"), owner_id="anna")
    texts = Renderer(ROOT / "templates", "zh", "Asia/Shanghai")
    world.subscribe(Transcript(Console(file=out, width=200), world, lambda: NOW, zone, texts).show)
    world.say("anna", "cats", "晚上\x1b[31m好\r\n猫\x9b31m咪\x00")
    world.rename("cats", "新\x1b[2J名", "anna")
    shown = out.getvalue()
    assert "晚上[31m好" in shown
    assert "新" in shown
    assert not {"\x1b", "\x9b", "\x07", "\x00"} & set(shown)
