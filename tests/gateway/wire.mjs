// What the rig sees and spoils on the wire: every gRPC call counted, some failed, the event stream at hand.
import { grpc, puppet as pb } from 'wechaty-grpc'

// The package exports only its front door; the stream's owner is reached by its file, which is the same module.
const front = import.meta.resolve('wechaty-puppet-service')
const { EventStreamManager } = await import(new URL('./server/event-stream-manager.js', front))

export class Wire {
  port = 0
  #faults
  #stream // the EventStreamManager of the only event stream

  constructor (token) {
    this.token = token
    this.reset()
    this.#watchServer()
    this.#watchStreams()
  }

  // Counters back to zero, no faults pending, no client connected.
  reset () {
    this.calls = {} // accepted calls by method name, e.g. MessageSendText
    this.refused = 0 // calls with a wrong token
    this.streamsOpened = 0
    this.#faults = {} // method name → [{code, after, hang}], one for each coming call
    if (this.streamOpen) this.dropStream()
  }

  get streamOpen () { return this.#stream?.busy() ?? false }

  fail (method, fault, count) {
    (this.#faults[method] ??= []).push(...Array(count).fill(fault))
  }

  emitRaw (type, payload) {
    if (!this.streamOpen) throw new Error('no event stream')
    const response = new pb.EventResponse()
    response.setType(type)
    response.setPayload(payload)
    this.#stream.eventStream.write(response)
  }

  dropStream (code) {
    if (!this.streamOpen) throw new Error('no event stream')
    if (code === undefined) this.#stream.stop()
    else this.#stream.eventStream.emit('error', { code, details: 'dropped by the rig' })
  }

  #watchStreams () {
    const wire = this
    const start = EventStreamManager.prototype.start
    EventStreamManager.prototype.start = function (stream) {
      wire.#stream = this
      wire.streamsOpened += 1
      return start.call(this, stream)
    }
  }

  #watchServer () {
    const wire = this
    const { addService, bindAsync } = grpc.Server.prototype
    grpc.Server.prototype.addService = function (service, handlers) {
      const watched = service === pb.PuppetService ? wire.#watched(service, handlers) : handlers
      return addService.call(this, service, watched)
    }
    // PuppetServer throws the bound port away, which port 0 needs.
    grpc.Server.prototype.bindAsync = function (endpoint, credentials, callback) {
      return bindAsync.call(this, endpoint, credentials, (error, port) => {
        wire.port = port
        callback(error, port)
      })
    }
  }

  #watched (service, handlers) {
    return Object.fromEntries(Object.entries(handlers).map(([key, handler]) => {
      const method = service[key]?.path.split('/').at(-1)
      return [key, method ? (call, callback) => this.#handle(method, handler, call, callback) : handler]
    }))
  }

  #handle (method, handler, call, callback) {
    if (call.metadata.get('authorization')[0] !== `Wechaty ${this.token}`) {
      this.refused += 1
      return handler(call, callback)
    }
    this.calls[method] = (this.calls[method] ?? 0) + 1
    const fault = this.#faults[method]?.shift()
    if (!fault) return handler(call, callback)
    const fail = () => this.#fail(fault, call, callback)
    return fault.after ? handler(call, fail) : fail()
  }

  #fail ({ code, hang }, call, callback) {
    if (hang) return
    const error = { code, details: 'failed by the rig', metadata: new grpc.Metadata() }
    if (callback) callback(error)
    else call.emit('error', error)
  }
}
