"""Where somebody is congratulated."""

from bot.core.birthday import Birthday, Calendar, Presence, Whose
from bot.policy.home import home_of

TOLD = Birthday(1, "anna", Whose.SELF, "", Calendar.SOLAR, 5, 20, room_id="cats")
CATS, DOGS, BIRDS = Presence("cats", "安娜"), Presence("dogs", "Anna"), Presence("birds", "Anna")


def test_in_the_room_where_it_was_told_else_in_the_first_that_is_looked_after():
    assert home_of(TOLD, (DOGS, CATS), {"cats", "dogs"}) == CATS
    assert home_of(TOLD, (BIRDS, DOGS, CATS), {"dogs", "birds"}) == BIRDS
    assert home_of(TOLD, (BIRDS, DOGS), {"dogs"}) == DOGS
    assert home_of(TOLD, (), {"cats"}) is None
    assert home_of(TOLD, (BIRDS,), {"cats"}) is None
