"""First days: which of the three words somebody hears on which day, and which one a room hears."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.first_days import GRACE, Settling, choose, step_for

CAME = date(2026, 11, 22)
DAY = timedelta(days=1)
STEPS = (1, 3, 7)


def settling(number: int = 0, came: date = CAME) -> Settling:
    return Settling(f"c{number}", came)


@pytest.mark.parametrize(
    ("days", "had", "step"),
    [
        (0, (), None),
        (1, (), 1),
        (1, (1,), None),
        (2, (), 1),
        # What was missed comes first, as long as it is not too late for it.
        (3, (), 1),
        (3, (1,), 3),
        (4, (), 3),
        (5, (1, 3), None),
        (6, (1,), None),
        (7, (1, 3), 7),
        (9, (), 7),
        (10, (), None),
    ],
)
def test_the_word_for_a_day(days: int, had: tuple[int, ...], step: int | None) -> None:
    assert step_for(settling(), CAME + days * DAY, STEPS, had) == step


def test_one_word_a_room() -> None:
    today = CAME + 3 * DAY
    late, fresh = settling(1), [settling(number, CAME + 2 * DAY) for number in (2, 3)]
    assert choose([], today) is None
    # Nobody has waited: most people, then the earlier day.
    assert choose([(1, fresh[0]), (1, fresh[1]), (3, settling(4))], today) == (1, fresh)
    assert choose([(1, fresh[0]), (3, settling(4))], today) == (1, [fresh[0]])
    # Whoever has waited longest.
    assert choose([(1, fresh[0]), (1, fresh[1]), (1, late)], today) == (1, [*fresh, late])
    assert choose([(1, fresh[0]), (3, settling(5, CAME - DAY))], today) == (3, [settling(5, CAME - DAY)])


@given(st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=40))
def test_nobody_misses_a_word_and_no_room_hears_two_a_day(arrivals: list[int]) -> None:
    people = [settling(number, CAME + days * DAY) for number, days in enumerate(arrivals)]
    had: dict[str, list[int]] = {person.contact_id: [] for person in people}
    heard = Counter[date]()
    for days in range(40):
        today = CAME + days * DAY
        due = [(step, person) for person in people if (step := step_for(person, today, STEPS, had[person.contact_id]))]
        chosen = choose(due, today)
        if chosen is not None:
            heard[today] += 1
            for person in chosen[1]:
                assert 0 <= (today - person.came_on).days - chosen[0] <= GRACE
                had[person.contact_id].append(chosen[0])
    assert set(heard.values()) <= {1}
    assert all(steps == list(STEPS) for steps in had.values())
