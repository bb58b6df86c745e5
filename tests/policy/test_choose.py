"""The evening's minute and the evening's post: the same for the same ledger and seed."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.core.post import Post, PostKind
from bot.policy import choose
from bot.policy.gate import LAST_START
from bot.policy.window import Hours, Window

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
DAY = date(2026, 11, 22)
# Nothing here may depend on Python's own hash of strings, which differs from process to process.
KNOWN_MINUTE = "2026-11-22T11:36:02+00:00"


def post(slug: str, **more: object) -> Post:
    kind, _, _ = slug.partition("/")
    return Post(slug, PostKind(kind), slug, "text", Path(f"{slug}.md"), 1, **more)  # type: ignore[arg-type]


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(start=times, minutes=st.integers(5, 23 * 60), seed=st.text(max_size=8), room=st.text(max_size=8))
def test_the_minute_lies_in_the_window_and_before_the_last_start(
    start: time, minutes: int, seed: str, room: str
) -> None:
    end = (datetime.combine(DAY, start) + timedelta(minutes=minutes)).time()
    hours = Hours(ZoneInfo("Asia/Shanghai"), ((Window(start, end),),) * 7)
    opening = next(hours.openings(DAY, 1))
    due = choose.moment(opening, seed, room)
    assert opening.start <= due <= opening.end - LAST_START
    assert due.microsecond == 0
    assert choose.moment(opening, seed, room) == due


def test_the_minute_is_the_same_in_every_process() -> None:
    opening = next(Hours.of("Asia/Shanghai", ["19:00-21:00"]).openings(DAY, 1))
    assert choose.moment(opening, "qunzhu", "19201@chatroom").isoformat() == KNOWN_MINUTE


def test_rooms_and_evenings_differ() -> None:
    openings = list(Hours.of("Asia/Shanghai", ["19:00-21:00"]).openings(DAY, 10))
    assert len({choose.moment(openings[0], "seed", str(room)) for room in range(10)}) > 5
    assert len({choose.moment(opening, "seed", "room") - opening.start for opening in openings}) > 5


def test_parts_of_a_seed_do_not_run_together() -> None:
    opening = next(Hours.of("Asia/Shanghai", ["19:00-21:00"]).openings(DAY, 1))
    assert choose.moment(opening, "ab", "c") != choose.moment(opening, "a", "bc")


def test_only_posts_of_the_kind_are_chosen() -> None:
    library = [post("promo/a"), post("interactive/b"), post("value/c")]
    assert choose.post_for(library, PostKind.VALUE, {}, DAY, NOW, "seed") == library[2]
    assert choose.post_for(library, PostKind.CARE, {}, DAY, NOW, "seed") is None


def test_a_post_rests_for_its_cooldown_to_the_second() -> None:
    library = [post("value/a", cooldown_days=60)]
    used = {"value/a": NOW - timedelta(days=60)}
    assert choose.post_for(library, PostKind.VALUE, used, DAY, NOW) == library[0]
    assert choose.post_for(library, PostKind.VALUE, used, DAY, NOW - timedelta(seconds=1)) is None


def test_a_post_without_a_cooldown_may_come_every_day() -> None:
    library = [post("value/a", cooldown_days=0)]
    assert choose.post_for(library, PostKind.VALUE, {"value/a": NOW}, DAY, NOW) == library[0]


def test_a_post_goes_out_on_its_days_only_both_ends_included() -> None:
    library = [post("value/a", valid_from=date(2026, 11, 22), valid_to=date(2026, 11, 23))]
    chosen = [
        choose.post_for(library, PostKind.VALUE, {}, date(2026, 11, day), NOW) is not None for day in (21, 22, 23, 24)
    ]
    assert chosen == [False, True, True, False]


def test_the_least_recently_used_comes_first_and_the_unused_before_it() -> None:
    library = [post("value/a"), post("value/b"), post("value/c")]
    used = {"value/a": NOW - timedelta(days=70), "value/b": NOW - timedelta(days=80)}
    assert choose.post_for(library, PostKind.VALUE, used, DAY, NOW) == library[2]
    used["value/c"] = NOW - timedelta(days=1)
    assert choose.post_for(library, PostKind.VALUE, used, DAY, NOW) == library[1]


@given(order=st.permutations([post(f"value/{name}") for name in "abcdef"]), seed=st.text(max_size=5))
def test_the_choice_does_not_depend_on_the_order_of_the_files(order: list[Post], seed: str) -> None:
    first = choose.post_for(sorted(order, key=lambda item: item.slug), PostKind.VALUE, {}, DAY, NOW, seed)
    assert choose.post_for(order, PostKind.VALUE, {}, DAY, NOW, seed) == first


def test_rooms_do_not_all_begin_with_the_same_post() -> None:
    library = [post(f"value/{name}") for name in "abcdef"]
    firsts = {choose.post_for(library, PostKind.VALUE, {}, DAY, NOW, "seed", str(room)) for room in range(20)}
    assert len(firsts) > 2
