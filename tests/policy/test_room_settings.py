"""A room's own settings and the hours that follow from them."""

import pytest

from bot.core.errors import SpeakerError
from bot.policy.room_settings import KEYS, hours_of, key_for, value_for
from bot.policy.window import Hours, Window

DEFAULT = Hours.of("Asia/Shanghai", ["19:00-21:00"], {"sunday": []})


@pytest.mark.parametrize(
    ("said", "key"),
    [("greeting", "greeting"), ("WINDOW", "window"), ("时区", "zone"), ("问候语", "greeting"), ("时段", "window")],
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
