"""A session lasts as long as it should, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.web.access import session
from bot.web.access.session import Sessions

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


def test_found_until_its_hour_and_not_after() -> None:
    now = [NOW]
    sessions = Sessions(lambda: now[0], timedelta(hours=1))
    handle = sessions.begin("an")
    found = sessions.find(handle)
    assert found is not None
    assert found.contact_id == "an"
    assert sessions.lasts(found)
    now[0] += timedelta(hours=1)
    assert not sessions.lasts(found)
    assert sessions.find(handle) is None


def test_ended_is_ended() -> None:
    sessions = Sessions(lambda: NOW, timedelta(hours=1))
    handle, other = sessions.begin("an"), sessions.begin("an")
    found = sessions.find(handle)
    assert found is not None
    sessions.end(handle)
    assert sessions.find(handle) is None
    assert not sessions.lasts(found)
    assert sessions.find(other) is not None
    sessions.end("never begun")


def test_a_token_belongs_to_one_session() -> None:
    sessions = Sessions(lambda: NOW, timedelta(hours=1))
    mine, theirs = (sessions.find(sessions.begin("an")) for _ in range(2))
    assert mine is not None
    assert theirs is not None
    assert mine.owns(mine.token)
    assert not mine.owns(theirs.token)
    assert not mine.owns("")
    assert not mine.owns("é")


def test_what_the_browser_holds_is_not_what_is_kept() -> None:
    sessions = Sessions(lambda: NOW, timedelta(hours=1))
    handle = sessions.begin("an")
    assert handle not in repr(sessions._kept)
    assert sessions.find("") is None


def test_too_many_sessions_end_the_oldest(monkeypatch) -> None:
    monkeypatch.setattr(session, "MOST", 2)
    sessions = Sessions(lambda: NOW, timedelta(hours=1))
    handles = [sessions.begin("an") for _ in range(3)]
    assert [sessions.find(handle) is not None for handle in handles] == [False, True, True]
