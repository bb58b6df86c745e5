"""Whoever refuses a piece of a page says so in the same header."""

from __future__ import annotations

from urllib.parse import unquote

from bot.web.said import SAID, aloud
from tests.scenarios.stage import ROOT


def test_words_survive_the_way_through_a_header() -> None:
    words = "没有照办：100% ，\n再试一次"
    told = aloud(words)[SAID]
    assert told.isascii()
    assert "\n" not in told
    assert unquote(told) == words


def test_the_header_has_one_home() -> None:
    """Its name stood in the guard, in the console's door and in the sandbox's answers."""
    homes = [path.name for path in sorted((ROOT / "bot").rglob("*.py")) if SAID in path.read_text(encoding="utf-8")]
    assert homes == ["said.py"]
    assert SAID in (ROOT / "templates/web/static/page.js").read_text(encoding="utf-8")
