import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { NetworkDriver, StateStore } from '@runcible/interface'
import type { NetworkDriverSubject, NetworkWorld } from '@runcible/suites'
import { fileState } from './file-state.ts'
import { hostAddress, outsideAddress, type PrivateNetwork } from './private-network.ts'

const runFile = promisify(execFile)

export interface SubjectInit {
  readonly network: PrivateNetwork
  /** Program that sets up containers in another process. */
  readonly program: string
  readonly isolates?: boolean
  makeDriver(components: { readonly state: StateStore; readonly root: string; readonly netns: string }): NetworkDriver
  /** What else the driver may leave, in words. */
  leftovers?(root: string): string[]
}

const setUpElsewhere =
  (program: string, database: string): NetworkWorld['setUpElsewhere'] =>
  async (containerIds) => {
    const flags = ['--disable-warning=ExperimentalWarning', '--conditions=source']
    const { stdout } = await runFile(process.execPath, [...flags, program, database, ...containerIds])
    return JSON.parse(stdout) as string[]
  }

/** A driver with a state and directories of its own, in the private network. */
export const networkSubject = async ({
  network,
  program,
  isolates = true,
  makeDriver,
  leftovers
}: SubjectInit): Promise<NetworkDriverSubject> => {
  const root = mkdtempSync(join(tmpdir(), 'runcible-networks-'))
  const netns = join(root, 'netns')
  const database = join(root, 'state.db')
  const state = fileState(database)
  const left = async () => [
    ...network.devices().filter((device) => device !== 'lo' && device !== 'uplink'),
    ...network.tables(),
    ...(existsSync(netns) ? readdirSync(netns) : []),
    ...[...state.addresses.list(), ...state.ports.list()].map((lease) => lease.id),
    ...(leftovers?.(root) ?? [])
  ]
  const { outside, flushRules } = network
  return {
    driver: makeDriver({ state, root, netns }),
    isolates,
    world: {
      outside,
      outsideAddress,
      hostAddress,
      flushRules,
      leftovers: left,
      setUpElsewhere: setUpElsewhere(program, database)
    },
    [Symbol.asyncDispose]: async () => {
      state.close()
      rmSync(root, { recursive: true })
    }
  }
}
