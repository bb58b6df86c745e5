"""Messages that were said, as the puppet protocol asks for them."""

from __future__ import annotations

from typing import Any

from wechaty_grpc.wechaty import puppet

from bot.chat.sandbox.call import Call
from bot.chat.sandbox.card_json import write_card
from bot.chat.sandbox.errors import ExpiredError, NotPossibleError
from bot.chat.sandbox.file_box import FileBoxes
from bot.chat.sandbox.sight import Sight
from bot.chat.sandbox.world import World


class MessageCalls:
    """Answers the calls that read a message, and MessageRecall."""

    def __init__(self, world: World, sight: Sight, boxes: FileBoxes) -> None:
        self._world = world
        self._sight = sight
        self._boxes = boxes

    def calls(self) -> tuple[Call[Any, Any], ...]:
        return (
            Call("MessagePayload", puppet.MessagePayloadRequest, puppet.MessagePayloadResponse, self.payload),
            Call("MessageFile", puppet.MessageFileRequest, puppet.MessageFileResponse, self.file),
            Call("MessageImage", puppet.MessageImageRequest, puppet.MessageImageResponse, self.image),
            Call("MessageUrl", puppet.MessageUrlRequest, puppet.MessageUrlResponse, self.link),
            Call(
                "MessageMiniProgram",
                puppet.MessageMiniProgramRequest,
                puppet.MessageMiniProgramResponse,
                self.mini_program,
            ),
            Call("MessageRecall", puppet.MessageRecallRequest, puppet.MessageRecallResponse, self.recall),
        )

    def payload(self, request: puppet.MessagePayloadRequest) -> puppet.MessagePayloadResponse:
        message = self._sight.message(request.id)
        content = message.content
        return puppet.MessagePayloadResponse(
            id=message.id,
            filename=content.file.name if content.file else "",
            text=content.text,
            timestamp=message.stamp_ms,
            # wechaty-puppet's number, although the field's enum in the proto file counts differently.
            type=int(content.kind),
            from_id=message.talker_id,
            room_id=message.room_id or "",
            to_id=message.listener_id,
            mention_ids=list(content.mention_ids),
        )

    def file(self, request: puppet.MessageFileRequest) -> puppet.MessageFileResponse:
        return puppet.MessageFileResponse(filebox=self._box(request.id))

    def image(self, request: puppet.MessageImageRequest) -> puppet.MessageImageResponse:
        """The same picture for every size asked for."""
        return puppet.MessageImageResponse(filebox=self._box(request.id))

    def link(self, request: puppet.MessageUrlRequest) -> puppet.MessageUrlResponse:
        link = self._sight.message(request.id).content.link
        if link is None:
            raise NotPossibleError("not a link")
        return puppet.MessageUrlResponse(url_link=write_card(link))

    def mini_program(self, request: puppet.MessageMiniProgramRequest) -> puppet.MessageMiniProgramResponse:
        card = self._sight.message(request.id).content.card
        if card is None:
            raise NotPossibleError("not a mini-program")
        return puppet.MessageMiniProgramResponse(mini_program=write_card(card))

    def recall(self, request: puppet.MessageRecallRequest) -> puppet.MessageRecallResponse:
        """Only the bot's own messages, and only for two minutes."""
        message = self._sight.message(request.id)
        own = message.talker_id == self._world.self_id
        return puppet.MessageRecallResponse(success=own and self._world.recall(message.id))

    def _box(self, message_id: str) -> str:
        file = self._sight.message(message_id).content.file
        if file is None:
            raise NotPossibleError("not a file")
        if file.gone:
            raise ExpiredError("the file has expired")
        return self._boxes.write(file)
