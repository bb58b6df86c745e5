"""Binding a person to a new id: after a re-login the platform may know the same people by other ids."""

from __future__ import annotations

from sqlalchemy import Table, update
from sqlmodel import col, select

from bot.core.audit import Outcome
from storage.footprints import FOOTPRINTS, Trace, columns_of
from storage.merging import BIRTHDAYS, MERGES, merge
from storage.renaming import rename
from storage.store import Db
from storage.tables import AuditRow, Base, ContactRow, MembershipRow

SAID_YES = frozenset({"yes", "是", "确认"})


def together(db: Db, account_id: str, one: str, other: str) -> str | None:
    """A room in which both are now, so that they are two people; None if there is none."""
    theirs = select(MembershipRow.room_id).where(
        col(MembershipRow.account_id) == account_id,
        col(MembershipRow.contact_id) == other,
        col(MembershipRow.left_at).is_(None),
    )
    query = select(MembershipRow.room_id).where(
        col(MembershipRow.account_id) == account_id,
        col(MembershipRow.contact_id) == one,
        col(MembershipRow.left_at).is_(None),
        col(MembershipRow.room_id).in_(theirs),
    )
    return db.scalar(query.limit(1))


def bind(db: Db, account_id: str, old: str, new: str) -> None:
    """Everything that is about `old` is about `new` from now on, and nobody goes by the old id any more.

    What both ids did is put together: words are summed, a day has one check-in, a person's word outranks a rule's.
    What others wrote about the old id stays as they wrote it.
    """
    _join_contacts(db, account_id, old, new)
    for how in MERGES:
        merge(db, account_id, old, new, how)
    moved = merge(db, account_id, old, new, BIRTHDAYS)
    rename(db, account_id, old, new, moved)
    _move_words(db, account_id, old, new)
    for name in FOOTPRINTS.keys() - {"message"}:
        _move(db, _table(name), account_id, old, new)
    db.flush()
    # What the session has read of them is not true any more.
    db.expire_all()


def former_ids(db: Db, account_id: str, contact_id: str) -> tuple[str, ...]:
    """The ids somebody had before they were bound to this one, the newest first, as the audit tells."""
    query = (
        select(AuditRow.target)
        .where(
            col(AuditRow.account_id) == account_id,
            col(AuditRow.command) == "/member",
            col(AuditRow.outcome) == Outcome.DONE,
            col(AuditRow.target).contains(f" {contact_id} ", autoescape=True),
        )
        .order_by(col(AuditRow.id).desc())
    )
    bound = [words for target in db.scalars(query) if len(words := target.split()) == 4]
    ids = [words[1] for words in bound if words[2] == contact_id and words[3].lower() in SAID_YES]
    return tuple(dict.fromkeys([*ids, *(older for found in ids for older in former_ids(db, account_id, found))]))


def _join_contacts(db: Db, account_id: str, old: str, new: str) -> None:
    """One person: what the new id does not know of itself, it learns; who unsubscribed under either stays so."""
    goes, stays = db.get_one(ContactRow, (account_id, old)), db.get_one(ContactRow, (account_id, new))
    stays.name, stays.member_no = stays.name or goes.name, stays.member_no or goes.member_no
    stays.first_seen_at = min(stays.first_seen_at, goes.first_seen_at)
    stays.unsubscribed_at = stays.unsubscribed_at or goes.unsubscribed_at
    stays.points += goes.points
    stays.tier_listed = stays.tier_listed or goes.tier_listed
    stays.note = "\n".join(dict.fromkeys(note for note in (stays.note, goes.note) if note))
    if not stays.tier_by and (goes.tier_by or not stays.tier):
        stays.tier, stays.tier_rule, stays.tier_by = goes.tier, goes.tier_rule, goes.tier_by
    db.delete(goes)
    db.flush()


def _move_words(db: Db, account_id: str, old: str, new: str) -> None:
    """What they said, and what the bot said to them in private."""
    messages = _table("message")
    mine = messages.c.account_id == account_id
    db.execute(update(messages).where(mine, messages.c.talker_id == old).values(talker_id=new))
    private = messages.c.room_id.is_(None) & (messages.c.listener_id == old)
    db.execute(update(messages).where(mine, private).values(listener_id=new))


def _move(db: Db, table: Table, account_id: str, old: str, new: str) -> None:
    """Every column that may hold the id of a person, or of a conversation with one."""
    for name in columns_of(table.name, Trace.OWN, Trace.BY):
        db.execute(update(table).where(table.c.account_id == account_id, table.c[name] == old).values({name: new}))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]
