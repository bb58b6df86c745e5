"""Everything the bot says: both languages say the same things, and every text comes out clean."""

import ast
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.content.campaigns import read_campaigns
from bot.content.library import read_library
from bot.core.birthday import Calendar, YearlyDate
from bot.core.delivery import DeliveryState
from bot.core.post import PostKind
from bot.core.reason import NO_REASON, Reason
from bot.core.reply import Draft
from bot.core.room import Room, RoomRole
from bot.policy.calling import shown_for
from bot.policy.customs import Customs, Reward
from bot.policy.occasion import SAMPLE, Speaker, variables
from bot.policy.yearly_date import Impossible
from bot.render import Renderer
from handlers import COMMANDS

TEMPLATES = Path("templates")
LOCALES = {locale: Renderer(TEMPLATES, locale, "Asia/Shanghai") for locale in ("zh", "en")}
POSTS, FAULTS = read_library(TEMPLATES / "posts")
CUSTOMS = Customs(
    declared=read_campaigns(TEMPLATES / "checkins.toml", {post.slug: post.kind for post in POSTS})[0].declared,
    call="interactive/checkin-call",
)
AT = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
ROOM = "毛球家·猫咪会客厅"

PERSON = {"id": "wxid_ajiao", "room": ROOM, "name": "阿椒", "words": 24, "last": AT, "left": None}
CARD = {"room": ROOM, "alias": "年糕妈", "joined": AT, "inviter": "周岚", "left": None, "words": 12}
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
TAKEN = {"title": "刷牙打卡", "streak": 3, "longest": 9, "total": 12, "running": True, "daily": True}
BORN = {"whose": "self", "name": "", "date": YearlyDate(Calendar.SOLAR, 5, 20)}
KNOWN = {
    "id": "wxid_ajiao",
    "name": "阿椒",
    "number": "8001",
    "rooms": [CARD, {**CARD, "inviter": ""}],
    "more_rooms": 0,
    "words": 24,
    "month": 12,
    "today": 2,
    "first": AT,
    "last": AT,
    "told": AT,
    "unsubscribed": None,
    "tags": [],
    "more_tags": 0,
    "wishes": [{"said": "不要香菜", "kept": True, "days": 3}, {"said": "别发语音", "kept": False, "days": 3}],
    "birthdays": [
        {**BORN, "whose": whose, "name": name, "date": on}
        for whose in ("self", "pet", "child")
        for name, on in (("", BORN["date"]), ("豆豆", YearlyDate(Calendar.LUNAR, 8, 15, leap=True)))
    ],
    "points": 36,
    "badges": ["七日有恒", "月月不落"],
    "campaigns": [TAKEN],
    "tier": "VIP",
    "tier_rule": "近365天消费 ¥1,299 ≥ ¥1,000",
    "tier_by": "",
    "orders": 3,
    "spent": "¥1,299",
    "last_order": AT,
    "days": 365,
}
BLANK = {"first": None, "last": None, "wishes": [], "birthdays": [], "points": 0, "badges": [], "campaigns": []}
BLANK = {**BLANK, "tier": "", "last_order": None}
SIDE = {"id": "wxid_old", "name": "阿椒", "rooms": [ROOM, "狗群"], "words": 24, "last": AT, "tags": ["养猫"]}
SIDE = {**SIDE, "wishes": 1, "birthdays": 2, "points": 36, "orders": 3}
NEWER = {**SIDE, "id": "wxid_new", "rooms": [], "last": None, "tags": []}
ENTRY = {"at": AT, "who": "周岚", "role": "owner", "command": "/adopt", "target": ROOM, "outcome": "done", "reason": ""}
HOUSE = {"brand": "毛球家", "persona": "毛毛"}
SPEAKER = Speaker("毛球家", "毛毛", "大家晚上好", "zh")
MANAGED = Room("main", "r1", ROOM, RoomRole.CUSTOMER, AT, "wxid_zhoulan")
GROOMING = next(post for post in POSTS if post.slug == "promo/weekday-grooming")
DRAFT = Draft(GROOMING, variables(SPEAKER, MANAGED, date(2026, 11, 22), GROOMING))
TYPED = {"draft": None, "body": "今晚八点直播答疑，来聊聊换季掉毛。"}
SHOWN = {"draft": DRAFT, "body": ""}

KINDS = [Reason("kind", {"kind": kind.value}) for kind in PostKind]
PROMO = KINDS[2]
STATES = [Reason("state", {"state": state.value}) for state in DeliveryState]
WEEK = Reason("promo.week", {"used": 2, "most": 2}, AT)
CLOSED = Reason("window.closed", {"windows": "19:00-21:00", "now": "18:00"}, AT)
# Every rule with the numbers the code gives it, and without any, as an old row has it.
NUMBERS: Mapping[str, Mapping[str, str | int]] = {
    "content.cooldown": {"content": "value/teeth", "posted": "2026-11-01", "days": 60},
    "expired": {"due": "2026-11-21 19:40", "hours": 24, "late": 30},
    "window.closed": CLOSED.numbers,
    "quiet.day": {"festival": "清明节"},
    "promo.week": WEEK.numbers,
    "promo.ten": {"used": 1, "most": 1},
    "promo.day": {"used": 1, "most": 1},
    "pause.room": {"by": "wxid_zhoulan", "reason": "盘点", "scope": "promo"},
    "pause.all": {"by": "wxid_zhoulan", "reason": "", "scope": "all"},
    "command.skip": {"by": "周岚", "why": "停水"},
    "command.cancel": {"by": "周岚"},
    "warmup.posts": {"days": 3, "most": 7},
    "budget.day": {"used": 239, "most": 240, "pieces": 2},
    "swapped": {"before": "value/teeth"},
}
RULES = [
    Reason(rule, numbers, next_at)
    for rule in LOCALES["zh"].reasons
    if not rule.startswith("check.") and rule not in {"kind", "state", "moved"}
    for numbers, next_at in ((NUMBERS.get(rule, {}), AT), ({}, None))
]
PAUSES = [
    {"room": ROOM, "promo": True, "reason": "盘点", "by": "周岚", "since": AT, "until": AT},
    {"room": "", "promo": False, "reason": "", "by": "周岚", "since": AT, "until": None},
]
STATUS = {
    "now": AT,
    "connected": True,
    "gateway": "sandbox",
    "gaps": 0,
    "deaf_seconds": 0,
    "unresolved": 0,
    "set_aside": 0,
    "stopped": None,
    "breaker": None,
    "breaker_why": "",
    "frozen": None,
    "pauses": [],
    "more_pauses": 0,
    "used": 12,
    "most": None,
    "rooms": [],
    "more": 0,
}
STOPPED = {"stopped": "misrouted: 7", "breaker": AT, "breaker_why": "操作过于频繁", "frozen": AT}


def told_post(**changes: object) -> dict[str, object]:
    post = {"id": 7, "due": AT, "state": STATES[0], "planned": True, "title": "刷牙", "reason": NO_REASON}
    return {**post, "confirmed": None, **changes}


def status_room(posts: list[dict[str, object]], *, active: bool = True, more: int = 0) -> dict[str, object]:
    return {"name": ROOM, "active": active, "people": 9, "words": 30, "posts": posts, "more": more}


LINE = {"id": 7, "at": AT, "kind": PROMO, "title": "刷牙", "state": None, "reason": NO_REASON, "verdict": "allow"}
LINES = [
    LINE,
    {**LINE, "id": 0, "reason": WEEK, "verdict": "drop", "title": ""},
    {**LINE, "reason": CLOSED, "verdict": "hold"},
    {**LINE, "state": STATES[7], "verdict": ""},
    {**LINE, "state": STATES[2], "reason": WEEK, "verdict": ""},
]
MIX = {"ten": [7, 2, 1], "thirty": [], "weights": [7, 2, 1], "promos": 1, "most": 2}
PLAN = {"room": ROOM, "days": 1, "readable": True, "lines": LINES, "more": 0, "mix": MIX, "unnumbered": False}
BRIEF_ROOM = {"name": ROOM, "active": True, "posts": [{**LINE, "state": state, "verdict": ""} for state in STATES[:3]]}
PLAN_ALL = {"now": AT, "count": 2, "counts": [], "empty": 0, "rooms": [], "troubled": [], "more": 0}
PREVIEWED = {**SHOWN, "id": 7, "at": AT, "kind": PROMO, "title": "八折", "state": None, "verdict": "allow"}
PREVIEWED = {**PREVIEWED, "reason": NO_REASON}
WANTED = {
    **SHOWN,
    "id": 7,
    "room": ROOM,
    "kind": PROMO,
    "at": AT,
    "soon": True,
    "held": None,
    "mark": "",
    "override": "",
}
REFUSED = [
    {"count": 4, "rooms": [ROOM, "狗群", "兔群"], "reason": WEEK},
    {"count": 1, "rooms": [ROOM], "reason": CLOSED},
]
PROPOSAL = {
    **SHOWN,
    "code": "K7QX",
    "title": "八折",
    "kind": PROMO,
    "asked": 1,
    "going": 1,
    "rooms": [ROOM],
    "more": 0,
    "first": AT,
    "last": AT,
    "held": [],
    "late": 0,
    "refused": [],
    "people": 1,
    "minutes": 10,
    "mark": "",
    "override": "",
}
WIDE = {"asked": 25, "going": 20, "more": 10, "held": REFUSED, "late": 5, "refused": REFUSED, "people": 2}
AWAITING = {**SHOWN, "id": 7, "room": ROOM, "title": "八折", "kind": PROMO, "at": AT, "edited": False, "own": False}
PAUSED = {"room": ROOM, "assumed": False, "promo": False, "until": None, "reason": "", "earlier": None, "waiting": 0}
RESUMED = {
    "room": "",
    "every": False,
    "ended": 1,
    "frozen": False,
    "promo": False,
    "going": 0,
    "expiring": 0,
    "left": [],
}
STEPS = [{"at": AT, "state": state, "reason": NO_REASON, "by": ""} for state in STATES] + [
    {"at": AT, "state": STATES[2], "reason": Reason("command.skip", {"by": "周岚", "why": ""}), "by": "周岚"}
]
WHY = {
    "id": 7,
    "room": ROOM,
    "title": "刷牙",
    "kind": PROMO,
    "at": AT,
    "by": "",
    "override": "",
    "state": STATES[0],
    "steps": STEPS[:3],
    "rules": [],
}
CHECKED = [
    {"ok": True, "overridden": False, "name": Reason(rule), "reason": NO_REASON}
    for rule in LOCALES["zh"].reasons
    if rule.startswith("check.")
]
BROKEN = [
    {"ok": False, "overridden": False, "name": Reason("check.promo.week", WEEK.numbers), "reason": WEEK},
    {"ok": True, "overridden": True, "name": Reason("check.promo.week", WEEK.numbers), "reason": WEEK},
]
DOUBT = {"id": 7, "room": ROOM, "at": AT, "title": "刷牙", "words": "晚上好", "seen": STATES[8], "reason": NO_REASON}
RESOLVED = {**DOUBT, "what": "sent", "new_id": 0, "reason": NO_REASON, "dropped": False}
STOCK = [{"kind": kind, "count": 12, "days": days} for kind, days in zip(KINDS, (60, 3, None), strict=False)]
CONTENT = {"kinds": STOCK, "care": 4, "rooms": 2, "kind": None, "posts": [], "more": 0, "retired": []}
ONE_POST = {
    **SHOWN,
    "slug": "promo/weekday-grooming",
    "title": "八折",
    "kind": PROMO,
    "tags": [],
    "audience": "",
    "cooldown": 60,
    "since": None,
    "until": None,
    "festival": "",
    "media": "",
    "retired": False,
    "room": "",
    "last": None,
}
ENTRY_LINE = {"id": 3, "at": AT, "kind": PROMO, "source": "plan", "title": "刷牙", "by": ""}
SEGMENT_FAULTS = (
    *("term", "joint", "close", "name", "days", "number", "tier", "room", "segment"),
    *("circle", "long", "large", "unsaved"),
)
SETTING_KEYS = ("greeting", "window", "zone", "slots", "mix", "caps", "approval", "tags", "welcome")
IN_FORCE = [
    *({"key": key, "value": "x", "own": own} for key in SETTING_KEYS for own in (True, False)),
    *({"key": "welcome", "value": value, "own": bool(value)} for value in ("off", "")),
    *({"key": "approval", "value": value, "own": False} for value in ("none", "promo", "all")),
    {"key": "tags", "value": "", "own": False},
]
SEEN = {"id": 7, "room": ROOM, "content": "value/teeth", "text": "晚上好，今天说说刷牙", "sent_at": AT}
OVER = {"rule": "promo.week", "numbers": {"used": 2, "most": 2}, "next_at": AT}
SAID = {"entry": 3, "room": ROOM, "who": "周岚", "text": "今晚八折", "said_at": AT, "reason": OVER}
ASKED = {"id": 7, "room": ROOM, "room_id": "r1", "content": "x", "kind": "promo", "due_at": AT, "day": "2026-11-22"}
REST = [
    {
        "id": 7,
        "room": ROOM,
        "content": content,
        "title": "刷牙" if content else "",
        "kind": "value",
        "state": state.value,
        "due_at": AT,
        "reason": reason,
    }
    for state in DeliveryState
    for content, reason in (("value/teeth", OVER), ("", {"rule": "", "numbers": {}, "next_at": None}))
]
BRIEF = {"day": "2026-11-22", "planned": 28, "counts": {"confirmed": 3, "held": 1}, "rest": REST}

REDEEMING = {
    "number": 4,
    "stage": "asked",
    "title": "试吃包",
    "cost": 30,
    "member": "阿椒",
    "room": ROOM,
    "asked_at": AT,
}
WAITING = {"number": 4, "name": "阿椒", "room": ROOM, "title": "试吃包", "cost": 30, "at": AT}
TO_DO = {"number": 9, "kind": "gift", "what": "一罐冻干", "why": "连着打卡 4 周", "member": "阿椒", "room": ROOM}
TASK = {**TO_DO, "name": "阿椒", "at": AT}
REWARDS = (Reward("food-trial", "试吃包", 30, 60, "任选一小包"), Reward("bath", "基础洗护", 240))
SHELF = [
    {"number": number, "title": reward.title, "cost": reward.cost, "left": left, "note": reward.note}
    for number, (reward, left) in enumerate(zip(REWARDS * 2, (3, 0, 0, None), strict=True), 1)
]
WAYS = [{"rule": rule, "points": 2} for rule in ("checkin", "first_words", "story", "invitation")]
OWN = {"points": 36, "today": 3, "cap": 30, "badges": ["七日有恒", "月月不落"], "ways": WAYS, "days": 7}
OWN = {**OWN, "waiting": ["剪指甲"], "buys": list(REWARDS), "next": None}
PAID = {"day": date(2026, 11, 22), "amount": 2, "rule": "checkin", "note": "", "by": "", "reversed": False}
PAID_RULES = ("checkin", "first_words", "story", "invitation", "redeem", "correct", "another")
PAID_LINES = [
    {**PAID, "rule": rule, "amount": amount, "note": note, "by": by, "reversed": taken_back}
    for rule in PAID_RULES
    for amount, note, by, taken_back in ((2, "", "", False), (-30, "试吃包", "周岚", True), (30, "", "", True))
]
PLACE = {"rank": 1, "name": "阿椒", "points": 36}


def items(*each: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    """An alarm of one item, and of as many as are told together."""
    return {"items": list(each)}, {"items": (list(each) * 10)[:10]}


# For every reply the data that handlers give it; several where it says several things.
TIERED = {
    "name": "阿椒",
    "tier": "VIP",
    "rule": "近365天消费 ¥1,299 ≥ ¥1,000",
    "by_hand": False,
    "orders": 3,
    "spent": "¥1,299",
    "days": 365,
    "last_at": AT,
}
MID_AUTUMN, LEAP = YearlyDate(Calendar.LUNAR, 8, 15), YearlyDate(Calendar.LUNAR, 6, 30, leap=True)
BIRTHDAYS = [
    {"whose": whose, "name": name, "date": day, "private": False}
    for whose, name, day in (
        ("self", "", YearlyDate(Calendar.SOLAR, 5, 20)),
        ("pet", "豆豆", MID_AUTUMN),
        ("pet", "", YearlyDate(Calendar.SOLAR, 2, 29)),
        ("child", "米粒", LEAP),
        ("child", "", YearlyDate(Calendar.LUNAR, 12, 23)),
    )
]
KEPT = {"before": None, "first": False, "today": "", "next": None, "left_alone": False}
SOON = {
    "contact_id": "wxid_ajiao",
    "member": "阿椒",
    "whose": "self",
    "called": "",
    "date": {"calendar": "solar", "month": 9, "day": 25, "leap": False},
    "lunar": {"calendar": "lunar", "month": 8, "day": 15, "leap": False},
    "days": 7,
    "room": ROOM,
    "left_alone": False,
}
COMING = [
    SOON,
    {**SOON, "whose": "pet", "called": "豆豆", "lunar": None, "days": 1},
    {**SOON, "whose": "child", "days": 0, "left_alone": True},
]

CAMPAIGN = {
    "title": "21天喝水打卡",
    "word": "打卡",
    "counts": "word",
    "daily": True,
    "weekdays": [1, 2, 3, 4, 5, 6, 7],
    "opens": "",
    "closes": "",
    "starts": date(2026, 11, 2),
    "ends": date(2026, 11, 22),
    "day": 3,
    "days": 21,
    "goal": 21,
    "gift": "水碗一只",
    "points": 2,
    "makeups": 2,
    "room": ROOM,
    "people": 5,
    "done": 2,
    "due": True,
}
WEEKLY = {
    **CAMPAIGN,
    "counts": "photo",
    "daily": False,
    "weekdays": [3, 6],
    "opens": "06:00",
    "goal": 0,
    "gift": "",
    "ends": None,
    "days": 0,
    "makeups": 0,
    "due": False,
}
CAMPAIGNS = (CAMPAIGN, WEEKLY, {**CAMPAIGN, "counts": "both", "gift": "", "closes": "10:00"})
PUNCHED = {"name": "阿椒", "streak": 5, "total": 9, "place": 2, "left": 2, "won": [], "reached": False}
PUNCHES = (
    PUNCHED,
    {**PUNCHED, "streak": 1, "place": 0, "left": 20},
    {**PUNCHED, "streak": 1, "total": 1, "left": 0},
    {**PUNCHED, "left": 0, "won": ["七日有恒", "月月不落"], "reached": True},
)
GROUP = {"title": "喝水", "daily": True, "goal": 7, "gift": "水碗一只", "people": PUNCHES, "count": 16}
RESULT = {"title": "喝水", "daily": True, "goal": 7, "gift": "水碗一只", "people": 9, "total": 120}
RESULT = {**RESULT, "best": [{"name": "阿椒", "total": 21}], "reached": ["阿椒"], "reached_count": 3}
EDITED = {"who": "阿椒", "day": date(2026, 11, 18), "title": "喝水", "add": True, "done": True, "daily": True}
EDITED = {**EDITED, "streak": 3, "total": 8}
PLACED = {"place": 1, "name": "阿椒", "total": 9, "streak": 3}
BOARD = {"title": "喝水", "daily": True, "places": [PLACED], "people": 12, "own": {**PLACED, "place": 12, "streak": 1}}
ANSWERED = {"title": "喝水", "word": "打卡", "both": False, "opens": "06:00", "closes": "10:00", "daily": True}
ANSWERED = {**ANSWERED, "next": None, "streak": 3, "words": ["喝水", "梳毛"]}
ANSWERS = ("staff", "private", "none", "today", "closed", "which", "photo", "removed", "again")
MADE_UP = {
    "why": "",
    "day": date(2026, 11, 18),
    "title": "喝水",
    "daily": True,
    "makeups": 2,
    "most": 7,
    "gift": "水碗",
}
MADE_UP = {**MADE_UP, "said": "", "streak": 3, "left": 1, "won": ["七日有恒"], "reached": True}
OFF = {
    "why": "",
    "said": "",
    "day": date(2026, 11, 18),
    "today": False,
    "titles": ["喝水", "梳毛"],
    "left": 1,
    "most": 2,
}
OFF = {**OFF, "ahead": 31}
NO_MENDING = ("quota", "none_missed", "today", "early", "done", "removed", "rhythm")
NO_LEAVE = ("quota", "early", "late", "done", "excused", "rhythm", "removed")
CHECKIN_KEYS = ("word", "counts", "rhythm", "span", "goal", "gift", "content", "days", "points", "makeups", "颜色")

SAMPLES: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "checkin_told": tuple(
        {**facts, **person, "titled": titled}
        for facts in (GROUP, {**GROUP, "daily": False, "gift": ""})
        for person in PUNCHES
        for titled in (True, False)
    ),
    "checkin_told_all": (
        {"groups": [GROUP], "titled": False},
        {"groups": [GROUP, {**GROUP, "daily": False, "gift": "", "count": 4}], "titled": True},
    ),
    "checkin_begun": CAMPAIGNS,
    "checkin_started": CAMPAIGNS,
    "checkin_ended": ({"title": "喝水", "room": ROOM},),
    "checkin_result": (
        RESULT,
        {**RESULT, "gift": "", "reached_count": 1},
        {**RESULT, "reached": [], "daily": False},
        {**RESULT, "people": 0, "best": []},
    ),
    "checkin_edited": tuple({**EDITED, "add": add, "done": done} for add in (True, False) for done in (True, False)),
    "checkin_list": (
        {"items": CAMPAIGNS, "declared": [{"slug": "water", "title": "喝水"}]},
        {"items": [], "declared": []},
    ),
    "checkin_board": (
        {"boards": [BOARD]},
        {"boards": [{**BOARD, "daily": False, "own": None}, {**BOARD, "places": []}]},
    ),
    "checkin_answer": (
        *({**ANSWERED, "state": state} for state in ANSWERS),
        {**ANSWERED, "state": "today", "next": date(2026, 11, 25)},
        {**ANSWERED, "state": "photo", "both": True},
        {**ANSWERED, "state": "again", "streak": 0},
    ),
    "makeup": (
        MADE_UP,
        {**MADE_UP, "left": 0, "streak": 0, "reached": False, "won": []},
        *({**MADE_UP, "why": why} for why in NO_MENDING),
        {**MADE_UP, "why": "quota", "makeups": 0},
        {**MADE_UP, "why": "none_missed", "said": "上上周"},
    ),
    "leave": (
        OFF,
        {**OFF, "today": True},
        {**OFF, "left": 0},
        *({**OFF, "why": why} for why in NO_LEAVE),
        {**OFF, "why": "unreadable"},
    ),
    "errors/checkin_which": tuple(
        {"campaigns": campaigns, "unknown": unknown}
        for campaigns in ([{"title": "喝水", "room": ROOM}], [])
        for unknown in ("", "早睡")
    ),
    "errors/checkin_goal": ({"goal": 12, "days": 8},),
    "errors/checkin_running": ({"title": "喝水", "room": ROOM},),
    "errors/checkin_word": ({"title": "喝水", "room": ROOM, "word": "打卡"},),
    "errors/checkin_title": ({"title": "喝水", "longest": 20},),
    "errors/checkin_absent": ({"who": "阿椒", "room": ROOM},),
    "errors/checkin_day": ({"said": "上上周", "title": "喝水", "starts": date(2026, 11, 2)},),
    "errors/checkin_setting": (*({"key": key, "value": "x"} for key in CHECKIN_KEYS), {"key": "goal", "value": ""}),
    "adopted": ({"room": ROOM},),
    "adoption_notice": (HOUSE,),
    "alarms/ambiguous": items(SEEN),
    "alarms/approval": (
        *items({**ASKED, "draft": DRAFT, "title": "八折", "text": ""}),
        *items({**ASKED, "text": "手打的"}),
    ),
    "alarms/birthdays": items(*COMING),
    "alarms/breaker": items(
        {"why": "操作过于频繁", "times": 1, "until_at": AT}, {"why": "", "times": 2, "until_at": AT}
    ),
    "alarms/brief": ({"items": [BRIEF]}, {"items": [{**BRIEF, "rest": [], "counts": {}}]}),
    "alarms/dropped": items(
        {"id": 7, "room": ROOM, "title": "八折", "reason": OVER}, {"id": 8, "room": ROOM, "title": "", "reason": OVER}
    ),
    "alarms/duplicate": items({"id": 7, "room": ROOM, "text": "晚上好"}),
    "alarms/failed": items({"id": 7, "room": ROOM, "said": "unavailable"}),
    "alarms/frozen": items({"seconds": 90, "until_at": AT}),
    "alarms/handed_on": tuple(
        {"room": room, "who": "阿椒", "words": "在吗", "now": AT, "wishes": wishes}
        for room, wishes in (
            (ROOM, []),
            ("", [{"said": "不要香菜", "kept": True}, {"said": "别发语音", "kept": False}]),
        )
    ),
    "alarms/misrouted": items({"id": 7, "room": ROOM, "text": "晚上好"}),
    "alarms/missed": items({"count": 3, "rooms": 2}),
    "alarms/redemption": items(REDEEMING, {**REDEEMING, "room": ""}, {**REDEEMING, "stage": "cancelled"}),
    "alarms/set_aside": ({"tries": 3, "text": "/status"},),
    "alarms/staff_promo": items(SAID),
    "alarms/task": items(TO_DO, {**TO_DO, "kind": "reward", "why": "", "room": ""}),
    "alarms/unconfirmed": items(SEEN),
    "alarms/unreadable": items({"room": ROOM}),
    "approvals": (
        {"posts": [], "more": 0},
        {"posts": [AWAITING, {**AWAITING, **TYPED, "edited": True, "own": True}], "more": 2},
    ),
    "approved": ({"done": [], "own": 0}, {"done": [AWAITING], "own": 0}, {"done": [AWAITING], "own": 2}),
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
    "birthday_declined": ({},),
    "birthday_full": ({"most": 20},),
    "birthday_how": ({},),
    "birthday_impossible": tuple(
        {"said": Impossible(what, calendar, month, day)}
        for what, calendar, month, day in (
            ("month", Calendar.SOLAR, 13, 1),
            ("month", Calendar.LUNAR, 0, 1),
            ("day", Calendar.SOLAR, 2, 30),
            ("day", Calendar.SOLAR, 5, 0),
            ("day", Calendar.LUNAR, 7, 31),
            ("leap_day", Calendar.SOLAR, 2, 29),
        )
    ),
    "birthday_kept": tuple(
        {**KEPT, "item": item, **changes}
        for item in BIRTHDAYS
        for changes in (
            {},
            {"first": True, "next": date(2026, 9, 25)},
            {"before": MID_AUTUMN, "today": "now"},
            {"today": "soon", "first": True, "item": {**item, "private": True}},
            {"today": "now", "left_alone": True},
        )
    ),
    "birthday_known": tuple({"item": item} for item in BIRTHDAYS),
    "birthday_list": (
        {"items": []},
        {"items": BIRTHDAYS},
        {"items": [{**BIRTHDAYS[0], "private": True}]},
    ),
    "birthday_none": ({"items": []}, {"items": BIRTHDAYS}),
    "birthday_place": tuple(
        {"private": private, "items": found} for private in (True, False) for found in ([], BIRTHDAYS[:1], BIRTHDAYS)
    ),
    "birthday_question": tuple({"item": item, "before": before} for item in BIRTHDAYS for before in (None, MID_AUTUMN)),
    "birthday_removed": ({"items": BIRTHDAYS},),
    "birthday_stranger": ({"who": "老公"},),
    "birthday_unknown": ({},),
    "birthday_which": ({"items": BIRTHDAYS},),
    "birthdays": (
        {"room": "", "days": 30, "items": [], "more": 0},
        {"room": ROOM, "days": 7, "items": [], "more": 0},
        {"room": "", "days": 30, "items": COMING, "more": 4},
        {"room": ROOM, "days": 30, "items": COMING, "more": 0},
    ),
    "bind_preview": ({"old": SIDE, "new": NEWER},),
    "bound": ({"old": SIDE, "new": SIDE},),
    "cancelled": tuple({"id": number, "title": "八折", "room": ROOM, "rooms": 2} for number in (7, 0)),
    "claimed": ({"persona": "毛毛"},),
    "confirm_half": ({"code": "K7QX", "title": "八折", "rooms": 25},),
    "confirmed": tuple(
        {"title": "八折", "kind": PROMO, "rooms": rooms, "ids": ids, "first": AT, "last": AT, "soon": soon}
        for rooms, ids, soon in ((1, [7], True), (25, [7, 8], False), (0, [], False))
    ),
    "content_list": (
        CONTENT,
        {**CONTENT, "kind": PROMO, "posts": [{"slug": "promo/x", "title": "八折"}], "more": 3, "retired": ["promo/y"]},
        {**CONTENT, "care": 0, "rooms": 0},
    ),
    "content_restored": tuple({"title": "八折", "slug": "promo/x", "changed": changed} for changed in (True, False)),
    "content_retired": tuple(
        {"title": "八折", "slug": "promo/x", "changed": changed, "ids": ids}
        for changed, ids in ((True, []), (True, [7, 8]), (False, list(range(1, 13))))
    ),
    "content_show": (
        ONE_POST,
        {
            **ONE_POST,
            "tags": ["洗护"],
            "audience": "养猫",
            "since": date(2026, 1, 1),
            "media": "bath.png",
            "retired": True,
            "festival": "冬至",
            "room": ROOM,
            "last": AT,
        },
    ),
    "control": ({},),
    "errors/already_adopted": ({"room": ROOM},),
    "errors/approval_unneeded": ({"id": 7},),
    "errors/approve_own": ({"id": 7},),
    "errors/birthdays_days": ({"said": "400", "most": 366},),
    "errors/bind_numbers": ({"old": "8001", "new": "8002"},),
    "errors/bind_same": ({"id": "wxid_ajiao"},),
    "errors/bind_staff": ({"name": "周岚"},),
    "errors/bind_together": ({"room": ROOM, "old": "wxid_old", "new": "wxid_new"},),
    "errors/cancel_planned": ({"id": 7},),
    "errors/confirm_other": ({"code": "K7QX"},),
    "errors/content_ambiguous": tuple(
        {"said": "洗", "posts": [{"slug": "promo/x", "title": "八折"}], "more": more} for more in (0, 3)
    ),
    "errors/content_care": ({"title": "生日"},),
    "errors/content_retired": ({"title": "八折", "slug": "promo/x"},),
    "errors/content_unknown": tuple({"said": "teth", "nearest": near} for near in ("value/teeth", "")),
    "errors/delivery_number": ({"said": "明天"},),
    "errors/delivery_over": tuple(
        {"id": 7, "state": state, "unresolved": unresolved} for state in STATES for unresolved in (True, False)
    ),
    "errors/delivery_unknown": ({"id": 7},),
    "errors/kind_differs": tuple({"title": "八折", "kind": kind} for kind in ("promo", "interactive", "value")),
    "errors/kind_needed": ({},),
    "errors/ledger_entry": ({"id": 3},),
    "errors/no_room_left": tuple(
        {"title": "八折", "refused": REFUSED, "rule": "promo.week", "firm": firm} for firm in (True, False)
    ),
    "errors/nothing_paused": tuple(
        {"room": room, "every": every, "left": left}
        for room, every in ((ROOM, False), ("", True), ("", False))
        for left in ([], PAUSES)
    ),
    "errors/nothing_stopped": tuple({"breaker": breaker} for breaker in (True, False)),
    "errors/nothing_to_resolve": tuple({"id": 7, "state": STATES[0], "waiting": waiting} for waiting in (True, False)),
    "errors/override_owner": ({"needed": "owner"},),
    "errors/override_reason": ({},),
    "errors/plan_days": ({"said": "90", "most": 14},),
    "errors/points_short": ({"name": "阿椒", "points": 3, "amount": 5},),
    "errors/posted_already": ({"room": ROOM},),
    "errors/proposal_changed": ({"code": "K7QX"},),
    "errors/proposal_done": ({"code": "K7QX", "at": AT},),
    "errors/proposal_expired": ({"code": "K7QX", "minutes": 10},),
    "errors/proposal_unknown": ({"code": "K7QX"},),
    "errors/recall_late": ({"id": 7, "at": AT},),
    "errors/recall_unnamed": ({"id": 7},),
    "errors/recall_unsent": tuple(
        {"id": 7, "state": STATES[0], "waiting": waiting, "unresolved": unresolved}
        for waiting, unresolved in ((True, False), (False, True), (False, False))
    ),
    "errors/recalled_already": ({"id": 7, "at": AT},),
    "errors/refused": tuple(
        {"room": ROOM, "title": "八折", "reason": reason, "rule": "x", "remedy": remedy}
        for reason in RULES
        for remedy in ("override", "owner", "none", "other")
    ),
    "errors/redemption_over": tuple({"number": 4, "stage": stage} for stage in ("granted", "refused", "cancelled")),
    "errors/redemption_unknown": ({"number": 4},),
    "errors/resolve_word": ({"said": "也许"},),
    "errors/resume_what": ({"said": "也许"},),
    "errors/room_unadopted": ({"room": ROOM},),
    "errors/span_unreadable": ({"said": "一会儿"},),
    "errors/story_capped": ({"name": "阿椒", "cap": 30},),
    "errors/story_known": ({"name": "阿椒", "text": "年糕刚来的那天晚上"},),
    "errors/story_unknown": tuple({"name": "阿椒", "words": words} for words in ("年糕", "")),
    "errors/task_over": tuple({"number": 9, "at": at} for at in (AT, None)),
    "errors/text_empty": ({},),
    "errors/text_long": ({"length": 1200, "longest": 1000},),
    "errors/time_past": tuple({"said": "8:00", "now": AT, "at": AT, "tomorrow": at} for at in (AT, None)),
    "errors/time_unreadable": ({"said": "25:00"},),
    "errors/claim_code": ({},),
    "errors/claimed": ({},),
    "errors/is_control": ({"room": ROOM},),
    "errors/is_customer": ({"room": ROOM},),
    "errors/forget_staff": ({"own": True, "name": "周岚"}, {"own": False, "name": "周岚"}),
    "errors/is_owner": ({"who": "阿椒"},),
    "errors/last_owner": ({},),
    "errors/not_adopted": ({"room": ROOM},),
    "errors/not_allowed": tuple({"command": "op", "needed": role} for role in ("owner", "operator")),
    "errors/only_in_room": ({},),
    "errors/operator_unknown": ({"who": "阿椒", "people": ["周岚", "小李"]},),
    "errors/person_ambiguous": (
        {"who": "阿椒", "people": [PERSON, {**PERSON, "left": AT}], "more": 0},
        {"who": "阿椒", "people": [{**PERSON, "room": "", "last": None}] * 10, "more": 3},
    ),
    "errors/person_unknown": ({"who": "阿椒"},),
    "errors/quote": ({"quote": "”"},),
    "errors/room_ambiguous": ({"said": "猫", "rooms": [ROOM, "猫咪"]},),
    "errors/room_unknown": tuple({"said": "猫", "rooms": rooms} for rooms in ([], [ROOM])),
    "errors/setting_unknown": ({"key": "颜色", "keys": ["greeting", "window", "zone"]},),
    "errors/setting_value": (
        *({"key": key, "value": "?", "why": "x"} for key in SETTING_KEYS),
        {"key": "window", "value": "21:00-19:00", "why": "write 21:00-次日19:00 if that is meant"},
    ),
    "errors/tag_length": ({"longest": 20},),
    "errors/tier_unknown": ({"tier": "金卡", "tiers": ("超级VIP", "VIP", "普通")},),
    "errors/unknown_command": tuple({"name": "hlep", "nearest": near} for near in ("help", "")),
    "errors/usage": tuple({"command": item.name} for item in COMMANDS),
    "errors/which_room": tuple({"rooms": rooms} for rooms in ([], [ROOM, ""])),
    "help": ({"commands": [{"name": item.name, "aliases": list(item.names[1:])} for item in COMMANDS]},),
    "help_command": (
        *({"name": item.name, "aliases": list(item.names[1:])} for item in COMMANDS),
        {"name": "help", "aliases": []},
    ),
    "forget_ask": ({"words": 12, "files": 3}, {"words": 12, "files": 0}, {"words": 0, "files": 0}),
    "forget_firm": ({"words": 12, "files": 3}, {"words": 0, "files": 2}, {"words": 0, "files": 0}),
    "forget_kept": ({},),
    "forget_late": ({},),
    "forget_preview": ({"id": "wxid_ajiao", "name": "阿椒", "words": 12, "files": 3, "other": 20},),
    "forgotten": ({},),
    "forgotten_already": ({},),
    "forgotten_first": ({},),
    "help_member": (HOUSE,),
    "member_forgotten": ({},),
    "remembered": ({"changed": True}, {"changed": False}),
    "subscribed": ({"changed": True}, {"changed": False}),
    "unsubscribed": ({"changed": True}, {"changed": False}),
    "ledger": (
        {"room": ROOM, "entries": [], "promos": 0, "most": None},
        {
            "room": ROOM,
            "entries": [
                ENTRY_LINE,
                {**ENTRY_LINE, "source": "staff", "title": "", "by": "周岚"},
                {**ENTRY_LINE, "source": "command", "title": ""},
            ],
            "promos": 1,
            "most": 2,
        },
    ),
    "member": (
        KNOWN,
        {**KNOWN, "name": "", "rooms": [], "more_rooms": 2, "tags": [RULED, {**RULED, "times": 1, "said": ""}]},
        {**KNOWN, "told": None, "tags": [MANUAL]},
        {**KNOWN, **BLANK, "rooms": [{**CARD, "alias": "", "left": AT, "joined": None}], "unsubscribed": AT},
        {**KNOWN, "told": None, "more_tags": 3, "tier_by": "周岚", "tags": [{**MANUAL, "source": "import"}]},
        {**KNOWN, "tier_rule": "", "number": "", "campaigns": [{**TAKEN, "running": False, "daily": False}]},
    ),
    "member_export": tuple({"id": "wxid_ajiao", "name": "阿椒", "rows": 9, "words": words} for words in (7, 0)),
    "mentioned": tuple({"brand": "毛球家", "watched": watched, "words": "在吗"} for watched in (True, False)),
    "mentioned_staff": ({},),
    "moved": tuple(
        {"id": 7, "room": ROOM, "title": "刷牙", "old": AT, "at": AT, "held": held} for held in (NO_REASON, CLOSED)
    ),
    "operator_added": tuple({"name": "阿椒", "role": role} for role in ("owner", "operator")),
    "operator_removed": ({"name": "阿椒"},),
    "operators": ({"people": [{"name": "周岚", "role": "owner"}, {"name": "小李", "role": "operator"}]},),
    "paused": (
        PAUSED,
        {**PAUSED, "room": "", "assumed": True, "promo": True, "until": AT, "reason": "盘点", "waiting": 3},
        *({**PAUSED, "earlier": pause} for pause in PAUSES),
    ),
    "plan": (
        PLAN,
        {**PLAN, "days": 7, "readable": False, "more": 3, "unnumbered": True, "mix": {**MIX, "thirty": [21, 6, 3]}},
        {**PLAN, "lines": [], "mix": {**MIX, "weights": [], "most": None}},
    ),
    "plan_all": (
        PLAN_ALL,
        {
            **PLAN_ALL,
            "counts": [{"state": STATES[0], "count": 2}, {"state": STATES[7], "count": 400}],
            "empty": 3,
            "rooms": [BRIEF_ROOM, {**BRIEF_ROOM, "active": False, "posts": []}],
            "troubled": [BRIEF_ROOM],
            "more": 480,
        },
    ),
    "points": (
        OWN,
        {**OWN, "today": 0, "badges": [], "waiting": [], "buys": [], "next": REWARDS[1]},
        {**OWN, "points": 0, "today": 0, "ways": [], "buys": [], "waiting": []},
        {**OWN, "points": -5, "today": 0, "buys": []},
    ),
    "points_board": (
        {"room": ROOM, "month": 11, "places": [], "own": None},
        {"room": ROOM, "month": 11, "places": [PLACE, {**PLACE, "name": ""}], "own": None},
        {"room": ROOM, "month": 11, "places": [PLACE] * 10, "own": {**PLACE, "rank": 14}},
    ),
    "points_board_where": ({},),
    "points_corrected": tuple(
        {"name": "阿椒", "amount": amount, "points": 9, "note": note} for amount, note in ((5, "帮忙搬货"), (-5, ""))
    ),
    "points_history": (
        {"name": "阿椒", "points": 0, "badges": [], "entries": []},
        {"name": "阿椒", "points": 36, "badges": ["七日有恒"], "entries": PAID_LINES},
    ),
    "post_planned": (
        WANTED,
        {**WANTED, "soon": False},
        {**WANTED, **TYPED, "held": CLOSED, "mark": "八折", "override": "停水"},
    ),
    "preview": (
        {"room": ROOM, "posts": []},
        {
            "room": ROOM,
            "posts": [
                PREVIEWED,
                {**PREVIEWED, **TYPED, "id": 0, "verdict": "hold", "reason": CLOSED},
                {**PREVIEWED, "draft": None, "verdict": "drop", "reason": WEEK},
                {**PREVIEWED, "state": STATES[7], "verdict": ""},
            ],
        },
    ),
    "private": tuple({**HOUSE, "watched": watched} for watched in (True, False)),
    "private_staff": ({},),
    "proposal": (
        PROPOSAL,
        {**PROPOSAL, **WIDE},
        {**PROPOSAL, **TYPED, "mark": "八折", "override": "店庆"},
    ),
    "recall_failed": ({"id": 7, "room": ROOM},),
    "recalled": ({"id": 7, "room": ROOM},),
    "redemption_asked": tuple({"title": "试吃包", "cost": 30, "points": 6, "note": note} for note in ("任选", "")),
    "redemption_cancelled": ({"title": "试吃包", "cost": 30, "points": 36},),
    "redemption_decided": tuple(
        {"granted": granted, "name": "阿椒", "title": "试吃包", "cost": 30, "points": 6} for granted in (True, False)
    ),
    "redemption_none": ({"waiting": []}, {"waiting": ["试吃包", "剪指甲"]}),
    "redemption_told": tuple(
        {"granted": granted, "title": "试吃包", "cost": 30, "reason": reason}
        for granted, reason in ((True, ""), (False, "这批卖完了"), (False, ""))
    ),
    "redemptions": ({"items": []}, {"items": [WAITING, {**WAITING, "room": ""}]}),
    "released": ({"room": ROOM},),
    "resolved": (
        *({**RESOLVED, "what": what} for what in ("sent", "unsent")),
        *({**RESOLVED, "what": "again", "new_id": 8, "reason": reason} for reason in (NO_REASON, CLOSED)),
        {**RESOLVED, "what": "again", "reason": WEEK, "dropped": True},
    ),
    "resumed": (
        RESUMED,
        {**RESUMED, "room": ROOM, "promo": True, "going": 2, "expiring": 1, "left": PAUSES},
        {**RESUMED, "ended": 0, "frozen": True},
    ),
    "retagged": tuple({"id": 3, "kind": kind} for kind in (PROMO, None)),
    "reward_dear": tuple({"title": "试吃包", "cost": 30, "points": points} for points in (6, 30)),
    "reward_gone": ({"title": "试吃包"},),
    "rewards": (
        {"said": "", "several": False, "rewards": SHELF, "points": 36},
        {"said": "", "several": False, "rewards": [], "points": 0},
        *({"said": "洗", "several": several, "rewards": SHELF[:2], "points": 36} for several in (True, False)),
    ),
    "room": tuple({"room": ROOM, "readable": readable, "items": IN_FORCE} for readable in (True, False)),
    "segment": (
        {
            "expression": "tag:敏感肌 and tier:vip and silent>=7d",
            "count": 23,
            "unsubscribed": 2,
            "rooms": [(ROOM, 20), ("汪星人散步群", 5)],
            "more_rooms": 1,
            "people": [{"name": "阿椒", "id": "wxid_ajiao"}, {"name": "", "id": "wxid_nobody"}],
            "more": 3,
        },
        {
            "expression": "all",
            "count": 1,
            "unsubscribed": 0,
            "rooms": [(ROOM, 1)],
            "more_rooms": 0,
            "people": [{"name": "阿椒", "id": "wxid_ajiao"}],
            "more": 0,
        },
        {
            "expression": "points>=100",
            "count": 0,
            "unsubscribed": 0,
            "rooms": [],
            "more_rooms": 0,
            "people": [],
            "more": 0,
        },
    ),
    "segment_saved": tuple(
        {"name": "老客", "expression": "orders>=3", "before": before} for before in ("orders>=5", "")
    ),
    "segment_dropped": ({"name": "老客"},),
    "segment_list": (
        {"segments": [("老客", "orders>=3"), ("冷下来", "silent>=7d")], "example": "英短"},
        {"segments": [], "example": ""},
    ),
    "errors/staff_only": ({"command": "segment"},),
    "welcome": tuple(
        {**HOUSE, "names": names, "count": count, "parts": parts}
        for names, count in ((["阿椒"], 1), (["阿椒", "老秦"], 2), (["阿椒", "老秦"], 12), ([], 1), ([], 3))
        for parts in ([], ["欢迎", "，先看看群公告"], ["先看看群公告"])
    ),
    "errors/segment_name": ({"name": "a:b"},),
    "errors/segment_full": ({"most": 50},),
    "errors/segment_used": ({"name": "老客", "users": ["冷下来"]}, {"name": "老客", "users": ["甲", "乙"]}),
    "errors/segment_unknown": ({"name": "老课", "names": ["老客"]}, {"name": "老课", "names": []}),
    "errors/segment_wrong": tuple(
        {"at": 9, "kind": kind, "found": found, "near": near, "within": within, "example": example}
        for kind in SEGMENT_FAULTS
        for found, near, within, example in (("vpi", "VIP", "", ""), ("", "", "老客", "英短"))
    ),
    "room_set": tuple(
        {"room": ROOM, "key": key, "value": value, "overnight": overnight, "hours": hours, "ids": ids}
        for key, value, overnight, hours, ids in (
            ("window", "19:30-21:00", False, 0, []),
            ("window", "22:00-02:00", True, 0, []),
            ("window", "09:00-21:00", False, 12, []),
            ("slots", "0", False, 0, [7, 8]),
            ("mix", "", False, 0, [7]),
            ("welcome", "欢迎{names}", False, 0, []),
            ("welcome", "off", False, 0, []),
        )
    ),
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
    "sending_resumed": tuple({"breaker": breaker, "left": left} for breaker, left in ((True, []), (False, PAUSES))),
    "skipped": ({"id": 7, "room": ROOM, "title": "刷牙", "at": AT},),
    "status": (
        STATUS,
        {**STATUS, **STOPPED, "connected": False, "gaps": 2, "deaf_seconds": 9, "unresolved": 1, "set_aside": 1},
        {**STATUS, "stopped": "", "pauses": PAUSES, "more_pauses": 2, "most": 300, "more": 480},
        {**STATUS, "rooms": [status_room([]), status_room([], active=False)]},
        {
            **STATUS,
            "rooms": [status_room([told_post(state=state, planned=False, reason=WEEK) for state in STATES], more=2)],
        },
        {**STATUS, "rooms": [status_room([told_post(state=STATES[7], confirmed=AT), told_post()])]},
    ),
    "story_accepted": tuple(
        {"name": "阿椒", "points": points, "capped": capped, "text": "年糕刚来的那天晚上"}
        for points, capped in ((10, False), (4, True), (0, False))
    ),
    "story_thanks": tuple({"name": "阿椒", "points": points} for points in (10, 0)),
    "swapped": tuple(
        {**SHOWN, "id": 7, "room": ROOM, "at": AT, "old": "刷牙", "title": "八折", "kind": PROMO, "held": held}
        for held in (NO_REASON, CLOSED)
    ),
    "tag_added": tuple({"name": "阿椒", "tag": "养猫", "changed": changed} for changed in (True, False)),
    "tag_removed": tuple({"name": "阿椒", "tag": "养猫", "changed": changed} for changed in (True, False)),
    "tier": tuple(
        {**TIERED, "outcome": outcome, **bare}
        for outcome in ("shown", "left", "set")
        for bare in ({}, {"tier": "", "rule": "", "last_at": None})
        if outcome != "set" or not bare
    ),
    "tags": (
        {"room": "", "counts": [], "more": 0},
        {"room": ROOM, "counts": [("养猫", 7), ("掉毛", 2)], "more": 0},
        {"room": "", "counts": [("养猫", 7)], "more": 4},
    ),
    "tags_of": (
        {"name": "阿椒", "tags": [], "more": 0, "wishes": [], "removed": []},
        {
            "name": "阿椒",
            "tags": [
                {**MANUAL, "until": None},
                {**MANUAL, "source": "import", "until": None},
                {**RULED, "until": AT},
                {**RULED, "source": "behaviour", "times": 1, "said": "", "until": None},
            ],
            "more": 3,
            "wishes": [{"said": "不要香菜", "kept": True}, {"said": "别发语音", "kept": False}],
            "removed": [{"name": "养狗", "by": "周岚", "at": AT}],
        },
    ),
    "task_done": tuple(
        {"tasks": tasks, "left": left} for tasks, left in (([TASK], 0), ([TASK, {**TASK, "kind": "reward"}], 2))
    ),
    "tasks": (
        {"tasks": [], "more": 0},
        {"tasks": [TASK, {**TASK, "kind": "reward", "why": "", "room": ""}], "more": 3},
    ),
    "unknown": ({"posts": [], "more": 0}, {"posts": [DOUBT, {**DOUBT, "words": ""}], "more": 3}),
    "wish_declined": ({},),
    "wish_kept": ({},),
    "wish_question": tuple(
        {"kind": kind, "about": about, "thing": thing, "food": food}
        for kind, about, thing, food in (
            ("without", "", "香菜", True),
            ("without", "", "塑料袋", False),
            ("without", "狗", "牛肉", True),
            ("less", "", "糖", True),
            ("less", "豆豆", "盐", True),
            ("more", "", "醋", True),
            ("more", "豆豆", "冻干", True),
            ("fixed", "", "半糖", True),
            ("deed", "", "发语音", False),
            ("deed", "晚上", "打电话", False),
        )
    ),
    "why": (
        WHY,
        {**WHY, "by": "周岚", "override": "停水", "rules": BROKEN},
        *({**WHY, "rules": CHECKED[start : start + 13]} for start in (0, 13)),
        {**WHY, "steps": STEPS},
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


SINGULAR = re.compile(r"(?<![\w.,:/#-])1 (?!is |was |has |takes |s |as )[a-z]+s\b|(?<![\w.,:/#-])1 people")


def alone(value: object) -> object:
    """The same data with one of everything."""
    match value:
        case bool():
            return value
        case int():
            return 1
        case Mapping():
            return {key: alone(inner) for key, inner in value.items()}
        case list() | tuple():
            return type(value)(map(alone, value))
        case Reason():
            return replace(value, numbers={key: alone(inner) for key, inner in value.numbers.items()})
        case _:
            return value


@pytest.mark.parametrize("name", SAMPLES)
def test_one_of_a_thing_is_no_plural_in_english(name: str) -> None:
    for sample in SAMPLES[name]:
        text = LOCALES["en"].reply(name, {key: alone(value) for key, value in sample.items()})
        assert not SINGULAR.search(text), text


@pytest.mark.parametrize("reason", RULES, ids=lambda reason: f"{reason.rule}{'' if reason.numbers else ' bare'}")
def test_one_of_a_thing_is_no_plural_in_a_reason_either(reason: Reason) -> None:
    text = LOCALES["en"].reply("moved", {**SAMPLES["moved"][0], "held": alone(reason)})
    assert not SINGULAR.search(text), text


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"errors/quote"}))
def test_chinese_replies_are_written_in_chinese_punctuation(name: str) -> None:
    path = TEMPLATES / "replies/zh" / f"{name}.j2"
    prose = re.sub(r"\{[{%].*?[%}]\}", "", path.read_text(encoding="utf-8"))
    assert not re.search(r"[\u4e00-\u9fff][,;!?\"]|[,;!?\"][\u4e00-\u9fff]", prose)


def test_sentences_do_not_run_into_one_another() -> None:
    """A line that ended in a block lost its end: /help op and the private greeting came out in one piece."""
    described = LOCALES["zh"].reply("help_command", {"name": "tags", "aliases": ["标签"]})
    assert described.splitlines() == [
        "/tags [群名|@名字]",
        "也可以发：/标签",
        "看群里哪些标签最多，或者一个人的标签是怎么来的",
    ]
    greeting = LOCALES["en"].reply("private", {**HOUSE, "watched": True})
    assert len(greeting.splitlines()) == 2


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", RULES, ids=lambda reason: f"{reason.rule}{'' if reason.numbers else ' bare'}")
def test_every_reason_is_told_in_words(locale: str, reason: Reason) -> None:
    text = LOCALES[locale].reply("moved", {**SAMPLES["moved"][0], "held": reason})
    assert "." not in reason.rule or reason.rule not in text
    assert not re.search(r"None|\{|（）|\(\)|  ", text), text
    for number in reason.numbers.values():
        if isinstance(number, int) and reason.rule.startswith("promo."):
            assert str(number) in text


def test_both_languages_explain_the_same_rules() -> None:
    assert set(LOCALES["zh"].reasons) == set(LOCALES["en"].reasons)


def test_every_slip_is_told_in_a_line_of_the_audit() -> None:
    slips = {rule.removeprefix("slip.") for rule in LOCALES["zh"].reasons if rule.startswith("slip.")}
    assert slips == {name.removeprefix("errors/") for name in names("zh") if name.startswith("errors/")}


def test_every_rule_in_the_code_is_explained() -> None:
    explained = set(LOCALES["zh"].reasons)
    assert sorted(_rules_in_the_code() - explained) == []
    asked = {rule for path in ("gate", "caps") for rule in _rules_in(Path(f"bot/policy/{path}.py"))}
    assert len(asked) > 20
    assert sorted(asked - {rule.removeprefix("check.") for rule in explained if rule.startswith("check.")}) == []


def _rules_in_the_code() -> set[str]:
    folders = (Path("bot"), Path("handlers"), Path("storage"))
    return {rule for folder in folders for path in sorted(folder.rglob("*.py")) for rule in _rules_in(path)}


def _rules_in(path: Path) -> set[str]:
    """The slugs that a file gives to a reason, or to one of the gate's makers of findings."""
    makers = {"Reason", "_hold", "_drop", "_paused", "Count"}
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in makers and call.args)
    slugs = (call.args[0].value for call in named if isinstance(call.args[0], ast.Constant))
    return {slug for slug in slugs if isinstance(slug, str) and slug}


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
    day = date(2026, 11, 22)
    campaign = shown_for((), CUSTOMS, post.slug, day)
    text = LOCALES["zh"].post(post, variables(SPEAKER, MANAGED, day, post, people=SAMPLE, campaign=campaign))
    assert 0 < len(text) <= 300
    assert not re.search(r"\{\{|\}\}|\{%|%\}|\n\n\n", text)
    assert not [line for line in text.splitlines() if line != line.rstrip()]
