"""The caps on promotion, against somebody who counts by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.post import PostKind
from bot.core.posted import Posted, Source
from bot.core.reason import Reason
from bot.policy import caps
from bot.policy.caps import Caps
from bot.policy.window import Hours

VALUE, INTERACTIVE, PROMO, CARE = PostKind
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago")
HOURS = Hours.of("Asia/Shanghai", ["19:00-21:00"])
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def ago(days: float, kind: PostKind = PROMO) -> Posted:
    return Posted(kind, NOW - days * DAY)


def test_a_room_bears_two_promotions_in_seven_days() -> None:
    history = [ago(6.5), *[ago(6, VALUE)] * 9, ago(3), *[ago(2, VALUE)] * 9]
    broken = caps.over(history, Caps(), HOURS, NOW)
    assert broken == Reason("promo.week", {"used": 2, "most": 2}, NOW + 0.5 * DAY)
    assert caps.over(history, Caps(), HOURS, NOW + 0.5 * DAY) is None
    assert caps.over(history, Caps(), HOURS, NOW + 0.5 * DAY - TICK) is not None


def test_seven_days_are_no_calendar_week() -> None:
    """The week that begins on Monday has seen none; the last seven days have seen two."""
    monday = datetime(2026, 11, 23, 12, tzinfo=UTC)
    history = [Posted(PROMO, monday - 2 * DAY), Posted(PROMO, monday - DAY), *[Posted(VALUE, monday - DAY)] * 9]
    broken = caps.over(history, Caps(), HOURS, monday)
    assert broken is not None
    assert broken.rule == "promo.week"


@pytest.mark.parametrize(("between", "allowed"), [(8, False), (9, True)])
def test_one_promotion_in_ten_posts(between: int, allowed: bool) -> None:
    history = [ago(5), *[ago(4, VALUE)] * between]
    assert (caps.over(history, Caps(), HOURS, NOW) is None) is allowed


def test_the_ten_does_not_know_when_it_frees() -> None:
    history = [ago(5), ago(4, VALUE)]
    assert caps.over(history, Caps(), HOURS, NOW) == Reason("promo.ten", {"used": 1, "most": 1}, None)
    assert caps.others_needed(history, Caps()) == 8
    assert caps.others_needed([ago(5), *[ago(4, VALUE)] * 9], Caps()) == 0


def test_care_is_not_among_the_ten() -> None:
    assert caps.over([ago(5), *[ago(4, CARE)] * 20], Caps(), HOURS, NOW) is not None


def test_one_promotion_a_local_day() -> None:
    """21:00 and 00:30 in Shanghai lie on one day of UTC, and on two of the room."""
    evening = datetime(2026, 11, 22, 13, tzinfo=UTC)
    history = [Posted(PROMO, evening)]
    limits = Caps(week=None, in_ten=None, day=1)
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)
    assert caps.over(history, limits, HOURS, evening + DAY / 24) == Reason(
        "promo.day", {"used": 1, "most": 1}, midnight
    )
    assert caps.over(history, limits, HOURS, midnight - TICK) is not None
    assert caps.over(history, limits, HOURS, midnight) is None


@pytest.mark.parametrize("limits", [Caps(week=0), Caps(in_ten=0), Caps(day=0)])
def test_nought_means_none_at_all(limits: Caps) -> None:
    assert caps.over([], limits, HOURS, NOW) == Reason("promo.none", {"used": 0, "most": 0}, None)


def test_without_caps_there_is_no_limit() -> None:
    assert caps.over([ago(0)] * 50, Caps(None, None, None), HOURS, NOW) is None


def test_a_clock_set_back_frees_nothing() -> None:
    history = [Posted(PROMO, NOW + 20 * DAY), Posted(PROMO, NOW + 21 * DAY), *[Posted(VALUE, NOW + 22 * DAY)] * 9]
    broken = caps.over(history, Caps(), HOURS, NOW)
    assert broken == Reason("promo.week", {"used": 2, "most": 2}, NOW + 27 * DAY)


def test_staffs_own_promotion_counts_until_somebody_says_that_it_was_none() -> None:
    staff = Posted(PROMO, NOW - DAY, source=Source.STAFF)
    limits = Caps(week=1, in_ten=None, day=None)
    assert caps.over([staff], limits, HOURS, NOW) is not None
    assert caps.over([replace(staff, kind=VALUE)], limits, HOURS, NOW) is None


def test_every_cap_is_found_with_its_numbers() -> None:
    found = caps.findings([ago(1), ago(0.5, VALUE)], Caps(week=2, in_ten=1, day=None), HOURS, NOW)
    told = [(count.rule, count.used, count.most, count.over) for count in found]
    assert told == [
        ("promo.none", 1, None, False),
        ("promo.week", 1, 2, False),
        ("promo.ten", 1, 1, True),
        ("promo.day", 0, None, False),
    ]
    assert found[3].reason == Reason("promo.day", {"used": 0, "most": ""}, None)


# Somebody who counts with a diary: no instants are subtracted from instants of other kinds, no lists are sliced.


def counted(history: list[Posted], limits: Caps, zone: str, at: datetime) -> dict[str, bool]:
    """For each cap whether one more promotion at `at` would break it."""
    week = 0
    today = 0
    for entry in history:
        if entry.kind == "promo":
            week += (at - entry.at).total_seconds() < 7 * 24 * 3600
            shown, now = entry.at.astimezone(ZoneInfo(zone)), at.astimezone(ZoneInfo(zone))
            today += (shown.year, shown.month, shown.day) == (now.year, now.month, now.day)
    nine = promos = 0
    for entry in reversed(history):
        if nine < 9 and entry.kind != "care":
            nine += 1
            promos += entry.kind == "promo"
    figures = {"week": (week, limits.week), "ten": (promos, limits.in_ten), "day": (today, limits.day)}
    broken = {f"promo.{name}": most is not None and used + 1 > most for name, (used, most) in figures.items()}
    return {"promo.none": 0 in (limits.week, limits.in_ten, limits.day), **broken}


cap = st.one_of(st.none(), st.integers(0, 4))
bases = st.sampled_from(
    [
        NOW,
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2026, 9, 6, 4, tzinfo=UTC),
    ]
)
hours_away = st.one_of(st.integers(-220 * 3600, 30 * 3600), st.sampled_from([-168 * 3600, -24 * 3600, 0]))
entries = st.lists(
    st.tuples(st.sampled_from([PROMO, PROMO, VALUE, INTERACTIVE, CARE]), hours_away, st.sampled_from(Source)),
    max_size=25,
)


@given(
    base=bases,
    zone=st.sampled_from(ZONES),
    drawn=entries,
    limits=st.builds(Caps, cap, cap, cap),
    retagged=st.sets(st.integers(0, 24), max_size=3),
)
def test_the_caps_agree_with_somebody_who_counts_by_hand(
    base: datetime, zone: str, drawn: list[tuple[PostKind, int, Source]], limits: Caps, retagged: set[int]
) -> None:
    hours = Hours.of(zone, ["19:00-21:00"])
    posted = [Posted(kind, base + timedelta(seconds=away), "", source) for kind, away, source in drawn]
    # An operator says of staff's own messages what they were.
    posted = [
        replace(entry, kind=VALUE) if number in retagged and entry.source is Source.STAFF else entry
        for number, entry in enumerate(posted)
    ]
    history = sorted(posted, key=lambda entry: entry.at)
    truth = counted(history, limits, zone, base)
    found = {count.rule: count.over for count in caps.findings(history, limits, hours, base)}
    # A week or day of nought is told as none at all; the counts themselves agree as well.
    assert found == truth
    broken = caps.over(history, limits, hours, base)
    assert (broken.rule if broken else None) == next((rule for rule, over in truth.items() if over), None)


@given(base=bases, zone=st.sampled_from(ZONES), drawn=entries, limits=st.builds(Caps, cap, cap, cap))
def test_a_cap_frees_at_the_time_it_names_and_not_before(
    base: datetime, zone: str, drawn: list[tuple[PostKind, int, Source]], limits: Caps
) -> None:
    hours = Hours.of(zone, ["19:00-21:00"])
    history = sorted(
        (Posted(kind, base + timedelta(seconds=away)) for kind, away, _ in drawn), key=lambda item: item.at
    )
    for count in caps.findings(history, limits, hours, base):
        if count.rule in {"promo.week", "promo.day"} and count.over and count.most:
            assert count.next_at is not None
            assert count.next_at > base
            assert counted(history, limits, zone, count.next_at - TICK)[count.rule]
            if count.rule == "promo.week":
                assert not counted(history, limits, zone, count.next_at)[count.rule]
            else:
                # Entries of the next day, from a clock that was set back, may fill that one as well.
                assert hours.local_day(count.next_at) > hours.local_day(base)
        else:
            assert count.next_at is None


@given(drawn=st.lists(st.sampled_from(PostKind), max_size=25), in_ten=st.integers(1, 10))
def test_the_ten_frees_after_exactly_so_many_other_posts(drawn: list[PostKind], in_ten: int) -> None:
    history = [Posted(kind, NOW) for kind in drawn]
    limits = Caps(None, in_ten, None)
    needed = caps.others_needed(history, limits)
    others = [Posted(VALUE, NOW)]
    assert not caps.ten(history + others * needed, limits).over
    assert all(caps.ten(history + others * fewer, limits).over for fewer in range(needed))
