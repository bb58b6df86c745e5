"""/why: a delivery's story, and for one that waits every rule of the gate with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.delivery import Delivery
from bot.core.operator import Role
from bot.core.reason import NO_REASON, Reason
from bot.core.reply import Reply
from bot.core.verdict import Allow
from bot.inquiry import Wish, ask
from bot.policy import gate
from bot.policy.command import Call, command
from bot.policy.question import Finding
from bot.standing import standing
from handlers.delivery import find_delivery
from handlers.labels import kind_label, state_label
from handlers.shown import delivery_title, person
from storage import deliveries, rooms
from storage.store import Db

STEPS = 12


@command("why", aliases=("为什么",), role=Role.OPERATOR)
def show_why(db: Db, call: Call, which: str) -> Reply:
    """Its steps with their times; the newest ones of a long story.

    What holds it back is told once: among the rules, where they are told, else with its last step.
    """
    item = find_delivery(db, call, which)
    room = rooms.find(db, call.account_id, item.home_id)
    steps = deliveries.steps(db, call.account_id, item.id)[-STEPS:]
    rules = _rules(db, call, item) if item.state.waiting else []
    return Reply(
        "why",
        {
            "id": item.id,
            "room": room.name if room else item.room_id,
            "title": delivery_title(call, item),
            "kind": kind_label(item.kind),
            "at": item.due_at,
            "by": person(db, call, item.by),
            "override": item.override,
            "state": state_label(item.state),
            "steps": [
                {
                    "at": step.at,
                    "state": state_label(step.state),
                    "reason": NO_REASON if step is steps[-1] and _told(step.reason, rules) else step.reason,
                    "by": person(db, call, step.by),
                }
                for step in steps
            ],
            "rules": rules,
        },
    )


def _rules(db: Db, call: Call, item: Delivery) -> list[dict[str, object]]:
    """What the gate would find at this moment."""
    here = standing(db, call.account_id, call.house.charter, item.room_id, call.now)
    question = ask(here, call.house.charter, Wish.of(item), call.now)
    return [_rule(finding) for finding in gate.examine(question, call.now)]


def _told(reason: Reason, rules: Sequence[dict[str, object]]) -> bool:
    """Whether one of the rules gives this very reason."""
    given = (rule["reason"] for rule in rules)
    return any((item.rule, item.numbers) == (reason.rule, reason.numbers) for item in given if isinstance(item, Reason))


def _rule(finding: Finding) -> dict[str, object]:
    """A rule that holds is named with its numbers; one that does not says why."""
    return {
        "ok": finding.ok,
        "overridden": finding.overridden,
        "name": Reason(f"check.{finding.rule}", finding.numbers),
        "reason": NO_REASON if isinstance(finding.verdict, Allow) else finding.verdict.reason,
    }
