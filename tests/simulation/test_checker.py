"""The judge: a blameless month is blameless, and every kind of breach that is planted into it is found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.post import PostKind
from bot.simulation.checker import judge
from bot.simulation.gateway import Sent
from bot.simulation.story import Known, Label, Spoken, Stop
from bot.simulation.weather import Fate
from tests.simulation.given import (
    BEGIN,
    BUSY,
    ROOM,
    STRANGE,
    YORK,
    at,
    blameless,
    post,
    saying,
    slug,
    staff,
    when,
    without,
)


def broken(story):
    return {breach.promise for breach in judge(story).breaches}


def test_a_blameless_month_is_blameless():
    verdict = judge(blameless())
    assert verdict.breaches == ()
    assert verdict.posts == {"value": 61, "interactive": 18, "promo": 9, "care": 0}
    assert verdict.max_mix_deviation == 0.6


@pytest.mark.parametrize(
    ("room_id", "when", "promise"),
    [
        (ROOM, at(8, "18:59:59"), "window"),
        (ROOM, at(8, "21:00:00"), "window"),
        (ROOM, at(8, "20:59:45"), "last_start"),
        (ROOM, at(8, "09:00", "America/New_York"), "window"),
        (YORK, at(0, "03:30", "America/New_York"), "window"),
        (YORK, at(0, "03:29:40", "America/New_York"), "last_start"),
        (STRANGE, at(8, "20:00"), "adopted"),
        ("nobody@room", at(8, "20:00"), "adopted"),
        (ROOM, BEGIN + timedelta(minutes=1), "adopted"),
    ],
)
def test_a_post_at_the_wrong_time_or_place(room_id, when, promise):
    assert promise in broken(saying(blameless(), post(room_id, when, "value/110")))


def test_the_night_on_which_clocks_go_back_is_as_long_as_it_is():
    # In New York 1 November 2026 has the hour from one to two twice; the window from 00:30 to 03:30 lasts four hours.
    late = at(0, "03:20", "America/New_York")
    assert late - at(0, "00:30", "America/New_York") > timedelta(hours=3, minutes=45)
    assert not broken(saying(blameless(), post(YORK, late, "value/110"))) & {"window", "last_start"}


@pytest.mark.parametrize(
    ("first", "second", "promises"),
    [
        (at(8, "19:30"), at(8, "20:30"), {"duplicate", "cooldown"}),
        (at(8, "19:30"), at(20, "19:30"), {"cooldown"}),
        (at(1, "19:30"), at(29, "19:30"), {"cooldown"}),
    ],
)
def test_the_same_post_twice(first, second, promises):
    story = saying(blameless(), post(ROOM, first, "value/110"), post(ROOM, second, "value/110"))
    assert broken(story) & {"duplicate", "cooldown"} == promises


@pytest.mark.parametrize("fate", [Fate.DROPPED, Fate.TORN, Fate.LOST])
def test_what_may_have_arrived_must_not_be_sent_again(fate):
    first, again = post(ROOM, at(8, "19:30"), "value/110", fate), post(ROOM, at(8, "19:40"), "value/110")
    assert "duplicate" in broken(saying(blameless(), first, again))


def test_what_was_provably_not_sent_may_be_sent_again():
    first, again = post(ROOM, at(8, "19:30"), "value/110", Fate.REFUSED), post(ROOM, at(8, "19:40"), "value/110")
    assert "duplicate" not in broken(saying(blameless(), first, again))


def test_parts_of_a_series_come_in_order():
    third = post(ROOM, at(8, "19:40"), "value/series-2")
    assert "series" in broken(saying(blameless(), third))
    assert "series" not in broken(saying(blameless(), post(ROOM, at(7, "19:40"), "value/series-1"), third))


@pytest.mark.parametrize(
    ("slug", "promise"),
    [("value/festival-4", "season"), ("value/008", "audience"), ("value/009", "season")],
)
def test_posts_for_other_days_or_other_people(slug, promise):
    assert promise in broken(saying(blameless(), post(ROOM, at(3, "19:40"), slug)))


def test_promotion_on_a_quiet_day():
    story = replace(blameless(), end=BEGIN + timedelta(days=180))
    qingming = post(ROOM, at(155, "19:40"), "promo/020")
    assert when(qingming).date().isoformat() == "2027-04-05"
    assert "quiet" in broken(saying(story, qingming))


def promos(story, *moments):
    return saying(story, *(post(BUSY, moment, f"promo/{10 + number:03d}") for number, moment in enumerate(moments)))


def test_three_promotions_in_a_rolling_week_even_across_two_calendar_weeks():
    story = without(blameless(), BUSY)
    # Friday, Monday, Thursday: no calendar week has more than two.
    spaced = [post(BUSY, at(day, "20:00"), f"value/{10 + day:03d}") for day in range(6, 13)]
    story = saying(story, *spaced)
    assert "promo.week" in broken(promos(story, at(5, "19:30"), at(8, "19:30"), at(11, "19:30")))
    assert "promo.week" not in broken(promos(story, at(4, "19:30"), at(8, "19:30"), at(11, "19:31")))


def test_staffs_own_promotion_uses_up_the_caps():
    story = without(blameless(), BUSY)
    promo = post(BUSY, at(8, "19:30"), "promo/010")
    assert not {"promo.day", "promo.ten", "promo.week"} & broken(saying(story, promo))
    told = saying(staff(story, BUSY, at(8, "10:00"), Label.PROMO), promo)
    assert {"promo.day", "promo.ten"} <= broken(told)
    twice = staff(staff(story, BUSY, at(2, "10:00"), Label.PROMO), BUSY, at(3, "10:00"), Label.PROMO)
    assert "promo.week" in broken(saying(twice, promo))


def test_what_staff_said_while_nobody_heard_is_not_held_against_the_bot():
    promo = post(BUSY, at(8, "19:30"), "promo/010")
    told = saying(staff(without(blameless(), BUSY), BUSY, at(8, "10:00"), Label.PROMO), promo)
    assert not {"promo.day", "promo.ten"} & broken(replace(told, delivered={}))


def test_a_promotion_that_the_gateway_dropped_counts_as_well():
    story = without(blameless(), BUSY)
    dropped = post(BUSY, at(8, "19:30"), "promo/010", Fate.DROPPED)
    assert "promo.day" in broken(saying(story, dropped, post(BUSY, at(8, "20:30"), "promo/011")))
    refused = post(BUSY, at(8, "19:30"), "promo/010", Fate.REFUSED)
    assert "promo.day" not in broken(saying(story, refused, post(BUSY, at(8, "20:30"), "promo/011")))


def test_a_second_promotion_among_ten_posts():
    story = without(blameless(), BUSY)
    nine = [post(BUSY, at(day, "19:30"), f"value/{10 + day:03d}") for day in range(9, 18)]
    first, second = post(BUSY, at(8, "19:30"), "promo/010"), post(BUSY, at(18, "19:30"), "promo/011")
    assert "promo.ten" not in broken(saying(story, first, *nine, second))
    assert "promo.ten" in broken(saying(story, first, *nine[1:], second))


def test_proportions_that_are_not_kept():
    assert "mix" in broken(without(blameless(), ROOM, PostKind.INTERACTIVE))
    crowd = [post(BUSY, at(20, f"19:{30 + number}"), f"interactive/{number:03d}") for number in (1, 2, 3)]
    assert "mix" in broken(saying(blameless(), *crowd))


@pytest.mark.parametrize(
    ("room_id", "promo_only", "kind", "guilty"),
    [
        (ROOM, False, "value", True),
        ("", False, "value", True),
        ("", True, "value", False),
        ("", True, "promo", True),
        (BUSY, False, "value", False),
    ],
)
def test_a_post_in_a_pause(room_id, promo_only, kind, guilty):
    stop = Stop(room_id, promo_only, at(8, "20:00"), at(8, "20:30"), at(8, "20:31"))
    story = replace(saying(blameless(), post(ROOM, at(8, "20:10"), f"{kind}/110")), stops=[stop])
    assert ("pause" in broken(story)) is guilty


def test_a_room_that_was_forgotten():
    assert "presence" in broken(without(blameless(), ROOM))
    silent = blameless()
    silent.sent.remove(next(item for item in silent.sent if item.conversation_id == ROOM))
    assert "presence" in broken(silent)
    assert "presence" not in broken(replace(silent, deaf=[(at(1, "19:30"), at(1, "19:31"))]))
    assert "presence" not in broken(
        replace(silent, stops=[Stop("", promo_only=False, since=at(1, "18:00"), until=at(1, "22:00"))])
    )


def test_words_in_haste():
    story = blameless()
    first = next(item for item in story.sent if item.conversation_id == ROOM)
    soon = post(BUSY, first.at + timedelta(seconds=2), "value/110")
    assert "gap" in broken(saying(story, soon))
    chatter = [
        Sent(at(8, "12:00") + timedelta(seconds=1.4 * number), "m1", "在的", Fate.ARRIVED) for number in range(41)
    ]
    assert "rate" in broken(replace(story, sent=sorted([*story.sent, *chatter], key=when)))


def test_words_after_the_gateway_has_complained():
    refused = post(ROOM, at(8, "19:30"), "value/110", Fate.TOO_FAST)
    assert "breaker" in broken(saying(blameless(), refused, post(ROOM, at(8, "19:59"), "value/111")))
    assert "breaker" not in broken(saying(blameless(), refused, post(ROOM, at(8, "20:01"), "value/111")))


def test_a_message_that_was_heard_and_is_gone():
    assert judge(replace(blameless(), kept=frozenset({"heard-2"}))).count("lost") == 1


def test_a_message_that_is_nobodys_business():
    story = blameless()
    assert broken(replace(story, kept=story.kept | {"strange-1"})) == {"overheard"}


def test_a_message_from_before_the_adoption_is_not_missed():
    story = blameless()
    early = Spoken(BEGIN, ROOM, "m1", Label.TALK, "early")
    told = replace(story, spoken=[*story.spoken, early], delivered={**story.delivered, "early": BEGIN})
    assert broken(told) == set()


def known_as(story, sent, state):
    mine = (sent.conversation_id, slug(sent))
    others = [known for known in story.known if (known.room_id, known.content) != mine]
    return replace(story, known=[*others, *([Known(*mine, state, sent.at)] if state else [])])


@pytest.mark.parametrize(("state", "guilty"), [("unknown", False), ("ambiguous", False), ("skipped", True), ("", True)])
def test_a_broken_send_is_shown_to_somebody(state, guilty):
    torn = post(ROOM, at(8, "19:30"), "value/110", Fate.TORN)
    assert (judge(known_as(saying(blameless(), torn), torn, state)).count("ambiguous") == 1) is guilty


def test_nothing_is_confirmed_without_an_echo():
    dropped = post(ROOM, at(8, "19:30"), "value/110", Fate.DROPPED)
    assert "confirmed" in broken(known_as(saying(blameless(), dropped), dropped, "confirmed"))
    assert "confirmed" not in broken(known_as(saying(blameless(), dropped), dropped, "unconfirmed"))


def test_nothing_is_left_open_for_ever():
    dropped = post(ROOM, at(8, "19:30"), "value/110", Fate.DROPPED)
    assert "forgotten" in broken(known_as(saying(blameless(), dropped), dropped, "accepted"))


def test_more_posts_than_slots():
    crowd = [post(ROOM, at(8, f"19:{40 + number}"), f"value/{110 + number}") for number in (0, 1)]
    assert "slots" in broken(saying(blameless(), *crowd))
    assert "slots" not in broken(saying(blameless(), crowd[0]))
    assert "slots" not in broken(replace(saying(blameless(), *crowd), ordered=[(at(8, "12:00"), ROOM)]))
