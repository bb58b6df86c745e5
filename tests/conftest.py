"""For all tests: what the slow lab is, which tests begin first, and what the bots of a process share.

The lab runs only when it is asked for by its name: `-m lab`, which is what `make torture` does.
"""

import gc

import pytest

from tests import tmpfs
from tests.storage import dialect

dialect.share()


def pytest_configure(config):
    if not _in_lab(config):
        tmpfs.move_in()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    # Whatever order the others are shuffled into: a long one begun last leaves the other workers idle.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if _in_lab(config):
        return
    lab = [item for item in items if item.get_closest_marker("lab")]
    config.hook.pytest_deselected(items=lab)
    items[:] = [item for item in items if not item.get_closest_marker("lab")]


def pytest_collection_finish():
    # Modules and thousands of collected tests never die, and each full collection would walk them all for a quarter
    # of a second.
    gc.collect()
    gc.freeze()


def _in_lab(config):
    return "lab" in (config.getoption("markexpr") or "")
