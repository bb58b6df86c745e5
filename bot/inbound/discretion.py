"""What may be kept of an event: nothing about people who asked to be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core.events import ChatEvent, MembersJoined, MembersLeft, MessageReceived


def discreet(event: ChatEvent, forgotten: Callable[[str], bool]) -> ChatEvent | None:
    """The event without them; None where nothing is left of it."""
    match event:
        case MessageReceived():
            return _said(event, forgotten)
        case MembersJoined():
            people = tuple(one for one in event.contact_ids if not forgotten(one))
            inviter = "" if forgotten(event.inviter_id) else event.inviter_id
            return replace(event, contact_ids=people, inviter_id=inviter) if people else None
        case MembersLeft():
            people = tuple(one for one in event.contact_ids if not forgotten(one))
            remover = "" if forgotten(event.remover_id) else event.remover_id
            return replace(event, contact_ids=people, remover_id=remover) if people or event.self_left else None
        case _:
            return event


def _said(message: MessageReceived, forgotten: Callable[[str], bool]) -> MessageReceived | None:
    if forgotten(message.talker_id) or (message.room_id is None and forgotten(message.listener_id)):
        return None
    if not any(map(forgotten, message.mention_ids)):
        return message
    return replace(message, mention_ids=tuple(one for one in message.mention_ids if not forgotten(one)))
