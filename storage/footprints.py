"""Where people leave traces: for every column of every table, what forgetting somebody does to it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from bot.core.operator import Role
from storage.tables import Base


class Trace(Enum):
    """OWN: the row is about that person and goes. BY: the id of somebody behind it, emptied.

    TEXT, DATA: words, or JSON, out of which id and names are struck. KEY: the same where the value must stay unique.
    NONE: holds no person: rooms, figures, states, the house's own words, and other people's names for themselves.
    """

    OWN = "own"
    BY = "by"
    TEXT = "text"
    DATA = "data"
    KEY = "key"
    NONE = "none"


OWN, BY, TEXT, DATA, KEY, NONE = Trace.OWN, Trace.BY, Trace.TEXT, Trace.DATA, Trace.KEY, Trace.NONE

FOOTPRINTS: Mapping[str, Mapping[str, Trace]] = {
    "account": {"self_id": NONE, "name": NONE, "salt": NONE, "tiered_on": NONE, "tiered_to": BY},
    "account_lease": {"holder": NONE},
    "audit": {
        "actor_id": BY,
        "role": NONE,
        "command": TEXT,
        "target": TEXT,
        "outcome": NONE,
        "reason": TEXT,
        "room_id": BY,
    },
    "badge": {"contact_id": OWN, "badge": KEY, "room_id": NONE},
    "birthday": {
        "contact_id": OWN,
        "whose": NONE,
        "name": KEY,
        "calendar": NONE,
        "room_id": NONE,
        "source": NONE,
        "by": BY,
    },
    "campaign": {
        "room_id": NONE,
        "slug": NONE,
        "title": TEXT,
        "word": TEXT,
        "counts": NONE,
        "rhythm": NONE,
        "opens": NONE,
        "closes": NONE,
        "gift": TEXT,
        "content": NONE,
        "starts_on": NONE,
        "ends_on": NONE,
        "started_by": BY,
    },
    "care": {
        "occasion": NONE,
        "subject": KEY,
        "turn": KEY,
        "contact_id": OWN,
        "room_id": BY,
        "about": DATA,
    },
    "contact": {
        "contact_id": OWN,
        "name": NONE,
        "member_no": NONE,
        "tier": NONE,
        "tier_rule": NONE,
        "tier_by": BY,
        "tier_listed": NONE,
        "note": TEXT,
    },
    "day_count": {"room_id": NONE, "day": NONE, "contact_id": OWN},
    "delivery": {
        "attempt_id": NONE,
        "room_id": BY,
        "via_room_id": NONE,
        "plan": KEY,
        "slot_day": NONE,
        "kind": NONE,
        "content": NONE,
        "text": TEXT,
        "text_hash": NONE,
        "state": NONE,
        "reason": TEXT,
        "rule": NONE,
        "numbers": DATA,
        "source": NONE,
        "body": TEXT,
        "by": BY,
        "override": TEXT,
        "approved": NONE,
        "sent_message_id": NONE,
        "echo_message_id": NONE,
    },
    # What is to be struck stands here while it is being struck, and is taken out by `storage.erasure` itself.
    "erasure": {"contact_id": NONE, "names": NONE, "spared": NONE, "files": NONE},
    "failure": {"message_id": NONE, "error": TEXT, "traceback": TEXT},
    "forgotten": {"digest": NONE, "whose": NONE},
    "gap": {},
    "interest": {"contact_id": OWN, "topic": NONE},
    "ledger": {
        "room_id": BY,
        "kind": NONE,
        "source": NONE,
        "content": NONE,
        "message_id": NONE,
        "talker_id": BY,
        "text_hash": NONE,
    },
    "membership": {"room_id": NONE, "contact_id": OWN, "alias": NONE, "inviter_id": BY},
    "message": {
        "message_id": NONE,
        "room_id": NONE,
        "talker_id": OWN,
        "listener_id": BY,
        "text": TEXT,
        "mention_ids": DATA,
        "media_name": TEXT,
        "media_path": NONE,
    },
    "notice": {"key": KEY, "template": NONE, "data": DATA},
    "operator": {"contact_id": OWN, "name": NONE, "added_by": BY},
    "pause": {"room_id": NONE, "scope": NONE, "reason": TEXT, "by": BY, "ended_by": BY},
    "point": {
        "contact_id": OWN,
        "rule": NONE,
        "subject": KEY,
        "room_id": NONE,
        "day": NONE,
        "note": TEXT,
        "by": BY,
    },
    "proposal": {
        "code": NONE,
        "by": BY,
        "kind": NONE,
        "content": NONE,
        "body": TEXT,
        "override": TEXT,
        "seal": NONE,
        "dues": DATA,
        "confirmed_by": DATA,
    },
    "punch": {
        "contact_id": OWN,
        "room_id": NONE,
        "day": NONE,
        "how": NONE,
        "message_id": NONE,
        "by": BY,
        "won": DATA,
        "removed_by": BY,
    },
    "purchase": {"order_no": NONE, "contact_id": OWN, "note": TEXT},
    "question": {
        "key": KEY,
        "contact_id": OWN,
        "conversation_id": OWN,
        "about": NONE,
        "data": DATA,
        "answer": NONE,
    },
    "redemption": {
        "contact_id": OWN,
        "reward": NONE,
        "title": TEXT,
        "state": NONE,
        "room_id": NONE,
        "decided_by": BY,
        "reason": TEXT,
    },
    "retired": {"slug": NONE, "by": BY},
    "room": {"room_id": NONE, "topic": NONE, "role": NONE, "settings": DATA, "adopted_by": BY},
    "segment": {"name": KEY, "expression": TEXT, "by": BY},
    "sending": {"breaker_why": TEXT, "stopped_why": TEXT},
    "step": {"state": NONE, "rule": NONE, "numbers": DATA, "by": BY},
    "tag_assignment": {
        "contact_id": OWN,
        "tag": KEY,
        "source": NONE,
        "rule": NONE,
        "room_id": NONE,
        "message_id": NONE,
        "why": TEXT,
        "assigned_by": BY,
        "removed_by": BY,
    },
    "task": {
        "key": KEY,
        "template": NONE,
        "contact_id": OWN,
        "room_id": NONE,
        "data": DATA,
        "done_by": BY,
    },
    "wish": {
        "contact_id": OWN,
        "wish": KEY,
        "said": TEXT,
        "days": NONE,
        "state": NONE,
        "room_id": NONE,
        "message_id": NONE,
        "decided_by": BY,
    },
}
"""Every column that holds text or JSON, but `account_id`; a test compares it with the tables."""

WITHOUT_PEOPLE = frozenset(name for name, columns in FOOTPRINTS.items() if not set(columns.values()) - {Trace.NONE})
"""Tables that nothing has to be done to."""

MEMBER = Role.MEMBER.label
"""In the audit: what somebody commanded who was no operator then."""


def columns_of(table: str, *traces: Trace) -> tuple[str, ...]:
    """The columns of a table that hold one of these."""
    return tuple(name for name, trace in FOOTPRINTS[table].items() if trace in traces)


def tables_of(trace: Trace) -> tuple[str, ...]:
    """The tables that have such a column."""
    return tuple(name for name in FOOTPRINTS if columns_of(name, trace) and name in Base.metadata.tables)
