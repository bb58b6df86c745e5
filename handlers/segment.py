"""/segment: which people an expression means, and segments kept under a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import Room, RoomRole
from bot.policy import tiers
from bot.policy.command import Call, command
from bot.policy.segment import Known, Segment, read
from bot.policy.segment_term import SEGMENT, TAG, UNSUBSCRIBED, SegmentError
from bot.policy.text import for_matching
from handlers.customer_room import customer_rooms
from storage import picked, saved_segments, tags
from storage.gathering import Gathering
from storage.store import Db

SHOWN = 20
"""So many people are named; more do not fit a message."""

ROOMS = 20
"""So many rooms are counted one by one, those with most people first."""

MOST_SAVED = 50
_NAME = re.compile(r"[^\s():：（）<>=\"“”「」]{1,20}")
SAVE, LIST, DROP = {"save", "保存", "存"}, {"list", "列表"}, {"drop", "删除", "删"}


@command("segment", aliases=("人群", "圈人"), role=Role.OPERATOR)
def find_segment(db: Db, call: Call, *words: str) -> Reply:
    """Names people, so it is answered among staff only: in the control room, or in private."""
    if not call.private and (call.room is None or call.room.role is not RoomRole.CONTROL):
        raise SpeakerError("errors/staff_only", command="segment")
    action, rest = (words[0].lower() if words else "list"), words[1:]
    if action in LIST:
        return _list(db, call)
    if action in SAVE and len(rest) >= 2:
        return _save(db, call, rest[0], " ".join(rest[1:]))
    if action in DROP and len(rest) == 1:
        return _drop(db, call, rest[0])
    if action in SAVE | DROP:
        raise UsageError("errors/usage", command="segment")
    return _find(db, call, " ".join(words))


def people_of(db: Db, call: Call, expression: str) -> tuple[Gathering, frozenset[str]]:
    """Everybody in the customer rooms, and the ids of who is meant; `SpeakerError` says what cannot be read."""
    rooms = customer_rooms(db, call)
    segment = _read(db, call, expression, rooms, saved_segments.every(db, call.account_id))
    there = Gathering(db, call.account_id, call.house.charter, rooms, call.now)
    return there, segment.among(there)


def _find(db: Db, call: Call, expression: str) -> Reply:
    there, found = people_of(db, call, expression)
    by_room = there.by_room(found)
    counted = sorted(
        ((room.name, by_room[room.room_id]) for room in customer_rooms(db, call) if by_room[room.room_id]),
        key=lambda item: (-item[1], item[0]),
    )
    data = {
        "expression": expression,
        "count": len(found),
        "unsubscribed": len(found & there.having(UNSUBSCRIBED, "")),
        "rooms": counted[:ROOMS],
        "more_rooms": max(0, len(counted) - ROOMS),
        "people": [{"name": one.name, "id": one.contact_id} for one in picked.first(db, call.account_id, found, SHOWN)],
        "more": max(0, len(found) - SHOWN),
    }
    return Reply("segment", data)


def _save(db: Db, call: Call, name: str, expression: str) -> Reply:
    if _NAME.fullmatch(name) is None:
        raise SpeakerError("errors/segment_name", name=name)
    saved = saved_segments.every(db, call.account_id)
    if name not in saved and len(saved) >= MOST_SAVED:
        raise SpeakerError("errors/segment_full", most=MOST_SAVED)
    rooms = customer_rooms(db, call)
    _read(db, call, expression, rooms, saved, name)
    before = saved.get(name, "")
    saved_segments.save(db, call.account_id, name, expression, by=call.talker_id, now=call.now)
    return Reply("segment_saved", {"name": name, "expression": expression, "before": before})


def _drop(db: Db, call: Call, name: str) -> Reply:
    saved = saved_segments.every(db, call.account_id)
    users = [other for other in saved if other != name and _mentions(saved, other, name)]
    if users:
        raise SpeakerError("errors/segment_used", name=name, users=users)
    if not saved_segments.drop(db, call.account_id, name):
        raise SpeakerError("errors/segment_unknown", name=name, names=list(saved))
    return Reply("segment_dropped", {"name": name})


def _list(db: Db, call: Call) -> Reply:
    saved = saved_segments.every(db, call.account_id)
    example = next(iter(_plain(tags.counts(db, call.account_id, None, call.now))), "")
    return Reply("segment_list", {"segments": list(saved.items()), "example": example})


def _read(
    db: Db, call: Call, expression: str, rooms: Sequence[Room], saved: Mapping[str, str], name: str = ""
) -> Segment:
    """As `read_segment`; where a condition was expected the house's own tags are an example, or what was meant."""
    try:
        return read_segment(call, expression, rooms, saved, name)
    except SpeakerError as slip:
        if slip.data["kind"] != "term":
            raise
        there, found = _plain(tags.counts(db, call.account_id, None, call.now)), for_matching(str(slip.data["found"]))
        meant = next((tag for tag in there if for_matching(tag) == found), "")
        near = f"{TAG}:{meant}" if meant else slip.data["near"]
        raise SpeakerError(slip.template, **{**slip.data, "near": near, "example": next(iter(there), "")}) from None


def _plain(counts: Counter[str]) -> list[str]:
    """Tags that are written without quotes, the commonest first."""
    return [tag for tag, _people in counts.most_common() if _NAME.fullmatch(tag)]


def read_segment(
    call: Call, expression: str, rooms: Sequence[Room], saved: Mapping[str, str], name: str = ""
) -> Segment:
    """The segment; a slip is told with its place. `name` is the one that it is about to be saved under."""
    known = Known(
        tiers=tiers.names(call.house.charter.customs),
        rooms=[*(room.name for room in rooms), *(room.room_id for room in rooms)],
        saved={**saved, name: expression} if name else saved,
    )
    try:
        return read(f"{SEGMENT}:{name}" if name else expression, known)
    except SegmentError as error:
        within = "" if error.within == name else error.within
        data = {
            "at": error.at,
            "kind": error.kind,
            "found": error.found,
            "near": error.near,
            "within": within,
            "example": "",
        }
        raise SpeakerError("errors/segment_wrong", **data) from None


def _mentions(saved: Mapping[str, str], other: str, name: str) -> bool:
    """Whether a saved segment needs the one of this name: it cannot be read without it."""
    rest = {key: text for key, text in saved.items() if key != name}
    try:
        read(f"{SEGMENT}:{other}", Known(saved=rest))
    except SegmentError:
        return True
    return False
