"""Plays anything that can happen to an outbox, in any order, against a simple model of what it promises."""

import itertools
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text as sql
from sqlmodel import Session

from bot.core.delivery import DeliveryState, Order, Slot
from bot.core.post import PostKind
from bot.core.posted import Source
from bot.core.reason import Reason
from storage import deliveries, echoes, ledger, outbox
from storage.echoes import ECHO_AFTER, ECHO_BEFORE, Match
from tests.storage.given import HOUR, MINUTE, NOW, OPERATOR, SECOND

S = DeliveryState
PATIENCE = 2 * MINUTE
COUNTING = {S.DISPATCHING, S.ACCEPTED, S.CONFIRMED, S.UNKNOWN, S.UNCONFIRMED, S.AMBIGUOUS, S.SENT}
OPEN = {S.DISPATCHING, S.ACCEPTED, S.UNKNOWN, S.UNCONFIRMED, S.AMBIGUOUS}
UNRESOLVED = {S.UNKNOWN, S.UNCONFIRMED, S.AMBIGUOUS}
WAITING = {S.PLANNED, S.HELD}
BECAUSE = Reason("because", {"used": 2})

STANDING = """
SELECT id, state, echo_message_id, (
    SELECT step.state FROM step
    WHERE step.account_id = delivery.account_id AND step.delivery_id = delivery.id ORDER BY step.id DESC LIMIT 1
) AS told
FROM delivery WHERE account_id = :account
"""

_accounts = itertools.count(1)
rooms = st.sampled_from(["room-1", "room-2"])
anywhere = st.sampled_from(["room-1", "room-2", "room-3"])
texts = st.sampled_from(["one", "two"])
delays = st.sampled_from([-2 * SECOND, 0 * SECOND, SECOND, 15 * MINUTE, 16 * MINUTE])
later = st.sampled_from([None, MINUTE])
which = st.integers(0, 5)


class PlugPulledError(Exception):
    """The transaction was not committed."""


@dataclass
class Known:
    """What the model believes of one delivery."""

    id: int
    slot: tuple
    room_id: str
    text: str
    state: DeliveryState
    due_at: datetime
    next_at: datetime | None = None
    dispatched_at: datetime | None = None
    message_id: str = ""
    echo_id: str = ""

    @property
    def may_arrive(self):
        return self.state in OPEN or (self.state is S.SENT and not self.echo_id)


class OutboxMachine(RuleBasedStateMachine):
    """One account of its own in a database that every example shares.

    `sends` counts what went out for each slot, `refusals` what the gateway provably did not take.
    """

    def __init__(self, engine):
        super().__init__()
        self.engine = engine
        self.known: list[Known] = []
        self.sends, self.refusals = Counter(), Counter()
        self.heard = []
        self.names = itertools.count(1)

    @initialize(first=texts, second=texts)
    def begin(self, first, second):
        """Two posts wait in one room and one in the other."""
        self.account, self.now = f"account-{next(_accounts)}", NOW
        for room_id, number, text in (("room-1", 0, first), ("room-1", 1, second), ("room-2", 0, first)):
            self.plan(room_id, number, text, 0 * HOUR)

    # What can happen.

    @rule(room_id=rooms, number=st.integers(0, 1), text=texts, ahead=st.sampled_from([0 * HOUR, HOUR]))
    def plan(self, room_id, number, text, ahead):
        name = (room_id, number)
        slot = Slot(self.account, room_id, "2026-11-20", number, self.now + ahead)
        order = Order("daily", PostKind.VALUE, text)
        with self.transaction() as db:
            found = outbox.plan(db, slot, order, attempt_id=self.name("attempt"), now=self.now)
        assert found or name in {known.slot for known in self.known}
        if found:
            self.known.append(Known(found.id, name, room_id, text, S.PLANNED, self.now + ahead))

    @rule(which=which, cut=st.booleans())
    def intend(self, which, cut):
        self.try_to_send(self.pick(which), cut)

    @rule(room_id=rooms, number=st.integers(0, 1), text=texts)
    def post(self, room_id, number, text):
        """The same in one go, as a command does."""
        self.plan(room_id, number, text, 0 * HOUR)
        newest = next(known for known in reversed(self.known) if known.slot == (room_id, number))
        self.try_to_send(newest, cut=False)

    def try_to_send(self, known, cut):
        try:
            self.dispatch(known, cut)
        except ValueError:
            assert known.state not in WAITING
        except PlugPulledError:
            pass

    def dispatch(self, known, cut):
        """Nothing is sent before the intent has been committed."""
        self.commit_intent(known, cut)
        self.send(known)

    def commit_intent(self, known, cut):
        with self.transaction() as db:
            self.write_intent(db, known)
            if cut:
                raise PlugPulledError
        known.state, known.dispatched_at, known.next_at = S.DISPATCHING, self.now, None

    def write_intent(self, db, known):
        facts = {"text": known.text, "text_hash": known.text, "epoch": 1, "now": self.now}
        outbox.intend(db, known.id, **facts)
        facts = {"kind": PostKind.VALUE, "source": Source.PLAN, "at": self.now, "delivery_id": known.id}
        ledger.enter(db, self.account, known.room_id, **facts)

    def send(self, known):
        self.sends[known.slot] += 1

    @rule(which=which)
    def accepted(self, which):
        known = self.pick(which)
        name = known.message_id or self.name("message")
        with self.transaction() as db:
            outbox.accepted(db, known.id, name, self.now)
        if known.state in OPEN | {S.CONFIRMED}:
            known.message_id = name
        if known.state is S.DISPATCHING:
            known.state = S.ACCEPTED

    @rule(which=which)
    def unknown(self, which):
        known = self.pick(which)
        with self.transaction() as db:
            outbox.unknown(db, known.id, BECAUSE, self.now)
        if known.state is S.DISPATCHING:
            known.state = S.UNKNOWN

    @rule(which=which, again=later)
    def refused(self, which, again):
        known = self.pick(which)
        again_at = self.now + again if again else None
        with self.transaction() as db:
            outbox.refused(db, known.id, BECAUSE, again_at=again_at, now=self.now)
        if known.state is S.DISPATCHING:
            known.state, known.next_at = S.PLANNED if again else S.FAILED, again_at
            self.refusals[known.slot] += 1

    @rule(survivors=st.sets(which, max_size=2))
    def crash(self, survivors):
        """Sends that nobody pursues any more; with no survivors, a process that died."""
        flying = {self.pick(index).id for index in survivors}
        lost = [known for known in self.known if known.state is S.DISPATCHING and known.id not in flying]
        with self.transaction() as db:
            assert set(outbox.orphaned(db, self.account, flying, BECAUSE, self.now)) == {item.id for item in lost}
        for known in lost:
            known.state = S.UNKNOWN

    @rule()
    def restart(self):
        self.engine.dispose()
        self.crash(survivors=())

    @rule(span=st.sampled_from([SECOND, MINUTE, 16 * MINUTE]))
    def wait(self, span):
        self.now += span

    @rule()
    def overdue(self):
        late = [
            known
            for known in self.known
            if known.state in {S.ACCEPTED, S.UNKNOWN} and self.now - known.dispatched_at >= PATIENCE
        ]
        with self.transaction() as db:
            found = outbox.overdue(db, self.account, lambda since: self.now - since, PATIENCE, self.now)
        assert {delivery.id for delivery in found} == {known.id for known in late}
        for known in late:
            known.state = S.UNCONFIRMED if known.state is S.ACCEPTED else S.AMBIGUOUS

    @rule(which=which, word=st.sampled_from([S.SENT, S.UNSENT]))
    def resolve(self, which, word):
        known = self.pick(which)
        with self.transaction() as db:
            assert outbox.resolve(db, known.id, word, OPERATOR, self.now) is (known.state in UNRESOLVED)
        if known.state in UNRESOLVED:
            known.state = word

    @rule(which=which, state=st.sampled_from([S.SKIPPED, S.EXPIRED, S.CANCELLED]))
    def drop(self, which, state):
        known = self.pick(which)
        with self.transaction() as db:
            assert outbox.drop(db, known.id, state, BECAUSE, self.now) is (known.state in WAITING)
        if known.state in WAITING:
            known.state = state

    @rule(which=which, until=later)
    def hold(self, which, until):
        known = self.pick(which)
        next_at = self.now + until if until else None
        with self.transaction() as db:
            outbox.hold(db, known.id, Reason("window", next_at=next_at), self.now)
        if known.state in WAITING:
            known.state, known.next_at = S.HELD, next_at

    @rule(which=which)
    def move(self, which):
        known = self.pick(which)
        with self.transaction() as db:
            assert outbox.move(db, known.id, self.now, OPERATOR, self.now) is (known.state in WAITING)
        if known.state in WAITING:
            known.state, known.due_at, known.next_at = S.PLANNED, self.now, self.now

    @precondition(lambda self: any(known.dispatched_at for known in self.known))
    @rule(which=which, delay=delays, named=st.booleans())
    def own_echo(self, which, delay, named):
        """What was sent comes back to its room: at once, early, late or far too late."""
        gone = [known for known in self.known if known.dispatched_at]
        known = gone[which % len(gone)]
        echo_id = known.message_id if named and known.message_id else self.name("echo")
        self.hear(known.room_id, known.text, echo_id, known.dispatched_at + delay)

    @rule(room_id=anywhere, text=texts)
    def strange_echo(self, room_id, text):
        """The words of a post, from whoever and wherever."""
        self.hear(room_id, text, self.name("echo"), self.now)

    @precondition(lambda self: self.heard)
    @rule(which=which)
    def same_echo_again(self, which):
        self.hear(*self.heard[which % len(self.heard)])

    @rule()
    def look_at_what_is_due(self):
        expected = {
            known.id
            for known in self.known
            if known.state in WAITING
            and known.due_at <= self.now
            and (known.next_at is None or known.next_at <= self.now)
        }
        with self.transaction() as db:
            assert {delivery.id for delivery in deliveries.due(db, self.account, self.now)} == expected

    # What must hold at any time.

    @invariant()
    def a_slot_is_dispatched_at_most_once_per_attempt(self):
        for slot, sends in self.sends.items():
            assert sends <= 1 + self.refusals[slot], f"{slot} went out {sends} times"

    @invariant()
    def every_delivery_stands_where_it_should(self):
        rows = self.ask(STANDING)
        states = {row.id: row.state for row in rows}
        for known in self.known:
            assert known.state is not S.CONFIRMED or states[known.id] == S.CONFIRMED, f"{known.id} left confirmed"
        assert states == {known.id: known.state for known in self.known}
        assert {row.id: row.told for row in rows} == states, "a step was not written down"
        proved = {row.id: row.echo_message_id for row in rows if row.echo_message_id}
        assert proved == {known.id: known.echo_id for known in self.known if known.echo_id}
        assert len(set(proved.values())) == len(proved), "one echo proved two deliveries"
        assert {row.id for row in rows if row.state == S.CONFIRMED} <= set(proved), "confirmed without an echo"

    @invariant()
    def the_ledger_holds_what_counts(self):
        rows = self.ask("SELECT delivery_id FROM ledger WHERE account_id = :account")
        expected = sorted(known.id for known in self.known if known.state in COUNTING)
        assert sorted(row.delivery_id for row in rows) == expected

    @invariant()
    def every_unresolved_one_is_shown(self):
        with self.transaction() as db:
            shown = [delivery.id for delivery in deliveries.unresolved(db, self.account)]
        assert sorted(shown) == sorted(known.id for known in self.known if known.state in UNRESOLVED)

    # How the model sees an echo.

    def hear(self, room_id, text, echo_id, said_at):
        self.heard.append((room_id, text, echo_id, said_at))
        match, allowed = self.expected(room_id, text, echo_id, said_at)
        with self.transaction() as db:
            facts = {"echo_id": echo_id, "said_at": said_at, "now": self.now}
            found, delivery_id = echoes.match(db, self.account, room_id, text, **facts)
        assert found is match
        assert delivery_id in {known.id for known in allowed} if allowed else delivery_id is None
        if found is Match.CONFIRMED:
            (known,) = allowed
            known.state, known.echo_id = S.CONFIRMED, echo_id

    def expected(self, room_id, text, echo_id, said_at):
        """What the echo is, and the deliveries of which it may be told."""
        alike = [known for known in self.known if known.text == text and self.in_time(known, said_at)]
        here = [known for known in alike if known.room_id == room_id]
        named = [known for known in self.known if known.room_id == room_id and known.message_id == echo_id]
        if proved := [known for known in (*here, *named) if known.echo_id == echo_id]:
            return Match.CONFIRMED, proved[:1]
        if exact := [known for known in named if known.may_arrive]:
            return Match.CONFIRMED, exact
        able = [] if any(known.state is S.UNSENT for known in named) else [item for item in here if item.may_arrive]
        if able:
            unnamed = [known for known in able if not known.message_id] or able
            return Match.CONFIRMED, [min(unnamed, key=lambda known: (known.dispatched_at, known.id))]
        if double := [known for known in here if known.state in {S.CONFIRMED, S.SENT}]:
            return Match.DUPLICATE, double
        stray = [known for known in alike if known.state in OPEN | {S.CONFIRMED}]
        return (Match.MISROUTED, stray) if stray and not here else (Match.STRANGE, [])

    @staticmethod
    def in_time(known, said_at):
        at = known.dispatched_at
        return at is not None and said_at - ECHO_AFTER <= at <= said_at + ECHO_BEFORE

    # Its hands.

    @contextmanager
    def transaction(self):
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            yield db

    def ask(self, question):
        with self.engine.connect() as connection:
            return connection.execute(sql(question), {"account": self.account}).all()

    def pick(self, which):
        return self.known[which % len(self.known)]

    def name(self, word):
        return f"{self.account}-{word}-{next(self.names)}"
