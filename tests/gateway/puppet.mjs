// A mock puppet that remembers: what the bot sends is kept, echoed and can be recalled; what it sets is set.
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { FileBox, FileBoxType } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { mock, PuppetMock } from 'wechaty-puppet-mock'

const { Message, Dirty } = PUPPET.types
const unfetched = new Set([FileBoxType.Url, FileBoxType.QRCode])

export class RigPuppet extends PuppetMock {
  #serial = 0
  #journal

  // With a journal, a file of JSON lines, what was sent outlives a kill of this process.
  constructor ({ journal } = {}) {
    super()
    this.#journal = journal
    this.#forget()
    if (!journal || !existsSync(journal)) return
    this.sent = readFileSync(journal, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
  }

  #forget () {
    this.sent = [] // everything the bot sent, in order
    this.recalledIds = []
    this.order = [] // ids of all messages told so far, the bot's own echoes too
    this.announcements = new Map()
    this.roomAliases = new Map() // room id → {contact id: alias}
    this.inviters = new Map() // room id → {contact id: inviter id}
    this.cards = new Map() // message id → payload of a link or a mini program
    this.sending = { ids: true, echo: true, echo_delay: 0, answer_delay: 0, delay: 0, drop_every: 0 }
    this.slow = 0 // ms before each message payload
    this.dongDelay = 0
  }

  // A new world in the old process, logged out: half a second cheaper than a new process.
  reset () {
    this.#forget()
    this.cache.clear()
    this.__currentUserId = undefined
    this.mocker = new mock.Mocker()
    this.mocker.puppet = this
  }

  newId (prefix) { return `${prefix}-${process.pid}-${++this.#serial}` }

  room (id) {
    const room = this.mocker.cacheRoomPayload.get(id)
    if (!room) throw new Error(`no room ${id}`)
    return room
  }

  // Keeps a message for the whole run and, unless told otherwise, tells the connected bot.
  hear (payload, { emit = true } = {}) {
    this.mocker.contactPayload(payload.talkerId)
    this.mocker.MessageMock.create(payload)
    if (emit) {
      this.order.push(payload.id)
      this.emit('message', { messageId: payload.id })
    }
    return payload.id
  }

  async #send (conversationId, kind, type, { text = '', box, ...facts }) {
    if (!this.isLoggedIn) throw new Error('not logged in')
    const isRoom = this.mocker.cacheRoomPayload.has(conversationId)
    if (!isRoom) this.mocker.contactPayload(conversationId)
    if (this.sending.delay) await pause(this.sending.delay)

    const messageId = this.newId('sent')
    const dropped = this.sending.drop_every > 0 && (this.sent.length + 1) % this.sending.drop_every === 0
    const at = Date.now()
    this.#record({ messageId, conversationId, kind, text, mentionIds: [], ...facts, at, dropped, recalled: false })
    const payload = {
      id: messageId,
      talkerId: this.currentUserId,
      timestamp: at,
      type,
      text,
      filename: facts.name,
      ...(isRoom ? { roomId: conversationId, mentionIdList: facts.mentionIds ?? [] } : { listenerId: conversationId }),
    }
    if (facts.card) this.cards.set(messageId, facts.card)
    if (box) this.mocker.cacheFileBoxPayload.set(messageId, box.toJSON())
    const { ids, answer_delay: answerDelay } = this.sending
    if (!dropped) this.#echo(payload)
    if (answerDelay) await pause(answerDelay)
    return ids ? messageId : undefined
  }

  #record (entry) {
    this.sent.push(entry)
    if (this.#journal) appendFileSync(this.#journal, JSON.stringify(entry) + '\n')
  }

  #echo (payload) {
    const { mocker, sending: { echo, echo_delay: delay } } = this
    if (!echo) this.hear(payload, { emit: false })
    else if (delay > 0) setTimeout(() => { if (mocker === this.mocker) this.hear(payload) }, delay)
    else this.hear(payload)
  }

  async messageSendText (conversationId, text, mentionIds = []) {
    return this.#send(conversationId, 'text', Message.Text, { text, mentionIds })
  }

  async messageSendFile (conversationId, fileBox) {
    if (unfetched.has(fileBox.type)) {
      const { url, qrCode } = fileBox.toJSON()
      const facts = { name: fileBox.name, boxType: fileBox.type, url, qrCode, box: fileBox }
      return this.#send(conversationId, 'file', typeOf(fileBox.name), facts)
    }
    const bytes = await fileBox.toBuffer()
    return this.#send(conversationId, 'file', typeOf(fileBox.name), {
      name: fileBox.name,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      boxType: fileBox.type,
      box: FileBox.fromBase64(bytes.toString('base64'), fileBox.name),
    })
  }

  async messageSendUrl (conversationId, link) { return this.#sendCard(conversationId, 'url', Message.Url, link) }

  async messageSendMiniProgram (conversationId, card) {
    return this.#sendCard(conversationId, 'miniProgram', Message.MiniProgram, card)
  }

  async #sendCard (conversationId, kind, type, card) {
    return this.#send(conversationId, kind, type, { card, url: card.url })
  }

  async messageSendContact (conversationId, contactId) {
    return this.#send(conversationId, 'contact', Message.Contact, { contactId })
  }

  async messageForward (conversationId, forwardedId) {
    const { type, text } = this.mocker.messagePayload(forwardedId)
    return this.#send(conversationId, 'forward', type, { text, forwardedId })
  }

  async messageRecall (id) {
    const entry = this.sent.find(entry => entry.messageId === id && !entry.recalled)
    if (!entry) return false
    entry.recalled = true
    this.recalledIds.push(id)
    return true
  }

  ding (data = '') { setTimeout(() => this.emit('dong', { data }), this.dongDelay) }

  async messagePayload (id) {
    if (this.slow) await pause(this.slow)
    return super.messagePayload(id)
  }

  // The stock mock hands out a QR code for every image.
  async messageImage (id) { return this.messageFile(id) }

  async messageUrl (id) { return this.cards.get(id) ?? super.messageUrl(id) }
  async messageMiniProgram (id) { return this.cards.get(id) ?? super.messageMiniProgram(id) }

  async roomTopic (roomId, topic) {
    if (topic === undefined) return this.room(roomId).topic
    this.retitle(roomId, topic, this.currentUserId)
    this.dirtyPayload(Dirty.Room, roomId)
  }

  async roomAnnounce (roomId, text) {
    this.room(roomId)
    if (text === undefined) return this.announcements.get(roomId) ?? ''
    this.announcements.set(roomId, text)
  }

  async contactAlias (contactId, alias) {
    const contact = this.mocker.contactPayload(contactId)
    if (alias === undefined) return contact.alias ?? ''
    contact.alias = alias ?? ''
    this.dirtyPayload(Dirty.Contact, contactId)
  }

  async roomMemberRawPayload (roomId, contactId) {
    if (!this.room(roomId).memberIdList.includes(contactId)) return undefined
    const { avatar, name } = this.mocker.contactPayload(contactId)
    const roomAlias = this.roomAliases.get(roomId)?.[contactId]
    return { avatar, id: contactId, name, roomAlias, inviterId: this.inviters.get(roomId)?.[contactId] }
  }

  async roomAdd (roomId, contactId) { this.admit(roomId, [contactId], this.currentUserId) }
  async roomDel (roomId, contactId) { this.dismiss(roomId, [contactId], this.currentUserId) }
  async roomQuit (roomId) { this.dismiss(roomId, [this.currentUserId], this.currentUserId) }

  // An absent inviter, remover or changer leaves the field out of the event, as some puppets do.
  admit (roomId, inviteeIdList, inviterId) {
    const room = this.room(roomId)
    room.memberIdList = [...new Set([...room.memberIdList, ...inviteeIdList])]
    const inviters = this.inviters.get(roomId) ?? {}
    for (const id of inviteeIdList) inviters[id] = inviterId
    this.inviters.set(roomId, inviters)
    this.emit('room-join', { inviteeIdList, inviterId, roomId, timestamp: Date.now() })
  }

  dismiss (roomId, removeeIdList, removerId) {
    const room = this.room(roomId)
    room.memberIdList = room.memberIdList.filter(id => !removeeIdList.includes(id))
    this.emit('room-leave', { removeeIdList, removerId, roomId, timestamp: Date.now() })
  }

  retitle (roomId, newTopic, changerId) {
    const room = this.room(roomId)
    const oldTopic = room.topic
    room.topic = newTopic
    this.emit('room-topic', { changerId, newTopic, oldTopic, roomId, timestamp: Date.now() })
  }
}

export function typeOf (name) {
  const extension = name.split('.').at(-1).toLowerCase()
  if (['jpg', 'jpeg', 'png', 'gif'].includes(extension)) return Message.Image
  if (extension === 'mp4') return Message.Video
  if (['silk', 'sil', 'mp3'].includes(extension)) return Message.Audio
  return Message.Attachment
}
