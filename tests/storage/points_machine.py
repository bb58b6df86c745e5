"""Plays anything that can happen to members' points, in any order, against a simple model of what they promise."""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text as sql
from sqlmodel import Session

from bot.core.points import CORRECT, Payment
from bot.core.redemption import Stage
from bot.policy.customs import Reward
from storage import accounts, bindings, points, redemptions
from storage.tables import ContactRow
from tests.storage.given import NOW, OPERATOR, ROOM

PEOPLE = ("anna", "ben")
DAYS = (date(2026, 11, 20), date(2026, 11, 21))
CAP = 6
SHELF = (Reward("can", "罐头", 3, 2), Reward("bath", "洗护", 2, 1), Reward("advice", "咨询", 1))

LEDGER = "SELECT contact_id, amount, subject FROM point WHERE account_id = :account"
BALANCES = "SELECT contact_id, points FROM contact WHERE account_id = :account"
TAKEN = """
SELECT reward, count(*) AS times FROM redemption
WHERE account_id = :account AND state IN ('asked', 'granted') GROUP BY reward
"""

_accounts = itertools.count(1)
people = st.sampled_from((*PEOPLE, "stranger"))
events = st.integers(0, 5)
amounts = st.integers(0, 4)
days = st.sampled_from(DAYS)
caps = st.sampled_from((None, CAP))
which = st.integers(0, 5)
payments = st.tuples(people, events, amounts, days)


@dataclass
class Wish:
    """What the model believes of one redemption."""

    number: int
    contact_id: str
    reward: Reward
    stage: Stage = Stage.ASKED


class PointsMachine(RuleBasedStateMachine):
    """One account of its own in a database that every example shares; `book` holds what each subject brought."""

    def __init__(self, engine):
        super().__init__()
        self.engine = engine
        self.book, self.wishes = {}, []
        self.corrections = itertools.count(1)

    @initialize()
    def begin(self):
        self.account, self.present = f"points-{next(_accounts)}", set()
        with self.transaction() as db:
            accounts.ensure(db, self.account, NOW)
        for contact_id in PEOPLE:
            self.arrive(contact_id)

    # What can happen.

    @rule(contact_id=st.sampled_from(PEOPLE))
    def arrive(self, contact_id):
        if contact_id not in self.present:
            self.present.add(contact_id)
            with self.transaction() as db:
                db.add(ContactRow(account_id=self.account, contact_id=contact_id, first_seen_at=NOW))

    @precondition(lambda self: len(self.present) == len(PEOPLE))
    @rule(who=st.permutations(PEOPLE))
    def bind(self, who):
        """Two ids turn out to be one person."""
        old, new = who
        with self.transaction() as db:
            bindings.bind(db, self.account, old, new)
        self.present.remove(old)
        for subject, (contact_id, amount, day) in self.book.items():
            self.book[subject] = (new if contact_id == old else contact_id, amount, day)
        for wish in self.wishes:
            wish.contact_id = new if wish.contact_id == old else wish.contact_id

    @rule(payment=payments, cap=caps, cut=st.booleans())
    def pay(self, payment, cap, cut):
        self.pay_together([payment], cap, cut)

    @rule(batch=st.lists(payments, max_size=4), cap=caps, cut=st.booleans())
    def pay_together(self, batch, cap, cut):
        """What was paid before, or stands twice in the batch, is an event that is told again."""
        due = [
            Payment(contact_id, "checkin", f"event:{number}", amount, ROOM, day)
            for contact_id, number, amount, day in batch
        ]
        with self.transaction(cut) as db:
            paid = points.pay_all(db, self.account, due, NOW, cap)
        if not cut:
            assert paid == self.expect(due, cap)

    def expect(self, due, cap):
        paid, seen = {}, set()
        for payment in due:
            fresh = payment.subject not in self.book and payment.subject not in seen
            seen.add(payment.subject)
            if not fresh or payment.contact_id not in self.present:
                continue
            room = payment.amount if cap is None else cap - self.earned(payment.contact_id, payment.day)
            amount = min(payment.amount, max(0, room))
            if amount:
                paid[payment.subject] = amount
                self.book[payment.subject] = (payment.contact_id, amount, payment.day)
        return paid

    def earned(self, contact_id, day):
        return sum(
            amount
            for subject, (who, amount, on) in self.book.items()
            if subject.startswith("event:") and (who, on) == (contact_id, day)
        )

    @rule(number=events, back=st.booleans())
    def reverse(self, number, back):
        """A reason falls away, or comes back after it fell away."""
        subject = f"reverse:event:{number}" if back else f"event:{number}"
        with self.transaction() as db:
            done = points.reverse(db, self.account, subject, NOW, OPERATOR)
        self.expect_reversal(subject, done)

    def expect_reversal(self, subject, done):
        assert done is (subject in self.book and f"reverse:{subject}" not in self.book)
        if done:
            contact_id, amount, day = self.book[subject]
            self.book[f"reverse:{subject}"] = (contact_id, -amount, day)

    @rule(contact_id=people, amount=st.integers(-6, 6), again=st.booleans())
    def correct(self, contact_id, amount, again):
        subject = f"{CORRECT}:{next(self.corrections)}"
        enough = contact_id in self.present and (amount >= 0 or self.balance(contact_id) + amount >= 0)
        for first in (True, False)[: 1 + again]:
            with self.transaction() as db:
                change = Payment(contact_id, CORRECT, subject, amount, ROOM, DAYS[0], by=OPERATOR)
                assert points.take(db, self.account, change, NOW) is (enough and first)
        if enough:
            self.book[subject] = (contact_id, amount, DAYS[0])

    @rule(who=st.lists(people, min_size=1, max_size=3), reward=st.sampled_from(SHELF), cut=st.booleans())
    def redeem(self, who, reward, cut):
        """Several wishes in one transaction, as when they arrive together."""
        facts = {"room_id": ROOM, "day": DAYS[0], "now": NOW}
        with self.transaction(cut) as db:
            found = [redemptions.ask(db, self.account, contact_id, reward, **facts) for contact_id in who]
        for contact_id, item in zip(who, [] if cut else found, strict=not cut):
            affordable = contact_id in self.present and self.balance(contact_id) >= reward.cost
            assert (item is not None) is (affordable and self.in_stock(reward))
            if item is not None:
                self.wishes.append(Wish(item.number, contact_id, reward))
                self.book[redemptions.subject(item.number)] = (contact_id, -reward.cost, DAYS[0])

    def in_stock(self, reward):
        taken = [wish for wish in self.wishes if wish.reward == reward and wish.stage in redemptions.TAKING]
        return reward.stock is None or len(taken) < reward.stock

    @precondition(lambda self: self.wishes)
    @rule(which=which, stage=st.sampled_from([Stage.GRANTED, Stage.REFUSED, Stage.CANCELLED]))
    def decide(self, which, stage):
        wish = self.wishes[which % len(self.wishes)]
        with self.transaction() as db:
            done = redemptions.decide(db, self.account, wish.number, stage, by=OPERATOR, now=NOW)
        assert (done is not None) is (wish.stage is Stage.ASKED)
        if done is None:
            return
        wish.stage = stage
        if stage is not Stage.GRANTED:
            self.expect_reversal(redemptions.subject(wish.number), done=True)

    # What must hold at any time.

    @invariant()
    def the_balance_is_the_sum_of_the_ledger(self):
        sums = dict.fromkeys(self.present, 0)
        for row in self.ask(LEDGER):
            sums[row.contact_id] += row.amount
        balances = {row.contact_id: row.points for row in self.ask(BALANCES)}
        assert balances == sums, "the balance left the ledger"

    @invariant()
    def every_event_stands_in_the_ledger_once(self):
        rows = [(row.subject, row.contact_id, row.amount) for row in self.ask(LEDGER)]
        expected = [(subject, contact_id, amount) for subject, (contact_id, amount, _day) in self.book.items()]
        assert sorted(rows) == sorted(expected), "an event was paid twice, or not at all"

    @invariant()
    def nothing_is_given_away_that_is_not_there(self):
        taken = {row.reward: row.times for row in self.ask(TAKEN)}
        for reward in SHELF:
            assert reward.stock is None or taken.get(reward.slug, 0) <= reward.stock, f"{reward.slug} oversold"

    # How it is done.

    def balance(self, contact_id):
        return sum(amount for who, amount, _day in self.book.values() if who == contact_id)

    @contextmanager
    def transaction(self, cut=False):
        """`cut`: the plug is pulled before it is committed."""
        with Session(self.engine, expire_on_commit=False) as db:
            yield db
            if not cut:
                db.commit()

    def ask(self, query):
        with self.transaction() as db:
            return db.execute(sql(query), {"account": self.account}).all()
