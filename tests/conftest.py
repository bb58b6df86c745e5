"""For all tests: what the slow lab is, and what the bots of a process share.

The lab runs only when it is asked for by its name: `-m lab`, which is what `make torture` does.
"""

from tests.storage import dialect

dialect.share()


def pytest_collection_modifyitems(config, items):
    if "lab" in (config.getoption("markexpr") or ""):
        return
    lab = [item for item in items if item.get_closest_marker("lab")]
    config.hook.pytest_deselected(items=lab)
    items[:] = [item for item in items if not item.get_closest_marker("lab")]
