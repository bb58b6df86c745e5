// The rig's commands, one function each: arguments in, a plain object out.
import { FileBox } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { Crowd } from './crowd.mjs'
import { typeOf } from './puppet.mjs'

const { Contact, ContactGender, Message } = PUPPET.types

export function commandsFor ({ puppet, wire }) {
  const crowd = new Crowd(puppet)
  return {
    ...worldCommands(puppet),
    ...talkCommands(puppet),
    ...eventCommands(puppet, wire),
    ...faultCommands(puppet, wire),
    burst: args => crowd.burst(args),
    drip: args => crowd.drip(args),
    redeliver: ({ ids }) => crowd.redeliver(ids),
    redeliver_all: () => crowd.redeliver(puppet.order),
    sent: ({ since = 0 }) => ({ sent: puppet.sent.slice(since), recalled_ids: puppet.recalledIds }),
    state: () => stateOf(puppet, wire),
    reset: () => {
      wire.reset()
      puppet.reset()
    },
    exit: () => { setImmediate(() => process.exit(0)) },
  }
}

function worldCommands (puppet) {
  const contact = ({ id, name = id, alias = '', friend = true }) => {
    const known = puppet.mocker.cacheContactPayload.get(id)
    if (known) return Object.assign(known, { name, alias, friend })
    const gender = ContactGender.Unknown
    puppet.mocker.ContactMock.create({ id, name, alias, friend, type: Contact.Individual, gender, avatar: '', phone: [] })
  }
  const room = ({ id, topic = id, members = [], owner = members[0], aliases = {} }) => {
    if (!id.includes('@')) throw new Error(`the mock takes ${id} for a contact: a room id needs an @`)
    for (const member of members) puppet.mocker.contactPayload(member)
    const facts = { topic, memberIdList: [...members], ownerId: owner, adminIdList: [] }
    const known = puppet.mocker.cacheRoomPayload.get(id)
    if (known) Object.assign(known, facts)
    else puppet.mocker.RoomMock.create({ id, avatar: '', ...facts })
    puppet.roomAliases.set(id, aliases)
  }
  return {
    // Makes contacts and rooms, or changes those that exist, without any event.
    world: ({ contacts = [], rooms = [] }) => {
      contacts.forEach(contact)
      rooms.forEach(room)
      puppet.cache.roomMember.clear()
    },
    login: ({ contact }) => { puppet.login(puppet.mocker.contactPayload(contact).id) },
    logout: ({ reason }) => puppet.logout(reason),
  }
}

function talkCommands (puppet) {
  const base = ({ talker, room, listener, message_id: id, timestamp = Date.now(), mentions = [] }) => {
    if (!room === !listener) throw new Error('a message needs a room or a listener')
    if (room) puppet.room(room)
    else puppet.mocker.contactPayload(listener)
    const place = room ? { roomId: room, mentionIdList: mentions } : { listenerId: listener }
    return { id: id ?? puppet.newId('said'), talkerId: talker, timestamp, ...place }
  }
  return {
    // `card` is a link's or a mini program's payload; its `type` must be given.
    say: ({ text = '', type = Message.Text, filename, card, emit, ...args }) => {
      const payload = { ...base(args), text, type, filename }
      if (card) puppet.cards.set(payload.id, card)
      return { messageId: puppet.hear(payload, { emit }) }
    },
    // The bytes come as `base64`, or stay behind a `url` box that the bot has to fetch itself.
    say_file: ({ base64, url, name, type = typeOf(name), text = '', emit, ...args }) => {
      const payload = { ...base(args), type, text, filename: name }
      const box = url ? FileBox.fromUrl(url, { name }) : FileBox.fromBase64(base64, name)
      puppet.mocker.cacheFileBoxPayload.set(payload.id, box.toJSON())
      return { messageId: puppet.hear(payload, { emit }) }
    },
    // A message of type 13 in the place of the recalled one, with that one's id as its text.
    recalled: ({ message }) => {
      const { id: _, mentionIdList, ...original } = puppet.mocker.messagePayload(message)
      const notice = { ...original, id: puppet.newId('recalled'), text: message, type: Message.Recalled }
      return { messageId: puppet.hear({ ...notice, timestamp: Date.now() }) }
    },
  }
}

function eventCommands (puppet, wire) {
  return {
    join: ({ room, contacts, inviter }) => { puppet.admit(room, contacts, inviter ?? undefined) },
    leave: ({ room, contacts, remover }) => { puppet.dismiss(room, contacts, remover ?? undefined) },
    topic: ({ room, topic, changer }) => { puppet.retitle(room, topic, changer ?? undefined) },
    dirty: ({ type, payload }) => { puppet.emit('dirty', { payloadType: type, payloadId: payload }) },
    error: ({ message }) => { puppet.emit('error', new Error(message)) },
    raw: ({ type, payload }) => { wire.emitRaw(type, payload) },
  }
}

function faultCommands (puppet, wire) {
  return {
    slow: ({ ms }) => { puppet.slow = ms },
    dong: ({ ms }) => { puppet.dongDelay = ms },
    // ids: answer sends with an id. echo: tell the bot of its own message, echo_delay ms later (0: in the tick of the
    // answer, either may arrive first). answer_delay: ms between the send and its answer, so that the echo is first.
    // delay: ms before a send is taken. drop_every n: each n-th send is accepted and lost.
    sending: changes => {
      const unknown = Object.keys(changes).filter(key => !Object.hasOwn(puppet.sending, key))
      if (unknown.length) throw new Error(`unknown setting ${unknown}`)
      return Object.assign(puppet.sending, changes)
    },
    // The next `count` calls fail with a gRPC status `code`; with `after` the call is done first and then fails; with
    // `hang` it is never answered.
    fail_next: ({ method, code = 14, after = false, hang = false, count = 1 }) => {
      wire.fail(method, { code, after, hang }, count)
    },
    // Ends the event stream gracefully, or with a gRPC status.
    drop_stream: ({ code }) => { wire.dropStream(code) },
  }
}

function stateOf (puppet, wire) {
  const rooms = [...puppet.mocker.cacheRoomPayload.values()].map(room => [room.id, {
    topic: room.topic,
    owner: room.ownerId,
    members: room.memberIdList,
    announcement: puppet.announcements.get(room.id) ?? '',
    aliases: puppet.roomAliases.get(room.id) ?? {},
  }])
  const contacts = [...puppet.mocker.cacheContactPayload.values()].map(({ id, name, alias }) => [id, { name, alias }])
  return {
    rooms: Object.fromEntries(rooms),
    contacts: Object.fromEntries(contacts),
    self: puppet.isLoggedIn ? puppet.currentUserId : null,
    messages: puppet.order.length,
    calls: wire.calls,
    refused: wire.refused,
    starts: wire.calls.Start ?? 0,
    stops: wire.calls.Stop ?? 0,
    streams: wire.streamOpen ? 1 : 0,
    streams_opened: wire.streamsOpened,
  }
}
