"""The checks over everything people wrote: every fault with its line, and what runs out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content.check import Reader, faults, readers, warnings
from bot.core.post import Post, PostKind
from bot.render import Renderer

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
HEAD = "---\nkind: {kind}\ntitle: 试\n---\n"


def sample(post: Post) -> Mapping[str, object]:
    ours: dict[str, object] = {"brand": {"name": "毛球家"}, "festival": post.festival}
    return {**ours, "member": {"name": "年糕妈"}} if post.kind is PostKind.CARE else ours


def found(folder: Path, **posts: str) -> list[str]:
    """The faults of these texts, by kind; everything else that is checked is in order."""
    for kind, text in posts.items():
        file = folder / "posts" / kind / "a.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text if text.startswith("---") else HEAD.format(kind=kind) + text)
    replies = folder / "replies" / "zh"
    replies.mkdir(parents=True)
    (replies / "commands.toml").write_text("")
    (folder / "rules.toml").write_text("")
    said = faults(folder, folder / "rules.toml", Renderer(folder, "zh", "Asia/Shanghai"), sample)
    return [str(fault).replace(f"{folder / 'posts'}/", "") for fault in said]


def test_a_sound_library(tmp_path: Path) -> None:
    text = "{{ brand.name }}说{{ festival }}"
    assert found(tmp_path, value=text, care="{{ member.name }}，" + text) == []


def test_each_kind_has_its_own_variables(tmp_path: Path) -> None:
    (said,) = found(tmp_path, value="你好，{{ member.name }}", care="{{ member.name }}")
    assert said == "value/a.md:5: 'member' is undefined (value posts may use brand, festival)"


def test_what_a_care_post_may_use(tmp_path: Path) -> None:
    (said,) = found(tmp_path, care="{{ checkin.days }}")
    assert said == "care/a.md:5: 'checkin' is undefined (care posts may use brand, festival, member)"


def test_every_faulty_line_of_a_text(tmp_path: Path) -> None:
    said = found(
        tmp_path, value="{{ rom }}\n好\n{{ brand.nam }}{{ x }}\n{{ 'a' * 9 }}\n{{ brand.name }}", promo="{{ y }}"
    )
    assert [fault.split(" (")[0].split(": ")[0] for fault in said] == [
        "promo/a.md:5",
        "value/a.md:8",
        "value/a.md:5",
        "value/a.md:7",
    ]


def test_a_broken_block_is_told_once(tmp_path: Path) -> None:
    (said,) = found(tmp_path, value="好\n{% if brand.nam %}\n{{ brand.name }}\n{% endif %}")
    assert said.startswith("value/a.md:6: ")


def test_front_matter_and_text_of_one_file_are_told_together(tmp_path: Path) -> None:
    said = found(tmp_path, value="---\nkind: value\ntitle: 试\nweight: 11\n---\n{{ rom }}\n")
    assert [fault.split(" ")[0] for fault in said] == ["value/a.md:4:", "value/a.md:6:"]


def test_a_festivals_post_is_tried_with_its_festival(tmp_path: Path) -> None:
    matter = "---\nkind: value\ntitle: 试\nfestival: 中秋节\n---\n"
    assert found(tmp_path, value=matter + "{% if festival != '中秋节' %}{{ wrong }}{% endif %}好") == []


def post(slug: str, kind: PostKind = PostKind.VALUE, audience: str = "all") -> Post:
    return Post(slug, kind, slug, "text", Path(f"{slug}.md"), 1, audience=audience)


def test_the_sorts_of_room_a_library_knows() -> None:
    posts = [post("a", audience="not tag:养狗"), post("b", audience="tag:新手 and not tag:养猫"), post("c")]
    rates = {PostKind.VALUE: 0.7}
    assert [(room.name, set(room.tags)) for room in readers(posts, rates)] == [
        ("rooms without tags", set()),
        ("rooms with the tag 养狗", {"养狗"}),
        ("rooms with the tag 养猫", {"养猫"}),
        ("rooms with the tag 新手", {"新手"}),
    ]
    assert {room.kinds_per_day[PostKind.VALUE] for room in readers(posts, rates)} == {0.7}


@pytest.mark.parametrize(("cats", "dogs", "warned"), [(7, 7, []), (6, 7, ["养猫"]), (0, 6, ["", "养猫", "养狗"])])
def test_what_runs_out_within_a_week(cats: int, dogs: int, warned: list[str]) -> None:
    posts = [post(f"cat{n}", audience="not tag:养狗") for n in range(cats)]
    posts += [post(f"dog{n}", audience="not tag:养猫") for n in range(dogs)]
    rooms = [Reader(tag, frozenset({tag} - {""}), {PostKind.VALUE: 1}) for tag in ("", "养猫", "养狗")]
    assert [line.split(":")[0] for line in warnings(posts, rooms, NOW)] == warned


def test_a_warning_names_room_kind_and_days() -> None:
    posts = [post(f"v{n}") for n in range(20)] + [post("p", PostKind.PROMO), post("q", PostKind.PROMO)]
    used = {"q": NOW - timedelta(days=59)}
    room = Reader("猫咪会客厅", frozenset(), {PostKind.VALUE: 0.7, PostKind.PROMO: 0.5}, used)
    assert list(warnings(posts, [room], NOW)) == ["猫咪会客厅: unused promo posts last 2.0 days; write more of them"]
    assert list(warnings(posts, [Reader("x", frozenset(), {PostKind.VALUE: 0.7})], NOW)) == []
