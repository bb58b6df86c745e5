"""The content library: every post, as it will be posted, taken out and brought back by command."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from storage import ledger, retired
from tests.web.console.furnished import NOW
from tests.web.house import CATS, DOGS, House, visited


def listed(page: str) -> list[str]:
    return re.findall(r'<tr data-slug="([^"]+)"', page)


def with_post(house: House, **changes: object) -> str:
    """Change the first post of the library, and return its slug."""
    library = house.app.charter.library
    slug = next(iter(library))
    assert isinstance(library, dict)
    library[slug] = replace(library[slug], **changes)  # type: ignore[arg-type]
    return slug


async def test_every_post_is_listed_by_kind_and_found_by_words(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        library = house.app.charter.library
        seen: list[str] = []
        for start in range(0, len(library), 50):
            seen += listed(await house.see(f"/console/content?from={start}"))
        assert sorted(seen) == sorted(library)
        promos = [slug for slug, post in library.items() if post.kind == "promo"]
        assert sorted(listed(await house.see("/console/content?kind=promo"))) == sorted(promos)
        one = library[promos[0]]
        assert promos[0] in listed(await house.see(f"/console/content?q={one.title}"))
        assert "没有这样的内容" in await house.see("/console/content?q=没有这种东西")


async def test_a_post_is_shown_as_its_room_will_see_it(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        await house.do("/console/order", text="/room set greeting", word=["喵友们好", CATS])
        slug = with_post(house, body="{{ room.greeting }}！<b>{{ room.topic }}</b>")
        page = await house.see(f"/console/content/post/{slug}?room={CATS}")
        assert "喵友们好！&lt;b&gt;" in page
        assert "喵友们好" not in await house.see(f"/console/content/post/{slug}?room={DOGS}")


async def test_a_post_that_cannot_be_rendered_says_so(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        slug = with_post(house, body="{{ nobody.knows }}")
        page = await house.see(f"/console/content/post/{slug}")
        assert "现在排不出来" in page


async def test_its_picture_is_served_and_no_other_file(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        picture = tmp_path / "豆豆.png"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n")
        slug = with_post(house, media=picture)
        assert f'src="/console/content/picture/{slug}"' in await house.see(f"/console/content/post/{slug}")
        answer = await house.browser.get(f"/console/content/picture/{slug}")
        assert (answer.content, answer.headers["content-type"]) == (picture.read_bytes(), "image/png")
        for path in ("../config.toml", "%2e%2e/config.toml", "etc/passwd", "/etc/passwd"):
            assert (await house.browser.get(f"/console/content/picture/{path}")).status_code == 404


async def test_a_post_is_retired_and_restored_by_the_commands_of_the_chat(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        slug = next(iter(house.app.charter.library))
        await house.do("/console/order", text="/content retire", word=[slug])
        assert slug in await house.app.store.read(retired.every, house.app.account)
        assert listed(await house.see("/console/content?kind=retired")) == [slug]
        assert "已经下架" in await house.see(f"/console/content/post/{slug}")
        await house.do("/console/order", text="/content restore", word=[slug])
        assert listed(await house.see("/console/content?kind=retired")) == []


async def test_it_says_where_and_when_a_post_was_last_said(tmp_path: Path) -> None:
    async with visited(tmp_path, opened=True) as house:
        slug = next(slug for slug, post in house.app.charter.library.items() if post.kind == "promo")
        said = {"kind": "promo", "source": "plan", "content": slug, "at": NOW}
        await house.app.store.run(ledger.enter, house.app.account, CATS, **said)
        page = await house.see("/console/content?kind=promo")
        line = page[page.index(f'data-slug="{slug}"') :]
        assert "11月22日 18:55" in line[: line.index("</tr>")]
        assert "猫咪会客厅" in line[: line.index("</tr>")]
        assert "11月22日 18:55" in await house.see(f"/console/content/post/{slug}")


async def test_an_unknown_post_is_no_page(tmp_path: Path) -> None:
    async with visited(tmp_path) as house:
        for path in ("/console/content/post/value/none", "/console/content/picture/value/none"):
            assert (await house.browser.get(path)).status_code == 404
