"""The whole bot in virtual time: a month in ten rooms keeps every promise, and the same seed is the same month."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import Config
from bot.simulation.run import simulate
from bot.simulation.terms import Terms

ROOT = Path(__file__).parents[2]
TEXTS = Config.model_validate({"root": ROOT})


def told(outcome):
    """The broken promises, a line each: what a failing test should show."""
    return [
        f"{breach.at:%m-%d %H:%M:%S} {breach.promise} {breach.room} {breach.detail}"
        for breach in outcome.judgement.breaches
    ]


@pytest.mark.long
@pytest.mark.parametrize("seed", [3])
def test_a_month_in_ten_rooms_keeps_every_promise(seed):
    assert told(simulate(Terms(10, 30, seed, TEXTS))) == []


@pytest.mark.lab
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_any_month_in_ten_rooms_keeps_every_promise(seed):
    assert told(simulate(Terms(10, 30, seed, TEXTS))) == []


@pytest.mark.long
@pytest.mark.parametrize("days", [pytest.param(2), pytest.param(5, marks=pytest.mark.lab)])
def test_the_same_seed_is_the_same_run_in_any_process(days):
    def elsewhere(seed, hashing):
        command = [
            sys.executable,
            "-m",
            "bot",
            "simulate",
            "--rooms",
            "3",
            "--days",
            str(days),
            "--seed",
            str(seed),
            "--json",
        ]
        command += ["--config", str(ROOT / "config.toml")]
        done = subprocess.run(command, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": hashing})
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    here = simulate(Terms(3, days, 11, TEXTS))
    one, other = elsewhere(11, "1"), elsewhere(12, "2")
    assert one["digest"] == here.digest != other["digest"]
    assert {key: value for key, value in one.items() if key != "seconds"} == {
        key: value for key, value in here.as_json().items() if key != "seconds"
    }
    assert elsewhere(11, "3")["digest"] == here.digest
