"""A post as operators are shown it: its title, and its text exactly as it would be said."""

from __future__ import annotations

from datetime import date

from bot.core.delivery import Delivery
from bot.core.reply import Draft
from bot.core.room import Room
from bot.policy.calling import shown_for
from bot.policy.command import Call
from bot.policy.occasion import variables
from storage import members, operators
from storage.store import Db

SHORT = 16


def shown_text(call: Call, room: Room, content: str, body: str, day: date) -> dict[str, object]:
    """`draft` is a post of the library, None for a typed one or one that is gone; `body` is the typed text."""
    post = call.house.charter.library.get(content)
    draft = None
    if post is not None:
        charter, running = call.house.charter, call.house.campaigns.get(room.room_id, ())
        campaign = shown_for(running, charter.customs, content, day)
        people = ({"name": call.talker},)
        draft = Draft(post, variables(charter.speaker, room, day, post, people=people, campaign=campaign))
    return {"draft": draft, "body": body}


def title_of(call: Call, content: str, body: str) -> str:
    """What a post is called in a list: its title, or the first words of a typed one."""
    post = call.house.charter.library.get(content)
    if post is not None:
        return post.title
    first = " ".join(body.split())
    return content or (f"{first[:SHORT]}…" if len(first) > SHORT else first)


def delivery_title(call: Call, item: Delivery) -> str:
    """The same for a delivery."""
    return title_of(call, item.content, item.body)


def person(db: Db, call: Call, contact_id: str) -> str:
    """What somebody is called; "" for nobody."""
    if not contact_id:
        return ""
    named = members.name_of(db, call.account_id, "", contact_id)
    staff = {operator.contact_id: operator.name for operator in operators.every(db, call.account_id)}
    return named or staff.get(contact_id) or contact_id
