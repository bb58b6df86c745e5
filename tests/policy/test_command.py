"""How a handler is declared, and what it takes."""

from collections.abc import Sequence

import pytest

from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, Command, command


@command("greet", aliases=("问好",), role=Role.OWNER, words=("你好",), anywhere=True)
def greet(db: object, call: Call, who: str, times: str = "1") -> Reply:
    return Reply("greeting", {"who": who, "times": times})


def test_the_function_becomes_a_command() -> None:
    assert isinstance(greet, Command)
    assert (greet.name, greet.names, greet.role) == ("greet", ("greet", "问好"), Role.OWNER)
    assert (greet.words, greet.anywhere) == (("你好",), True)


def test_a_command_is_for_operators_unless_it_says_otherwise() -> None:
    declared = command("quiet")(lambda db, call: None)
    assert (declared.role, declared.words, declared.anywhere) == (Role.OPERATOR, (), False)


@pytest.mark.parametrize(
    ("words", "fits"), [((), False), (("阿椒",), True), (("阿椒", "2"), True), (("阿椒", "2", "3"), False)]
)
def test_words_fit_the_parameters_or_do_not(words: Sequence[str], fits: bool) -> None:
    assert greet.takes(words) is fits


def test_a_command_with_any_number_of_words() -> None:
    declared = command("say")(lambda db, call, *words: None)
    assert declared.takes(())
    assert declared.takes(("a",) * 9)


def test_words_never_land_in_a_keyword_only_parameter() -> None:
    declared = command("say")(lambda db, call, *, secret="": None)
    assert declared.takes(())
    assert not declared.takes(("a",))
