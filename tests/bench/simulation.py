"""The simulation's days per second, and how it grows with rooms and days."""

from __future__ import annotations

from pathlib import Path

from bot.config_file import load
from bot.simulation.run import simulate
from bot.simulation.terms import Terms

SEED = 1


def bench() -> None:
    """Print days per second for ten rooms, for three times the days and for three times the rooms."""
    texts = load(Path("config.toml"))
    small, longer, wider = (simulate(Terms(rooms, days, SEED, texts)) for rooms, days in ((10, 10), (10, 30), (30, 10)))
    print(f"simulating 10 rooms × 10 days: {small.seconds:.1f} s, {10 / small.seconds:.1f} days/s")
    days, rooms = longer.seconds / small.seconds, wider.seconds / small.seconds
    print(f"  × {days:.2f} for 3 × the days, × {rooms:.2f} for 3 × the rooms")
