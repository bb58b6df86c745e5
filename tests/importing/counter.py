"""A shop's counter, where files come in: writes them, imports them, and looks what the house knows then."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl
from sqlalchemy import create_engine, text
from sqlmodel import Session

from bot.config import Config
from bot.importing.pipeline import Asked, import_file
from storage import accounts

ROOT = Path(__file__).parents[2]
NOW = datetime.fromisoformat("2026-11-22T18:55:00+08:00")
PEOPLE = "会员号,微信id,昵称,标签,生日,宠物,宠物生日,等级,备注"
SALES = "订单号,会员号,金额,下单时间,状态"


@dataclass(frozen=True)
class Told:
    """How an import ended."""

    code: int
    lines: list[str]
    faults: dict[int, str]

    @property
    def figures(self):
        return self.lines_with("rows:")[0].partition(": ")[2]

    def lines_with(self, part):
        return [line for line in self.lines if part in line]


class Counter:
    """On an evening in November 2026."""

    def __init__(self, folder, url, capsys):
        self.folder, self.url, self.capsys = folder, url, capsys
        self.database = url.render_as_string(hide_password=False)
        self.config = Config.model_validate(
            {
                "root": ROOT,
                "storage": {"url": self.database, "folder": folder},
                "clock": {"start": NOW, "speed": 1},
            }
        )

    def text(self, name, *lines, encoding="utf-8", end="\n"):
        file = self.folder / name
        file.write_bytes((end.join(lines) + end).encode(encoding))
        return file

    def book(self, name, *rows):
        file, book = self.folder / name, openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(file)
        return file

    def members(self, *lines, head=PEOPLE, **how):
        return self.take("members", self.text("members.csv", head, *lines), **how)

    def orders(self, *lines, head=SALES, **how):
        return self.take("orders", self.text("orders.csv", head, *lines), **how)

    def take(self, kind, file, *, dry_run=False):
        errors = file.with_name(f"{file.name}.errors.csv")
        code = import_file(self.config, Asked(kind, file, errors, dry_run))
        return Told(code, self.capsys.readouterr().out.splitlines(), read_faults(errors))

    def run(self, work, *arguments, **named):
        """A transaction of somebody else."""
        engine = create_engine(self.url)
        try:
            with Session(engine) as db, db.begin():
                accounts.ensure(db, "main", NOW)
                return work(db, *arguments, **named)
        finally:
            engine.dispose()

    def rows(self, query):
        return self.run(lambda db: [tuple(row) for row in db.execute(text(query))])

    def people(self, *columns):
        return {key: rest for key, *rest in self.rows(f"SELECT contact_id, {', '.join(columns)} FROM contact")}

    def everything(self):
        """All that an import may write, but for when it did."""
        return {
            "contact": sorted(
                self.rows(
                    "SELECT contact_id, name, member_no, tier, tier_rule, tier_by, tier_listed,"
                    " orders, spent_cents, note FROM contact"
                )
            ),
            "purchase": sorted(self.rows("SELECT order_no, contact_id, amount_cents, ordered_at, note FROM purchase")),
            "tags": sorted(self.rows("SELECT contact_id, tag, source, times FROM tag_assignment")),
            "birthdays": sorted(self.rows("SELECT contact_id, whose, name, month, day FROM birthday")),
        }


def read_faults(errors):
    """Line → what is said of it."""
    if not errors.exists():
        return {}
    with errors.open(encoding="utf-8-sig", newline="") as stream:
        return {
            int(row["line"]): " ".join(filter(None, (row["column"], row["value"], row["reason"])))
            for row in csv.DictReader(stream)
        }
