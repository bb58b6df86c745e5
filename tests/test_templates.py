"""Everything the bot says: both languages say the same things, and every text comes out clean."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.config import Brand
from bot.content.library import read_library
from bot.core.delivery import DeliveryState
from bot.core.room import Room, RoomRole
from bot.outbound.occasion import variables
from bot.render import Renderer
from handlers import COMMANDS

TEMPLATES = Path("templates")
LOCALES = {locale: Renderer(TEMPLATES, locale, "Asia/Shanghai") for locale in ("zh", "en")}
POSTS, FAULTS = read_library(TEMPLATES / "posts")
AT = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
ROOM = "毛球家·猫咪会客厅"

PERSON = {"id": "wxid_ajiao", "room": ROOM, "name": "阿椒"}
CARD = {"room": ROOM, "alias": "年糕妈", "joined": AT, "left": None, "last": AT, "words": 12}
RULED = {
    "name": "布偶",
    "source": "rule",
    "rule": "ragdoll",
    "why": "说到布偶",
    "times": 3,
    "at": AT,
    "said": "我家布偶",
}
MANUAL = {"name": "老客", "source": "operator", "rule": "", "why": "", "times": 1, "at": AT, "said": ""}
ENTRY = {"at": AT, "who": "周岚", "role": "owner", "command": "/adopt", "target": ROOM, "outcome": "done", "reason": ""}
REASONS = (
    "window.closed: next opening 2026-11-23 19:00",
    "window.unreadable: x",
    "room.inactive: x",
    "room.released: x",
    "expired: x",
    "content.gone: x",
    "content.broken: x",
    "send.refused: x",
)
DELIVERIES = [
    {"due": AT, "state": state.value, "content": "value/teeth", "reason": reason, "confirmed": AT}
    for state, reason in [
        *((state, REASONS[0]) for state in DeliveryState),
        *((DeliveryState.HELD, reason) for reason in REASONS),
        *((DeliveryState.SKIPPED, reason) for reason in REASONS),
        *((DeliveryState.FAILED, reason) for reason in REASONS),
    ]
]
HOUSE = {"brand": "毛球家", "persona": "毛毛"}
STATUS = {
    "now": AT,
    "connected": True,
    "gateway": "sandbox",
    "gaps": 0,
    "deaf_seconds": 0,
    "unresolved": 0,
    "set_aside": 0,
    "library": 14,
    "rooms": [],
}


def status_room(posts: list[dict[str, object]], *, active: bool = True) -> dict[str, object]:
    return {"name": ROOM, "active": active, "people": 9, "words": 30, "posts": posts}


# For every reply the data that handlers give it; several where it says several things.
SAMPLES: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "adopted": ({"room": ROOM},),
    "adoption_notice": (HOUSE,),
    "alarms/handed_on": tuple({"room": room, "who": "阿椒", "words": "在吗", "now": AT} for room in (ROOM, "")),
    "alarms/set_aside": ({"tries": 3, "text": "/status"},),
    "audit": (
        {"entries": []},
        {
            "entries": [
                ENTRY,
                {**ENTRY, "outcome": "refused"},
                {**ENTRY, "target": "", "outcome": "failed", "reason": "x"},
            ]
        },
    ),
    "claimed": ({"persona": "毛毛"},),
    "control": ({},),
    "errors/already_adopted": ({"room": ROOM},),
    "errors/claim_code": ({},),
    "errors/claimed": ({},),
    "errors/is_control": ({"room": ROOM},),
    "errors/is_customer": ({"room": ROOM},),
    "errors/is_owner": ({"who": "阿椒"},),
    "errors/last_owner": ({},),
    "errors/not_adopted": ({"room": ROOM},),
    "errors/not_allowed": tuple({"command": "op", "needed": role} for role in ("owner", "operator")),
    "errors/only_in_room": ({},),
    "errors/operator_unknown": ({"who": "阿椒", "people": ["周岚", "小李"]},),
    "errors/person_ambiguous": ({"who": "阿椒", "people": [PERSON, PERSON]},),
    "errors/person_unknown": ({"who": "阿椒"},),
    "errors/quote": ({"quote": "”"},),
    "errors/room_ambiguous": ({"said": "猫", "rooms": [ROOM, "猫咪"]},),
    "errors/room_unknown": tuple({"said": "猫", "rooms": rooms} for rooms in ([], [ROOM])),
    "errors/setting_unknown": ({"key": "颜色", "keys": ["greeting", "window", "zone"]},),
    "errors/setting_value": tuple({"key": key, "value": "?", "why": "x"} for key in ("greeting", "window", "zone")),
    "errors/tag_length": ({"longest": 20},),
    "errors/unknown_command": tuple({"name": "hlep", "nearest": near} for near in ("help", "")),
    "errors/usage": tuple({"command": item.name} for item in COMMANDS),
    "errors/which_room": tuple({"rooms": rooms} for rooms in ([], [ROOM, ""])),
    "help": ({"commands": [{"name": item.name, "aliases": list(item.names[1:])} for item in COMMANDS]},),
    "help_command": (
        *({"name": item.name, "aliases": list(item.names[1:])} for item in COMMANDS),
        {"name": "help", "aliases": []},
    ),
    "help_member": (HOUSE,),
    "member": (
        {"id": "wxid_ajiao", "name": "阿椒", "rooms": [CARD], "tags": []},
        {
            "id": "wxid_ajiao",
            "name": "",
            "rooms": [CARD, {**CARD, "alias": "", "left": AT, "last": None}],
            "tags": [RULED, {**RULED, "times": 1, "said": ""}, MANUAL],
        },
    ),
    "mentioned": tuple({"brand": "毛球家", "watched": watched, "words": "在吗"} for watched in (True, False)),
    "mentioned_staff": ({},),
    "operator_added": tuple({"name": "阿椒", "role": role} for role in ("owner", "operator")),
    "operator_removed": ({"name": "阿椒"},),
    "operators": ({"people": [{"name": "周岚", "role": "owner"}, {"name": "小李", "role": "operator"}]},),
    "private": tuple({**HOUSE, "watched": watched} for watched in (True, False)),
    "private_staff": ({},),
    "released": ({"room": ROOM},),
    "room": ({"room": ROOM, "settings": {"window": "19:30-21:00"}, "keys": ["greeting", "window", "zone"]},),
    "room_set": tuple({"room": ROOM, "key": "window", "value": value} for value in ("19:30-21:00", "")),
    "rooms": (
        {"managed": [], "others": []},
        {"managed": [], "others": [ROOM]},
        {
            "managed": [
                {"name": "运营", "control": True, "active": True, "people": 3},
                {"name": ROOM, "control": False, "active": False, "people": 9},
            ],
            "others": ["狗群", ""],
        },
    ),
    "status": (
        STATUS,
        {**STATUS, "connected": False, "gaps": 2, "deaf_seconds": 9, "unresolved": 1, "set_aside": 1},
        {**STATUS, "rooms": [status_room([]), status_room([], active=False)]},
        {**STATUS, "rooms": [status_room(DELIVERIES)]},
    ),
    "tag_added": tuple({"name": "阿椒", "tag": "养猫", "changed": changed} for changed in (True, False)),
    "tag_removed": tuple({"name": "阿椒", "tag": "养猫", "changed": changed} for changed in (True, False)),
    "tags": (
        {"room": "", "counts": [], "more": 0},
        {"room": ROOM, "counts": [("养猫", 7), ("掉毛", 2)], "more": 0},
        {"room": "", "counts": [("养猫", 7)], "more": 4},
    ),
}


def names(locale: str) -> set[str]:
    folder = TEMPLATES / "replies" / locale
    return {path.relative_to(folder).with_suffix("").as_posix() for path in LOCALES[locale].replies()}


def asked(locale: str, name: str) -> set[str]:
    path = TEMPLATES / "replies" / locale / f"{name}.j2"
    return LOCALES[locale].variables(path.read_text(encoding="utf-8"), path)


def test_every_text_is_written_in_both_languages_with_the_same_variables() -> None:
    assert names("zh") == names("en")
    assert [name for name in names("zh") if asked("zh", name) != asked("en", name)] == []


def test_every_reply_in_chat_has_a_sample() -> None:
    """What stands under terminal/ is shown to whoever starts the program, and tested there."""
    assert {name for name in names("zh") if not name.startswith("terminal/")} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_reply_asks_for_no_more_than_handlers_give(name: str) -> None:
    assert all(asked("zh", name) <= set(sample) for sample in SAMPLES[name])


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_reply_comes_out_clean(locale: str, name: str) -> None:
    for sample in SAMPLES[name]:
        text = LOCALES[locale].reply(name, sample)
        assert text
        assert not re.search(r"\{\{|\}\}|\{%|%\}|\bNone\b|\bTrue\b|\bFalse\b", text)
        assert "\n\n\n" not in text
        assert not [line for line in text.splitlines() if line != line.rstrip()], repr(text)
        assert not re.search(r"（）|\(\)|。。|，，|：$|: ?$", text), repr(text)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"errors/quote"}))
def test_chinese_replies_are_written_in_chinese_punctuation(name: str) -> None:
    path = TEMPLATES / "replies/zh" / f"{name}.j2"
    prose = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"[\u4e00-\u9fff][,;!?\"]|[,;!?\"][\u4e00-\u9fff]", prose)


def test_sentences_do_not_run_into_one_another() -> None:
    """A line that ended in a block lost its end: /help op and the private greeting came out in one piece."""
    described = LOCALES["zh"].reply("help_command", {"name": "tags", "aliases": ["标签"]})
    assert described.splitlines() == ["/tags [群名]", "也可以发：/标签", "看群里哪些标签最多"]
    greeting = LOCALES["en"].reply("private", {**HOUSE, "watched": True})
    assert len(greeting.splitlines()) == 2


def test_operators_read_reasons_in_chinese() -> None:
    """The gate's English reasons once stood in the middle of Chinese sentences."""
    text = LOCALES["zh"].reply("status", {**STATUS, "rooms": [status_room(DELIVERIES)]})
    assert not re.search(r"window\.|room\.|content\.|send\.|expired", text)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_is_explained_and_nothing_else(locale: str) -> None:
    explained = tomllib.loads((TEMPLATES / "replies" / locale / "commands.toml").read_text(encoding="utf-8"))
    assert set(explained) == {item.name for item in COMMANDS}
    for name, text in explained.items():
        assert set(text) == {"usage", "summary"}
        assert text["usage"].split()[0] == f"/{name}"
        assert text["summary"]


def test_no_two_commands_answer_to_one_name() -> None:
    every = [name for item in COMMANDS for name in item.names]
    assert len(every) == len(set(every))
    assert all(re.search("[\u4e00-\u9fff]", "".join(item.names)) for item in COMMANDS)


def test_the_library_has_no_fault() -> None:
    assert FAULTS == ()
    assert {post.kind.value for post in POSTS} >= {"value", "interactive", "promo"}


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.slug)
def test_every_post_comes_out_clean_and_short(post) -> None:
    room = Room("main", "r1", ROOM, RoomRole.CUSTOMER, AT, "wxid_zhoulan")
    text = LOCALES["zh"].post(post, variables(Brand(), room, date(2026, 11, 22)))
    assert 0 < len(text) <= 300
    assert not re.search(r"\{\{|\}\}|\{%|%\}|\n\n\n", text)
    assert not [line for line in text.splitlines() if line != line.rstrip()]
