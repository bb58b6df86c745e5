"""What the bot's own words mean when they come back: proof, a double, a stray, or somebody at its phone."""

from __future__ import annotations

from datetime import datetime

from loguru import logger

from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.policy.text import content_hash
from storage import echoes, notices, rooms, sending
from storage.echoes import Match
from storage.store import Db


def match(db: Db, message: MessageReceived, now: datetime) -> tuple[Match, int | None]:
    """Part of the recording transaction. A double and a stray are told to the operators; a stray stops all sending."""
    account_id = message.account_id
    if message.kind is not MessageKind.TEXT:
        return Match.REPLY, None
    found, delivery_id = echoes.match(
        db,
        account_id,
        message.conversation_id,
        content_hash(message.text),
        echo_id=message.message_id,
        said_at=message.sent_at,
        now=now,
    )
    if found in {Match.DUPLICATE, Match.MISROUTED}:
        room = rooms.find(db, account_id, message.room_id or "")
        data = {"id": delivery_id, "room": room.name if room else message.room_id, "text": message.text[:40]}
        notices.post(db, account_id, f"{found}:{message.message_id}", f"alarms/{found}", data, now)
        logger.bind(action=f"delivery.{found}", delivery=delivery_id).error("a post was seen that nobody sent there")
    if found is Match.MISROUTED:
        sending.stop(db, account_id, f"misrouted: {delivery_id}", now)
    return found, delivery_id
