"""What is known of members: birthdays, check-ins, points, wishes, purchases, and their own say."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ACCOUNT: dict[str, tuple[Any, str]] = {
    "salt": (sa.String(), ""),
    "tiered_on": (sa.String(), ""),
    "tiered_to": (sa.String(), ""),
}
CONTACT: dict[str, tuple[Any, str]] = {
    "member_no": (sa.String(), ""),
    "points": (BIG_ID, "0"),
    "tier": (sa.String(), ""),
    "tier_rule": (sa.String(), ""),
    "tier_by": (sa.String(), ""),
    "tier_listed": (sa.String(), ""),
    "orders": (sa.Integer(), "0"),
    "spent_cents": (BIG_ID, "0"),
    "note": (sa.String(), ""),
}
DELIVERY: dict[str, tuple[Any, str]] = {"via_room_id": (sa.String(), "")}


def upgrade() -> None:
    _extend_what_there_is()
    _find_files()
    _count_words()
    _count_what_was_said()
    _remember_birthdays()
    _remember_checkins()
    _remember_wishes()
    _keep_points()
    _keep_purchases()
    _name_segments()


def _extend_what_there_is() -> None:
    _add("account", ACCOUNT)
    _add("contact", CONTACT)
    _add("delivery", DELIVERY)
    with op.batch_alter_table("contact") as batch:
        batch.add_column(sa.Column("unsubscribed_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("last_order_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_contact_member_no", "contact", ["member_no"], unique=False)
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("first_words_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("welcome_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("welcomed_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_membership_joined", "membership", ["account_id", "joined_at"], unique=False)
    op.create_index("ix_membership_welcome", "membership", ["account_id", "welcome_at"], unique=False)


def _add(table: str, columns: dict[str, tuple[Any, str]]) -> None:
    """Columns that may not be empty, on a table that has rows; what those are given is no default for later ones."""
    with op.batch_alter_table(table) as batch:
        for name, (kind, value) in columns.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=sa.text(f"'{value}'")))
    with op.batch_alter_table(table) as batch:
        for name, (kind, _value) in columns.items():
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def _find_files() -> None:
    kept = sa.text("media_path <> ''")
    for name, columns in (("ix_message_file", ["media_path"]), ("ix_message_file_sent", ["account_id", "sent_at"])):
        op.create_index(name, "message", columns, unique=False, sqlite_where=kept, postgresql_where=kept)


def _count_words() -> None:
    op.create_table(
        "day_count",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "room_id", "day", "contact_id", name="pk_day_count"),
    )
    op.create_index("ix_day_count_contact", "day_count", ["account_id", "contact_id", "day"], unique=False)


def _count_what_was_said() -> None:
    """Words from before this version: each person's first ones, and customers' by the calendar of their rooms.

    A zone that only config.toml knows is not known here; such rooms are counted by Shanghai's.
    """
    bind = op.get_bind()
    zones, staff = _zones(bind), set(map(tuple, bind.execute(sa.text("SELECT account_id, contact_id FROM operator"))))
    counts: Counter[tuple[str, str, str, str]] = Counter()
    first: dict[tuple[str, str, str], int] = {}
    for account, room, person, sent_at in bind.execute(_SAID, {"note": 10, "recalled": 13}):
        key = (account, room, person)
        first[key] = min(sent_at, first.get(key, sent_at))
        zone = zones.get((account, room))
        if zone is not None and (account, person) not in staff:
            day = datetime.fromtimestamp(sent_at / 1000, UTC).astimezone(zone).date()
            counts[account, room, day.isoformat(), person] += 1
    if counts:
        rows = [dict(zip(("account", "room", "day", "person"), key, strict=True), n=n) for key, n in counts.items()]
        bind.execute(_COUNT, rows)
    if first:
        bind.execute(
            _FIRST, [{"account": key[0], "room": key[1], "person": key[2], "at": at} for key, at in first.items()]
        )


_SAID = sa.text(
    "SELECT account_id, room_id, talker_id, sent_at FROM message WHERE room_id IS NOT NULL AND talker_id <> ''"
    " AND NOT from_self AND raw_type NOT IN (:note, :recalled)"
).execution_options(yield_per=10_000)
_COUNT = sa.text(
    "INSERT INTO day_count (account_id, room_id, day, contact_id, messages) VALUES (:account, :room, :day, :person, :n)"
)
_FIRST = sa.text(
    "UPDATE membership SET first_words_at = :at"
    " WHERE account_id = :account AND room_id = :room AND contact_id = :person"
)


def _zones(bind: sa.Connection) -> dict[tuple[str, str], ZoneInfo]:
    """The zone of every customer room."""
    names = ("account_id", "room_id", "role")
    room = sa.table("room", *map(sa.column, names), sa.column("settings", sa.JSON))
    zones = {}
    for account, room_id, _role, settings in bind.execute(sa.select(room).where(room.c.role == "customer")):
        try:
            zone = ZoneInfo(settings.get("zone", "Asia/Shanghai"))
        except (ValueError, OSError, KeyError):
            zone = ZoneInfo("Asia/Shanghai")
        zones[account, room_id] = zone
    return zones


def _remember_birthdays() -> None:
    op.create_table(
        "birthday",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("leap", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_birthday"),
        sa.UniqueConstraint(
            "account_id", "contact_id", "whose", "name", name="uq_birthday_account_id_contact_id_whose_name"
        ),
    )
    op.create_index("ix_birthday_date", "birthday", ["account_id", "calendar", "month", "day"], unique=False)
    op.create_table(
        "care",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("turn", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("delivery_id", BIG_ID, nullable=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_care"),
        sa.UniqueConstraint(
            "account_id", "occasion", "subject", "turn", name="uq_care_account_id_occasion_subject_turn"
        ),
    )
    op.create_index("ix_care_contact", "care", ["account_id", "contact_id"], unique=False)
    op.create_index("ix_care_delivery", "care", ["account_id", "delivery_id"], unique=False)


def _remember_checkins() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("rhythm", sa.String(), nullable=False),
        sa.Column("opens", sa.String(), nullable=False),
        sa.Column("closes", sa.String(), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("gift", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("makeups", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("starts_on", sa.String(), nullable=False),
        sa.Column("ends_on", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("result_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_campaign"),
    )
    op.create_index("ix_campaign_room", "campaign", ["account_id", "room_id", "ended_at"], unique=False)
    op.create_table(
        "punch",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("campaign_id", BIG_ID, nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("won", sa.JSON(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_punch"),
        sa.UniqueConstraint(
            "account_id", "campaign_id", "contact_id", "day", name="uq_punch_account_id_campaign_id_contact_id_day"
        ),
    )
    op.create_index("ix_punch_contact", "punch", ["account_id", "contact_id"], unique=False)
    op.create_index("ix_punch_told", "punch", ["account_id", "told_at", "room_id"], unique=False)


def _remember_wishes() -> None:
    op.create_table(
        "wish",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "contact_id", "wish", name="pk_wish"),
    )
    op.create_table(
        "interest",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ledger_id", BIG_ID, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "contact_id", "topic", name="pk_interest"),
    )
    op.create_table(
        "question",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
        sa.UniqueConstraint("account_id", "key", name="uq_question_account_id_key"),
    )
    op.create_index("ix_question_open", "question", ["account_id", "answer", "contact_id"], unique=False)
    op.create_table(
        "forgotten",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("whose", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "digest", name="pk_forgotten"),
    )
    op.create_table(
        "erasure",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("spared", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )
    op.create_index("ix_erasure_account_id", "erasure", ["account_id"], unique=False)


def _keep_points() -> None:
    op.create_table(
        "point",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_point"),
        sa.UniqueConstraint("account_id", "subject", name="uq_point_account_id_subject"),
    )
    op.create_index("ix_point_contact", "point", ["account_id", "contact_id", "rule", "day"], unique=False)
    op.create_table(
        "badge",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("badge", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "contact_id", "badge", name="pk_badge"),
    )
    op.create_table(
        "redemption",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("reward", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_redemption"),
    )
    op.create_index("ix_redemption_contact", "redemption", ["account_id", "contact_id"], unique=False)
    op.create_index("ix_redemption_state", "redemption", ["account_id", "reward", "state"], unique=False)
    op.create_index("ix_redemption_told", "redemption", ["account_id", "told_at", "state"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("account_id", "key", name="uq_task_account_id_key"),
    )
    op.create_index("ix_task_open", "task", ["account_id", "done_at"], unique=False)


def _keep_purchases() -> None:
    op.create_table(
        "purchase",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("order_no", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("amount_cents", BIG_ID, nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "order_no", name="pk_purchase"),
    )
    op.create_index("ix_purchase_contact", "purchase", ["account_id", "contact_id", "ordered_at"], unique=False)


def _name_segments() -> None:
    op.create_table(
        "segment",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("expression", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_segment"),
    )
