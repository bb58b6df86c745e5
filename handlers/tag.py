"""/tag: set a tag on a person or take it off, by hand and for good."""

from __future__ import annotations

from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, command
from bot.policy.text import visible
from handlers.person import find_person
from storage import members, tags, wishes
from storage.store import Db

LONGEST = 20
_NARROW = {wide: wide - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(first), ord(last) + 1)}
"""An input method writes ＶＩＰ where VIP is meant; for a tag that is looked up by its name it is the same."""


@command("tag", aliases=("打标签",), role=Role.OPERATOR)
def change_tag(db: Db, call: Call, action: str, who: str, tag: str) -> Reply:
    """What a person decides outranks every rule: a removed tag is not brought back by one."""
    label = visible(tag).strip().lstrip("#＃")
    if not 0 < len(label) <= LONGEST:
        raise SpeakerError("errors/tag_length", longest=LONGEST)
    contact_id = find_person(db, call, who)
    name = members.name_of(db, call.account_id, call.room_id, contact_id) or contact_id
    if action in {"add", "加", "添加"}:
        label = label.translate(_NARROW)
        changed = tags.add(db, call.account_id, contact_id, label, by=call.talker_id, now=call.now)
        return Reply("tag_added", {"name": name, "tag": label, "changed": changed})
    if action in {"remove", "减", "移除", "删"}:
        written = (label, label.translate(_NARROW))
        worn = next((item for item in written if _take_off(db, call, contact_id, item)), "")
        return Reply("tag_removed", {"name": name, "tag": worn or label, "changed": bool(worn)})
    raise UsageError("errors/usage", command="tag")


def _take_off(db: Db, call: Call, contact_id: str, tag: str) -> bool:
    taken = tags.remove(db, call.account_id, contact_id, tag, by=call.talker_id, now=call.now)
    return taken or _let_go(db, call, contact_id, tag)


def _let_go(db: Db, call: Call, contact_id: str, said: str) -> bool:
    """A wish is shown beside the tags, so it is taken off the same way."""
    known = (wish for wish in wishes.of(db, call.account_id, contact_id) if wish.said == said)
    return any(
        wishes.decide(db, call.account_id, contact_id, wish.wish, keep=False, by=call.talker_id, now=call.now)
        for wish in list(known)
    )
