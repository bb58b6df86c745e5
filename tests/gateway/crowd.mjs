// Many members talking at once: bursts, steady drips, redelivery and disorder, all of it repeatable.
import { setTimeout as pause } from 'node:timers/promises'
import * as PUPPET from 'wechaty-puppet'

export class Crowd {
  #bursts = 0

  constructor (puppet) { this.puppet = puppet }

  // Emits everything in one go. `redeliver` is a fraction: that share of the ids comes a second time, `lag` messages
  // later. `reorder` is a block length: inside each block the events come last first; time stamps stay in order.
  burst ({ redeliver = 0, lag = 50, reorder = 1, ...talk }) {
    const lines = this.#talk(talk)
    const again = []
    const every = redeliver > 0 ? Math.round(1 / redeliver) : Infinity
    let out = 0
    for (let block = 0; block < lines.length; block += reorder) {
      for (const line of lines.slice(block, block + reorder).reverse()) {
        this.puppet.hear(line)
        if (++out % every === 0) again.push(line.id)
        if (again.length >= lag) this.redeliver(again.splice(0, 1))
      }
    }
    this.redeliver(again)
    return summary(lines)
  }

  // The same at `rate` messages a second; the answer comes when the last one is out.
  async drip ({ rate, ...talk }) {
    const lines = this.#talk(talk)
    const { mocker } = this.puppet
    const begun = performance.now()
    let out = 0
    while (out < lines.length) {
      if (mocker !== this.puppet.mocker) throw new Error('reset while dripping')
      const due = Math.min(lines.length, Math.floor((performance.now() - begun) * rate / 1000) + 1)
      for (; out < due; out++) this.puppet.hear({ ...lines[out], timestamp: Date.now() })
      if (out < lines.length) await pause(1)
    }
    return summary(lines)
  }

  redeliver (ids) {
    for (const messageId of ids) this.puppet.emit('message', { messageId })
    return { count: ids.length }
  }

  // Lines of talk, round-robin over rooms and talkers. A template's `{n}` is the counter, `{room}` the room's index.
  #talk ({ n, rooms, talkers, templates = ['{room}-{n}'], prefix }) {
    const name = prefix ?? `burst${++this.#bursts}-${process.pid}`
    for (const roomId of rooms) this.puppet.room(roomId)
    return Array.from({ length: n }, (_, i) => ({
      id: `${name}-${i}`,
      talkerId: talkers[i % talkers.length],
      roomId: rooms[i % rooms.length],
      mentionIdList: [],
      timestamp: Date.now(),
      type: PUPPET.types.Message.Text,
      text: templates[i % templates.length].replaceAll('{room}', i % rooms.length).replaceAll('{n}', i),
    }))
  }
}

const summary = lines => ({ first: lines[0]?.id, last: lines.at(-1)?.id, count: lines.length })
