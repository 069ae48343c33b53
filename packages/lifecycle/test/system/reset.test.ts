import { expect, it } from 'vitest'
import { localEngine } from '../../src/index.ts'
import { fakeEngine } from '../support/fake-engine.ts'

it('removes everything by its own operation before the files', async () => {
  await using made = await fakeEngine()
  const { parts, engine } = made
  const { containers, networks, volumes } = engine
  await networks.create({ name: 'net' })
  await containers.create({ image: 'busybox', network: { mode: 'bridge', endpoints: [{ network: 'net' }] } })
  const { id } = await containers.create({
    image: 'busybox',
    command: ['sleep', '100'],
    mounts: [{ type: 'volume', source: 'data', target: '/data', options: [] }]
  })
  await containers.start(id)
  await volumes.create({ name: 'free' })
  const seen: unknown[] = []
  const state = {
    ...parts.state,
    close: () => void seen.push('closed', parts.state.containers.list().length)
  }
  const settings = {
    ...parts.settings,
    removeFiles: async () => {
      seen.push(
        'files',
        (await parts.volumes.list()).length,
        (await parts.network.list()).map(({ name }) => name)
      )
      return ['/other']
    }
  }
  expect(await localEngine({ ...parts, state, settings }).system.reset()).toEqual(['/other'])
  expect(seen).toEqual(['closed', 0, 'files', 0, ['runcible']])
})
