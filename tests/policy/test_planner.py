"""The plan of a room: its mix, its caps, its content; the same for the same ledger, library and seed."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.checkin import Campaign, Counts
from bot.core.delivery import Delivery, DeliveryState
from bot.core.outlook import Outlook
from bot.core.post import MIX, Post
from bot.core.posted import Posted, Source
from bot.core.reason import NO_REASON
from bot.core.room import Room, RoomRole
from bot.policy import mix
from bot.policy.caps import Caps
from bot.policy.charter import Charter
from bot.policy.customs import Customs
from bot.policy.occasion import Speaker
from bot.policy.pacing import Pace
from bot.policy.planner import project
from bot.policy.reopening import LAST_START
from bot.policy.room_rules import RoomRules
from bot.policy.window import Hours

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)
V, N, P = MIX
WEIGHTS = {V: 7, N: 2, P: 1}
SHANGHAI = Hours.of("Asia/Shanghai", ["19:00-21:00"])
ROOM = Room("main", "cats@room", "猫咪会客厅", RoomRole.CUSTOMER, NOW - timedelta(days=30), "owner")
RULES = RoomRules(
    hours=SHANGHAI,
    promo_hours=None,
    care_hours=Hours.of("Asia/Shanghai", ["09:00-21:00"]),
    weights=WEIGHTS,
    caps=Caps(),
    slots=(1,) * 7,
    approval=frozenset(),
    tags=frozenset(),
)


def shelf(value=60, interactive=30, promo=15, **more) -> dict[str, Post]:
    counts = {V: value, N: interactive, P: promo}
    slugs = [(kind, f"{kind}/{number}") for kind, count in counts.items() for number in range(count)]
    return {slug: Post(slug, kind, slug, "text", Path(f"{slug}.md"), 1, **more) for kind, slug in slugs}


def charter(library=None, **more) -> Charter:
    speaker = Speaker("毛球家", "毛毛", "大家好", "zh")
    return Charter(speaker, RULES, shelf() if library is None else library, Pace(), seed="seed", warm=True, **more)


def plan(outlook=None, rules=RULES, house=None, days=28, first=DAY, now=NOW, retired=frozenset()):
    return project(outlook or Outlook(ROOM), rules, house or charter(), retired, first, days, now)


def waiting_for(planned, state=DeliveryState.PLANNED) -> Delivery:
    return Delivery(
        id=1,
        attempt_id="a",
        account_id="main",
        room_id=ROOM.room_id,
        plan="daily",
        slot_day=planned.day.isoformat(),
        slot_number=1,
        kind=planned.kind,
        content=planned.post.slug,
        text="",
        state=state,
        reason=NO_REASON,
        due_at=planned.due_at,
    )


def kinds(planned):
    return [item.kind for item in planned]


def test_a_month_keeps_the_proportions_the_window_and_the_caps():
    planned = plan()
    assert len(planned) == 28
    assert mix.deviation(kinds(planned), WEIGHTS) <= 0.6
    for item in planned:
        opening = SHANGHAI.current(item.due_at)
        assert opening is not None
        assert item.due_at <= opening.end - LAST_START
        assert item.day == SHANGHAI.local_day(item.due_at)
    promos = [item.due_at for item in planned if item.kind is P]
    assert len(promos) in {2, 3}
    assert all(later - earlier >= timedelta(days=9) for earlier, later in pairwise(promos))
    assert max(Counter(item.post.slug for item in planned).values()) == 1


def test_the_same_ledger_library_and_seed_give_the_same_plan():
    assert plan() == plan()
    assert plan() != plan(house=replace(charter(), seed="other"))


def test_planning_day_by_day_is_planning_ahead():
    ahead, history = plan(days=14), ()
    for offset in range(14):
        day = DAY + timedelta(days=offset)
        today = plan(Outlook(ROOM, history), days=1, first=day, now=NOW + timedelta(days=offset))
        assert today == ahead[offset : offset + 1]
        history += tuple(Posted(item.kind, item.due_at, item.post.slug) for item in today)


def test_two_posts_an_evening_and_none_on_a_closed_day():
    rules = replace(RULES, slots=(2, 1, 1, 1, 1, 0, 3))
    counts = Counter(item.day.weekday() for item in plan(rules=rules, days=7))
    assert counts == {0: 2, 1: 1, 2: 1, 3: 1, 4: 1, 6: 3}


def test_slots_that_have_a_row_are_left_alone_and_count_as_posted():
    free = plan(days=3)
    taken = frozenset({(free[0].day.isoformat(), 1)})
    waiting = waiting_for(free[0])
    outlook = Outlook(ROOM, (), (waiting,), taken)
    assert plan(outlook, days=3) == free[1:]


@given(
    history=st.lists(
        st.tuples(st.sampled_from(MIX), st.integers(0, 40 * 24), st.sampled_from([Source.PLAN, Source.STAFF])),
        max_size=40,
    )
)
@settings(deadline=None, max_examples=60)
def test_no_promotion_is_planned_over_a_cap_whatever_staff_have_posted(history):
    entries = sorted(
        (Posted(kind, NOW - timedelta(hours=hours), "", source) for kind, hours, source in history), key=lambda e: e.at
    )
    posted = [*entries]
    for item in plan(Outlook(ROOM, tuple(entries)), days=21):
        if item.kind is P:
            week = [e for e in posted if e.kind is P and e.at > item.due_at - timedelta(days=7)]
            assert len(week) < 2
            assert not any(e.kind is P for e in posted[-9:])
        posted.append(Posted(item.kind, item.due_at))


def test_value_fills_what_promotion_and_interaction_leave_open():
    assert set(kinds(plan(house=charter(shelf(interactive=0, promo=0))))) == {V}
    without = Counter(kinds(plan(days=27, rules=replace(RULES, caps=Caps(week=0)))))
    assert set(without) == {V, N}
    assert without[N] in {5, 6, 7}


def test_no_promotion_counts_on_a_post_that_may_never_go_out():
    rules = replace(RULES, weights={V: 9, N: 0, P: 1})
    kinds = [V] * 5 + [P] + [V] * 8
    history = tuple(Posted(kind, NOW - timedelta(days=20 - number)) for number, kind in enumerate(kinds))
    (planned,) = plan(Outlook(ROOM, history), rules, days=1)
    held = waiting_for(planned, DeliveryState.HELD)
    (item,) = plan(Outlook(ROOM, history, (held,)), rules, days=1)
    assert item.kind is V
    (item,) = plan(Outlook(ROOM, (*history, Posted(V, NOW - timedelta(hours=1)))), rules, days=1)
    assert item.kind is P


def test_a_promotion_commanded_for_next_month_does_not_crowd_this_week():
    far = Posted(P, NOW + timedelta(days=30), "promo/0")
    assert P in kinds(plan(Outlook(ROOM, (far,)), days=20))


def test_a_promotion_never_fills_a_gap():
    planned = plan(house=charter(shelf(value=3, interactive=1)))
    assert [item.kind for item in planned if item.post].count(P) <= 1
    empty = [item for item in planned if item.post is None]
    assert empty
    assert {item.reason.rule for item in empty} == {"content.none"}


def test_a_retired_post_is_not_planned():
    library = shelf(value=28, interactive=0, promo=0)
    gone = frozenset(list(library)[:5])
    assert gone.isdisjoint(item.post.slug for item in plan(house=charter(library), retired=gone) if item.post)


def test_a_quiet_day_and_promotion_s_own_windows_keep_promotion_out():
    promos = [item for item in plan(days=60) if item.kind is P]
    quiet = plan(days=60, house=charter(quiet=(promos[0].day.isoformat(),)))
    assert promos[0].day not in {item.day for item in quiet if item.kind is P}
    saturdays = Hours.of("Asia/Shanghai", [], {"saturday": ["19:00-21:00"]})
    only = [item.day.weekday() for item in plan(days=60, rules=replace(RULES, promo_hours=saturdays)) if item.kind is P]
    assert only
    assert set(only) == {5}


def test_a_room_gets_its_own_audience_only():
    library = shelf(value=10, audience="tag:dogs") | {
        f"value/cat-{number}": Post(f"value/cat-{number}", V, "", "text", Path("x"), 1, audience="not tag:dogs")
        for number in range(40)
    }
    chosen = {item.post.slug for item in plan(house=charter(library), rules=replace(RULES, tags=frozenset({"cats"})))}
    assert all(slug.startswith("value/cat-") for slug in chosen)


def test_a_themed_weekday_gets_its_theme():
    library = shelf() | {
        f"value/vet-{number}": Post(f"value/vet-{number}", V, "", "text", Path("x"), 1, tags=("周三问诊",))
        for number in range(8)
    }
    planned = plan(house=charter(library, themes={2: "周三问诊"}))
    for item in planned:
        if item.kind is V:
            assert item.post.slug.startswith("value/vet") == (item.day.weekday() == 2)


def test_a_room_adopted_this_evening_is_left_in_peace_first():
    start = SHANGHAI.openings(DAY, 1).__next__().start
    young = replace(ROOM, adopted_at=start + timedelta(hours=1))
    (item,) = plan(Outlook(young), days=1, now=start + timedelta(hours=1))
    assert item.due_at == young.adopted_at + timedelta(minutes=5)
    late = replace(ROOM, adopted_at=start + timedelta(minutes=118))
    assert plan(Outlook(late), days=1, now=late.adopted_at) == ()


@pytest.mark.parametrize("minutes", [0, 119])
def test_a_window_that_is_nearly_over_gets_nothing_more(minutes):
    start = next(SHANGHAI.openings(DAY, 1)).start
    planned = plan(days=1, now=start + timedelta(minutes=minutes, seconds=31))
    assert len(planned) == (1 if minutes == 0 else 0)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Europe/Lisbon"])
def test_local_times_hold_over_a_change_of_clocks(zone):
    rules = replace(RULES, hours=Hours.of(zone, ["19:00-21:00"]))
    for first in (date(2026, 3, 1), date(2026, 10, 20)):
        for item in plan(rules=rules, first=first, now=datetime(2026, 2, 1, tzinfo=UTC)):
            assert 19 <= item.due_at.astimezone(rules.hours.zone).hour < 21


CALL = Post("interactive/call", N, "call", "text", Path("call.md"), 1, cooldown_days=5)
MONDAYS = Campaign(1, ROOM.room_id, "周一晒照", "打卡", Counts.PHOTO, frozenset({1}), DAY, content=CALL.slug)


def called(*campaigns: Campaign, days=140, slots=1):
    """So many days in a room with these campaigns, and a library in which one post calls for them."""
    house = charter(shelf(200, 100, 40, cooldown_days=1) | {CALL.slug: CALL}, customs=Customs(call=CALL.slug))
    rules = replace(RULES, slots=(slots,) * 7)
    return plan(Outlook(ROOM, campaigns=campaigns), rules, house, days=days)


def test_a_call_goes_out_on_its_days_only_and_not_without_its_campaign() -> None:
    assert CALL not in [item.post for item in called()]
    days = [item.day for item in called(MONDAYS) if item.post == CALL]
    assert days
    assert {day.isoweekday() for day in days} == {1}
    over = replace(MONDAYS, ends_on=DAY + timedelta(days=20))
    assert max(item.day for item in called(over) if item.post == CALL) <= over.ends_on


def most_weeks(slots: int, bound: float) -> int:
    """In how many of twenty weeks any plan at all could post interaction on one weekday, no prefix further off."""
    best, posts, total = {(0,) * len(MIX): 0}, 0, sum(WEIGHTS.values())
    for day in range(140):
        today = {(counts, False): weeks for counts, weeks in best.items()}
        for _slot in range(slots):
            posts, later = posts + 1, {}
            for ((counts, done), weeks), kind in itertools.product(today.items(), MIX):
                now = tuple(count + (other is kind) for count, other in zip(counts, MIX, strict=True))
                off = (abs(total * count - posts * WEIGHTS[other]) for count, other in zip(now, MIX, strict=True))
                if max(off) <= bound * total:
                    calls = kind is N and not done and day % 7 == 1
                    key = (now, done or calls)
                    later[key] = max(later.get(key, 0), weeks + calls)
            today = later
        best = {}
        for (counts, _done), weeks in today.items():
            best[counts] = max(best.get(counts, 0), weeks)
    return max(best.values())


@pytest.mark.parametrize(("slots", "weeks"), [(1, 8), (2, 16)])
def test_a_weekly_call_goes_out_as_often_as_the_proportions_bear(slots, weeks) -> None:
    """By chance it would be four and eight of twenty weeks; every week it could only be a little out of proportion."""
    planned = called(MONDAYS, slots=slots)
    assert len([item for item in planned if item.post == CALL]) == weeks == most_weeks(slots, bound=0.75)
    assert mix.deviation([item.kind for item in planned], WEIGHTS) <= 0.6
    assert most_weeks(slots, bound=0.8) == 20


def test_a_daily_call_comes_first_but_takes_no_turn_from_others() -> None:
    daily = replace(MONDAYS, rhythm=frozenset(range(1, 8)))
    with_call, without = called(daily, days=40), called(days=40)
    assert kinds(with_call) == kinds(without)
    interactive = [item for item in with_call if item.kind is N]
    assert interactive[0].post == CALL
