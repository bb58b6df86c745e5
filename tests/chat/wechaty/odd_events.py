"""Events that no adapter may stumble over: seen from real gateways, or one step beyond."""

from bot.chat.wire import EventType

ODD_EVENTS = [
    (EventType.HEARTBEAT, ""),
    (EventType.HEARTBEAT, "null"),
    (EventType.MESSAGE, ""),
    (EventType.MESSAGE, "not json"),
    (EventType.MESSAGE, "null"),
    (EventType.MESSAGE, "[]"),
    (EventType.MESSAGE, "42"),
    (EventType.MESSAGE, "{}"),
    (EventType.MESSAGE, '{"messageId": null}'),
    (EventType.MESSAGE, '{"messageId": {"id": "x"}}'),
    (EventType.MESSAGE, '{"messageId": ""}'),
    (EventType.MESSAGE, '{"messageId": "no-such-message"}'),
    (EventType.MESSAGE, '{"messageId": "\\ud83d"}'),  # half of an emoji
    (EventType.MESSAGE, "[" * 20_000),
    (EventType.ROOM_JOIN, '{"roomId": "mums@chatroom"}'),
    (EventType.ROOM_JOIN, '{"roomId": "mums@chatroom", "inviteeIdList": "an"}'),
    (EventType.ROOM_JOIN, '{"inviteeIdList": ["an"], "inviterId": "bo"}'),
    (EventType.ROOM_JOIN, '{"roomId": "mums@chatroom", "inviteeIdList": [null, 7, {}], "inviterId": null}'),
    (EventType.ROOM_LEAVE, '{"roomId": null, "removeeIdList": null}'),
    (EventType.ROOM_TOPIC, '{"roomId": "mums@chatroom", "newTopic": null}'),
    (EventType.LOGIN, "{}"),
    (EventType.DIRTY, '{"payloadType": "Room"}'),
    (EventType.DIRTY, '{"payloadType": 99, "payloadId": "x"}'),
    (EventType.POST, '{"postId": "p"}'),
    (EventType.RESET, "reset"),
    (EventType.SCAN, '{"status": "?"}'),
    (99, "{}"),
    (7, "what is this"),
    (0, ""),
]
