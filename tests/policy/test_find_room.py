"""Finds the room an operator means."""

import pytest

from bot.core.errors import SpeakerError
from bot.core.room import KnownRoom
from bot.policy.find_room import find_room

CATS, DOGS = KnownRoom("1@chatroom", "毛球家·猫咪会客厅"), KnownRoom("2@chatroom", "毛球家·汪星人散步群")
CAT, NAMELESS = KnownRoom("3@chatroom", "猫咪"), KnownRoom("4@chatroom", "")
ROOMS = (CATS, DOGS, CAT, NAMELESS)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1@chatroom", CATS),
        ("4@chatroom", NAMELESS),
        ("毛球家·猫咪会客厅", CATS),
        ("毛球家 猫咪会客厅", CATS),
        ("毛球家・貓咪會客廳", CATS),
        ("汪星人", DOGS),
        (" 汪星人 ", DOGS),
        ("猫咪", CAT),
        ("散步", DOGS),
    ],
)
def test_by_id_then_by_whole_name_then_by_a_part(said: str, meant: KnownRoom) -> None:
    assert find_room(ROOMS, said) is meant


def test_a_part_of_several_names_lists_them() -> None:
    with pytest.raises(SpeakerError) as caught:
        find_room(ROOMS, "毛球家")
    assert caught.value.template == "errors/room_ambiguous"
    assert caught.value.data == {"said": "毛球家", "rooms": [CATS.topic, DOGS.topic]}


@pytest.mark.parametrize("said", ["", " ", "\u3000", "兔子"])
def test_what_is_no_room_lists_all_with_ids_for_the_nameless(said: str) -> None:
    """Blank words once meant the room whose name is not known."""
    with pytest.raises(SpeakerError) as caught:
        find_room(ROOMS, said)
    assert caught.value.template == "errors/room_unknown"
    assert caught.value.data["rooms"] == [CATS.topic, DOGS.topic, CAT.topic, NAMELESS.room_id]


def test_at_most_ten_rooms_are_listed() -> None:
    with pytest.raises(SpeakerError) as caught:
        find_room([KnownRoom(f"{n}@chatroom", f"群{n}") for n in range(30)], "兔子")
    assert len(caught.value.data["rooms"]) == 10  # type: ignore[arg-type]
