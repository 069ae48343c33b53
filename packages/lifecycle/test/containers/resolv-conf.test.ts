import { expect, it } from 'vitest'
import { hostResolvConf, renderResolvConf } from '../../src/containers/resolv-conf.ts'

const host =
  '# made by hand\nnameserver 127.0.0.53\nnameserver 192.0.2.53\nsearch old.example\nsearch example.org lan\noptions edns0 trust-ad\n'
const none = { nameservers: [], search: [], options: [] }

it("leaves out the host's loopback resolvers in a namespace of its own", () => {
  expect(renderResolvConf({ host, ownNamespace: true, ...none })).toBe(
    'search example.org lan\nnameserver 192.0.2.53\noptions edns0 trust-ad\n'
  )
  expect(renderResolvConf({ host, ownNamespace: false, ...none })).toContain('nameserver 127.0.0.53\n')
})

it('prefers what was asked for', () => {
  expect(
    renderResolvConf({
      host,
      ownNamespace: true,
      nameservers: ['192.0.2.1', '192.0.2.2'],
      search: ['corp'],
      options: ['ndots:2']
    })
  ).toBe('search corp\nnameserver 192.0.2.1\nnameserver 192.0.2.2\noptions ndots:2\n')
  expect(renderResolvConf({ host, ownNamespace: true, nameservers: [], search: ['.'], options: [] })).not.toContain(
    'search'
  )
})

it('is empty when there is nothing to say', () => {
  expect(renderResolvConf({ host: '', ownNamespace: true, ...none })).toBe('')
})

it('looks behind a local stub, when it is the only server', () => {
  const files = (own: string) => (path: string) =>
    path === '/etc/resolv.conf' ? own : path.startsWith('/run/systemd') ? 'nameserver 192.0.2.53\n' : ''
  expect(hostResolvConf(files('nameserver 127.0.0.53\n'))).toBe('nameserver 192.0.2.53\n')
  expect(hostResolvConf(files('nameserver 127.0.0.53\nnameserver 192.0.2.1\n'))).toContain('192.0.2.1')
  expect(hostResolvConf(files('nameserver 127.0.0.1\n'))).toBe('nameserver 127.0.0.1\n')
})
