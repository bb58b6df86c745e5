"""The pictures and files of the sandbox's conversations, served so that no browser takes them for a page."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.web.sandbox.hall import Hall
from bot.web.sandbox.picture import type_of
from storage import history


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
        message = self._hall.world.messages.get(message_id)
        taken_back = message_id in self._hall.world.recalled
        if message is None or message.content.file is None or taken_back:
            return None
        return message.content.file.name, message.content.file.data

    async def _of_house(self, app: App, message_id: str) -> tuple[str, bytes] | None:
        told = await app.store.read(history.find, app.account, message_id)
        if told is None or told.recalled or not told.media_path:
            return None
        data = await asyncio.to_thread(inside, self._folder, told.media_path)
        return None if data is None else (told.media_name, data)


def inside(folder: Path, path: str) -> bytes | None:
    """The bytes of a file below a folder; None if it is gone, or lies anywhere else."""
    root = folder.resolve()
    file = (root / path).resolve()
    return file.read_bytes() if file.is_relative_to(root) and file.is_file() else None
