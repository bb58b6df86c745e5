"""/member export: everything the house keeps about a person, as a file for the operator who asks."""

from __future__ import annotations

import json
import re

from bot.core.message import File
from bot.core.reply import Audience, Reply
from bot.policy.command import Call
from bot.policy.room_settings import zone_of
from bot.policy.text import visible
from handlers.person import find_person
from storage import dossier, members
from storage.store import Db

LONGEST = 24


def export_member(db: Db, call: Call, who: str) -> Reply:
    """Goes where operators are answered: the control room, or privately, never a customer room."""
    contact_id = find_person(db, call, who)
    found = dossier.of(db, call.account_id, contact_id, call.now)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    name = members.name_of(db, call.account_id, "", contact_id)
    day = call.now.astimezone(zone_of({}, call.house.zone)).date()
    file = File(_file_name(name or contact_id, day.isoformat()), text.encode())
    counts = {table: len(rows) for table, rows in found["tables"].items()}
    data = {"id": contact_id, "name": name, "rows": sum(counts.values()), "words": counts.get("message", 0)}
    return Reply("member_export", data, to=Audience.ASKER, file=file)


def _file_name(name: str, day: str) -> str:
    """One that every system takes and a person recognises."""
    plain = re.sub(r"[^\w-]+", "-", visible(name)).strip("-")[:LONGEST]
    return f"{plain or 'member'}-{day}.json"
