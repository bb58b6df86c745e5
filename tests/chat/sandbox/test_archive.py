"""What the world remembers: so many messages, and of their files so many bytes."""

from __future__ import annotations

from bot.chat.sandbox.archive import Archive
from bot.chat.sandbox.file_box import UPLOAD_BYTES, FileBoxes
from bot.chat.sandbox.message import Content, FileContent, Message
from bot.core.message import MessageKind


def picture(number: int, size: int) -> Message:
    file = FileContent("猫.png", bytes(size))
    return Message(str(number), "anna", "cats", "", Content(MessageKind.IMAGE, file=file), number)


def sizes(archive: Archive) -> list[int]:
    return [len(message.content.file.data) for message in archive.messages.values() if message.content.file]


def test_the_oldest_pictures_are_forgotten_first_and_their_messages_stay() -> None:
    """A hundred thousand messages were kept with all their pictures, however large."""
    archive = Archive(100, 1000)
    for number in range(5):
        archive.keep(picture(number, 400))
    assert sizes(archive) == [0, 0, 0, 400, 400]
    assert [message.content.file.gone for message in archive.messages.values()] == [True, True, True, False, False]
    assert archive.messages["0"].content.label == "猫.png"


def test_the_newest_picture_is_kept_whatever_its_size() -> None:
    archive = Archive(100, 1000)
    archive.keep(picture(1, 300))
    archive.keep(picture(2, 5000))
    assert sizes(archive) == [0, 5000]
    archive.keep(picture(3, 300))
    assert sizes(archive) == [0, 0, 300]


def test_what_is_replaced_or_forgotten_counts_no_more() -> None:
    archive = Archive(2, 1000)
    for _again in range(5):
        archive.keep(picture(1, 600))
    archive.keep(picture(2, 300))
    assert sizes(archive) == [600, 300]
    archive.keep(picture(3, 300))
    archive.keep(picture(4, 300))
    archive.keep(picture(4, 700))
    assert sizes(archive) == [300, 700]


def test_uploads_are_bounded_by_bytes_too() -> None:
    boxes = FileBoxes()
    data = [bytes([number]) * (UPLOAD_BYTES // 4) for number in range(6)]
    uuids = [boxes.keep(one) for one in data]
    assert [uuid in boxes._uploads for uuid in uuids] == [False, False, True, True, True, True]
    assert boxes.fetch(uuids[-1]) is data[-1]
    assert boxes.keep(data[-1]) == uuids[-1]
    assert len(boxes._uploads) == 4
