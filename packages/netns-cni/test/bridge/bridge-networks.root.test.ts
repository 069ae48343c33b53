import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StateStore } from '@runcible/interface'
import { afterAll, expect, it } from 'vitest'
import { bridgeNetworks } from '../../src/index.ts'
import { fileState } from '../support/file-state.ts'
import { enterPrivateNetwork } from '../support/private-network.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

it('holds the lock until a network is taken down', async () => {
  const root = mkdtempSync(join(tmpdir(), 'runcible-lock-'))
  const state = fileState(join(root, 'state.db'))
  /** Leases at the moment that the lock is given back. */
  const seen: number[] = []
  const watched: StateStore = {
    ...state,
    lock: async (name, options) => {
      const held = await state.lock(name, options)
      return {
        ...held,
        [Symbol.asyncDispose]: async () => {
          seen.push(state.addresses.list().length)
          await held[Symbol.asyncDispose]()
        }
      }
    }
  }
  try {
    const driver = bridgeNetworks({ root, netns: join(root, 'netns') })({ state: watched })
    const netns = await driver.createNamespace('one')
    const endpoints = [{ network: 'runcible' }]
    await driver.setup({ containerId: 'one', containerName: 'one', netns, endpoints, ports: [] })
    await driver.teardown({ containerId: 'one' })
    expect(seen).toEqual([1, 0])
  } finally {
    state.close()
    rmSync(root, { recursive: true })
  }
})
