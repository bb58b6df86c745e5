"""The gate: every branch of the one function that lets a post out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.post import PostKind
from bot.policy.gate import Allow, Drop, Hold, Question, Verdict, decide
from bot.policy.window import Hours

HOURS = Hours.of("Asia/Shanghai", ["19:00-21:00"])
OPENS = datetime(2026, 11, 22, 11, tzinfo=UTC)
CLOSES = OPENS + timedelta(hours=2)
ASKED = Question(PostKind.VALUE, due_at=OPENS, managed=True, active=True, hours=HOURS)
TOMORROW = Hold("window.closed: next opening 2026-11-23 19:00", OPENS + timedelta(days=1))
TONIGHT = Hold("window.closed: next opening 2026-11-22 19:00", OPENS)


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (OPENS - timedelta(microseconds=1), TONIGHT),
        (OPENS, Allow()),
        (CLOSES - timedelta(seconds=30), Allow()),
        (CLOSES - timedelta(seconds=30) + timedelta(microseconds=1), TOMORROW),
        (CLOSES - timedelta(seconds=1), TOMORROW),
        (CLOSES, TOMORROW),
    ],
)
def test_posts_start_inside_the_window_and_thirty_seconds_before_it_closes(now: datetime, verdict: Verdict) -> None:
    assert decide(ASKED, now) == verdict


def test_a_room_nobody_looks_after_any_more_gets_no_post() -> None:
    verdict = decide(replace(ASKED, managed=False), OPENS)
    assert isinstance(verdict, Drop)
    assert verdict.reason.startswith("room.released:")


def test_a_room_the_bot_has_left_gets_no_post() -> None:
    verdict = decide(replace(ASKED, active=False), OPENS)
    assert isinstance(verdict, Drop)
    assert verdict.reason.startswith("room.inactive:")


def test_a_window_that_cannot_be_read_holds_the_post_until_somebody_mends_it() -> None:
    verdict = decide(replace(ASKED, hours=None), OPENS)
    assert isinstance(verdict, Hold)
    assert verdict.reason.startswith("window.unreadable:")
    assert verdict.until is None


def test_a_room_that_is_closed_every_day_holds_the_post() -> None:
    verdict = decide(replace(ASKED, hours=Hours.of("Asia/Shanghai", [])), OPENS)
    assert verdict == Hold("window.closed: the room has no window on any day", None)


@pytest.mark.parametrize(("kind", "kept"), [(PostKind.VALUE, 72), (PostKind.INTERACTIVE, 24)])
def test_a_post_expires(kind: PostKind, kept: int) -> None:
    question = replace(ASKED, kind=kind)
    assert decide(question, OPENS + timedelta(hours=kept)) == Drop(
        f"expired: due {kept} h ago, {kind} posts keep {kept} h"
    )
    assert not isinstance(decide(question, OPENS + timedelta(hours=kept, microseconds=-1)), Drop)


@pytest.mark.parametrize("kind", [PostKind.PROMO, PostKind.CARE])
def test_kinds_without_an_expiry_wait_for_a_window(kind: PostKind) -> None:
    assert decide(replace(ASKED, kind=kind), OPENS + timedelta(days=30)) == Allow()


def test_the_reason_shows_the_rooms_own_clock() -> None:
    verdict = decide(replace(ASKED, hours=Hours.of("America/New_York", ["19:00-21:00"])), OPENS)
    assert verdict == Hold("window.closed: next opening 2026-11-22 19:00", datetime(2026, 11, 23, tzinfo=UTC))


@given(
    now=st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda span: OPENS + span),
    due_ago=st.timedeltas(timedelta(days=-1), timedelta(days=5)),
    kind=st.sampled_from(PostKind),
    managed=st.booleans(),
    active=st.booleans(),
    hours=st.sampled_from(
        [None, HOURS, Hours.of("Europe/London", ["23:30-00:30"]), Hours.of("America/New_York", ["01:00-03:30"])]
    ),
)
def test_nothing_goes_out_unless_every_promise_holds(
    now: datetime, due_ago: timedelta, kind: PostKind, managed: bool, active: bool, hours: Hours | None
) -> None:
    verdict = decide(Question(kind, now - due_ago, managed, active, hours), now)
    if isinstance(verdict, Allow):
        assert managed
        assert active
        assert hours is not None
        opening = hours.current(now)
        assert opening is not None
        assert now <= opening.end - timedelta(seconds=30)
    if isinstance(verdict, Hold) and verdict.until is not None:
        assert verdict.until > now
        assert hours is not None
        assert hours.current(verdict.until) is not None
