import { readdirSync, readlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { oursOnly, useSandbox, waitFor } from '../src/index.ts'

const box = useSandbox()
const once = (...args: readonly string[]): Promise<string> => box.ok('run', '--rm', ...args)
const web = (name: string, ...flags: readonly string[]): Promise<string> =>
  box.ok('run', '-d', '--name', name, ...flags, box.image, 'httpd', '-f', '-h', '/var/www')
const addressOf = async (name: string): Promise<string> => {
  const [details] = JSON.parse(await box.ok('inspect', name))
  const networks = Object.values(details.NetworkSettings.Networks) as { IPAddress: string }[]
  return networks[0]?.IPAddress ?? ''
}
const wget = (address: string): readonly string[] =>
  box.sh(`printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${address} 80 | tail -1`)
const page = 'hello from busybox'

describe('--network', () => {
  test('none has only a loopback', async () => {
    expect(await once('--network', 'none', box.image, 'ls', '/sys/class/net')).toBe('lo')
  })

  test('host has what the host has', async () => {
    const seen = await once('--network', 'host', box.image, 'ls', '/sys/class/net')
    expect(seen.split(/\s+/)).toContain('lo')
    expect(seen.split(/\s+/).length).toBeGreaterThanOrEqual(Math.min(2, readdirSync('/sys/class/net').length))
    const namespace = await once('--network', 'host', box.image, 'readlink', '/proc/self/ns/net')
    expect(namespace).toBe(readlinkSync('/proc/self/ns/net'))
  })

  test('container: joins that of another', async () => {
    await web('first')
    await waitFor('the server', async () => (await once('--network', 'container:first', ...wget('127.0.0.1'))) === page)
  })

  test('an unknown one is an error', async () => {
    expect(await box.fails(125, 'run', '--rm', '--network', 'nowhere', box.image, 'true')).toMatch(/nowhere/)
    await box.fails(125, 'run', '--rm', '--network', 'container:nobody', box.image, 'true')
  })

  test('the default one is a bridge, with a gateway', async () => {
    const routes = await once(box.image, 'ip', 'route')
    expect(routes).toMatch(/^default via [\d.]+ dev eth0/)
    expect(await once(...box.sh('ip -o -4 addr show dev eth0'))).toMatch(/inet [\d.]+\/\d+/)
  })
})

describe('networks of the user', () => {
  test('containers of one network reach each other by address', async () => {
    await box.ok('network', 'create', 'shared')
    await web('server', '--network', 'shared')
    const address = await addressOf('server')
    expect(address).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    await waitFor('the server', async () => (await once('--network', 'shared', ...wget(address))) === page)
  })

  oursOnly('containers of different networks do not reach each other', async () => {
    await box.ok('network', 'create', 'other')
    await waitFor(
      'the server',
      async () => (await once('--network', 'shared', ...wget(await addressOf('server')))) === page
    )
    expect(await once('--network', 'other', ...wget(await addressOf('server')))).toBe('')
  })

  test('--subnet, --gateway and --ip', async () => {
    await box.ok('network', 'create', '--subnet', '10.199.77.0/24', '--gateway', '10.199.77.9', 'fixed')
    const seen = await once(
      '--network',
      'fixed',
      '--ip',
      '10.199.77.55',
      ...box.sh('ip -o -4 addr show dev eth0; ip route')
    )
    expect(seen).toMatch(/inet 10\.199\.77\.55\/24/)
    expect(seen).toMatch(/default via 10\.199\.77\.9/)
  })

  test('an address in use is refused', async () => {
    await web('holder', '--network', 'fixed', '--ip', '10.199.77.60')
    const { exitCode, stderr } = await box.run([
      'run',
      '--rm',
      '--network',
      'fixed',
      '--ip',
      '10.199.77.60',
      box.image,
      'true'
    ])
    expect(exitCode).toBeGreaterThanOrEqual(125)
    expect(stderr).toMatch(/10\.199\.77\.60/)
  })
})

describe('files for names', () => {
  test('/etc/hosts has the container and --add-host', async () => {
    const hosts = await once('--hostname', 'me', '--add-host', 'db:10.1.2.3', box.image, 'cat', '/etc/hosts')
    expect(hosts).toMatch(/^127\.0\.0\.1\s+.*localhost/m)
    expect(hosts).toMatch(/^10\.1\.2\.3\s+db$/m)
    expect(hosts).toMatch(/^[\d.]+\s+.*\bme\b/m)
  })

  test('--dns, --dns-search and --dns-option', async () => {
    const flags = ['--dns', '192.0.2.53', '--dns-search', 'example.org', '--dns-option', 'ndots:3']
    const text = await once(...flags, box.image, 'cat', '/etc/resolv.conf')
    expect(text).toMatch(/^search example\.org$/m)
    expect(text).toMatch(/^nameserver 192\.0\.2\.53$/m)
    expect(text).toMatch(/^options ndots:3$/m)
  })

  test('a malformed --add-host is an error', async () => {
    await box.fails(125, 'run', '--rm', '--add-host', 'nothing', box.image, 'true')
    await box.fails(125, 'run', '--rm', '--dns', 'not-an-address', box.image, 'true')
  })
})
