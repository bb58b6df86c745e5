"""Sends, as the puppet protocol orders them: into the world, into the wire log, and sometimes lost."""

from __future__ import annotations

from typing import Any

from wechaty_grpc.wechaty import puppet

from bot.chat import wire
from bot.chat.sandbox.call import Call
from bot.chat.sandbox.card_json import read_link, read_mini_program
from bot.chat.sandbox.faults import Faults
from bot.chat.sandbox.file_box import FileBoxes
from bot.chat.sandbox.message import Content
from bot.chat.sandbox.sight import Sight
from bot.chat.sandbox.wire_log import WireSend
from bot.chat.sandbox.world import World
from bot.core.message import MessageKind


class SendCalls:
    """Answers the MessageSend calls."""

    def __init__(self, world: World, sight: Sight, boxes: FileBoxes, faults: Faults) -> None:
        self._world = world
        self._sight = sight
        self._boxes = boxes
        self._faults = faults

    def calls(self) -> tuple[Call[Any, Any], ...]:
        return (
            Call("MessageSendText", puppet.MessageSendTextRequest, wire.SentResponse, self.text),
            Call("MessageSendFile", puppet.MessageSendFileRequest, wire.SentResponse, self.file),
            Call("MessageSendUrl", puppet.MessageSendUrlRequest, wire.SentResponse, self.link),
            Call("MessageSendMiniProgram", puppet.MessageSendMiniProgramRequest, wire.SentResponse, self.mini_program),
        )

    def text(self, request: puppet.MessageSendTextRequest) -> wire.SentResponse:
        content = Content(MessageKind.TEXT, request.text, tuple(request.mentonal_ids))
        return self._send(request.conversation_id, content)

    def file(self, request: puppet.MessageSendFileRequest) -> wire.SentResponse:
        file = self._boxes.read(request.filebox)
        return self._send(request.conversation_id, Content(file.kind, file=file))

    def link(self, request: puppet.MessageSendUrlRequest) -> wire.SentResponse:
        return self._send(request.conversation_id, Content(MessageKind.LINK, link=read_link(request.url_link)))

    def mini_program(self, request: puppet.MessageSendMiniProgramRequest) -> wire.SentResponse:
        card = read_mini_program(request.mini_program)
        return self._send(request.conversation_id, Content(MessageKind.MINI_PROGRAM, card=card))

    def _send(self, conversation_id: str, content: Content) -> wire.SentResponse:
        self._sight.check_conversation(conversation_id)
        message_id, dropped = self._world.new_id(), self._faults.drops()
        send = WireSend(conversation_id, int(content.kind), content.label, message_id, dropped)
        self._faults.wire_log.append(send)
        if not dropped:
            self._world.utter(self._world.self_id, conversation_id, content, message_id)
        if self._faults.no_ids:
            return wire.SentResponse()
        return wire.SentResponse(wrapped_id=message_id, id=message_id)
