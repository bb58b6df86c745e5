"""What a piece of work asks of SQLite, and how SQLite goes about it."""

from sqlalchemy import create_engine, event
from sqlmodel import Session


def plans_of(url, work):
    """For each SELECT that `work(db)` makes, the lines of SQLite's query plan; nothing is committed."""
    engine, asked = create_engine(url), []
    event.listen(engine, "before_cursor_execute", lambda *facts: asked.append(facts[2:4]))
    try:
        with Session(engine) as db:
            work(db)
            mine = [(statement, values) for statement, values in asked if statement.startswith("SELECT")]
            return [_plan(db.connection(), statement, values) for statement, values in mine]
    finally:
        engine.dispose()


def _plan(connection, statement, values):
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
