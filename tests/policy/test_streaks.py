"""Rows of check-ins, against a naive model that counts them one day after the other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.checkin import Campaign, Counts, How, Record
from bot.policy import streaks
from bot.policy.streaks import AHEAD, BACK, LEAVES, Refusal

DAY = timedelta(days=1)
START = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAILY = frozenset(range(1, 8))
DAYS = [START + number * DAY for number in range(60)]
CAMPAIGN = Campaign(1, "room", "打卡", "打卡", Counts.WORD, DAILY, START, makeups=2)
WEEKLY = replace(CAMPAIGN, rhythm=frozenset({3}))


def marks(text, first=START):
    """One letter a day: x done, l a leave, m made up for, . nothing."""
    how = {"x": How.SAID, "l": How.LEAVE, "m": How.MAKEUP, "o": How.OPERATOR}
    return {first + number * DAY: how[char] for number, char in enumerate(text) if char != "."}


def record(text, who="anna", last_at=AT, removed=()):
    return Record(who, marks(text), frozenset(removed), last_at)


@pytest.mark.parametrize(
    ("days", "today", "streak", "longest", "total"),
    [
        ("", 0, 0, 0, 0),
        ("x", 0, 1, 1, 1),
        ("xxx", 2, 3, 3, 3),
        ("xxx.", 3, 3, 3, 3),
        ("xxx..", 4, 0, 3, 3),
        ("xx.xx", 4, 2, 2, 4),
        ("xxlx", 3, 3, 3, 3),
        ("xxl.", 3, 2, 2, 2),
        ("xxll", 4, 2, 2, 2),
        ("l", 1, 0, 0, 0),
        ("xxmxx", 4, 5, 5, 5),
        ("xxxoxx..xx", 9, 2, 6, 8),
        ("x.xxx.x", 6, 1, 3, 5),
    ],
)
def test_a_row_of_days(days, today, streak, longest, total):
    on = START + today * DAY
    assert streaks.streak(CAMPAIGN, marks(days), on) == streak
    assert streaks.longest(CAMPAIGN, marks(days), on) == longest
    assert streaks.total(marks(days), on) == total


def test_weeks_in_a_row_have_no_gap_between_them():
    wednesdays = {START + 2 * DAY + week * 7 * DAY: How.SAID for week in range(4)}
    for days_later in range(7):
        assert streaks.streak(WEEKLY, wednesdays, max(wednesdays) + days_later * DAY) == 4
    assert streaks.streak(WEEKLY, wednesdays, max(wednesdays) + 7 * DAY) == 4
    assert streaks.streak(WEEKLY, wednesdays, max(wednesdays) + 8 * DAY) == 0


def test_after_its_last_day_a_row_stays_as_it_was():
    ended = replace(CAMPAIGN, ends_on=START + 2 * DAY)
    assert streaks.streak(ended, marks("xxx"), START + 30 * DAY) == 3
    assert streaks.streak(ended, marks("xx."), START + 30 * DAY) == 0


def naive(campaign, done, excused, today):
    """Day by day, from the first: (current row, longest row, days)."""
    row = best = days = 0
    day = campaign.starts_on
    while day <= today:
        if campaign.counts_on(day):
            if day in done:
                row, days = row + 1, days + 1
            elif day not in excused and day != today:
                row = 0
            best = max(best, row)
        day += DAY
    return row, best, days


campaigns = st.builds(
    lambda rhythm, length: replace(
        CAMPAIGN, rhythm=frozenset(rhythm), ends_on=None if length is None else START + length * DAY
    ),
    st.sets(st.integers(1, 7), min_size=1),
    st.none() | st.integers(0, 50),
)


@given(campaigns, st.sets(st.sampled_from(DAYS)), st.sets(st.sampled_from(DAYS)), st.sampled_from(DAYS))
def test_rows_agree_with_a_count_day_by_day(campaign, done, leaves, today):
    done = {day for day in done if campaign.counts_on(day)}
    excused = {day for day in leaves if campaign.counts_on(day)} - done
    held = {**dict.fromkeys(done, How.SAID), **dict.fromkeys(excused, How.LEAVE)}
    row, best, days = naive(campaign, done, excused, today)
    assert streaks.streak(campaign, held, today) == row
    assert streaks.longest(campaign, held, today) == best
    assert streaks.total(held, today) == days


@given(campaigns, st.lists(st.tuples(st.integers(0, 4), st.integers(0, 59)), max_size=60), st.sampled_from(DAYS))
def test_the_board_is_in_one_order_whatever_comes_in(campaign, said, today):
    held: dict[int, dict[date, How]] = {}
    for who, number in said:
        if campaign.counts_on(DAYS[number]):
            held.setdefault(who, {})[DAYS[number]] = How.SAID
    people = [Record(str(who), days, last_at=AT + len(days) * DAY) for who, days in held.items()]
    board = streaks.ranked(campaign, people, today)
    assert board == streaks.ranked(campaign, reversed(people), today)
    assert {found.contact_id for found in board} == {item.contact_id for item in people if min(item.marks) <= today}
    for first, second in pairwise(board):
        assert (first.total, first.streak) >= (second.total, second.streak)


def test_ties_go_to_who_was_first_and_stay_so():
    anna, ben = record("xx", "ben", AT + DAY), record("xx", "anna", AT + 2 * DAY)
    for people in ([anna, ben], [ben, anna]):
        for later in range(1, 5):
            board = streaks.ranked(CAMPAIGN, people, START + later * DAY)
            assert [found.contact_id for found in board] == ["ben", "anna"]
    assert streaks.place(board, "anna") == 2
    assert streaks.place(board, "nobody") == 0


def test_more_days_count_before_a_longer_row():
    board = streaks.ranked(CAMPAIGN, [record("x.x.x.", "often"), record("....xx", "lately")], START + 5 * DAY)
    assert [found.contact_id for found in board] == ["often", "lately"]


def test_the_last_missed_day_is_made_up_for():
    today = START + 5 * DAY
    assert streaks.day_to_mend(CAMPAIGN, record("x.x.x"), today) == START + 3 * DAY
    assert streaks.day_to_mend(CAMPAIGN, record("x.x.x"), today, START + DAY) == START + DAY
    assert streaks.streak(CAMPAIGN, marks("x.xmx"), today) == 3
    assert streaks.day_to_mend(CAMPAIGN, record("xxxxx"), today) is Refusal.NONE_MISSED
    assert streaks.day_to_mend(CAMPAIGN, record("x.xlx"), today) == START + DAY


def test_what_cannot_be_made_up_for():
    today = START + 20 * DAY
    assert streaks.day_to_mend(CAMPAIGN, record("mm"), today) is Refusal.QUOTA
    assert streaks.day_to_mend(CAMPAIGN, record("x"), today, today) is Refusal.TODAY
    assert streaks.day_to_mend(CAMPAIGN, record("x"), today, today + DAY) is Refusal.TODAY
    assert streaks.day_to_mend(CAMPAIGN, record("x"), today, today - BACK * DAY) == today - BACK * DAY
    assert streaks.day_to_mend(CAMPAIGN, record("x"), today, today - (BACK + 1) * DAY) is Refusal.EARLY
    assert streaks.day_to_mend(CAMPAIGN, record("x" * 20), today, today - DAY) is Refusal.DONE
    assert streaks.day_to_mend(CAMPAIGN, record("", removed=[today - DAY]), today, today - DAY) is Refusal.REMOVED
    assert streaks.day_to_mend(CAMPAIGN, record("", removed=[today - DAY]), today) == today - 2 * DAY
    assert streaks.day_to_mend(WEEKLY, record(""), today, today - DAY) is Refusal.RHYTHM
    assert streaks.day_to_mend(replace(CAMPAIGN, makeups=0), record(""), today) is Refusal.QUOTA


def test_a_leave_has_its_days_and_its_month():
    today = START + 3 * DAY
    assert streaks.day_off(CAMPAIGN, record("xxx"), today, today) is None
    assert streaks.day_off(CAMPAIGN, record("xxx"), today, today - DAY) is Refusal.EARLY
    assert streaks.day_off(CAMPAIGN, record("xxxx"), today, today) is Refusal.DONE
    assert streaks.day_off(CAMPAIGN, record("xxxl"), today, today) is Refusal.EXCUSED
    assert streaks.day_off(CAMPAIGN, record(""), today, today + AHEAD * DAY) is None
    assert streaks.day_off(CAMPAIGN, record(""), today, today + (AHEAD + 1) * DAY) is Refusal.LATE
    assert streaks.day_off(WEEKLY, record(""), today, today) is Refusal.RHYTHM
    taken = record("l" * LEAVES)
    assert streaks.day_off(CAMPAIGN, taken, today, today) is Refusal.QUOTA
    assert streaks.day_off(CAMPAIGN, taken, today, date(2026, 12, 1)) is None


def test_a_row_at_risk():
    today = START + 3 * DAY
    assert streaks.at_risk(CAMPAIGN, record("xxx"), today) == 3
    for days in ("xx", ".xx", "xxxx", "xxxl", "xx.", ""):
        assert streaks.at_risk(CAMPAIGN, record(days), today) == 0
    assert streaks.at_risk(WEEKLY, record("xxx"), today) == 0
    assert streaks.at_risk(CAMPAIGN, record("xxx", removed=[today]), today) == 0
