"""Contacts, as the puppet protocol asks for them."""

from __future__ import annotations

from typing import Any

from wechaty_grpc.wechaty import puppet

from bot.chat.sandbox.call import Call
from bot.chat.sandbox.moved import ContactAliasRequest, ContactAliasResponse
from bot.chat.sandbox.world import World


class ContactCalls:
    """Answers ContactList, ContactPayload and ContactAlias."""

    def __init__(self, world: World) -> None:
        self._world = world

    def calls(self) -> tuple[Call[Any, Any], ...]:
        return (
            Call("ContactList", puppet.ContactListRequest, puppet.ContactListResponse, self.list_ids),
            Call("ContactPayload", puppet.ContactPayloadRequest, puppet.ContactPayloadResponse, self.payload),
            Call("ContactAlias", ContactAliasRequest, ContactAliasResponse, self.alias),
        )

    def list_ids(self, _request: puppet.ContactListRequest) -> puppet.ContactListResponse:
        return puppet.ContactListResponse(ids=list(self._world.people))

    def payload(self, request: puppet.ContactPayloadRequest) -> puppet.ContactPayloadResponse:
        person = self._world.person(request.id)
        return puppet.ContactPayloadResponse(
            id=person.id,
            type=puppet.ContactType.CONTACT_TYPE_PERSONAL,
            name=person.name,
            alias=person.remark,
            friend=True,
        )

    def alias(self, request: ContactAliasRequest) -> ContactAliasResponse:
        """Ask, or set when either field is there."""
        if request.wrapped_alias is None and not request.alias:
            remark = self._world.person(request.id).remark
            return ContactAliasResponse(wrapped_alias=remark, alias=remark)
        self._world.set_remark(request.id, request.alias or request.wrapped_alias or "")
        return ContactAliasResponse()
