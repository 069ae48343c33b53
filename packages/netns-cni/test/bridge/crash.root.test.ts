import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { ask, serve } from '@runcible/suites'
import { bridgeNetworks } from '../../src/index.ts'
import { fileState } from '../support/file-state.ts'
import { enterPrivateNetwork } from '../support/private-network.ts'

const network = enterPrivateNetwork()
afterAll(() => network[Symbol.dispose]())

const program = fileURLToPath(new URL('../support/busy-program.ts', import.meta.url))

const runAndKill = async (database: string, delay: number): Promise<void> => {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--conditions=source', program, database],
    { stdio: ['ignore', 'pipe', 'inherit'] }
  )
  await once(child.stdout, 'data')
  await sleep(delay)
  child.kill('SIGKILL')
  await once(child, 'exit')
}

it('cleans up and works again after a kill at any instant', async () => {
  const root = mkdtempSync(join(tmpdir(), 'runcible-crash-'))
  const database = join(root, 'state.db')
  const state = fileState(database)
  try {
    const driver = bridgeNetworks({ root, netns: join(root, 'netns') })({ state })
    await driver.create({ name: 'second' })
    const left = () => [
      ...network.devices().filter((device) => device !== 'lo' && device !== 'uplink'),
      ...network.tables(),
      ...[...state.addresses.list(), ...state.ports.list()].map((lease) => lease.id)
    ]
    for (let delay = 0; delay < 100; delay += 9) {
      await runAndKill(database, delay)
      await driver.teardown({ containerId: 'busy' })
      expect(left(), `killed after ${delay} ms`).toEqual([])
    }
    // Set up over what a kill left, with nothing taken down in between.
    await runAndKill(database, 12)
    const netns = await driver.createNamespace('busy')
    const ports = [{ hostPort: 18080, containerPort: 80, protocol: 'tcp', range: 1 }] as const
    await driver.setup({
      containerId: 'busy',
      containerName: 'busy',
      netns,
      endpoints: [{ network: 'runcible' }],
      ports
    })
    await using _server = await serve(netns, 80, 'busy')
    expect(await ask(undefined, 'tcp', '127.0.0.1', 18080)).toMatch(/^busy /)
    await driver.teardown({ containerId: 'busy' })
    expect(left()).toEqual([])
  } finally {
    state.close()
    rmSync(root, { recursive: true })
  }
})
