"""What is left of the posts that were due while the bot was down."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import Delivery, DeliveryState
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import NO_REASON, Reason
from bot.policy.missed import sort_out

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
VALUE, INTERACTIVE, PROMO, CARE = PostKind


def delivery(
    number: int,
    minutes: float,
    kind: PostKind = VALUE,
    room: str = "cats",
    source: Source = Source.PLAN,
    rule: str = "",
) -> Delivery:
    state = DeliveryState.HELD if rule else DeliveryState.PLANNED
    reason = Reason(rule) if rule else NO_REASON
    due = NOW - minutes * MINUTE
    return Delivery(number, f"a{number}", "me", room, "daily", "", 1, kind, "", "", state, reason, due, source)


def test_what_is_on_time_stays() -> None:
    due = (delivery(1, 15), delivery(2, 0), delivery(3, 14, PROMO))
    assert sort_out(due, NOW) == (due, ())


def test_of_a_rooms_late_posts_the_newest_of_the_best_kind_goes() -> None:
    due = tuple(delivery(number, 60 - number, kind) for number, kind in enumerate([PROMO, VALUE, VALUE, INTERACTIVE]))
    assert sort_out(due, NOW) == ((due[2],), (due[0], due[1], due[3]))


def test_care_comes_before_everything() -> None:
    due = (delivery(1, 600, CARE), delivery(2, 20))
    assert sort_out(due, NOW) == ((due[0],), (due[1],))


def test_every_room_has_a_late_post_of_its_own() -> None:
    due = (delivery(1, 30, room="cats"), delivery(2, 30, room="dogs"))
    assert sort_out(due, NOW) == (due, ())


def test_one_a_microsecond_later_than_late_is_late() -> None:
    late = delivery(1, 15.0001)
    assert sort_out((late, delivery(2, 20, CARE)), NOW)[1] == (late,)


def test_a_late_post_does_not_push_out_one_that_is_on_time() -> None:
    due = (delivery(1, 60), delivery(2, 5))
    assert sort_out(due, NOW) == (due, ())


def test_what_a_closed_window_held_is_late() -> None:
    due = (delivery(1, 5, rule="window.closed"), delivery(2, 3, rule="window.full"), delivery(3, 4, rule="pause.all"))
    assert sort_out(due, NOW) == ((due[1], due[2]), (due[0],))


def test_what_somebody_commanded_never_expires_and_is_the_rooms_late_post() -> None:
    commanded = delivery(1, 600, PROMO, source=Source.COMMAND)
    planned = delivery(2, 20)
    elsewhere = delivery(3, 20, room="dogs")
    another = delivery(4, 500, source=Source.COMMAND)
    due = (commanded, planned, elsewhere, another)
    assert sort_out(due, NOW) == ((commanded, elsewhere, another), (planned,))


@given(
    st.lists(
        st.tuples(
            st.integers(-5, 90), st.sampled_from(PostKind), st.sampled_from("ab"), st.sampled_from([*Source][:2])
        ),
        max_size=12,
    )
)
def test_nothing_is_lost_and_no_room_gets_two_late_planned_posts(
    drawn: list[tuple[int, PostKind, str, Source]],
) -> None:
    due = tuple(
        delivery(number, minutes, kind, room, source) for number, (minutes, kind, room, source) in enumerate(drawn)
    )
    go, expire = sort_out(due, NOW)
    assert sorted((*go, *expire), key=lambda item: item.id) == list(due)
    assert list(go) == sorted(go, key=lambda item: item.id)
    late = [item.room_id for item in go if NOW - item.due_at > 15 * MINUTE and item.source is Source.PLAN]
    assert len(late) == len(set(late))
    for item in expire:
        assert item.source is Source.PLAN
        assert NOW - item.due_at > 15 * MINUTE
        assert any(NOW - other.due_at > 15 * MINUTE for other in go if other.room_id == item.room_id)
    assert sort_out(go, NOW) == (go, ())
