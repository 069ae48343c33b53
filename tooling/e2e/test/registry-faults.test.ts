import { readdirSync } from 'node:fs'
import { randomImage, startRegistry, type TestRegistry } from '@runcible/fixtures'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
let registry: TestRegistry

beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry[Symbol.asyncDispose]())

const fresh = (repository: string): string => {
  registry.clearFaults()
  return registry.put(randomImage({ layers: 3, entries: 4, fileSize: 100_000 }), repository)
}
const pull = (name: string): readonly string[] => ['pull', '--quiet', '--tls-verify=false', name]

describe('a registry that recovers', () => {
  oursOnly.for([
    ['truncates', { on: 'blob', action: 'truncate', after: 5_000, times: 2 }],
    ['closes without an answer', { on: 'blob', action: 'reset', times: 2 }],
    ['answers 500', { on: 'blob', action: 'status', status: 500, times: 2 }],
    ['answers 429', { on: 'manifest', action: 'status', status: 429, retryAfter: '1', times: 1 }],
    ['answers 503', { on: 'manifest', action: 'status', status: 503, times: 2 }]
  ] as const)('that %s for a while is asked again', async ([, fault]) => {
    const name = fresh(`recovers/${fault.action}${'status' in fault ? fault.status : ''}`)
    registry.addFault(fault)
    expect(await box.ok(...pull(name))).toMatch(/^[0-9a-f]{64}$/)
  })
})

describe('a registry that does not', () => {
  oursOnly.for([
    ['truncates', { on: 'blob', action: 'truncate', after: 5_000 }, /./],
    ['corrupts', { on: 'blob', action: 'corrupt', at: 3_000 }, /digest|corrupt/i],
    ['corrupts a manifest', { on: 'manifest', action: 'corrupt', at: 30 }, /digest|corrupt|manifest/i],
    ['answers 500', { on: 'manifest', action: 'status', status: 500 }, /500/],
    ['answers 429', { on: 'manifest', action: 'status', status: 429, retryAfter: '0' }, /limits the rate|429/i],
    ['answers 403', { on: 'manifest', action: 'status', status: 403 }, /does not allow/],
    ['sends a manifest without end', { on: 'manifest', action: 'huge' }, /./]
  ] as const)('that %s gives a clear error, and nothing is left', async ([, fault, message]) => {
    const name = fresh('broken/image')
    const before = content()
    registry.addFault(fault)
    expect(await box.fails(125, ...pull(name))).toMatch(message)
    expect((await box.run(['image', 'exists', name])).exitCode).toBe(1)
    // What of a blob is whole, or can be resumed, may stay: it is no image.
    expect(
      content()
        .filter((file) => !before.includes(file))
        .filter((file) => /snapshots\/[^/]+$/.test(file))
    ).toEqual([])
    registry.clearFaults()
    expect(await box.ok(...pull(name))).toMatch(/^[0-9a-f]{64}$/)
    await box.ok('rmi', name)
  })

  oursOnly('that stalls is left when the person has had enough', async () => {
    const name = fresh('stalls/image')
    registry.addFault({ on: 'blob', action: 'stall', after: 1_000 })
    await using running = box.start(pull(name))
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const begin = Date.now()
    running.kill('SIGINT')
    const { exitCode } = await running.ended
    expect(exitCode).toBe(130)
    expect(Date.now() - begin).toBeLessThan(5_000)
    registry.clearFaults()
    await box.ok(...pull(name))
  })
})

function content(): readonly string[] {
  return readdirSync(`${box.directory}/root`, { recursive: true, encoding: 'utf8' })
}
