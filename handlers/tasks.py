"""/tasks: what people of the house have to do for members."""

from __future__ import annotations

from bot.core.errors import SpeakerError, UsageError
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.policy.command import Call, command
from bot.policy.typed_number import number_in
from handlers.shown import person
from storage import rooms, tasks
from storage.store import Db

SHOWN = 15
DONE = {"done", "完成", "好了", "办好"}


@command("tasks", aliases=("待办",), role=Role.OPERATOR)
def manage_tasks(db: Db, call: Call, action: str = "", *numbers: str) -> Reply:
    """The list, oldest first; with `done` these are crossed off."""
    if not action:
        return _waiting(db, call)
    said = [number for number in map(number_in, numbers) if number is not None]
    if action not in DONE or not said or len(said) < len(numbers):
        raise UsageError("errors/usage", command="tasks")
    found = [tasks.find(db, call.account_id, number) for number in said]
    for number, task in zip(said, found, strict=True):
        if task is None or task.done_at is not None:
            raise SpeakerError("errors/task_over", number=number, at=task.done_at if task else None)
    closed = [task for task in found if task and tasks.done(db, call.account_id, task.number, call.talker_id, call.now)]
    lines = [{"what": task.what, "name": person(db, call, task.contact_id)} for task in closed]
    return Reply("task_done", {"tasks": lines, "left": tasks.count_waiting(db, call.account_id)})


def _waiting(db: Db, call: Call) -> Reply:
    known = {room.room_id: room.name for room in rooms.managed(db, call.account_id)}
    lines = [
        {
            "number": task.number,
            "kind": task.kind,
            "what": task.what,
            "why": task.why,
            "name": person(db, call, task.contact_id),
            "room": known.get(task.room_id, ""),
            "at": task.created_at,
        }
        for task in tasks.waiting(db, call.account_id, SHOWN)
    ]
    return Reply("tasks", {"tasks": lines, "more": tasks.count_waiting(db, call.account_id) - len(lines)})
