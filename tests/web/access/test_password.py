"""Passwords fit whom they belong to, and nobody else."""

from __future__ import annotations

import re

from bot.config_web import HASH
from bot.web.access import password
from bot.web.access.password import Passwords
from tests.web.elsewhere import OTHERS, PASSWORD, stored


async def test_a_password_fits_its_owner_only() -> None:
    known = Passwords({"an": stored(PASSWORD), "ben": stored(OTHERS)})
    assert await known.fits("an", PASSWORD)
    assert not await known.fits("an", OTHERS)
    assert not await known.fits("ben", PASSWORD)
    assert not await known.fits("nobody", PASSWORD)
    assert not await known.fits("an", "")
    assert not await known.fits("an", "\ud800")


async def test_where_nobody_has_one_none_fits() -> None:
    nobody = Passwords({})
    assert not nobody.any
    assert not await nobody.fits("", "")


async def test_an_unknown_id_costs_the_same_work(monkeypatch) -> None:
    """Told by the work, not by a clock: each guess is one comparison with a hash of the same make."""
    compared = []

    class Counting:
        def verify(self, hash_: str, _password: bytes) -> bool:
            compared.append(hash_.rpartition("$")[0].rpartition("$")[0])
            return True

    known = Passwords({"an": stored(PASSWORD)})
    monkeypatch.setattr(password, "_HASHER", Counting())
    assert await known.fits("an", "x")
    assert not await known.fits("nobody", "x")
    assert len(compared) == 2
    assert len(set(compared)) == 1


def test_what_is_kept_is_what_the_settings_take() -> None:
    assert re.fullmatch(HASH, stored(PASSWORD))
    assert PASSWORD not in stored(PASSWORD)
