"""Points for those who brought somebody in that stayed; nothing is said about it, their balance shows it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.policy.courtesy import Aside, Manners
from storage import invitations
from storage.store import Db


def thank_inviters(db: Db, manners: Manners) -> Sequence[Aside]:
    """Nothing to say; each invitation is paid once, whenever this is looked at."""
    invitations.pay_stayed(db, manners.account_id, manners.charter, manners.now)
    return ()
