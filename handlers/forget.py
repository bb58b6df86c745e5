"""忘记我 and 记住我: everything about a member is erased, after they were asked once, and they may come back."""

from __future__ import annotations

from datetime import timedelta

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.question import Question
from bot.core.reply import Reply
from bot.policy.command import Call, command
from bot.policy.own_say import firmly, wants_oblivion, wants_to_be_known
from handlers.person import find_person
from storage import erasure, forgotten, members, operators, questions
from storage.store import Db

PATIENCE = timedelta(minutes=10)
"""A yes that comes later may be meant for something else: nothing is erased."""

TOLD_LATE = timedelta(hours=2)
"""For so long a late yes is told that it came too late."""

YES = frozenset({"yes", "是", "是的", "确认", "确定"})


@command("forget", aliases=("忘记我",), role=Role.MEMBER, hears=wants_oblivion, traceless=True)
def forget_me(db: Db, call: Call) -> Reply:
    """What would be erased, and the question whether it shall be."""
    _refuse_staff(db, call, call.talker_id, own=True)
    if forgotten.holds(db, call.account_id, call.talker_id) or not members.known(db, call.account_id, call.talker_id):
        return Reply("forgotten_already")
    return _ask(db, call, "forget_ask")


def answer_forget(db: Db, call: Call, question: Question, yes: bool) -> Reply:  # as in every flow
    """Erased on a yes that is in time and cannot be meant for somebody else."""
    if not yes:
        return Reply("forget_kept", mention=not call.private)
    if call.sent_at - question.asked_at > PATIENCE:
        return Reply("forget_late", mention=not call.private)
    if not call.private and not firmly(call.text):
        return _ask(db, call, "forget_firm")
    _refuse_staff(db, call, call.talker_id, own=True)
    erasure.begin(db, call.account_id, call.talker_id, _house_words(call), call.now)
    # Nobody is named in it: what the bot says comes back, and is kept.
    return Reply("forgotten", refreshes=True)


def forget_member(db: Db, call: Call, who: str, word: str = "") -> Reply:
    """The same at an operator's word, for /member: a preview, and with yes after the id it is done."""
    contact_id = find_person(db, call, who)
    _refuse_staff(db, call, contact_id, own=False)
    if word.lower() in YES and who == contact_id:
        erasure.begin(db, call.account_id, contact_id, _house_words(call), call.now)
        return Reply("member_forgotten", refreshes=True)
    found = erasure.census(db, call.account_id, contact_id)
    name = members.name_of(db, call.account_id, call.room_id, contact_id)
    about = {"id": contact_id, "name": name, "words": found.words, "files": found.files, "other": found.other}
    return Reply("forget_preview", about)


@command("remember", aliases=("记住我",), role=Role.MEMBER, hears=wants_to_be_known, traceless=True)
def remember_me(db: Db, call: Call) -> Reply:
    """From now on they are a new person: nothing of before is left."""
    changed = forgotten.remove(db, call.account_id, call.talker_id)
    if changed and call.room is not None:
        members.seen(db, call.account_id, {(call.room_id, call.talker_id): (call.sent_at, call.sent_at)})
    return Reply("remembered", {"changed": changed}, refreshes=changed)


def _ask(db: Db, call: Call, template: str) -> Reply:
    found = erasure.census(db, call.account_id, call.talker_id)
    questions.ask(
        db,
        call.account_id,
        f"forget:{call.message_id}",
        contact_id=call.talker_id,
        conversation_id=call.conversation_id,
        about="forget",
        data={},
        now=call.now,
        expires_at=call.now + TOLD_LATE,
    )
    return Reply(template, {"words": found.words, "files": found.files}, mention=not call.private, asks=True)


def _refuse_staff(db: Db, call: Call, contact_id: str, *, own: bool) -> None:
    """What operators did must stay told, as long as they can do it."""
    if operators.role_of(db, call.account_id, contact_id) >= Role.OPERATOR:
        name = members.name_of(db, call.account_id, "", contact_id) or contact_id
        raise SpeakerError("errors/forget_staff", name=name, own=own)


def _house_words(call: Call) -> set[str]:
    """Words that mean the house and its commands, whoever may be called like that."""
    speaker = call.house.charter.speaker
    commands = {word for item in call.house.commands for word in (*item.names, *item.words)}
    return {speaker.brand, speaker.persona, *commands} - {""}
