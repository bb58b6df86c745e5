"""The clock, real and virtual."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
import time_machine

from bot import clock as module
from bot.clock import Clock

START = datetime(2026, 11, 22, 18, 55, tzinfo=timezone(timedelta(hours=8)))
LATER = START + timedelta(days=400)


def test_the_real_clock_shows_the_machines_time_in_utc() -> None:
    with time_machine.travel(START, tick=False):
        clock = Clock()
        assert clock() == START == clock.real()
        assert clock().tzinfo is UTC
        assert not clock.virtual


class Machine:
    """A machine's steady seconds, which pass only while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 100.0
        self.slept: list[float] = []
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.seconds))
        monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=self.sleep))

    def clock(self, speed: float) -> Clock:
        clock = Clock(START, speed)
        clock.jump(START)
        return clock

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def test_a_virtual_clock_begins_at_its_start_and_runs_at_its_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(60)
    assert (clock(), clock.virtual) == (START, True)
    assert clock().tzinfo is UTC
    machine.seconds += 10
    assert clock() == START + timedelta(minutes=10)


def test_a_virtual_clock_can_be_moved_and_runs_on(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(60)
    machine.seconds += 10
    clock.jump(LATER)
    assert clock() == LATER
    machine.seconds += 1
    assert clock() == LATER + timedelta(minutes=1)


def test_the_real_clock_cannot_be_moved() -> None:
    for move in (lambda: Clock().jump(START), Clock().stand, Clock().run):
        with pytest.raises(ValueError, match="cannot be moved"):
            move()


def test_a_virtual_clock_stands_until_it_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(60)
    machine.seconds += 10
    clock.stand()
    machine.seconds += 1000
    assert (clock(), clock.stands) == (START + timedelta(minutes=10), True)
    clock.run()
    machine.seconds += 1
    assert (clock(), clock.stands) == (START + timedelta(minutes=11), False)


def test_a_virtual_clock_that_stands_can_be_moved_and_still_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(60)
    clock.stand()
    clock.jump(LATER)
    machine.seconds += 10
    assert (clock(), clock.stands) == (LATER, True)


def test_a_virtual_clock_goes_on_from_where_it_is_at_another_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(60)
    machine.seconds += 10
    clock.run(600)
    assert clock() == START + timedelta(minutes=10)
    machine.seconds += 1
    assert clock() == START + timedelta(minutes=20)
    for speed in (0, -1):
        with pytest.raises(ValueError, match="forwards"):
            clock.run(speed)


async def test_a_sleeper_sleeps_on_while_the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(60)
    clock.stand()

    async def somebody_lets_it_run(seconds: float) -> None:
        await machine.sleep(seconds)
        if len(machine.slept) == 20:
            clock.run()

    monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=somebody_lets_it_run))
    await clock.sleep(30)
    assert clock() == START + timedelta(seconds=30)
    assert len(machine.slept) > 20


def test_a_virtual_clock_also_knows_the_real_time() -> None:
    with time_machine.travel(LATER, tick=False):
        assert Clock(START, 60).real() == LATER


def test_a_stamp_keeps_its_place_on_the_real_clock() -> None:
    with time_machine.travel(START, tick=False):
        stamp = START - timedelta(seconds=30)
        assert Clock().place(stamp) == (stamp, timedelta(seconds=30))


def test_a_stamp_is_as_old_on_a_virtual_clock_as_on_the_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Machine(monkeypatch).clock(60)
    with time_machine.travel(LATER, tick=False):
        half_a_minute = timedelta(seconds=30)
        assert clock.place(LATER - half_a_minute) == (START - half_a_minute, half_a_minute)


def test_what_is_said_while_a_clock_stands_keeps_the_order_in_which_it_was_said() -> None:
    wall, beat = [LATER], [50.0]
    clock = Clock(START, 60.0, wall=lambda: wall[0], monotonic=lambda: beat[0])
    clock.stand()
    wall[0], beat[0] = LATER + timedelta(seconds=10), 60.0
    first, second = wall[0] - timedelta(seconds=3), wall[0] - timedelta(seconds=2)
    assert clock.place(first) == (START, timedelta(seconds=3))
    wall[0], beat[0] = LATER + timedelta(seconds=12), 62.0
    assert clock.place(second) == (START, timedelta(seconds=4))
    before = LATER - timedelta(seconds=5)
    assert clock.place(before) == (START - timedelta(seconds=5), timedelta(seconds=17))


async def test_a_fast_clock_sleeps_less_but_the_world_outside_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(60)
    await clock.sleep(30)
    assert sum(machine.slept) == pytest.approx(0.5)
    assert clock() == START + timedelta(seconds=30)
    await clock.real_sleep(30)
    assert machine.slept[-1] == 30


async def test_a_sleeper_wakes_when_a_virtual_clock_is_moved_past_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch)
    clock = machine.clock(1)

    async def somebody_moves_it(seconds: float) -> None:
        machine.slept.append(seconds)
        clock.jump(LATER)

    monkeypatch.setattr(module, "asyncio", SimpleNamespace(sleep=somebody_moves_it))
    await clock.sleep(3600)
    assert len(machine.slept) == 1


async def test_the_real_clock_sleeps_no_longer_when_it_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It once slept until a wall-clock time: two hours longer on a machine set back by two hours."""
    machine = Machine(monkeypatch)
    with time_machine.travel(START, tick=False):
        await Clock().sleep(30)
    assert machine.slept == [30]


class Sources:
    """A wall clock and a heartbeat that the test moves by hand."""

    def __init__(self):
        self.now, self.beat = datetime(2026, 11, 24, 12, tzinfo=UTC), 100.0

    def pass_by(self, seconds):
        self.now, self.beat = self.now + timedelta(seconds=seconds), self.beat + seconds


def test_a_clock_that_somebody_set_has_slipped_once():
    sources = Sources()
    clock = Clock(wall=lambda: sources.now, monotonic=lambda: sources.beat)
    assert clock.slip() == timedelta()
    sources.pass_by(30)
    assert clock.slip() == timedelta()
    sources.now -= timedelta(hours=2)
    sources.pass_by(5)
    assert clock.slip() == timedelta(hours=-2)
    sources.pass_by(5)
    assert clock.slip() == timedelta()


def test_a_virtual_clock_that_is_moved_has_not_slipped():
    clock = Clock(datetime(2026, 11, 24, tzinfo=UTC), 60)
    clock.slip()
    clock.jump(datetime(2026, 12, 24, tzinfo=UTC))
    assert clock.slip() == timedelta()
