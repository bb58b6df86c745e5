"""A post for several rooms, or a promotion: what would happen is counted and shown, and waits for /confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from bot.core.errors import SpeakerError
from bot.core.proposal import Proposal
from bot.core.reason import Reason
from bot.core.reply import Reply
from bot.core.room import Room
from bot.core.verdict import Drop, Hold
from bot.inquiry import foretell, pieces, seal_of
from bot.policy import pacing
from bot.policy.command import Call
from bot.policy.room_rules import rules_of
from bot.policy.seal import seal
from bot.standing import Standing
from handlers.labels import kind_label
from handlers.shown import shown_text, title_of
from handlers.standings import standings
from handlers.wanted import Wanted
from storage import proposals
from storage.store import Db

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
ALPHABET = LETTERS + "23456789"
"""Nothing that looks like something else; a code begins with a letter, so that it is no number."""

NAMED = 10
REASONS = 6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gate foresees for one room of the broadcast."""

    room: Room
    due_at: datetime
    refused: Reason | None = None
    held: Reason | None = None


def propose(db: Db, call: Call, rooms: Sequence[Room], start: datetime, wanted: Wanted) -> Reply:
    """Write the proposal down and show it; `SpeakerError` when no room would get the post."""
    known = standings(db, call, rooms)
    outcomes = list(_foresee(call, known, rooms, start, wanted))
    refused = [item for item in outcomes if item.refused is not None]
    able = [item.room for item in outcomes if item.refused is None]
    title = title_of(call, wanted.content, wanted.body)
    if not able:
        forced = _foresee(call, known, rooms, start, replace(wanted, override="asked"))
        firm = all(item.refused is not None for item in forced)
        rule = str(refused[0].refused)
        raise SpeakerError("errors/no_room_left", title=title, refused=_reasons(refused), rule=rule, firm=firm)
    going = list(_foresee(call, known, able, start, wanted))
    charter = call.house.charter
    proposal = Proposal(
        code=_code(db, call),
        by=call.talker_id,
        kind=wanted.kind.value,
        content=wanted.content,
        body=wanted.body,
        override=wanted.override,
        seal=broadcast_seal(call, wanted, able),
        dues=tuple((item.room.room_id, item.due_at) for item in going),
        people=2 if len(able) > charter.second_above else 1,
        confirmed_by=(),
        created_at=call.now,
        expires_at=call.now + charter.confirm_within,
    )
    proposals.add(db, call.account_id, proposal)
    return Reply("proposal", _shown(call, proposal, wanted, going, refused))


def broadcast_seal(call: Call, wanted: Wanted, rooms: Sequence[Room]) -> str:
    """Binds what is said, of which kind, and in how many and which rooms, each with its window and greeting.

    The order of the rooms is of no matter.
    """
    charter = call.house.charter
    parts = []
    for room in sorted(rooms, key=lambda room: room.room_id):
        rules = rules_of(room.settings, charter.rules)
        # Unreadable settings never equal what somebody saw when they could be read.
        bound = seal_of(charter, wanted.wish(room.room_id, call.now), room, rules) if rules else "unreadable"
        parts.append(bound)
    return seal(str(len(parts)), *parts)


def _foresee(
    call: Call, known: Mapping[str, Standing], rooms: Sequence[Room], start: datetime, wanted: Wanted
) -> Iterator[Outcome]:
    """Each room at its own time; what goes out before it uses up the day's budget."""
    by_id = {room.room_id: room for room in rooms}
    charter = call.house.charter
    used = 0
    for room_id, due_at in pacing.spread([room.room_id for room in rooms], start, charter.pace):
        here = replace(known[room_id], used_today=known[room_id].used_today + used)
        verdict = foretell(here, charter, wanted.wish(room_id, due_at), call.now)
        if isinstance(verdict, Drop):
            yield Outcome(by_id[room_id], due_at, refused=verdict.reason)
            continue
        used += pieces(charter, wanted.content)
        yield Outcome(by_id[room_id], due_at, held=verdict.reason if isinstance(verdict, Hold) else None)


def _shown(
    call: Call, proposal: Proposal, wanted: Wanted, going: Sequence[Outcome], refused: Sequence[Outcome]
) -> dict[str, object]:
    held = [item for item in going if item.held is not None]
    first, last = going[0], going[-1]
    hours = call.house.charter.rules.hours
    return {
        **shown_text(call, first.room, wanted.content, wanted.body, hours.local_day(first.due_at)),
        "code": proposal.code,
        "title": title_of(call, wanted.content, wanted.body),
        "kind": kind_label(wanted.kind),
        "asked": len(going) + len(refused),
        "going": len(going),
        "rooms": [item.room.name for item in going[:NAMED]],
        "more": max(0, len(going) - NAMED),
        "first": first.due_at,
        "last": last.due_at,
        "held": _reasons(held),
        "late": len(held),
        "refused": _reasons(refused),
        "people": proposal.people,
        "minutes": int(call.house.charter.confirm_within.total_seconds() // 60),
        "mark": wanted.mark,
        "override": wanted.override,
    }


def _reasons(outcomes: Sequence[Outcome]) -> list[dict[str, object]]:
    """What stands in the way, by rule, the commonest first: how many rooms, some of their names, one reason told."""
    told = [(item, item.refused or item.held) for item in outcomes]
    ordered = sorted(((item, reason) for item, reason in told if reason), key=lambda pair: pair[1].rule)
    groups = [list(group) for _rule, group in groupby(ordered, key=lambda pair: pair[1].rule)]
    return [
        {"count": len(group), "rooms": [item.room.name for item, _reason in group[:3]], "reason": group[0][1]}
        for group in sorted(groups, key=len, reverse=True)[:REASONS]
    ]


def _code(db: Db, call: Call) -> str:
    """Four characters made from the message, other ones if a proposal that still waits has them."""
    number = 0
    while True:
        digest = hashlib.sha256(f"{call.account_id}\n{call.message_id}\n{number}".encode()).digest()
        code = LETTERS[digest[0] % len(LETTERS)] + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[1:4])
        older = proposals.find(db, call.account_id, code)
        if older is None or older.done_at is not None or older.expires_at <= call.now:
            return code
        number += 1
