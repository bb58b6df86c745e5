"""A large simulation in several processes: the same verdict, whoever plays the towns."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.config_file import load
from bot.simulation import towns
from bot.simulation.run import simulate
from bot.simulation.terms import Terms
from bot.simulation.towns import simulate_towns, split

TEXTS = load(Path(__file__).parents[2] / "config.toml")


@pytest.mark.parametrize(
    ("rooms", "sizes"), [(1, [1]), (50, [50]), (51, [26, 25]), (100, [50, 50]), (149, [50, 50, 49])]
)
def test_towns_are_of_nearly_the_same_size_and_begin_on_the_same_day(rooms, sizes):
    parts = split(Terms(rooms, 30, 7, TEXTS))
    assert [part.rooms for part in parts] == sizes
    assert len({part.begin for part in parts}) == 1
    assert len({part.rng("rooms").random() for part in parts}) == len(parts)


def test_one_town_is_played_as_ever():
    terms = Terms(2, 1, 5, TEXTS)
    assert simulate_towns(terms).digest == simulate(terms).digest


@pytest.mark.long
def test_towns_in_processes_of_their_own_give_what_they_give_one_by_one(monkeypatch):
    monkeypatch.setattr(towns, "ROOMS", 2)
    terms, passed = Terms(3, 2, 5, TEXTS), []
    whole = simulate_towns(terms, passed.append)
    alone = [simulate(part) for part in split(terms)]
    assert whole.messages == sum(outcome.messages for outcome in alone)
    assert whole.judgement.posts == {
        kind: sum(outcome.judgement.posts[kind] for outcome in alone) for kind in whole.judgement.posts
    }
    assert whole.digest == replace(towns._together(terms, alone)).digest
    assert passed == sorted(passed)
    assert passed[-1] > timedelta(days=1)
