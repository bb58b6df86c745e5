"""A member's yes or no to something the bot has asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.core.question import Question
from bot.policy.command import Answer, Call
from bot.policy.yes_no import yes_or_no
from handlers.birthday import answer_birthday
from handlers.forget import answer_forget
from handlers.wish import keep_wish
from storage import questions
from storage.store import Db

Act = Callable[[Db, Call, Question, bool], Answer]

ABOUT: Mapping[str, Act] = {"wish": keep_wish, "forget": answer_forget, "birthday": answer_birthday}
"""What each flow does with the answer to its question."""


def hear_answer(db: Db, call: Call) -> Answer:
    """Nothing is said to a yes that nobody waits for any more."""
    question = questions.open_to(db, call.account_id, call.conversation_id, call.talker_id, call.now)
    yes = yes_or_no(call.text)
    if question is None or yes is None:
        return None
    questions.answer(db, question.id, yes=yes, now=call.now)
    return ABOUT[question.about](db, call, question, yes)
