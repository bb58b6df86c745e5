"""How a command is split into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import UsageError
from bot.policy.text import visible
from bot.policy.words import quoted, split_command


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("/help", "help", ()),
        ("／帮助", "帮助", ()),
        ("/HELP", "help", ()),
        ("/help。", "help", ()),
        ("/status？", "status", ()),
        ("//help", "help", ()),
        ("/", "", ()),
        ("", "", ()),
        ("\u200b", "", ()),
        ("  /tag   add  阿椒 养猫 ", "tag", ("add", "阿椒", "养猫")),
        ("/tag\u3000add\u2005阿椒\u00a0养猫", "tag", ("add", "阿椒", "养猫")),
        ("/tag\tadd\n阿椒\r\n养猫", "tag", ("add", "阿椒", "养猫")),
        ('/adopt "毛球家 猫群"', "adopt", ("毛球家 猫群",)),
        ("/adopt “毛球家 猫群”", "adopt", ("毛球家 猫群",)),
        ("/adopt ”毛球家 猫群”", "adopt", ("毛球家 猫群",)),
        ("/adopt 「毛球家 猫群」", "adopt", ("毛球家 猫群",)),
        ("/adopt 『毛球家 猫群』", "adopt", ("毛球家 猫群",)),
        ("/adopt 《毛球家 猫群》", "adopt", ("毛球家 猫群",)),
        ("/adopt ＂毛球家 猫群＂", "adopt", ("毛球家 猫群",)),
        ('/room set greeting ""', "room", ("set", "greeting", "")),
        ("/room set greeting “”", "room", ("set", "greeting", "")),
        ('/room set greeting "第一行\n第二行"', "room", ("set", "greeting", "第一行\n第二行")),
        ("/member it's", "member", ("it's",)),
        ('/member 5"屏', "member", ('5"屏',)),
        ('/member "it\'s me"', "member", ("it's me",)),
        ('/member “她说"好"”', "member", ('她说"好"',)),
        ("/member 阿\u200b椒", "member", ("阿椒",)),
    ],
)
def test_a_command_is_split_as_people_type_it(text: str, name: str, words: tuple[str, ...]) -> None:
    assert split_command(text) == (name, words)


@pytest.mark.parametrize(
    ("text", "missing"),
    [('/adopt "毛球家', '"'), ("/adopt “毛球家", "”"), ("/adopt 「毛球家 猫群", "」"), ('/adopt "', '"')],
)
def test_an_unclosed_quote_is_named(text: str, missing: str) -> None:
    with pytest.raises(UsageError) as caught:
        split_command(text)
    assert (caught.value.template, caught.value.data) == ("errors/quote", {"quote": missing})


@given(
    st.text(
        st.one_of(st.sampled_from("/／\"“”「」『』《》＂' \u3000\u2005\n\u200b猫a。"), st.characters()), max_size=20
    )
)
def test_nothing_but_a_usage_error_ever_comes_of_it(text: str) -> None:
    """An empty or invisible text once raised IndexError."""
    try:
        name, words = split_command(text)
    except UsageError:
        return
    assert not name.startswith(("/", "／"))
    assert all(isinstance(word, str) for word in words)


@given(st.lists(st.text(st.sampled_from("猫ab c,\n'。"), max_size=6), max_size=4))
def test_what_is_quoted_comes_back_as_it_was(words: list[str]) -> None:
    assert split_command("/tag " + " ".join(f"“{word}”" for word in words)) == ("tag", tuple(words))


@given(st.lists(st.text().map(visible).filter(lambda word: "＂" not in word), max_size=4))
def test_quoted_words_arrive_as_they_were(words: list[str]) -> None:
    assert split_command(" ".join(["/skip", *map(quoted, words)])) == ("skip", tuple(words))


def test_a_word_with_every_closing_quote_still_arrives_as_one() -> None:
    word = 'a b"”」』》＂'
    assert split_command("/skip " + quoted(word)) == ("skip", (word.removesuffix("＂"),))
