"""The pictures and files of the sandbox's conversations, served so that no browser takes them for a page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path, PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.chat.sandbox.message import FileContent
from bot.chat.sandbox.world import World
from bot.web.sandbox.hall import Hall
from bot.web.sandbox.line import Line
from bot.web.sandbox.picture import type_of
from storage import history
from storage.store import Db


class Media:
    """Bytes by the id of the message they came with: from the world, or from where the bot has kept them."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        app = hall.site.app
        self._folder = app.config.path(app.config.storage.folder) / "media"
        self.routes = (Route("/sandbox/media/{message_id:path}", self.show),)

    async def show(self, request: Request) -> Response:
        """A picture to be looked at, anything else only to be saved; no browser keeps what may be taken back."""
        message_id = request.path_params["message_id"]
        name, data = self._of_world(message_id) or await self._of_house(self._hall.site.app, message_id) or ("", b"")
        if not data:
            return self._hall.site.pages.page(request, "nothing.html", 404)
        media_type = type_of(data)
        if media_type:
            return Response(data, media_type=media_type)
        saved = f"attachment; filename*=UTF-8''{quote(PurePath(name).name or 'file', safe='')}"
        return Response(data, media_type="application/octet-stream", headers={"content-disposition": saved})

    def _of_world(self, message_id: str) -> tuple[str, bytes] | None:
        file = _of_world(self._hall.world, message_id)
        return None if file is None or message_id in self._hall.world.recalled else (file.name, file.data)

    async def _of_house(self, app: App, message_id: str) -> tuple[str, bytes] | None:
        told = await app.store.read(history.find, app.account, message_id)
        if told is None or told.recalled or not told.media_path:
            return None
        data = await asyncio.to_thread(inside, self._folder, told.media_path)
        return None if data is None else (told.media_name, data)


async def lost(hall: Hall, lines: Iterable[Line]) -> frozenset[str]:
    """Those of the messages whose picture or file neither the world nor the bot has any more."""
    sent = {line.message_id for line in lines if line.look in {"picture", "file"}}
    missing = [message_id for message_id in sent if _of_world(hall.world, message_id) is None]
    if not missing:
        return frozenset()
    return frozenset(missing) - await hall.site.app.store.read(_stored, hall.site.app.account, missing)


def _of_world(world: World, message_id: str) -> FileContent | None:
    """A file whose bytes the world has."""
    message = world.messages.get(message_id)
    file = message.content.file if message is not None else None
    return file if file is not None and file.data else None


def _stored(db: Db, account_id: str, message_ids: Iterable[str]) -> frozenset[str]:
    found = (history.find(db, account_id, message_id) for message_id in message_ids)
    return frozenset(told.message_id for told in found if told is not None and told.media_path)


def inside(folder: Path, path: str) -> bytes | None:
    """The bytes of a file below a folder; None if it is gone, or lies anywhere else."""
    root = folder.resolve()
    file = (root / path).resolve()
    return file.read_bytes() if file.is_relative_to(root) and file.is_file() else None
