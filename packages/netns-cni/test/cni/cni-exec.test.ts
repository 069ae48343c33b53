import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { pluginRunner } from '../../src/cni/cni-exec.ts'
import { addToNetwork, removeFromNetwork, type Invocation } from '../../src/cni/invoke.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'runcible-cni-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** A plugin that notes how it was called, and does as the body says. */
const plugin = (name: string, body: string) =>
  writeFileSync(
    join(directory, name),
    `#!/bin/sh\nconfig=$(cat)\necho "$CNI_COMMAND ${name} $CNI_IFNAME $config" >> ${directory}/calls\n${body}\n`,
    { mode: 0o755 }
  )

const calls = () =>
  readFileSync(join(directory, 'calls'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [command, name, device, ...json] = line.split(' ')
      return { command, name, device, config: JSON.parse(json.join(' ')) as Record<string, unknown> }
    })

const invocation: Invocation = {
  conflist: {
    cniVersion: '0.4.0',
    name: 'net',
    plugins: [{ type: 'one', capabilities: { ips: true }, mtu: 9 }, { type: 'two' }]
  },
  containerId: 'c',
  netns: '/run/netns/c',
  device: 'eth0',
  capabilities: { ips: ['10.1.2.3/24'], mac: '02:00:00:00:00:01' }
}

it('chains the plugins, giving each what it can use', async () => {
  plugin('one', `echo '{"step":1}'`)
  plugin('two', `echo '{"step":2}'`)
  const runner = pluginRunner([directory])
  const result = await addToNetwork(runner, invocation)
  expect(result).toEqual({ step: 2 })
  await removeFromNetwork(runner, { ...invocation, result })
  const common = { name: 'net', cniVersion: '0.4.0' }
  const one = { type: 'one', mtu: 9, ...common, runtimeConfig: { ips: ['10.1.2.3/24'] } }
  expect(calls()).toEqual([
    { command: 'ADD', name: 'one', device: 'eth0', config: one },
    { command: 'ADD', name: 'two', device: 'eth0', config: { type: 'two', ...common, prevResult: { step: 1 } } },
    { command: 'DEL', name: 'two', device: 'eth0', config: { type: 'two', ...common, prevResult: { step: 2 } } },
    { command: 'DEL', name: 'one', device: 'eth0', config: { ...one, prevResult: { step: 2 } } }
  ])
})

it.each([
  [
    `echo '{"code":7,"msg":"bad","details":"mtu\\\\nline"}'; exit 1`,
    'invalid-argument',
    /plugin one failed: bad: mtu line/
  ],
  [
    `echo '{"code":999,"msg":"exec: \\"iptables\\": executable file not found in $PATH"}'; exit 1`,
    'unavailable',
    /iptables/
  ],
  [`echo '{"code":100,"msg":"no IP addresses available in range set"}'; exit 1`, 'exhausted', /no IP addresses/],
  [`echo broken >&2; exit 3`, 'unavailable', /broken/],
  [`exit 3`, 'unavailable', /exit code 3/],
  [`echo no json`, 'corrupt', /not JSON/]
])('reports a failure: %s', async (body, code, message) => {
  plugin('one', body)
  await expect(addToNetwork(pluginRunner([directory]), invocation)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message)
  })
})

it('says which package has a plugin that is missing', async () => {
  await expect(addToNetwork(pluginRunner([directory, '/absent']), invocation)).rejects.toMatchObject({
    code: 'unavailable',
    hint: expect.stringContaining('containernetworking-plugins')
  })
})

it('stops a plugin when the signal fires', async () => {
  plugin('one', 'exec sleep 30')
  const controller = new AbortController()
  const running = addToNetwork(pluginRunner([directory]), invocation, { signal: controller.signal })
  setTimeout(() => controller.abort(), 50)
  await expect(running).rejects.toMatchObject({ code: 'aborted' })
})

it('runs every plugin of a removal although one fails', async () => {
  plugin('one', 'exit 0')
  plugin('two', 'exit 1')
  await expect(removeFromNetwork(pluginRunner([directory]), invocation)).rejects.toMatchObject({ code: 'unavailable' })
  expect(calls().map(({ name }) => name)).toEqual(['two', 'one'])
})
