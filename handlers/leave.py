"""请假: a day off, after which the row goes on as if it had not been there."""

from __future__ import annotations

from bot.core.checkin import How
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy import streaks
from bot.policy.checkin_words import hear_leave
from bot.policy.command import Call, command
from bot.policy.day_said import read_day
from bot.policy.streaks import Refusal
from handlers.checkin_room import campaigns_here
from handlers.local_day import local_day
from storage import punch_records, punches
from storage.store import Db


@command("leave", aliases=("请假",), role=Role.MEMBER, hears=hear_leave)
def take_leave(db: Db, call: Call, said: str = "") -> Reply | None:
    """For every check-in of the room on that day; nothing is said where none runs: it is no word to the bot then."""
    campaigns = campaigns_here(db, call)
    if not campaigns or call.role >= Role.OPERATOR:
        return None
    today = local_day(call)
    day = read_day(said, today, back=False) if said else today
    if day is None:
        return Reply("leave", {**_facts(), "why": "unreadable", "said": said}, mention=True)
    why: Refusal | None = None
    off: list[str] = []
    left = 0
    for campaign in campaigns:
        held = punch_records.record(db, call.account_id, campaign, call.talker_id)
        refused = streaks.day_off(campaign, held, today, day)
        # What is done or excused in one of them says more than that another one is not on.
        why = refused if why in {None, Refusal.RHYTHM} else why
        if refused is None:
            customs = call.house.charter.customs
            punches.enter(
                db,
                call.account_id,
                campaign,
                call.talker_id,
                day,
                How.LEAVE,
                customs,
                call.now,
                message_id=call.message_id,
            )
            off.append(campaign.title)
            left = streaks.leaves_left(held.marks, day) - 1
    facts = {"why": "" if off or why is None else why.value, "day": day, "today": day == today, "titles": off}
    return Reply("leave", {**_facts(), **facts, "left": left}, mention=True)


def _facts() -> dict[str, object]:
    return {
        "said": "",
        "day": None,
        "today": False,
        "titles": [],
        "left": 0,
        "most": streaks.LEAVES,
        "ahead": streaks.AHEAD,
    }
