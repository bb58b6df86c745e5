"""/checkin: what operators do about check-ins – start one, end it, look at it, set a member's day right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from bot.core.checkin import Campaign, Counts, How
from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.post import PostKind
from bot.core.reply import Reply
from bot.core.room import Room
from bot.policy import streaks
from bot.policy.calling import begin, days_in_all
from bot.policy.campaign_words import LONGEST_TITLE, change
from bot.policy.command import Answer, Call, command
from bot.policy.customs import Declared
from bot.policy.day_said import read_day
from bot.policy.room_settings import zone_of
from bot.policy.text import for_matching
from handlers.checkin_board import show_board
from handlers.checkin_room import called, running_campaign, view
from handlers.customer_room import customer_rooms, find_customer_room
from handlers.person import find_person
from storage import checkins, members, punch_news, punch_records, punches
from storage.store import Db

_EQUALS = ("=", "＝")
_QUOTES = "\"'“”「」『』"


@command("checkin", aliases=("打卡活动",), role=Role.OPERATOR)
def manage_checkins(db: Db, call: Call, action: str = "list", *words: str) -> Answer:
    """Without words what runs, and what may be started; each action takes its own words."""
    act = next((act for names, act in _ACTIONS.items() if action.lower() in names), None)
    if act is None:
        raise UsageError("errors/usage", command="checkin")
    return act(db, call, words)


def _list(db: Db, call: Call, _words: Sequence[str]) -> Reply:
    running, items = checkins.running(db, call.account_id), []
    for room in customer_rooms(db, call):
        for campaign in running.get(room.room_id, ()):
            today = _today(call, room)
            people = punch_records.present(db, call.account_id, campaign)
            done = sum(streaks.counted(record.marks.get(today)) for record in people)
            taking = sum(bool(streaks.total(record.marks, today)) for record in people)
            facts = {"room": room.name, "people": taking, "done": done, "due": campaign.counts_on(today)}
            items.append({**view(campaign, today), **facts})
    declared = [{"slug": item.slug, "title": item.title} for item in call.house.charter.customs.declared.values()]
    return Reply("checkin_list", {"items": items, "declared": declared})


def _start(db: Db, call: Call, words: Sequence[str]) -> Reply:
    names, settings = _sorted_out(words)
    if not 1 <= len(names) <= 2:
        raise UsageError("errors/usage", command="checkin")
    room = find_customer_room(db, call, names[1] if len(names) > 1 else "")
    declared = change(_declared(call, names[0]), settings)
    campaign = begin(declared, call.house.charter.customs, room.room_id, _today(call, room))
    _check_content(call, campaign)
    if 0 < days_in_all(campaign) < campaign.goal:
        raise SpeakerError("errors/checkin_goal", goal=campaign.goal, days=days_in_all(campaign))
    _check_others(checkins.here(db, call.account_id, room.room_id), campaign, room)
    started = checkins.start(db, call.account_id, campaign, call.talker_id, call.now)
    return Reply("checkin_started", {"room": room.name, **view(started, started.starts_on)}, refreshes=True)


def _end(db: Db, call: Call, words: Sequence[str]) -> Reply:
    room, campaign = running_campaign(db, call, words)
    checkins.end(db, campaign.id, call.now)
    return Reply("checkin_ended", {"room": room.name, "title": campaign.title}, refreshes=True)


def _board(db: Db, call: Call, words: Sequence[str]) -> Answer:
    return show_board.run(db, call, *words)


def _add(db: Db, call: Call, words: Sequence[str]) -> Reply:
    return _edit(db, call, words, add=True)


def _remove(db: Db, call: Call, words: Sequence[str]) -> Reply:
    return _edit(db, call, words, add=False)


def _edit(db: Db, call: Call, words: Sequence[str], *, add: bool) -> Reply:
    """A member's day, entered or taken away; their row, their place and their points follow."""
    if len(words) < 2:
        raise UsageError("errors/usage", command="checkin")
    who, day_said, *where = words
    contact_id = find_person(db, call, who)
    room, campaign = running_campaign(db, call, where, contact_id)
    today = _today(call, room)
    day = read_day(day_said, today, back=True)
    if day is None or day > today or not campaign.counts_on(day):
        raise SpeakerError("errors/checkin_day", said=day_said, title=campaign.title, starts=campaign.starts_on)
    if not punch_records.names(db, call.account_id, room.room_id, [contact_id]):
        raise SpeakerError("errors/checkin_absent", who=who, room=room.name)
    done = _change(db, call, campaign, contact_id, day, add=add)
    held = punch_records.record(db, call.account_id, campaign, contact_id)
    data = {
        "who": members.name_of(db, call.account_id, room.room_id, contact_id),
        "day": day,
        "title": campaign.title,
        "add": add,
        "done": done,
        "streak": streaks.streak(campaign, held.marks, today),
        "total": streaks.total(held.marks, today),
        "daily": campaign.daily,
    }
    return Reply("checkin_edited", data)


def _change(db: Db, call: Call, campaign: Campaign, contact_id: str, day: date, *, add: bool) -> bool:
    customs = call.house.charter.customs
    if not add:
        return punches.remove(db, call.account_id, campaign, contact_id, day, customs, call.now, by=call.talker_id)
    entered = punches.enter(
        db, call.account_id, campaign, contact_id, day, How.OPERATOR, customs, call.now, by=call.talker_id
    )
    greetable = members.greetable(db, call.account_id, campaign.room_id, contact_id) is not None
    if entered is not None and (entered.won or entered.reached) and greetable:
        # The room hears of a badge or of the goal as if it had been said.
        punch_news.told(db, [entered.id], None)
    return entered is not None


def _declared(call: Call, said: str) -> Declared:
    """The declaration of that slug or title; else a campaign of that title with nothing particular about it."""
    for declared in call.house.charter.customs.declared.values():
        if for_matching(said) in {declared.slug, for_matching(declared.title)}:
            return declared
    if len(said) > LONGEST_TITLE:
        raise SpeakerError("errors/checkin_title", title=said, longest=LONGEST_TITLE)
    return Declared(slug="", title=said, word="打卡")


def _check_content(call: Call, campaign: Campaign) -> None:
    post = call.house.charter.library.get(campaign.content)
    if campaign.content and (post is None or post.kind is not PostKind.INTERACTIVE):
        raise SpeakerError("errors/checkin_setting", key="content", value=campaign.content)


def _check_others(others: Sequence[Campaign], campaign: Campaign, room: Room) -> None:
    """Two campaigns of one title, or two that the same word counts for, nobody could tell apart."""
    for other in others:
        if called(other, campaign.title) or (campaign.slug and other.slug == campaign.slug):
            raise SpeakerError("errors/checkin_running", title=other.title, room=room.name)
        worded = Counts.PHOTO not in {other.counts, campaign.counts}
        if worded and for_matching(other.word) == for_matching(campaign.word):
            raise SpeakerError("errors/checkin_word", word=campaign.word, title=other.title, room=room.name)


def _sorted_out(words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The names, and the settings with their values."""
    names, settings = [], []
    for word in words:
        sign = next((sign for sign in _EQUALS if sign in word), None)
        if sign is None:
            names.append(word)
        else:
            key, _sign, value = word.partition(sign)
            settings.append((key.strip(), value.strip(_QUOTES)))
    return names, settings


def _today(call: Call, room: Room) -> date:
    return call.sent_at.astimezone(zone_of(room.settings, call.house.zone)).date()


_ACTIONS: Mapping[frozenset[str], Callable[[Db, Call, Sequence[str]], Answer]] = {
    frozenset({"list", "看", "查看", "列表"}): _list,
    frozenset({"start", "开始", "发起"}): _start,
    frozenset({"end", "stop", "结束"}): _end,
    frozenset({"board", "排行", "榜"}): _board,
    frozenset({"add", "加", "补"}): _add,
    frozenset({"remove", "减", "去掉", "取消"}): _remove,
}
