"""Columns give back what was put in, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import select

from storage.tables import GapRow
from storage.types import EPOCH, Instant, Text, to_ms
from tests.storage.given import ACCOUNT

DIALECTS = (sqlite.dialect(), postgresql.dialect())
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones)  # noqa: DTZ001


@given(instants)
def test_an_instant_comes_back_to_the_millisecond_in_utc(at):
    column = Instant()
    for dialect in DIALECTS:
        back = column.process_result_value(column.process_bind_param(at, dialect), dialect)
        assert timedelta() <= at - back < timedelta(milliseconds=1)
        assert back.tzinfo is UTC
        assert column.process_bind_param(back, dialect) == to_ms(at)


@given(instants, instants)
def test_instants_keep_their_order(one, other):
    assert to_ms(min(one, other)) <= to_ms(max(one, other))


@given(st.text())
def test_text_is_kept_as_said_except_nul_on_postgresql(text):
    on_sqlite, on_postgres = (Text().process_bind_param(text, dialect) for dialect in DIALECTS)
    assert on_sqlite == text
    assert on_postgres == text.replace("\x00", "\u2400")


@given(st.text(st.characters(categories=["Cs", "Lo", "Cc"])))
def test_half_an_emoji_is_stored_as_a_replacement_character(text):
    for dialect in DIALECTS:
        stored = Text().process_bind_param(text, dialect)
        assert stored.encode("utf-8").decode("utf-8") == stored
        assert len(stored) == len(text)


@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=instants)
async def test_an_instant_survives_the_database(store, at):
    def keep(db):
        row = GapRow(account_id=ACCOUNT, since=at, until=EPOCH)
        db.add(row)
        db.flush()
        return row.id

    row_id = await store.run(keep)
    row = await store.read(lambda db: db.exec(select(GapRow).where(GapRow.id == row_id)).one())
    assert row.since == EPOCH + timedelta(milliseconds=to_ms(at))
    assert row.until == EPOCH
