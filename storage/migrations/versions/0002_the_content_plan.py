"""The content plan."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

DELIVERY: dict[str, tuple[Any, str]] = {
    "rule": (sa.String(), ""),
    "numbers": (sa.JSON(), "{}"),
    "body": (sa.String(), ""),
    "by": (sa.String(), ""),
    "override": (sa.String(), ""),
    "approved": (sa.String(), ""),
}
LEDGER: dict[str, tuple[Any, str]] = {
    "talker_id": (sa.String(), ""),
    "text_hash": (sa.String(), ""),
    "pieces": (sa.Integer(), "1"),
}


def upgrade() -> None:
    _extend_delivery()
    _extend_ledger()
    _remember_steps()
    _remember_what_people_decide()
    _remember_what_is_said()


def _extend_delivery() -> None:
    _add("delivery", DELIVERY)
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("recalled_at", sa.BigInteger(), nullable=True))
    op.drop_index("ix_delivery_echo", "delivery")
    # The hash before the room: an echo is also looked for in every other room.
    op.create_index("ix_delivery_echo", "delivery", ["account_id", "text_hash", "room_id"], unique=False)
    op.create_index("ix_delivery_sent", "delivery", ["account_id", "sent_message_id"], unique=False)
    op.create_index("ix_delivery_day", "delivery", ["account_id", "slot_day"], unique=False)


def _extend_ledger() -> None:
    _add("ledger", LEDGER)
    op.create_index("ix_ledger_time", "ledger", ["account_id", "posted_at"], unique=False)


def _add(table: str, columns: dict[str, tuple[Any, str]]) -> None:
    """Columns that may not be empty, on a table that has rows; what those are given is no default for later ones."""
    with op.batch_alter_table(table) as batch:
        for name, (kind, value) in columns.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=sa.text(f"'{value}'")))
    with op.batch_alter_table(table) as batch:
        for name, (kind, _value) in columns.items():
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def _remember_steps() -> None:
    op.create_table(
        "step",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("delivery_id", BIG_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_step"),
    )
    op.create_index("ix_step_delivery", "step", ["account_id", "delivery_id", "id"], unique=False)


def _remember_what_people_decide() -> None:
    op.create_table(
        "pause",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("room_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pause"),
    )
    op.create_index("ix_pause_open", "pause", ["account_id", "ended_at"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("override", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("dues", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("confirmed_by", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "code", name="pk_proposal"),
    )
    op.create_table(
        "retired",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "slug", name="pk_retired"),
    )


def _remember_what_is_said() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("account_id", "key", name="uq_notice_account_id_key"),
    )
    op.create_index("ix_notice_unsaid", "notice", ["account_id", "said_at", "id"], unique=False)
    op.create_table(
        "sending",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("paced_until", sa.BigInteger(), nullable=True),
        sa.Column("breaker_until", sa.BigInteger(), nullable=True),
        sa.Column("breaker_times", sa.Integer(), nullable=False),
        sa.Column("breaker_why", sa.String(), nullable=False),
        sa.Column("frozen_until", sa.BigInteger(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_sending"),
    )
