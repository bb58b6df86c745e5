"""Files as people save them: encodings, separators, headings, workbooks, and those that are none."""

from datetime import date, datetime

import pytest

from bot.core.errors import SetupError

ROW = "1001,wxid_a,小满,英短、新手,5-20,,,,"
FACTS = ("小满", "1001")


@pytest.mark.parametrize(
    ("encoding", "separator", "end"),
    [
        ("utf-8", ",", "\n"),
        ("utf-8-sig", ",", "\r\n"),
        ("gb18030", ",", "\r\n"),
        ("gbk", ";", "\n"),
        ("utf-16", "\t", "\r\n"),
        ("utf-8", "\t", "\r"),
        ("utf-8-sig", ";", "\n"),
    ],
)
def test_a_table_is_read_however_it_was_saved(counter, encoding, separator, end):
    head = "会员号,微信id,昵称,标签,生日,宠物,宠物生日,等级,备注"
    rows = (head.replace(",", separator), ROW.replace(",", separator))
    told = counter.take("members", counter.text("members.csv", *rows, encoding=encoding, end=end))
    assert told.code == 0
    assert counter.people("name", "member_no") == {"wxid_a": list(FACTS)}
    assert {tag for (tag,) in counter.rows("SELECT tag FROM tag_assignment")} == {"英短", "新手"}


@pytest.mark.parametrize(
    "head",
    [
        "member_no,contact_id,name,tags,birthday,pet,pet_birthday,tier,note",
        "Member No.,ID,Nickname,Labels,Date of Birth,Pet Name,Pet Birthday,Level,Remarks",
        " 会员编号 ,wxid,姓名(必填),会员标签,出生日期,宠物名,宠物生日,会员等级,备注：",
        "【会员卡号】,微信ID,微信昵称,客户标签,会员生日,宠物昵称,宠物出生日期,VIP等级,说明",
    ],
)
def test_headings_have_many_names(counter, head):
    assert counter.members(ROW, head=head).code == 0
    assert counter.people("name", "member_no") == {"wxid_a": list(FACTS)}
    assert counter.rows("SELECT month, day FROM birthday") == [(5, 20)]


def test_an_unknown_heading_is_told_once_with_the_known_one_nearby(counter):
    told = counter.members("1,小满,a,b", "2,老秦,c,d", head="会员号,昵程,标鉴,鞋码")
    assert told.code == 0
    assert told.lines_with("昵程") == [told.lines[0]]
    assert "'昵称'" in told.lines[0]
    assert "'标签'" in told.lines[1]
    assert "did you mean" not in told.lines_with("鞋码")[0]


def test_of_two_columns_that_say_the_same_the_better_one_counts(counter):
    told = counter.orders("A1,1,200,180,2026-11-01", head="订单号,会员号,订单金额,实付金额,下单时间")
    assert counter.rows("SELECT amount_cents FROM purchase") == [(18_000,)]
    assert "'订单金额'" in told.lines[0]


@pytest.mark.parametrize(
    ("kind", "head", "missing"),
    [
        ("members", "昵称,标签", "member_no (会员编号)|member_no (会员号)"),
        ("orders", "订单号,会员号,下单时间", "金额"),
        ("orders", "订单号,金额,下单时间", "会员号"),
        ("orders", "会员号,金额,下单时间", "订单号"),
        ("orders", "订单号,会员号,金额", "下单时间"),
    ],
)
def test_a_file_without_a_needed_column_is_refused_before_anything_is_written(counter, kind, head, missing):
    with pytest.raises(SetupError, match="there is no column") as fault:
        counter.take(kind, counter.text("file.csv", head, "1,2,3,4"))
    assert "file.csv:1" in str(fault.value)
    assert any(part in str(fault.value) for part in missing.split("|")) or "实付" in str(fault.value)
    assert counter.rows("SELECT * FROM contact") == []


def test_a_workbook_is_read_with_the_dates_and_numbers_of_excel(counter):
    head = ("订单号", "会员号", "金额", "下单时间", "备注")
    file = counter.book(
        "orders.xlsx",
        head,
        (20261101, 1001.0, 1299.5, datetime.fromisoformat("2026-11-01T20:15"), None),
        ("A2", "0012", "¥88.00", date(2026, 11, 2), "零食"),
        ("A3", 1001, 20, 46328.5, None),
        (None, None, None, None, None),
        (1.23456789012346e17, 1001, 20, date(2026, 11, 2), None),
        ("A5", 1001, "#N/A", date(2026, 11, 2), None),
        ("A6", 1001, 30, "2026-11-03 09:00", None),
    )
    told = counter.take("orders", file)
    assert told.code == 1
    assert told.faults.keys() == {6, 7}
    assert "rounded by Excel" in told.faults[6]
    assert "#N/A" in told.faults[7]
    found = counter.rows("SELECT order_no, contact_id, amount_cents FROM purchase ORDER BY order_no")
    assert found == [
        ("20261101", "no:1001", 129_950),
        ("A2", "no:0012", 8_800),
        ("A3", "no:1001", 2_000),
        ("A6", "no:1001", 3_000),
    ]
    local = "SELECT ordered_at FROM purchase WHERE order_no = '20261101'"
    assert counter.rows(local) == [(int(datetime.fromisoformat("2026-11-01T20:15+08:00").timestamp() * 1000),)]


def test_a_workbook_of_members_has_birthdays_as_dates(counter):
    file = counter.book(
        "m.xlsx",
        ("会员号", "生日"),
        (1, datetime.fromisoformat("1990-05-20")),
        (2, "农历八月十五"),
        (3, datetime.fromisoformat("2026-03-09")),
    )
    assert counter.take("members", file).code == 0
    found = counter.rows("SELECT contact_id, calendar, month, day, year FROM birthday ORDER BY contact_id")
    assert found == [
        ("no:1", "solar", 5, 20, 1990),
        ("no:2", "lunar", 8, 15, None),
        ("no:3", "solar", 3, 9, None),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "save it as XLSX"),
        ("broken.xlsx", b"PK\x03\x04 nothing of a zip", "no workbook"),
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n  \n", "is empty"),
    ],
)
def test_what_is_no_table_is_said_in_one_line(counter, name, content, said):
    file = counter.folder / name
    file.write_bytes(content)
    with pytest.raises(SetupError, match=said):
        counter.take("members", file)


def test_a_file_that_is_not_there(counter):
    with pytest.raises(SetupError, match="cannot be read"):
        counter.take("members", counter.folder / "nowhere.csv")


def test_a_heading_alone_imports_nothing(counter):
    told = counter.members()
    assert told.code == 2
    assert told.figures.startswith("0 rows")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_byte_that_is_no_text_names_its_line_and_column_and_spoils_that_row_only(counter, encoding):
    lines = [f"{number},顾客{number},常来的客人" for number in range(1, 6)]
    raw = "\n".join(["会员号,昵称,备注", *lines]).encode(encoding)
    place = "3,顾客3,常".encode(encoding)
    file = counter.folder / "members.csv"
    file.write_bytes(raw.replace(place, place[:-1] + b"\xff" if encoding == "gb18030" else place[:-1]))
    told = counter.take("members", file)
    assert told.code == 1
    assert told.faults.keys() == {4}
    assert told.faults[4].startswith(f"column 7 byte 0x{place[-2 if encoding == 'gb18030' else -3]:02x}")
    assert sorted(counter.people("name")) == ["no:1", "no:2", "no:4", "no:5"]
    assert counter.people("name")["no:5"] == ["顾客5"]


def test_excels_own_line_about_the_separator_is_obeyed(counter):
    file = counter.text("m.csv", "sep=;", "会员号;昵称", "1;小满,或满满")
    assert counter.take("members", file).code == 0
    assert counter.people("name") == {"no:1": ["小满,或满满"]}


def test_noughts_in_front_of_a_number_stay(counter):
    assert counter.members('="00012",,a,,,,,,', "'00013,,b,,,,,,", "\t00014,,c,,,,,,").code == 0
    assert sorted(counter.people("name")) == ["no:00012", "no:00013", "no:00014"]


def test_cells_with_line_breaks_commas_and_quotes(counter):
    assert counter.members('1,,"小满,""满满""\n第二行",,,,,,', "2,,老秦,,,,,,").code == 0
    assert counter.people("name") == {"no:1": ['小满,"满满" 第二行'], "no:2": ["老秦"]}


def test_a_quote_that_is_never_closed_spoils_its_own_line_only(counter):
    told = counter.members('1,,"小满,,,,,,', *(f"{number},,顾客{number},,,,,," for number in range(2, 60)))
    assert told.faults == {2: '1,,"小满,,,,,, a quote is opened and not closed'}
    assert len(counter.people("name")) == 58
