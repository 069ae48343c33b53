import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SecretUse } from '@runcible/interface'
import { fakeEngine } from '../support/fake-engine.ts'

const secretText = 'hunter2-hunter2'

async function withSecret() {
  const bench = await fakeEngine()
  await bench.engine.secrets.create({ name: 'key', data: Buffer.from(secretText) })
  const create = (...secrets: readonly SecretUse[]) =>
    bench.engine.containers.create({ image: bench.image, command: ['sleep', '100'], secrets })
  return { bench, create, ...bench.engine }
}

describe('secrets of containers', () => {
  it('are files that root alone reads', async () => {
    const { bench, create } = await withSecret()
    await using _bench = bench
    const { id } = await create({ secret: 'key' })
    const { root } = bench.parts.settings
    const [name] = readdirSync(join(root, 'secrets'))
    expect(statSync(join(root, 'secrets')).mode & 0o777).toBe(0o700)
    expect(statSync(join(root, 'secrets', name!)).mode & 0o777).toBe(0o600)
    const copy = join(root, 'containers', id, 'secrets', '0')
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    expect(readFileSync(copy, 'utf8')).toBe(secretText)
    await bench.engine.containers.remove(id)
    expect(readdirSync(join(root, 'containers'))).not.toContain(id)
  })

  it('are decided when the container is made', async () => {
    const { bench, create } = await withSecret()
    await using _bench = bench
    const { config } = await create(
      { secret: 'key' },
      { secret: 'key', target: 'sub/file', uid: 5, gid: 6, mode: 0o400 },
      { secret: 'key', target: '/etc/key' },
      { secret: 'key', type: 'env', target: 'KEY' }
    )
    expect(config.secrets?.map(({ type, target, uid, gid, mode }) => [type, target, uid, gid, mode])).toEqual([
      ['mount', '/run/secrets/key', 0, 0, 0o444],
      ['mount', '/run/secrets/sub/file', 5, 6, 0o400],
      ['mount', '/etc/key', 0, 0, 0o444],
      ['env', 'KEY', 0, 0, 0o444]
    ])
  })

  it.each<[SecretUse, string]>([
    [{ secret: 'nope' }, 'not-found'],
    [{ secret: 'key', target: '../../etc/passwd' }, 'invalid-argument'],
    [{ secret: 'key', target: '/' }, 'invalid-argument'],
    [{ secret: 'key', type: 'env', target: 'A=B' }, 'invalid-argument']
  ])('refuses %j', async (use, code) => {
    const { bench, create, containers } = await withSecret()
    await using _bench = bench
    await expect(create(use)).rejects.toMatchObject({ code })
    expect(await containers.list({ all: true })).toEqual([])
  })

  it('refuses two at one place', async () => {
    const { bench, create } = await withSecret()
    await using _bench = bench
    await expect(create({ secret: 'key' }, { secret: 'key' })).rejects.toThrow(/duplicate/)
  })

  it('are in no record and no event', async () => {
    const { bench, create, containers, events } = await withSecret()
    await using _bench = bench
    const { id } = await create({ secret: 'key' }, { secret: 'key', type: 'env' })
    const started = await containers.start(id)
    expect(JSON.stringify([started.container, await containers.inspect(id)])).not.toContain(secretText)
    await new Promise((resolve) => setTimeout(resolve, 2))
    for await (const event of events.subscribe({ since: 0n, until: BigInt(Date.now()) * 1_000_000n }))
      expect(JSON.stringify(event.attributes)).not.toContain(secretText)
  })
})
