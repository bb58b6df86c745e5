"""A wish stated often enough: asked about once, in a sentence, and then kept or left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.question import Question
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy.command import Answer, Call
from bot.policy.courtesy import Aside, Manners
from bot.policy.room_rules import rules_of
from bot.policy.wishes import is_food, parts_of
from storage import members, questions, rooms, wishes
from storage.store import Db

FRESH = timedelta(minutes=10)
"""So soon after the member spoke it is an answer to them; later it waits for the hours in which one may speak."""
ANSWER_WITHIN = timedelta(hours=6)
"""A yes that comes later is more likely meant for somebody else."""


def ask_about_wishes(db: Db, manners: Manners) -> Sequence[Aside]:
    """One question at a time to a person, in the room where they last said it; never while the room is hushed."""
    asides: list[Aside] = []
    for question in questions.unsaid(db, manners.account_id, manners.now):
        if question.about != wishes.ABOUT or not _welcome(db, question, manners):
            continue
        name = members.greetable(db, manners.account_id, question.conversation_id, question.contact_id)
        if name is None or _busy(db, question, manners):
            continue
        questions.said(db, question.id, manners.now, manners.now + ANSWER_WITHIN)
        asides.append(_aside(question, name))
    return asides


def keep_wish(db: Db, call: Call, question: Question, yes: bool) -> Answer:
    """Kept from now on, or never brought up again."""
    wish = str(question.data["wish"])
    if not wishes.decide(db, call.account_id, call.talker_id, wish, keep=yes, by=call.talker_id, now=call.now):
        return None
    return Reply("wish_kept" if yes else "wish_declined", mention=True)


def _aside(question: Question, name: str) -> Aside:
    kind, about, thing = parts_of(str(question.data["wish"]))
    data = {"kind": kind, "about": about, "thing": thing, "food": is_food(thing)}
    reply = Reply("wish_question", data, asks=True)
    return Aside(
        question.conversation_id,
        reply,
        undo=lambda db: questions.unsay(db, question.id),
        mention=(question.contact_id, name),
    )


def _busy(db: Db, question: Question, manners: Manners) -> bool:
    """Whether the person still has something else to answer there."""
    there, person = question.conversation_id, question.contact_id
    return questions.open_to(db, manners.account_id, there, person, manners.now) is not None


def _welcome(db: Db, question: Question, manners: Manners) -> bool:
    room = rooms.find(db, manners.account_id, question.conversation_id)
    if room is None or not room.active or room.role is not RoomRole.CUSTOMER or manners.hushed(room.room_id):
        return False
    if manners.now - question.asked_at <= FRESH:
        return True
    rules = rules_of(room.settings, manners.charter.rules)
    return rules is not None and rules.care_hours.current(manners.now) is not None
