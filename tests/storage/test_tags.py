"""Tags: what they rest on, how long they hold, and that people outrank rules."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import members, tags
from storage.tags import Evidence
from tests.storage.given import ACCOUNT, ANNA, BEN, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, ROOM

LATER = NOW + HOUR


def evidence(tag="cat", at=NOW, *, message_id="m-1", expires=None, contact_id=ANNA, rule="pet.cat"):
    return Evidence(contact_id, tag, rule, ROOM, message_id, "说起猫", at, at + expires if expires else None)


async def met(store, *items):
    await store.run(tags.met, ACCOUNT, items)


async def held(store, now=LATER, contact_id=ANNA):
    return await store.read(tags.of, ACCOUNT, contact_id, now)


async def names(store, now=LATER):
    return [tag.name for tag in await held(store, now)]


async def by_hand(store, work, tag="cat", now=NOW):
    return await store.run(work, ACCOUNT, ANNA, tag, by=OPERATOR, now=now)


async def test_a_tag_by_rule_shows_what_it_rests_on(store):
    await met(store, evidence(expires=30 * DAY))
    (tag,) = await held(store)
    assert (tag.name, tag.source, tag.rule, tag.message_id, tag.why) == ("cat", "rule", "pet.cat", "m-1", "说起猫")
    assert (tag.assigned_at, tag.expires_at, tag.times) == (NOW, NOW + 30 * DAY, 1)
    assert await held(store, contact_id=BEN) == ()


async def test_meeting_a_rule_again_refreshes_the_tag(store):
    await met(store, evidence(expires=DAY), evidence(at=LATER, message_id="m-2", expires=DAY))
    (tag,) = await held(store)
    assert (tag.times, tag.message_id, tag.assigned_at, tag.expires_at) == (2, "m-2", NOW, LATER + DAY)


@pytest.mark.parametrize("together", [True, False])
async def test_an_older_message_that_arrives_late_counts_but_is_not_the_newest_evidence(store, together):
    """It used to move the evidence and the expiry back."""
    new, old = evidence(at=LATER, message_id="new", expires=DAY), evidence(message_id="old", expires=DAY)
    for batch in ([new, old], [old]) if together else ([new], [old], [old]):
        await met(store, *batch)
    (tag,) = await held(store)
    assert (tag.message_id, tag.expires_at, tag.times) == ("new", LATER + DAY, 3)


async def test_a_tag_holds_until_it_expires_and_not_at_that_moment(store):
    await met(store, evidence(expires=DAY))
    assert await names(store, NOW + DAY - HOUR) == ["cat"]
    assert await names(store, NOW + DAY) == []


async def test_a_tag_that_expired_begins_anew(store):
    await met(store, evidence(expires=DAY), evidence(expires=DAY))
    await met(store, evidence(at=NOW + 3 * DAY, expires=DAY))
    (tag,) = await held(store, NOW + 3 * DAY)
    assert (tag.times, tag.assigned_at) == (1, NOW + 3 * DAY)


async def test_what_an_operator_removed_no_rule_brings_back(store):
    await met(store, evidence())
    assert await by_hand(store, tags.remove)
    await met(store, evidence(at=NOW + DAY), evidence(at=NOW + 90 * DAY))
    assert await held(store, NOW + 90 * DAY) == ()
    assert not await by_hand(store, tags.remove)


async def test_an_operator_can_bring_back_what_was_removed(store):
    await met(store, evidence(expires=DAY))
    await by_hand(store, tags.remove)
    assert await by_hand(store, tags.add, now=LATER)
    (tag,) = await held(store, NOW + 90 * DAY)
    assert (tag.source, tag.rule, tag.message_id, tag.expires_at) == ("operator", "", "", None)


async def test_an_operators_tag_outranks_the_rule(store):
    assert await by_hand(store, tags.add)
    assert not await by_hand(store, tags.add)
    before = await held(store)
    await met(store, evidence(at=LATER, expires=DAY))
    assert await held(store) == before
    assert await names(store, NOW + 90 * DAY) == ["cat"]


async def test_an_operator_takes_a_rules_tag_over(store):
    await met(store, evidence(expires=DAY))
    assert await by_hand(store, tags.add, now=LATER)
    (tag,) = await held(store, NOW + 2 * DAY)
    assert (tag.source, tag.assigned_at, tag.expires_at) == ("operator", LATER, None)


async def test_a_tag_nobody_has_cannot_be_removed(store):
    assert not await by_hand(store, tags.remove)
    await met(store, evidence(expires=HOUR))
    assert not await by_hand(store, tags.remove, now=NOW + HOUR)


async def test_tags_are_listed_by_their_newest_evidence(store):
    await met(store, evidence("dog", LATER), evidence("cat"), evidence("bird", NOW - HOUR))
    assert await names(store) == ["dog", "cat", "bird"]


async def test_people_are_counted_by_tag_in_a_room_or_in_all(store):
    await store.run(members.seen, ACCOUNT, {(ROOM, ANNA): (NOW, NOW), (OTHER_ROOM, BEN): (NOW, NOW)})
    await met(store, evidence(), evidence(contact_id=BEN), evidence("dog", contact_id=BEN))
    await met(store, evidence("old", expires=HOUR))
    assert await store.read(tags.counts, ACCOUNT, None, LATER) == {"cat": 2, "dog": 1}
    assert await store.read(tags.counts, ACCOUNT, ROOM, LATER) == {"cat": 1}
    await by_hand(store, tags.remove)
    assert await store.read(tags.counts, ACCOUNT, ROOM, LATER) == {}


STEPS = st.lists(st.tuples(st.sampled_from(["rule", "add", "remove"]), st.integers(0, 40)), max_size=14)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 10**9))
async def test_the_last_word_of_an_operator_stands_whatever_rules_say(store, steps, number):
    tag = f"tag-{number}"

    def play(db):
        now, last = NOW, None
        tags.add(db, ACCOUNT, ANNA, tag, by=OPERATOR, now=now)
        last = "add"
        for step, hours in steps:
            now += hours * HOUR
            if step == "rule":
                tags.met(db, ACCOUNT, [evidence(tag, now, expires=DAY)])
            elif step == "add":
                tags.add(db, ACCOUNT, ANNA, tag, by=OPERATOR, now=now)
                last = "add"
            elif tags.remove(db, ACCOUNT, ANNA, tag, by=OPERATOR, now=now):
                last = "remove"
        return last, tag in {held.name for held in tags.of(db, ACCOUNT, ANNA, now + 365 * DAY)}

    last, holds = await store.run(play)
    assert holds is (last == "add")
