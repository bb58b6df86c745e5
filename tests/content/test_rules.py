"""The tag rules' reader."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.content.rules import read_tag_rules
from bot.core.errors import SetupError

HEAD = 'negation_window = 3\nnegations = ["不是"]\n'
RULE = '[[rule]]\nid = "cat"\ntag = "养猫"\nwords = ["猫"]\nwhy = "说到猫"\n'


def read(folder: Path, text: str | bytes) -> object:
    file = folder / "rules.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_tag_rules(file)


def test_rules_are_read_with_the_files_negations(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        HEAD
        + RULE
        + '[[rule]]\nid = "dog"\ntag = "养狗"\nwords = ["狗"]\nwhy = "x"\nnot_after = []\nexpires_days = 9\n'
    )
    rules = read_tag_rules(tmp_path / "r.toml")
    assert [rule.negations for rule in rules.rules] == [("不是",), ()]
    assert [rule.expires for rule in rules.rules] == [None, timedelta(days=9)]
    assert [hit.tag for hit in rules.match("不是猫，不是狗")] == ["养狗"]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    read(tmp_path, b"\xef\xbb\xbf" + (HEAD + RULE).encode())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + RULE + "word = ['x']\n", "FILE:3: word: is not a key of a rule (known keys: id, tag, words"),
        (HEAD + RULE + RULE.replace("cat", "Dog House"), "FILE:8: id: string should match pattern"),
        (HEAD + RULE.replace('tag = "养猫"\n', ""), "FILE:3: tag: field required"),
        (HEAD + RULE.replace('["猫"]', "[]"), "FILE:3: words: tuple should have at least 1 item"),
        (HEAD + RULE.replace('["猫"]', "[3]"), "FILE:3: words: input should be a valid string"),
        (HEAD + RULE.replace("[[rule]]", "[[rule]] # 猫") + "x = 1\n", "FILE:3: x: is not a key of a rule"),
        (HEAD + RULE + "expires_days = 0\n", "FILE:3: expires_days: input should be greater than or equal to 1"),
        ("negation = 3\n" + RULE, "FILE:1: negation: is not a key of this file (known keys: negations, negation_w"),
        ("negation_window = 99\n", "FILE:1: negation_window: input should be less than or equal to 20"),
        (RULE.replace("[[rule]]", "[rule]"), "FILE:1: rule: input should be a valid tuple"),
        (HEAD + RULE + RULE, "FILE:9: the rule id 'cat' is used twice"),
        (HEAD + "oops\n", "FILE:3: is not valid TOML"),
        (HEAD + 'a = "never closed', "FILE:3: is not valid TOML"),
        (HEAD.encode("gb18030"), "FILE: cannot be read"),
    ],
)
def test_a_fault_names_file_and_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(SetupError) as caught:
        read(tmp_path, text)
    shown = str(caught.value).replace(str(tmp_path / "rules.toml"), "FILE")
    assert shown.startswith(said)
    assert "\n" not in shown
    assert caught.value.hint


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"no\.toml: cannot be read: No such file"):
        read_tag_rules(tmp_path / "no.toml")


def test_no_rules_are_no_fault(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("")
    assert read_tag_rules(tmp_path / "r.toml").match("猫") == ()


def test_voices_and_behaviours_are_read_with_the_rules(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        HEAD
        + 'others = ["邻居"]\nours = ["送我"]\nrelayed = ["托我问"]\nmyself = ["我都"]\n'
        + RULE
        + "of_animals = true\n"
        + '[behaviour.replied]\ntag = "关注{topic}"\nwhy = "接了话"\nexpires_days = 9\noverlooks = ["互动"]\n'
    )
    rules = read_tag_rules(tmp_path / "r.toml")
    said = {text: bool(rules.match(text)) for text in ("猫", "邻居的猫", "邻居送我的猫", "托我问，猫", "我都猫")}
    assert list(said.values()) == [True, False, True, False, False]
    done = rules.behaviours["replied"]
    assert (done.named("洗护"), done.why, done.expires) == ("关注洗护", "接了话", timedelta(days=9))
    assert done.overlooks == ("互动",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[behaviour.late]\ntag = "x"\nwhy = "x"\n', "FILE:8"),
        ('[behaviour.early]\ntag = "x"\n', "FILE:8: why: field required (known keys: tag, why"),
        ('[behaviour.early]\ntag = "x"\nwhy = "x"\nword = "x"\n', "FILE:8: word: is not a key of a behaviour"),
    ],
)
def test_a_fault_in_a_behaviour_names_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SetupError) as caught:
        read(tmp_path, HEAD + RULE + text)
    assert said in str(caught.value).replace(str(tmp_path / "rules.toml"), "FILE")
