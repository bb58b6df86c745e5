"""Asks axe-core what is wrong with a page for people who do not see it, or use no mouse."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.npm import available, installed

FOLDER = Path(__file__).parent
NO_NPM = available()
GRAVE = ("serious", "critical")


async def grave(page: Page, rule: str = "") -> list[str]:
    """Every serious or critical issue of what the page shows now, by one rule or by all: which, where, and why."""
    if not await page.evaluate("() => 'axe' in window"):
        folder = await asyncio.to_thread(installed, FOLDER)
        await page.evaluate((folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    wanted = {"resultTypes": ["violations"], **({"runOnly": [rule]} if rule else {})}
    found = await page.evaluate("wanted => axe.run(document, wanted)", wanted)
    return [
        f"{issue['id']}: {' '.join(map(str, node['target']))}: {node['html'][:160]}: {_why(node)}"
        for issue in found["violations"]
        if issue["impact"] in GRAVE
        for node in issue["nodes"]
    ]


def _why(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in (*node["any"], *node["all"], *node["none"]))
