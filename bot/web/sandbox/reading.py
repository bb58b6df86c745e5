"""Turns the pages of a conversation: the chronicle first, and behind its beginning what the database has kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.app import App
from bot.chat.sandbox.world import World
from bot.web.sandbox.chronicle import Chronicle, Entry
from bot.web.sandbox.line import Line
from bot.web.sandbox.seat import Seat
from bot.web.sandbox.telling import Telling, timed
from storage import history
from storage.history import Place
from storage.store import Db

PAGE = 50
AT_ONCE = 500
"""How many ids are looked up in one question."""


MOST_NEWS = 200
"""Who has missed more than this loads the whole page again."""

_EDGE = re.compile(r"c(\d{1,15})|d(-?\d{1,13})-(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in the order in which they happened; `edge` is where the page before ends, "" if there is none."""

    lines: Sequence[Line]
    edge: str


class Reading:
    """Pages of any conversation. Only managed rooms have more than what the chronicle remembers."""

    def __init__(self, app: App, world: World, chronicle: Chronicle) -> None:
        self._app, self._world, self._chronicle = app, world, chronicle
        self._zone = ZoneInfo(app.config.plan.zone)

    async def page(self, seat: Seat, edge: str = "") -> Page:
        """The page before an edge, or the newest; `ValueError` for what is no edge."""
        number, place = _read_edge(edge)
        entries: Sequence[Entry] = []
        if place is None:
            entries = self._chronicle.before(seat.conversation, number, PAGE + 1)
        telling = Telling(self._world, seat.room_id)
        lines = [telling.line(entry) for entry in entries]
        if len(lines) <= PAGE and self._app.directory.manages(seat.room_id):
            past = await self._app.store.read(self._past, seat.room_id, place, PAGE + 1 - len(lines))
            lines = [*(telling.told(told) for told in reversed(past)), *lines]
        more = len(lines) > PAGE
        shown = lines[1:] if more else lines
        visible = [line for line in shown if line.note != "taken_back"]
        return Page(timed(visible, self._zone, lines[0].at if more else None), shown[0].key if more else "")

    def news(self, seat: Seat, number: int) -> Sequence[Line] | None:
        """What has happened after the chronicle's entry with this number; None if it is too much to be news."""
        entries = self._chronicle.since(seat.conversation, number)
        if len(entries) > MOST_NEWS:
            return None
        telling = Telling(self._world, seat.room_id)
        lines = [telling.line(entry) for entry in entries]
        known = bool(lines) and int(lines[0].key[1:]) <= number
        return timed(lines[1:] if known else lines, self._zone, lines[0].at if known else None)

    def _past(self, db: Db, room_id: str, place: Place | None, most: int) -> Sequence[history.Told]:
        """What was said before a place, or before the chronicle began, the newest first."""
        known = self._chronicle.message_ids(room_id)
        start = 0
        while place is None and start < len(known):
            place = history.place_of(db, self._app.account, room_id, known[start : start + AT_ONCE])
            start += AT_ONCE
        # What was said just now may have been recorded since its place was asked for: then it is among the newest.
        found = history.before(db, self._app.account, room_id, place, most + PAGE)
        return [told for told in found if self._chronicle.entry_of(room_id, told.message_id) is None][:most]


def _read_edge(edge: str) -> tuple[int | None, Place | None]:
    match = _EDGE.fullmatch(edge)
    if match is None:
        if edge:
            raise ValueError(f"not the edge of a page: {edge!r}")
        return None, None
    if match[1]:
        return int(match[1]), None
    return None, Place(int(match[2]), int(match[3]))
