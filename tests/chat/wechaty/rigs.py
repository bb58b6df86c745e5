"""Two gateways behind one face: the JavaScript one and our embedded one, steered alike by the contract tests."""

import asyncio
import base64
import hashlib
from collections import Counter
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, Protocol

from grpclib.const import Status

from bot.chat.sandbox.faults import Faults
from bot.chat.sandbox.gateway import SandboxGateway
from bot.chat.sandbox.world import World
from bot.chat.wechaty.adapter import WechatyChat
from bot.chat.wechaty.limits import Limits
from bot.clock import Clock
from bot.core.message import File, MessageKind
from tests.gateway.js import JsGateway, available

ROOM, OTHER_ROOM = "mums@chatroom", "dads@chatroom"
PEOPLE = {"bot": "群助", "an": "安安", "bo": "波波", "cy": "茜茜"}
TOPICS = {ROOM: "宝妈群", OTHER_ROOM: "奶爸群"}
MEMBERS = ("bot", "an", "bo")
NO_JS = available()

FAST = Limits(
    unary_timeout=2, backoff_first=0.05, backoff_most=0.5, backoff_replaced=0.1, reads_per_second=200, mention_wait=0.5
)


class Sent(NamedTuple):
    """A send as the gateway took it; `label` is the text, the file's name or the card's title."""

    message_id: str
    conversation_id: str
    kind: MessageKind
    label: str
    detail: str
    mention_ids: tuple[str, ...]


class Gateway(Protocol):
    """What a contract test may do to a gateway."""

    token: str

    @property
    def endpoint(self) -> str: ...

    async def say(
        self, talker: str, text: str, *, room: str = ROOM, mentions: tuple[str, ...] = (), stamp: int | None = None
    ) -> str: ...

    async def whisper(self, talker: str, text: str) -> str: ...

    async def say_file(self, talker: str, name: str, data: bytes) -> str: ...

    async def take_back(self, message_id: str) -> None: ...

    async def redeliver(self, message_id: str) -> None: ...

    async def join(self, contacts: list[str], inviter: str = "") -> None: ...

    async def leave(self, contacts: list[str], remover: str = "") -> None: ...

    async def rename(self, topic: str, changer: str) -> None: ...

    async def call_alias(self, contact: str, alias: str) -> None: ...

    async def raw(self, kind: int, payload: str) -> None: ...

    async def sent(self) -> list[Sent]: ...

    async def is_recalled(self, message_id: str) -> bool: ...

    async def topic(self) -> str: ...

    async def announcement(self) -> str: ...

    async def withhold_ids(self) -> None: ...

    async def fail_next(self, method: str, status: Status, count: int = 1) -> None: ...

    async def hang_next(self, method: str) -> None: ...

    async def slow_down(self, seconds: float) -> None: ...

    async def burst(self, count: int) -> list[str]: ...

    async def end_stream(self) -> None: ...

    async def logout(self) -> None: ...

    async def login(self) -> None: ...

    async def calls(self, method: str) -> int: ...

    async def crash(self) -> None: ...

    async def come_back(self) -> None: ...

    def freeze(self) -> None: ...

    def thaw(self) -> None: ...


class JsRig:
    """The JavaScript gateway."""

    def __init__(self, gateway: JsGateway) -> None:
        self.js = gateway
        self.token = gateway.token

    @property
    def endpoint(self):
        return self.js.endpoint

    async def set_up(self):
        await self.js.call("reset")
        people = [{"id": key, "name": name} for key, name in PEOPLE.items()]
        rooms = [{"id": key, "topic": topic, "members": list(MEMBERS)} for key, topic in TOPICS.items()]
        await self.js.call("world", contacts=people, rooms=rooms)
        await self.js.call("login", contact="bot")

    async def say(self, talker, text, *, room=ROOM, mentions=(), stamp=None):
        said = await self.js.call("say", talker=talker, room=room, text=text, mentions=list(mentions), timestamp=stamp)
        return said["messageId"]

    async def whisper(self, talker, text):
        return (await self.js.call("say", talker=talker, listener="bot", text=text))["messageId"]

    async def say_file(self, talker, name, data):
        box = base64.b64encode(data).decode()
        return (await self.js.call("say_file", talker=talker, room=ROOM, name=name, base64=box))["messageId"]

    async def take_back(self, message_id):
        await self.js.call("recalled", message=message_id)

    async def redeliver(self, message_id):
        await self.js.call("redeliver", ids=[message_id])

    async def join(self, contacts, inviter=""):
        await self.js.call("join", room=ROOM, contacts=contacts, inviter=inviter or None)

    async def leave(self, contacts, remover=""):
        await self.js.call("leave", room=ROOM, contacts=contacts, remover=remover or None)

    async def rename(self, topic, changer):
        await self.js.call("topic", room=ROOM, topic=topic, changer=changer)

    async def call_alias(self, contact, alias):
        room = {"id": ROOM, "topic": TOPICS[ROOM], "members": list(MEMBERS), "aliases": {contact: alias}}
        await self.js.call("world", rooms=[room])
        await self.js.call("dirty", type=4, payload=ROOM)

    async def raw(self, kind, payload):
        await self.js.call("raw", type=kind, payload=payload)

    async def sent(self):
        return [_js_sent(entry) for entry in (await self.js.call("sent"))["sent"]]

    async def is_recalled(self, message_id):
        return message_id in (await self.js.call("sent"))["recalled_ids"]

    async def topic(self):
        return (await self._state())["rooms"][ROOM]["topic"]

    async def announcement(self):
        return (await self._state())["rooms"][ROOM]["announcement"]

    async def withhold_ids(self):
        await self.js.call("sending", ids=False)

    async def fail_next(self, method, status, count=1):
        await self.js.call("fail_next", method=method, code=status.value, count=count)

    async def hang_next(self, method):
        await self.js.call("fail_next", method=method, hang=True)

    async def slow_down(self, seconds):
        await self.js.call("slow", ms=seconds * 1000)

    async def burst(self, count):
        await self.js.call("burst", n=count, rooms=[ROOM, OTHER_ROOM], talkers=["an", "bo"], prefix="burst")
        return [f"burst-{n}" for n in range(count)]

    async def end_stream(self):
        await self.js.call("drop_stream")

    async def logout(self):
        await self.js.call("logout", reason="kicked")

    async def login(self):
        await self.js.call("login", contact="bot")

    async def calls(self, method):
        return (await self._state())["calls"].get(method, 0)

    async def crash(self):
        await self.js.kill()

    async def come_back(self):
        await self.js.restart_same_port()

    def freeze(self):
        self.js.freeze()

    def thaw(self):
        self.js.thaw()

    async def _state(self) -> dict[str, Any]:
        return await self.js.call("state")


_JS_KINDS = {"text": MessageKind.TEXT, "url": MessageKind.LINK, "miniProgram": MessageKind.MINI_PROGRAM}


def _js_sent(entry: dict[str, Any]) -> Sent:
    card = entry.get("card") or {}
    kind = _JS_KINDS.get(entry["kind"])
    if kind is None:
        kind = MessageKind.IMAGE if entry["name"].endswith(".png") else MessageKind.ATTACHMENT
    label = entry.get("name") or card.get("title") or entry["text"]
    detail = entry.get("sha256") or card.get("url") or card.get("pagePath") or ""
    return Sent(entry["messageId"], entry["conversationId"], kind, label, detail, tuple(entry["mentionIds"]))


class CountingFaults(Faults):
    """The embedded gateway's faults, counting its calls as well."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()

    async def before(self, method):
        self.calls[method] += 1
        return await super().before(method)


class SandboxRig:
    """The embedded gateway, on a real port."""

    token = "sandbox-token"

    def __init__(self) -> None:
        self.endpoint = ""
        self.set_up_world()

    def set_up_world(self):
        self.world = World(bot_id="bot", bot_name=PEOPLE["bot"])
        for contact_id, name in PEOPLE.items():
            if contact_id != "bot":
                self.world.add_person(contact_id, name)
        for room_id, topic in TOPICS.items():
            self.world.add_room(room_id, topic, MEMBERS)
        self.faults = CountingFaults()
        self.gateway = SandboxGateway(self.world, self.token, self.faults)

    async def start(self):
        self.endpoint = await self.gateway.start()

    async def stop(self):
        self.faults.thaw()
        await self.gateway.crash()

    async def say(self, talker, text, *, room=ROOM, mentions=(), stamp=None):
        return self.world.say(talker, room, text, mentions, stamp_ms=stamp).id

    async def whisper(self, talker, text):
        return self.world.say(talker, "bot", text).id

    async def say_file(self, talker, name, data):
        return self.world.send_file(talker, ROOM, File(name, data)).id

    async def take_back(self, message_id):
        self.world.recall(message_id)

    async def redeliver(self, message_id):
        self.faults.line.emit(2, {"messageId": message_id})

    async def join(self, contacts, inviter=""):
        self.world.join(ROOM, contacts, inviter)

    async def leave(self, contacts, remover=""):
        self.world.leave(ROOM, contacts, remover)

    async def rename(self, topic, changer):
        self.world.rename(ROOM, topic, changer)

    async def call_alias(self, contact, alias):
        self.world.set_alias(ROOM, contact, alias)

    async def raw(self, kind, payload):
        self.faults.malformed(kind, payload)

    async def sent(self):
        return [self._sent(entry) for entry in self.faults.wire_log]

    def _sent(self, entry) -> Sent:
        content = self.world.message(entry.message_id).content
        detail = ""
        if content.file:
            detail = hashlib.sha256(content.file.data).hexdigest()
        elif content.link:
            detail = content.link.url
        elif content.card:
            detail = content.card.page_path
        kind = MessageKind(entry.kind)
        return Sent(entry.message_id, entry.conversation_id, kind, entry.label, detail, content.mention_ids)

    async def is_recalled(self, message_id):
        return message_id in self.world.recalled

    async def topic(self):
        return self.world.room(ROOM).topic

    async def announcement(self):
        return self.world.room(ROOM).announcement

    async def withhold_ids(self):
        self.faults.no_ids = True

    async def fail_next(self, method, status, count=1):
        self.faults.fail_next(method, status, count)

    async def hang_next(self, method):
        self.faults.hang_next(method)

    async def slow_down(self, seconds):
        self.faults.latency = seconds

    async def burst(self, count):
        return [self.world.say("an", ROOM, f"{n}").id for n in range(count)]

    async def end_stream(self):
        self.faults.end_stream()

    async def logout(self):
        self.world.logout("kicked")

    async def login(self):
        self.world.login()

    async def calls(self, method):
        return self.faults.calls[method]

    async def crash(self):
        self.port = int(self.endpoint.rpartition(":")[2])
        await self.gateway.crash()

    async def come_back(self):
        await self.gateway.start(port=self.port)

    def freeze(self):
        self.faults.freeze()

    def thaw(self):
        self.faults.thaw()


class Ears:
    """Reads a chat's events in the background and waits for the ones a test wants."""

    def __init__(self, chat: WechatyChat) -> None:
        self.chat = chat
        self.heard: list[Any] = []
        self._news = asyncio.Event()
        self.task = asyncio.create_task(self._listen())

    async def _listen(self):
        async for event in self.chat.events():
            self.heard.append(event)
            self._news.set()

    def all(self, kind: type) -> list[Any]:
        return [event for event in self.heard if isinstance(event, kind)]

    async def hear(self, kind: type, count: int = 1, seconds: float = 8.0) -> list[Any]:
        """The first `count` events of a kind, all since the start counted."""
        async with asyncio.timeout(seconds):
            while len(self.all(kind)) < count:
                if self.task.done():
                    self.task.result()
                    raise AssertionError("the events ended")
                self._news.clear()
                await self._news.wait()
        return self.all(kind)[:count]

    async def hear_one(self, kind: type, count: int = 1, seconds: float = 8.0) -> Any:
        return (await self.hear(kind, count, seconds))[-1]


@asynccontextmanager
async def connected(rig: Gateway, limits: Limits = FAST, token: str | None = None, tls=None):
    """A chat on this gateway with ears on it, closed at the end."""
    chat = WechatyChat("acc", rig.endpoint, rig.token if token is None else token, Clock(), tls, limits)
    ears = Ears(chat)
    try:
        yield chat, ears
    finally:
        await chat.close()
        await asyncio.gather(ears.task, return_exceptions=True)


async def until(condition, seconds: float = 8.0):
    """Waits until an async question about the gateway is answered with yes."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)
