"""Queries about check-ins: each member's days, one row a day, however often and in whatever order it was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from bot.core.checkin import Campaign, Counts, How, Record, Untold
from bot.core.events import MessageReceived
from bot.core.message import MessageKind
from bot.policy.customs import Customs
from bot.policy.punching import LONGEST, PHOTOS, TOGETHER, Claim, Half, bare, days_of, states
from storage import punch_prizes
from storage.punch_news import as_untold
from storage.punch_records import Key, record, records, rows
from storage.store import Db
from storage.tables import MessageRow, PunchRow

Said = Sequence[tuple[MessageReceived, Sequence[Claim]]]
TELL_WITHIN = timedelta(minutes=2)
"""What is recorded later than this after it was said counts, but is not confirmed any more."""


def take(db: Db, account_id: str, said: Said, customs: Customs, now: datetime) -> None:
    """Let these messages count; one a day, and a leave of that day is not needed any more.

    A message that is taken back still counts: WeChat lets people do so to correct themselves, and what was done was
    done. Whoever checks in only to take it back is an operator's business (/checkin remove).
    """
    meant = _meant(db, account_id, said)
    if not meant:
        return
    known = rows(db, account_id, meant)
    fresh: list[tuple[Campaign, PunchRow]] = []
    for key, (campaign, message) in meant.items():
        row = known.get(key)
        if row is None:
            row = _new(db, account_id, campaign, key, How.SAID, message.sent_at)
        elif row.how != How.LEAVE or row.removed_at is not None:
            continue
        row.how, row.at, row.message_id = How.SAID, message.sent_at, message.message_id
        row.told_at = None if now - message.sent_at <= TELL_WITHIN else message.sent_at
        fresh.append((campaign, row))
    db.flush()
    punch_prizes.give(db, account_id, fresh, _held(db, account_id, fresh), customs, now)
    for _campaign, row in fresh:
        if row.won or row.reached:
            # Good news is told however late.
            row.told_at = None


def enter(
    db: Db,
    account_id: str,
    campaign: Campaign,
    contact_id: str,
    day: date,
    how: How,
    customs: Customs,
    now: datetime,
    *,
    by: str = "",
    message_id: str = "",
) -> Untold | None:
    """A day that is made up for, excused, or entered by an operator; None when it counts already.

    What it brought, badges and the goal, is in the answer: whoever entered it tells it.
    """
    row = _find(db, account_id, campaign, contact_id, day)
    if row is None:
        row = _new(db, account_id, campaign, (campaign.id, contact_id, day), how, now)
    elif row.removed_at is None and row.how != How.LEAVE:
        return None
    again = row.removed_at is not None
    row.how, row.at, row.by, row.message_id = how, now, by, message_id
    row.removed_at, row.removed_by, row.told_at = None, "", now
    db.flush()
    if how is not How.LEAVE:
        held = _held(db, account_id, [(campaign, row)])
        punch_prizes.give(db, account_id, [(campaign, row)], held, customs, now, again=again)
    return as_untold(row)


def remove(
    db: Db, account_id: str, campaign: Campaign, contact_id: str, day: date, customs: Customs, now: datetime, *, by: str
) -> bool:
    """Take a day away, with what it brought; saying it again does not bring it back. False when there is none."""
    row = _find(db, account_id, campaign, contact_id, day)
    if row is None or row.removed_at is not None:
        return False
    row.removed_at, row.removed_by = now, by
    row.told_at = row.told_at or now
    db.flush()
    held = record(db, account_id, campaign, contact_id)
    punch_prizes.take_back(db, account_id, campaign, held, row, customs, now)
    return True


def _meant(db: Db, account_id: str, said: Said) -> Mapping[Key, tuple[Campaign, MessageReceived]]:
    """What counts, each day once, by the first message that makes it count."""
    halves = _halves(db, account_id, said)
    found: dict[Key, tuple[Campaign, MessageReceived]] = {}
    for message, claims in sorted(said, key=lambda item: item[0].sent_at):
        for claim in claims:
            others = _others(claim, halves.get((message.room_id or "", message.talker_id), ()))
            for day in days_of(claim, message.sent_at, others):
                found.setdefault((claim.campaign.id, message.talker_id, day), (claim.campaign, message))
    return found


def _halves(db: Db, account_id: str, said: Said) -> Mapping[tuple[str, str], list[tuple[datetime, int, str]]]:
    """What those who need a word and a photo have sent shortly before and after, by (room id, contact id)."""
    asking = [message for message, claims in said if any(claim.campaign.counts is Counts.BOTH for claim in claims)]
    found: dict[tuple[str, str], list[tuple[datetime, int, str]]] = defaultdict(list)
    if not asking:
        return found
    columns = select(MessageRow.room_id, MessageRow.talker_id, MessageRow.sent_at, MessageRow.raw_type)
    query = columns.where(
        MessageRow.account_id == account_id,
        col(MessageRow.room_id).in_({message.room_id for message in asking}),
        col(MessageRow.talker_id).in_({message.talker_id for message in asking}),
        MessageRow.sent_at >= min(message.sent_at for message in asking) - TOGETHER,
        MessageRow.sent_at <= max(message.sent_at for message in asking) + TOGETHER,
        col(MessageRow.raw_type).in_([int(MessageKind.TEXT), *map(int, PHOTOS)]),
    ).add_columns(col(MessageRow.text))
    for room_id, talker_id, at, kind, text in db.execute(query):
        found[room_id, talker_id].append((at, kind, text))
    return found


def _others(claim: Claim, sent: Iterable[tuple[datetime, int, str]]) -> Iterable[Half]:
    """The halves that may complete a claim: photos for a word, its word for a photo."""
    for at, kind, text in sent:
        photo = kind in PHOTOS
        if photo is not claim.photo and (photo or _says(text, claim.campaign.word)):
            yield Half(at, photo)


def _says(text: str, word: str) -> bool:
    return len(text) <= LONGEST and (states(text, word) or bare(text))


def _new(db: Db, account_id: str, campaign: Campaign, key: Key, how: How, at: datetime) -> PunchRow:
    row = PunchRow(
        account_id=account_id,
        campaign_id=campaign.id,
        contact_id=key[1],
        room_id=campaign.room_id,
        day=key[2].isoformat(),
        how=how,
        at=at,
    )
    db.add(row)
    return row


def _held(db: Db, account_id: str, fresh: Iterable[tuple[Campaign, PunchRow]]) -> Mapping[tuple[int, str], Record]:
    """The days of those whom these rows belong to."""
    pairs = [(campaign.id, row.contact_id) for campaign, row in fresh]
    return records(db, account_id, {number for number, _who in pairs}, {who for _number, who in pairs})


def _find(db: Db, account_id: str, campaign: Campaign, contact_id: str, day: date) -> PunchRow | None:
    key = (campaign.id, contact_id, day)
    return rows(db, account_id, [key]).get(key)
