"""/story: an operator accepts a story that a member told, with points and a thank-you in the room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Audience, Reply
from bot.core.room import RoomRole
from bot.core.story import Story
from bot.policy.command import Call, command
from bot.policy.mention import is_command
from bot.policy.text import visible
from handlers.local_day import local_day
from handlers.person import find_person
from storage import members, points, rooms, stories
from storage.store import Db

RULE = "story"
RECENT = timedelta(days=7)
SHORTEST = 6
"""Characters of a story; a nod is none."""


@command("story", aliases=("故事", "收故事"), role=Role.OPERATOR)
def accept_story(db: Db, call: Call, who: str, *words: str) -> Sequence[Reply]:
    """The longest thing they said within a week, or the longest that holds these words; each pays once."""
    contact_id, said = find_person(db, call, who), " ".join(words)
    room_id = call.room.room_id if call.room and call.room.role is RoomRole.CUSTOMER else ""
    story = stories.told(db, call.account_id, contact_id, room_id, call.now - RECENT, said)
    name = members.name_of(db, call.account_id, story.room_id if story else "", contact_id) or contact_id
    if story is None or len(story.text.strip()) < SHORTEST or is_command(story.text):
        raise SpeakerError("errors/story_unknown", name=name, words=said)
    paid = _pay(db, call, contact_id, name, story)
    capped = paid < call.house.charter.customs.points.story
    accepted = Reply("story_accepted", {"name": name, "points": paid, "capped": capped, "text": story.text})
    room = rooms.find(db, call.account_id, story.room_id)
    if room is None or members.greetable(db, call.account_id, story.room_id, contact_id) is None:
        return (accepted,)
    thanks = Reply("story_thanks", {"name": name, "points": paid}, to=Audience.ROOM, room_id=story.room_id)
    return (accepted, thanks)


def _pay(db: Db, call: Call, contact_id: str, name: str, story: Story) -> int:
    """What it brought. On a full day it brings less; on one that is full to the brim it waits for another."""
    rules, subject = call.house.charter.customs.points, f"{RULE}:{story.message_id}"
    if points.entered(db, call.account_id, subject):
        raise SpeakerError("errors/story_known", name=name, text=story.text)
    paid = points.pay(
        db,
        call.account_id,
        contact_id=contact_id,
        rule=RULE,
        subject=subject,
        amount=rules.story,
        room_id=story.room_id,
        day=local_day(call),
        now=call.now,
        note=visible(story.text)[:20],
        cap=rules.daily_cap,
    )
    if rules.story and not paid:
        raise SpeakerError("errors/story_capped", name=name, cap=rules.daily_cap)
    return paid
