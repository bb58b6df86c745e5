"""Audiences: what an expression means, and what is said about one that means nothing."""

import re
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.audience import LIMIT, parse

CAT, DOG, BOTH, NOBODY = {"养猫"}, {"养狗"}, {"养猫", "养狗"}, frozenset[str]()


@pytest.mark.parametrize(
    ("text", "included", "left_out"),
    [
        ("all", [CAT, DOG, BOTH, NOBODY], []),
        ("tag:养猫", [CAT, BOTH], [DOG, NOBODY]),
        ("not tag:养狗", [CAT, NOBODY], [DOG, BOTH]),
        ("not not tag:养狗", [DOG, BOTH], [CAT, NOBODY]),
        ("tag:养猫 and tag:养狗", [BOTH], [CAT, DOG, NOBODY]),
        ("tag:养猫 or tag:养狗", [CAT, DOG, BOTH], [NOBODY]),
        ("not (tag:养猫 or tag:养狗)", [NOBODY], [CAT, DOG, BOTH]),
        ("(tag:养猫)", [CAT, BOTH], [DOG, NOBODY]),
        ("  tag:养猫  and(not tag:养狗)", [CAT], [DOG, BOTH, NOBODY]),
        ("tag:C++ or tag:a:b", [{"C++"}, {"a:b"}], [{"c++"}, {"a"}, NOBODY]),
        # `not` binds closest, then `and`, then `or`.
        ("not tag:养猫 and tag:养狗", [DOG], [CAT, BOTH, NOBODY]),
        ("tag:x or tag:养猫 and tag:养狗", [BOTH, {"x"}], [CAT, DOG]),
        ("tag:养狗 and tag:养猫 or tag:x", [BOTH, {"x"}], [CAT, DOG]),
        ("(tag:x or tag:养猫) and tag:养狗", [BOTH], [{"x"}, CAT, DOG]),
    ],
)
def test_who_belongs_to_it(text: str, included: list[Collection[str]], left_out: list[Collection[str]]) -> None:
    audience = parse(text)
    assert [tags for tags in included if not audience.includes(tags)] == []
    assert [tags for tags in left_out if audience.includes(tags)] == []


def test_the_tags_it_mentions() -> None:
    assert parse("all").tags() == frozenset()
    assert parse("not (tag:养猫 or tag:养狗) and tag:新手").tags() == {"养猫", "养狗", "新手"}


TERM = "all, tag:<name>, not or ("


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"character 1: expected {TERM}"),
        ("   ", f"character 4: expected {TERM}"),
        ("everybody", f"character 1: expected {TERM}, found 'everybody'"),
        ("segment:vip", f"character 1: expected {TERM}, found 'segment:vip'"),
        ("all:养猫", f"character 1: expected {TERM}, found 'all:养猫'"),
        ("养猫", f"character 1: expected {TERM}, found '养猫'"),
        ("tag：养猫", f"character 1: expected {TERM}, found 'tag：养猫'"),
        ("tag:", "character 1: expected a tag's name after 'tag:', found 'tag:'"),
        ("tag: 养猫", "character 1: expected a tag's name after 'tag:', found 'tag:'"),
        ("not tag", f"character 5: expected {TERM}, found 'tag'"),
        ("tag:养猫 tag:养狗", "character 8: expected 'and', 'or' or the end, found 'tag:养狗'"),
        ("tag:养猫 not tag:养狗", "character 8: expected 'and', 'or' or the end, found 'not'"),
        ("tag:养猫 和 tag:养狗", "character 8: expected 'and', 'or' or the end, found '和'"),
        ("tag:养猫 and", f"character 11: expected {TERM}"),
        ("tag:养猫 and or tag:养狗", f"character 12: expected {TERM}, found 'or'"),
        ("or tag:养猫", f"character 1: expected {TERM}, found 'or'"),
        ("(tag:养猫", "character 8: expected ')', 'and' or 'or'"),
        ("(tag:养猫 tag:养狗)", "character 9: expected ')', 'and' or 'or', found 'tag:养狗'"),
        ("tag:养猫)", "character 7: expected 'and', 'or' or the end, found ')'"),
        ("()", f"character 2: expected {TERM}, found ')'"),
        ("(" * (LIMIT + 1), f"character {LIMIT + 1}: an audience has at most {LIMIT} characters"),
    ],
)
def test_a_fault_says_where_and_what_was_expected(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        parse(text)


def test_the_deepest_expression_can_be_read() -> None:
    depth = (LIMIT - len("all")) // 2
    assert parse("(" * depth + "all" + ")" * depth).includes(())
    assert parse("not " * 48 + "tag:x").includes({"x"})


WORDS = st.sampled_from(["all", "tag:a", "tag:b", "tag:", "not", "and", "or", "(", ")", "x"])


@given(st.lists(WORDS, max_size=12), st.sets(st.sampled_from(["a", "b"])))
def test_it_means_what_the_same_words_mean_in_python(words: list[str], tags: set[str]) -> None:
    """Python's own grammar is the oracle, for what is refused as for what is included."""
    python = {"all": "True", "tag:a": str("a" in tags), "tag:b": str("b" in tags), "tag:": "?", "x": "?"}
    source = " ".join(python.get(word, word) for word in words)
    try:
        meant = eval(source) if "( )" not in source else None  # the empty tuple is Python's alone
    except (SyntaxError, TypeError):
        meant = None
    try:
        said = parse(" ".join(words)).includes(tags)
    except ValueError:
        said = None
    assert said == meant
