"""Tags for what members do: answering to posts about a topic, and checking in early."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, insert, select, update

from bot.core.checkin import How
from bot.core.post import MIX
from bot.core.posted import Source
from bot.policy.behaviour import EARLY, REPLIED, Behaviour
from bot.policy.customs import Customs
from bot.policy.room_settings import zone_of
from storage import tags
from storage.store import Db
from storage.tables import InterestRow, LedgerRow, PunchRow, RoomRow

WITHIN = timedelta(minutes=30)
"""Whoever speaks so soon after a post answers to it."""
LOOK_BACK = timedelta(days=90)
MORNING = time(9)

# Asked for every batch of words: building a statement anew costs more than running it.
_POSTS = (
    select(LedgerRow.room_id, LedgerRow.id, LedgerRow.posted_at, LedgerRow.content)
    .where(
        LedgerRow.account_id == bindparam("account"),
        col(LedgerRow.room_id).in_(bindparam("rooms", expanding=True)),
        LedgerRow.posted_at >= bindparam("since"),
        LedgerRow.posted_at <= bindparam("until"),
        col(LedgerRow.kind).in_([kind.value for kind in MIX]),
        LedgerRow.source != Source.STAFF,
    )
    .order_by(col(LedgerRow.posted_at), col(LedgerRow.id))
)

Topics = Mapping[str, Sequence[str]]
"""What each post of the library is about, by its slug."""


@dataclass(frozen=True, slots=True)
class Words:
    """Something a member said in a room."""

    contact_id: str
    room_id: str
    message_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Post:
    id: int
    at: datetime
    topics: Sequence[str]


Answers = Mapping[tuple[str, int], tuple[_Post, Words]]
"""By contact and post, the post and the last words that answer to it."""


def replied(db: Db, account_id: str, said: Sequence[Words], topics: Topics, customs: Customs) -> None:
    """Count what was said soon after a post as an answer to it, once a post and person; enough of them are a tag.

    One query for a whole batch finds the posts; as long as there are none, it is the only one.
    """
    behaviour = customs.behaviours.get(REPLIED)
    if behaviour is None or not said:
        return
    posts = _posts(db, account_id, said, topics, behaviour.overlooks)
    answers = _further(db, account_id, _answers(said, posts)) if posts else {}
    by_topic: dict[tuple[str, str], list[tuple[_Post, Words]]] = {}
    for (contact, _post), answer in answers.items():
        for topic in answer[0].topics:
            by_topic.setdefault((contact, topic), []).append(answer)
    counted = _count(db, account_id, by_topic)
    tags.met(
        db,
        account_id,
        [
            _evidence(REPLIED, behaviour, behaviour.named(topic), by_topic[contact, topic][-1][1], times)
            for (contact, topic), times in counted.items()
            if times >= customs.replied_times
        ],
    )


def early(
    db: Db, account_id: str, contact_ids: Collection[str], customs: Customs, default_zone: str, now: datetime
) -> None:
    """Tag whoever checked in before nine o'clock, by their room's clock, on enough days of the last ninety.

    To be called after check-ins were written; the check-ins are read anew, so calling it twice changes nothing.
    """
    behaviour = customs.behaviours.get(EARLY)
    if behaviour is None or not contact_ids:
        return
    mornings = _mornings(db, account_id, contact_ids, default_zone, now)
    evidence = [
        _evidence(EARLY, behaviour, behaviour.tag, words[max(words)], len(words))
        for words in mornings.values()
        if len(words) >= customs.early_times
    ]
    tags.met(db, account_id, evidence)


def _evidence(rule: str, behaviour: Behaviour, tag: str, last: Words, times: int) -> tags.Evidence:
    return tags.Evidence(
        contact_id=last.contact_id,
        tag=tag,
        rule=rule,
        room_id=last.room_id,
        message_id=last.message_id,
        why=behaviour.why,
        at=last.at,
        expires_at=last.at + behaviour.expires if behaviour.expires else None,
        source="behaviour",
        times=times,
    )


def _posts(
    db: Db, account_id: str, said: Sequence[Words], topics: Topics, overlooked: Collection[str]
) -> dict[str, list[_Post]]:
    """The bot's posts that these words may answer to, by room, oldest first."""
    span = (min(words.at for words in said) - WITHIN, max(words.at for words in said))
    where = {
        "account": account_id,
        "rooms": list({words.room_id for words in said}),
        "since": span[0],
        "until": span[1],
    }
    found: dict[str, list[_Post]] = {}
    for room_id, number, at, content in db.exec(_POSTS, params=where):
        about = sorted(set(topics.get(content, ())).difference(overlooked))
        found.setdefault(room_id, []).append(_Post(number or 0, at, about))
    return found


def _answers(said: Sequence[Words], posts: Mapping[str, Sequence[_Post]]) -> Answers:
    """Words belong to the last post before them, and count for nothing when that one is about nothing."""
    found: dict[tuple[str, int], tuple[_Post, Words]] = {}
    for words in sorted(said, key=lambda words: words.at):
        there = posts.get(words.room_id, ())
        place = bisect_right(there, words.at, key=lambda post: post.at)
        if place and words.at - there[place - 1].at <= WITHIN and there[place - 1].topics:
            found[words.contact_id, there[place - 1].id] = (there[place - 1], words)
    return found


def _further(db: Db, account_id: str, answers: Answers) -> Answers:
    """Without the posts that were counted for the person before: for most words of an evening this is all it takes.

    A post counts for all its topics at once, so its first topic tells.
    """
    keys = [(contact, post.topics[0]) for (contact, _), (post, _words) in answers.items()]
    counted = {key: last for key, (_times, last) in _interests(db, account_id, keys).items()}
    return {
        (contact, number): (post, words)
        for (contact, number), (post, words) in answers.items()
        if number > counted.get((contact, post.topics[0]), 0)
    }


def _count(
    db: Db, account_id: str, replies: Mapping[tuple[str, str], Sequence[tuple[_Post, Words]]]
) -> dict[tuple[str, str], int]:
    """How many posts each has answered to by now, by contact and topic, of those who answered to a further one.

    Only posts newer than the last one counted add to it, so none counts twice, in whatever order words arrive.
    """
    known = _interests(db, account_id, replies)
    counted: dict[tuple[str, str], int] = {}
    new: list[dict[str, object]] = []
    again: list[dict[str, object]] = []
    for key, found in replies.items():
        times, last = known.get(key, (0, 0))
        further = [post.id for post, _words in found if post.id > last]
        if not further:
            continue
        counted[key] = times + len(further)
        row = {"account_id": account_id, "contact_id": key[0], "topic": key[1], "seen_at": found[-1][1].at}
        (again if key in known else new).append({**row, "times": counted[key], "ledger_id": max(further)})
    if new:
        db.exec(insert(InterestRow), params=new)
    if again:
        db.exec(update(InterestRow), params=again)
    return counted


def _interests(db: Db, account_id: str, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[int, int]]:
    contacts, topics = {contact for contact, _topic in keys}, {topic for _contact, topic in keys}
    if not contacts:
        return {}
    query = select(InterestRow.contact_id, InterestRow.topic, InterestRow.times, InterestRow.ledger_id).where(
        InterestRow.account_id == account_id,
        col(InterestRow.contact_id).in_(contacts),
        col(InterestRow.topic).in_(topics),
    )
    return {(contact, topic): (times, last) for contact, topic, times, last in db.exec(query)}


def _mornings(
    db: Db, account_id: str, contact_ids: Collection[str], default_zone: str, now: datetime
) -> dict[str, dict[date, Words]]:
    """For each person the days on which they checked in early, with the words that did it."""
    query = select(PunchRow.contact_id, PunchRow.room_id, PunchRow.message_id, PunchRow.at).where(
        PunchRow.account_id == account_id,
        col(PunchRow.contact_id).in_(list(contact_ids)),
        PunchRow.how == How.SAID,
        col(PunchRow.removed_at).is_(None),
        PunchRow.at >= now - LOOK_BACK,
    )
    punches = [Words(*row) for row in db.exec(query.order_by(col(PunchRow.at)))]
    rooms = select(RoomRow.room_id, RoomRow.settings).where(
        RoomRow.account_id == account_id, col(RoomRow.room_id).in_({words.room_id for words in punches})
    )
    zones = {room_id: zone_of(settings, default_zone) for room_id, settings in db.exec(rooms)}
    found: dict[str, dict[date, Words]] = {}
    for words in punches:
        local = words.at.astimezone(zones[words.room_id])
        if local.time() < MORNING:
            found.setdefault(words.contact_id, {})[local.date()] = words
    return found
