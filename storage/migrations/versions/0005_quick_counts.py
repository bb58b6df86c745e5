"""Counts quickly what the console shows of many people: who is there, their tags, and what they said."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_THERE, _KEPT = sa.text("left_at IS NULL"), sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_contact_name", "contact", ["account_id", "name", "contact_id"], unique=False)
    _index("ix_membership_there", "membership", ["room_id", "contact_id"], _THERE)
    seat = ["contact_id", "room_id", "last_seen_at", "first_seen_at", "joined_at"]
    _index("ix_membership_seats", "membership", seat, _THERE)
    _index("ix_tag_assignment_tag", "tag_assignment", ["tag", "source", "rule", "expires_at", "contact_id"], _KEPT)
    _index("ix_message_set_aside", "message", [], sa.text("handling = 3"))
    op.drop_index("ix_day_count_contact", "day_count")
    if op.get_bind().dialect.name == "sqlite":
        _by_its_key()
    words = ["account_id", "contact_id", "day", "room_id", "messages"]
    op.create_index("ix_day_count_contact", "day_count", words, unique=False)


def _index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, ["account_id", *columns], unique=False, sqlite_where=where, postgresql_where=where)


def _by_its_key() -> None:
    """The counts in the order of their key, as a room's days are read: before, each was looked up by a number."""
    op.rename_table("day_count", "day_count_by_number")
    op.create_table(
        "day_count",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "room_id", "day", "contact_id", name="pk_day_count"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO day_count (account_id, room_id, day, contact_id, messages)"
        " SELECT account_id, room_id, day, contact_id, messages FROM day_count_by_number"
        " ORDER BY account_id, room_id, day, contact_id"
    )
    op.drop_table("day_count_by_number")
