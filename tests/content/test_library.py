"""The library's reader: what it makes of a good post, and what it says about a bad one."""

from datetime import date
from pathlib import Path

import pytest

from bot.content.library import read_files, read_library
from bot.core.post import PostKind

GOOD = "---\nkind: value\ntitle: 换粮七日法\n---\n慢慢来。\n"


def write(folder: Path, text: str | bytes, name: str = "value/post.md") -> Path:
    file = folder / "posts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def fault(folder: Path, text: str | bytes, name: str = "value/post.md") -> str:
    """The one fault of one file, with the file's own path taken out."""
    file = write(folder, text, name)
    posts, faults = read_library(folder / "posts")
    assert posts == ()
    assert len(faults) == 1
    shown = str(faults[0])
    assert "\n" not in shown
    assert faults[0].hint
    return shown.replace(str(file), "FILE").replace(str(folder), "FOLDER")


def test_a_post_with_everything(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images/a.png").write_bytes(b"png")
    matter = (
        "---\nkind: promo\ntitle: 周末 9:30 开门\ntags: [洗护, on]\naudience: all\ncooldown_days: 7\n"
        "valid: 2026-01-01..2026-02-28\nmedia: images/a.png\n---\n\n\n第一行\n\n---\n最后一行\n"
    )
    write(tmp_path, matter, "promo/weekend/bath.md")
    (post,), faults = read_library(tmp_path / "posts")
    assert faults == ()
    assert (post.slug, post.kind, post.title) == ("promo/weekend/bath", PostKind.PROMO, "周末 9:30 开门")
    assert (post.tags, post.cooldown_days) == (("洗护", "on"), 7)
    assert (post.valid_from, post.valid_to) == (date(2026, 1, 1), date(2026, 2, 28))
    assert post.media == tmp_path / "images/a.png"
    assert (post.body, post.body_line) == ("第一行\n\n---\n最后一行", 12)


def test_a_post_of_a_series_and_one_of_a_festival(tmp_path: Path) -> None:
    write(tmp_path, with_line("weight: 10\nseries: 入冬\npart: 1\naudience: not tag:养狗"), "value/a.md")
    write(tmp_path, with_line("festival: 中秋\ndays_before: 3"), "value/b.md")
    (series, festival), faults = read_library(tmp_path / "posts")
    assert faults == ()
    assert (series.weight, series.series, series.part, series.audience) == (10, "入冬", 1, "not tag:养狗")
    assert (festival.festival, festival.days_before) == ("中秋节", 3)


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (post,), _ = read_library(tmp_path / "posts")
    assert (post.tags, post.audience, post.cooldown_days) == ((), "all", 60)
    assert (post.valid_from, post.valid_to, post.media) == (None, None, None)
    assert (post.weight, post.series, post.part, post.festival, post.days_before) == (1, "", 0, "", 0)
    assert (post.body, post.body_line) == ("慢慢来。", 5)


@pytest.mark.parametrize(
    "source",
    [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode(), GOOD.replace("---", "-----").encode()],
    ids=["byte-order mark", "windows line ends", "longer fences"],
)
def test_what_editors_do_is_no_fault(tmp_path: Path, source: bytes) -> None:
    write(tmp_path, source)
    (post,), faults = read_library(tmp_path / "posts")
    assert (faults, post.body, post.body_line) == ((), "慢慢来。", 5)


@pytest.mark.parametrize(
    ("valid", "span"),
    [
        ("2026-01-01..", (date(2026, 1, 1), None)),
        ("..2026-01-01", (None, date(2026, 1, 1))),
        ("2026-01-01..2026-01-01", (date(2026, 1, 1), date(2026, 1, 1))),
    ],
)
def test_a_span_may_be_open_at_one_end(tmp_path: Path, valid: str, span: tuple[date | None, date | None]) -> None:
    write(tmp_path, GOOD.replace("\n---\n", f"\nvalid: {valid}\n---\n"))
    (post,), _ = read_library(tmp_path / "posts")
    assert (post.valid_from, post.valid_to) == span


def with_line(line: str) -> str:
    return GOOD.replace("\n---\n", f"\n{line}\n---\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (with_line("cooldown: 5"), "FILE:4: unknown front-matter key 'cooldown' (did you mean 'cooldown_days'?)"),
        (with_line("xyzzy: 5"), "FILE:4: unknown front-matter key 'xyzzy' (known keys: kind, title,"),
        (GOOD.replace("kind: value\n", ""), "FILE:1: the front matter lacks 'kind'"),
        (GOOD.replace("title: 换粮七日法\n", ""), "FILE:1: the front matter lacks 'title'"),
        (GOOD.replace("换粮七日法", "''"), "FILE:3: title: string should have at least 1 character"),
        (GOOD.replace("value", "Value"), "FILE:2: kind: input should be 'value', 'interactive', 'promo' or 'care'"),
        (with_line("tags: 养猫, 养狗"), "FILE:4: tags: input should be a valid tuple"),
        (with_line("cooldown_days: -1"), "FILE:4: cooldown_days: input should be greater than or equal to 0"),
        (with_line("cooldown_days: soon"), "FILE:4: cooldown_days: input should be a valid integer"),
        (with_line("valid: 2026-01-01"), "FILE:4: valid: '2026-01-01' is not a span such as"),
        (with_line("valid: '..'"), "FILE:4: valid: '..' is not a span such as"),
        (with_line("valid: 2026-02-30.."), "FILE:4: valid: day is out of range for month"),
        (with_line("valid: 2026-02-02..2026-02-01"), "FILE:4: valid: '2026-02-02..2026-02-01' ends before it begins"),
        (with_line("media: images/no.png"), "FILE:4: the file 'images/no.png' is not there (put it below FOLDER)"),
        (with_line("media: ../../etc/passwd"), "FILE:4: the file '../../etc/passwd' is not there (put it below FOLDER"),
        (with_line("weight: 0"), "FILE:4: weight: input should be greater than or equal to 1"),
        (with_line("weight: 11"), "FILE:4: weight: input should be less than or equal to 10"),
        (with_line("series: 入冬"), "FILE:4: belongs to a series but has no 'part' (add part: 1, 2 or …)"),
        (with_line("series: 入冬\npart: 0"), "FILE:5: part: the first part of a series is 1"),
        (with_line("series: 入冬\npart: one"), "FILE:5: part: input should be a valid integer"),
        (with_line("part: 1"), "FILE:4: has a 'part' but no 'series' (add series: and its name)"),
        (
            with_line("festival: 中秋结"),
            "FILE:4: festival: '中秋结' is not a known festival; did you mean '中秋节'? (k",
        ),
        (with_line("festival: 双十一"), "FILE:4: festival: '双十一' is not a known festival (known: 元旦, 春节,"),
        (with_line("days_before: 1"), "FILE:4: has 'days_before' but no 'festival' (add festival: and its name)"),
        (with_line("festival: 中秋节\ndays_before: -1"), "FILE:5: days_before: input should be greater than or equal"),
        (with_line("audience: 'not tag:'"), "FILE:4: audience: character 5: expected a tag's name after 'tag:', found"),
        (
            with_line("audience: cats"),
            "FILE:4: audience: character 1: expected all, tag:<name>, tier:<name>, silent>=7d or another term",
        ),
        (with_line("tags: [养猫"), "FILE:5: the front matter is not valid YAML"),
        (with_line("audience: a: b"), "FILE:4: the front matter is not valid YAML"),
        ("---\n- kind\n- title\n---\n慢慢来。\n", "FILE:1: the front matter is not valid YAML"),
        ("---\n只有一句话\n---\n慢慢来。\n", "FILE:1: the front matter is not valid YAML"),
        ("慢慢来。\n", "FILE:1: has no front matter"),
        ("", "FILE:1: has no front matter"),
        ("---\n---\n慢慢来。\n", "FILE:1: has no front matter"),
        ("开头\n" + GOOD, "FILE:1: has no front matter"),
        (GOOD.replace("慢慢来。", " \n "), "FILE:6: has no text below the front matter"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    assert fault(tmp_path, text).startswith(said)


def test_text_that_is_not_utf8(tmp_path: Path) -> None:
    assert fault(tmp_path, GOOD.encode("gb18030")).startswith("FILE: cannot be read:")


def test_a_post_in_another_kinds_folder(tmp_path: Path) -> None:
    assert fault(tmp_path, GOOD, "promo/a.md").startswith("FILE:2: is of kind 'value' but lies in promo/")


def test_a_post_in_no_kinds_folder(tmp_path: Path) -> None:
    assert fault(tmp_path, GOOD, "a.md").startswith("FILE:2: is of kind 'value' but lies in no kind's folder")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    posts, (missing,) = read_library(tmp_path / "posts")
    assert posts == ()
    assert str(missing).startswith(f"{tmp_path / 'posts'}: there is no such folder of posts")


def test_a_broken_post_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path, "oops", "value/a.md")
    write(tmp_path, GOOD, "value/b.md")
    write(tmp_path, with_line("typo: 1"), "value/c.md")
    posts, faults = read_library(tmp_path / "posts")
    assert [post.slug for post in posts] == ["value/b"]
    assert len(faults) == 2


def test_every_fault_of_a_file_is_told_in_the_order_of_its_lines(tmp_path: Path) -> None:
    matter = "kind: value\nweight: 99\naudience: dogs\npart: 2\nmedia: no.png\ntypo: 1\nvalid: soon"
    file = write(tmp_path, f"---\n{matter}\n---\n", "promo/a.md")
    posts, faults = read_library(tmp_path / "posts")
    assert posts == ()
    lines = [fault.where.removeprefix(f"{file}:") for fault in faults]
    assert lines == ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    said = [
        "lacks 'title'",
        "but lies in promo/",
        "weight",
        "audience",
        "no 'series'",
        "no.png",
        "typo",
        "valid",
        "text",
    ]
    assert [word for word, fault in zip(said, faults, strict=True) if word not in fault.what] == []


def test_a_key_is_looked_for_in_the_front_matter_only(tmp_path: Path) -> None:
    assert fault(tmp_path, "---\nkind: value\n---\ntitle: 在正文里\n").startswith(
        "FILE:1: the front matter lacks 'title'"
    )


def test_a_faulty_file_still_has_a_text_to_check(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("title", "titel"), "value/a.md")
    write(tmp_path, "oops", "value/b.md")
    (typo, broken), faults = read_files(tmp_path / "posts")
    assert typo.post is not None
    assert (typo.post.body, typo.post.body_line) == ("慢慢来。", 5)
    assert broken.post is None
    assert len(faults) == 3


def test_a_promo_needs_no_end(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("value", "promo"), "promo/a.md")
    (promo,), faults = read_library(tmp_path / "posts")
    assert (promo.kind, promo.valid_to, faults) == (PostKind.PROMO, None, ())
