"""退订 and 订阅: whether a member wants to hear from the bot when nobody has asked it anything."""

from __future__ import annotations

from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, command
from bot.policy.own_say import wants_news, wants_quiet
from storage import consent
from storage.store import Db


@command("unsubscribe", aliases=("退订",), role=Role.MEMBER, hears=wants_quiet, traceless=True)
def unsubscribe(db: Db, call: Call) -> Reply:
    """In every room and in private; questions are still answered."""
    changed = consent.unsubscribe(db, call.account_id, call.talker_id, call.now)
    return Reply("unsubscribed", {"changed": changed}, mention=not call.private)


@command("subscribe", aliases=("订阅", "恢复订阅"), role=Role.MEMBER, hears=wants_news, traceless=True)
def subscribe(db: Db, call: Call) -> Reply:
    """As it was before."""
    changed = consent.subscribe(db, call.account_id, call.talker_id)
    return Reply("subscribed", {"changed": changed}, mention=not call.private)
