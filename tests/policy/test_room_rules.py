"""The rules of one room: the house's, and its own over them."""

import pytest

from bot.core.post import PostKind
from bot.policy.caps import Caps
from bot.policy.room_rules import RoomRules, rules_of
from bot.policy.room_settings import KEYS
from bot.policy.window import Hours

VALUE, INTERACTIVE, PROMO, CARE = PostKind
ZONE = "Asia/Shanghai"
HOUSE = RoomRules(
    hours=Hours.of(ZONE, ["19:00-21:00"], {"sunday": []}),
    promo_hours=None,
    care_hours=Hours.of(ZONE, ["09:00-21:00"]),
    weights={VALUE: 7, INTERACTIVE: 2, PROMO: 1},
    caps=Caps(),
    slots=(1,) * 7,
    approval=frozenset(),
    tags=frozenset(),
)


def own(settings: dict[str, str], house: RoomRules = HOUSE) -> RoomRules:
    rules = rules_of(settings, house)
    assert rules is not None
    return rules


def test_a_room_without_settings_follows_the_house() -> None:
    assert rules_of({}, HOUSE) == HOUSE
    assert rules_of({"greeting": "嗨"}, HOUSE) == HOUSE


def test_every_setting_stands_over_the_house() -> None:
    settings = {"slots": "1,1,2,1,1,2,2", "mix": "5:5:0", "caps": "1,-,1", "approval": "promo", "tags": "养猫,育儿"}
    rules = own(settings)
    assert rules.slots == (1, 1, 2, 1, 1, 2, 2)
    assert rules.weights == {VALUE: 5, INTERACTIVE: 5, PROMO: 0}
    assert rules.caps == Caps(1, None, 1)
    assert rules.approval == {PROMO}
    assert rules.tags == {"养猫", "育儿"}
    assert rules.hours == HOUSE.hours


def test_promotion_follows_the_rooms_own_window() -> None:
    rules = own({"window": "10:00-11:00"})
    assert rules.hours_for(VALUE) == rules.hours_for(INTERACTIVE) == rules.hours_for(PROMO)
    assert rules.hours_for(PROMO) == Hours.of(ZONE, ["10:00-11:00"])
    assert rules.hours_for(CARE) == HOUSE.care_hours


def test_promotion_windows_of_the_house_hold_in_a_room_with_its_own_window() -> None:
    house = RoomRules(
        HOUSE.hours, Hours.of(ZONE, ["20:00-20:30"]), HOUSE.care_hours, HOUSE.weights, Caps(), (1,) * 7,
        frozenset(), frozenset(),
    )  # fmt: skip
    assert own({"window": "10:00-11:00"}, house).hours_for(PROMO) == Hours.of(ZONE, ["20:00-20:30"])
    london = own({"zone": "Europe/London"}, house)
    assert london.hours_for(PROMO) == Hours.of("Europe/London", ["20:00-20:30"])


def test_a_rooms_zone_moves_all_its_hours() -> None:
    rules = own({"zone": "Europe/London"})
    assert {rules.hours_for(kind).zone.key for kind in PostKind} == {"Europe/London"}
    assert rules.care_hours.days == HOUSE.care_hours.days


@pytest.mark.parametrize("key", [key for key in KEYS if key not in {"greeting", "welcome"}])
@pytest.mark.parametrize("value", ["", "?", "\0"])
def test_one_setting_that_cannot_be_read_is_no_rules_at_all(key: str, value: str) -> None:
    if (key, value) == ("tags", "?"):
        assert own({key: value}).tags == {value}
    else:
        assert rules_of({"slots": "1", key: value}, HOUSE) is None


@pytest.mark.parametrize(
    "settings",
    [
        {"zone": "Gone/Away"},
        {"window": "25:00-26:00"},
        {"slots": "1,1"},
        {"mix": "0:0:1"},
        {"caps": "2"},
        {"approval": "sometimes"},
    ],
)
def test_rules_fail_closed(settings: dict[str, str]) -> None:
    assert rules_of(settings, HOUSE) is None
