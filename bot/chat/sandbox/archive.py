"""What the sandbox's world remembers of what was said: the latest messages, and the bytes of the latest files."""

from __future__ import annotations

from bot.chat.sandbox.message import Message

FILE_BYTES = 64 * 1024 * 1024
"""So much of pictures and files is kept, all conversations together; of older ones only that they were sent."""


class Archive:
    """At most `most` messages, and of their files at most `file_bytes`; the oldest are forgotten first.

    The newest file is kept whatever its size. Nobody else holds bytes: whoever notes a message keeps it `without_file`.
    """

    def __init__(self, most: int, file_bytes: int = FILE_BYTES) -> None:
        self.messages: dict[str, Message] = {}
        self.recalled: set[str] = set()
        self._most, self._most_bytes = most, file_bytes
        self._sizes: dict[str, int] = {}
        self._bytes = 0

    def keep(self, message: Message) -> None:
        """One more; under an id that is known it replaces the other."""
        self._drop_size(message.id)
        self.messages[message.id] = message
        if message.content.file is not None and message.content.file.data:
            self._sizes[message.id] = len(message.content.file.data)
            self._bytes += self._sizes[message.id]
        while self._bytes > self._most_bytes and len(self._sizes) > 1:
            oldest = next(iter(self._sizes))
            self._drop_size(oldest)
            self.messages[oldest] = self.messages[oldest].without_file
        while len(self.messages) > self._most:
            oldest = next(iter(self.messages))
            self._drop_size(oldest)
            del self.messages[oldest]
            self.recalled.discard(oldest)

    def _drop_size(self, message_id: str) -> None:
        self._bytes -= self._sizes.pop(message_id, 0)
