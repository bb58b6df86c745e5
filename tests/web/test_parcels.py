"""Files that wait for the page that asked for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.message import File
from bot.web.access.session import Session
from bot.web.parcels import KEPT_FOR, MOST, Parcels

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
OURS, THEIRS = (Session("wxid_op", token, NOW + timedelta(hours=1)) for token in ("a", "b"))
FILE = File("小满-2026-11-22.json", b"{}")


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def parcels(clock: list[datetime]) -> Parcels:
    return Parcels(lambda: clock[0])


def test_a_file_is_given_out_once_and_to_the_session_it_is_for(parcels: Parcels) -> None:
    key = parcels.put(OURS, FILE)
    assert parcels.take(THEIRS, key) is None
    assert parcels.take(OURS, "guessed") is None
    assert parcels.take(OURS, key) == FILE
    assert parcels.take(OURS, key) is None


def test_it_waits_ten_minutes(parcels: Parcels, clock: list[datetime]) -> None:
    key, late = parcels.put(OURS, FILE), parcels.put(OURS, FILE)
    clock[0] += KEPT_FOR - timedelta(seconds=1)
    assert parcels.take(OURS, key) == FILE
    clock[0] += timedelta(seconds=1)
    assert parcels.take(OURS, late) is None


def test_of_too_many_the_oldest_goes(parcels: Parcels) -> None:
    keys = [parcels.put(OURS, FILE) for _ in range(MOST + 1)]
    assert [parcels.take(OURS, key) for key in keys] == [None, *[FILE] * MOST]


def test_once_somebody_is_forgotten_none_is_given_out(parcels: Parcels) -> None:
    keys = [parcels.put(OURS, FILE), parcels.put(THEIRS, FILE)]
    parcels.clear()
    assert [parcels.take(OURS, keys[0]), parcels.take(THEIRS, keys[1])] == [None, None]
