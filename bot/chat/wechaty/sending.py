"""What leaves for the platform, and what a failed attempt proves: never sent, refused, or nobody knows.

Nothing here is ever tried twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from grpclib.const import Status
from wechaty_grpc.wechaty import puppet

from bot.chat.port import Receipt
from bot.chat.wechaty.failure import CallError
from bot.chat.wechaty.files import Files
from bot.chat.wechaty.limits import Limits
from bot.chat.wechaty.line import Line
from bot.chat.wire import (
    RoomAnnounceRequest,
    RoomAnnounceResponse,
    RoomTopicRequest,
    RoomTopicResponse,
    SentResponse,
)
from bot.core.errors import NotConnectedError, PlatformError, SendRefusedError, SendUncertainError
from bot.core.message import File, Link, MiniProgram

A = TypeVar("A")

_REFUSALS = frozenset(
    {
        Status.UNIMPLEMENTED,
        Status.UNAUTHENTICATED,
        Status.INVALID_ARGUMENT,
        Status.NOT_FOUND,
        Status.PERMISSION_DENIED,
        Status.FAILED_PRECONDITION,
    }
)


def classify(error: CallError) -> PlatformError:
    """Which of the three a failed send is; a status that a gateway gives before it acts is a refusal."""
    if not error.sent:
        return NotConnectedError(str(error))
    if error.status in _REFUSALS:
        return SendRefusedError(str(error))
    return SendUncertainError(str(error))


class Sending:
    """The sends of one account, over whichever line is up."""

    def __init__(self, line: Callable[[], Line], files: Files, limits: Limits) -> None:
        self._line, self._files, self._limits = line, files, limits

    async def text(self, conversation_id: str, text: str, mention_ids: Sequence[str]) -> Receipt:
        # "mentonal" is how the published stub spells field 3.
        request = puppet.MessageSendTextRequest(
            conversation_id=conversation_id, text=text, mentonal_ids=list(mention_ids)
        )
        return await self._send("MessageSendText", request)

    async def file(self, conversation_id: str, file: File) -> Receipt:
        try:
            box = await self._files.pack(file)
        except CallError as error:
            # An upload alone shows up in no chat, so whatever became of it nothing was sent.
            raise (SendRefusedError if error.answered else NotConnectedError)(f"upload: {error}") from error
        request = puppet.MessageSendFileRequest(conversation_id=conversation_id, filebox=box)
        return await self._send("MessageSendFile", request, self._limits.file_timeout)

    async def link(self, conversation_id: str, link: Link) -> Receipt:
        card = {
            "url": link.url,
            "title": link.title,
            "description": link.description,
            "thumbnailUrl": link.thumbnail_url,
        }
        request = puppet.MessageSendUrlRequest(conversation_id=conversation_id, url_link=_json(card))
        return await self._send("MessageSendUrl", request)

    async def mini_program(self, conversation_id: str, card: MiniProgram) -> Receipt:
        payload = {
            "appid": card.appid,
            "title": card.title,
            "pagePath": card.page_path,
            "description": card.description,
            "iconUrl": card.icon_url,
            "thumbUrl": card.thumb_url,
            "username": card.username,
            "thumbKey": card.thumb_key,
            "shareId": card.share_id,
        }
        request = puppet.MessageSendMiniProgramRequest(conversation_id=conversation_id, mini_program=_json(payload))
        return await self._send("MessageSendMiniProgram", request)

    async def recall(self, message_id: str) -> bool:
        request = puppet.MessageRecallRequest(id=message_id)
        return bool((await self._call("MessageRecall", request, puppet.MessageRecallResponse)).success)

    async def topic(self, room_id: str, topic: str) -> None:
        request = RoomTopicRequest(id=room_id, wrapped_topic=topic, topic=topic)
        await self._call("RoomTopic", request, RoomTopicResponse)

    async def announcement(self, room_id: str, text: str) -> None:
        request = RoomAnnounceRequest(id=room_id, wrapped_text=text, text=text)
        await self._call("RoomAnnounce", request, RoomAnnounceResponse)

    async def _send(self, method: str, request: Any, within: float | None = None) -> Receipt:
        answer = await self._call(method, request, SentResponse, within)
        return Receipt(answer.id or answer.wrapped_id or "")

    async def _call(self, method: str, request: Any, reply: type[A], within: float | None = None) -> A:
        try:
            return await self._line().ask(method, request, reply, within)
        except CallError as error:
            raise classify(error) from error


def _json(card: dict[str, str]) -> str:
    """Without the empty fields: 1.x gateways hand the object on as it is."""
    return json.dumps({key: value for key, value in card.items() if value}, ensure_ascii=False)
