"""A simulation thaws at its end what was kept out of garbage collections; all tests want it kept out again."""

import gc

import pytest


@pytest.fixture(autouse=True)
def kept_out_again():
    yield
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
