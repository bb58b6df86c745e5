"""/tier: what tier a customer has and why, given by hand or left to the rules; reckoned anew each day."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.errors import SpeakerError
from bot.core.operator import Role
from bot.core.purchase import yuan
from bot.core.reply import Audience, Reply
from bot.policy import tiers as ladder
from bot.policy.charter import Charter
from bot.policy.command import Call, command
from bot.policy.courtesy import Aside, Manners
from handlers.person import find_person
from storage import members, tiers
from storage.store import Db

AUTO = frozenset({"auto", "自动"})


@command("tier", aliases=("等级",), role=Role.OPERATOR)
def set_tier(db: Db, call: Call, who: str, tier: str = "") -> Reply:
    """What a person decides outranks every order and every list, until it is left to the rules again."""
    contact_id, terms = find_person(db, call, who), _terms(call.house.charter)
    if tier.lower() in AUTO:
        changed = tiers.leave_to_rules(db, call.account_id, terms, contact_id, call.now)
        return _shown(db, call, contact_id, "left" if changed else "shown")
    if not tier:
        return _shown(db, call, contact_id, "shown")
    name = ladder.find(terms.customs, tier)
    if name is None:
        raise SpeakerError("errors/tier_unknown", tier=tier, tiers=ladder.names(terms.customs))
    rule = ladder.by_hand(terms.locale)
    changed = tiers.set_by_hand(db, call.account_id, contact_id, name, rule, call.talker_id)
    return _shown(db, call, contact_id, "set" if changed else "shown")


def reckon_tiers(db: Db, manners: Manners) -> Sequence[Aside]:
    """Nothing to say: once a local day the span of the tiers has moved on, for some people at a time."""
    today = manners.charter.rules.hours.local_day(manners.now)
    tiers.reckon_today(db, manners.account_id, _terms(manners.charter), today, manners.now)
    return ()


def _shown(db: Db, call: Call, contact_id: str, outcome: str) -> Reply:
    found = tiers.of(db, call.account_id, contact_id)
    return Reply(
        "tier",
        {
            "name": members.name_of(db, call.account_id, call.room_id, contact_id) or contact_id,
            "outcome": outcome,
            "tier": found.name,
            "rule": found.rule,
            "by_hand": bool(found.by),
            "orders": found.figures.orders,
            "spent": yuan(found.figures.spent_cents),
            "days": call.house.charter.customs.tier_span.days,
            "last_at": found.figures.last_order_at,
        },
        to=Audience.ASKER,
    )


def _terms(charter: Charter) -> tiers.Terms:
    return tiers.Terms(charter.customs, charter.speaker.locale)
