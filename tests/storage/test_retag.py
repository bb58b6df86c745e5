"""Reading all that was said anew: counts are stated, not added, and what people decided stays."""

import itertools
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.core.operator import Role
from bot.policy.tag_rules import TagRule, TagRules
from storage import messages, operators, retag, tags
from storage.retag import Retagged
from storage.tables import Handling, MessageRow
from tests.storage.given import ACCOUNT, ANNA, BEN, BOT, DAY, HOUR, NOW, OPERATOR, OTHER_ROOM, said

CAT = TagRule("cat", "养猫", ("猫",), "说到猫", expires=timedelta(days=9))
DOG = TagRule("dog", "养狗", ("狗",), "说到狗")
RULES = TagRules([CAT, DOG])
LATER = NOW + 3 * DAY


async def hear(store, *spoken, rules=RULES):
    """As the inbound flow does it."""

    def work(db):
        messages.record(db, [(message, Handling.NONE) for message in spoken], NOW)
        for message in spoken:
            facts = {"contact_id": message.talker_id, "room_id": message.room_id}
            hits = rules.match(message.text)
            tags.met(db, ACCOUNT, tags.by_rules(hits, **facts, message_id=message.message_id, at=message.sent_at))

    await store.run(work)


async def rerun(store, rules=RULES, people=(ANNA,)):
    return await store.run(retag.rerun, ACCOUNT, people, rules)


async def held(store, now=LATER, contact_id=ANNA):
    return {tag.name: tag for tag in await store.read(tags.of, ACCOUNT, contact_id, now)}


async def test_the_same_rules_change_nothing(store):
    await hear(store, said("猫"), said("狗", sent_at=NOW + HOUR), said("猫和狗", sent_at=NOW + DAY))
    before = await held(store)
    for _twice in range(2):
        assert await rerun(store) == Retagged(messages=3)
        assert await held(store) == before
    assert before["养猫"].times == 2


async def test_a_new_rule_gives_its_tag_for_what_was_said_before_it(store):
    await hear(store, said("小兔子"), said("兔子", sent_at=NOW + HOUR))
    assert await rerun(store, TagRules([CAT, TagRule("rabbit", "养兔", ("兔",), "说到兔")])) == Retagged(2, given=1)
    tag = (await held(store))["养兔"]
    assert (tag.source, tag.rule, tag.times, tag.assigned_at) == ("rule", "rabbit", 2, NOW)


async def test_what_no_rule_gives_any_more_is_taken(store):
    await hear(store, said("猫"), said("狗"))
    assert await rerun(store, TagRules([CAT])) == Retagged(2, taken=1)
    assert set(await held(store)) == {"养猫"}


async def test_a_count_that_was_wrong_is_corrected(store):
    spoken = said("猫")
    await hear(store, spoken)
    await store.run(
        lambda db: tags.met(
            db, ACCOUNT, tags.by_rules(RULES.match("猫"), contact_id=ANNA, room_id=None, message_id="x", at=NOW)
        )
    )
    assert await rerun(store) == Retagged(1, corrected=1)
    tag = (await held(store))["养猫"]
    assert (tag.times, tag.message_id) == (1, spoken.message_id)


async def test_what_an_operator_removed_stays_removed_and_what_they_set_stays_set(store):
    await hear(store, said("猫狗"), said("狗", sent_at=NOW + HOUR))
    await store.run(tags.remove, ACCOUNT, ANNA, "养猫", by=OPERATOR, now=NOW + HOUR)
    await store.run(tags.add, ACCOUNT, ANNA, "养狗", by=OPERATOR, now=NOW + HOUR)
    await store.run(tags.add, ACCOUNT, ANNA, "老客", by=OPERATOR, now=NOW + HOUR)
    before = await held(store)
    assert await rerun(store) == Retagged(messages=2)
    assert await rerun(store, TagRules([])) == Retagged(messages=2)
    assert await held(store) == before
    assert set(before) == {"养狗", "老客"}


async def test_behaviour_and_import_are_left_as_they_are(store):
    evidence = {"contact_id": ANNA, "rule": "x", "room_id": None, "message_id": "", "why": "", "expires_at": None}
    given = [
        tags.Evidence(**evidence, tag="早起打卡", at=NOW, source="behaviour", times=5),
        tags.Evidence(**evidence, tag="养猫", at=NOW, source="import"),
    ]
    await store.run(tags.met, ACCOUNT, given)
    await hear(store, said("猫", sent_at=NOW + HOUR))
    before = await held(store)
    assert await rerun(store) == Retagged(messages=1)
    assert await held(store) == before
    assert before["养猫"].source == "import"
    assert before["早起打卡"].times == 5


async def test_expired_tags_fade_and_begin_anew(store):
    spoken = [said("猫", sent_at=NOW), said("猫", sent_at=NOW + DAY), said("猫", sent_at=NOW + 30 * DAY)]
    await hear(store, *spoken)
    await rerun(store)
    assert "养猫" not in await held(store, NOW + 40 * DAY)
    tag = (await held(store, NOW + 31 * DAY))["养猫"]
    assert (tag.times, tag.assigned_at) == (1, NOW + 30 * DAY)


async def test_evidence_that_is_no_longer_kept_is_believed(store):
    await hear(store, said("狗"), said("猫"), said("猫", sent_at=NOW + DAY))
    await store.run(
        lambda db: db.execute(delete(MessageRow).where(MessageRow.sent_at < NOW + HOUR)),
    )
    assert await rerun(store) == Retagged(messages=1)
    found = await held(store)
    assert (found["养猫"].times, found["养猫"].assigned_at) == (2, NOW)
    assert "养狗" in found


async def test_the_people_of_a_room_are_read_in_all_their_rooms(store):
    await hear(store, said("猫"), said("猫", room_id=OTHER_ROOM, talker_id=BEN), said("猫", room_id=OTHER_ROOM))
    assert await store.read(retag.people, ACCOUNT, OTHER_ROOM) == [ANNA, BEN]
    await rerun(store)
    assert (await held(store))["养猫"].times == 2


async def test_staff_the_bot_and_private_words_earn_nothing(store):
    await store.run(operators.add, ACCOUNT, OPERATOR, Role.OPERATOR, name="", by="", now=NOW)
    spoken = [
        said("猫", talker_id=OPERATOR),
        said("猫", talker_id=BOT, from_self=True),
        said("猫", talker_id=BEN, room_id=None, listener_id=BOT),
    ]
    await store.run(messages.record, [(message, Handling.NONE) for message in spoken], NOW)
    assert await store.read(retag.people, ACCOUNT, None) == []
    assert await rerun(store, people=(BEN,)) == Retagged()
    assert await held(store, contact_id=BEN) == {}


PEOPLE = itertools.count()
STEPS = st.lists(
    st.tuples(st.sampled_from(["猫", "狗", "猫狗", "天气", "+养猫", "-养猫", "-养狗"]), st.integers(0, 300)),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_whatever_was_said_and_decided_a_re_run_states_what_hearing_it_gave(store, steps):
    person, now = f"p{next(PEOPLE)}", NOW
    for step, hours in steps:
        now += hours * HOUR
        if step[0] in "+-":
            work = tags.add if step[0] == "+" else tags.remove
            await store.run(work, ACCOUNT, person, step[1:], by=OPERATOR, now=now)
        else:
            await hear(store, said(step, talker_id=person, sent_at=now))
    before = [await held(store, NOW + hours * HOUR, person) for hours in range(0, 4000, 200)]
    await rerun(store, people=(person,))
    assert [await held(store, NOW + hours * HOUR, person) for hours in range(0, 4000, 200)] == before
