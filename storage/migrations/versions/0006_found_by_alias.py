"""Finds somebody by what they call themselves in a room without reading everybody's place in every room."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_CALLED = sa.text("alias != ''")


def upgrade() -> None:
    op.create_index(
        "ix_membership_alias",
        "membership",
        ["account_id", "alias", "contact_id"],
        unique=False,
        sqlite_where=_CALLED,
        postgresql_where=_CALLED,
    )
