"""/birthday: members tell birthdays, change them and take them back, and say where they want to be congratulated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from bot.core.birthday import Birthday, Calendar, Whose, YearlyDate
from bot.core.operator import Role
from bot.core.question import Question
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy import birthday_words
from bot.policy.birthday_words import Cancel, Choose, Show, Stranger, Told, Undated
from bot.policy.command import Answer, Call, command
from bot.policy.yearly_date import Impossible
from handlers.birthday_day import celebrate_today, left_alone, next_day
from handlers.local_day import local_day
from storage import birthday_posts, birthdays, members, questions
from storage.store import Db

ABOUT = "birthday"
PATIENCE = timedelta(minutes=30)
"""So long a yes counts for the birthday that was asked about."""

MOST = 20
"""So many birthdays a member may have; their list still fits into a message."""


@command("birthday", aliases=("生日",), role=Role.MEMBER, words=("生日", "我的生日"), hears=birthday_words.hears)
def keep_birthday(db: Db, call: Call, *words: str) -> Answer:
    """What was told to the bot is kept at once and read back; what was said in passing is asked about first."""
    if not members.known(db, call.account_id, call.talker_id):
        return Reply("birthday_unknown")
    match birthday_words.read(" ".join((birthday_words.WORD, *words))):
        case Told() as told:
            return _keep(db, call, told) if told.sure else _ask(db, call, told)
        case Cancel() as cancel:
            return _remove(db, call, cancel)
        case Choose(private):
            return _choose(db, call, private)
        case Impossible() as date_said:
            return Reply("birthday_impossible", {"said": date_said}, mention=True)
        case Stranger(who):
            return Reply("birthday_stranger", {"who": who}, mention=True)
        case Show():
            return _show(db, call)
        case Undated() | None:
            return Reply("birthday_how", mention=True)


def answer_birthday(db: Db, call: Call, question: Question, yes: bool) -> Answer:
    """A member's answer to whether a birthday said in passing shall be kept."""
    if not yes:
        return Reply("birthday_declined", mention=True)
    data: Mapping[str, Any] = question.data
    when = YearlyDate(Calendar(data["calendar"]), data["month"], data["day"], data["leap"])
    whose = Whose(data["whose"]) if data["whose"] else None
    return _keep(db, call, Told(whose, data["name"], when, data["year"]))


def _ask(db: Db, call: Call, told: Told) -> Answer:
    """Once for each birthday; nothing for one that is on file, nor for somebody who wants to be left alone."""
    if call.room_id and members.greetable(db, call.account_id, call.room_id, call.talker_id) is None:
        return None
    when, known = told.on(local_day(call)), birthdays.of(db, call.account_id, call.talker_id)
    same = _same(known, told)
    if same is not None and same.date == when:
        return Reply("birthday_known", {"item": _shown(same)}, mention=True)
    fresh = _note_question(db, call, told, when)
    asked, before = _planned(call, told, when, same, known), same.date if same else None
    data = {"item": _shown(asked), "before": before}
    return Reply("birthday_question", data, mention=True, asks=True) if fresh else None


def _note_question(db: Db, call: Call, told: Told, when: YearlyDate) -> bool:
    """False when that was asked before. In private nobody else talks, so there the same words are asked about again."""
    facts = {"whose": told.whose, "name": told.name, "calendar": when.calendar, "month": when.month, "day": when.day}
    again = call.message_id if call.private else ""
    return questions.ask(
        db,
        call.account_id,
        ":".join(map(str, (ABOUT, call.talker_id, *facts.values(), when.leap, again))),
        contact_id=call.talker_id,
        conversation_id=call.conversation_id,
        about=ABOUT,
        data={**facts, "leap": when.leap, "year": told.year},
        now=call.now,
        expires_at=call.now + PATIENCE,
    )


def _keep(db: Db, call: Call, told: Told) -> Reply:
    """Put it on file, in the place of what was known of the same one, and read it back."""
    known = birthdays.of(db, call.account_id, call.talker_id)
    same = _same(known, told)
    wanted = _planned(call, told, told.on(local_day(call)), same, known)
    if same is not None and (same.date, same.whose) == (wanted.date, wanted.whose):
        return Reply("birthday_known", {"item": _shown(same)}, mention=True)
    if same is None and len(known) >= MOST:
        return Reply("birthday_full", {"most": MOST}, mention=True)
    if same is not None:
        birthday_posts.withdraw(db, call.account_id, same.id)
    put = birthdays.change if same else birthdays.add
    kept = put(db, call.account_id, wanted, source=birthdays.CHAT, by=call.talker_id, now=call.now) or wanted
    return Reply(
        "birthday_kept",
        {
            "item": _shown(kept),
            "before": same.date if same and same.date != kept.date else None,
            "first": not known,
            "today": celebrate_today(db, call, kept),
            "next": next_day(call, kept),
            "left_alone": left_alone(db, call),
        },
        mention=True,
    )


def _remove(db: Db, call: Call, cancel: Cancel) -> Reply:
    """The one that is meant; where that is open, ask which."""
    known = birthdays.of(db, call.account_id, call.talker_id)
    meant = _meant(known, cancel)
    if not meant:
        return Reply("birthday_none", {"items": list(map(_shown, known))}, mention=True)
    if len(meant) > 1 and not cancel.everything:
        return Reply("birthday_which", {"items": list(map(_shown, meant))}, mention=True)
    for item in meant:
        birthday_posts.withdraw(db, call.account_id, item.id)
        birthdays.remove(db, call.account_id, item.id, by=call.talker_id, now=call.now)
    return Reply("birthday_removed", {"items": list(map(_shown, meant))}, mention=True)


def _meant(known: Iterable[Birthday], cancel: Cancel) -> tuple[Birthday, ...]:
    every = tuple(known)
    if cancel.name:
        return tuple(item for item in every if item.name.casefold() == cancel.name.casefold())
    if cancel.whose is not None:
        return tuple(item for item in every if item.whose is cancel.whose)
    own = tuple(item for item in every if item.whose is Whose.SELF)
    return every if cancel.everything else own or every


def _choose(db: Db, call: Call, private: bool) -> Reply:
    here = "" if private else _room_id(call)
    found = birthdays.greet(
        db, call.account_id, call.talker_id, private=private, room_id=here, by=call.talker_id, now=call.now
    )
    for item in found:
        birthday_posts.withdraw(db, call.account_id, item.id)
    return Reply("birthday_place", {"private": private, "items": list(map(_shown, found))}, mention=True)


def _show(db: Db, call: Call) -> Reply:
    known = birthdays.of(db, call.account_id, call.talker_id)
    return Reply("birthday_list", {"items": list(map(_shown, known))}, mention=True)


def _same(known: Iterable[Birthday], told: Told) -> Birthday | None:
    """What is on file for the same one: a pet or a child goes by its name, the member is only one."""
    for item in known:
        if told.name and item.whose is not Whose.SELF and item.name.casefold() == told.name.casefold():
            return item
        if not told.name and not item.name and item.whose is told.whose:
            return item
    return None


def _planned(call: Call, told: Told, when: YearlyDate, same: Birthday | None, known: tuple[Birthday, ...]) -> Birthday:
    """As it would be kept. A being whose kind nobody said is a pet; a year that has not come is no year of birth."""
    private = any(item.private for item in known) if known else call.private
    return Birthday(
        id=same.id if same else 0,
        contact_id=call.talker_id,
        whose=told.whose or (same.whose if same else Whose.PET),
        name=told.name,
        calendar=when.calendar,
        month=when.month,
        day=when.day,
        leap=when.leap,
        year=told.year if told.year and told.year <= local_day(call).year else None,
        private=private,
        room_id=_room_id(call),
    )


def _room_id(call: Call) -> str:
    return call.room_id if call.room is not None and call.room.role is RoomRole.CUSTOMER else ""


def _shown(item: Birthday) -> dict[str, object]:
    return {"whose": item.whose.value, "name": item.name, "date": item.date, "private": item.private}
