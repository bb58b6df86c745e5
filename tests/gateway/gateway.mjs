// Starts a stock PuppetServer over a mock puppet on loopback, steered by JSON lines on stdin.
//
//   node gateway.mjs --token T [--port N] [--cert FILE --key FILE] [--journal FILE]
//
// First line on stdout: {"ready":true,"port":N}. Each line on stdin is {"id":…,"command":…,…}; each is answered,
// perhaps out of order, by one line {"id":…,"result":…} or {"id":…,"error":…}. Logs go to stderr only. The process
// ends when stdin does, so it never outlives the test that started it.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

// Stdout carries answers only; the packages below print with console.log and read their log level at import.
console.log = console.info = console.debug = console.error
process.env.WECHATY_LOG ??= 'error'

const { values: options } = parseArgs({
  options: {
    token: { type: 'string' },
    port: { type: 'string', default: '0' },
    cert: { type: 'string' },
    key: { type: 'string' },
    journal: { type: 'string' },
  },
})

const { PuppetServer } = await import('wechaty-puppet-service')
const { RigPuppet } = await import('./puppet.mjs')
const { Wire } = await import('./wire.mjs')
const { commandsFor } = await import('./commands.mjs')

const answer = line => process.stdout.write(JSON.stringify(line) + '\n')

const wire = new Wire(options.token)
const puppet = new RigPuppet({ journal: options.journal })
const server = new PuppetServer({
  endpoint: `127.0.0.1:${options.port}`,
  puppet,
  token: options.token,
  tls: options.cert
    ? { serverCert: readFileSync(options.cert, 'utf8'), serverKey: readFileSync(options.key, 'utf8') }
    : { disable: true },
})

// An `error` event without a listener throws in Node, and the gateway listens only while a client is connected.
puppet.on('error', payload => console.error('puppet error', payload.gerror))

await puppet.start()
await server.start()

const commands = commandsFor({ puppet, wire })

async function obey (line) {
  const { id, command, ...args } = JSON.parse(line)
  try {
    if (!Object.hasOwn(commands, command)) throw new Error(`unknown command ${command}`)
    answer({ id, result: (await commands[command](args)) ?? {} })
  } catch (e) {
    answer({ id, error: e.message })
  }
}

createInterface({ input: process.stdin })
  .on('line', line => { void obey(line) })
  .on('close', () => process.exit(0))

answer({ ready: true, port: wire.port })
