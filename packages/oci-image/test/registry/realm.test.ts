import { expect, test } from 'vitest'
import { checkRealm, registrable } from '../../src/registry/realm.ts'

const base = { plainHttp: false, hasCredentials: true, trustedHosts: [] as readonly string[] }

test.each([
  ['docker.io', 'https://auth.docker.io/token', {}],
  ['quay.io', 'https://quay.io/v2/auth', {}],
  ['registry.example.co.uk:5000', 'https://auth.example.co.uk/token', {}],
  ['10.0.0.1:5000', 'https://10.0.0.1/token', {}],
  ['reg.example.com', 'https://login.elsewhere.net/token', { trustedHosts: ['login.elsewhere.net'] }],
  ['reg.example.com', 'https://login.elsewhere.net/token', { hasCredentials: false }],
  ['127.0.0.1:5000', 'http://127.0.0.1:6000/token', { plainHttp: true }]
])('%s may name %s', (registry, realm, more) => {
  expect(checkRealm({ ...base, registry, realm, ...more })).toBeInstanceOf(URL)
})

test.each([
  ['reg.example.com', 'https://evil.com/token', {}, 'another domain'],
  ['reg.example.co.uk', 'https://evil.co.uk/token', {}, 'another domain'],
  ['me.azurecr.io', 'https://you.azurecr.io/token', {}, 'another domain'],
  ['10.0.0.1', 'https://10.0.0.2/token', {}, 'another domain'],
  ['reg.example.com', 'http://reg.example.com/token', {}, 'not reached over https'],
  ['reg.example.com', 'http://reg.example.com/token', { hasCredentials: false }, 'not reached over https'],
  ['127.0.0.1:5000', 'http://127.0.0.2/token', { plainHttp: true }, 'not reached over https'],
  ['reg.example.com', 'https://user:pass@reg.example.com/', {}, 'contains credentials'],
  ['reg.example.com', 'file:///etc/passwd', {}, 'not reached over https'],
  ['reg.example.com', '/token', {}, 'not a URL']
])('%s may not name %s', (registry, realm, more, why) => {
  expect(checkRealm({ ...base, registry, realm, ...more })).toMatchObject({ refused: expect.stringContaining(why) })
})

test('the registrable domain', () => {
  expect(['a.b.example.com', 'example.com', 'a.example.org.uk', 'x.y.io', 'localhost'].map(registrable)).toEqual([
    'example.com',
    'example.com',
    'example.org.uk',
    'y.io',
    'localhost'
  ])
})
