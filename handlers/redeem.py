"""/redeem: operators grant or refuse what members want for their points, and the members are told."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.redemption import Redemption, Stage
from bot.core.reply import Reply
from bot.policy.command import Call, command
from bot.policy.courtesy import Aside, Manners
from bot.policy.text import visible
from bot.policy.typed_number import number_in
from handlers.shown import person
from storage import members, points, redemptions, rooms, tasks
from storage.store import Db

WORDS = {
    **dict.fromkeys(("ok", "yes", "好", "同意", "可以", "行", "给"), Stage.GRANTED),
    **dict.fromkeys(("no", "不", "不行", "拒绝", "不给", "退"), Stage.REFUSED),
}


@command("redeem", aliases=("兑奖", "核销"), role=Role.OPERATOR)
def decide_redemption(db: Db, call: Call, number: str = "", word: str = "", *why: str) -> Reply:
    """What waits for a decision; with a number the decision, which is made once."""
    if not number:
        return _waiting(db, call)
    said, stage = number_in(number), WORDS.get(word.casefold())
    if said is None or stage is None:
        raise UsageError("errors/usage", command="redeem")
    before = redemptions.find(db, call.account_id, said)
    if before is None:
        raise SpeakerError("errors/redemption_unknown", number=said)
    reason = visible(" ".join(why))
    item = redemptions.decide(db, call.account_id, before.number, stage, by=call.talker_id, now=call.now, reason=reason)
    if item is None:
        raise SpeakerError("errors/redemption_over", number=before.number, stage=before.stage.value)
    if stage is Stage.GRANTED:
        _hand_over(db, call, item)
    name = members.name_of(db, call.account_id, item.room_id, item.contact_id) or item.contact_id
    have = points.balance(db, call.account_id, item.contact_id)
    return Reply(
        "redemption_decided",
        {"granted": stage is Stage.GRANTED, "name": name, "title": item.title, "cost": item.cost, "points": have},
    )


def tell_decisions(db: Db, manners: Manners) -> Sequence[Aside]:
    """What was decided is told where it was asked for; who has left or unsubscribed is left alone."""
    asides = []
    for item in redemptions.untold(db, manners.account_id):
        if item.room_id and manners.hushed(item.room_id):
            continue
        redemptions.told(db, item.number, manners.now)
        name = _reachable(db, manners.account_id, item)
        if name is not None:
            asides.append(_aside(item, name))
    return asides


def _aside(item: Redemption, name: str) -> Aside:
    data = {
        "granted": item.stage is Stage.GRANTED,
        "title": item.title,
        "cost": item.cost,
        "reason": item.reason,
    }
    mention = (item.contact_id, name) if item.room_id else None
    undo = partial(redemptions.told, number=item.number, now=None)
    return Aside(item.room_id or item.contact_id, Reply("redemption_told", data), undo, mention)


def _reachable(db: Db, account_id: str, item: Redemption) -> str | None:
    """What to call the member there, None when nothing may be said to them any more."""
    if not item.room_id:
        return members.name_of(db, account_id, "", item.contact_id)
    room = rooms.find(db, account_id, item.room_id)
    if room is None or not room.active:
        return None
    return members.greetable(db, account_id, item.room_id, item.contact_id)


def _hand_over(db: Db, call: Call, item: Redemption) -> None:
    tasks.add(
        db,
        call.account_id,
        f"redemption:{item.number}",
        "reward",
        contact_id=item.contact_id,
        room_id=item.room_id,
        data={"what": item.title, "why": ""},
        now=call.now,
    )


def _waiting(db: Db, call: Call) -> Reply:
    known = {room.room_id: room.name for room in rooms.managed(db, call.account_id)}
    lines = [
        {
            "number": item.number,
            "name": person(db, call, item.contact_id),
            "room": known.get(item.room_id, ""),
            "title": item.title,
            "cost": item.cost,
            "at": item.asked_at,
        }
        for item in redemptions.asked(db, call.account_id)
    ]
    return Reply("redemptions", {"items": lines})
