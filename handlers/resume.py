"""/resume: let posts go on, and say what still keeps them back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.pause import Pause, Scope
from bot.core.reply import Reply
from bot.core.verdict import Drop
from bot.inquiry import Wish, foretell
from bot.policy.command import Call, command
from handlers.customer_room import customer_rooms
from handlers.labels import EVERYWHERE
from handlers.pause import shown_pauses
from handlers.pause_words import read_pause
from handlers.standings import standings
from storage import deliveries, outbox, pauses, sending
from storage.store import Db

BREAKER = frozenset({"breaker", "熔断"})
SENDING = frozenset({"sending", "发送"})
STOPS = ("pause.", "breaker.", "clock.", "sending.")
"""The rules whose stop may be over."""


@command("resume", aliases=("恢复",), role=Role.OPERATOR)
def resume_posts(db: Db, call: Call, *words: str) -> Reply:
    """Ends pauses and a frozen clock; the breaker and a full stop only when they are named."""
    if words and words[0].lower() in BREAKER | SENDING:
        return _clear(db, call, breaker=words[0].lower() in BREAKER)
    said = read_pause(db, call, words)
    if said.rest:
        raise SpeakerError("errors/resume_what", said=" ".join(said.rest))
    every = bool(words) and words[0] in EVERYWHERE
    room_id = said.room.room_id if said.room else None if every else ""
    frozen = _thaw(db, call)
    ended = pauses.end(db, call.account_id, room_id=room_id, scope=said.scope, by=call.talker_id, now=call.now)
    left = shown_pauses(db, call)
    if not ended and not frozen:
        raise SpeakerError("errors/nothing_paused", room=said.room.name if said.room else "", every=every, left=left)
    outbox.wake(db, call.account_id, STOPS, call.now)
    going, expiring = _held(db, call, ended)
    return Reply(
        "resumed",
        {
            "room": said.room.name if said.room else "",
            "every": every,
            "ended": len(ended),
            "frozen": frozen,
            "promo": said.scope is Scope.PROMO,
            "going": going,
            "expiring": expiring,
            "left": left,
        },
    )


def _thaw(db: Db, call: Call) -> bool:
    """Let a frozen clock go; whether it was frozen."""
    state = sending.load(db, call.account_id)
    frozen = state.frozen(call.now)
    if frozen:
        sending.thaw(db, call.account_id)
    return frozen


def _clear(db: Db, call: Call, *, breaker: bool) -> Reply:
    """Close the breaker, or end the full stop."""
    state = sending.load(db, call.account_id)
    open_breaker = state.breaker_until is not None and call.now < state.breaker_until
    if (breaker and not open_breaker) or (not breaker and state.stopped_at is None):
        raise SpeakerError("errors/nothing_stopped", breaker=breaker)
    if breaker:
        sending.reset(db, call.account_id)
    else:
        sending.restart(db, call.account_id)
    outbox.wake(db, call.account_id, STOPS, call.now)
    return Reply("sending_resumed", {"breaker": breaker, "left": shown_pauses(db, call)})


def _held(db: Db, call: Call, ended: Sequence[Pause]) -> tuple[int, int]:
    """Of the posts that the pauses kept back: how many go out now, and how many are too late."""
    kept = [
        item
        for item in deliveries.waiting(db, call.account_id)
        if item.due_at <= call.now and any(pause.stops(item.kind, item.room_id, call.now) for pause in ended)
    ]
    wanted = {item.room_id for item in kept}
    known = standings(db, call, [room for room in customer_rooms(db, call) if room.room_id in wanted])
    verdicts = [
        foretell(known[item.room_id], call.house.charter, Wish.of(item), call.now)
        for item in kept
        if item.room_id in known
    ]
    expiring = sum(isinstance(verdict, Drop) for verdict in verdicts)
    return len(verdicts) - expiring, expiring
