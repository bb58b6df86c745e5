"""Nothing about people who asked to be forgotten is let in, and everything about others is."""

from dataclasses import replace

import pytest

from bot.core.events import LoggedIn, MembersJoined, MembersLeft
from bot.inbound.discretion import discreet
from tests.storage.given import ACCOUNT, ANNA, BEN, BOT, NOW, ROOM, said

GONE = {BEN}
JOINED = MembersJoined(ACCOUNT, ROOM, (ANNA, BEN), BEN, NOW)
LEFT = MembersLeft(ACCOUNT, ROOM, (ANNA, BEN), BEN, NOW)
HELLO = said("你好", mention_ids=(ANNA, BEN))
PRIVATE = said("悄悄话", room_id=None, listener_id=BOT)


def kept(event):
    return discreet(event, GONE.__contains__)


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (HELLO, replace(HELLO, mention_ids=(ANNA,))),
        (replace(HELLO, talker_id=BEN), None),
        (replace(PRIVATE, talker_id=BEN), None),
        (replace(PRIVATE, talker_id=BOT, listener_id=BEN, from_self=True), None),
        (JOINED, replace(JOINED, contact_ids=(ANNA,), inviter_id="")),
        (replace(JOINED, contact_ids=(BEN,)), None),
        (LEFT, replace(LEFT, contact_ids=(ANNA,), remover_id="")),
        (replace(LEFT, contact_ids=(BEN,)), None),
        (
            replace(LEFT, contact_ids=(BEN,), self_left=True),
            replace(LEFT, contact_ids=(), remover_id="", self_left=True),
        ),
    ],
)
def test_what_is_left_of_an_event(event, left):
    assert kept(event) == left


@pytest.mark.parametrize(
    "event", [PRIVATE, said("在吗"), replace(JOINED, contact_ids=(ANNA,), inviter_id=""), LoggedIn(ACCOUNT, BEN, NOW)]
)
def test_what_is_about_others_is_not_touched(event):
    assert kept(event) == event
