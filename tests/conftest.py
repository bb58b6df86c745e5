"""For all tests: what the slow lab is, which tests begin first, and what the bots of a process share.

The lab runs only when it is asked for by its name: `-m lab`, which is what `make torture` does.
"""

import pytest

from tests.storage import dialect

dialect.share()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    # Whatever order the others are shuffled into: a long one begun last leaves the other workers idle.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if "lab" in (config.getoption("markexpr") or ""):
        return
    lab = [item for item in items if item.get_closest_marker("lab")]
    config.hook.pytest_deselected(items=lab)
    items[:] = [item for item in items if not item.get_closest_marker("lab")]
