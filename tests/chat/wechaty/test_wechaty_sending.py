"""What a failed call proves about a send."""

import pytest
from grpclib.const import Status
from grpclib.exceptions import GRPCError, StreamTerminatedError

from bot.chat.wechaty.failure import CallError, failed
from bot.chat.wechaty.files import Files
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.sending import Sending, classify
from bot.core.errors import NotConnectedError, SendRefusedError, SendUncertainError
from bot.core.message import File

REFUSED = {
    "UNIMPLEMENTED",
    "UNAUTHENTICATED",
    "INVALID_ARGUMENT",
    "NOT_FOUND",
    "PERMISSION_DENIED",
    "FAILED_PRECONDITION",
}


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OK])
def test_each_status_proves_a_refusal_or_nothing(status):
    wanted = SendRefusedError if status.name in REFUSED else SendUncertainError
    assert type(classify(failed(GRPCError(status, "secret text"), sent=True))) is wanted


@pytest.mark.parametrize(
    "error", [StreamTerminatedError("reset"), ConnectionResetError(), TimeoutError(), AssertionError(), ValueError()]
)
@pytest.mark.parametrize(("sent", "wanted"), [(False, NotConnectedError), (True, SendUncertainError)])
def test_a_broken_call_is_uncertain_once_bytes_have_left(error, sent, wanted):
    assert type(classify(failed(error, sent=sent))) is wanted


def test_no_error_repeats_what_the_gateway_quoted():
    assert "secret" not in str(classify(failed(GRPCError(Status.INTERNAL, "secret text"), sent=True)))


class BrokenLine:
    """Fails uploads as planned, counts what else is asked."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    async def upload(self, *_):
        raise self.error

    async def ask(self, *_):
        self.asked += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (CallError("no answer in time", sent=True, timed_out=True), NotConnectedError),
        (CallError("status INTERNAL", sent=True, status=Status.INTERNAL), SendRefusedError),
    ],
)
async def test_a_failed_upload_is_certainly_not_sent(error, wanted):
    line, limits = BrokenLine(error), Limits(inline_bytes=10)
    sending = Sending(lambda: line, Files(lambda: line, limits), limits)
    with pytest.raises(wanted):
        await sending.file("r", File("a.png", b"x" * 11))
    assert line.asked == 0


async def test_nothing_is_tried_twice():
    line = BrokenLine(CallError("no answer in time", sent=True, timed_out=True))
    sending = Sending(lambda: line, Files(lambda: line, Limits()), Limits())
    with pytest.raises(SendUncertainError):
        await sending.text("r", "一次", ())
    assert line.asked == 1
