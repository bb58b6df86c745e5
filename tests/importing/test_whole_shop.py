"""A small whole shop with planted faults of every kind: all good rows in, each bad one named, everybody's tier."""

import random

from tests.bench import importing as shop

PEOPLE, SALES, EVERY = 2_000, 20_000, 20


def test_all_good_rows_are_in_and_each_bad_one_is_named(any_counter):
    counter, truth, dice = any_counter, shop.Truth(every=EVERY), random.Random(11)
    counter.config = shop.settings(counter.database, counter.folder)
    files = {kind: counter.folder / f"{kind}.csv" for kind in ("members", "orders")}
    shop.write_members(files["members"], PEOPLE, truth, dice)
    shop.write_orders(files["orders"], PEOPLE, SALES, truth, dice)
    planted = {kind: set(found.values()) for kind, found in truth.faults.items()}
    assert planted["members"] == set(shop.MEMBER_FAULTS.values())
    assert planted["orders"] == set(shop.ORDER_FAULTS.values())

    for news in (f"{truth.members:,} new, 0 changed, 0 same", f"0 new, 0 changed, {truth.members:,} same"):
        told = counter.take("members", files["members"])
        assert told.code == 1
        assert news in told.figures
        assert shop.wrongly_reported("members", counter.folder / "members.csv.errors.csv", truth) == []
    for news in (f"{truth.orders:,} new, 0 changed, 0 same", f"0 new, 0 changed, {truth.orders:,} same"):
        told = counter.take("orders", files["orders"])
        assert news in told.figures
        assert told.lines_with("cancelled, ")[0].startswith(f"{truth.void:,} ")
        assert shop.wrongly_reported("orders", counter.folder / "orders.csv.errors.csv", truth) == []
        assert counter.rows(shop.TOTALS) == [(truth.orders, truth.cents)]
        bought = [row for row in counter.rows(shop.CUSTOMERS) if row[0] in truth.recent]
        assert len(bought) == len(truth.recent)
        assert shop.wrong_tiers(iter(bought), truth) == []


def test_the_bench_would_notice_a_fault_that_is_not_reported(tmp_path):
    truth = shop.Truth()
    truth.faults["orders"] = {7: "is no amount", 9: "already"}
    errors = tmp_path / "errors.csv"
    errors.write_text("line,column,value,reason\n7,金额,x,is no amount: write …\n8,,,made up\n", encoding="utf-8-sig")
    assert shop.wrongly_reported("orders", errors, truth) == ["line 9: already", "line 8: made up"]
