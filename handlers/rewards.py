"""兑换: what points buy, and a member's wish for it."""

from __future__ import annotations

from bot.core.operator import Role
from bot.core.redemption import Redemption, Stage
from bot.core.reply import Reply
from bot.policy.command import Answer, Call, command
from bot.policy.customs import Reward
from bot.policy.mention import is_command
from bot.policy.redeem import CANCEL, is_apart, redemption_words, wanted
from handlers.local_day import local_day
from storage import notices, points, redemptions
from storage.store import Db


@command(
    "rewards",
    aliases=("兑换", "奖品"),
    role=Role.MEMBER,
    words=("兑换", "积分兑换", "兑换列表", "我要兑换", "我想兑换"),
    hears=redemption_words,
)
def show_rewards(db: Db, call: Call, *said: str) -> Answer:
    """The list, a wish from it, or 取消 for taking the last wish back."""
    if not said:
        return _list(db, call)
    if said[0] == CANCEL:
        return _cancel(db, call, " ".join(said[1:]))
    name = " ".join(said)
    found = wanted(call.house.charter.customs.rewards.values(), name)
    if len(found) == 1:
        return _ask(db, call, found[0])
    if not found and not (call.private or is_command(call.text) or is_apart(call.text)):
        return None
    return _list(db, call, name, found)


def _list(db: Db, call: Call, said: str = "", found: tuple[Reward, ...] = ()) -> Reply:
    """Everything there is; `said` is what could not be found in it, or which of the `found` it was."""
    rewards = tuple(call.house.charter.customs.rewards.values())
    left = redemptions.left(db, call.account_id, rewards)
    lines = [
        {
            "number": number,
            "title": reward.title,
            "cost": reward.cost,
            "left": left[reward.slug],
            "note": reward.note,
        }
        for number, reward in enumerate(rewards, 1)
        if not found or reward in found
    ]
    data = {"said": said, "several": len(found) > 1, "rewards": lines}
    return Reply("rewards", {**data, "points": points.balance(db, call.account_id, call.talker_id)}, mention=True)


def _ask(db: Db, call: Call, reward: Reward) -> Reply:
    """Take the points and reserve it; the operators decide."""
    have = points.balance(db, call.account_id, call.talker_id)
    left = redemptions.left(db, call.account_id, (reward,))[reward.slug]
    room_id = call.room.room_id if call.room else ""
    told = {"title": reward.title, "cost": reward.cost, "points": have}
    if left == 0:
        return Reply("reward_gone", {"title": reward.title}, mention=True)
    asked = redemptions.ask(
        db, call.account_id, call.talker_id, reward, room_id=room_id, day=local_day(call), now=call.now
    )
    if asked is None:
        return Reply("reward_dear", told, mention=True)
    _notice(db, call, asked)
    return Reply("redemption_asked", {**told, "points": have - reward.cost, "note": reward.note}, mention=True)


def _cancel(db: Db, call: Call, which: str) -> Reply:
    """The last wish that waits, or the one that is named."""
    waiting = redemptions.asked(db, call.account_id, call.talker_id)
    named = [item for item in waiting if which in {"", str(item.number)} or which in item.title]
    for item in reversed(named):
        done = redemptions.decide(db, call.account_id, item.number, Stage.CANCELLED, by=call.talker_id, now=call.now)
        if done is not None:
            _notice(db, call, done)
            have = points.balance(db, call.account_id, call.talker_id)
            return Reply("redemption_cancelled", {"title": done.title, "cost": done.cost, "points": have}, mention=True)
    return Reply("redemption_none", {"waiting": [item.title for item in waiting]}, mention=True)


def _notice(db: Db, call: Call, item: Redemption) -> None:
    """Operators hear of a wish, and that it was taken back."""
    data = {
        "number": item.number,
        "stage": item.stage.value,
        "title": item.title,
        "cost": item.cost,
        "contact_id": item.contact_id,
        "member": call.talker,
        "room": call.room.name if call.room else "",
        "asked_at": item.asked_at,
    }
    notices.post(db, call.account_id, f"redemption:{item.number}:{item.stage}", "alarms/redemption", data, call.now)
