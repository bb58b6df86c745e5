"""排行: who leads in a room's check-in, and where the asker stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.core.checkin import Campaign, Tally
from bot.core.operator import Role
from bot.core.reply import Reply
from bot.core.room import RoomRole
from bot.policy import streaks
from bot.policy.command import Answer, Call, command
from bot.policy.room_settings import zone_of
from handlers.checkin_room import running_campaigns, which
from handlers.points_board import show_points_board
from storage import checkins, punch_records
from storage.store import Db

SHOWN, SHOWN_OF_SEVERAL = 10, 5


@command("board", aliases=("排行", "排行榜"), role=Role.MEMBER, words=("排行", "排行榜", "打卡排行", "打卡榜"))
def show_board(db: Db, call: Call, *said: str) -> Answer:
    """The first ten by days, and the asker's own place; where no check-in runs, the board of points.

    Of members who unsubscribed only operators hear, and they themselves.
    """
    room = call.room
    if call.role >= Role.OPERATOR:
        found = running_campaigns(db, call, said)
        if len({where.room_id for where, _campaign in found}) > 1:
            raise which(found)
        room, campaigns = found[0][0] if found else None, [campaign for _where, campaign in found]
    elif room is None or room.role is not RoomRole.CUSTOMER:
        return Reply("points_board_where")
    else:
        campaigns = list(checkins.here(db, call.account_id, room.room_id))
    if room is None or not campaigns:
        return show_points_board.run(db, call, *said)
    today = call.sent_at.astimezone(zone_of(room.settings, call.house.zone)).date()
    most = SHOWN if len(campaigns) == 1 else SHOWN_OF_SEVERAL
    boards = [_board(db, call, campaign, today, most) for campaign in campaigns]
    return Reply("checkin_board", {"boards": boards}, mention=call.role < Role.OPERATOR)


def _board(db: Db, call: Call, campaign: Campaign, today: date, most: int) -> Mapping[str, object]:
    if call.role >= Role.OPERATOR:
        people = punch_records.present(db, call.account_id, campaign)
    else:
        people = punch_records.shown(db, call.account_id, campaign, {call.talker_id})
    board = streaks.ranked(campaign, people, today)
    own = streaks.place(board, call.talker_id)
    shown = [*board[:most], *(board[own - 1 : own] if own > most else ())]
    names = punch_records.names(db, call.account_id, campaign.room_id, [item.contact_id for item in shown])
    lines = [_line(number, item, names) for number, item in enumerate(board[:most], 1)]
    return {
        "title": campaign.title,
        "daily": campaign.daily,
        "places": lines,
        "people": len(board),
        "own": _line(own, board[own - 1], names) if own else None,
    }


def _line(number: int, item: Tally, names: Mapping[str, str]) -> Mapping[str, object]:
    return {"place": number, "name": names.get(item.contact_id, ""), "total": item.total, "streak": item.streak}
