"""Whatever happens in whatever order, points add up, pay once and buy what is there; a planted fault is found."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import MetaData, UniqueConstraint

from storage import points, redemptions
from storage.engine import open_writer, parse_url
from storage.tables import Base
from tests.storage.points_machine import PointsMachine

ordinary = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# That a planted fault is found must not depend on luck, and nobody wants to read the shortest way to it.
hunting = settings(ordinary, derandomize=True, max_examples=1_000, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def engine(database):
    opened = open_writer(database, durable=False)
    yield opened
    opened.dispose()


@pytest.fixture
def quick_engine(sqlite_database):
    opened = open_writer(sqlite_database, durable=False)
    yield opened
    opened.dispose()


def play(engine, how):
    run_state_machine_as_test(lambda: PointsMachine(engine), settings=how)


@pytest.mark.long
def test_points_keep_their_word(engine):
    play(engine, ordinary)


@pytest.mark.lab
@pytest.mark.timeout(600)
def test_points_keep_their_word_for_long(engine):
    play(engine, settings(ordinary, max_examples=400, stateful_step_count=50))


# Planted faults: each must be found.


@pytest.fixture
def engine_without_unique_subjects(tmp_path):
    """The same tables, but for the constraint on subjects."""
    opened, tables = open_writer(parse_url(f"sqlite:///{tmp_path}/loose.db"), durable=False), MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(tables)
    ledger = tables.tables["point"]
    ledger.constraints.remove(next(held for held in ledger.constraints if isinstance(held, UniqueConstraint)))
    tables.create_all(opened)
    yield opened
    opened.dispose()


def test_an_event_that_pays_twice_is_found(engine_without_unique_subjects, monkeypatch):
    monkeypatch.setattr(points, "_known", lambda *_subjects: set())
    with pytest.raises(AssertionError):
        play(engine_without_unique_subjects, hunting)


def test_a_balance_that_is_not_kept_is_found(quick_engine, monkeypatch):
    honest = points._enter

    def forgetful(db, account_id, entries, people, now):
        honest(db, account_id, entries[:1], people, now)

    monkeypatch.setattr(points, "_enter", forgetful)
    with pytest.raises(AssertionError):
        play(quick_engine, hunting)


def test_a_shelf_without_end_is_found(quick_engine, monkeypatch):
    monkeypatch.setattr(redemptions, "left", lambda _db, _account, rewards: {reward.slug: 9 for reward in rewards})
    with pytest.raises(AssertionError):
        play(quick_engine, hunting)


def test_points_that_do_not_come_back_are_found(quick_engine, monkeypatch):
    monkeypatch.setattr(points, "reverse", lambda *_facts: False)
    with pytest.raises(AssertionError):
        play(quick_engine, hunting)
