"""A stock Wechaty bot, run as a process of its own: it tells on stdout, one JSON line each, what it hears and does."""

import asyncio
import json
import sys
from pathlib import Path

from bot.chat.wechaty.shims import load_wechaty

endpoint, token, cache = sys.argv[1:]
wechaty = load_wechaty(Path(cache))


def tell(what, **facts):
    print(json.dumps({"what": what, **facts}, ensure_ascii=False), flush=True)


class StockBot(wechaty.Wechaty):
    async def on_login(self, contact):
        tell("login", id=contact.contact_id, name=contact.name)

    async def on_ready(self, payload):
        tell("ready")

    async def on_message(self, msg):
        room, talker = msg.room(), msg.talker()
        facts = {"id": msg.message_id, "talker": talker.name, "text": msg.text(), "own": msg.is_self()}
        kind = msg.message_type().name
        if room is None:
            tell("private", **facts, kind=kind)
            return
        mentioned = msg.is_self() or await msg.mention_self()
        tell("group", **facts, kind=kind, topic=await room.topic(), mentioned=mentioned)
        if mentioned and not msg.is_self():
            answer = await msg.say("在的", mention_ids=[talker.contact_id])
            tell("answered", id=answer.message_id)
            tell("recalled", success=await answer.recall())

    async def on_room_join(self, room, invitees, inviter, date):
        names = [invitee.name for invitee in invitees]
        tell("join", topic=await room.topic(), names=names, inviter=inviter.name)


options = wechaty.WechatyOptions(token=token, endpoint=endpoint)
asyncio.run(StockBot(options).start())
