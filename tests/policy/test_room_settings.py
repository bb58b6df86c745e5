"""A room's own settings and the hours that follow from them."""

import pytest

from bot.core.errors import SpeakerError
from bot.core.post import MIX, PostKind
from bot.policy.caps import Caps
from bot.policy.room_settings import (
    KEYS,
    approval_of,
    caps_of,
    hours_of,
    key_for,
    overnight,
    slots_of,
    tags_of,
    value_for,
    weights_of,
)
from bot.policy.window import Hours, Window

DEFAULT = Hours.of("Asia/Shanghai", ["19:00-21:00"], {"sunday": []})


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("greeting", "greeting"),
        ("WINDOW", "window"),
        ("时区", "zone"),
        ("问候语", "greeting"),
        ("时段", "window"),
        ("条数", "slots"),
        ("配比", "mix"),
        ("上限", "caps"),
        ("审批", "approval"),
        ("标签", "tags"),
        ("Slots", "slots"),
    ],
)
def test_a_key_has_an_english_and_chinese_names(said: str, key: str) -> None:
    assert key_for(said) == key


def test_an_unknown_key_lists_those_there_are() -> None:
    with pytest.raises(SpeakerError) as caught:
        key_for("颜色")
    assert caught.value.template == "errors/setting_unknown"
    assert caught.value.data == {"key": "颜色", "keys": list(KEYS)}


@pytest.mark.parametrize(
    ("key", "said", "kept"),
    [
        ("window", "19:30-21:00", "19:30-21:00"),
        ("window", "9:00-10:00，19:00至21:00", "09:00-10:00,19:00-21:00"),
        ("window", "9:00-10:00、19:00-21:00;22:00-23:00", "09:00-10:00,19:00-21:00,22:00-23:00"),
        ("zone", "America/New_York", "America/New_York"),
        ("greeting", " 大家晚上好 ", "大家晚上好"),
        ("greeting", "一" * 20, "一" * 20),
        ("greeting", "{{ brand.name }}", "{{ brand.name }}"),
        ("window", "19:00-23:30", "19:00-23:30"),
        ("window", "21:00-07:00", "21:00-07:00"),
        ("window", "21:00-09:00", "21:00-09:00"),
        ("window", "21:00-次日19:00", "21:00-19:00"),
        ("window", "21：00－次日 9：00", "21:00-09:00"),
        ("window", "08:00-22:00", "08:00-22:00"),
        ("slots", "1", "1"),
        ("slots", "２", "2"),
        ("slots", "0", "0"),
        ("slots", "1,1,2,1,1,2,2", "1,1,2,1,1,2,2"),
        ("slots", "1、1、2、1、1、2、2", "1,1,2,1,1,2,2"),
        ("slots", "1 1 1 1 1 1 1", "1"),
        ("mix", "7:2:1", "7:2:1"),
        ("mix", "7/2/1", "7:2:1"),
        ("mix", "７：２：０", "7:2:0"),
        ("mix", "1:0:0", "1:0:0"),
        ("mix", "98:1:1", "98:1:1"),
        ("caps", "2,1,1", "2,1,1"),
        ("caps", "2，1，不限", "2,1,-"),
        ("caps", "-,-,-", "-,-,-"),
        ("caps", "0、0、0", "0,0,0"),
        ("approval", "all", "all"),
        ("approval", "不用", "none"),
        ("approval", "推广", "promo"),
        ("approval", "全部", "all"),
        ("tags", "养猫", "养猫"),
        ("tags", "养猫、育儿 湿疹，养猫", "养猫,育儿,湿疹"),
        *((key, word, None) for key in KEYS for word in ("default", "DEFAULT", "默认")),
    ],
)
def test_a_value_is_kept_as_it_will_be_read(key: str, said: str, kept: str | None) -> None:
    assert value_for(key, said) == kept


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("window", "晚上"),
        ("window", "19:00-19:00"),
        ("window", "19:00-21:00,25:00-26:00"),
        ("zone", "上海"),
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("zone", "/etc/localtime"),
        ("zone", ""),
        ("zone", "Asia"),
        ("zone", "\0"),
        ("greeting", " "),
        ("greeting", "一" * 21),
        ("window", "25:00-26:00"),
        ("window", "19:00-25:00"),
        ("window", "21:00-19:00"),
        ("window", "21:00-09:01"),
        ("window", "19:00-次日21:00"),
        ("window", "19:00-次日19:00"),
        ("window", "次日19:00-21:00"),
        ("window", "21:00-次日"),
        ("slots", "7"),
        ("slots", "-1"),
        ("slots", "1,1"),
        ("slots", "1,1,1,1,1,1,1,1"),
        ("slots", "一"),
        ("slots", ""),
        ("slots", "1.5"),
        ("mix", "7:2"),
        ("mix", "7:2:1:1"),
        ("mix", "0:2:1"),
        ("mix", "7:-2:1"),
        ("mix", "98:2:1"),
        ("mix", "七:二:一"),
        ("mix", ""),
        ("caps", "2,1"),
        ("caps", "2,1,1,1"),
        ("caps", "-1,1,1"),
        ("caps", "2,,1"),
        ("caps", "9999,1,1"),
        ("caps", "不限"),
        ("approval", "maybe"),
        ("approval", ""),
        ("tags", ""),
        ("tags", "、，"),
        ("tags", "一" * 21),
        ("tags", "a(b)"),
        ("tags", " ".join(map(str, range(21)))),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_a_reason(key: str, said: str) -> None:
    with pytest.raises(SpeakerError) as caught:
        value_for(key, said)
    assert caught.value.template == "errors/setting_value"
    assert (caught.value.data["key"], caught.value.data["value"]) == (key, said)
    assert caught.value.data["why"]


@pytest.mark.parametrize("said", [",", "，、；", " "])
def test_a_window_setting_without_a_window_is_refused(said: str) -> None:
    """A lone comma once closed a room for ever, and was answered with "back to the default"."""
    with pytest.raises(SpeakerError):
        value_for("window", said)


def test_a_room_without_settings_follows_the_default_weekdays_included() -> None:
    assert hours_of({}, DEFAULT) == DEFAULT
    assert hours_of({"greeting": "嗨"}, DEFAULT) == DEFAULT


def test_a_rooms_own_zone_keeps_the_default_windows() -> None:
    hours = hours_of({"zone": "Europe/London"}, DEFAULT)
    assert hours is not None
    assert (hours.zone.key, hours.days) == ("Europe/London", DEFAULT.days)


def test_a_rooms_own_window_holds_every_day() -> None:
    hours = hours_of({"window": "09:00-10:00,20:00-21:00"}, DEFAULT)
    assert hours is not None
    assert hours.days == ((Window.parse("09:00-10:00"), Window.parse("20:00-21:00")),) * 7


@pytest.mark.parametrize("settings", [{"zone": "Gone/Away"}, {"zone": ""}, {"window": "evening"}, {"window": ""}])
def test_hours_that_cannot_be_read_are_no_hours(settings: dict[str, str]) -> None:
    assert hours_of(settings, DEFAULT) is None


def test_a_night_that_was_most_likely_mistyped_is_refused_with_its_length_and_the_way_out() -> None:
    with pytest.raises(SpeakerError) as caught:
        value_for("window", "21:00-19:00")
    assert caught.value.data["why"] == (
        "21:00-19:00 runs 22 hours, until the next day; write 21:00-次日19:00 if that is meant"
    )
    assert value_for("window", "21:00-次日19:00") == "21:00-19:00"


@pytest.mark.parametrize(
    ("said", "crosses"),
    [
        ("19:00-21:00", False),
        ("22:00-01:00", True),
        ("09:00-10:00,22:00-01:00", True),
        ("22:00-次日01:00", False),
        ("21:00-19:00", True),
    ],
)
def test_a_window_across_midnight_is_worth_asking_about_unless_it_says_so(said: str, crosses: bool) -> None:
    assert overnight(said) is crosses


def test_a_long_night_that_was_confirmed_stays_readable() -> None:
    """What is kept has lost the word that made it acceptable; it must not silence the room."""
    kept = value_for("window", "21:00-次日19:00")
    hours = hours_of({"window": str(kept)}, DEFAULT)
    assert hours is not None
    assert hours.days[0] == (Window.parse("21:00-19:00"),)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("window", "22:00-1:00"),
        ("slots", "1 2 1 1 1 1 1"),
        ("mix", "7/2/1"),
        ("caps", "不限,1,1"),
        ("approval", "推广"),
        ("tags", "养猫 育儿"),
    ],
)
def test_what_is_kept_is_kept_the_same_when_typed_again(key: str, said: str) -> None:
    kept = value_for(key, said)
    assert kept is not None
    assert value_for(key, kept) == kept


def test_what_the_values_mean() -> None:
    assert slots_of("2") == (2,) * 7
    assert slots_of("1,1,2,1,1,2,0") == (1, 1, 2, 1, 1, 2, 0)
    assert weights_of("7:2:1") == {PostKind.VALUE: 7, PostKind.INTERACTIVE: 2, PostKind.PROMO: 1}
    assert caps_of("2,-,1") == Caps(week=2, in_ten=None, day=1)
    assert approval_of("none") == frozenset()
    assert approval_of("promo") == {PostKind.PROMO}
    assert approval_of("all") == frozenset(MIX)
    assert tags_of("养猫,育儿") == {"养猫", "育儿"}
