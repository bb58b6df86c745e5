"""What the house makes of a file: the same file twice, dry runs, what was set by hand, and strangers."""

import pytest

from bot.core.birthday import Birthday, Calendar, Whose
from storage import birthdays, forgotten, members, points, tags, tiers
from storage.tables import AccountRow, ContactRow
from tests.importing.counter import NOW

LIST = (
    "1001,wxid_a,小满,英短、新手,5-20,汤圆,2-14,,喜欢看图",
    "1002,wxid_b,老秦,橘猫,,,,VIP,",
    "1003,,阿椒,,11-30,,,,还没进群",
)
SOLD = (
    "A1,1001,1299,2026-11-01 20:15,交易成功",
    "A2,1002,20,2026-11-02,交易成功",
    "A3,1003,5000,2026-10-01,交易成功",
    "A4,1009,88,2026-10-02,交易成功",
    "A5,1001,面议,2026-10-02,交易成功",
)


def test_the_same_files_twice_give_the_same(any_counter):
    assert any_counter.members(*LIST).figures == "3 rows: 3 new, 0 changed, 0 same, 0 refused"
    assert any_counter.orders(*SOLD).figures == "5 rows: 4 new, 0 changed, 0 same, 1 refused"
    before = any_counter.everything()
    assert any_counter.members(*LIST).figures == "3 rows: 0 new, 0 changed, 3 same, 0 refused"
    assert any_counter.orders(*SOLD).figures == "5 rows: 0 new, 0 changed, 4 same, 1 refused"
    assert any_counter.everything() == before


def test_tiers_follow_from_orders_and_say_by_which_rule(any_counter):
    any_counter.members(*LIST)
    any_counter.orders(*SOLD)
    assert any_counter.people("tier", "tier_rule", "orders", "spent_cents") == {
        "wxid_a": ["VIP", "近365天消费 ¥1,299 ≥ ¥1,000", 1, 129_900],
        "wxid_b": ["VIP", "会员名单里写的是VIP", 1, 2_000],
        "no:1003": ["超级VIP", "近365天消费 ¥5,000 ≥ ¥5,000", 1, 500_000],
        "no:1009": ["普通", "近365天消费 ¥88，下单 1 次，还没到VIP", 1, 8_800],
    }


@pytest.mark.parametrize("kind", ["members", "orders"])
def test_a_dry_run_says_the_same_and_changes_nothing(any_counter, kind):
    any_counter.members(LIST[0])
    before = any_counter.everything()
    take, rows = (any_counter.members, LIST) if kind == "members" else (any_counter.orders, SOLD)
    said = take(*rows, dry_run=True)
    assert any_counter.everything() == before
    done = take(*rows)
    assert any_counter.everything() != before
    assert said.lines[-1] == "a dry run: nothing was written"
    assert (said.lines[:-1], said.faults, said.code) == (done.lines, done.faults, done.code)


def test_a_dry_run_before_the_first_start_makes_no_database(counter):
    counter.folder.joinpath("qunzhu.db").unlink()
    assert counter.members(*LIST, dry_run=True).figures.startswith("3 rows: 3 new")
    assert not counter.folder.joinpath("qunzhu.db").exists()
    assert counter.members(*LIST).figures.startswith("3 rows: 3 new")


def test_a_changed_row_changes_what_it_says_and_an_empty_cell_says_nothing(counter):
    counter.members(*LIST)
    told = counter.members("1001,wxid_a,满满,狸花,5-21,,,,", *LIST[1:])
    assert told.figures == "3 rows: 0 new, 1 changed, 2 same, 0 refused"
    assert counter.people("name", "note")["wxid_a"] == ["满满", "喜欢看图"]
    held = counter.rows("SELECT tag FROM tag_assignment WHERE contact_id = 'wxid_a' ORDER BY tag")
    assert held == [("新手",), ("狸花",), ("英短",)]
    own = "SELECT month, day FROM birthday WHERE contact_id = 'wxid_a' AND whose = 'self'"
    assert counter.rows(own) == [(5, 21)]


def test_what_a_person_did_by_hand_stays(any_counter):
    any_counter.members(*LIST)
    any_counter.orders(*SOLD)
    any_counter.run(tags.remove, "main", "wxid_a", "英短", by="op", now=NOW)
    any_counter.run(tags.add, "main", "wxid_a", "布偶", by="op", now=NOW)
    any_counter.run(tiers.set_by_hand, "main", "wxid_b", "普通", "手动定的", "op")
    (own, pet) = any_counter.run(birthdays.of, "main", "wxid_a")
    any_counter.run(birthdays.remove, "main", pet.id, by="wxid_a", now=NOW)
    moved = Birthday(own.id, "wxid_a", Whose.SELF, "", Calendar.SOLAR, 6, 1)
    any_counter.run(birthdays.change, "main", moved, source="chat", by="wxid_a", now=NOW)
    before = any_counter.everything()

    again = any_counter.members("1001,wxid_a,小满,英短、新手、布偶,5-20,汤圆,2-14,,喜欢看图", *LIST[1:])
    assert again.figures == "3 rows: 0 new, 0 changed, 3 same, 0 refused"
    any_counter.orders(*SOLD, "A9,1002,9000,2026-11-03,交易成功")
    after = any_counter.everything()
    assert (after["tags"], after["birthdays"]) == (before["tags"], before["birthdays"])
    assert any_counter.people("tier", "tier_by", "spent_cents")["wxid_b"] == ["普通", "op", 902_000]
    assert {item.name for item in any_counter.run(tags.of, "main", "wxid_a", NOW)} == {"新手", "布偶"}


def test_a_name_from_a_room_is_newer_than_any_list(counter):
    counter.run(members.joined, "main", "cats@room", ["wxid_a"], "", NOW)
    counter.run(members.named, "main", "cats@room", "wxid_a", "小满🐱", "", "")
    assert counter.members(*LIST).code == 0
    assert counter.people("name")["wxid_a"] == ["小满🐱"]


def test_an_order_of_somebody_unknown_is_kept_and_counted(any_counter):
    told = any_counter.orders(*SOLD[:4], "A6,1009,12,2026-10-03,交易成功")
    assert told.lines_with("nothing but orders")[0].startswith("4 customers are")
    assert any_counter.rows("SELECT order_no FROM purchase WHERE contact_id = 'no:1009' ORDER BY 1") == [
        ("A4",),
        ("A6",),
    ]


def test_orders_by_id_and_by_number_meet_in_one_person(counter):
    head = "订单号,微信id,会员号,金额,下单时间"
    counter.members(*LIST)
    told = counter.orders(
        "A1,wxid_a,,10,2026-11-01",
        "A2,,1001,10,2026-11-01",
        "A3,wxid_new,1008,10,2026-11-01",
        "A4,,1008,10,2026-11-01",
        "A5,wxid_a,1002,10,2026-11-01",
        head=head,
    )
    assert told.faults == {6: "会员号 1002 belongs to wxid_b, not to wxid_a"}
    assert counter.rows("SELECT contact_id, count(*) FROM purchase GROUP BY 1 ORDER BY 1") == [
        ("wxid_a", 2),
        ("wxid_new", 2),
    ]


def test_a_list_that_gives_a_number_an_id_binds_the_stranger(any_counter):
    any_counter.orders(*SOLD)
    list_ = ("1001,wxid_a,小满,英短,5-20,,,,", "1009,wxid_j,阿九,,,,,,")
    said = any_counter.members(*list_, dry_run=True)
    told = any_counter.members(*list_)
    assert said.lines[:-1] == told.lines
    assert told.figures == "2 rows: 0 new, 2 changed, 0 same, 0 refused"
    assert told.lines_with("bound")[0].startswith("2 customers are bound")
    assert any_counter.people("name", "tier", "spent_cents") == {
        "wxid_a": ["小满", "VIP", 129_900],
        "wxid_j": ["阿九", "普通", 8_800],
        "no:1002": ["", "普通", 2_000],
        "no:1003": ["", "超级VIP", 500_000],
    }
    assert any_counter.members(*list_).figures.startswith("2 rows: 0 new, 0 changed, 2 same")


def test_what_was_known_of_a_stranger_goes_along_to_their_id(any_counter):
    any_counter.members("1003,,阿椒,英短,11-30,,,VIP,还没进群", "1004,,阿木,,,,,,")
    any_counter.orders(*SOLD, "A7,1004,30,2026-11-03,交易成功")
    any_counter.run(
        points.pay,
        "main",
        contact_id="no:1004",
        rule="story",
        subject="s1",
        amount=10,
        room_id="",
        day=NOW.date(),
        now=NOW,
    )
    told = any_counter.members("1003,wxid_j,阿椒椒,,,,,,", "1004,wxid_k,,,,,,,")
    assert told.figures == "2 rows: 0 new, 2 changed, 0 same, 0 refused"
    found = any_counter.people("name", "tier", "points", "note")
    assert found["wxid_j"] == ["阿椒椒", "超级VIP", 0, "还没进群"]
    assert found["wxid_k"] == ["阿木", "普通", 10, ""]
    assert not {"no:1003", "no:1004"} & found.keys()
    assert any_counter.rows("SELECT contact_id, tag, source FROM tag_assignment") == [("wxid_j", "英短", "import")]
    assert any_counter.rows("SELECT contact_id, month, day FROM birthday") == [("wxid_j", 11, 30)]


def test_a_stretch_may_have_more_tags_than_a_query_takes_values(any_counter):
    marks = "、".join(f"标签{number}" for number in range(18))
    rows = [f"{number},,顾客{number},{marks},,,,," for number in range(1_900)]
    assert any_counter.members(*rows).code == 0
    assert any_counter.rows("SELECT count(*) FROM tag_assignment") == [(34_200,)]


def test_a_number_that_belongs_to_somebody_else_is_no_row_of_anybody(counter):
    counter.members(*LIST)
    told = counter.members("1002,wxid_a,小满,,,,,,", "1005,wxid_b,老秦,,,,,,")
    assert told.faults == {
        2: "会员号 1002 belongs to wxid_b, not to wxid_a",
        3: "会员号 1005 wxid_b has the number 1002",
    }


def test_who_asked_to_be_forgotten_does_not_come_back_through_a_file(counter):
    counter.run(forgotten.add, "main", "wxid_a", "1009", NOW)
    told = counter.members(*LIST)
    assert told.code == 0
    assert told.lines_with("asked to be forgotten")[0].startswith("1 row")
    assert sorted(counter.people("name")) == ["no:1003", "wxid_b"]
    assert counter.orders("A4,1009,88,2026-10-02,交易成功").lines_with("asked to be forgotten")
    assert counter.rows("SELECT * FROM purchase") == []


def test_an_import_that_broke_off_leaves_the_tiers_to_the_next_look_at_the_day(counter):
    def reckoned(db):
        db.get_one(AccountRow, "main").tiered_on = "2026-11-22"

    counter.run(reckoned)
    counter.orders(*SOLD)
    assert counter.rows("SELECT tiered_on FROM account") == [("",)]


def test_everybody_else_of_the_account_is_left_alone(counter):
    counter.run(lambda db: db.add(ContactRow(account_id="other", contact_id="wxid_a", first_seen_at=NOW, name="别家")))
    counter.members(*LIST)
    assert counter.rows("SELECT name FROM contact WHERE account_id = 'other'") == [("别家",)]
