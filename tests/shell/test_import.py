"""`qunzhu import` from the shell: what it prints, how it ends, and the examples that come with it."""

from __future__ import annotations

import shutil

from tests.shell.workshop import ROOT, Workshop


async def test_the_examples_go_in_whole(workshop: Workshop) -> None:
    for kind, rows in (("members", 5), ("orders", 8)):
        shutil.copy(ROOT / "docs" / "examples" / f"{kind}.csv", workshop.folder)
        ended = await workshop.call("import", kind, f"{kind}.csv")
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith(f"{kind}.csv: {rows} rows: ")
        assert "0 refused" in ended.out
    ended = await workshop.start("import", "members", "members.csv")
    assert ended.out == "members.csv: 5 rows: 0 new, 0 changed, 5 same, 0 refused\n"


async def test_the_code_says_how_much_went_in(workshop: Workshop) -> None:
    file = workshop.folder / "名单.csv"
    file.write_text("会员号,昵称,生日\n1,小满,5-20\n2,老秦,哪天\n", encoding="gbk")
    ended = await workshop.call("import", "members", file.name, "--dry-run")
    assert (ended.code, ended.err) == (1, "")
    assert "line 3, 生日: '哪天' is no birthday" in ended.out
    assert not (workshop.folder / "data" / "qunzhu.db").exists()

    ended = await workshop.call("import", "members", file.name, "--errors", "faults.csv")
    assert ended.code == 1
    assert (workshop.folder / "faults.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("3,生日,哪天,")

    file.write_text("会员号,昵称,生日\n2,老秦,哪天\n", encoding="utf-8")
    assert (await workshop.call("import", "members", file.name)).code == 2


async def test_a_slip_is_one_line(workshop: Workshop) -> None:
    ended = await workshop.call("import", "members", "nowhere.csv")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("qunzhu: nowhere.csv: cannot be read")
    assert len(ended.err.splitlines()) == 1
    ended = await workshop.call("import", "orders", "config.toml")
    assert ended.code == 2
    assert "there is no column" in ended.err
    ended = await workshop.call("import", "points", "nowhere.csv")
    assert ended.code == 2
    assert "members" in ended.err
