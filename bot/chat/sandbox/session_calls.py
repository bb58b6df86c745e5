"""The session between a client and the account: started or stopped, logged in or out."""

from __future__ import annotations

from typing import Any

from grpclib.const import Status
from grpclib.exceptions import GRPCError
from wechaty_grpc.wechaty import puppet

from bot.chat import wire
from bot.chat.sandbox.call import Call
from bot.chat.sandbox.event_line import EventLine
from bot.chat.sandbox.world import World

VERSION = "1.19.9"
"""What the sandbox says it is: the npm wechaty-puppet-service whose behaviour it follows."""


class SessionCalls:
    """Answers Start, Stop, Logout, Ding, Version and DirtyPayload. A new service is started already."""

    def __init__(self, world: World, line: EventLine) -> None:
        self._world = world
        self._line = line
        self.started = True

    def calls(self) -> tuple[Call[Any, Any], ...]:
        return (
            Call("Start", puppet.StartRequest, puppet.StartResponse, self.start, needs_login=False),
            Call("Stop", puppet.StopRequest, puppet.StopResponse, self.stop, needs_login=False),
            Call("Logout", puppet.LogoutRequest, puppet.LogoutResponse, self.logout),
            Call("Ding", puppet.DingRequest, puppet.DingResponse, self.ding, needs_login=False),
            Call("Version", puppet.VersionRequest, puppet.VersionResponse, self.version, needs_login=False),
            Call("DirtyPayload", puppet.DirtyPayloadRequest, puppet.DirtyPayloadResponse, self.dirty),
        )

    @property
    def open(self) -> bool:
        """Whether the account can be used."""
        return self.started and self._world.online

    def check_open(self) -> None:
        if not self.open:
            raise GRPCError(Status.FAILED_PRECONDITION, "not logged in")

    def greet(self) -> None:
        """Tell the client that the account is there, if it is."""
        if self.open:
            self._line.emit(wire.EventType.LOGIN, {"contactId": self._world.self_id})
            self._line.emit(wire.EventType.READY, {"data": "ready"})

    def start(self, _request: puppet.StartRequest) -> puppet.StartResponse:
        """Start the session; nothing happens if it is."""
        if not self.started:
            self.started = True
            self.greet()
        return puppet.StartResponse()

    def stop(self, _request: puppet.StopRequest) -> puppet.StopResponse:
        """End the session and its event stream; the account stays logged in and comes back with the next start."""
        self.started = False
        self._line.end()
        return puppet.StopResponse()

    def logout(self, _request: puppet.LogoutRequest) -> puppet.LogoutResponse:
        self._world.logout("logout")
        return puppet.LogoutResponse()

    def ding(self, request: puppet.DingRequest) -> puppet.DingResponse:
        self._line.emit(wire.EventType.DONG, {"data": request.data})
        return puppet.DingResponse()

    def version(self, _request: puppet.VersionRequest) -> puppet.VersionResponse:
        return puppet.VersionResponse(version=VERSION)

    def dirty(self, request: puppet.DirtyPayloadRequest) -> puppet.DirtyPayloadResponse:
        """Nothing is cached here; the event comes back as it does from a real gateway."""
        self._line.emit(wire.EventType.DIRTY, {"payloadType": int(request.type), "payloadId": request.id})
        return puppet.DirtyPayloadResponse()
