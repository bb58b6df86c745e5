"""The rewards file: what it says is what members get, and every fault is shown with its line."""

from pathlib import Path

import pytest

from bot.content.rewards import read_rewards
from bot.policy.customs import Reward

GOOD = """
[[reward]]
slug = "sample"
title = "试吃包"
cost = 30
stock = 60
note = "任选一包"

[[reward]]
slug = "bath"
title = "基础洗护"
cost = 240
"""


def read(tmp_path, text):
    file = tmp_path / "rewards.toml"
    file.write_text(text, encoding="utf-8")
    return read_rewards(file)


def faults(tmp_path, text):
    return [str(fault).removeprefix(f"{tmp_path}/rewards.toml") for fault in read(tmp_path, text)[1]]


def test_rewards_are_read_in_their_order(tmp_path):
    rewards, unsound = read(tmp_path, GOOD)
    assert unsound == ()
    assert list(rewards.values()) == [
        Reward("sample", "试吃包", 30, 60, "任选一包"),
        Reward("bath", "基础洗护", 240, None, ""),
    ]


def test_an_empty_file_offers_nothing(tmp_path):
    assert read(tmp_path, "# later\n") == ({}, ())


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('slug = "sample"', 'slug = "Sample 1"', ":3: slug: "),
        ('title = "试吃包"', 'title = "3号包"', ":4: title: "),
        ('title = "试吃包"', 'title = ""', ":4: title: "),
        ("cost = 30", "cost = 0", ":5: cost: "),
        ("cost = 30", 'cost = "30"', ":5: cost: "),
        ("cost = 30\n", "", ":2: cost: field required"),
        ("stock = 60", "stock = -1", ":6: stock: "),
        ("stock = 60", "stok = 60", ":6: stok: is not a key of a reward"),
        ('slug = "bath"', 'slug = "sample"', ":9: the slug 'sample' is used twice"),
        ('title = "基础洗护"', 'title = "試吃包"', ":9: the title '試吃包' is used twice"),
        ("[[reward]]\nslug", "[reward]\nslug", ":9: is not valid TOML"),
        ("cost = 240", "cost =", ":12: is not valid TOML"),
        ("\n[[reward]]", 'brand = "x"\n[[reward]]', ":1: brand: is not a key of this file"),
    ],
)
def test_every_fault_names_its_line(tmp_path, before, after, said):
    (fault,) = faults(tmp_path, GOOD.replace(before, after, 1))
    assert fault.startswith(said)


def test_a_lone_table_is_explained(tmp_path):
    (fault,) = faults(tmp_path, '\n[reward]\nslug = "x"\n')
    assert fault.startswith(":1: write [[reward]]")


def test_all_faults_are_shown_and_the_sound_ones_kept(tmp_path):
    rewards, unsound = read(tmp_path, GOOD.replace("cost = 30", "cost = -3") + "\n[[reward]]\n")
    assert list(rewards) == ["bath"]
    assert len(unsound) == 2


def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path):
    (missing,) = read_rewards(tmp_path / "none.toml")[1]
    assert "points.rewards" in missing.hint
    file = tmp_path / "gbk.toml"
    file.write_bytes("title = '试吃'".encode("gbk"))
    (unreadable,) = read_rewards(file)[1]
    assert "UTF-8" in unreadable.hint


def test_the_demo_offers_something_for_every_purse():
    rewards, unsound = read_rewards(Path("templates/rewards.toml"))
    assert unsound == ()
    assert len(rewards) == 5
    costs = [reward.cost for reward in rewards.values()]
    assert costs == sorted(costs)
    assert all(reward.note and reward.stock for reward in rewards.values())
