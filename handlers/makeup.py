"""补卡: a missed day is made up for, as often as the campaign allows."""

from __future__ import annotations

from datetime import date

from bot.core.checkin import Campaign, How
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy import streaks
from bot.policy.checkin_words import hear_makeup
from bot.policy.command import Call, command
from bot.policy.day_said import read_day
from bot.policy.streaks import Refusal
from handlers.checkin_room import campaigns_here, nothing_here
from handlers.local_day import local_day
from storage import punch_records, punches
from storage.store import Db


@command("makeup", aliases=("补卡",), role=Role.MEMBER, hears=hear_makeup)
def make_up(db: Db, call: Call, said: str = "") -> Reply:
    """The last missed day, or the one that is named; of several campaigns the first in which it can be done."""
    campaigns = campaigns_here(db, call)
    if not campaigns or call.role >= Role.OPERATOR:
        return nothing_here(call)
    today = local_day(call)
    wanted = read_day(said, today, back=True) if said else None
    if said and wanted is None:
        return _told(campaigns[0], Refusal.NONE_MISSED, None, said=said)
    tried = [(campaign, _day(db, call, campaign, today, wanted)) for campaign in campaigns]
    campaign, day = next((pair for pair in tried if not isinstance(pair[1], Refusal)), tried[0])
    if isinstance(day, Refusal):
        return _told(campaign, day, wanted)
    customs = call.house.charter.customs
    entered = punches.enter(
        db, call.account_id, campaign, call.talker_id, day, How.MAKEUP, customs, call.now, message_id=call.message_id
    )
    held = punch_records.record(db, call.account_id, campaign, call.talker_id)
    facts = {
        "streak": streaks.streak(campaign, held.marks, today),
        "left": streaks.makeups_left(campaign, held.marks),
        "won": list(entered.won) if entered else [],
        "reached": entered is not None and entered.reached,
    }
    return _told(campaign, None, day, **facts)


def _day(db: Db, call: Call, campaign: Campaign, today: date, wanted: date | None) -> date | Refusal:
    held = punch_records.record(db, call.account_id, campaign, call.talker_id)
    return streaks.day_to_mend(campaign, held, today, wanted)


def _told(campaign: Campaign, why: Refusal | None, day: date | None, **facts: object) -> Reply:
    data = {
        "why": why.value if why else "",
        "day": day,
        "title": campaign.title,
        "daily": campaign.daily,
        "makeups": campaign.makeups,
        "most": streaks.BACK,
        "gift": campaign.gift,
    }
    return Reply(
        "makeup", {"said": "", "streak": 0, "left": 0, "won": [], "reached": False, **data, **facts}, mention=True
    )
