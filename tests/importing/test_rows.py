"""Rows: each fault is told with its line, its column and a reason, and every good row goes in."""

import pytest

from bot.importing.journal import MOST


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (",,没有号的,,,,,,", "微信id / 会员号", "nobody knows whose"),
        ("1001,,小满,,属龙的,,,,", "生日", "农历八月十五"),
        ("1001,,小满,,2-30,,,,", "生日", "does not exist"),
        ("1001,,小满,,2023-2-29,,,,", "生日", "does not exist"),
        ("1001,,小满,,,豆豆,十三月一日,,", "宠物生日", "十三月一日"),
        ("1001,,小满,,,,,钻石卡,", "等级", "超级VIP, VIP, 普通"),
        ("1001,,小满,,,,,VIQ,", "等级", "did you mean VIP?"),
        (f"1001,,小满,{'很' * 21},,,,,", "标签", "more than 20 characters"),
        (f"1001,,{'长' * 501},,,,,,", "昵称", "longer than 500"),
        ("10 01,,小满,,,,,,", "会员号", "spaces"),
        ("1.23457E+17,,小满,,,,,,", "会员号", "rounded by Excel"),
        ("1001,,小满,,,,,", "", "8 cells, the heading has 9"),
        ("1001,,小满,,,,,,,多,余", "", "11 cells, the heading has 9"),
        ('1001,,"小满,,,,,,', "", "a quote is opened"),
        ("1000,,又一个小满,,,,,,", "会员号", "line 2 already"),
        (",wxid_a,又一个阿椒,,,,,,", "微信id", "line 3 already"),
    ],
)
def test_a_bad_member_is_refused_and_the_others_go_in(counter, row, column, said):
    told = counter.members("1000,,小满,,,,,,", ",wxid_a,阿椒,,,,,,", row, "1002,,老秦,,,,,,")
    assert told.code == 1
    assert told.faults.keys() == {4}
    assert told.faults[4].startswith(column)
    assert said in told.faults[4]
    assert told.lines_with("line 4")
    assert counter.people("name") == {"no:1000": ["小满"], "wxid_a": ["阿椒"], "no:1002": ["老秦"]}


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (",1001,20,2026-11-01,", "订单号", "is empty"),
        ("A9,,20,2026-11-01,", "会员号", "nobody knows whose"),
        ("A9,1001,,2026-11-01,", "金额", "is empty"),
        ("A9,1001,面议,2026-11-01,", "金额", "no amount"),
        ("A9,1001,12.345,2026-11-01,", "金额", "no amount"),
        ("A9,1001,1.299,2026-11-01,", "金额", "no amount"),
        ("A9,1001,-20,2026-11-01,", "金额", "below zero"),
        ("A9,1001,99999999999999,2026-11-01,", "金额", "no amount"),
        ("A9,1001,20,,", "下单时间", "is empty"),
        ("A9,1001,20,昨天,", "下单时间", "no time"),
        ("A9,1001,20,11/22/2026,", "下单时间", "no time"),
        ("A9,1001,20,2026-02-30,", "下单时间", "does not exist"),
        ("A9,1001,20,2026-11-01 25:00,", "下单时间", "does not exist"),
        ("A9,1001,20,2027-01-01,", "下单时间", "future"),
        ("A9,1001,20,1998-01-01,", "下单时间", "before 2000"),
        ("1.23457E+17,1001,20,2026-11-01,", "订单号", "rounded"),
        ("A1,1001,20,2026-11-01,", "订单号", "line 2 already"),
        ("A9,1001,20", "", "3 cells, the heading has 5"),
    ],
)
def test_a_bad_order_is_refused_and_the_others_go_in(counter, row, column, said):
    told = counter.orders("A1,1000,10,2026-11-01,", row, "A2,1000,20,2026-11-01,")
    assert told.code == 1
    assert told.faults.keys() == {3}
    assert told.faults[3].startswith(column)
    assert said in told.faults[3]
    assert counter.rows("SELECT order_no, amount_cents FROM purchase ORDER BY 1") == [("A1", 1_000), ("A2", 2_000)]


@pytest.mark.parametrize(
    ("said", "cents"),
    [
        ("1299", 129_900), ("1299.5", 129_950), ("¥1,299.00", 129_900), ("￥1299", 129_900), ("1299元", 129_900),
        ("RMB 88.80", 8_880), ("１２．５０", 1_250), ("0", 0), ("1,234,567.89", 123_456_789), ("12.3400", 1_234),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(counter, said, cents):
    assert counter.orders(f'A1,1000,"{said}",2026-11-01,').code == 0
    assert counter.rows("SELECT amount_cents FROM purchase") == [(cents,)]


@pytest.mark.parametrize(
    "said",
    [
        "2026-11-01 20:15:00", "2026/11/1 20:15", "2026-11-01T20:15:00+08:00", "2026-11-01T12:15:00Z",
        "2026年11月1日 20:15", "2026年11月01日20时15分", "2026.11.01 20:15", "20261101201500",
        "2026-11-01 20:15:00.000",
    ],
)  # fmt: skip
def test_times_as_shops_write_them(counter, said):
    assert counter.orders(f"A1,1000,20,{said},").code == 0
    assert counter.rows("SELECT ordered_at FROM purchase") == [(1_793_535_300_000,)]


def test_cancelled_and_unpaid_orders_are_left_out_and_counted(counter):
    told = counter.orders(
        "A1,1000,10,2026-11-01,交易成功",
        "A2,1000,10,2026-11-01,已退款",
        "A3,1000,10,2026-11-01,取消",
        "A4,1000,,,交易关闭",
        "A5,1000,10,2026-11-01,待付款",
        "A6,1000,10,2026-11-01,部分退款",
        "A7,1000,10,2026-11-01,Refunded",
    )
    assert told.code == 0
    assert told.lines_with("paid back")[0].startswith("5 cancelled")
    assert [number for (number,) in counter.rows("SELECT order_no FROM purchase ORDER BY 1")] == ["A1", "A6"]


def test_an_order_that_is_paid_back_later_counts_no_more(counter):
    counter.orders("A1,1000,6000,2026-11-01,交易成功", "A2,1000,20,2026-11-02,交易成功")
    assert counter.people("tier", "orders") == {"no:1000": ["超级VIP", 2]}
    told = counter.orders("A1,1000,6000,2026-11-01,已退款", "A2,1000,20,2026-11-02,交易成功")
    assert "1 of them counted before" in told.lines_with("paid back")[0]
    assert counter.people("tier", "orders") == {"no:1000": ["普通", 1]}


def test_only_the_first_faults_are_shown_and_all_are_written(counter):
    bad = [f"A{number},1000,面议,2026-11-01," for number in range(MOST + 30)]
    told = counter.orders(*bad)
    assert told.code == 2
    assert len(told.lines_with("is no amount")) == MOST
    assert len(told.faults) == MOST + 30
    assert told.lines_with("orders.csv.errors.csv")


def test_a_later_run_without_faults_leaves_no_old_list_of_them(counter):
    assert counter.orders("A1,1000,面议,2026-11-01,").faults
    assert not counter.orders("A1,1000,20,2026-11-01,").faults


def test_what_a_fault_quotes_is_no_formula(counter):
    told = counter.orders("A1,1000,=1+1,2026-11-01,")
    assert "'=1+1" in told.faults[2]
