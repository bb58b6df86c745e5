"""Numbers as people type them."""

import pytest

from bot.policy.typed_number import number_in


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("12", 12),
        ("#12", 12),
        ("＃１２", 12),
        ("0", 0),
        ("999999999", 999_999_999),
        ("9999999999", None),
        ("9" * 5_000, None),
        ("##1", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_number_is_read_as_people_write_it(said, number):
    assert number_in(said) == number
