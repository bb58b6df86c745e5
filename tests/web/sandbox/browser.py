"""What the tests of the sandbox's page read out of it, and pictures to send."""

from __future__ import annotations

import html
import re

import httpx

from tests.web.house import House

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
SCRIPT = "<script>alert(1)</script>"


def page(room: str, who: str) -> str:
    """The address of the page for a room and a person."""
    return f"/sandbox?room={room}&as={who}"


def bubbles(text: str) -> list[str]:
    """What the bubbles say, as a reader sees it."""
    found = re.findall(r'<div class="bubble said">(.*?)</div>', text, re.DOTALL)
    return [html.unescape(re.sub(r"</?span[^>]*>", "", words)) for words in found]


def notes(text: str) -> list[str]:
    """The grey lines."""
    return [html.unescape(words) for words in re.findall(r'<li id="[^"]+" class="note"[^>]*>(.*?)</li>', text)]


def moments(text: str) -> list[str]:
    """The times between the lines."""
    return re.findall(r'<li class="moment"><time [^>]*>(.*?)</time></li>', text)


def numbers(text: str) -> list[int]:
    """The lines' numbers in the chronicle, in the order in which they are shown."""
    return [int(number) for number in re.findall(r'<li id="line-c(\d+)"', text)]


def edge(text: str) -> str:
    """Where the page before ends, "" if there is none."""
    found = re.search(r"before=([^\"&]+)", text)
    return found[1] if found else ""


async def picture(house: House, room: str, who: str, name: str, data: bytes) -> httpx.Response:
    """Send a file as the page does."""
    token = re.search(r'"X-Qunzhu-Token": "([^"]+)"', await house.see("/sandbox"))
    assert token is not None
    headers = {"X-Qunzhu-Token": token[1], "HX-Request": "true"}
    files = {"picture": (name, data, "image/png")}
    return await house.browser.post("/sandbox/picture", data={"room": room, "as": who}, files=files, headers=headers)
