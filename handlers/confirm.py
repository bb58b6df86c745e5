"""/confirm: the yes to a mass action; it binds what was shown, counts once, and may take two people."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core.delivery import Delivery, DeliveryState
from bot.core.errors import NotAllowedError, SpeakerError
from bot.core.operator import Role
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.proposal import Proposal
from bot.core.reason import Reason
from bot.core.reply import Reply
from bot.core.room import Room
from bot.inquiry import seal_of
from bot.policy.command import Call, command
from bot.policy.room_rules import rules_of
from bot.policy.room_settings import zone_of
from handlers.broadcast import broadcast_seal
from handlers.customer_room import customer_rooms
from handlers.delivery import find_waiting
from handlers.labels import kind_label
from handlers.shown import delivery_title, person, title_of
from handlers.wanted import Wanted, enter
from storage import operators, outbox, proposals, retired, rooms
from storage.store import Db


@command("confirm", aliases=("确认",), role=Role.OPERATOR)
def confirm_proposal(db: Db, call: Call, code: str) -> Reply:
    """Once enough different people have said yes in time, and nothing has changed, every room has its slot."""
    proposal = _open(db, call, code)
    wanted = Wanted(PostKind(proposal.kind), proposal.content, proposal.body, proposal.override)
    targets = _unchanged(db, call, proposal, wanted)
    if call.talker_id in proposal.confirmed_by:
        raise SpeakerError("errors/confirm_other", code=proposal.code)
    proposal = proposals.confirm(db, call.account_id, proposal.code, call.talker_id, call.now)
    title = title_of(call, wanted.content, wanted.body)
    if len(set(proposal.confirmed_by)) < proposal.people:
        return Reply("confirm_half", {"code": proposal.code, "title": title, "rooms": len(proposal.dues)})
    # A yes that came after the first slot moves the whole broadcast, so that it keeps its pace.
    late = max(timedelta(0), call.now - proposal.dues[0][1])
    planned = [
        delivery
        for room_id, due_at in proposal.dues
        if (delivery := _enter(db, call, proposal, targets[room_id], due_at + late, wanted)) is not None
    ]
    proposals.done(db, call.account_id, proposal.code, call.now)
    return Reply(
        "confirmed",
        {
            "title": title,
            "kind": kind_label(wanted.kind),
            "rooms": len(planned),
            "ids": [item.id for item in planned[:5]],
            "first": proposal.dues[0][1] + late,
            "last": proposal.dues[-1][1] + late,
            "soon": proposal.dues[0][1] + late <= call.now,
        },
    )


@command("cancel", aliases=("取消",), role=Role.OPERATOR)
def cancel_proposal(db: Db, call: Call, which: str) -> Reply:
    """A proposal that waits for its confirmation, by its code, or one commanded post that waits, by its number."""
    if which.lstrip("#＃").isdecimal():
        return _cancel_delivery(db, call, which)
    proposal = _open(db, call, which)
    proposals.cancel(db, call.account_id, proposal.code, call.now)
    title = title_of(call, proposal.content, proposal.body)
    return Reply("cancelled", {"id": 0, "title": title, "room": "", "rooms": len(proposal.dues)})


def _cancel_delivery(db: Db, call: Call, which: str) -> Reply:
    delivery = find_waiting(db, call, which)
    if delivery.source is not Source.COMMAND:
        raise SpeakerError("errors/cancel_planned", id=delivery.id)
    reason = Reason("command.cancel", {"by": person(db, call, call.talker_id)})
    outbox.drop(db, delivery.id, DeliveryState.CANCELLED, reason, call.now, by=call.talker_id)
    room = rooms.find(db, call.account_id, delivery.home_id)
    name = room.name if room else delivery.room_id
    return Reply("cancelled", {"id": delivery.id, "title": delivery_title(call, delivery), "room": name, "rooms": 1})


def _open(db: Db, call: Call, said: str) -> Proposal:
    """The proposal with this code, while it may still be confirmed."""
    code = said.upper()
    proposal = proposals.find(db, call.account_id, code)
    if proposal is None:
        raise SpeakerError("errors/proposal_unknown", code=said)
    if proposal.done_at is not None:
        raise SpeakerError("errors/proposal_done", code=code, at=proposal.done_at)
    if proposal.override and operators.role_of(db, call.account_id, proposal.by) < Role.OWNER:
        raise NotAllowedError("errors/override_owner", needed=Role.OWNER.label)
    if call.now >= proposal.expires_at:
        minutes = int(call.house.charter.confirm_within.total_seconds() // 60)
        raise SpeakerError("errors/proposal_expired", code=code, minutes=minutes)
    return proposal


def _unchanged(db: Db, call: Call, proposal: Proposal, wanted: Wanted) -> dict[str, Room]:
    """The rooms it was shown for, if they and the post are as they were; `SpeakerError` says to look again."""
    if wanted.content in retired.every(db, call.account_id):
        raise SpeakerError("errors/content_retired", title=title_of(call, wanted.content, ""), slug=wanted.content)
    wished = {room_id for room_id, _due in proposal.dues}
    found = {room.room_id: room for room in customer_rooms(db, call) if room.room_id in wished and room.active}
    if broadcast_seal(call, wanted, list(found.values())) != proposal.seal:
        raise SpeakerError("errors/proposal_changed", code=proposal.code)
    return found


def _enter(db: Db, call: Call, proposal: Proposal, room: Room, due_at: datetime, wanted: Wanted) -> Delivery | None:
    """One room's slot. A yes from somebody else than the commander is the approval that the room may ask for."""
    rules = rules_of(room.settings, call.house.charter.rules)
    others = set(proposal.confirmed_by) - {proposal.by}
    approved = ""
    if others and rules is not None:
        approved = seal_of(call.house.charter, wanted.wish(room.room_id, due_at), room, rules)
    zone = zone_of(room.settings, call.house.zone)
    plan = f"post:{proposal.code}"
    return enter(db, call, room.room_id, due_at, wanted, plan, zone, by=proposal.by, approved=approved)
