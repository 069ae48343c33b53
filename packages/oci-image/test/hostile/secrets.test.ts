import { randomImage } from '@runcible/fixtures'
import { isEngineError } from '@runcible/interface'
import { describe, expect, test } from 'vitest'
import { ociRegistries } from '../../src/index.ts'
import { type Answer, scriptedServer } from '../registry/scripted-server.ts'
import { type Sandbox, sandbox } from '../sandbox.ts'

const secret = 'MaRkEr-0pen5esame'
const auth = { username: 'ann', password: secret }
const basic = Buffer.from(`${auth.username}:${secret}`).toString('base64')
const token = 'MaRkEr-t0ken'
/** Every form that a secret has on its way. */
const forms = [secret, basic, encodeURIComponent(basic), token]

/** Everything that an error says, its causes too. */
function said(error: unknown): string {
  const parts: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) {
    const { message, name, stack = '' } = at
    parts.push(name, message, stack, String(at), JSON.stringify(at), JSON.stringify(Object.entries(at)))
    if (isEngineError(at)) parts.push(String(at.hint), JSON.stringify(at.subject))
  }
  return parts.join('\n')
}

type Handler = (line: string, authorization: string | undefined) => Answer

const json = (value: object): string => JSON.stringify(value)
const challenge = { 'www-authenticate': 'Basic realm="r"' }
const echo = (authorization: string | undefined): string => `you sent ${authorization} with ${secret}`
const afterAuth =
  (then: Handler): Handler =>
  (line, authorization) =>
    authorization === undefined ? { status: 401, headers: challenge } : then(line, authorization)

const registries: readonly (readonly [string, Handler])[] = [
  ...[400, 403, 404, 405, 409, 416, 422, 429, 500, 503].map((status): readonly [string, Handler] => [
    `answers ${status} and repeats what it was sent`,
    afterAuth((_, authorization) => ({
      status,
      body: json({ errors: [{ code: 'DENIED', message: echo(authorization), detail: echo(authorization) }] })
    }))
  ]),
  [
    'never likes the credentials and repeats them',
    (_, authorization) => ({
      status: 401,
      headers: challenge,
      body: json({ errors: [{ code: 'UNAUTHORIZED', message: echo(authorization) }] })
    })
  ],
  [
    'repeats them in a page',
    afterAuth((_, authorization) => ({
      status: 500,
      headers: { 'content-type': 'text/html' },
      body: `<html>${echo(authorization)}`
    }))
  ],
  [
    'repeats them in the header of a redirect',
    afterAuth((_, authorization) => ({
      status: 307,
      headers: { location: `http://127.0.0.1:1/${encodeURIComponent(String(authorization))}?token=${secret}` }
    }))
  ],
  [
    'redirects to a URL with them',
    afterAuth(() => ({ status: 302, headers: { location: `http://ann:${secret}@127.0.0.1:1/x` } }))
  ],
  ['redirects to another scheme', afterAuth(() => ({ status: 302, headers: { location: `gopher://${secret}/x` } }))],
  [
    'asks for a token and repeats them instead',
    (line, authorization) =>
      line.includes('/token')
        ? { status: 403, body: json({ details: echo(authorization) }) }
        : { status: 401, headers: { 'www-authenticate': 'Bearer realm="http://HOST/token",service="s"' } }
  ],
  [
    'gives a token and refuses it aloud',
    (line, authorization) =>
      line.includes('/token')
        ? { body: json({ token }) }
        : {
            status: authorization === undefined ? 401 : 403,
            headers: { 'www-authenticate': 'Bearer realm="http://HOST/token",service="s"' },
            body: json({ errors: [{ message: echo(authorization) }] })
          }
  ],
  [
    'answers for a token with something else',
    (line) =>
      line.includes('/token')
        ? { body: `{"token": 7, "access_token": "${token}` }
        : { status: 401, headers: { 'www-authenticate': 'Bearer realm="http://HOST/token",service="s"' } }
  ],
  [
    'has a realm with them',
    () => ({
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="https://ann:${secret}@other.example/token?t=${token}"` }
    })
  ],
  [
    'has a realm elsewhere with them',
    () => ({
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="https://other.example/token?t=${token}&p=${secret}"` }
    })
  ],
  ['has an unknown scheme with them', () => ({ status: 401, headers: { 'www-authenticate': `Negotiate ${secret}` } })]
]

interface Attempt {
  readonly box: Sandbox
  readonly host: string
  readonly told: unknown[]
}

const attempts: readonly (readonly [string, (attempt: Attempt) => Promise<unknown>])[] = [
  [
    'pull',
    ({ box, host, told }) => box.images.pull(`${host}/app:v1`, { auth }, { onProgress: (event) => told.push(event) })
  ],
  [
    'push',
    async ({ box, host, told }) => {
      const name = box.registry.put(randomImage(), 'mine')
      await box.images.pull(name)
      return box.images.push(name, `docker://${host}/app:v1`, { auth }, { onProgress: (event) => told.push(event) })
    }
  ],
  [
    'copy',
    ({ box, host, told }) =>
      box.images.copy(
        `docker://${host}/app:v1`,
        'dir:/nonexistent/copy',
        { source: { auth } },
        { onProgress: (event) => told.push(event) }
      )
  ],
  ['tags', ({ host }) => registriesOf(host).tags(`${host}/app`, { auth })],
  ['delete', ({ host }) => registriesOf(host).remove(`docker://${host}/app:v1`, { auth })],
  ['search', ({ host }) => registriesOf(host).search(`${host}/app`, { auth })]
]

const registriesOf = (host: string) =>
  ociRegistries({
    registries: { insecure: [host] },
    retry: { firstDelay: 1, longestDelay: 2, attempts: 2, stallTimeout: 1000 }
  })({} as never)

describe.each(registries)('a registry that %s', (_, handler) => {
  test.each(attempts)('learns nothing that %s tells on', async (_what, attempt) => {
    let host = ''
    await using server = await scriptedServer((line, request) => {
      const answer = handler(line, request.headers.authorization)
      const headers = Object.fromEntries(
        Object.entries(answer.headers ?? {}).map(([key, value]) => [key, value.replace('HOST', host)])
      )
      return { ...answer, headers }
    })
    host = server.host
    await using box = await sandbox()
    await using mine = {
      images: box.again({ registries: { insecure: [host, box.registry.host] } }),
      [Symbol.asyncDispose]: async () => undefined
    }
    const told: unknown[] = []
    const outcome = await attempt({ box: { ...box, images: mine.images }, host, told }).then(
      () => undefined,
      (error: unknown) => error
    )
    expect(isEngineError(outcome), String(outcome)).toBe(true)
    const text = `${said(outcome)}\n${JSON.stringify(told)}`
    for (const form of forms) expect(text).not.toContain(form)
  })
})
