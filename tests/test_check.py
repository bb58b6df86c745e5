"""The check command: a fault fails it, a library that is running out does not."""

from pathlib import Path

import pytest

from bot.check import check


def house(folder: Path, *posts: str) -> Path:
    """config.toml with the defaults, and these value posts."""
    replies = folder / "templates" / "replies" / "zh"
    replies.mkdir(parents=True)
    (replies / "commands.toml").write_text("")
    for declared in ("tag_rules", "rewards", "checkins"):
        (folder / "templates" / f"{declared}.toml").write_text("")
    library = folder / "templates" / "posts" / "value"
    library.mkdir(parents=True)
    for number, text in enumerate(posts):
        (library / f"{number}.md").write_text(f"---\nkind: value\ntitle: 第{number}篇\n---\n{text}\n")
    config = folder / "config.toml"
    config.write_text("[welcome]\nfirst_days = []\n[plan.mix]\nvalue = 1\ninteractive = 0\npromo = 0\n")
    return config


def test_enough_for_a_week(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(house(tmp_path, *["{{ brand.name }}"] * 7)) == 0
    assert capsys.readouterr().out == "all is well\n"


def test_a_warning_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(house(tmp_path, *["{{ brand.name }}"] * 6)) == 0
    warned = "warning: rooms without tags: unused value posts last 6.0 days; write more of them\n"
    assert capsys.readouterr().out == warned + "all is well\n"


def test_a_fault_and_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(house(tmp_path, "{{ member.name }}")) == 1
    fault, warning, total = capsys.readouterr().out.splitlines()
    assert fault.startswith(f"{tmp_path}/templates/posts/value/0.md:5: 'member' is undefined (value posts may use")
    assert warning.startswith("warning: ")
    assert total == "1 fault"


def test_first_days_and_tiers_that_nothing_stands_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = house(tmp_path, *["{{ brand.name }}"] * 7)
    post = tmp_path / "templates" / "posts" / "value" / "0.md"
    post.write_text(post.read_text().replace("kind: value\n", "kind: value\naudience: all and tier:vpi\n"))
    config.write_text(config.read_text().replace("first_days = []", "first_days = [1, 4]"))
    assert check(config) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "warning: welcome.first_days has day 1, but there is no care/first-day-1.md",
        "warning: welcome.first_days has day 4, but there is no care/first-day-4.md",
        f"warning: {post}: audience: character 14: expected a tier there is, found 'vpi'; did you mean 'VIP'?",
    ]


def test_an_audience_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = house(tmp_path, *["{{ brand.name }}"] * 7)
    post = tmp_path / "templates" / "posts" / "value" / "0.md"
    post.write_text(post.read_text().replace("kind: value\n", "kind: value\naudience: tag:x and silnt>=7d\n"))
    assert check(config) == 1
    fault = capsys.readouterr().out.splitlines()[0]
    assert fault.startswith(f"{post}:3: audience: character 11: expected")
    assert "did you mean 'silent'?" in fault
