"""Forgetting somebody knows every column in which a person can stand."""

from sqlalchemy import JSON, String, TypeDecorator

from storage.footprints import BY, FOOTPRINTS, KEY, NONE, OWN, TEXT
from storage.tables import Base

ID_COLUMNS = {"contact_id", "talker_id", "listener_id", "inviter_id", "actor_id", "conversation_id"}
PERSON_ENDINGS = ("_by", "_to")


def holds_words(column):
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, String | JSON)


def wordy(metadata):
    return {
        name: {column.name for column in table.columns if holds_words(column)} - {"account_id"}
        for name, table in metadata.tables.items()
    }


def test_every_column_that_can_hold_words_is_known_to_forgetting():
    """A new column fails here: say in storage/footprints.py what forgetting a person does to it."""
    assert {name: set(columns) for name, columns in FOOTPRINTS.items()} == wordy(Base.metadata)


def test_every_table_names_its_account():
    assert [name for name, table in Base.metadata.tables.items() if "account_id" not in table.columns] == []


def test_no_column_that_is_called_like_a_person_is_passed_over():
    passed = [
        (table, column)
        for table, columns in FOOTPRINTS.items()
        for column, trace in columns.items()
        if trace is NONE and (column in ID_COLUMNS or column == "by" or column.endswith(PERSON_ENDINGS))
    ]
    # It holds who is being forgotten, for as long as that takes.
    assert passed == [("erasure", "contact_id")]


def test_what_is_unique_is_struck_so_that_it_stays_unique():
    plain = [
        (name, column)
        for name, table in Base.metadata.tables.items()
        for column, trace in FOOTPRINTS[name].items()
        if trace is TEXT and _unique(table, column)
    ]
    assert plain == []
    assert all(trace in {OWN, BY, KEY, NONE} for name in Base.metadata.tables for trace in _identity(name))


def _unique(table, column):
    groups = [constraint.columns for constraint in table.constraints if hasattr(constraint, "columns")]
    return any(column in group for group in groups)


def _identity(name):
    table = Base.metadata.tables[name]
    return [FOOTPRINTS[name][column.name] for column in table.primary_key.columns if column.name in FOOTPRINTS[name]]
