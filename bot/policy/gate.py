"""The gate: one ordered table of rules that says Allow, Hold or Drop about a post."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bot.core.pause import Pause
from bot.core.post import MIX, PostKind
from bot.core.reason import Reason
from bot.core.verdict import Allow, Drop, Hold, Verdict
from bot.policy import caps
from bot.policy.question import Approval, Finding, Question
from bot.policy.reopening import LAST_START, expires_at, next_promo, next_start

Rule = Callable[[Question, datetime], Finding | None]
"""A rule's finding; None where the rule has nothing to say about this post."""

WARM_UP = timedelta(days=7)
"""An account younger than this answers, but posts nothing of its own accord."""

_HOUR = timedelta(hours=1)


def decide(question: Question, now: datetime) -> Verdict:
    """May this post go out now? The first rule that says no decides; what cannot be read holds the post."""
    return next((finding.verdict for finding in _findings(question, now) if not finding.ok), Allow())


def examine(question: Question, now: datetime) -> tuple[Finding, ...]:
    """Every rule that concerns this post, in order, with its numbers and whether it holds."""
    return tuple(_findings(question, now))


def _findings(question: Question, now: datetime) -> Iterator[Finding]:
    for rule in RULES:
        finding = rule(question, now)
        if finding is not None:
            yield finding


def _hold(rule: str, broken: bool, next_at: datetime | None = None, **numbers: str | int) -> Finding:
    return Finding(rule, Hold(Reason(rule, numbers, next_at)) if broken else Allow(), numbers)


def _drop(rule: str, broken: bool, next_at: datetime | None = None, **numbers: str | int) -> Finding:
    return Finding(rule, Drop(Reason(rule, numbers, next_at)) if broken else Allow(), numbers)


def overridable(rule: Rule) -> Rule:
    """A rule that an owner may go over."""

    def checked(question: Question, now: datetime) -> Finding | None:
        finding = rule(question, now)
        if finding is None or finding.ok or not question.override:
            return finding
        return Finding(finding.rule, finding.verdict, finding.numbers, overridden=True)

    return checked


def mix_only(rule: Rule) -> Rule:
    """A rule that care, incidents and answers are exempt from."""
    return lambda question, now: rule(question, now) if question.kind in MIX else None


def promo_only(rule: Rule) -> Rule:
    """A rule for promotion alone."""
    return lambda question, now: rule(question, now) if question.kind is PostKind.PROMO else None


def _check_released(question: Question, _now: datetime) -> Finding:
    return _drop("room.released", not question.managed)


def _check_inactive(question: Question, _now: datetime) -> Finding:
    return _drop("room.inactive", not question.active)


def _check_gone(question: Question, _now: datetime) -> Finding:
    return _drop("content.gone", question.content.gone, content=question.content.slug)


def _check_retired(question: Question, _now: datetime) -> Finding:
    return _drop("content.retired", question.content.retired, content=question.content.slug)


def _check_valid(question: Question, _now: datetime) -> Finding:
    return _drop("content.invalid", not question.content.valid, content=question.content.slug)


def _check_audience(question: Question, _now: datetime) -> Finding:
    return _drop("content.audience", not question.content.meant, content=question.content.slug)


def _check_called(question: Question, _now: datetime) -> Finding:
    return _drop("content.uncalled", not question.content.called, content=question.content.slug)


def _check_series(question: Question, _now: datetime) -> Finding:
    return _hold("content.series", not question.content.in_turn, content=question.content.slug)


def _check_expired(question: Question, now: datetime) -> Finding:
    """`hours` is how long this post keeps; `late` how long ago it was due, both in whole hours."""
    end = expires_at(question.kind, question.due_at, question.rules)
    numbers: dict[str, str | int] = {"due": _local(question, question.due_at, "%Y-%m-%d %H:%M")}
    if end is not None:
        numbers["hours"] = (end - question.due_at) // _HOUR
    numbers["late"] = max(0, (now - question.due_at) // _HOUR)
    return _drop("expired", end is not None and now >= end, None, **numbers)


def _check_stopped(question: Question, _now: datetime) -> Finding:
    sending = question.sending
    return _hold("sending.stopped", sending.stopped_at is not None, why=sending.stopped_why)


def _check_clock(question: Question, now: datetime) -> Finding:
    """Asked before whatever would give a post up for the time it is."""
    return _hold("clock.frozen", question.sending.frozen(now), question.sending.frozen_until)


def _check_breaker(question: Question, now: datetime) -> Finding:
    sending, until = question.sending, question.sending.breaker_until
    broken = until is not None and now < until
    return _hold("breaker.open", broken, until, why=sending.breaker_why, times=sending.breaker_times)


def _check_readable(question: Question, _now: datetime) -> Finding:
    return _hold("window.unreadable", question.rules is None)


def _check_room_pause(question: Question, now: datetime) -> Finding:
    return _paused("pause.room", [pause for pause in question.pauses if pause.room_id], question, now)


def _check_pause(question: Question, now: datetime) -> Finding:
    return _paused("pause.all", [pause for pause in question.pauses if not pause.room_id], question, now)


def _paused(rule: str, pauses: list[Pause], question: Question, now: datetime) -> Finding:
    """Of several pauses the one that lasts longest speaks."""
    stopping = [pause for pause in pauses if pause.stops(question.kind, question.room_id, now)]
    endless = [pause for pause in stopping if pause.until is None]
    longest = endless[0] if endless else max(stopping, key=lambda pause: pause.until or now, default=None)
    if longest is None:
        return _hold(rule, broken=False)
    numbers = {"by": longest.by, "reason": longest.reason, "scope": longest.scope.value}
    return _hold(rule, broken=True, next_at=longest.until, **numbers)


def _check_open(question: Question, now: datetime) -> Finding | None:
    if question.rules is None:
        return None
    hours = question.rules.hours_for(question.kind)
    following = None if hours.current(now) else hours.next_opening(now)
    windows = ", ".join(map(str, hours.days[hours.local_day(now).weekday()]))
    numbers = {"windows": windows, "now": _local(question, now, "%H:%M")}
    return _hold("window.closed", hours.current(now) is None, following.start if following else None, **numbers)


def _check_room_in_window(question: Question, now: datetime) -> Finding | None:
    """`seconds` is how long the sends before this one take, `left` how many minutes the window has for starting."""
    opening = question.rules.hours_for(question.kind).current(now) if question.rules else None
    if question.rules is None or opening is None:
        return None
    start, last = now + question.ahead * question.spacing, opening.end - LAST_START
    following = question.rules.hours_for(question.kind).next_opening(now)
    numbers = {
        "ahead": question.ahead,
        "seconds": int((start - now).total_seconds()),
        "left": max(0, int((last - now).total_seconds())) // 60,
    }
    return _hold("window.full", start > last, following.start if following else None, **numbers)


def _check_quiet(question: Question, now: datetime) -> Finding:
    """The next time is that of the following day; whether that one is quiet, too, is asked then."""
    next_at = None
    if question.quiet and question.rules is not None:
        tomorrow = caps.midnight_after(question.rules.hours, now)
        next_at = next_promo(question.history, question.rules, tomorrow)
    return _drop("quiet.day", bool(question.quiet), next_at, festival=question.quiet)


def _check_weight(question: Question, _now: datetime) -> Finding | None:
    if question.rules is None:
        return None
    weight = question.rules.weights.get(question.kind, 0)
    return _drop("mix.none", weight <= 0, kind=question.kind.value, weight=weight)


def _check_no_promo(question: Question, now: datetime) -> Finding | None:
    return _capped(question, now, lambda most: caps.none(question.history, most, now))


def _check_week(question: Question, now: datetime) -> Finding | None:
    return _capped(question, now, lambda most: caps.week(question.history, most, now))


def _check_ten(question: Question, now: datetime) -> Finding | None:
    return _capped(question, now, lambda most: caps.ten(question.history, most))


def _check_day(question: Question, now: datetime) -> Finding | None:
    rules = question.rules
    if rules is None:
        return None
    return _capped(question, now, lambda most: caps.day(question.history, most, rules.hours, now))


def _capped(question: Question, now: datetime, counted: Callable[[caps.Caps], caps.Count]) -> Finding | None:
    """A cap's count; the next possible time is one that no other cap and no window forbids."""
    if question.rules is None:
        return None
    count = counted(question.rules.caps)
    next_at = next_promo(question.history, question.rules, now) if count.over else None
    return _drop(count.rule, count.over, next_at, **count.reason.numbers)


def _check_cooldown(question: Question, now: datetime) -> Finding | None:
    content, rules = question.content, question.rules
    if content.last_posted is None:
        return None
    warm = content.last_posted + content.cooldown
    next_at = None
    if now < warm and rules is not None:
        promo = question.kind is PostKind.PROMO
        hours = rules.hours_for(question.kind)
        next_at = next_promo(question.history, rules, warm) if promo else next_start(hours, warm)
    posted = _local(question, content.last_posted, "%Y-%m-%d")
    numbers: dict[str, str | int] = {"content": content.slug, "posted": posted, "days": content.cooldown.days}
    return _drop("content.cooldown", now < warm, next_at, **numbers)


def _check_approved(question: Question, _now: datetime) -> Finding:
    return _hold("approval.needed", question.approval is Approval.NEEDED)


def _check_unedited(question: Question, _now: datetime) -> Finding:
    return _hold("approval.stale", question.approval is Approval.STALE)


def _check_warm(question: Question, now: datetime) -> Finding | None:
    age = question.account_age
    if age is None:
        return None
    return _hold("warmup.posts", age < WARM_UP, now + (WARM_UP - age), days=max(0, age.days), most=WARM_UP.days)


def _check_budget(question: Question, now: datetime) -> Finding | None:
    used, most, pieces = question.used_today, question.most_today, question.pieces
    if most is None:
        return None
    midnight = caps.midnight_after(question.rules.hours, now) if question.rules else None
    return _hold("budget.day", used + pieces > most, midnight, used=used, most=most, pieces=pieces)


def _local(question: Question, at: datetime, form: str) -> str:
    """A time as the room's clocks show it; in UTC, and saying so, where its zone cannot be read."""
    if question.rules is None:
        return f"{at.astimezone(UTC):{form}} UTC"
    return f"{at.astimezone(question.rules.hours.zone):{form}}"


RULES: tuple[Rule, ...] = (
    _check_released,
    _check_inactive,
    _check_gone,
    _check_retired,
    _check_clock,
    _check_called,
    overridable(_check_valid),
    overridable(_check_audience),
    _check_expired,
    overridable(_check_series),
    _check_stopped,
    _check_breaker,
    overridable(_check_readable),
    _check_room_pause,
    _check_pause,
    overridable(_check_open),
    overridable(_check_room_in_window),
    overridable(promo_only(_check_quiet)),
    overridable(mix_only(_check_weight)),
    overridable(promo_only(_check_no_promo)),
    overridable(promo_only(_check_week)),
    overridable(promo_only(_check_ten)),
    overridable(promo_only(_check_day)),
    overridable(_check_cooldown),
    overridable(mix_only(_check_approved)),
    overridable(mix_only(_check_unedited)),
    _check_warm,
    _check_budget,
)
"""The whole table, in the order in which the rules are asked."""
