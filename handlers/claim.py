"""/claim: the first owner proves that they can read the bot's terminal."""

from __future__ import annotations

import hmac

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, command
from storage import operators
from storage.store import Db


@command(
    "claim",
    aliases=("认领",),
    role=Role.MEMBER,
    anywhere=True,
)
def claim_bot(db: Db, call: Call, code: str) -> Reply | None:
    """Without an owner the code makes one; afterwards the command is deaf."""
    if any(operator.role is Role.OWNER for operator in operators.every(db, call.account_id)):
        raise SpeakerError("errors/claimed")
    if not call.house.claim_code or not hmac.compare_digest(code.upper().encode(), call.house.claim_code.encode()):
        raise SpeakerError("errors/claim_code")
    operators.add(db, call.account_id, call.talker_id, Role.OWNER, name=call.talker, by="claim", now=call.now)
    return Reply("claimed", {"persona": call.house.charter.speaker.persona}, refreshes=True)
