import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { Engine } from '@runcible/interface'
import { main } from '../../src/main.ts'
import type { GlobalOptions } from '../../src/global-options.ts'

export interface CliRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Options the engine was opened with; `undefined` when it was not. */
  readonly opened: GlobalOptions | undefined
}

export interface CliOptions {
  readonly engine?: Engine
  readonly stdin?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** Gets the signals' source as soon as it runs. */
  readonly signals?: EventEmitter
  /** The reader of the standard output goes away after the first chunk. */
  readonly closedOutput?: boolean
  /** The output is a terminal of 80 by 24. */
  readonly terminal?: boolean
}

/** Runs one command line in this process, with streams in memory. */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const collected = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    streams[name].setEncoding('utf8').on('data', (text: string) => (collected[name] += text))
    if (options.terminal === true) Object.assign(streams[name], { isTTY: true, columns: 80, rows: 24 })
  }
  streams.stdin.end(options.stdin ?? '')
  if (options.closedOutput === true)
    streams.stdout.once('data', () =>
      streams.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    )
  let opened: GlobalOptions | undefined
  const code = await main({
    argv,
    version: '1.2.3',
    env: options.env ?? {},
    stdio: streams,
    signals: options.signals ?? new EventEmitter(),
    engine: async (globals) => {
      opened = globals
      if (options.engine === undefined) throw new Error('this command must not open an engine')
      return options.engine
    }
  })
  await new Promise((resolve) => setImmediate(resolve))
  return { code, ...collected, opened }
}
