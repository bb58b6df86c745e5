"""What people call themselves and write is text, on every page there is."""

from __future__ import annotations

import re
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from bot.core.message import File, Link
from tests.web.house import CATS, OWNER, TEAM, XIAOMAN, House, visited

EVIL = "wxid_evil"
PAYLOAD = "\"'><img src=x onerror=boo()><script>boo()</script>{{7919*7907}}"
SPOILED = "javascript:boo()"
MOST_PAGES = 400
RUNS = re.compile(r"\s*(javascript|js|data|vbscript):", re.IGNORECASE)
LEADS = ("href", "src", "hx-get", "sse-connect")
CALLED = {"href", "src", "action", "formaction", "data", "poster", "hx-get", "hx-post", "sse-connect"}


class Page(HTMLParser):
    """What a browser would make of a page: where it leads, and what in it would run or ask elsewhere."""

    def __init__(self, text: str, house: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.dangers: list[str] = []
        self._house, self._within = house, ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        for name, value in ((name, value or "") for name, value in attrs):
            shown = f"<{tag} {name}={value!r}>"
            if name.startswith(("on", "hx-on")) or name in {"style", "srcdoc"} or "{{" in name:
                self.dangers.append(shown)
            if name in {*CALLED, "hx-vals", "hx-headers"} and RUNS.match(value):
                self.dangers.append(shown)
            # A link elsewhere is followed by whoever clicks it; everything else a browser would fetch by itself.
            if name in CALLED and tag != "a" and urlsplit(urljoin(self._house, value)).netloc != self._netloc:
                self.dangers.append(shown)
            if name in CALLED and value == "x":
                self.dangers.append(shown)
        self.leads += [value for name, value in attrs if name in LEADS and value]

    @property
    def _netloc(self) -> str:
        return urlsplit(self._house).netloc

    def handle_data(self, data: str) -> None:
        if self._within in {"script", "style"} and data.strip():
            self.dangers.append(f"<{self._within}>{data[:80]}")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""


async def plant(house: House) -> None:
    """Whatever somebody outside can choose: a name, an alias, a topic, words, a card, a file's name, a tag."""
    world = house.demo.world
    world.add_person(EVIL, f"小坏{PAYLOAD}")
    await house.open_shop()
    world.join(CATS, (EVIL,), OWNER)
    world.set_alias(CATS, EVIL, f"外号{PAYLOAD}")
    world.rename(CATS, f"猫{PAYLOAD}")
    world.announce(CATS, f"公告{PAYLOAD}", OWNER)
    world.say(EVIL, CATS, f"我家英短怕打雷{PAYLOAD}")
    world.say(EVIL, CATS, SPOILED)
    world.say(EVIL, world.self_id, f"私聊{PAYLOAD}")
    world.send_file(EVIL, CATS, File(f"猫{PAYLOAD}.html".replace("/", "∕"), b"<script>boo()</script>"))
    world.send_file(EVIL, CATS, File("猫.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='boo()'/>"))
    world.send_link(EVIL, CATS, Link(SPOILED, f"卡片{PAYLOAD}", f"说明{PAYLOAD}", "http://evil.example/x.png"))
    world.say(XIAOMAN, CATS, f"生日 宠物 豆{PAYLOAD[:12]} 3月5日")
    world.say(OWNER, TEAM, f'/tag add {EVIL} "坏{PAYLOAD[:14]}"')
    world.say(OWNER, TEAM, f'/post "特别{PAYLOAD}" value 猫')
    world.say(OWNER, TEAM, f"/pause all 因为{PAYLOAD}")
    await house.until(lambda: f"猫{PAYLOAD}"[:6] in str(house.app.directory.topics.get(CATS, "")))
    await house.app.dispatcher.idle()
    await house.at("19:05:00")


async def crawled(house: House, *starts: str) -> dict[str, str]:
    """Every page that can be reached by links and by the pieces that pages fetch, by its path."""
    found: dict[str, str] = {}
    waiting = deque(starts)
    while waiting and len(found) < MOST_PAGES:
        path = waiting.popleft()
        if path in found or path.startswith(("/stream", "/language", "/static")):
            continue
        answer = await house.browser.get(path)
        if answer.status_code in {303, 307}:
            waiting.append(answer.headers["location"])
            continue
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("text/html"):
            harmless = kind.startswith(("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain"))
            download = answer.headers.get("content-disposition", "").startswith("attachment")
            assert harmless or download, f"{path} is shown as {kind}"
            continue
        assert answer.status_code < 500, (path, answer.status_code)
        found[path] = answer.text
        here = f"{house.origin}{path}"
        for lead in Page(answer.text, house.origin).leads:
            target = urldefrag(urljoin(here, lead)).url
            if target.startswith(house.origin + "/"):
                waiting.append(target.removeprefix(house.origin))
    return found


async def test_nothing_that_people_choose_becomes_a_part_of_a_page(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        await plant(house)
        pages = await crawled(house, "/", f"/sandbox?room={quote(CATS)}", "/console", "/nowhere")
        assert len(pages) >= 3
        assert any("小坏" in text or "猫&#34;" in text for text in pages.values()), "nothing was planted"
        for path, text in pages.items():
            assert Page(text, house.origin).dangers == [], path
            assert "<script>boo" not in text, path
            assert "<img src=x" not in text, path
            assert "62615533" not in text, f"{path}: a text of somebody's was read as a template"


HIDING = "\u200b\u202e\u2066\ufeff"
CONTROL = "\x00\x07\x1b\x7f\x9b"
UNREADABLE = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - set("\t\r\n")


async def test_nothing_that_hides_or_reorders_text_is_shown_of_names_and_commands(tmp_path: Path) -> None:
    """The audit showed topics and refused commands as they came, the card what a tag rests on."""
    async with visited(tmp_path) as house:
        world = house.demo.world
        world.add_person(EVIL, f"小坏{HIDING}猫")
        await house.open_shop()
        world.join(CATS, (EVIL,), OWNER)
        world.say(EVIL, CATS, f"我家英短{HIDING}怕打雷")
        world.rename(CATS, f"猫{HIDING}窝", OWNER)
        world.say(OWNER, CATS, f"/adopt 猫{HIDING}")
        await house.until(lambda: "窝" in house.app.directory.topics.get(CATS, ""))
        await house.app.dispatcher.idle()
        pages = await crawled(house, f"/sandbox?room={quote(CATS)}", "/console")
        assert any("小坏猫" in text for text in pages.values()), "nothing was planted"
        for path, text in pages.items():
            assert not set(HIDING) & set(text), path


async def test_no_control_character_of_anybodys_reaches_a_page(tmp_path: Path) -> None:
    """ESC and NUL in nicknames, topics, words, tags and commands stood in the HTML as they came."""
    async with visited(tmp_path) as house:
        world = house.demo.world
        world.add_person(EVIL, f"小坏{CONTROL}猫")
        await house.open_shop()
        world.join(CATS, (EVIL,), OWNER)
        world.set_alias(CATS, EVIL, f"外号{CONTROL}猫")
        world.say(EVIL, CATS, f"我家英短{CONTROL}怕打雷")
        world.send_file(EVIL, CATS, File(f"猫{CONTROL}窝.html", b"?"))
        world.send_link(EVIL, CATS, Link("https://example.com/", f"卡片{CONTROL}一张", f"说{CONTROL}明", ""))
        world.rename(CATS, f"猫{CONTROL}窝", OWNER)
        world.announce(CATS, f"公告{CONTROL}栏", OWNER)
        world.say(OWNER, TEAM, f'/tag add {EVIL} "坏{CONTROL}猫"')
        world.say(OWNER, TEAM, f"/pause all 因为{CONTROL}所以")
        world.say(OWNER, TEAM, f'/post "特别{CONTROL}的" value 猫{CONTROL}')
        world.say(OWNER, CATS, f"/adopt 猫{CONTROL}")
        await house.until(lambda: "窝" in house.app.directory.topics.get(CATS, ""))
        await house.app.dispatcher.idle()
        await house.at("19:05:00")
        pages = await crawled(house, f"/sandbox?room={quote(CATS)}", f"/console/members/{EVIL}", "/console")
        for planted in ("外号猫", "怕打雷", "卡片一张", "因为所以"):
            assert any(planted in text for text in pages.values()), planted
        for path, text in pages.items():
            assert not UNREADABLE & set(text), path
