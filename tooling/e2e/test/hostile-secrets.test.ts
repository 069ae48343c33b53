import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
const secret = 'MaRkEr-0pen5esame'
const forms = [secret, Buffer.from(`ann:${secret}`).toString('base64')]
/** A registry that tells everybody what it was sent, with every status that it has. */
let echoing: Server
let host: string
let status = 500
let seen: string[] = []

beforeAll(async () => {
  echoing = createServer((request: IncomingMessage, response) => {
    const { authorization } = request.headers
    request.resume()
    if (authorization === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end()
      return
    }
    seen.push(authorization)
    const message = `you sent ${authorization}, which is ${Buffer.from(authorization.slice(6), 'base64').toString()}`
    const headers = {
      location: `http://127.0.0.1:1/${encodeURIComponent(authorization)}?p=${secret}`,
      warning: `299 - "${message}"`
    }
    response.writeHead(status, headers).end(JSON.stringify({ errors: [{ code: 'DENIED', message, detail: message }] }))
  })
  await new Promise<void>((resolve) => echoing.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${(echoing.address() as AddressInfo).port}`
})
afterAll(() => {
  echoing.closeAllConnections()
  echoing.close()
})

oursOnly.for([307, 400, 401, 403, 404, 500])('credentials are in no output after status %s', async (answer) => {
  status = answer
  const creds = ['--tls-verify=false', '--creds', `ann:${secret}`]
  for (const command of [
    ['pull', '--retry=0', ...creds, `${host}/x`],
    ['push', '--retry=0', ...creds, box.image, `docker://${host}/x`],
    ['image', 'list-tags', ...creds, `docker://${host}/x`],
    ['image', 'inspect', ...creds, `docker://${host}/x`],
    [
      'image',
      'copy',
      '--src-tls-verify=false',
      '--src-creds',
      `ann:${secret}`,
      `docker://${host}/x`,
      `dir:${box.file('copy')}`
    ],
    [
      'login',
      '--tls-verify=false',
      '--authfile',
      box.file('auth.json'),
      '--username',
      'ann',
      '--password',
      secret,
      host
    ]
  ]) {
    seen = []
    const { stdout, stderr, exitCode } = await box.run(['--log-level=trace', ...command])
    const text = `${command.join(' ')}: ${stdout}${stderr}`
    expect(exitCode, text).not.toBe(0)
    expect(seen, text).not.toEqual([])
    for (const form of forms) expect(`${stdout}${stderr}`).not.toContain(form)
  }
})
