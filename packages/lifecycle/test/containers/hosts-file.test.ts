import { expect, it } from 'vitest'
import { extraHost, renderHosts } from '../../src/containers/hosts-file.ts'

const endpoint = { addresses: ['10.89.0.2/24', 'fd00::2/64'], gateways: ['10.89.0.1'], aliases: ['db', 'web'] }

it('names localhost, extra hosts, the host and the container', () => {
  expect(
    renderHosts({
      hostHosts: undefined,
      extraHosts: ['one:192.0.2.1', 'gw:host-gateway'],
      endpoints: [endpoint],
      names: ['abc', 'web']
    }).split('\n')
  ).toEqual([
    '127.0.0.1\tlocalhost localhost.localdomain',
    '::1\tlocalhost localhost.localdomain',
    '192.0.2.1\tone',
    '10.89.0.1\tgw',
    '10.89.0.1\thost.containers.internal host.docker.internal',
    '10.89.0.2\tabc web db',
    'fd00::2\tabc web db',
    ''
  ])
})

it("keeps the host's lines in the host's network", () => {
  expect(renderHosts({ hostHosts: '127.0.0.1 localhost', extraHosts: [], endpoints: [], names: ['h'] })).toBe(
    '127.0.0.1 localhost\n'
  )
})

it.each(['one', ':1.2.3.4', 'one:', 'one:nowhere', 'a b:1.2.3.4', 'a\nb:1.2.3.4', 'one:1.2.3.4\n6.6.6.6 bank'])(
  'refuses %j',
  (entry) => {
    expect(() => extraHost(entry, '10.0.0.1')).toThrow('invalid host entry')
  }
)

it('takes several names and IPv6 addresses', () => {
  expect(extraHost('a;b:[fd00::1]')).toBe('fd00::1\ta b')
  expect(() => extraHost('a:host-gateway')).toThrow('needs a bridge network')
})
