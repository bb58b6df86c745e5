"""The seal on an approval: it breaks with any edit."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.core.post import Post, PostKind
from bot.policy.seal import of_post, seal

POST = Post("promo/sand", PostKind.PROMO, "猫砂", "今晚团猫砂", Path("sand.md"), 5, media=Path("images/sand.png"))
APPROVED = (POST, "", PostKind.PROMO, "all", "19:00-21:00", "大家晚上好", ("cats", "dogs"))
EDITED = (
    (replace(POST, body="今晚团猫砂。"), *APPROVED[1:]),
    (replace(POST, slug="promo/sand-2"), *APPROVED[1:]),
    (replace(POST, media=Path("images/other.png")), *APPROVED[1:]),
    (replace(POST, media=None), *APPROVED[1:]),
    (None, "今晚团猫砂", *APPROVED[2:]),
    (POST, "另外一句", *APPROVED[2:]),
    (*APPROVED[:2], PostKind.VALUE, *APPROVED[3:]),
    (*APPROVED[:3], "tag:养猫", *APPROVED[4:]),
    (*APPROVED[:4], "19:00-21:30", *APPROVED[5:]),
    (*APPROVED[:5], "嗨", APPROVED[6]),
    (*APPROVED[:6], ("cats",)),
    (*APPROVED[:6], ("cats", "dogs", "birds")),
    (*APPROVED[:6], ("cats", "birds")),
)


def test_any_edit_breaks_the_seal() -> None:
    seals = [of_post(*case) for case in (APPROVED, *EDITED)]
    assert len(set(seals)) == len(seals)


def test_the_same_post_has_the_same_seal_in_whatever_order_its_rooms_are_named() -> None:
    assert of_post(*APPROVED) == of_post(*APPROVED[:6], ["dogs", "cats"])
    assert of_post(replace(POST, title="新标题", valid_to=date(2027, 1, 1)), *APPROVED[1:]) == of_post(*APPROVED)


def test_a_seal_outlives_the_process() -> None:
    """It stands in the database, so it must not change with the code."""
    assert seal("猫", "") == seal("猫", "")
    assert seal() == "4f53cda18c2baa0c"


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_parts_do_not_run_together(left: list[str], right: list[str]) -> None:
    assert (seal(*left) == seal(*right)) is (left == right)
    assert len(seal(*left)) == 16
