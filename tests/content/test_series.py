"""Series: their parts must be whole, and reachable one after the other."""

from pathlib import Path

import pytest

from bot.content.library import read_library


def faults(folder: Path, *parts: tuple[str, str]) -> list[str]:
    """What is said about files named a, b, c …, each with these lines for `part` and for `audience`."""
    for name, (part, audience) in zip("abcdef", parts, strict=False):
        file = folder / "posts" / "value" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        matter = f"kind: value\ntitle: {name}\naudience: {audience}\nseries: 入冬\npart: {part}"
        file.write_text(f"---\n{matter}\n---\n慢慢来。\n")
    _posts, found = read_library(folder / "posts")
    return [str(fault).replace(f"{folder / 'posts'}/value/", "") for fault in found]


@pytest.mark.parametrize("order", [("1",), ("1", "2", "3"), ("3", "1", "2")])
def test_a_whole_series(tmp_path: Path, order: tuple[str, ...]) -> None:
    assert faults(tmp_path, *((part, "all") for part in order)) == []


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("1", "3"), ["b.md:6: the series '入冬' has no part 2 ("]),
        (("5", "2"), ["b.md:6: the series '入冬' has no part 1 (", "a.md:6: the series '入冬' has no part 3, 4 ("]),
        (("1", "1"), ["b.md:6: is part 1 of the series '入冬', and so is value/a (give each part a number"]),
        (("2", "1", "2"), ["c.md:6: is part 2 of the series '入冬', and so is value/a ("]),
    ],
)
def test_a_part_missing_or_twice(tmp_path: Path, parts: tuple[str, ...], said: list[str]) -> None:
    found = faults(tmp_path, *((part, "all") for part in parts))
    assert len(found) == len(said)
    assert [start for start, fault in zip(said, found, strict=True) if not fault.startswith(start)] == []


def test_a_part_for_others(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, ("1", "not tag:养狗"), ("2", "not tag:养狗"), ("3", "all"))
    assert found.startswith(
        "c.md:4: has another audience than part 1 of the series '入冬' (the parts of a series share"
    )


def test_a_part_of_another_kind(tmp_path: Path) -> None:
    faults(tmp_path, ("1", "all"))
    promo = tmp_path / "posts" / "promo" / "b.md"
    promo.parent.mkdir()
    promo.write_text("---\nkind: promo\ntitle: b\nseries: 入冬\npart: 2\n---\n慢慢来。\n")
    _posts, (found,) = read_library(tmp_path / "posts")
    # Promo comes first by name, yet the series is told from its first part.
    assert str(found).startswith(f"{promo}:2: has another kind than part 1")


def test_a_faulty_part_leaves_no_gap(tmp_path: Path) -> None:
    faults(tmp_path, ("1", "all"), ("2", "all"), ("3", "all"))
    file = tmp_path / "posts" / "value" / "b.md"
    file.write_text(file.read_text().replace("title", "titel"))
    _posts, found = read_library(tmp_path / "posts")
    assert [fault.where for fault in found] == [f"{file}:1", f"{file}:3"]


def test_series_do_not_mix(tmp_path: Path) -> None:
    faults(tmp_path, ("1", "all"), ("2", "all"))
    file = tmp_path / "posts" / "value" / "b.md"
    file.write_text(file.read_text().replace("入冬", "换季").replace("part: 2", "part: 1"))
    assert read_library(tmp_path / "posts")[1] == ()
