import { main, type GlobalOptions } from '@runcible/cli'
import type { Engine } from '@runcible/interface'
import manifest from '../package.json' with { type: 'json' }

const { version } = manifest

/** Opens the local engine as the global options ask. */
async function openLocalEngine(globals: GlobalOptions): Promise<Engine> {
  const { loadConfig, openEngine, stderrLogger } = await import('@runcible/engine')
  const config = loadConfig({
    flags: {
      root: globals.root,
      runRoot: globals.runroot,
      storageDriver: globals.storageDriver,
      runtime: globals.runtime
    }
  })
  const engine = await openEngine({
    config,
    // The same Node and the same file again, whatever is on the PATH of whoever runs it.
    command: [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)],
    logger: stderrLogger(logLevel(globals)),
    version
  })
  // The process ends right after: closing the state now would only cost a checkpoint of the database.
  return { ...engine, [Symbol.asyncDispose]: async () => {} }
}

function logLevel({ logLevel: level = 'warn' }: GlobalOptions) {
  if (level === 'warning') return 'warn'
  return level === 'fatal' || level === 'panic' ? 'error' : level
}

void main({ argv: process.argv.slice(2), engine: openLocalEngine, version }).then((code) => process.exit(code))
