"""The slow lab runs only when it is asked for by its name: `-m lab`."""

import pytest


def pytest_collection_modifyitems(config, items):
    if "lab" not in (config.getoption("markexpr") or ""):
        for item in items:
            if item.get_closest_marker("lab"):
                item.add_marker(pytest.mark.skip(reason="the slow lab: run it with `make torture`"))
