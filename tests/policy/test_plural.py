"""How a number of things is said in English."""

import pytest

from bot.policy.plural import Number, counted


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 posts wait"), (1, "1 post waits"), (2, "2 posts wait"), ("1", "1 post waits"), ("some", "some posts wait")],
)
def test_a_number_agrees_with_what_it_counts(number, said):
    assert counted(number, "post waits", "posts wait") == said


def test_a_gap_in_a_text_says_what_is_counted_or_the_number_alone():
    text = "{n:person/people}, {n}, {n:03}"
    assert [text.format(n=Number(n)) for n in (1, 12)] == ["1 person, 1, 001", "12 people, 12, 012"]
