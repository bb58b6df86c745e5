"""打卡, typed alone: what the house says when it did not count; what counted is confirmed by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.core.checkin import Campaign, Counts, How
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy import streaks
from bot.policy.checkin_words import hear_punch
from bot.policy.command import Call, command
from bot.policy.punching import day_of, states
from bot.policy.room_settings import zone_of
from handlers.checkin_room import campaigns_here, nothing_here, plain_answer
from handlers.local_day import local_day
from storage import punch_news, punch_records, punches
from storage.store import Db

AHEAD = 31
"""The next day of a campaign is looked for so many days ahead."""


@command("punch", aliases=("打卡",), role=Role.MEMBER, hears=hear_punch)
def punch_in(db: Db, call: Call) -> Reply | None:
    """Nothing when the words have counted: they are confirmed with the others of the moment."""
    campaigns = campaigns_here(db, call)
    if not campaigns or call.role >= Role.OPERATOR:
        return nothing_here(call)
    today = local_day(call)
    on = [campaign for campaign in campaigns if campaign.counts_on(today)]
    if not on:
        following = min((day for item in campaigns if (day := _next(item, today))), default=None)
        return plain_answer(call, "today", campaigns[0], next=following)
    zone = zone_of(call.room.settings if call.room else {}, call.house.zone)
    able = [campaign for campaign in on if day_of(campaign, call.sent_at, zone) is not None]
    if not able:
        return plain_answer(call, "closed", on[0])
    meant = _meant(able, call.text)
    if len(meant) > 1:
        return plain_answer(call, "which", words=[item.word for item in meant])
    return _result(db, call, meant[0], today)


def _meant(campaigns: Sequence[Campaign], text: str) -> Sequence[Campaign]:
    """The campaign whose own word was said; else those that count by a word, which it may have been for."""
    said = [campaign for campaign in campaigns if campaign.counts is not Counts.PHOTO and states(text, campaign.word)]
    worded = [campaign for campaign in campaigns if campaign.counts is not Counts.PHOTO]
    return said[:1] or worded or campaigns[:1]


def _result(db: Db, call: Call, campaign: Campaign, today: date) -> Reply | None:
    row = punch_records.find(db, call.account_id, campaign, call.talker_id, today)
    if row is None or (row.leave and not row.removed):
        return _late(db, call, campaign, today)
    if row.removed:
        return plain_answer(call, "removed", campaign)
    if row.message_id == call.message_id or not row.told:
        return None
    held = punch_records.record(db, call.account_id, campaign, call.talker_id)
    return plain_answer(call, "again", campaign, streak=streaks.streak(campaign, held.marks, today))


def _late(db: Db, call: Call, campaign: Campaign, today: date) -> Reply | None:
    """A photo is missing; or the campaign had begun a moment before, when nobody listened for its word yet."""
    if campaign.counts is not Counts.WORD:
        return plain_answer(call, "photo", campaign)
    customs = call.house.charter.customs
    entered = punches.enter(
        db,
        call.account_id,
        campaign,
        call.talker_id,
        today,
        How.SAID,
        customs,
        call.sent_at,
        message_id=call.message_id,
    )
    if entered is not None:
        punch_news.told(db, [entered.id], None)
    return None


def _next(campaign: Campaign, today: date) -> date | None:
    days = (today + timedelta(days=number) for number in range(1, AHEAD + 1))
    return next((day for day in days if campaign.counts_on(day)), None)
