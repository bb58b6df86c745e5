"""Finds quickly what the console lists: who spoke last, and where a post of the library was last said."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_membership_words", "membership", ["account_id", "last_seen_at", "contact_id"], unique=False)
    op.create_index("ix_ledger_content", "ledger", ["account_id", "content", "posted_at"], unique=False)
