import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { PortProtocol } from '@runcible/interface'

/** Where a program runs: in the namespace of a file, or in the test's own. */
export type Place = string | undefined

const server = `
const [port, word] = process.argv.slice(1)
const net = require('node:net').createServer((socket) => socket.end(word + ' ' + socket.remoteAddress.replace('::ffff:', '')))
const udp = require('node:dgram').createSocket('udp4')
udp.on('message', (_, peer) => udp.send(word + ' ' + peer.address, peer.port, peer.address))
net.listen(Number(port), '0.0.0.0', () => udp.bind(Number(port), () => console.log('ready')))
`

const client = `
const [protocol, host, port] = process.argv.slice(1)
const done = (text) => { process.stdout.write(text); process.exit() }
setTimeout(done, 2000, '')
if (protocol === 'udp') {
  const socket = require('node:dgram').createSocket('udp4')
  socket.on('message', (message) => done(String(message))).on('error', () => done(''))
  socket.send('?', Number(port), host)
} else {
  const socket = require('node:net').connect(Number(port), host)
  let text = ''
  socket.on('data', (chunk) => { text += chunk }).on('end', () => done(text)).on('error', () => done(''))
}
`

const node = (place: Place, script: string, args: readonly string[]): ChildProcess => {
  const command = [process.execPath, '-e', script, ...args]
  const [file = '', ...rest] = place === undefined ? command : ['nsenter', `--net=${place}`, ...command]
  return spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** A server for TCP and UDP that answers its word and the address it was asked from. */
export async function serve(place: Place, port: number, word: string): Promise<AsyncDisposable> {
  const child = node(place, server, [String(port), word])
  const exited = once(child, 'exit')
  await Promise.race([once(child.stdout ?? child, 'data'), exited])
  if (child.exitCode !== null) throw new Error(`the server for port ${port} ended with ${child.exitCode}`)
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    }
  }
}

/** What the server answers; empty when nothing comes within two seconds. */
export async function ask(place: Place, protocol: PortProtocol, host: string, port: number): Promise<string> {
  const child = node(place, client, [protocol, host, String(port)])
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  await once(child, 'close')
  return text
}
