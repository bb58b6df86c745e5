"""Faults planted into the bot: the simulation must notice each, and must be content with the bot as it is."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.outbound.deliver import Delivering
from bot.policy import caps, gate, planner
from bot.policy.window import Opening
from bot.simulation import play
from bot.simulation.run import simulate
from bot.simulation.terms import Terms
from bot.simulation.weather import CALM, Fate, Mishap, Trouble, Weather
from storage import deliveries, outbox, outlooks
from storage.engine import open_writer
from storage.tables import Base, DeliveryRow
from tests.simulation.test_simulate import TEXTS

UNCERTAIN = replace(CALM, fates={Fate.TORN: 0.15, Fate.LOST: 0.15})


@dataclass(frozen=True, slots=True)
class Blackouts(Weather):
    """The gateway is gone every evening, from before the windows open in China until just before they close."""

    def mishaps(self, rng, begin, end):
        opens = begin.replace(hour=10, minute=50)
        closes = timedelta(hours=2, minutes=9, seconds=40)
        return [Mishap(opens + timedelta(days=day), Trouble.RESTART, closes) for day in range((end - begin).days)]


@dataclass(frozen=True, slots=True)
class Kills(Weather):
    """The process is killed every 25 seconds while posts are due, and each send takes a good part of that."""

    def mishaps(self, rng, begin, end):
        opens = begin.replace(hour=11, minute=12)
        evenings = (opens + timedelta(days=day) for day in range((end - begin).days))
        return [
            Mishap(evening + timedelta(seconds=25 * number), Trouble.CRASH, timedelta(seconds=2))
            for evening in evenings
            for number in range(20)
        ]


KILLS = Kills(**{**{name: getattr(CALM, name) for name in CALM.__slots__}, "latency": (2, 10)})
BLACKOUTS = Blackouts(**{name: getattr(CALM, name) for name in CALM.__slots__})


def broken(rooms, days, seed, weather=CALM):
    return {breach.promise for breach in simulate(Terms(rooms, days, seed, TEXTS, weather)).judgement.breaches}


def calendar_week(history, limits, at):
    monday = (at - timedelta(days=at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    found = [entry for entry in history if entry.kind == "promo" and entry.at >= monday]
    return caps.Count("promo.week", len(found), limits.week)


def always_taken_as_free(db, slot, plan):
    return False


async def send_first(self, delivery, text, turn):
    await turn.say(text)
    await self._store.run(self._intend, delivery, text, turn.paced_until)
    await self._store.run(outbox.accepted, delivery.id, "", self._clock())
    return deliveries.DeliveryState.ACCEPTED


def sent_again(db, delivery_id, reason, now):
    outbox.refused(db, delivery_id, reason, again_at=now + timedelta(minutes=2), now=now)


SEED = 34
"""A town whose four rooms lie in China, one of them with three slots and more promotion than a week bears."""


@pytest.mark.long
def test_the_bot_as_it_is_keeps_its_promises_in_all_of_these_weathers():
    assert broken(4, 8, SEED) == set()
    assert broken(4, 3, SEED, UNCERTAIN) == set()
    assert broken(4, 3, SEED, BLACKOUTS) == set()
    assert broken(4, 2, SEED, KILLS) == set()


def test_a_cap_on_the_calendar_week_is_noticed(monkeypatch):
    monkeypatch.setattr(caps, "week", calendar_week)
    assert "promo.week" in broken(4, 8, SEED)


def test_a_window_that_lets_its_end_in_is_noticed(monkeypatch):
    for module in (gate, planner):
        monkeypatch.setattr(module, "LAST_START", timedelta())
    monkeypatch.setattr(Opening, "__contains__", lambda self, now: self.start <= now <= self.end)
    assert broken(4, 3, SEED, BLACKOUTS) & {"window", "last_start"}


def test_a_send_before_its_commit_is_noticed(monkeypatch):
    monkeypatch.setattr(Delivering, "_take_turn", send_first)
    assert "duplicate" in broken(4, 2, SEED, KILLS)


def test_an_unknown_post_that_is_sent_again_is_noticed(monkeypatch):
    monkeypatch.setattr(outbox, "unknown", sent_again)
    assert "duplicate" in broken(4, 3, SEED, UNCERTAIN)


def test_slots_that_are_not_unique_are_noticed(monkeypatch):
    def without_the_constraint(url):
        unique = {item for item in DeliveryRow.__table__.constraints if "slot_number" in getattr(item, "columns", ())}
        monkeypatch.setattr(DeliveryRow.__table__, "constraints", DeliveryRow.__table__.constraints - unique)
        engine = open_writer(url)
        Base.metadata.create_all(engine)
        engine.dispose()

    of = outlooks.of
    monkeypatch.setattr(play, "migrate", without_the_constraint)
    monkeypatch.setattr(outbox, "_taken", always_taken_as_free)
    monkeypatch.setattr(
        outlooks, "of", lambda *asked: {room: replace(seen, taken=frozenset()) for room, seen in of(*asked).items()}
    )
    assert "slots" in broken(4, 2, SEED, KILLS)
