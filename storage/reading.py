"""A look into the database from outside the running bot: commands of the shell that only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from storage.engine import open_readers, parse_url
from storage.store import Db


@contextmanager
def reading(url: str) -> Iterator[Db]:
    """A session that cannot write, for the length of the block."""
    engine, _ = open_readers(parse_url(url))
    try:
        with Session(engine) as db:
            yield db
    finally:
        engine.dispose()
