"""/member: what the house remembers of a person."""

from __future__ import annotations

from bot.core.operator import Role
from bot.core.reply import Audience, Reply
from bot.policy.command import Call, command
from handlers.person import find_person
from storage import members, messages
from storage.store import Db


@command("member", aliases=("成员", "客户"), role=Role.OPERATOR)
def show_member(db: Db, call: Call, who: str) -> Reply:
    """Names, rooms, words, and every tag with what it rests on."""
    cards = members.cards(db, call.account_id, find_person(db, call, who), call.now)
    person = cards[0]
    return Reply(
        "member",
        {
            "id": person.contact_id,
            "name": person.name,
            "rooms": [
                {
                    "room": card.room,
                    "alias": card.alias,
                    "joined": card.joined_at,
                    "left": card.left_at,
                    "last": card.last_seen_at,
                    "words": card.messages,
                }
                for card in cards
            ],
            "tags": [
                {
                    "name": tag.name,
                    "source": tag.source,
                    "rule": tag.rule,
                    "why": tag.why,
                    "times": tag.times,
                    "at": tag.assigned_at,
                    "said": messages.text_of(db, call.account_id, tag.message_id) if tag.message_id else "",
                }
                for tag in person.tags
            ],
        },
        to=Audience.ASKER,
    )
