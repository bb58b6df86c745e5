"""Whatever happens in whatever order, the outbox keeps its word; and the test would notice if it did not."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import MetaData, UniqueConstraint

from bot.core.delivery import DeliveryState
from storage import ledger, outbox
from storage.engine import open_writer, parse_url
from storage.steps import advance
from storage.tables import Base, DeliveryRow
from tests.storage.outbox_machine import OutboxMachine

S = DeliveryState
ordinary = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# That a planted fault is found must not depend on luck, and nobody wants to read the shortest way to it.
hunting = settings(ordinary, derandomize=True, max_examples=2_000, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def engine(sqlite_database):
    opened = open_writer(sqlite_database, durable=False)
    yield opened
    opened.dispose()


def play(engine, how, machine=OutboxMachine):
    run_state_machine_as_test(lambda: machine(engine), settings=how)


@pytest.mark.long
def test_the_outbox_keeps_its_word(engine):
    play(engine, ordinary)


@pytest.mark.lab
def test_the_outbox_keeps_its_word_for_long(engine):
    play(engine, settings(ordinary, max_examples=500, stateful_step_count=50))


# Planted faults: each must be found.


@pytest.fixture
def engine_without_unique_slots(tmp_path):
    """The same tables, but for the constraint on slots."""
    opened, tables = open_writer(parse_url(f"sqlite:///{tmp_path}/loose.db"), durable=False), MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(tables)
    delivery = tables.tables["delivery"]
    slot = next(held for held in delivery.constraints if isinstance(held, UniqueConstraint) and len(held.columns) > 1)
    delivery.constraints.remove(slot)
    tables.create_all(opened)
    yield opened
    opened.dispose()


def test_a_slot_that_is_not_unique_is_found(engine_without_unique_slots, monkeypatch):
    monkeypatch.setattr(outbox, "_taken", lambda *_slot: False)
    with pytest.raises(AssertionError, match="went out 2 times"):
        play(engine_without_unique_slots, hunting)


class SendsBeforeItCommits(OutboxMachine):
    """The send is on its way when the plug is pulled."""

    def write_intent(self, db, known):
        super().write_intent(db, known)
        self.send(known)

    def dispatch(self, known, cut):
        self.commit_intent(known, cut)


def test_a_send_before_the_commit_is_found(engine):
    with pytest.raises(AssertionError, match="went out 2 times"):
        play(engine, hunting, SendsBeforeItCommits)


@pytest.mark.parametrize(("word", "state"), [("accepted", S.ACCEPTED), ("unknown", S.UNKNOWN)])
@pytest.mark.long
def test_a_confirmed_post_that_is_downgraded_is_found(engine, monkeypatch, word, state):
    honest = getattr(outbox, word)

    def overwrite(db, delivery_id, fact, now):
        row = db.get_one(DeliveryRow, delivery_id)
        if row.state == S.CONFIRMED:
            advance(db, row, state, now)
        honest(db, delivery_id, fact, now)

    monkeypatch.setattr(outbox, word, overwrite)
    with pytest.raises(AssertionError, match="left confirmed"):
        play(engine, hunting)


def test_an_unknown_post_that_is_sent_again_is_found(engine, monkeypatch):
    honest = outbox.intend

    def careless(db, delivery_id, **facts):
        row = db.get_one(DeliveryRow, delivery_id)
        if row.state == S.UNKNOWN:
            row.state = S.PLANNED
            ledger.strike(db, delivery_id)
        return honest(db, delivery_id, **facts)

    monkeypatch.setattr(outbox, "intend", careless)
    with pytest.raises(AssertionError, match="went out 2 times"):
        play(engine, hunting)


def test_a_ledger_that_keeps_what_was_not_sent_is_found(engine, monkeypatch):
    monkeypatch.setattr(ledger, "strike", lambda *_delivery: None)
    with pytest.raises(AssertionError):
        play(engine, hunting)
