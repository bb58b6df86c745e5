"""Tasks: each is put on the list once, told once, and crossed off once."""

from storage import members, notices, tasks
from tests.storage.given import ACCOUNT, ANNA, MINUTE, NOW, OPERATOR, ROOM

LATER = NOW + MINUTE


async def add(store, key="gift:1", template="gift", **data):
    data = {"what": "一罐冻干", "why": "连着打卡 4 周"} | data
    return await store.run(tasks.add, ACCOUNT, key, template, contact_id=ANNA, room_id=ROOM, data=data, now=NOW)


async def waiting(store, limit=10):
    return await store.read(tasks.waiting, ACCOUNT, limit)


async def test_a_task_stands_on_the_list_and_is_told(adopted):
    await adopted.run(members.joined, ACCOUNT, ROOM, [ANNA], "", NOW)
    await adopted.run(members.named, ACCOUNT, ROOM, ANNA, "安娜", "年糕妈", "")
    assert await add(adopted)
    (task,) = await waiting(adopted)
    assert (task.kind, task.contact_id, task.room_id, task.what, task.why) == (
        "gift",
        ANNA,
        ROOM,
        "一罐冻干",
        "连着打卡 4 周",
    )
    (notice,) = await adopted.read(notices.unsaid, ACCOUNT)
    assert notice.template == "alarms/task"
    assert notice.data == {
        "number": task.number,
        "kind": "gift",
        "what": "一罐冻干",
        "why": "连着打卡 4 周",
        "contact_id": ANNA,
        "member": "年糕妈",
        "room": "宝妈群",
    }


async def test_the_same_task_arises_once_even_after_it_was_done(adopted):
    assert await add(adopted)
    assert not await add(adopted)
    (task,) = await waiting(adopted)
    assert await adopted.run(tasks.done, ACCOUNT, task.number, OPERATOR, LATER)
    assert not await adopted.run(tasks.done, ACCOUNT, task.number, OPERATOR, LATER)
    assert not await add(adopted)
    assert await waiting(adopted) == ()
    assert len(await adopted.read(notices.unsaid, ACCOUNT)) == 1
    assert (await adopted.read(tasks.find, ACCOUNT, task.number)).done_at == LATER


async def test_the_oldest_come_first_and_all_are_counted(adopted):
    for number in range(3):
        await add(adopted, f"gift:{number}", what=str(number))
    assert [task.what for task in await waiting(adopted, 2)] == ["0", "1"]
    assert await adopted.read(tasks.count_waiting, ACCOUNT) == 3


async def test_another_accounts_task_is_not_ours(adopted):
    await add(adopted)
    (task,) = await waiting(adopted)
    assert await adopted.read(tasks.find, "another", task.number) is None
    assert not await adopted.run(tasks.done, "another", task.number, OPERATOR, LATER)
    assert await adopted.read(tasks.count_waiting, "another") == 0
