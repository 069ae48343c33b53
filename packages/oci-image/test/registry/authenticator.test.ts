import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { authenticator } from '../../src/registry/auth.ts'
import type { HttpResponse } from '../../src/registry/transport.ts'

const challenge: HttpResponse = {
  url: new URL('https://registry.example/v2/'),
  status: 401,
  header: () => 'Basic realm="x"',
  headers: () => ['Basic realm="x"'],
  body: Readable.from([])
}
const subject = { registry: 'registry.example', repository: 'app', kind: 'manifest', target: 'v1' } as const

test('requests that were under way without the password are sent again with it, those with it are not', async () => {
  const auth = authenticator({
    registry: 'registry.example',
    transport: { send: () => Promise.reject(new Error('nobody asks')), [Symbol.asyncDispose]: async () => undefined },
    credentials: async () => ({ username: 'ann', password: 'pw' }),
    trustedHosts: [],
    verify: true
  })
  const request = { subject, scopes: [] }
  expect(await Promise.all([auth.answer(challenge, request), auth.answer(challenge, request)])).toEqual([true, true])
  const sent = auth.header([])
  expect(sent).toBe(`Basic ${Buffer.from('ann:pw').toString('base64')}`)
  expect(await auth.answer(challenge, { ...request, sent })).toBe(false)
})
