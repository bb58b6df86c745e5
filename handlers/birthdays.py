"""/birthdays: whose birthday comes next; and the list that operators are given some weeks and some days before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.core.birthday import Birthday, Calendar, Presence, YearlyDate
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import Room
from bot.policy.anniversary import Celebration, coming, dates_on
from bot.policy.caring import Due, Round
from bot.policy.command import Call, command
from bot.policy.home import home_of
from bot.policy.window import instant
from handlers.customer_room import customer_rooms, named_room, room_here
from handlers.days_ahead import read_days
from storage import birthday_posts, birthdays, notices, sending
from storage.store import Db

DAYS = 30
MOST_DAYS = 366
LINES = 20
"""So many lines fit into a message."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A birthday that comes, and where the member is met."""

    birthday: Birthday
    celebration: Celebration
    days: int
    where: Presence
    room: Room

    def shown(self) -> dict[str, object]:
        """As plain data: `lunar` is None where the solar date is the birthday itself."""
        day = self.celebration.day
        lunar = self.birthday.date if self.birthday.calendar is Calendar.LUNAR else None
        return {
            "contact_id": self.birthday.contact_id,
            "member": self.where.name,
            "whose": self.birthday.whose.value,
            "called": self.birthday.name,
            "date": _plain(YearlyDate(Calendar.SOLAR, day.month, day.day)),
            "lunar": _plain(lunar) if lunar else None,
            "days": self.days,
            "room": self.room.name,
            "left_alone": self.where.unsubscribed,
        }


@command("birthdays", aliases=("生日表",), role=Role.OPERATOR)
def show_birthdays(db: Db, call: Call, *words: str) -> Reply:
    """In the room named, in the customer room this was said in, or in all of them."""
    days, said = read_days(words, "birthdays", usual=DAYS, most=MOST_DAYS)
    managed = customer_rooms(db, call)
    here = named_room(managed, call, said) if said else room_here(db, call)
    customs, zone = call.house.charter.customs, call.house.charter.rules.care_hours.zone
    today = call.now.astimezone(zone).date()
    found = coming_birthdays(db, call.account_id, (here,) if here else managed, today, days, customs.feb_29)
    return Reply(
        "birthdays",
        {
            "room": here.name if here else "",
            "days": days,
            "items": [item.shown() for item in found[:LINES]],
            "more": max(0, len(found) - LINES),
        },
    )


def remind_of_birthdays(db: Db, rounds: Sequence[Round]) -> Iterable[tuple[Round, Due]]:
    """Tell the operators, once a day, who comes within reach of one of `remind_days`; nobody is due for a post.

    What was missed while the bot was down is told late, with the days that are left.
    """
    if not rounds:
        return ()
    account_id, charter, now = rounds[0].account_id, rounds[0].charter, rounds[0].now
    hours, distances = charter.rules.care_hours, charter.customs.remind_days
    today = hours.local_day(now)
    opening = next(hours.openings(today, 1), None)
    if not distances or opening is None or now < opening.start or sending.load(db, account_id).frozen(now):
        return ()
    if birthday_posts.reminded_since(db, account_id, instant(today, time(0), hours.zone)):
        return ()
    rooms = [item.room for item in rounds]
    for item in coming_birthdays(db, account_id, rooms, today, max(distances), charter.customs.feb_29):
        if not item.where.unsubscribed:
            distance = min(known for known in distances if known >= item.days)
            key = f"birthday:{item.birthday.id}:{item.celebration.turn}:{distance}"
            notices.post(db, account_id, key, birthday_posts.REMINDER, item.shown(), now)
    return ()


def coming_birthdays(
    db: Db, account_id: str, rooms: Sequence[Room], today: date, days: int, feb_29: str
) -> tuple[Coming, ...]:
    """Everybody in these rooms whose birthday, or whose pet's or child's, comes within so many days, soonest first."""
    by_id: Mapping[str, Room] = {room.room_id: room for room in rooms}
    dates = frozenset().union(*(dates_on(today + timedelta(days=ahead), feb_29) for ahead in range(days + 1)))
    told = birthdays.on(db, account_id, dates, by_id)
    there = birthdays.presences(db, account_id, {item.contact_id for item in told})
    found = []
    for item in told:
        home = home_of(item, there[item.contact_id], by_id)
        if home is not None:
            celebration = coming(item.date, today, feb_29)
            left = (celebration.day - today).days
            found.append(Coming(item, celebration, left, home, by_id[home.room_id]))
    return tuple(sorted(found, key=lambda item: (item.days, item.birthday.id)))


def _plain(day: YearlyDate) -> dict[str, object]:
    return {"calendar": day.calendar.value, "month": day.month, "day": day.day, "leap": day.leap}
