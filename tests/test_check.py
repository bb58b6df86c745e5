"""The check command: a fault fails it, a library that is running out does not."""

from pathlib import Path

import pytest

from bot.check import check


def house(folder: Path, *posts: str) -> Path:
    """config.toml with the defaults, and these value posts."""
    replies = folder / "templates" / "replies" / "zh"
    replies.mkdir(parents=True)
    (replies / "commands.toml").write_text("")
    (folder / "templates" / "tag_rules.toml").write_text("")
    library = folder / "templates" / "posts" / "value"
    library.mkdir(parents=True)
    for number, text in enumerate(posts):
        (library / f"{number}.md").write_text(f"---\nkind: value\ntitle: 第{number}篇\n---\n{text}\n")
    config = folder / "config.toml"
    config.write_text("[plan.mix]\nvalue = 1\ninteractive = 0\npromo = 0\n")
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
