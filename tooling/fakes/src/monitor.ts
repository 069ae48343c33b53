import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError, type Exit, type Monitor, type MonitoredProcess } from '@runcible/interface'
import type { RuntimeSpec } from '@runcible/oci-spec'
import { checkCommand, scriptedProcess, type ScriptedProcess } from './scripted-process.ts'

export interface FakeMonitor extends Monitor {
  /** What the runtime does when it starts a container that was created. */
  start(id: string): void
}

const withAbort = (exited: Promise<Exit>, signal: AbortSignal | undefined): Promise<Exit> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(new EngineError('aborted', 'wait: aborted'))
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort)
  return Promise.race([exited, promise])
}

/** A `Monitor` in memory over scripted processes; only the command is read from the bundle. */
export function fakeMonitor(): FakeMonitor {
  const processes = new Map<string, ScriptedProcess>()
  const monitored = (id: string, process: ScriptedProcess): MonitoredProcess => ({
    id,
    pid: process.pid,
    attach: async (request) => process.attach(request),
    resize: process.resize,
    wait: async ({ signal } = {}) => withAbort(process.exited, signal),
    exit: async () => process.exit()
  })
  return {
    launch: async ({ id, bundle, terminal, stdin }) => {
      const { process } = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as RuntimeSpec
      const args = process?.args ?? []
      checkCommand(args)
      const script = scriptedProcess({ args, terminal, stdin, onOutput: () => {} })
      processes.set(id, script)
      return monitored(id, script)
    },
    reconnect: async (id) => {
      const process = processes.get(id)
      if (process === undefined) throw new EngineError('not-found', `no monitored process ${id}`)
      return monitored(id, process)
    },
    forget: async (id) => {
      processes.get(id)?.kill(9)
      processes.delete(id)
    },
    start: (id) => processes.get(id)?.start()
  }
}
